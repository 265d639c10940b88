"""Budget units whose books 用友政务 GRP-U8 keeps: one database holds a dozen units; its tables as GB18030 CSV."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from bihuan.demo.county import County
from bihuan.demo.departments import _final_accounts as final_accounts
from bihuan.demo.departments._units import Books, Voucher, balances, lay_out, normal_side, yuan
from bihuan.demo.departments._units_again import half_years
from bihuan.demo.departments._units_again import planted as half_year_planted
from bihuan.demo.departments._units_cast import Files, Unit, settle, units
from bihuan.demo.departments._units_chart import full_name, is_leaf, level
from bihuan.demo.truth import Planted

FOLDER, GROUP = "20 用友政务GRP-U8 账套", "用友政务"
_TOGETHER = 12  # units in one database
_BOOK = "001"
_AGAIN = "2026上半年"
_LINES = "gsdm,ztdm,kjnd,kjqj,pzly,pzh,flh,zy,kmdm,jdbz,je,wldm,bmdm"
_VOUCHERS = "gsdm,ztdm,kjqj,pzly,pzh,pzrq,fjzs,sr,sh,jz,zt"
_MONTHS = range(1, 13)
_BALANCES = ",".join(
    ("gsdm,ztdm,kjnd,kmdm,ncj,ncd", *(f"kmjf{one}" for one in _MONTHS), *(f"kmdf{one}" for one in _MONTHS))
)
_ACCOUNTS = "gsdm,ztdm,kjnd,kmdm,kmmc,kmqc,kmjc,kmlb,yefx,kmmx,syzt"
_CLASSES = {"1": "资产", "2": "负债", "3": "净资产", "4": "收入", "5": "费用", "6": "预算收入", "7": "预算支出",
            "8": "预算结余"}  # fmt: skip


def hand_over(county: County, folder: Path) -> list[Planted]:
    """GL_Pzml, GL_Pznr, GL_Yeb and GL_Kmxx of every database, and the units' final accounts."""
    found = units(county, "u8")
    final_accounts.lay_out(found)
    planted = []
    for at, group in _groups(found):
        books = [one for unit in group for one in unit.years]
        _lay_out(books)
        _write(folder / FOLDER / f"{at}库", at, books)
        planted += [one for unit in group for one in settle(unit, _files(at))]
    final_accounts.write(folder, GROUP, found)
    return planted


def hand_over_again(county: County, folder: Path) -> list[Planted]:
    """The half-year of a few units, in one database."""
    found = units(county, "u8")
    again = half_years(county, "u8", found)
    _lay_out([one.books for one in again.values()])
    _write(folder / FOLDER / _AGAIN, _AGAIN, [one.books for one in again.values()])
    planted = []
    final_accounts.lay_out(found)
    for at, group in _groups(found):
        _lay_out([one for unit in group for one in unit.years])
        for unit in group:
            planted += half_year_planted(unit, again.get(unit.office.code), _files(at), _files(_AGAIN))
    return planted


def _groups(found: Sequence[Unit]) -> list[tuple[str, Sequence[Unit]]]:
    return [(f"{at // _TOGETHER + 1:02d}", found[at : at + _TOGETHER]) for at in range(0, len(found), _TOGETHER)]


def _files(number: str) -> Files:
    return Files(
        lambda year: (f"GL_Pznr_{number}.csv", ""),
        lambda year: (f"GL_Yeb_{number}.csv", ""),
        lambda year: (final_accounts.name_of(year, GROUP), final_accounts.SHEET),
    )


def _lay_out(books: Sequence[Books]) -> None:
    line = 2
    for one in books:
        line = lay_out(one.vouchers, line)
    line = 2
    for one in books:
        for code in dict.fromkeys(balance.account for balance in balances(one)):
            one.balance_lines[code, 0] = line
            line += 1


def _write(place: Path, number: str, books: Sequence[Books]) -> None:
    place.mkdir(parents=True, exist_ok=True)
    for name, headings, rows in (
        ("GL_Pznr", _LINES, _line_rows), ("GL_Pzml", _VOUCHERS, _voucher_rows), ("GL_Yeb", _BALANCES, _balance_rows),
        ("GL_Kmxx", _ACCOUNTS, _account_rows),
    ):  # fmt: skip
        body = "\r\n".join([headings, *(row for one in books for row in rows(one)), ""])
        (place / f"{name}_{number}.csv").write_bytes(body.encode("gb18030"))


def _key(books: Books, voucher: Voucher) -> str:
    return f"{books.office.code},{_BOOK},{books.year}{voucher.period:02d},总账,{voucher.number:04d}"


def _line_rows(books: Books) -> Iterator[str]:
    code, year = books.office.code, books.year
    for one in books.vouchers:
        head = f"{code},{_BOOK},{year},{year}{one.period:02d},总账,{one.number:04d},"
        for at, (account, debit, credit, words, party) in enumerate(one.lines, start=1):
            mark, fen = ("借", debit) if debit else ("贷", credit)
            sign = "-" if fen < 0 else ""
            whole, rest = divmod(abs(fen), 100)
            yield f"{head}{at},{words},{account},{mark},{sign}{whole}.{rest:02d},{party},01"


def _voucher_rows(books: Books) -> Iterator[str]:
    for one in books.vouchers:
        done = ("", "") if one.is_void else (one.approver, one.poster)
        yield f"{_key(books, one)},{one.day:%Y%m%d},{one.sheets},{one.by},{done[0]},{done[1]},{int(not one.is_void)}"


def _balance_rows(books: Books) -> Iterator[str]:
    opening, sums = 0, [""] * 24
    for one in balances(books):
        if one.period == 1:
            opening, sums = one.opening, ["0.00"] * 24
        sums[one.period - 1], sums[one.period + 11] = yuan(one.debit), yuan(one.credit)
        if one.period == books.months:
            debit, credit = yuan(max(opening, 0)), yuan(max(-opening, 0))
            yield f"{books.office.code},{_BOOK},{books.year},{one.account},{debit},{credit},{','.join(sums)}"


def _account_rows(books: Books) -> Iterator[str]:
    names = books.names
    for code, name in sorted(names.items()):
        yield (
            f"{books.office.code},{_BOOK},{books.year},{code},{name},{full_name(code, names)},{level(code)},"
            f"{_CLASSES[code[0]]},{normal_side(code)},{int(is_leaf(code, names))},1"
        )
