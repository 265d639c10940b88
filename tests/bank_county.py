"""The county's banks and policies, collected and examined once for all tests that ask about them."""

from __future__ import annotations

import atexit
import json
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from bihuan.cli import app
from bihuan.demo.county import County
from bihuan.demo.departments import banks, policies
from bihuan.demo.truth import Planted
from bihuan.settings import Settings
from bihuan.store.workspace import Workspace, init

Row = tuple[str, str, int]  # source, sheet, line
SCALE = 0.02


@dataclass(frozen=True)
class Examined:
    """What was handed over, what was planted, and the leads by method."""

    workspace: Workspace
    handed: Path
    said: str  # by `collect`
    planted: list[Planted]
    leads: dict[str, list[dict[str, Any]]]


@cache
def examined(*, clean: bool = False) -> Examined:
    """The files of both departments in a workspace of their own, with the leads of their packs."""
    base = Path(tempfile.mkdtemp(prefix="bihuan-banks-"))
    atexit.register(shutil.rmtree, base, ignore_errors=True)
    county = County(7, SCALE, clean)
    planted = [*banks.hand_over(county, base / "handed"), *policies.hand_over(county, base / "handed")]
    workspace = init(base / "W", Settings(name="W", place="139999"))
    said = bihuan(workspace, "collect", str(base / "handed"))
    leads: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for pack in ("bank", "policy"):
        bihuan(workspace, "examine", "--pack", pack)
        for line in bihuan(workspace, "leads", "--json", "--limit", "10000").splitlines():
            lead = json.loads(line)
            leads[lead["method"]].append(lead)
    return Examined(workspace, base / "handed", said, planted, leads)


def bihuan(workspace: Workspace, *words: str) -> str:
    """A command as a person types it, which must succeed."""
    ran = CliRunner().invoke(app, ["-w", str(workspace.root), *words])
    assert ran.exit_code == 0, ran.output
    return ran.stdout


def rows_of(lead: dict[str, Any]) -> set[Row]:
    """The places of a lead's evidence."""
    return {(one["source"], one["sheet"], one["line"]) for one in lead["evidence"]}


def is_answered(one: Planted, leads: Iterable[dict[str, Any]]) -> bool:
    """As the score says: half of the planted rows, and not three times as many in all."""
    wanted = {(row.source, row.sheet, row.line) for row in one.rows}
    return any(
        len(wanted & held) * 2 >= len(wanted) and len(held) <= max(20, 3 * len(wanted)) for held in map(rows_of, leads)
    )


def unlike_the_truth(found: Examined, pack: set[str]) -> list[tuple[str, str, str, str]]:
    """Problems of the pack that no lead answers, twins that one does, and leads that answer nothing planted."""
    odd = []
    for one in found.planted:
        if one.kind in pack and is_answered(one, found.leads[one.kind]) == (one.form == "twin"):
            odd.append(("missed" if one.form != "twin" else "accused", one.kind, one.form, one.unit))
    for kind in sorted(pack):
        planted = [one for one in found.planted if one.kind == kind and one.form != "twin"]
        odd += [
            ("made up", kind, "", lead["unit"])
            for lead in found.leads[kind]
            if not any(is_answered(one, [lead]) for one in planted)
        ]
    return odd
