"""`bihuan matters`: the register and the steps at the command line, under the same rights as the pages."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bihuan.cli.console import emit, note, say, show
from bihuan.errors import NotFound, WrongUse
from bihuan.store.workspace import Workspace

if TYPE_CHECKING:
    from bihuan.people.models import User

matters_app = typer.Typer(help="事项：台账与办理 / matters: the register and the steps", no_args_is_help=True)
As = Annotated[
    str, typer.Option("--as", help="以谁的身份；口令从提示或 BIHUAN_PASSWORD 取 / who; asks for the password")
]
Json = Annotated[bool, typer.Option("--json", help="每行一个 JSON 对象 / one JSON object a line")]


def register(app: typer.Typer) -> None:
    """Add the command and its parts."""
    app.add_typer(matters_app, name="matters")


@matters_app.command("list")
def listed(
    ctx: typer.Context,
    who: As,
    words: Annotated[str, typer.Option(help="要找的词 / words to find")] = "",
    state: Annotated[str, typer.Option(help="状态 / state")] = "",
    limit: Annotated[int, typer.Option(help="最多几行 / at most so many")] = 50,
    as_json: Json = False,
) -> None:
    """列出看得到的事项 / The matters that this person may see."""
    user = _signed_in(ctx.obj.workspace(), who)
    from bihuan.matters.api import brief
    from bihuan.matters.scope import visible
    from bihuan.matters.search import search

    found = search(visible(user), words) if words else visible(user)
    rows = [brief(one) for one in (found.filter(state=state) if state else found).order_by("-pk")[:limit]]
    if as_json:
        for row in rows:
            emit(row)
        return
    columns = ("code", "state", "unit_name", "title", "amount", "light")
    headings = say("编号,状态,单位,事项,金额,灯", "code,state,unit,matter,amount,light").split(",")
    show("", headings, [[row[one] for one in columns] for row in rows])


@matters_app.command("show")
def shown(ctx: typer.Context, code: str, who: As) -> None:
    """一个事项和现在能办的事（JSON） / One matter and what may be done with it now, as JSON."""
    user = _signed_in(ctx.obj.workspace(), who)
    from bihuan.matters.api import acts, brief

    matter = _matter(user, code)
    emit({**brief(matter), "acts": acts(matter, user)})


@matters_app.command("do")
def do(
    ctx: typer.Context,
    code: str,
    act: Annotated[str, typer.Argument(help="要办的事，见 show / an act, see show; or confirm, decline")],
    who: As,
    give: Annotated[list[str] | None, typer.Option(help="名称=值，可多次 / name=value, again and again")] = None,
    file: Annotated[Path | None, typer.Option(help="附上的文件 / the file that goes with it")] = None,
) -> None:
    """办一步，与网页同一规则 / Do a step, under the rules of the pages."""
    user = _signed_in(ctx.obj.workspace(), who)
    from bihuan.matters import steps
    from bihuan.matters.api import brief
    from bihuan.matters.lifecycle import ACTS

    matter, content = _matter(user, code), _given(give or [])
    if act == "confirm":
        matter = steps.confirm(matter.code, by=user)
    elif act == "decline":
        matter = steps.decline(matter.code, by=user, reason=str(content.get("reason", "")))
    elif act in ACTS:
        with _opened(file) as handed:
            matter = steps.perform(matter.code, act, by=user, content={**content, **handed})
    else:
        raise WrongUse(f"{act!r} is no act. What may be done now: bihuan matters show {code} --as {who}")
    emit(brief(matter))


def _signed_in(workspace: Workspace, who: str) -> User:
    """The person, once the password was right: an act is somebody's own."""
    from bihuan.web.start import django

    django(workspace)
    from django.contrib.auth.hashers import check_password

    from bihuan.people.models import User

    password = os.environ.get("BIHUAN_PASSWORD") or typer.prompt(say("口令", "Password"), hide_input=True, err=True)
    user = User.objects.filter(username=who, is_active=True).first()
    if user is None or not check_password(password, user.password):
        raise NotFound(say(f"{who}：用户名或口令不对。", f"{who}: no such user, or another password."))
    note(say(f"以 {user} 的身份", f"as {user}"))
    return user


def _matter(user: User, code: str) -> Any:
    from bihuan.matters.scope import visible

    found = visible(user).filter(code=code).first()
    if found is None:
        raise NotFound(say(f"{code}：没有此事项。", f"{code}: no such matter. List them with: bihuan matters list"))
    return found


def _given(pairs: list[str]) -> dict[str, Any]:
    """`name=value` pairs; a name that comes again makes a list."""
    found: dict[str, Any] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise WrongUse(f"--give {pair}: write it as name=value.")
        found[name] = value if name not in found else [*_listed(found[name]), value]
    return found


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


@contextmanager
def _opened(path: Path | None) -> Iterator[dict[str, Any]]:
    """The file as content, open while the step runs."""
    if path is None:
        yield {}
        return
    from django.core.files import File

    with path.open("rb") as file:
        yield {"file": File(file, path.name)}
