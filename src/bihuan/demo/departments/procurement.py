"""公共资源交易中心: every purchase by open market of two years in OCDS, and what belongs to them.

Beside the releases: the register of contract changes, the list of debarred firms, and the movements on the accounts of
some firms, as the audit office asked the banks for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

from bihuan.demo.county import TRADES, County, firm
from bihuan.demo.departments import _procurement_ocds
from bihuan.demo.departments._procurement_case import Case, Change, Sanction, Transfer, case
from bihuan.demo.departments._procurement_market import Bid, workday
from bihuan.demo.truth import Place, Planted, settle
from bihuan.demo.write import Cell, Workbook, csv_file

FOLDER = "40 公共资源交易中心 全县采购"
RELEASES = "全县政府采购公开数据2024-2025.jsonl"
CHANGES, DEBARRED, ACCOUNTS = "合同变更台账.xlsx", "政府采购严重违法失信行为记录名单.csv", "银行调取企业账户流水.csv"
_SHEET = "变更登记"
_ABOVE = ("编制单位：云禾县公共资源交易中心", "单位：元")
_CHANGE = (
    "序号", "采购人编码", "采购人", "合同编号", "变更编号", "变更日期", "变更原因", "变更前金额", "变更金额",
    "变更后金额",
)  # fmt: skip
_SANCTION = ("序号", "供应商名称", "统一社会信用代码", "不良行为", "列入日期", "禁止期限止", "变更日期")
_MOVED = (
    "单位名称", "账号", "户名", "交易时间", "交易日期", "流水号", "收付标志", "交易金额", "账户余额", "对方户名",
    "对方账号", "摘要",
)  # fmt: skip
_FAR = ("青川市恒业", "临江市四通", "南岭市鸿图", "平阳市立信", "东安市嘉诚")
_WHY = ("提供虚假材料谋取中标", "与其他供应商恶意串通", "中标后无正当理由不签订合同", "拒绝有关部门监督检查")
_WORDS = ("货款", "材料款", "工程款", "运费", "租金", "货款", "材料款", "设备款")


def hand_over(county: County, folder: Path) -> list[Planted]:
    """The releases and three lists."""
    (folder / FOLDER).mkdir(parents=True, exist_ok=True)
    made = case(county)
    places: dict[object, Place] = _releases(made, folder / FOLDER)
    places |= _changes(made, folder / FOLDER)
    _debarred(made, folder / FOLDER)
    places |= _accounts(made, folder / FOLDER)
    return settle([one for one in made.marks if not isinstance(one.things[0], Bid)], places)


def _releases(made: Case, folder: Path) -> dict[object, Place]:
    lines = [_procurement_ocds.line(one, at) for at, one in enumerate(made.processes, 1)]
    (folder / RELEASES).write_bytes(("\n".join(lines) + "\n").encode())
    return {one: Place(RELEASES, "", at) for at, one in enumerate(made.processes, 1)}


def _changes(made: Case, folder: Path) -> dict[object, Place]:
    """Planted ones, and those that every building site has."""
    rows = sorted([*made.changes, *_ordinary_changes(made)], key=lambda one: (one.day, one.process.number, one.before))
    book = Workbook(folder / CHANGES)
    cells = [_change(at, one) for at, one in enumerate(rows, 1)]
    book.sheet(_SHEET, "云禾县政府采购合同变更登记台账", _ABOVE, _CHANGE, cells)
    book.close()
    return {one: Place(CHANGES, _SHEET, at) for at, one in enumerate(rows, 4)}


def _ordinary_changes(made: Case) -> list[Change]:
    chance = made.market.county.chance("procurement/changes")
    held = {one.process for one in made.changes}
    found = []
    for one in made.processes:
        if one.category == "works" and one not in held and chance.random() < 0.14:
            contract = one.lots[0].contracts[0]
            day = workday(contract.signed + timedelta(days=chance.randrange(60, 240)))
            amount = round(contract.amount * chance.uniform(-0.04, 0.07) / 100) * 100
            if day < date(2026, 1, 10) and amount:
                found.append(Change(one, day, "设计变更及工程量调整", contract.amount, amount))
    return found


def _change(at: int, one: Change) -> Sequence[Cell]:
    return (at, one.buyer.code, one.buyer.name, one.process.lots[0].contracts[0].number, f"BG{one.day:%Y%m%d}{at:03d}",
            one.day, one.reason, _money(one.before), _money(one.amount), _money(one.before + one.amount))  # fmt: skip


def _debarred(made: Case, folder: Path) -> None:
    """Planted ones among firms of other places that never bid here."""
    chance = made.market.county.chance("procurement/debarred")
    rows = [_sanction(one) for one in made.sanctions]
    for at in range(26):
        far = firm(f"{_FAR[at % len(_FAR)]}{TRADES[at % len(TRADES)]}有限公司", chance)
        since = date(2022, 3, 1) + timedelta(days=chance.randrange(1300))
        rows.append((far.name, far.credit_code, chance.choice(_WHY), since, since + timedelta(days=730), since))
    rows.sort(key=lambda one: (one[3], one[1]))
    csv_file(folder / DEBARRED, _SANCTION, [(at, *row) for at, row in enumerate(rows, 1)])


def _sanction(one: Sanction) -> tuple[str, str, str, date, date, date]:
    return one.firm.name, one.firm.credit_code, one.why, one.since, one.until, one.since


def _accounts(made: Case, folder: Path) -> dict[object, Place]:
    """What went in and out of the accounts of the firms that were asked about, account by account."""
    moves = [*made.transfers, *_ordinary_moves(made)]
    moves.sort(key=lambda one: (one.payer.account, one.at, one.amount))
    places: dict[object, Place] = {}
    rows: list[Sequence[Cell]] = []
    balance, last = 0, ""
    for at, one in enumerate(moves, 1):
        balance = 180_000_000 if one.payer.account != last else balance
        last, balance = one.payer.account, balance - one.amount
        if balance < 30_000_000:
            balance += 240_000_000
        rows.append((
            "云禾县审计局", one.payer.account, one.payer.name, one.at.isoformat(" "), one.at.date(), f"{at:08d}", "付",
            _money(one.amount), _money(balance), one.payee.name, one.payee.account, one.words,
        ))  # fmt: skip
        places[one] = Place(ACCOUNTS, "", at + 1)
    csv_file(folder / ACCOUNTS, _MOVED, rows)
    return places


def _ordinary_moves(made: Case) -> list[Transfer]:
    """Firms pay firms that they never meet at a tender."""
    chance = made.market.county.chance("procurement/accounts")
    firms, met = made.market.firms, _met(made)
    payers = [*{one.payer.credit_code: one.payer for one in made.transfers}.values(), *chance.sample(firms, 8)]
    found = []
    for payer in payers:
        others = [one for one in chance.sample(firms, min(len(firms), 14))
                  if (payer.credit_code, one.credit_code) not in met and one != payer]  # fmt: skip
        for _ in range(60 if others else 0):
            day = workday(date(2024, 1, 2) + timedelta(days=chance.randrange(725)))
            at = datetime.combine(day, time(9)) + timedelta(seconds=chance.randrange(8 * 3600))
            amount = round(chance.lognormvariate(14.2, 1.0)) * 10
            found.append(Transfer(payer, chance.choice(others), at, min(amount, 90_000_000), chance.choice(_WORDS)))
    return found


def _met(made: Case) -> set[tuple[str, str]]:
    return {
        (one.firm.credit_code, other.firm.credit_code)
        for process in made.processes for lot in process.lots for one in lot.bids for other in lot.bids
    }  # fmt: skip


def _money(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2)
