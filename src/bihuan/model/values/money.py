"""Money, prices and quantities: text to Decimal, exactly or not at all. Nothing here is ever a float."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Context, Decimal

from bihuan.model.values.digits import number, points_of
from bihuan.model.values.style import PLAIN, BadValue, Style
from bihuan.model.values.text import bare, clean

FEN = Decimal("0.01")
MICRO = Decimal("0.000001")
MONEY_LIMIT = Decimal(10) ** 16  # DECIMAL(18,2)
PRICE_LIMIT = Decimal(10) ** 12  # DECIMAL(18,6)
NOISE = Decimal("0.000001")  # a sum of doubles strays less than this from the fen; a real third decimal strays more

_WIDE = Context(prec=60)
_SIGNS = {"CNY": "¥|RMB|CNY|人民币", "USD": r"US\$|\$|USD", "EUR": "€|EUR", "JPY": "¥|JPY", "HKD": r"HK\$|HKD"}
_UNITS = {
    "元": 1,
    "元整": 1,
    "圆": 1,
    "千元": 1000,
    "万": 10**4,
    "万元": 10**4,
    "百万元": 10**6,
    "亿": 10**8,
    "亿元": 10**8,
}
_UNIT = re.compile(rf"\s*({'|'.join(sorted(_UNITS, key=len, reverse=True))})(\)?)$")


def parse(text: str, style: Style = PLAIN) -> Decimal | None:
    """An amount with two decimals, or None for a blank or a dash.

    Reads 1,234.56 and 1.234,56, (1,234.56) and 1,234.56- as negative, 红字 before it, full-width forms, ¥ and 元,
    1.2E+3. A unit in the cell (1.5万元) counts before `style.scale`. Digits below the fen are refused unless they are
    zeros, or `style.binary_noise` is set and they stray by at most `NOISE`.
    """
    found = _amount(text, style)
    if found is None:
        return None
    kept = found.quantize(FEN, ROUND_HALF_EVEN, _WIDE)
    if kept != found and not (style.binary_noise and abs(kept - found) <= NOISE):
        raise BadValue(
            text,
            "金额小数超过两位，不能擅自四舍五入；请核对小数点或单位",
            "more than two decimals, and rounding would change the amount; check the decimal point or the unit",
        )
    return _within(kept, MONEY_LIMIT, text)


def parse_price(text: str, style: Style = PLAIN) -> Decimal | None:
    """A unit price with six decimals. Longer tails, which come of a division, are rounded half to even."""
    found = _amount(text, style)
    return None if found is None else _micro(found, text)


def parse_quantity(text: str, style: Style = PLAIN) -> Decimal | None:
    """A number of anything, with six decimals; 12.5 % is 0.125. `style.scale` and currency signs do not apply."""
    found = bare(text)
    if found is None:
        return None
    part = Decimal("0.01") if found.endswith("%") else Decimal(1)
    return _micro(_WIDE.multiply(_signed(found.removesuffix("%"), text, style.decimal_comma), part), text)


def style_of(values: Iterable[str]) -> bool | None:
    """What a column shows of its decimal mark: True a comma, False a point; None no evidence, or evidence of both."""
    seen = {points_of(core) for value in values if (core := _core(value))} - {None}
    return seen.pop() if len(seen) == 1 else None


def _core(value: str) -> str:
    return re.sub(r"[^\d.,' ]", "", clean(value)).strip()  # not bare: a formula error is no evidence


def _amount(text: str, style: Style) -> Decimal | None:
    found = bare(text)
    if found is None:
        return None
    scale = style.scale
    if unit := _UNIT.search(found):
        scale, found = Decimal(_UNITS[unit[1]]), found[: unit.start()] + unit[2]
    sign = _SIGNS.get(style.currency, re.escape(style.currency))
    found = re.sub(rf"^([-+(]?)\s*(?:{sign})\s*", r"\1", found.strip())
    found = re.sub(rf"\s*(?:{sign})\s*([-)]?)$", r"\1", found)
    return _WIDE.multiply(_signed(found, text, style.decimal_comma), scale)


def _signed(found: str, text: str, decimal_comma: bool | None) -> Decimal:
    """The number with its sign: before it, behind it, as brackets or as 红字; two signs are one too many."""
    body = found.strip().replace("−", "-").replace("–", "-").replace("—", "-")
    red = re.match(r"\(?(?:红字|红|负)\)?\s*", body)
    body = body[red.end() :] if red else body
    bracket = body.startswith("(") and body.endswith(")")
    body = body[1:-1].strip() if bracket else body
    before, behind = body.startswith("-"), body.endswith("-")
    if bool(red) + bracket + before + behind > 1:
        raise BadValue(text, "有两个负号，无法判断正负", "two signs; it cannot be told whether it is negative")
    body = body.removeprefix("-").removeprefix("+").removesuffix("-").strip()
    value = number(body, text, decimal_comma)
    return value.copy_negate() if value and (red or bracket or before or behind) else value


def _micro(found: Decimal, text: str) -> Decimal:
    return _within(found.quantize(MICRO, ROUND_HALF_EVEN, _WIDE), PRICE_LIMIT, text)


def _within(value: Decimal, limit: Decimal, text: str) -> Decimal:
    if abs(value) >= limit:
        raise BadValue(text, "数值过大，超出可记范围", f"too large: the limit is {limit:f}")
    return value
