"""县财政局: treasury payments (GB18030 CSV), budget indicators and the register of contracts (xlsx)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from bihuan.demo import indicators, payment_problems, payments
from bihuan.demo.books import ZERO
from bihuan.demo.county import YEAR, County
from bihuan.demo.indicators import Indicator
from bihuan.demo.payments import ZERO_BALANCE, Payment, Treasury
from bihuan.demo.truth import Place, Planted, settle
from bihuan.demo.write import Cell, Workbook, csv_file, total

FOLDER = "08 财政局 国库与预算"
PAYMENTS, INDICATORS, CONTRACTS = "国库集中支付2025.csv", "2025年预算指标.xlsx", "2025年合同台账.xlsx"
_HEADINGS = (
    "支付凭证号", "支付申请编号", "支付日期", "预算单位编码", "预算单位名称", "付款人账号", "付款户名", "账户性质",
    "收款人名称", "收款人账号", "收款人开户银行", "支付金额", "用途", "支付方式", "支出功能分类", "部门支出经济分类",
    "项目名称", "支出类型",
    "指标编号", "合同编号", "发票号码", "支付状态",
)  # fmt: skip


def hand_over(county: County, folder: Path) -> list[Planted]:
    """Three files."""
    treasury = payments.year(county)
    if not county.is_clean:
        payment_problems.plant(treasury)
    issued = indicators.assign(treasury, {} if county.is_clean else indicators.EXCEEDED)
    places: dict[object, Place] = {}
    place = folder / FOLDER
    place.mkdir(parents=True, exist_ok=True)
    treasury.payments.sort(key=lambda one: one.day)
    csv_file(place / PAYMENTS, _HEADINGS, _payment_rows(treasury.payments, places))
    _indicators(place / INDICATORS, issued, places)
    _contracts(place / CONTRACTS, treasury, places)
    return settle(treasury.marks, places)


def _payment_rows(made: Sequence[Payment], places: dict[object, Place]) -> Iterator[tuple[Cell, ...]]:
    for line, one in enumerate(made, start=2):
        places[one] = Place(PAYMENTS, "", line)
        yield (
            f"ZF{YEAR}{line:07d}", f"SQ{YEAR}{line:07d}", one.day, one.unit.code, one.unit.name,
            ZERO_BALANCE.format(unit=one.unit.code), f"{one.unit.name}零余额账户", "零余额账户", one.payee, one.account,
            one.bank, one.amount, one.purpose, one.pay_type, one.function, one.economic, one.project,
            "项目支出" if one.is_project else "基本支出", one.indicator, one.contract, one.invoice, one.status,
        )  # fmt: skip


def _indicators(path: Path, issued: Sequence[Indicator], places: dict[object, Place]) -> None:
    headings = ("指标编号", "预算单位编码", "预算单位名称", "指标文号", "下达日期", "指标说明", "项目名称", "支出类型",
                "支出功能分类", "资金性质", "指标金额", "已支付金额")  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    for line, one in enumerate(issued, start=4):
        places[one] = Place(INDICATORS, "指标", line)
        rows.append(
            (
                one.number,
                one.unit.code,
                one.unit.name,
                one.doc,
                one.day,
                one.words,
                one.project,
                "项目支出" if one.is_project else "基本支出",
                one.function,
                "一般公共预算资金",
                one.amount,
                one.used,
            )
        )
    rows.append(_total(rows, 0, (10, 11)))
    book = Workbook(path)
    book.sheet("指标", f"云禾县{YEAR}年预算指标表", ("填报单位：云禾县财政局", "单位：元"), headings, rows)
    for at in range(0, len(issued), 3):  # one document number for the three indicators of a unit
        book.merge_down("指标", 3, at + 4, at + 6, issued[at].doc)
    book.close()


def _contracts(path: Path, treasury: Treasury, places: dict[object, Place]) -> None:
    headings = ("序号", "单位编码", "单位名称", "合同编号", "合同名称", "乙方", "统一社会信用代码", "合同金额",
                "签订日期", "累计付款金额")  # fmt: skip
    contracts = sorted(treasury.contracts, key=lambda one: one.number)
    rows: list[tuple[Cell, ...]] = []
    for line, one in enumerate(contracts, start=4):
        places[one] = Place(CONTRACTS, "台账", line)
        paid = sum((p.amount for p in treasury.payments if p.contract == one.number), ZERO)
        rows.append(
            (
                line - 3,
                one.unit.code,
                one.unit.name,
                one.number,
                one.title,
                one.firm.name,
                one.firm.credit_code,
                one.amount,
                one.signed,
                paid,
            )
        )
    rows.append(_total(rows, 0, (7, 9)))
    book = Workbook(path)
    book.sheet("台账", f"{YEAR}年合同台账", ("汇总单位：云禾县财政局", "单位：元"), headings, rows)
    book.close()


def _total(rows: Sequence[tuple[Cell, ...]], label: int, sums: Sequence[int]) -> tuple[Cell, ...]:
    """The totals row that ends an official table."""
    cells: list[Cell] = [None] * len(rows[0])
    cells[label] = "合计"
    for column in sums:
        cells[column] = total(row[column] for row in rows)
    return tuple(cells)
