"""What the life-cycle must know of a matter and of a person; plain values, so that it is judged without a database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bihuan.matters.words import Class, Gate, GateStatus, Kind, Resolution, Role, Side, State


@dataclass(frozen=True)
class Facts:
    """One matter as its gates and checks see it. A flag is True where the thing is there."""

    kind: Kind
    state: State
    klass: Class | None = None
    resolution: Resolution | None = None
    is_suspended: bool = False
    pending: str = ""  # the act that waits for its second signature
    did: Mapping[str, frozenset[int]] = field(default_factory=dict)  # act → who did it on this matter
    returned: int = 0  # times that it was handed back
    in_return_time: bool = True
    has_team: bool = False
    has_unit: bool = False
    has_class: bool = False
    has_due_date: bool = False
    has_sheet: bool = False  # an evidence sheet is on file
    is_shown: bool = False  # the evidence sheet was sent, so the unit may know
    has_response: bool = False
    has_verification: bool = False  # what was looked at, result per row, basis, amounts
    has_report: bool = False  # the issued report or decision
    has_plan: bool = False  # every item has measure, responsible person, date and target
    has_results: bool = False  # every item was answered with its proof
    has_answer: bool = False  # an appeal's or suggestion's answer with its class
    documents_checked: bool = False  # every item was looked at
    gates: Mapping[Gate, GateStatus] = field(default_factory=dict)
    tries_to_rate: int = 0
    days_since_closed: int = 0


@dataclass(frozen=True)
class Actor:
    """A person as he stands to one matter; the engine has no id."""

    id: int | None
    holds: frozenset[tuple[Role, Side]] = frozenset()
    is_of_unit: bool = False  # he works in the responsible unit or below it


ENGINE = Actor(None, frozenset({(Role.ENGINE, Side.ENGINE)}))
