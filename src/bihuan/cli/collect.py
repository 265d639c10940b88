"""`bihuan collect`: what was handed over into the books."""

from __future__ import annotations

import os
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer

from bihuan.cli.console import complain, emit, note, progress, say, show
from bihuan.collect.desk import Options
from bihuan.collect.formats import _extract
from bihuan.collect.handed import Handed
from bihuan.collect.pipeline import JOINED, REFUSED, TAKEN, UNCHANGED, Outcome, collect
from bihuan.collect.rejects import stored
from bihuan.errors import WrongUse
from bihuan.store.snapshot import Source
from bihuan.store.workspace import Workspace

SHOWN = 3  # rejects told at once; `books rejects` lists them all
_STATUS = {
    TAKEN: ("已收入", "taken in"),
    UNCHANGED: ("未变，未处理", "unchanged, nothing done"),
    REFUSED: ("拒收", "refused"),
    JOINED: ("已并入其他文件", "joined into another file"),
}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("collect")(command)


def command(
    ctx: typer.Context,
    what: Annotated[
        list[str], typer.Argument(help="文件、文件夹或 env:名称 / files, folders or env:NAME", metavar="FILE…")
    ],
    unit: Annotated[str | None, typer.Option(help="来源未写明时的单位 / unit of sources that name none")] = None,
    as_name: Annotated[str | None, typer.Option("--as", help="来源名称，同名者替换 / identity of the source")] = None,
    column_map: Annotated[Path | None, typer.Option("--map", help="列映射文件 / a column map, YAML")] = None,
    encoding: Annotated[str | None, typer.Option(help="文本文件的编码 / encoding of text files")] = None,
    password_env: Annotated[
        str | None, typer.Option(help="存放文件密码的环境变量 / environment variable that holds the password")
    ] = None,
    accept_totals: Annotated[
        str | None, typer.Option(help="合计不符仍收入的理由 / why totals that are not met are accepted")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="每行一个 JSON 对象 / one JSON object a line")] = False,
) -> None:
    """收集：把交来的文件收入账本 / Take files, folders or databases into the books."""
    workspace: Workspace = ctx.obj.workspace()
    options = Options(unit, as_name, column_map, encoding, _password(password_env), accept_totals)
    if column_map is not None and not column_map.is_file():
        raise WrongUse(f"--map {column_map}: there is no such file. Give the path of a column map, YAML.")
    with workspace.scratch(workspace.books) as folder:
        files, faults = _handed(what, folder)
        for words in faults:
            complain(words)
        if as_name and len(files) > 1:
            raise WrongUse("--as names one source; give one file with it.")
        outcomes = _collected(workspace, files, options)
    _tell(workspace, outcomes, as_json=as_json)
    if faults or not all(one.is_clean for one in outcomes):
        raise typer.Exit(1)


def _handed(words: Sequence[str], folder: Path) -> tuple[list[Handed], list[str]]:
    """The files that the words name, and what is wrong with words that name none."""
    files: list[Handed] = []
    faults: list[str] = []
    for word in words:
        if _extract.is_database(word):
            files.append(_extract.handed_over(word, folder / f"extract{len(files)}"))
            continue
        found = [Path(word)]
        if Path(word).is_dir():
            found = _below(Path(word), faults)
            if not found:
                faults.append(f"{word}: the folder holds no file that can be read. Check the path.")
        files += [Handed(path, path.name) for path in found if path.is_file()]
        faults += [_no_file(path) for path in found if not path.is_file()]
    return files, faults


def _no_file(path: Path) -> str:
    if path.is_symlink() or path.exists():
        return f"{path}: neither a file nor a folder, but a pipe, a device or a link to nothing. Give the file itself."
    return f"{path}: there is no such file or folder. Check the path."


def _below(folder: Path, faults: list[str]) -> list[Path]:
    """What a folder and its folders hold, in order; a folder that may not be entered is a fault, and so is a link."""

    def closed(error: OSError) -> None:
        faults.append(f"{error.filename}: the folder cannot be opened ({error.strerror}). Check your rights to it.")

    found: list[Path] = []
    for place, folders, files in os.walk(folder, onerror=closed):
        folders[:] = [one for one in folders if not _is_clutter(one)]
        links = [one for one in folders if (Path(place) / one).is_symlink()]
        faults += [f"{Path(place) / one}: a link to a folder is not followed. Give the folder itself." for one in links]
        found += [Path(place) / one for one in files if not _is_clutter(one)]
    return sorted(found)


def _is_clutter(name: str) -> bool:
    """What systems and office programs leave beside the files: .DS_Store, ~$lock.xlsx."""
    return name.startswith((".", "~$"))


def _collected(workspace: Workspace, files: list[Handed], options: Options) -> list[Outcome]:
    if not files:
        return []
    with progress() as bar:
        task = bar.add_task("collect", total=len(files))

        def said(name: str, done: int, total: int) -> None:
            bar.update(task, description=name, completed=done, total=total)

        return collect(workspace, files, options, said=said)


def _password(variable: str | None) -> str | None:
    if variable is None:
        return None
    if variable not in os.environ:
        raise WrongUse(
            f"--password-env {variable}: this environment variable is not set. Set it to the file's password."
        )
    return os.environ[variable]


def _tell(workspace: Workspace, outcomes: Sequence[Outcome], *, as_json: bool) -> None:
    for one in outcomes:
        for error in one.errors:
            complain(str(error))
        if one.source is not None and one.status == TAKEN:
            _tell_faults(workspace, one.source)
    if as_json:
        for one in outcomes:
            emit(_record(one))
    elif outcomes:
        headings = say("来源 状态 表 行数 拒收 控制", "source status table rows rejects controls").split()
        show("", headings, [row for one in outcomes for row in _rows(one)])


def _tell_faults(workspace: Workspace, source: Source) -> None:
    for words in source.notes:
        note(words)
    for control in source.controls:
        if not control.holds:
            said = f"{control.expected} / {control.actual}. {control.detail}"
            complain(f"{source.name}: {f'{control.table} {control.name}'.strip()}: {said}")
    rejected = sum(held["rejects"] for held in source.tables.values())
    if rejected:
        for first in islice(stored(workspace, source), SHOWN):
            place = f"{source.name} [{first['sheet']}]" if first["sheet"] else source.name
            complain(f"{place}, {str(first['reason']).removeprefix(f'{source.name}, ')}")
        complain(
            say(
                f"{source.name}：{rejected} 行无法读取，未入账。查看：bihuan books rejects {source.number}",
                f"{source.name}: {rejected} rows could not be read and are not in the books. "
                f"See them with: bihuan books rejects {source.number}",
            )
        )


def _rows(one: Outcome) -> list[list[object]]:
    status = say(*_STATUS[one.status])
    if one.source is None or one.status != TAKEN:
        return [[one.name, status, "", None, None, ""]]
    return [
        [one.name, status, table, held["rows"], held["rejects"], _held_up(one, table)]
        for table, held in one.source.tables.items()
    ]


def _held_up(one: Outcome, table: str) -> str:
    controls = [held for held in one.source.controls if held.table in (table, "")] if one.source else []
    failing = sum(not held.holds for held in controls)
    if not controls:
        return ""
    return say(f"{failing} 项不符", f"{failing} fail") if failing else say("全部相符", "all hold")


def _record(one: Outcome) -> dict[str, object]:
    source = one.source
    return {
        "source": one.name,
        "status": one.status,
        "number": source.number if source else None,
        "tables": {name: {"rows": held["rows"], "rejects": held["rejects"]} for name, held in source.tables.items()}
        if source
        else {},
        "errors": [str(error) for error in one.errors],
    }
