"""The audit figures that the office publishes, in the order in which they are printed."""

from __future__ import annotations

from bihuan.examine.header import Words
from bihuan.matters.basis import Basis
from bihuan.matters.figure import Figure
from bihuan.matters.figures_effect import EFFECT
from bihuan.matters.figures_found import FOUND, money_figures
from bihuan.matters.figures_proof import PROOF
from bihuan.matters.figures_rates import RATES, class_rates
from bihuan.matters.standing import OFFICE_ROLES
from bihuan.people.rights import paths

GROUPS = {
    "found": Words("审计发现", "What was found"), "money": Words("整改资金", "Money put right"),
    "rates": Words("整改率", "How much was put right"), "effect": Words("整改成效", "What else came of it"),
    "proof": Words("复测与把关", "Proof"),
}  # fmt: skip


def figures() -> dict[str, Figure]:
    """All figures in the order in which they are printed."""
    return {one.key: one for one in (*FOUND, *money_figures(), *RATES, *class_rates(), *EFFECT, *PROOF)}


def readable(basis: Basis) -> dict[str, Figure]:
    """Those that the reader may know."""
    is_office = bool(paths(basis.user, frozenset(OFFICE_ROLES)))
    return {key: one for key, one in figures().items() if is_office or not one.for_office}
