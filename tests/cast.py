"""The cast of the closed loop, always the same: who acts, in which role, over which unit."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any


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


def make_units() -> dict[str, Any]:
    """The county, its audit office, two departments, a school below one of them."""
    from bihuan.people.models import Unit

    root = Unit.objects.create(code="139", name="云禾县")
    office = Unit.objects.create(code="AO", name="云禾县审计局", parent=root)
    first = Unit.objects.create(code="U1", name="云禾县教育局", parent=root)
    second = Unit.objects.create(code="U2", name="云禾县水利局", parent=root)
    school = Unit.objects.create(code="S1", name="云禾县第一小学", parent=first)
    return {"root": root, "office": office, "U1": first, "U2": second, "S1": school}


def make_cast(units: dict[str, Any]) -> Cast:
    """Everybody with the appointments that his part needs."""
    from bihuan.people.models import Appointment, User

    made = {}
    for name in (one.name for one in fields(Cast)):
        unit = units["office"] if name in OFFICE else units[OTHERS[name][1]] if name in OTHERS else None
        made[name] = User.objects.create(username=name, display_name=name.capitalize(), unit=unit)
    for name, role in OFFICE.items():
        Appointment.objects.create(user=made[name], role=role, over=units["root"])
    for name, (role, over) in OTHERS.items():
        Appointment.objects.create(user=made[name], role=role, over=units[over])
    Appointment.objects.create(user=made["fang"], role="delegate", over=units["root"])
    Appointment.objects.create(user=made["root"], role="administrator", over=units["root"])
    return Cast(**made)
