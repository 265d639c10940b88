"""The eleven rules' hits in Cardinal's form: group → id → code → number, and `Meta` with the fences.

A lot that is a contest of its own stands under `ocid/lot`. Numbers keep nine digits.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from bihuan.errors import BadMethod
from bihuan.examine.header import Method
from bihuan.examine.lint import constants
from bihuan.store.engine import Engine

CODES = {
    "short_submission_period": "R003",
    "single_bidder": "R018",
    "close_second": "R024",
    "losing_specialist": "R025",
    "identical_prices": "R028",
    "late_bid_won": "R030",
    "all_but_winner_rejected": "R035",
    "lowest_rejected": "R036",
    "rejection_ratio_outlier": "R038",
    "heterogeneous_supplier": "R048",
    "deep_discount": "R058",
}
GROUPS = {"buyer": "Buyer", "procuring_entity": "ProcuringEntity", "tenderer": "Tenderer"}
ASIDE = ("quartiles",)  # the step of a method from which its fences come
LOWER, UPPER = ("R024", "R025"), ("R038", "R048", "R058")
# What the step `quartiles` of each method tells apart; R024, R048 and R058 have one pair of quartiles.
_BY = {"R025": "measure", "R038": "kind"}

Facts = Mapping[str, Any]
Cell = tuple[str, str]  # group and id
Report = dict[str, dict[str, dict[str, Any]]]


def report(found: Mapping[str, Iterable[Facts]], meta: Mapping[str, Mapping[str, Any]]) -> Report:
    """Hits by method id, and the fences by code, as Cardinal writes them; keys in order."""
    made: Report = {}
    for method, hits in found.items():
        code = CODES[method]
        for hit in hits:
            for (group, name), value in cells(code, hit).items():
                made.setdefault(group, {}).setdefault(name, {})[code] = float(f"{value:.9g}")
    ordered = {group: {name: made[group][name] for name in sorted(made[group])} for group in sorted(made)}
    return {**ordered, "Meta": {code: dict(sorted(values.items())) for code, values in sorted(meta.items())}}


def cells(code: str, hit: Facts) -> dict[Cell, float]:
    """The numbers that one hit stands for; none where Cardinal asks otherwise (R018 counts stated tenderers only)."""
    lot = f"/{hit['lot']}" if hit.get("lot") else ""
    place = ("OCID", f"{hit.get('process', '')}{lot}")
    match code:
        case "R018":
            return {} if hit["counted_by"] == "bids" else {place: 1.0}
        case "R024":
            return {place: hit["difference"], ("Tenderer", hit["winner"]): 0.0, ("Tenderer", hit["second"]): 0.0}
        case "R058":
            return {place: hit["difference"], ("Tenderer", hit["winner"]): 0.0}
        case "R025":
            return {("Tenderer", hit["bidder"]): hit["ratio"]}
        case "R028":
            return {place: 1.0} | {("Tenderer", one): 1.0 for one in re.split(r" \+ |, ", hit["tenderer_ids"])}
        case "R035":
            return {place: float(hit["rejected"])}
        case "R038":
            return {(GROUPS[hit["kind"]], hit["who"]): hit["ratio"]}
        case "R048":
            return {("Tenderer", hit["supplier"]): float(hit["classes"])}
        case _:
            return {place: 1.0}


def fences(engine: Engine, method: Method, query: str = "") -> dict[str, Any]:
    """The quartiles and the fence of a rule that has one, whether or not it fires; empty for the others.

    `query` is the method's SQL as it runs in the session, where that is not the whole of it.
    """
    code = CODES[method.id]
    if code not in (*LOWER, *UPPER):
        return {}
    sql = step(query or method.sql, f"SELECT {_BY.get(code, 'NULL')}, q1, q3 FROM quartiles ORDER BY 1")
    pairs = {kind: (float(q1), float(q3)) for kind, q1, q3 in engine.rows(sql, constants(method, sql) or None)}
    width = float(str(method.header.params["fence"]))
    made: dict[str, Any] = {}
    for kind, (first, third) in pairs.items():
        if kind == "bids":
            made["nth_percentile"] = third
            continue
        made |= _fence(f"{GROUPS[kind]}_" if kind in GROUPS else "", first, third, width, is_lower=code in LOWER)
    return made


def _fence(mark: str, first: float, third: float, width: float, *, is_lower: bool) -> dict[str, Any]:
    """The fence of one set of numbers; `cannot_fire` says why none can lie beyond it."""
    value = first - width * (third - first) if is_lower else third + width * (third - first)
    name = "lower_fence" if is_lower else "upper_fence"
    made: dict[str, Any] = {f"{mark}q1": first, f"{mark}q3": third, f"{mark}{name}": float(f"{value:.12g}")}
    if third <= first:
        made[f"{mark}cannot_fire"] = "no spread: the first and third quartiles are equal"
    elif is_lower and value <= 0:
        made[f"{mark}cannot_fire"] = "the lower fence is not above zero"
    return made


def step(query: str, select: str) -> str:
    """A method's own steps, asked for something else than its last SELECT, which stands at the margin."""
    at = f"\n{query}".rfind("\nSELECT ")
    if at < 0:
        raise BadMethod(
            f"its steps cannot be asked by themselves: {query[-80:]!r}. Begin the last SELECT at the margin."
        )
    return f"{query[:at]}\n{select}"
