"""Fills the demo's workbench: a program of its own, since one program serves one workspace."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from bihuan.demo.county import County
from bihuan.leads.ranking import rank
from bihuan.store.workspace import open_workspace
from bihuan.web.start import django


def main(root: Path, seed: int, scale: float) -> None:
    """Tables, people, matters, the day's checkpoint; says on stdout what came of it, as JSON."""
    workspace = open_workspace(root)
    django(workspace, migrate=True)

    from bihuan.matters import checkpoints
    from bihuan.matters.showcase import PEOPLE, fill
    from bihuan.web.demo import FILE

    shown = fill(rank(workspace), County(seed, scale))
    (workspace.root / FILE).write_text(json.dumps([one.username for one in PEOPLE]), encoding="utf-8")
    checkpoints.make()
    print(json.dumps({"stars": shown.stars, "states": shown.states}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))
