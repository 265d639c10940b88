"""县商务局: trade-in claims of 40 shops, their stock and invoices, watched prices, payouts, and lists to check by."""

from __future__ import annotations

from pathlib import Path

from bihuan.demo.county import County
from bihuan.demo.departments import _tradein, _tradein_files, _tradein_problems
from bihuan.demo.truth import Planted, settle


def hand_over(county: County, folder: Path) -> list[Planted]:
    """Nine files in two folders."""
    made = _tradein.trade(county)
    _tradein_problems.plant(made)
    return settle(made.marks, _tradein_files.write(made, folder))
