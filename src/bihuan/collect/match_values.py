"""What the values under a heading look like: the evidence by which the matcher trusts, or doubts, a heading."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from bihuan.collect.desk import Desk
from bihuan.collect.sheet import Sheet
from bihuan.model.values import PLAIN, READERS, BadValue, Style, credit_code, identity, style_of
from bihuan.model.values.text import clean
from bihuan.store.engine import quoted

SAMPLED = 400  # rows from the top of the sheet
_SERIAL = re.compile(r"[2-5]\d{4}(\.\d+)?")  # 1954 to 2064 as days since 1900
_MONTHLY = re.compile(r"(19|20)\d{2}\s*[-./年]?\s*(第\s*)?(0?[1-9]|1[0-2])\s*[月期]?")
_CODE = re.compile(r"[\dA-Za-z][\dA-Za-z.\-_/]*")
_CODED_NAME = re.compile(r"[0-9A-Za-z.]*\d[0-9A-Za-z.]*[-_\\/ ]+[^\d\s].*")
_DOCUMENT = re.compile(
    r"[一-龥]+[〔﹝［\[【(（](19|20)\d{2}[〕﹞］\]】)）]第?\d+号"
)  # 国发〔2025〕3号: how offices number what they issue
_FORMS = frozenset({"identity", "credit_code"})  # told by their check characters
_PERSON_ROLE = re.compile(r"(^|_)(name|payee|holder|owner)$|_name$")


@dataclass(frozen=True)
class Wanted:
    """What a model column expects of its values."""

    name: str
    type: str
    form: str | None = None

    @property
    def expectation(self) -> Wanted:
        """The same without a name that says nothing of the values."""
        if self.form in _FORMS:
            return Wanted("", "", self.form)
        is_told_by_name = self.type == "text" or self.name == "period"
        return Wanted(self.name if is_told_by_name else "", self.type)


@dataclass(frozen=True)
class Sample:
    """The first rows of a sheet as text, by heading; blanks are empty."""

    columns: Mapping[str, tuple[str, ...]]
    scales: Mapping[str, int] = field(default_factory=dict)  # yuan in one unit of a heading's money
    _fits: dict[tuple[Wanted, str], float | None] = field(default_factory=dict, repr=False, compare=False)

    def values(self, heading: str) -> tuple[str, ...]:
        """The filled values under a heading."""
        return tuple(one for one in self.columns[heading] if one)

    def scale(self, heading: str) -> int:
        """Yuan in one unit of its money: what is 11.1550 in 万元 has no more than two decimals in yuan."""
        return self.scales.get(heading, 1)

    def fit(self, wanted: Wanted, heading: str) -> float | None:
        """`fit` of the values under a heading; columns of many tables expect the same, and it is counted once."""
        asked = wanted.expectation, heading
        if asked not in self._fits:
            self._fits[asked] = fit(wanted, self.values(heading), self.scale(heading))
        return self._fits[asked]

    def same(self, one: str, other: str) -> bool:
        """Whether two headings hold the same in every sampled row."""
        return self.columns[one] == self.columns[other]


def take(sheet: Sheet, desk: Desk) -> Sample:
    """The sample of a sheet."""
    if not sheet.headings:
        return Sample({})
    names = ", ".join(map(quoted, sheet.headings))
    rows = desk.engine.rows(f"SELECT {names} FROM ({sheet.scan}) LIMIT {SAMPLED}")
    columns = zip(*rows, strict=True) if rows else [()] * len(sheet.headings)
    return Sample(
        {h: tuple(clean(one or "") for one in cells) for h, cells in zip(sheet.headings, columns, strict=True)},
        {h: sheet.scale(h) for h in sheet.headings},
    )


def fit(wanted: Wanted, values: Sequence[str], scale: int = 1) -> float | None:
    """Share of the values that the column could hold (0 to 1); None where there is nothing to judge by."""
    distinct = list(dict.fromkeys(values))
    if not distinct:
        return None
    if wanted.form == "identity":
        return _share(distinct, identity.is_valid, floor=0.3)
    if wanted.form == "credit_code":
        return _share(distinct, credit_code.is_valid, floor=0.3)
    if wanted.type == "text":
        return _text_fit(wanted.name, distinct)
    if wanted.name == "period":
        return _share(distinct, lambda one: bool(_MONTHLY.fullmatch(one)) or _whole_below(one, 99))
    style = how_written(wanted.type, distinct, scale)
    return _share(distinct, lambda one: _reads(wanted.type, one, style))


def how_written(type_: str, values: Sequence[str], scale: int = 1) -> Style:
    """The style that the values of a column show: decimal comma, day first, Excel's day numbers; the money's scale."""
    if type_ not in {"money", "price", "quantity", "integer", "date", "instant"}:
        return PLAIN
    style = replace(style_of(type_, values), scale=Decimal(scale))
    filled = [one for one in values if one]
    if type_ in {"date", "instant"} and filled and all(_SERIAL.fullmatch(one) for one in filled):
        return replace(style, excel_serial=True)
    return style


def unreadable(type_: str, values: Sequence[str], scale: int = 1) -> list[str]:
    """The sampled values that cannot be read in any one style, at most three: a reason to ask."""
    style = how_written(type_, values, scale)
    return [one for one in dict.fromkeys(values) if not _reads(type_, one, style)][:3]


def is_monthly(values: Sequence[str]) -> bool:
    """Whether the values name a year and a month together (202401, 2024年1期)."""
    return bool(values) and all(_MONTHLY.fullmatch(one) for one in values)


def is_coded_name(values: Sequence[str]) -> bool:
    """Whether code and name stand in one cell: 1001-库存现金, 001 某局."""
    return bool(values) and all(_CODED_NAME.fullmatch(one) for one in values)


def _text_fit(name: str, values: Sequence[str]) -> float:
    if name.endswith("dc"):
        return _share(values, lambda one: len(one) <= 6)
    codes = _share(
        values, lambda one: bool(_CODE.fullmatch(one) or _CODED_NAME.fullmatch(one) or _DOCUMENT.fullmatch(one))
    )
    if _PERSON_ROLE.search(name):
        numbers = _share(values, lambda one: one.replace(".", "").isdigit())
        return 1 - 0.8 * numbers
    if name.endswith(("_code", "_no", "_id")) or name in {"code"}:
        # 001-某局 is a code too, and so is a bare name where the source knows no codes.
        return max(codes, 0.6)
    return 1.0


def _share(values: Sequence[str], test: Callable[[str], bool], floor: float = 0.0) -> float:
    return max(sum(1 for one in values if test(one)) / len(values), floor)


def _reads(type_: str, value: str, style: Style) -> bool:
    try:
        READERS[type_](value, style)
    except BadValue:
        return False
    return True


def _whole_below(value: str, limit: int) -> bool:
    digits = re.sub(r"[^\d]", "", value.removesuffix(".0"))
    return digits.isdigit() and int(digits) <= limit and len(value) <= 5
