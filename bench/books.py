"""A workspace whose books are the generated journal, committed through the store as collecting would."""

from __future__ import annotations

import shutil
from pathlib import Path

from bench.ledger_bench import BOOKS, make, open_journal
from bihuan.settings import Settings
from bihuan.store import workspace as workspaces
from bihuan.store.engine import connect, text
from bihuan.store.snapshot import EMPTY, Part, Source, commit, keep_part
from bihuan.store.workspace import Workspace


def make_books(root: Path, lines: int) -> Workspace:
    """200 books of `lines` journal lines in all, their accounts and balances."""
    workspace = workspaces.init(root, Settings(name="bench"))
    made = root / "made"
    made.mkdir()
    make(made, lines)
    with open_journal(made) as engine:
        for name in ("account", "account_balance"):
            engine.run(f"COPY (SELECT * FROM {name}) TO {text(str(made / name))} (FORMAT PARQUET)")
    parts, sources = [], []
    for book in range(BOOKS):
        parts.append(_part(workspace, made / f"journal_line_{book:03}.parquet", "journal_line", book + 1))
        sources.append(_source(book + 1))
    for number, name in enumerate(("account", "account_balance"), BOOKS + 1):
        parts.append(_part(workspace, made / name, name, number))
        sources.append(_source(number))
    shutil.rmtree(made)
    commit(workspace, sources, parts, parent=EMPTY)
    return workspace


def _part(workspace: Workspace, path: Path, table: str, source: int) -> Part:
    with connect(workspace.settings) as engine:
        read = f"read_parquet({text(str(path))})"
        columns = tuple(name for name, _ in engine.columns(f"SELECT * FROM {read}"))
        rows, units = engine.one(f"SELECT count(*), list(DISTINCT unit_id) FROM {read}")
    return Part(table, source, None, rows, keep_part(workspace, path), columns, tuple(sorted(units)), None, None)


def _source(number: int) -> Source:
    return Source(number, f"book{number}.csv", f"book{number}", "0" * 64, "bench", "", "")
