"""`bihuan methods`: the library of audit methods; list, show, prove, make, switch."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from bihuan.cli.console import complain, emit, language, note, say, show
from bihuan.errors import BadMethod, BadWorkspace, NotFound, WrongUse
from bihuan.examine.basis import citations
from bihuan.examine.check import check as faults_of
from bihuan.examine.header import Method, Words, load
from bihuan.examine.library import Broken, Library, files, library, switch
from bihuan.examine.lint import lint
from bihuan.examine.scaffold import scaffold, write
from bihuan.store.workspace import Workspace

Json = Annotated[bool, typer.Option("--json", help="每行一个 JSON 对象 / one JSON object a line")]

methods = typer.Typer(no_args_is_help=True, help="审计方法库 / The library of audit methods")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(methods, name="methods")


@methods.command("list")
def list_methods(ctx: typer.Context, as_json: Json = False) -> None:
    """列出方法 / List the methods."""
    held = library(_workspace(ctx))
    if as_json:
        for one in held.methods:
            emit(_described(one, held))
    else:
        headings = [say("专题", "pack"), "id", say("名称", "title"), say("级别", "level"), say("状态", "status")]
        show("", headings, [_row(one, held) for one in held.methods])
    for bad in held.broken:
        complain(bad.reason)


@methods.command("show")
def show_method(
    ctx: typer.Context, name: Annotated[str, typer.Argument(help="方法的 id / id of the method")], as_json: Json = False
) -> None:
    """显示一个方法：做什么、依据、要问什么、SQL / Show a method: what for, basis, what to ask, SQL."""
    held = library(_workspace(ctx))
    one = held.method(name)
    if as_json:
        emit({**_described(one, held), "text": one.text})
        return
    header = one.header
    cited = "；".join(citations(header.basis).values()) or "—"
    lines = {
        say("名称", "title"): _in_words(header.title),
        say("为什么", "why"): _in_words(header.why),
        say("属于正常的情形", "not when"): _in_words(header.not_when),
        say("应调取", "ask for"): _in_words(header.ask),
        say("依据", "basis"): cited,
        say("读取的表", "reads"): "、".join((*header.reads, *header.optional)),
        say("文件", "file"): str(one.path),
    }
    for label, words in lines.items():
        typer.echo(f"{label}：{words}" if language() == "zh" else f"{label}: {words}")
    typer.echo(f"\n{one.sql}")


@methods.command("new")
def new(
    ctx: typer.Context,
    pack: Annotated[str, typer.Argument(help="专题 / pack")],
    name: Annotated[str, typer.Argument(help="方法的 id / id of the method")],
    from_sql: Annotated[
        str | None, typer.Option("--from-sql", help="自己的查询，- 为标准输入 / your own query, - is stdin")
    ] = None,
) -> None:
    """新建方法，可由自己的查询原样生成 / Make a method, from your own query unchanged if you have one."""
    for one in (pack, name):
        if not re.fullmatch(r"[a-z][a-z0-9_]*", one):
            raise WrongUse(f"{one!r}: use small Latin letters, digits and _, beginning with a letter.")
    workspace: Workspace = ctx.obj.workspace()
    if any(one.id == name for one in library(workspace).methods):
        raise WrongUse(f"the id {name!r} is taken. Choose another; see: bihuan methods list")
    made = scaffold(name, _query(from_sql))
    path = write(workspace.methods / pack, made, name)
    faults = lint(load(path, is_office=True))
    for fault in faults:
        complain(f"{path}: {fault}")
    note(say(f"{made.done_zh}文件：{path}", f"{made.done_en} File: {path}"))
    if faults:
        raise typer.Exit(1)


def _query(from_sql: str | None) -> str | None:
    if from_sql is None:
        return None
    if from_sql == "-":
        return sys.stdin.read()
    path = Path(from_sql)
    if not path.is_file():
        raise NotFound(f"{path}: no such file. Give a file with one SELECT, or - to read it from stdin.")
    return path.read_text(encoding="utf-8-sig")


@methods.command("on")
def switch_on(ctx: typer.Context, name: Annotated[str, typer.Argument(help="方法的 id / id")]) -> None:
    """启用一个方法 / Switch a method on."""
    workspace = ctx.obj.workspace()
    switch(workspace, library(workspace).method(name), on=True)


@methods.command("off")
def switch_off(ctx: typer.Context, name: Annotated[str, typer.Argument(help="方法的 id / id")]) -> None:
    """停用一个方法 / Switch a method off."""
    workspace = ctx.obj.workspace()
    switch(workspace, library(workspace).method(name), on=False)


@methods.command("check")
def check(
    ctx: typer.Context,
    names: Annotated[
        list[str] | None, typer.Argument(help="方法、文件或文件夹；不写为全部 / methods, files or folders; all if none")
    ] = None,
) -> None:
    """检查方法：文件头、SQL、示例 / Prove methods: header, SQL, examples."""
    held = library(_workspace(ctx))
    wanted, broken = _chosen(held, names or [], _methods_folder(ctx))
    failed = len(broken)
    for bad in broken:
        complain(bad.reason)
    for one in wanted:
        found = faults_of(one)
        failed += bool(found)
        for fault in found:
            complain(f"{one.path}: {fault}")
    good = len(wanted) + len(broken) - failed
    note(say(f"{good} 个方法通过，{failed} 个未通过。", f"{good} methods hold, {failed} do not."))
    if failed:
        raise typer.Exit(1)


def _workspace(ctx: typer.Context) -> Workspace | None:
    """The workspace, where there is one; methods work without it too."""
    try:
        found: Workspace = ctx.obj.workspace()
    except BadWorkspace:
        return None
    return found


def _methods_folder(ctx: typer.Context) -> Path | None:
    workspace = _workspace(ctx)
    return workspace.methods.resolve() if workspace else None


def _chosen(held: Library, names: list[str], root: Path | None) -> tuple[list[Method], list[Broken]]:
    if not names:
        return list(held.methods), list(held.broken)
    found: list[Method] = []
    broken: list[Broken] = []
    known = {one.id for one in held.methods} | {one.id for one in held.broken}
    for name in names:
        if name in known:
            found.append(held.method(name))
            continue
        for path in files(Path(name)):
            try:
                found.append(load(path, is_office=root is not None and root in path.resolve().parents))
            except BadMethod as error:
                broken.append(Broken(path.stem, path.parent.name, path, str(error)))
    return found, broken


def _described(one: Method, held: Library) -> dict[str, Any]:
    header = one.header
    return {
        "id": one.id,
        "pack": one.pack,
        "title": vars(header.title),
        "status": header.status,
        "role": header.role,
        "level": header.level,
        "basis": header.basis,
        "reads": header.reads,
        "scope": header.scope,
        "version": one.version,
        "is_office": one.is_office,
        "is_on": one.id not in held.off,
    }


def _row(one: Method, held: Library) -> list[object]:
    status = say("停用", "off") if one.id in held.off else one.header.status
    level = one.header.level + ("°" if one.header.role == "corroborates" else "")
    return [one.pack, one.id, _in_words(one.header.title), level, status]


def _in_words(words: Words | None) -> str:
    return getattr(words, language()) if words else ""
