"""The cast of the closed loop, always the same, and matters brought to any state by real steps."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from cast import Cast, make_cast, make_units


@pytest.fixture
def units(db):
    return make_units()


@pytest.fixture
def cast(units) -> Cast:
    return make_cast(units)


@pytest.fixture(scope="session")
def examined_once(tmp_path_factory) -> Path:
    """A workspace with a run: units U1 and U2 paid invoices twice; the method knows money that came back."""
    from bihuan.examine.run import examine
    from bihuan.store.snapshot import head
    from small_books import workspace
    from written_methods import method_with

    remedy = """remedy: |
  SELECT unit_id, payee_id, invoice_no, list_sort(list(row_id)) AS payment_rows
  FROM payment WHERE amount < 0 GROUP BY unit_id, payee_id, invoice_no
examples:
"""
    rows = [
        {"unit_id": unit, "payee_id": payee, "payee_name": f"{payee}公司", "payee_account": f"62284800000{number:02d}",
         "invoice_no": f"F{number}", "amount": f"{number}00.00", "paid_on": day}
        for number, (unit, payee) in enumerate(
            [("U1", "P1"), ("U1", "P2"), ("U2", "P3"), ("U1", "P4"), ("U1", "P5")], 1
        )
        for day in ("2024-01-05", "2024-02-05")
    ]  # fmt: skip
    made = workspace(tmp_path_factory.mktemp("examined"), {"payment": rows})
    examine(made, head(made), [method_with(("examples:\n", remedy))])
    return made.root


@pytest.fixture
def office(examined_once, tmp_path, settings):
    """The workbench's workspace, a copy of its own for each test."""
    from bihuan.store.workspace import open_workspace

    root = tmp_path / "office"
    shutil.copytree(examined_once, root)
    settings.BIHUAN_WORKSPACE = root
    return open_workspace(root)


@pytest.fixture
def ranking(office):
    from bihuan.leads.ranking import rank

    return rank(office)


@pytest.fixture
def matter_in(cast, ranking) -> Callable[..., object]:
    """Bring a lead of U1 (the `number`-th) to a state by real steps; gives the matter."""
    from story import Story

    return Story(cast, ranking).to
