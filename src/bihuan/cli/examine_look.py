"""`bihuan examine --from FILE` and `--as cardinal`: a first look at a file, and the eleven rules in Cardinal's form."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from bihuan.cli.console import emit, note, progress, say, show
from bihuan.errors import BihuanError, NotFound, WrongUse
from bihuan.examine import cardinal
from bihuan.examine.header import Method, load
from bihuan.examine.library import built_in, library
from bihuan.examine.look import Look, Looked, lines, look
from bihuan.examine.run import CACHED, COMPUTED, Run
from bihuan.settings import Settings
from bihuan.store.canonical import read_json
from bihuan.store.workspace import Workspace, open_workspace

CARDINAL = "cardinal"


def eleven() -> list[Method]:
    """Cardinal's rules, in the order of their codes."""
    return [load(built_in() / "procurement" / f"{name}.sql") for name in cardinal.CODES]


def look_at(path: Path, root: Path, packs: list[str], names: list[str], *, form: str | None, as_json: bool) -> int:
    """Examine a file of compiled releases and print what was found; the exit code."""
    if not path.is_file():
        raise NotFound(f"{path}: no such file.")
    methods = _wanted(packs, names)
    if form and not {one.id for one in methods} <= set(cardinal.CODES):
        raise WrongUse("--as cardinal writes Cardinal's eleven rules only. Leave --pack and --method away.")
    with progress() as bar:
        task = bar.add_task(say("读取文件", "reading"), total=None)

        def tell(one: Looked) -> None:
            bar.update(task, total=len(methods), advance=1, description=one.method.id)

        made = look(path, methods, _settings(root), with_fences=form == CARDINAL, tell=tell)
    if form == CARDINAL:
        found = {one.method.id: one.hits for one in made.found}
        emit(cardinal.report(found, made.fences))
    elif as_json:
        _lines(made)
    else:
        _table(made)
    _read(made)
    return 0


def write_cardinal(workspace: Workspace, run: Run) -> None:
    """Print what a run found by the eleven rules in Cardinal's form, with the fences of its books."""
    done = [one for one in run.outcomes if one.status in (COMPUTED, CACHED)]
    found = {one.method.id: list(_facts(workspace.runs / "results" / one.key / "hits.parquet")) for one in done}
    fences = {one.method.id: workspace.runs / "results" / one.key / "fences.json" for one in done}
    meta = {cardinal.CODES[name]: read_json(path) for name, path in fences.items() if path.exists()}
    emit(cardinal.report(found, meta))


def _facts(path: Path) -> Iterator[dict[str, Any]]:
    for batch in pq.ParquetFile(path).iter_batches(columns=["facts"]):
        yield from (json.loads(one) for one in batch.column(0).to_pylist())


def _wanted(packs: list[str], names: list[str]) -> list[Method]:
    """The eleven, unless others are asked for."""
    if not packs and not names:
        return eleven()
    held = library()
    wanted = {one.id for pack in packs for one in held.pack(pack)} | {held.method(name).id for name in names}
    return [one for one in held.methods if one.id in wanted]


def _settings(root: Path) -> Settings:
    try:
        return open_workspace(root).settings
    except BihuanError:
        # A first look needs no workspace. A second thread would take four tenths more work for a twentieth less time.
        return Settings(memory_limit="300MB", threads=1)


def _lines(made: Look) -> None:
    for one in made.found:
        for line in sorted(
            (_line(one, hit) for hit in one.hits), key=lambda line: str((line["unit"], line["subject"]))
        ):
            emit(line)
        if one.why_not:
            emit({"method": one.method.id, "status": "not_applicable", "reason": say(one.why_not.zh, one.why_not.en)})


def _line(one: Looked, hit: dict[str, Any]) -> dict[str, Any]:
    lead, reason = one.method.header.lead, one.method.header.reason
    return {
        "method": one.method.id,
        "unit": hit[lead.unit],
        "subject": {name: hit[name] for name in lead.subject},
        "amount": hit.get(lead.amount or ""),
        "currency": hit.get(lead.currency or ""),
        "on": hit.get(lead.on or ""),
        "reason": say(_filled(reason.zh, hit), _filled(reason.en, hit)),
        "lines": lines(hit),
    }


def _filled(words: str, hit: dict[str, Any]) -> str:
    for name, value in hit.items():
        words = words.replace("{" + name + "}", "—" if value is None else str(value))
    return words.strip()


def _table(made: Look) -> None:
    rows = []
    for one in made.found:
        title = one.method.header.title
        why = say(one.why_not.zh, one.why_not.en) if one.why_not else ""
        rows.append([say(title.zh, title.en), len(one.hits), why])
    show("", [say("方法", "method"), say("疑点", "leads"), say("说明", "note")], rows)


def _read(made: Look) -> None:
    read, rows = made.read, made.read.rows
    note(
        say(
            f"读了{read.releases}个采购过程（{rows['bid']}行投标、{rows['award']}行中标，"
            f"{read.replaced}个旧版本未计）。这是初看：没有留存，未读联系人等字段；全部方法请先 bihuan collect。",
            f"Read {read.releases} processes ({rows['bid']} bid rows, {rows['award']} award rows, "
            f"{read.replaced} older versions left out). A first look: nothing is kept, contacts are not read; "
            "for all methods: bihuan collect.",
        )
    )
