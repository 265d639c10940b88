"""Samples in the workspace: immutable, named by their content, with all that is needed to draw them again.

samples/<id>/manifest.json    plan, seed, books, population, size, the statement, hash of the selection
samples/<id>/selection.json   the items
samples/<id>/answers.jsonl    what the field found, append-only; of several answers on one item the last counts
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from bihuan import __version__
from bihuan.errors import BadWorkspace, NotFound
from bihuan.sample.draw import Chosen
from bihuan.sample.plan import Plan, Population
from bihuan.sample.population import Facts, Stratum
from bihuan.sample.sized import Sized
from bihuan.sample.statement import statement
from bihuan.store.canonical import digest, read_json, write_json
from bihuan.store.engine import Engine
from bihuan.store.snapshot import Snapshot
from bihuan.store.workspace import Workspace

FORMAT = 1
SHORTEST = 4  # first characters of an id that may stand for it


@dataclass(frozen=True)
class Sample:
    """A sample as it was drawn."""

    id: str
    created_at: str
    snapshot: str
    seed: str
    plan: Plan
    facts: Facts
    size: Sized
    items: tuple[Chosen, ...]


def keep(
    workspace: Workspace, snapshot: Snapshot, seed: str, drawn: tuple[Plan, Facts, Sized, Sequence[Chosen]]
) -> Sample:
    """Write the sample aside and rename it into place; drawn again, it is the one that is there."""
    plan, facts, size, items = drawn
    selection = [_plain(asdict(one)) for one in items]
    content = {
        "snapshot": snapshot.id,
        "seed": seed,
        "plan": _plain(asdict(plan)),
        "population": _plain(asdict(facts)),
        "size": _plain(asdict(size)),
        "statement": statement(plan, facts, size, seed),
        "selection": digest(selection),
    }
    name = digest(content)[:12]
    folder = folder_of(workspace, name)
    with workspace.locked("samples"):
        if not folder.exists():
            _write(workspace, folder, content, selection)
    return load(workspace, name)


def _write(workspace: Workspace, folder: Path, content: dict[str, Any], selection: list[Any]) -> None:
    made = {"format": FORMAT, "id": folder.name, "created_at": datetime.now(UTC).isoformat(timespec="seconds")}
    made |= {"bihuan": __version__, "engine": [Engine.name, Engine.version]}
    with workspace.scratch(folder.parent) as aside:
        write_json(aside / "selection.json", selection)
        write_json(aside / "manifest.json", {**made, **content})
        for path in aside.iterdir():
            path.chmod(0o444)
        aside.rename(folder)


def load(workspace: Workspace, word: str) -> Sample:
    """The sample whose id begins with `word`; one that was altered is refused."""
    folder = folder_of(workspace, _named(workspace, word))
    raw, selection = read_json(folder / "manifest.json"), read_json(folder / "selection.json")
    if raw["format"] > FORMAT:
        raise BadWorkspace(f"{folder}: format {raw['format']} is newer than this program reads. Update Bihuan.")
    content = {name: raw[name] for name in ("snapshot", "seed", "plan", "population", "size", "statement", "selection")}
    if digest(selection) != raw["selection"] or digest(content)[:12] != raw["id"]:
        raise BadWorkspace(
            f"{folder}: the sample was altered after it was drawn. Draw it again with seed {raw['seed']}."
        )
    return Sample(
        id=raw["id"],
        created_at=raw["created_at"],
        snapshot=raw["snapshot"],
        seed=raw["seed"],
        plan=_plan(raw["plan"]),
        facts=_facts(raw["population"]),
        size=_sized(raw["size"]),
        items=tuple(_chosen(one) for one in selection),
    )


def names(workspace: Workspace) -> list[str]:
    """Ids of all samples, the oldest first."""
    found = [read_json(path) for path in (workspace.root / "samples").glob("*/manifest.json")]
    return [one["id"] for one in sorted(found, key=lambda raw: (raw["created_at"], raw["id"]))]


def folder_of(workspace: Workspace, name: str) -> Path:
    """Where the sample of that id lies."""
    return workspace.root / "samples" / name


def _named(workspace: Workspace, word: str) -> str:
    held = names(workspace)
    found = [one for one in held if len(word) >= SHORTEST and one.startswith(word)]
    if len(found) != 1:
        how_many = "several samples" if found else "no sample"
        raise NotFound(f"{word}: {how_many} of that id. There are: {', '.join(held) or 'none; draw one first'}.")
    return found[0]


def _plain(value: Any) -> Any:
    """What JSON can hold without losing a digit: fractions as `1/20`, money as text."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    return format(value, "f") if isinstance(value, Decimal) else value


def _plan(raw: dict[str, Any]) -> Plan:
    held = raw["population"]
    strata = tuple(Decimal(one) for one in held["strata"])
    population = Population(**{**held, "by": tuple(held["by"]), "strata": strata})
    numbers = {name: _number(raw[name]) for name in ("confidence", "tolerable", "expected", "spread")}
    return Plan(**{**raw, "population": population, **numbers})


def _number(text: str | None) -> Any:
    return None if text is None else Fraction(text) if "/" in text else Decimal(text)


def _facts(raw: dict[str, Any]) -> Facts:
    strata = tuple(
        Stratum(one["name"], one["items"], Decimal(one["amount"]), Decimal(one["spread"])) for one in raw["strata"]
    )
    left_out = {why: (count, Decimal(amount)) for why, (count, amount) in raw["left_out"].items()}
    return Facts(raw["items"], Decimal(raw["amount"]), raw["currency"], strata, left_out, raw["doubtful"])


def _sized(raw: dict[str, Any]) -> Sized:
    money = {name: _number(raw[name]) for name in ("certain_amount", "certain_from", "interval")}
    return Sized(**{**raw, "parts": tuple(raw["parts"]), **money})


def _chosen(raw: dict[str, Any]) -> Chosen:
    return Chosen(**{**raw, "amount": _number(raw["amount"]), "rows": tuple(raw["rows"])})
