"""Bank flows that auditors asked for: own accounts of units and firms, and money that comes back where it left."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from bihuan.demo.county import County
from bihuan.demo.departments import _finance as f
from bihuan.demo.departments._finance import Payee, printed, yuan
from bihuan.demo.offices import offices
from bihuan.demo.truth import HIDING, PLAIN, TWIN, Form, Marked, Place, Planted, settle

FLOWS = 9_000  # at scale 1
FILE = "延伸调查银行流水.csv"
_HEAD = "账号,户名,交易日期,交易时间,交易流水号,借贷标志,交易金额,账户余额,对方户名,对方账号,摘要\r\n"
_IN, _OUT = ("货款", "工程款", "服务费", "往来款"), ("材料款", "代发工资", "税款", "房租", "运费", "劳务费")


@dataclass(eq=False, slots=True)
class Flow:
    """One movement on one account; between two accounts that were asked for there are two."""

    account: Payee
    other: Payee
    at: str
    cents: int  # below zero is money out
    words: str


@dataclass
class Statements:
    """All movements while they are made up."""

    county: County
    chance: random.Random
    flows: list[Flow]
    marks: list[Marked]

    def move(self, day: date, cents: int, way: tuple[Payee, Payee], words: str) -> tuple[Flow, Flow]:
        """From one account to another: both statements show it."""
        at = f"{day} {self.chance.randrange(9, 17):02d}:{self.chance.randrange(60):02d}:{self.chance.randrange(60):02d}"
        made = (Flow(way[0], way[1], at, -cents, words), Flow(way[1], way[0], at, cents, words))
        self.flows += made
        return made

    def mark(self, form: Form, unit: str, cents: int, *moves: tuple[Flow, Flow]) -> None:
        """Remember what was planted."""
        things = tuple(flow for move in moves for flow in move)
        self.marks.append(Marked("paid_back_and_forth", form, unit, yuan(cents), things))


def write(county: County, folder: Path) -> list[Planted]:
    """One file of statements."""
    books = Statements(county, county.chance("finance/bank"), [], [])
    firms = [f.of_firm(one) for one in f.suppliers(county)[:14]]
    units = [Payee(one.name, one.account, f.AGENT_BANK) for one in offices(county)[:12]]
    for account in (*firms, *units):
        _ordinary(books, account, max(20, county.many(FLOWS) // 26))
    _plant(books, units, firms)
    if county.is_clean:
        guilty = {flow for mark in books.marks if mark.form != TWIN for flow in mark.things}
        books.flows = [flow for flow in books.flows if flow not in guilty]
        books.marks = [mark for mark in books.marks if mark.form == TWIN]
    return settle(books.marks, _file(folder / FILE, books))


def _ordinary(books: Statements, account: Payee, many: int) -> None:
    """Customers and suppliers who are nobody else's."""
    chance, of_unit = books.chance, account.name.endswith(("局", "中心", "会", "社", "院", "馆"))
    partners = [Payee(f"邻禾市{chance.choice('安百昌成诚达德鼎东富')}{chance.choice('广海瀚合和恒弘华汇嘉')}"
                      f"{at}号{'服务站' if of_unit else '贸易有限公司'}", f"1400{chance.randrange(10**13):013d}", "")
                for at in range(24)]  # fmt: skip
    for _ in range(many):
        day = date(2025, 1, 2) + timedelta(days=chance.randrange(360))
        comes = chance.random() < 0.48
        cents = f.around(chance, 21_000, 1.0)
        at = f"{day} {chance.randrange(9, 17):02d}:{chance.randrange(60):02d}:{chance.randrange(60):02d}"
        # Customers and suppliers are different people, so that nothing ordinary comes back.
        other = partners[chance.randrange(12)] if comes else partners[12 + chance.randrange(12)]
        words = chance.choice(_IN if comes else _OUT)
        books.flows.append(Flow(account, other, at, cents if comes else -cents, words))


def _plant(books: Statements, units: list[Payee], firms: list[Payee]) -> None:
    county = books.county
    codes = [one.code for one in offices(county)]
    boss = f.of_person(f.suppliers(county)[6].legal)
    there = books.move(date(2025, 3, 5), 480_000_00, (units[2], firms[1]), "付设备款")
    back = books.move(date(2025, 3, 14), 465_000_00, (firms[1], units[2]), "往来款")
    books.mark(PLAIN, codes[2], 480_000_00, there, back)
    hops = [books.move(date(2025, 5, 6), 300_000_00, (firms[3], firms[4]), "货款"),
            books.move(date(2025, 5, 8), 297_000_00, (firms[4], firms[5]), "货款"),
            books.move(date(2025, 5, 12), 294_500_00, (firms[5], firms[3]), "货款")]  # fmt: skip
    books.mark(PLAIN, codes[0], 300_000_00, *hops)
    hops = [books.move(date(2025, 8, 4), 620_000_00, (units[5], firms[7]), "项目款"),
            books.move(date(2025, 8, 7), 310_000_00, (firms[7], firms[8]), "材料款"),
            books.move(date(2025, 8, 9), 298_000_00, (firms[7], firms[8]), "劳务款"),
            books.move(date(2025, 8, 18), 602_000_00, (firms[8], boss), "借款"),
            books.move(date(2025, 8, 27), 588_000_00, (boss, units[5]), "捐助款")]  # fmt: skip
    books.mark(HIDING, codes[5], 620_000_00, *hops)
    bond = books.move(date(2025, 4, 2), 100_000_00, (firms[10], units[8]), "投标保证金")
    freed = books.move(date(2025, 4, 25), 100_000_00, (units[8], firms[10]), "退还投标保证金")
    books.mark(TWIN, codes[8], 100_000_00, bond, freed)
    wrong = books.move(date(2025, 6, 10), 236_000_00, (units[9], firms[11]), "付维修款")
    returned = books.move(date(2025, 6, 11), 236_000_00, (firms[11], units[9]), "户名不符退回")
    books.mark(TWIN, codes[9], 236_000_00, wrong, returned)


def _file(path: Path, books: Statements) -> dict[object, Place]:
    """By account and time, with the balance after each movement."""
    balances, lines, places = dict[str, int](), [_HEAD], dict[object, Place]()
    ordered = sorted(books.flows, key=lambda one: (one.account.account, one.at))
    for line, one in enumerate(ordered, start=2):
        places[one] = Place(path.name, "", line)
        who, other = one.account, one.other
        balances[who.account] = balance = balances.get(who.account, 3_000_000_00) + one.cents
        lines.append(
            f"{who.account},{who.name},{one.at[:10]},{one.at},LS{line:08d},{'贷' if one.cents > 0 else '借'},"
            f"{printed(abs(one.cents))},{printed(balance)},{other.name},{other.account},{one.words}\r\n"
        )
    path.write_bytes("".join(lines).encode("gb18030"))
    return places
