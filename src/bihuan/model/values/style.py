"""How the values of one column are written, and the one error of all values."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from bihuan.errors import BihuanError


class BadValue(BihuanError, ValueError):
    """A value that is there but cannot be read; `zh` and `en` say why, the caller says where."""

    def __init__(self, text: str, zh: str, en: str) -> None:
        super().__init__(f"{text!r}: {en}")
        self.text = text
        self.zh = zh
        self.en = en


@dataclass(frozen=True)
class Style:
    """What a cell does not say of itself; its column, its sheet or a person does.

    `decimal_comma`: 1.234 and 1,234 are read by it; None refuses both (1.234,56 needs no help in any style).
    `day_first`: 03/04/2024 is 3 April; None refuses it (13/04/2024 needs no help).
    `excel_serial`: numbers are days since 1900, because the cell was numeric or the whole column is such.
    `binary_noise`: 1234.5600000001 is 1234.56; only for cells that were binary doubles (Excel, Access, FLOAT).
    `scale`: what one unit of the column is in the currency: 10000 under 单位：万元.
    `currency`: whose sign may stand beside an amount. `time_zone`: of times that name none.
    """

    decimal_comma: bool | None = False
    day_first: bool | None = None
    excel_serial: bool = False
    binary_noise: bool = False
    scale: Decimal = Decimal(1)
    currency: str = "CNY"
    time_zone: str = "Asia/Shanghai"


PLAIN = Style()
