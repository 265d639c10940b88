"""Whole counties as tests use them: files made, collected, linked and examined, and set beside the truth."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from typer.testing import CliRunner

from bihuan.cli import app
from bihuan.demo.county import County
from bihuan.demo.make import TRUTH, make
from bihuan.leads.board import Case, board, handed_over
from bihuan.leads.marks import Marks
from bihuan.leads.places import Shelf
from bihuan.leads.ranking import rank
from bihuan.leads.truth import read
from bihuan.settings import Settings
from bihuan.store.snapshot import load
from bihuan.store.workspace import init, open_workspace


def bihuan(root: Path, *words: str, code: int = 0) -> str:
    """A command on the workspace; what it printed."""
    ran = CliRunner().invoke(app, ["-w", str(root), *words])
    assert ran.exit_code == code, ran.output[-3000:]
    return ran.stdout


@dataclass(frozen=True)
class Examined:
    """A county that went the whole way, and how good its leads are."""

    root: Path
    marks: Marks

    @property
    def recall(self) -> dict[str, float]:
        """The share of problems that some lead answers, plain and hiding."""
        found = {}
        for form in ("plain", "hiding"):
            held = [one for one in self.marks.problems if one.form == form]
            found[form] = sum(map(self.marks.is_found, held)) / len(held)
        return found

    @property
    def missed(self) -> list[tuple[str, str, str]]:
        """Kind, form and unit of what no lead answers."""
        return [
            (one.kind, one.form, one.unit)
            for one in self.marks.problems
            if one.form != "twin" and not self.marks.is_found(one)
        ]


def examined(root: Path, county: County) -> Examined:
    """Make the county under the folder and go the whole way; sources with planted faults make `collect` say 1."""
    make(root, county)
    init(root, Settings(name="云禾县"))
    bihuan(root, "collect", str(root / "handed-over"), code=0 if county.is_clean else 1)
    bihuan(root, "link")
    bihuan(root, "examine")
    workspace = open_workspace(root)
    ranking, problems = rank(workspace), read(root / TRUTH)
    books = load(workspace, ranking.run.snapshot)
    cases = [Case(one.number, spots) for one in problems for spots in one.cases]
    rows = sum(one.rows for one in handed_over(books))
    with board(workspace, ranking, cases, Shelf(books, (root,))) as held:
        return Examined(root, Marks(ranking.leads, problems, held.lost, rows, held.answers()))
