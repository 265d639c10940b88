"""Budget units that hand over GB/T 24589.1-2010: a zip each, a folder for each year's 公共档案 and 总账."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from bihuan.demo.county import County
from bihuan.demo.departments import _final_accounts as final_accounts
from bihuan.demo.departments._units import Books, balances, lay_out, normal_side, yuan
from bihuan.demo.departments._units_again import half_years
from bihuan.demo.departments._units_again import planted as half_year_planted
from bihuan.demo.departments._units_cast import Files, Unit, settle, units
from bihuan.demo.departments._units_chart import level
from bihuan.demo.truth import Planted
from bihuan.demo.write import zip_file
from bihuan.demo.xml import element

FOLDER, GROUP = "23 国标数据接口 账套", "国标接口"
_AGAIN = "2026上半年"
_HEAD = '<?xml version="1.0" encoding="GB18030"?>'
_WORDS = {"记": "01", "付": "02"}


def hand_over(county: County, folder: Path) -> list[Planted]:
    """A zip for each unit with a set of books a year, and the units' final accounts."""
    found = units(county, "gbt")
    final_accounts.lay_out(found)
    (folder / FOLDER).mkdir(parents=True, exist_ok=True)
    for unit in found:
        _write(folder / FOLDER / _name(unit), unit, unit.years, county)
    final_accounts.write(folder, GROUP, found)
    return [one for unit in found for one in settle(unit, _files(unit))]


def hand_over_again(county: County, folder: Path) -> list[Planted]:
    """The half-year of a few units, a zip each."""
    found = units(county, "gbt")
    again = half_years(county, "gbt", found)
    final_accounts.lay_out(found)
    (folder / FOLDER).mkdir(parents=True, exist_ok=True)
    planted = []
    for unit in found:
        for books in unit.years:
            _ledger(books)  # says where everything stood
        half = again.get(unit.office.code)
        if half:
            _write(folder / FOLDER / _name(unit, _AGAIN), unit, [half.books], county)
        planted += half_year_planted(unit, half, _files(unit), _files(unit, _AGAIN))
    return planted


def _write(path: Path, unit: Unit, years: Sequence[Books], county: County) -> None:
    members: dict[str, bytes] = {}
    for books in years:
        members[_member(unit, books.year, "公共档案")] = _archive(books, county).encode("gb18030")
        members[_member(unit, books.year, "总账")] = _ledger(books).encode("gb18030")
    zip_file(path, members)


def _name(unit: Unit, of: str = "") -> str:
    return f"{unit.office.code}国标接口账套{of}.zip"


def _member(unit: Unit, year: int, name: str) -> str:
    return f"{unit.office.code}-{year}/{name}.xml"


def _files(unit: Unit, of: str = "") -> Files:
    return Files(
        lambda year: (_name(unit, of), _member(unit, year, "总账")),
        lambda year: (_name(unit, of), _member(unit, year, "总账")),
        lambda year: (final_accounts.name_of(year, GROUP), final_accounts.SHEET),
    )


def _archive(books: Books, county: County) -> str:
    book = {
        "电子账簿编号": "001", "电子账簿名称": f"{books.office.name}{books.year}年账",
        "会计核算单位": books.office.name,
        "组织机构代码": books.office.code, "单位性质": "事业单位", "开发单位": "某软件公司", "版本号": "8.0",
        "本位币": "人民币", "会计年度": books.year, "标准版本号": "GB/T 24589.1-2010",
    }  # fmt: skip
    words = [
        element(
            "记账凭证类型", {"记账凭证类型编号": code, "记账凭证类型名称": f"{word}账凭证", "记账凭证类型简称": word}
        )
        for word, code in _WORDS.items()
    ]
    currency = element("币种", {"币种编码": "CNY", "币种名称": "人民币"})
    suppliers = [
        element("供应商档案", {"供应商编码": f"G{books.office.code}{books.year % 100}{at:02d}", "供应商名称": one.name})
        for at, one in enumerate(county.firms[:6], start=1)
    ]
    return "\n".join((_HEAD, "<公共档案>", element("电子账簿", book), *words, currency, *suppliers, "</公共档案>", ""))


def _ledger(books: Books) -> str:
    """A record a line, so that the line finds it."""
    lines = [_HEAD, "<总账>", element("总账基础信息", {"结构分隔符": "-", "会计科目编号规则": "4-2-2"})]
    for code, name in sorted(books.names.items()):
        account = {"科目编号": code, "科目名称": name, "科目级次": level(code), "科目类型": code[0],
                   "余额方向": normal_side(code)}  # fmt: skip
        lines.append(element("会计科目", account))
    for line, row in _balances(books):
        lines.append(line)
        books.balance_lines[row] = len(lines)
    lay_out(books.vouchers, len(lines) + 1)
    lines += _entries(books)
    return "\n".join((*lines, "</总账>", ""))


def _balances(books: Books) -> Iterator[tuple[str, tuple[str, int]]]:
    for one in balances(books):
        record = {
            "科目编号": one.account, "期初余额方向": "贷" if one.opening < 0 else "借",
            "期末余额方向": "贷" if one.closing < 0 else "借", "币种编码": "CNY", "会计年度": books.year,
            "会计期间号": one.period, "期初本币余额": yuan(abs(one.opening)), "借方本币金额": yuan(one.debit),
            "贷方本币金额": yuan(one.credit), "期末本币余额": yuan(abs(one.closing)),
        }  # fmt: skip
        yield element("科目余额及发生额", record), (one.account, one.period)


def _entries(books: Books) -> Iterator[str]:
    for one in books.vouchers:
        head = (
            f"<记账凭证><记账凭证日期>{one.day:%Y%m%d}</记账凭证日期><会计年度>{books.year}</会计年度>"
            f"<会计期间号>{one.period}</会计期间号><记账凭证类型编号>{_WORDS[one.word]}</记账凭证类型编号>"
            f"<记账凭证编号>{one.number:04d}</记账凭证编号>"
        )
        tail = (
            f"<附件数>{one.sheets}</附件数><制单人>{one.by}</制单人><审核人>{one.approver}</审核人>"
            f"<记账人>{one.poster}</记账人><记账标志>1</记账标志><作废标志>{int(one.is_void)}</作废标志></记账凭证>"
        )
        for at, (code, debit, credit, words, _) in enumerate(one.lines, start=1):
            yield (
                f"{head}<记账凭证行号>{at}</记账凭证行号><记账凭证摘要>{escape(words)}</记账凭证摘要>"
                f"<科目编号>{code}</科目编号><币种编码>CNY</币种编码><借方本币金额>{yuan(debit)}</借方本币金额>"
                f"<贷方本币金额>{yuan(credit)}</贷方本币金额>{tail}"
            )
