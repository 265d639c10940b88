"""A term of the school-meal fund as files: what schools, the finance bureau and the price office hand over."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from bihuan.demo.meals import cast
from bihuan.demo.meals.books import Books, market
from bihuan.demo.truth import Place
from bihuan.demo.write import Cell, Workbook, csv_file

FOLDER = "12 学生营养餐"
Places = dict[object, Place]


@dataclass(frozen=True)
class Batch:
    """Which schools' books go into which folder, and what the file names end with."""

    folder: Path
    schools: frozenset[str]
    suffix: str = ""

    def has(self, one: cast.School) -> bool:
        """Whether the school's books are in it."""
        return one.code in self.schools

    def path(self, words: str, books: Books, ending: str) -> Path:
        """A file of the term."""
        return self.folder / FOLDER / f"{words}（{books.term.title}）{self.suffix}.{ending}"


def write(books: Books, batch: Batch, places: Places) -> list[Path]:
    """The files of the schools in the batch; adds to `places` where each row went."""
    (batch.folder / FOLDER).mkdir(parents=True, exist_ok=True)
    writers: tuple[Callable[[Books, Batch, Places], Path], ...] = (_roll, _served, _delivered, _fed, _paid)
    return [one(books, batch, places) for one in writers]


def write_receipts(books: Books, batch: Batch, places: Places) -> list[Path]:
    """Pay slips of the finance bureau."""
    path = batch.path("学生营养改善计划资金缴回", books, "xlsx")
    headings = ("序号", "执收单位编码", "执收单位名称", "缴款书号", "票据号码", "收入项目", "缴款人", "收费金额",
                "开票日期", "缴款日期", "上缴日期", "状态", "备注")  # fmt: skip
    rows: list[Sequence[Cell]] = []
    for line, one in enumerate(books.receipts, start=4):
        places[one] = Place(path.name, "缴款书", line)
        rows.append(
            (line - 3, "201", "云禾县教育局", one.number, one.number[2:], "财政补助结余资金缴回", one.school.name,
             one.amount, one.day, one.day, one.day + timedelta(days=1), "已缴款", one.words)
        )  # fmt: skip
    book = Workbook(path)
    book.sheet("缴款书", "非税收入缴款书明细", ("填报单位：云禾县财政局", "单位：元"), headings, rows)
    book.close()
    return [path]


def write_prices(books: Books, batch: Batch) -> list[Path]:
    """Prices at the market, every Wednesday of the term."""
    path = batch.path("集贸市场价格监测", books, "csv")
    headings = ("监测点", "采价日期", "品名", "计量单位", "平均价")
    rows = ((cast.MARKET, one.day, one.item, "公斤", one.price) for one in market(books))
    csv_file(path, headings, rows)
    return [path]


def delivered_path(batch: Batch, books: Books) -> Path:
    """The file of goods received."""
    return batch.path("食材验收入库明细", books, "csv")


def _roll(books: Books, batch: Batch, places: Places) -> Path:
    path = batch.path("学籍及校历", books, "xlsx")
    headings = ("序号", "学校代码", "学校名称", "全国学籍号", "姓名", "身份证件号", "年级", "学期", "学籍状态",
                "入学日期", "离校日期")  # fmt: skip
    rows: list[Sequence[Cell]] = []
    for one in books.roll:
        if batch.has(one.school):
            places[one] = Place(path.name, "学籍", len(rows) + 4)
            rows.append(
                (len(rows) + 1, one.school.code, one.school.name, one.number, one.name, one.id_no, f"{one.grade}年级",
                 books.term.name, one.status, one.since, one.until)
            )  # fmt: skip
    book = Workbook(path)
    above = ("填报单位：云禾县教育局", "")
    book.sheet("学籍", f"云禾县中小学生学籍名册（{books.term.title}）", above, headings, rows)
    book.sheet("校历", f"云禾县中小学校历（{books.term.title}）", above, _CALENDAR, _calendar(books, batch))
    book.close()
    return path


_CALENDAR = ("学校代码", "学校名称", "学期", "开学日期", "放假日期", "在校天数")


def _calendar(books: Books, batch: Batch) -> list[Sequence[Cell]]:
    term = books.term
    days = len(cast.school_days(term.first, term.last))
    return [
        (one.code, one.name, term.name, term.first, term.last, days)
        for one in cast.schools(books.county)
        if batch.has(one)
    ]


def _served(books: Books, batch: Batch, places: Places) -> Path:
    path = batch.path("学校供餐记录", books, "csv")
    headings = ("学校代码", "学校名称", "供餐日期", "餐次", "供餐人数", "餐标", "食材支出", "补助金额")
    served = sorted((one for one in books.served if batch.has(one.school)), key=lambda one: one.school.code)
    for line, one in enumerate(served, start=2):
        places[one] = Place(path.name, "", line)
    rows = (
        (one.school.code, one.school.name, one.day, one.meal, one.heads, one.price, one.cost, one.amount)
        for one in served
    )
    csv_file(path, headings, rows)
    return path


def _delivered(books: Books, batch: Batch, places: Places) -> Path:
    path = delivered_path(batch, books)
    headings = ("学校代码", "学校名称", "出入库类型", "入库单号", "行号", "入库日期", "品名", "等级", "计量单位",
                "入库数量", "单价", "金额", "供应商", "供应商统一社会信用代码", "发票号码")  # fmt: skip
    delivered = [one for one in books.delivered if batch.has(one.school)]
    for line, one in enumerate(delivered, start=2):
        places[one] = Place(path.name, "", line)
    rows = (
        (one.school.code, one.school.name, "入库", one.slip, one.line, one.day, one.item, one.grade, one.measure,
         one.quantity, one.price, one.amount, one.supplier.name, one.supplier.credit_code, one.invoice)
        for one in delivered
    )  # fmt: skip
    csv_file(path, headings, rows)
    return path


def _fed(books: Books, batch: Batch, places: Places) -> Path:
    path = batch.path("营养改善计划受益学生名册", books, "csv")
    headings = ("单位编码", "单位名称", "补贴项目", "补贴月份", "姓名", "身份证号", "就餐天数", "补助标准", "发放金额",
                "发放日期")  # fmt: skip
    fed = [one for one in books.fed if batch.has(one.pupil.school)]
    for line, one in enumerate(fed, start=2):
        places[one] = Place(path.name, "", line)
    rows = (
        (one.pupil.school.code, one.pupil.school.name, "学生营养改善计划膳食补助", f"{one.month:%Y-%m}",
         one.pupil.name, "" if one.hides_number else one.pupil.id_no, one.days, cast.STANDARD, one.amount,
         one.month.replace(day=28))
        for one in fed
    )  # fmt: skip
    csv_file(path, headings, rows)
    return path


def _paid(books: Books, batch: Batch, places: Places) -> Path:
    path = batch.path("营养餐资金专户支付", books, "csv")
    headings = ("支付凭证号", "支付日期", "单位编码", "单位名称", "收款人名称", "收款人账号", "支付金额", "用途",
                "项目名称", "发票号码", "支付状态")  # fmt: skip
    paid = sorted((one for one in books.paid if batch.has(one.school)), key=lambda one: (one.day, one.school.code))
    for line, one in enumerate(paid, start=2):
        places[one] = Place(path.name, "", line)
    rows = (
        (one.number or f"YC{one.day:%Y%m}{one.school.code}{line:05d}", one.day, one.school.code, one.school.name,
         one.payee.name, one.payee.account, one.amount, one.purpose, one.project, one.invoice, "已支付")
        for line, one in enumerate(paid, start=2)
    )  # fmt: skip
    csv_file(path, headings, rows)
    return path
