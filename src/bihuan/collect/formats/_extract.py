"""What all databases have in common: the address from the environment, the choice of tables, the extract that is kept.

A database is handed over as `env:NAME`, `env:NAME/schema` or `env:NAME/schema/table,table`. Its address stands in the
environment variable BIHUAN_DB_NAME (or NAME), and nowhere else: no message, log or file of ours says it.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from bihuan.collect.desk import Desk
from bihuan.collect.formats.parquet import grid_of
from bihuan.collect.handed import Handed, Reading
from bihuan.collect.kind import kinds
from bihuan.collect.sheet import Sheet
from bihuan.errors import BadSource, Unsure, WrongUse

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

PREFIX = "env:"
VARIABLE = "BIHUAN_DB_"
MANIFEST = "tables.json"  # written last: an extract that has it is whole
FEW = 40  # tables that are all extracted; of more, those that a known export reads
ALL = "*"
Columns = Mapping[str, Sequence[str]]  # table → its columns


@dataclass(frozen=True)
class Asked:
    """What of a database was asked for."""

    name: str
    schema: str = ""
    tables: tuple[str, ...] = ()


def is_database(word: str) -> bool:
    """Whether a word of the command line names a database instead of a file."""
    return word.startswith(PREFIX)


def handed_over(word: str, folder: Path, environment: Mapping[str, str] | None = None) -> Handed:
    """The database that `env:NAME…` names; its extract will lie in `folder`."""
    wanted = asked(word)
    known = os.environ if environment is None else environment
    url = known.get(VARIABLE + wanted.name) or known.get(wanted.name) or ""
    if not url:
        raise WrongUse(
            f"{word}: the environment variable {VARIABLE}{wanted.name} is not set. Put the database's address into it, "
            "such as postgresql://user:password@host/database."
        )
    handed = Handed(folder, word, url=url)
    parsed(handed)
    return handed


def asked(word: str) -> Asked:
    """`env:NAME/schema/table,table` in its parts; schema and tables may lack."""
    name, _, rest = word.removeprefix(PREFIX).partition("/")
    schema, _, tables = rest.partition("/")
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
        raise WrongUse(f"{word}: write it like env:U8, env:U8/dbo or env:U8/dbo/GL_accvouch,code.")
    return Asked(name, schema, tuple(filter(None, tables.split(","))))


def parsed(handed: Handed) -> URL:
    """The address in its parts; what is no address is refused without being shown."""
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        return make_url(handed.url)
    except (ArgumentError, ValueError):
        raise BadSource(
            f"{handed.label}: what stands in the environment is not the address of a database. "
            "Write it like postgresql://user:password@host:5432/database."
        ) from None


def chosen(found: Columns, handed: Handed, desk: Desk) -> tuple[str, ...]:
    """The tables to extract: those asked for; else all, or of very many those that a known export reads."""
    wanted = asked(handed.name).tables
    if wanted and wanted != (ALL,):
        return _named(found, wanted, handed)
    if len(found) <= FEW or wanted == (ALL,):
        return tuple(sorted(found))
    known = tuple(name for name in sorted(found) if _is_known(name, found[name], handed, desk))
    if not known:
        raise Unsure(
            f"{handed.label}: {len(found):,} tables, and none is of a known system. "
            f"Name those that matter: {PREFIX}NAME/SCHEMA/TABLE,TABLE (or {ALL} for all)."
        )
    desk.note(
        f"{handed.label}: {len(known)} of {len(found):,} tables belong to a known system and were extracted: "
        f"{', '.join(known)}. Others are read when named: {PREFIX}NAME/SCHEMA/TABLE,TABLE."
    )
    return known


def _named(found: Columns, wanted: Sequence[str], handed: Handed) -> tuple[str, ...]:
    bare = {name.casefold(): name for name in found}
    missing = [name for name in wanted if name not in found and name.casefold() not in bare]
    if missing:
        raise BadSource(f"{handed.label}: no table {', '.join(missing)}, or no right to read it. Check the name.")
    return tuple(name if name in found else bare[name.casefold()] for name in wanted)


def _is_known(name: str, columns: Sequence[str], handed: Handed, desk: Desk) -> bool:
    looks = Sheet(handed, name, tuple(columns), "", 0)
    return any(need.is_named(looks) and need.fits(looks) for kind in kinds(desk.maps) for need in kind.sheets)


def schema_of(handed: Handed, holding: Mapping[str, int]) -> str:
    """The schema asked for, or the only one that holds tables."""
    wanted = asked(handed.name).schema
    if wanted:
        if wanted not in holding:
            raise BadSource(f"{handed.label}: no schema {wanted!r} with tables. Found: {', '.join(sorted(holding))}.")
        return wanted
    if not holding:
        raise BadSource(f"{handed.label}: this account sees no table. Ask for the right to read (SELECT).")
    if len(holding) > 1:
        listed = ", ".join(f"{name} ({count} tables)" for name, count in sorted(holding.items()))
        raise Unsure(f"{handed.label}: tables lie in several schemas: {listed}. Name one: {handed.name}/SCHEMA.")
    return next(iter(holding))


def begin(folder: Path) -> None:
    """An empty folder for the extract; what a killed command left of one goes."""
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob("*.parquet"):
        left.unlink()


def place(folder: Path, table: str) -> Path:
    """Where the extract of a table goes."""
    bare = re.sub(r'[\x00-\x1f<>:"/\\|?*]', "_", table)[:80]
    target = folder / f"{bare}.parquet"
    return target if not target.exists() else folder / f"{bare}-{len(list(folder.iterdir()))}.parquet"


def finish(folder: Path, files: Mapping[str, str]) -> None:
    """Note which file holds which table; nothing that changes from day to day, so that the same rows hash the same."""
    words = json.dumps({"format": 1, "tables": files}, ensure_ascii=False, indent=1, sort_keys=True)
    (folder / MANIFEST).write_text(words + "\n", encoding="utf-8")


def is_whole(folder: Path) -> bool:
    """Whether the extract was made already."""
    return (folder / MANIFEST).is_file()


def reading(handed: Handed, desk: Desk) -> Reading:
    """The grids of an extract that is whole."""
    files = json.loads((handed.path / MANIFEST).read_text(encoding="utf-8"))["tables"]
    if not files:
        raise BadSource(f"{handed.label}: none of the tables holds a row. Check the schema and the account.")
    tables = sorted((table, file) for file, table in files.items())
    return Reading(grids=tuple(grid_of(handed, handed.path / file, table, desk) for table, file in tables))


def failed(handed: Handed, error: BaseException) -> BadSource:
    """The error for a database that refuses, without anything of its address."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    words = _scrubbed(lines[0] if lines else "", handed)
    return BadSource(
        f"{handed.label}: the database refuses ({type(error).__name__}: {words}). "
        "Check the address, the account and that the server runs; see docs/restoring-databases.md."
    )


def _scrubbed(words: str, handed: Handed) -> str:
    url = parsed(handed)
    options = [one for value in url.query.values() for one in ((value,) if isinstance(value, str) else value)]
    parts = {handed.url, url.username, str(url.password or ""), url.host, url.database, str(url.port or ""), *options}
    for part in sorted(filter(None, parts), key=len, reverse=True):
        for form in (part, unquote(part)):
            words = words.replace(form, "…")
    return re.sub(r"\b\d{1,3}(?:\.\d{1,3}){3}\b", "…", words)
