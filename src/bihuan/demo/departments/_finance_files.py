"""The files of the finance and tax bureaus, and where in them each planted thing stands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby
from operator import attrgetter
from pathlib import Path

from bihuan.demo.departments._finance import Book, Contract, Indicator, Invoice, Pay, printed, tax_number, yuan
from bihuan.demo.truth import Place
from bihuan.demo.write import Cell, Workbook, total

Places = dict[object, Place]
ZERO_BALANCE = "13001019900{unit}01"  # 零余额账户
_PAYMENTS = (
    "支付凭证号,支付日期,支付时间,预算单位编码,预算单位名称,付款人账号,付款户名,账户性质,收款人名称,收款人账号,"
    "收款人开户银行,支付金额,用途,支付方式,支出功能分类,部门支出经济分类,项目名称,支出类型,资金性质,指标编号,"
    "合同编号,发票号码,是否预付,支付状态\r\n"
)
_INVOICES = (
    "发票代码,发票号码,数电发票号码,销方识别号,销方名称,购方识别号,购买方名称,开票日期,金额,税额,价税合计,"
    "货物或应税劳务名称,发票票种,发票状态,是否正数发票,对应蓝字发票号码\r\n"
)
_INDICATORS = ("指标编号", "预算单位编码", "预算单位名称", "指标文号", "预算年度", "下达日期", "指标说明", "项目名称",
               "支出类型", "支出功能分类", "部门经济分类", "资金性质", "指标金额", "调减金额", "已支付金额",
               "上年结转", "来源指标编号")  # fmt: skip
_CONTRACTS = ("序号", "单位编码", "单位名称", "合同编号", "合同名称", "乙方名称", "乙方统一社会信用代码", "合同金额",
              "变更后金额", "签订日期", "付款条件", "项目名称", "累计付款金额")  # fmt: skip


def by_day(name: str, made: Iterable[Pay] | Iterable[Invoice], marked: set[object]) -> Places:
    """Where the marked ones stand in a file that is in the order of days."""
    ordered = sorted(made, key=attrgetter("day"))
    return {one: Place(name, "", line) for line, one in enumerate(ordered, start=2) if one in marked}


def payments(path: Path, made: Iterable[Pay]) -> None:
    """All orders of a year by day, as the integrated budget system exports them."""
    lines, funds = [_PAYMENTS], dict[Indicator, tuple[str, str]]()
    for line, one in enumerate(sorted(made, key=attrgetter("day")), start=2):
        of, who = one.indicator, one.payee
        fund = funds.get(of) or funds.setdefault(of, _of_indicator(of))
        words = (of.function, of.project) if not one.function else (one.function, one.project or of.project)
        lines.append(
            f"ZF{one.day[:4]}{line:08d},{one.day},{one.day} {one.time},{fund[0]},{who.name},{who.account},{who.bank},"
            f"{printed(one.cents)},{one.words},{one.kind},{words[0]},{one.economic},{words[1]},{fund[1]},"
            f"{one.contract},{one.invoice},{'是' if one.is_prepayment else '否'},{one.status}\r\n"
        )
    path.write_bytes("".join(lines).encode("gb18030"))


def _of_indicator(one: Indicator) -> tuple[str, str]:
    unit = one.office
    payer = f"{unit.code},{unit.name},{ZERO_BALANCE.format(unit=unit.code)},{unit.name}零余额账户,零余额账户"
    return payer, f"{'项目支出' if one.is_project else '基本支出'},{one.fund},{one.number}"


def invoices(path: Path, made: Iterable[Invoice]) -> None:
    """All invoices to the units by day, as the tax bureau's platform exports them."""
    lines, buyers = [_INVOICES], dict[str, str]()
    for one in sorted(made, key=attrgetter("day")):
        unit = one.office
        buyer = buyers.get(unit.code) or buyers.setdefault(unit.code, f"{tax_number(unit)},{unit.name}")
        net = round(one.cents / (1.03 if one.seller.size == "微型" else 1.06))
        number = f"{one.code},{one.number}," if one.code else f",,{one.number}"
        lines.append(
            f"{number},{one.seller.credit_code},{one.seller.name},{buyer},{one.day},{printed(net)},"
            f"{printed(one.cents - net)},{printed(one.cents)},{one.item},"
            f"{'增值税普通发票' if one.code else '数电发票（普通发票）'},{one.status},"
            f"{'是' if one.cents > 0 else '否'},"
            f"{one.reverses}\r\n"
        )
    path.write_bytes("".join(lines).encode("gb18030"))


def indicator_places(name: str, made: Iterable[Indicator]) -> Places:
    """Where the indicators stand in their workbook."""
    return {one: Place(name, "指标", line) for line, one in enumerate(sorted(made, key=_by_document), start=4)}


def _by_document(one: Indicator) -> tuple[str, str, str]:
    return one.office.code, one.doc, one.number


def indicators(path: Path, made: Iterable[Indicator], title: str) -> None:
    """Indicators by unit, one document number merged over those that it issued, and the totals at the end."""
    rows: list[tuple[Cell, ...]] = []
    own = sorted(made, key=_by_document)
    for one in own:
        rows.append(
            (
                one.number, one.office.code, one.office.name, one.doc, one.year, date.fromisoformat(one.day), one.words,
                one.project, "项目支出" if one.is_project else "基本支出", one.function, one.economic or None, one.fund,
                yuan(one.cents), yuan(one.reduced) if one.reduced else None, yuan(one.used),
                yuan(one.carried) if one.carried else None, one.parent or None,
            )
        )  # fmt: skip
    book = Workbook(path)
    above = ("填报单位：云禾县财政局预算股", "单位：元")
    book.sheet("指标", title, above, _INDICATORS, [*rows, _totals(rows, (12, 13, 14, 15))])
    first = 4
    for doc, group in groupby(own, key=lambda one: (one.office.code, one.doc)):
        last = first + len(list(group)) - 1
        if last > first:
            book.merge_down("指标", 3, first, last, doc[1])
        first = last + 1
    book.close()


def contract_places(name: str, made: Iterable[Contract]) -> Places:
    """Where the contracts stand in their workbook."""
    return {one: Place(name, "台账", line) for line, one in enumerate(sorted(made, key=attrgetter("number")), start=4)}


def contracts(path: Path, made: Iterable[Contract], paid: Iterable[Pay]) -> None:
    """The units' registers of contracts, put together, with the totals at the end."""
    so_far: dict[str, int] = {}
    for one in paid:
        if one.contract:
            so_far[one.contract] = so_far.get(one.contract, 0) + one.cents
    rows: list[tuple[Cell, ...]] = []
    for line, each in enumerate(sorted(made, key=attrgetter("number")), start=4):
        rows.append(
            (
                line - 3, each.office.code, each.office.name, each.number, each.title, each.firm.name,
                each.firm.credit_code, yuan(each.cents), yuan(each.changed) if each.changed else None,
                date.fromisoformat(each.signed), each.terms, each.project or each.title,
                yuan(so_far.get(each.number, 0)),
            )
        )  # fmt: skip
    book = Workbook(path)
    above = ("汇总单位：云禾县财政局", "单位：元")
    book.sheet("台账", "云禾县预算单位合同台账", above, _CONTRACTS, [*rows, _totals(rows, (7, 8, 12))])
    book.close()


def _totals(rows: Sequence[tuple[Cell, ...]], sums: Sequence[int]) -> tuple[Cell, ...]:
    cells: list[Cell] = [None] * len(rows[0])
    cells[0] = "合计"
    for column in sums:
        cells[column] = total(row[column] for row in rows)
    return tuple(cells)


def everything(book: Book) -> set[object]:
    """What is marked, and so needs a place."""
    return {thing for mark in book.marks for thing in mark.things}
