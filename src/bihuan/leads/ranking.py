"""The one way to a run's ranked leads and dossiers."""

from __future__ import annotations

from dataclasses import dataclass

from bihuan.errors import NotFound
from bihuan.leads import labels as verdicts
from bihuan.leads.dossier import Dossier, dossiers
from bihuan.leads.lead import Lead, Run, hits, open_run
from bihuan.leads.score import weigh
from bihuan.leads.together import together
from bihuan.store.workspace import Workspace


@dataclass(frozen=True)
class Ranking:
    """The leads of a run, weightiest first, and their dossiers."""

    run: Run
    leads: tuple[Lead, ...]
    dossiers: tuple[Dossier, ...]

    def lead(self, name: str) -> Lead:
        """The lead whose id begins with `name` (at least 6 digits), or NotFound."""
        found = [one for one in self.leads if len(name) >= 6 and one.hit.id.startswith(name.lower())]
        if len(found) != 1:
            raise NotFound(f"run {self.run.id}: {len(found)} leads begin with {name!r}. List them with: bihuan leads")
        return found[0]


def rank(workspace: Workspace, run: str | None = None) -> Ranking:
    """Read a run (the newest, if none is named), weigh its leads by what auditors found so far, group them."""
    opened = open_run(workspace, run)
    held = hits(workspace, opened)
    pairs = together(workspace, opened, held)
    leads = weigh(held, pairs, verdicts.read(workspace))
    return Ranking(opened, tuple(leads), tuple(dossiers(leads, pairs)))
