"""What the pack `ledger` costs: every method over a journal of 200 books, measured in scans.

    PYTHONPATH=src .venv/bin/python bench/ledger_bench.py 20000000 [METHOD …]

One scan is `SELECT sum(hash(COLUMNS(*))) FROM journal_line`: reading every column of every line once.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path

import yaml

from bihuan.model.table import tables
from bihuan.settings import Settings
from bihuan.store.engine import Engine, connect, text

METHODS = Path(__file__).parents[1] / "src/bihuan/examine/methods/ledger"
BOOKS = 200
LINES_PER_VOUCHER = 4
FIRST_DAY = "2024-01-01"
DAYS = 731

# debit account, name, credit account, name, wording, weight, middle of the amounts (yuan), origin, recurring
# Government books carry the budgetary pair beside the financial one; the others carry tax lines instead.
ENTRIES = """
    ('50010101','业务活动费用-商品和服务费用','10020101','银行存款-基本户','支付办公用品款',14,900,'',false),
    ('50010102','业务活动费用-差旅费','10110101','零余额账户用款额度','报销差旅费',16,1500,'网上报销',false),
    ('50010103','业务活动费用-维修费','10110101','零余额账户用款额度','支付维修费',8,4200,'',false),
    ('50010104','业务活动费用-印刷费','10020101','银行存款-基本户','支付资料印刷费',6,2300,'',false),
    ('50010105','业务活动费用-水电费','10020101','银行存款-基本户','缴纳水电费',4,5200,'',false),
    ('50010106','业务活动费用-培训费','10110101','零余额账户用款额度','支付培训费',4,8800,'',false),
    ('51010101','单位管理费用-办公费','10020101','银行存款-基本户','支付邮电通讯费',6,1200,'',false),
    ('51010102','单位管理费用-物业费','10110101','零余额账户用款额度','支付物业服务费',2,15000,'',true),
    ('51010103','单位管理费用-劳务费','10110101','零余额账户用款额度','发放临时人员劳务费',4,3600,'工资',false),
    ('22010101','应付职工薪酬-基本工资','10110101','零余额账户用款额度','发放在职人员工资',3,160000,'工资',true),
    ('16010101','固定资产-通用设备','10110101','零余额账户用款额度','购置办公设备',3,18000,'固定资产',false),
    ('50010107','业务活动费用-会议费','10020101','银行存款-基本户','支付会议费',3,5000,'',false),
    ('10020101','银行存款-基本户','46010101','其他收入','收到利息',3,5000,'',false),
    ('23020101','应付账款','10110101','零余额账户用款额度','支付货款',6,26000,'',false),
    ('13020101','库存物品','23020101','应付账款','材料验收入库',6,26000,'',false),
    ('10110101','零余额账户用款额度','40010101','财政拨款收入','收到用款额度',2,900000,'国库支付',false),
    ('10020101','银行存款-基本户','41010101','事业收入','收到事业收入',6,12000,'非税',false),
    ('50020101','业务活动费用-固定资产折旧','16020101','固定资产累计折旧','计提本月折旧',2,88000,'固定资产',true)
"""

MAKE = """
CREATE OR REPLACE TEMP TABLE entry AS
SELECT row_number() OVER () - 1 AS place, e.* FROM (
  SELECT * FROM (VALUES {entries})
    AS e(debit_code, debit_name, credit_code, credit_name, wording, weight, middle, origin, recurring)
) AS e, range(e.weight);
CREATE OR REPLACE TEMP TABLE voucher AS
WITH numbered AS (
  SELECT v, v // {per_book} AS book, v % {per_book} AS nth, CAST(hash(v, 11) >> 2 AS BIGINT) AS a,
    CAST(hash(v, 12) >> 2 AS BIGINT) AS b, CAST(hash(v, 13) >> 2 AS BIGINT) AS c
  FROM range({vouchers}) AS t(v)
), dated AS (
  SELECT *, DATE '{first}' + CAST(nth * {days} // {per_book} AS INTEGER) AS any_day FROM numbered
), moved AS (
  SELECT *, CASE WHEN isodow(any_day) > 5 AND a % 500 > 0 THEN
      any_day + CAST(CASE WHEN day(any_day) > 2 THEN 5 ELSE 8 END - isodow(any_day) AS INTEGER)
    ELSE any_day END AS day FROM dated
)
SELECT moved.*, entry.*,
  CASE WHEN entry.recurring THEN entry.middle + book * 7 + 0.37
    ELSE round(entry.middle * exp(1.8 * sqrt(-2 * ln((b % 1000003 + 1) / 1000004.0))
      * cos(2 * pi() * (c % 1000003) / 1000003.0)), CASE WHEN c % 5 = 0 THEN 0 ELSE 2 END) + 0.01 END AS amount,
  row_number() OVER (PARTITION BY book, year(day), month(day) ORDER BY day, v) AS seq
FROM moved JOIN entry ON entry.place = moved.a % {entries_count};
"""

# ruff: noqa: E501  one column a line reads better than one column on three
LINES = """
COPY (
WITH side AS (
  SELECT * FROM (VALUES (1,'financial',true),(2,'financial',false),(3,'budgetary',true),(4,'budgetary',false))
    AS t(line_no, side, is_debit)
)
SELECT (1 + book) << 40 | (nth * 4 + line_no) AS row_id, 'U' || lpad(CAST(book AS VARCHAR), 4, '0') AS unit_id,
  '某县第' || book || '单位' AS unit_name, '001' AS book_id, year(day) AS fiscal_year, month(day) AS period,
  NULL::VARCHAR AS voucher_id, '记' AS voucher_word, lpad(CAST(seq AS VARCHAR), 4, '0') AS voucher_no,
  seq AS voucher_seq, line_no::BIGINT AS line_no, day AS voucher_date, NULL::DATE AS posted_on,
  CASE WHEN book % 4 = 0 THEN day::TIMESTAMPTZ + INTERVAL 9 HOUR + INTERVAL 1 SECOND * (c % 28800) END AS entered_at,
  wording || CASE WHEN recurring THEN month(day) || '月' WHEN a % 3 = 0 THEN ''
    ELSE '（' || ['张伟','王芳','李娜','刘洋','陈静'][1 + c % 5] || (b % 4000) || '）' END AS description,
  CASE WHEN line_no = 1 THEN debit_code WHEN line_no = 2 THEN credit_code
    WHEN line_no = 3 THEN CASE WHEN book % 3 = 0 THEN '22210101' WHEN left(credit_code, 2) = '10' THEN '72010101' ELSE '80010102' END
    ELSE CASE WHEN book % 3 = 0 THEN '22210102' WHEN left(debit_code, 2) = '10' THEN '61010101' ELSE '80010101' END END AS account_code,
  CASE WHEN line_no = 1 THEN debit_name WHEN line_no = 2 THEN credit_name
    WHEN line_no = 3 THEN CASE WHEN book % 3 = 0 THEN '应交税费-进项' WHEN left(credit_code, 2) = '10' THEN '事业支出' ELSE '资金结存-零余额' END
    ELSE CASE WHEN book % 3 = 0 THEN '应交税费-销项' WHEN left(debit_code, 2) = '10' THEN '事业预算收入' ELSE '资金结存-货币资金' END END AS account_name,
  CASE WHEN book % 3 = 0 THEN 'financial' ELSE side.side END AS side,
  (CASE WHEN is_debit THEN amount ELSE 0 END)::DECIMAL(18,2) AS debit,
  (CASE WHEN is_debit THEN 0 ELSE amount END)::DECIMAL(18,2) AS credit,
  CASE WHEN book % 50 = 49 AND a % 100 = 0 THEN 'USD' ELSE 'CNY' END AS currency,
  NULL::DECIMAL(18,2) AS foreign_amount, NULL::DECIMAL(18,6) AS quantity, NULL::VARCHAR AS counter_account,
  CASE WHEN line_no < 3 AND b % 2 = 0 THEN '往来单位' || (c % 900) END AS counterparty,
  '科室' || (a % 12) AS department, CASE WHEN b % 4 = 0 THEN 'P' || (c % 60) END AS project_code,
  NULL::VARCHAR AS aux, CASE WHEN left(credit_code, 4) = '1002' THEN lpad(CAST(c % 100000000 AS VARCHAR), 8, '0') END AS settlement_no,
  (1 + a % 5)::BIGINT AS attachments, '会计' || (book * 3 + c % 3) AS prepared_by, '审核' || book AS approved_by,
  '记账' || book AS posted_by, true AS is_posted, CASE WHEN a % 2000 = 7 THEN 'void' ELSE 'valid' END AS status,
  false AS is_closing, nullif(origin, '') AS origin_system
FROM voucher, side WHERE book = {book}
ORDER BY day, row_id
) TO '{path}' (FORMAT PARQUET, COMPRESSION ZSTD);
"""


def make(folder: Path, lines: int) -> None:
    """Write a journal of `lines` lines, one Parquet file a book as after collecting, under `folder`."""
    vouchers = max(lines // LINES_PER_VOUCHER // BOOKS, 1) * BOOKS
    engine = connect(Settings(memory_limit="8GB"), spill=folder / "spill")
    script = MAKE.format(
        entries=ENTRIES, vouchers=vouchers, per_book=vouchers // BOOKS, first=FIRST_DAY, days=DAYS, entries_count=98
    )
    for statement in script.split(";\n"):
        if statement.strip():
            engine.run(statement)
    for book in range(BOOKS):
        engine.run(LINES.format(book=book, path=folder / f"journal_line_{book:03}.parquet"))
    engine.close()


def open_journal(folder: Path) -> Engine:
    """A session as `bihuan examine` has it: the journal, the other tables that methods of the pack read, 2 GB."""
    engine = connect(Settings(), spill=folder / "spill")
    for name, table in tables().items():
        if name != "journal_line":
            held = ", ".join(f"{text(one.name)[1:-1]} {one.sql_type}" for one in table.columns)
            engine.run(f"CREATE TABLE {name} (row_id BIGINT, {held})")
    engine.run(
        f"CREATE VIEW journal_line AS SELECT * FROM read_parquet({text(str(folder / 'journal_line_*.parquet'))})"
    )
    engine.run(CHART)
    engine.run(BALANCES)
    engine.run(CALENDAR)
    engine.run("CREATE TABLE parameter (name VARCHAR, place VARCHAR, valid_from DATE, valid_to DATE, value VARCHAR)")
    engine.run(
        "CREATE TABLE unit_parameter (unit_id VARCHAR, name VARCHAR, valid_from DATE, valid_to DATE, value VARCHAR)"
    )
    engine.run(
        "INSERT INTO unit_parameter SELECT DISTINCT a.unit_id, p.name, p.valid_from, p.valid_to, p.value "
        f"FROM account AS a, read_csv({text(str(PARAMETERS.parent / '*.csv'))}, all_varchar = false) AS p"
    )
    return engine


CHART = """
INSERT INTO account (row_id, unit_id, book_id, fiscal_year, code, name, normal_side, side, is_leaf)
SELECT row_number() OVER (), unit_id, book_id, fiscal_year, account_code, min(account_name),
  CASE WHEN sum(debit) > sum(credit) THEN 'debit' ELSE 'credit' END, min(side), true
FROM journal_line GROUP BY unit_id, book_id, fiscal_year, account_code
"""

BALANCES = """
INSERT INTO account_balance (row_id, unit_id, book_id, fiscal_year, period, period_end, account_code, account_name,
  side, is_leaf, opening, debit, credit, closing, currency)
WITH monthly AS (
  SELECT unit_id, book_id, fiscal_year, period, account_code, min(account_name) AS account_name, min(side) AS side,
    sum(debit) AS debit, sum(credit) AS credit, currency
  FROM journal_line WHERE status = 'valid' GROUP BY ALL
), rolled AS (
  SELECT *, 90000000 + sum(debit - credit) OVER (PARTITION BY unit_id, account_code, currency
    ORDER BY fiscal_year, period ROWS UNBOUNDED PRECEDING) AS closing FROM monthly
)
SELECT row_number() OVER (), unit_id, book_id, fiscal_year, period, last_day(make_date(fiscal_year, period, 1)),
  account_code, account_name, side, true, closing - debit + credit, debit, credit, closing, currency FROM rolled
"""

CALENDAR = """
CREATE TABLE calendar AS
SELECT CAST(day AS DATE) AS day, isodow(day) < 6 AS is_workday, isodow(day) > 5 AS is_holiday, false AS is_swapped,
  isodow(day) AS weekday, false AS is_provisional
FROM generate_series(DATE '2023-12-01', DATE '2026-02-01', INTERVAL 1 DAY) AS t(day)
"""
PARAMETERS = METHODS.parents[1] / "parameters/ledger.csv"


def seconds_of(engine: Engine, query: str, params: dict[str, object] | None = None) -> float:
    """What a query takes, in seconds of all processors: on a busy machine the clock on the wall tells of others."""
    begun = time.process_time()
    engine.run(query, params)
    return time.process_time() - begun


def scan(engine: Engine) -> float:
    """The unit of measure: the fastest of three readings of every column."""
    return min(seconds_of(engine, "SELECT sum(hash(COLUMNS(*))) FROM journal_line") for _ in range(3))


def method(path: Path) -> tuple[str, dict[str, object]]:
    """The SQL of a method and those of its constants that it uses."""
    head, sql = path.read_text(encoding="utf-8").split("*/", 1)
    params = yaml.safe_load(head.split("/*", 1)[1]).get("params") or {}
    return sql.strip().rstrip(";"), dict(params)


def main() -> None:
    """Print one line a method: seconds, scans, leads and evidence rows."""
    lines = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000_000
    wanted = sys.argv[2:]
    with tempfile.TemporaryDirectory(prefix="bihuan-bench-") as held:
        folder = Path(held)
        make(folder, lines)
        engine = open_journal(folder)
        measure(engine, wanted)


def measure(engine: Engine, wanted: list[str]) -> None:
    """Run the methods `wanted` (all when empty) and print what each took."""
    unit = scan(engine)
    print(f"one scan: {unit:.2f} s of processor time\n{'method':44}{'seconds':>9}{'scans':>8}{'leads':>9}")
    whole = 0.0
    for path in sorted(METHODS.glob("*.sql")):
        if wanted and path.stem not in wanted:
            continue
        sql, params = method(path)
        took = seconds_of(engine, f"CREATE OR REPLACE TEMP TABLE hit AS {sql}", params or None)
        whole += took
        leads = engine.one("SELECT count(*) FROM hit")[0]
        print(f"{path.stem:44}{took:9.2f}{took / unit:8.2f}{leads:9}", flush=True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 / 1024
    print(f"{'all':44}{whole:9.2f}{whole / unit:8.2f}\npeak memory {peak:.2f} GB")


if __name__ == "__main__":
    main()
