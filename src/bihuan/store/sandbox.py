"""An auditor's own SQL: read-only, on one snapshot, with nothing else of the machine in reach.

`enable_external_access=false` alone would refuse our own Parquet, and with `allowed_directories` a COPY TO could write
into the snapshot. So: only the folder of parts is reachable, the configuration is locked, exactly one statement of
type SELECT is accepted, and parts are read-only files.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from bihuan.errors import BadQuery
from bihuan.store.books import open_books
from bihuan.store.engine import Engine, text
from bihuan.store.snapshot import Snapshot
from bihuan.store.workspace import Workspace


def open_sandbox(workspace: Workspace, snapshot: Snapshot) -> Engine:
    """The books, opened so that only they can be read and nothing can be written or changed."""
    engine = open_books(workspace, snapshot)
    parts = text(str((workspace.books / "parts").resolve()))
    engine.run("SET temp_directory = ''")
    engine.run(f"SET allowed_directories = [{parts}]")
    engine.run("SET enable_external_access = false")
    engine.run("SET lock_configuration = true")
    return engine


def checked(query: str) -> str:
    """The query, if it is exactly one SELECT; otherwise BadQuery."""
    try:
        statements: Sequence[duckdb.Statement] = duckdb.extract_statements(query)
    except duckdb.Error as error:
        raise BadQuery(f"the query cannot be read: {error}") from None
    if len(statements) != 1:
        raise BadQuery(f"{len(statements)} statements were given. Give exactly one SELECT.")
    if statements[0].type != duckdb.StatementType.SELECT:
        kind = str(statements[0].type).rsplit(".", 1)[-1]
        raise BadQuery(f"a {kind} statement was given. The books are read-only: give a SELECT.")
    return query.strip().rstrip(";").strip()
