"""A sheet: a grid whose headings were found, with the facts of its title and its totals rows set apart."""

from __future__ import annotations

from dataclasses import dataclass, field

from bihuan.collect.handed import Handed
from bihuan.collect.layout_rows import Conditions


@dataclass(frozen=True)
class TotalsRow:
    """A row that sums others up, or carries a balance over: kept aside, never a row of the books."""

    line: int
    label: str  # 合计, 小计, 本月合计, 期初余额, 承前页, Total …, without spaces
    cells: dict[str, str]  # heading → text, filled cells only

    @property
    def is_grand(self) -> bool:
        """Whether it claims to sum up the whole sheet (合计, 总计, Total), not a part of it."""
        return self.label.casefold().rstrip(":：") in GRAND


GRAND = frozenset({"合计", "总计", "合计金额", "总合计", "total", "grandtotal", "sum"})


@dataclass(frozen=True)
class Sheet:
    """One table of text under its headings.

    `scan` is SQL giving `sheet` VARCHAR, `line` BIGINT and every heading as a VARCHAR column of exactly that name
    (quote it with `store.engine.quoted`). Totals, repeated headings, blank rows and notes are not in it.
    """

    file: Handed
    name: str  # of the sheet, table or member; "" where the format has none
    headings: tuple[str, ...]  # cleaned, two levels joined, unique even without regard to case (余额, 余额_2)
    scan: str
    line: int  # of the (last) heading; the body begins below it
    title: str = ""
    unit_name: str = ""  # 编制单位：…
    currency: str = ""  # ISO code if the head names one
    money_scale: int = 1  # yuan in one unit of the sheet's money: 10000 where it says 单位：万元
    scales: dict[str, int] = field(default_factory=dict)  # heading → its own scale, where it says （万元） or （元）
    fiscal_year: int | None = None  # of 2024年3月, 2024年度, 2024-03 in the title
    period: int | None = None  # month of the title
    stated: tuple[TotalsRow, ...] = ()
    notes: tuple[str, ...] = ()  # 制表人：…, 填报说明 … below the body
    skipped: dict[str, int] = field(default_factory=dict)  # reason → rows left out on purpose
    binary: bool = False  # numbers were binary doubles: 0.30000000000000004 is 0.30
    apart: Conditions | None = None  # what sets a row apart, where the scan did not look for it yet

    @property
    def label(self) -> str:
        """How messages name it."""
        return f"{self.file.label} [{self.name}]" if self.name else self.file.label

    def scale(self, heading: str) -> int:
        """Yuan in one unit of the money under `heading`."""
        return self.scales.get(heading, self.money_scale)
