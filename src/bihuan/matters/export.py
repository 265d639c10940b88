"""The official 整改台账 as a workbook: one row a matter, written row by row so that it needs little memory."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

import xlsxwriter
from django.db.models import DecimalField, OuterRef, QuerySet, Subquery, Sum
from django.utils import timezone

from bihuan.matters.models import Matter, Outcome
from bihuan.matters.scale import status
from bihuan.matters.words import Class, Kind, Resolution, State

EXACT_DIGITS = 15  # what a workbook's number holds; a longer amount is written as text
BATCH = 500


@dataclass(frozen=True)
class Column:
    """One column of the official form."""

    heading: str
    width: int
    value: Callable[[Matter], object]


COLUMNS = (
    Column("问题编码", 18, lambda one: one.code),
    Column("问题标题", 40, lambda one: one.title),
    Column("问题来源", 20, lambda one: "·".join(filter(None, (Kind(one.kind).zh, one.project)))),
    Column("整改责任单位", 26, lambda one: one.unit.name),
    Column("整改类别", 12, lambda one: Class(one.klass).zh if one.klass else ""),
    Column("整改措施", 40, lambda one: _lines(item.measure for item in one.items.all())),
    Column("整改责任人", 14, lambda one: _lines(item.responsible for item in one.items.all())),
    Column("整改期限", 12, lambda one: one.due_at),
    Column("整改状态", 12, status),
    Column("办理环节", 14, lambda one: State(one.state).zh),
    Column("办结方式", 12, lambda one: Resolution(one.resolution).zh if one.resolution else ""),
    Column("办结时间", 12, lambda one: one.closed_at),
    Column("涉及金额", 16, lambda one: one.amount),
    Column("已整改金额", 16, lambda one: getattr(one, "put_right", None)),
    Column("币种", 6, lambda one: one.currency if one.amount is not None else ""),
)


def workbook(matters: QuerySet[Matter]) -> IO[bytes]:
    """The workbook, open at its beginning; it is gone when closed."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 (who sends it closes it)
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "in_memory": False})
    sheet = book.add_worksheet("整改台账")
    formats = {
        "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True}),
        "money": book.add_format({"num_format": "#,##0.00"}),
        "date": book.add_format({"num_format": "yyyy-mm-dd"}),
    }
    sheet.freeze_panes(1, 2)
    for number, one in enumerate(COLUMNS):
        sheet.set_column(number, number, one.width)
        sheet.write_string(0, number, one.heading, formats["head"])
    for line, matter in enumerate(_read(matters), start=1):
        for number, one in enumerate(COLUMNS):
            _write(sheet, (line, number), one.value(matter), formats)
    book.close()
    file.seek(0)
    return file


def _read(matters: QuerySet[Matter]) -> Iterator[Matter]:
    money = (
        Outcome.objects.filter(item__matter=OuterRef("pk"), kind="money")
        .order_by()
        .values("item__matter")
        .annotate(total=Sum("amount"))
    )
    put_right = Subquery(money.values("total"), output_field=DecimalField(max_digits=20, decimal_places=2))
    return matters.annotate(put_right=put_right).prefetch_related("items").iterator(chunk_size=BATCH)


def _write(sheet: Any, cell: tuple[int, int], value: object, formats: dict[str, Any]) -> None:
    """Texts are written as texts, so one that begins with = + - @ is never a formula."""
    if isinstance(value, Decimal) and len(value.as_tuple().digits) <= EXACT_DIGITS:
        sheet.write_number(*cell, value, formats["money"])
    elif isinstance(value, datetime):
        sheet.write_datetime(*cell, timezone.localtime(value).date(), formats["date"])
    elif isinstance(value, date):
        sheet.write_datetime(*cell, value, formats["date"])
    elif value not in (None, ""):
        sheet.write_string(*cell, str(value))


def _lines(texts: Iterator[str]) -> str:
    return "；".join(one for one in texts if one)
