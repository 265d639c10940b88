"""Canonical JSON: one text for one value, and no digit lost."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from bihuan.store.canonical import canonical, digest


def test_money_and_dates_travel_as_text() -> None:
    assert canonical({"b": Decimal("1.50"), "a": date(2025, 1, 2)}) == b'{"a":"2025-01-02","b":"1.50"}'


def test_ids_that_a_json_number_cannot_hold_travel_as_text() -> None:
    """An entity's id has 63 bits; evidence with such a row is hashed when its lead is taken up."""
    large = 2776986372183842595
    assert canonical({"entity_id": large, "row": [2**53 - 1, -large]}) == (
        b'{"entity_id":"2776986372183842595","row":[9007199254740991,"-2776986372183842595"]}'
    )
    assert digest({"one": large}) != digest({"one": large + 1})
