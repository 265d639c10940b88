"""The cast of the closed loop, always the same, and matters brought to any state by real steps."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path

import pytest

FIXED = "2024-06-01"


@dataclass(frozen=True)
class Cast:
    """Who acts. `lin` and `chen` audit, `zhao` reviews, `sun` dispatches, `wang` and `ma` answer for unit U1, …"""

    lin: object
    chen: object
    zhao: object
    sun: object
    wang: object
    ma: object
    qian: object
    he: object
    zhou: object
    zhou2: object
    gao: object
    deng: object  # registrar
    deng2: object
    fang: object  # delegate
    resident: object
    other_head: object  # head of U2
    stranger: object
    root: object  # administrator


OFFICE = {
    "lin": "auditor", "chen": "auditor", "zhao": "reviewer", "sun": "dispatcher", "qian": "acceptor", "he": "closer",
    "zhou": "supervisor", "zhou2": "supervisor", "gao": "leader", "deng": "registrar", "deng2": "registrar",
}  # fmt: skip
OTHERS = {"wang": ("unit_contact", "U1"), "ma": ("unit_head", "U1"), "other_head": ("unit_head", "U2")}


@pytest.fixture
def units(db):
    from bihuan.people.models import Unit

    root = Unit.objects.create(code="139", name="青禾县")
    office = Unit.objects.create(code="AO", name="青禾县审计局", parent=root)
    first = Unit.objects.create(code="U1", name="青禾县教育局", parent=root)
    second = Unit.objects.create(code="U2", name="青禾县水利局", parent=root)
    school = Unit.objects.create(code="S1", name="青禾县第一小学", parent=first)
    return {"root": root, "office": office, "U1": first, "U2": second, "S1": school}


@pytest.fixture
def cast(units) -> Cast:
    from bihuan.people.models import Appointment, User

    made = {}
    for name in (one.name for one in fields(Cast)):
        unit = units["office"] if name in OFFICE else units[OTHERS[name][1]] if name in OTHERS else None
        made[name] = User.objects.create(username=name, display_name=name.capitalize(), unit=unit)
    for name, role in OFFICE.items():
        Appointment.objects.create(user=made[name], role=role, over=units["root"])
    for name, (role, unit) in OTHERS.items():
        Appointment.objects.create(user=made[name], role=role, over=units[unit])
    Appointment.objects.create(user=made["fang"], role="delegate", over=units["root"])
    Appointment.objects.create(user=made["root"], role="administrator", over=units["root"])
    return Cast(**made)


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
