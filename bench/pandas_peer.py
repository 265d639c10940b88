"""Three tests beside pandas doing the same on the same Parquet: balance, duplicates, split."""

from __future__ import annotations

import tempfile
from pathlib import Path

from bench.measure import Cost, python
from bihuan.settings import Settings
from bihuan.store.engine import connect, text

ROWS = 10_000_000
MAKE = """
COPY (
  SELECT i AS row_id, 'U' || (i // {per_unit}) AS unit_id,
    DATE '2024-01-01' + CAST(hash(i) % 366 AS INTEGER) AS day,
    '记' AS voucher_word, i % {per_unit} // 2 AS voucher_no,
    CASE WHEN i % 2 = 0 THEN '50010101' ELSE '10020101' END AS account_code,
    'P' || (hash(i // 2, 3) % 50000) AS payee, CAST((100 + hash(i // 2) % 9999000) / 100.0 AS DECIMAL(18,2)) AS amount,
    i % 2 = 0 AS is_debit
  FROM range({rows}) AS t(i)
) TO {path} (FORMAT PARQUET)
"""
OURS = """
import sys, duckdb
con = duckdb.connect()
con.execute("SET memory_limit='2GB'")
con.execute("CREATE VIEW t AS SELECT * FROM read_parquet('" + sys.argv[1] + "')")
balance = '''
SELECT unit_id, voucher_no, sum(CASE WHEN is_debit THEN amount ELSE -amount END) AS difference,
  list_sort(list(row_id)) AS rows
FROM t GROUP BY ALL HAVING difference <> 0'''
duplicates = '''
WITH twice AS (SELECT unit_id, payee, amount FROM t WHERE is_debit GROUP BY ALL HAVING count(*) > 1)
SELECT unit_id, payee, amount, list_sort(list(row_id)) AS rows
FROM t JOIN twice USING (unit_id, payee, amount) WHERE is_debit GROUP BY ALL'''
split = '''
WITH cut AS (
  SELECT unit_id, payee, day FROM t WHERE is_debit AND amount < 50000
  GROUP BY ALL HAVING count(*) > 1 AND sum(amount) >= 50000)
SELECT unit_id, payee, day, list_sort(list(row_id)) AS rows
FROM t JOIN cut USING (unit_id, payee, day) WHERE is_debit AND amount < 50000 GROUP BY ALL'''
for query in (balance, duplicates, split):
    print(len(con.execute(query).fetchall()))
"""
PEER = """
import sys
import pandas as pd
t = pd.read_parquet(sys.argv[1])
t['amount'] = (t['amount'].astype('float64') * 100).round().astype('int64')
t['signed'] = t['amount'].where(t['is_debit'], -t['amount'])
sums = t.groupby(['unit_id', 'voucher_no'])['signed'].sum()
print(len(sums[sums != 0]))
debits = t[t['is_debit']]
twice = debits[debits.duplicated(['unit_id', 'payee', 'amount'], keep=False)]
print(len(twice.groupby(['unit_id', 'payee', 'amount'])['row_id'].agg(list)))
below = debits[debits['amount'] < 5_000_000]
days = below.groupby(['unit_id', 'payee', 'day'])['amount'].agg(['sum', 'count'])
days = days[(days['count'] > 1) & (days['sum'] >= 5_000_000)]
rows = below.set_index(['unit_id', 'payee', 'day']).loc[lambda x: x.index.isin(days.index)]
print(len(rows.groupby(level=[0, 1, 2])['row_id'].agg(list)))
"""


def run(scale: float) -> str:
    """A Markdown section."""
    rows = int(ROWS * scale)
    with tempfile.TemporaryDirectory(prefix="bihuan-bench-") as folder:
        path = Path(folder) / "t.parquet"
        with connect(Settings(memory_limit="4GB"), spill=Path(folder) / "spill") as engine:
            engine.run(MAKE.format(rows=rows, per_unit=max(rows // 100, 2), path=text(str(path))))
        ours, peer = python(OURS, str(path)), python(PEER, str(path))
    return (
        f"## 同样三项检验 The same three tests: {rows:,} rows, balance, duplicates, split, with evidence rows\n\n"
        f"| | cost |\n|---|---|\n| SQL on the engine | {ours} |\n| pandas | {peer} |\n\n{_words(ours, peer)}\n"
    )


def _words(ours: Cost, peer: Cost) -> str:
    if peer.code:
        return "pandas is not installed here, so nothing was compared: `python run.py bench` installs it."
    return (
        f"pandas takes **{peer.seconds / ours.seconds:.1f}** times as long (target: at least 1.5) and "
        f"**{peer.memory / ours.memory:.1f}** times the memory (target: at least 2)."
    )
