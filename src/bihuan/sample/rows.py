"""The rows of a sample as the books hold them, each with its place in what was handed over."""

from __future__ import annotations

from dataclasses import dataclass

from bihuan.errors import BadWorkspace
from bihuan.sample.kept import Sample
from bihuan.store.books import open_books
from bihuan.store.engine import EngineError, quoted
from bihuan.store.origin import Place, locate
from bihuan.store.snapshot import load
from bihuan.store.workspace import Workspace


@dataclass(frozen=True)
class HeldRow:
    """One row: where it stands and what it says, personal values included."""

    row_id: int
    place: Place
    values: dict[str, object]


def held_rows(workspace: Workspace, sample: Sample) -> dict[int, HeldRow]:
    """Every row of every item, from the books that the sample was drawn from."""
    snapshot = load(workspace, sample.snapshot)
    wanted = sorted({row for one in sample.items for row in one.rows})
    query = f"SELECT * FROM {quoted(sample.plan.population.table)} WHERE row_id IN (SELECT unnest($rows))"
    try:
        places = locate(workspace, snapshot, wanted)
        with open_books(workspace, snapshot) as engine:
            found = [row for batch in engine.arrow(query, {"rows": wanted}) for row in batch.to_pylist()]
    except EngineError as error:
        raise BadWorkspace(
            f"snapshot {snapshot.id}, from which sample {sample.id} was drawn, is no longer whole "
            f"({str(error).splitlines()[0]}). A source was forgotten: draw again on the books of today."
        ) from None
    return {row["row_id"]: HeldRow(row["row_id"], places[row["row_id"]], row) for row in found}
