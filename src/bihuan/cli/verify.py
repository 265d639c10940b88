"""`bihuan verify`: whether the journal is whole, by the same file that can be handed to anyone."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer

from bihuan.cli.console import emit, language, note, say
from bihuan.errors import NotFound, WrongUse
from bihuan.matters import verifier
from bihuan.store.workspace import Workspace

BAD = 1


@dataclass
class Verdict:
    """What the verifier found, and which guards of the database are not in place (the workspace's own journal only)."""

    report: verifier.Report
    unguarded: list[str] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        """Whether all fits."""
        return not (self.report.faults or self.unguarded)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("verify")(verify)


def verify(
    ctx: typer.Context,
    bundle: Annotated[
        Path | None, typer.Argument(help="日志包；不写则查本工作区 / a bundle; else this workspace")
    ] = None,
    checkpoint: Annotated[
        Path | None, typer.Option(help="另行保存的检查点 / a checkpoint that was kept elsewhere")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON / as JSON")] = False,
    export: Annotated[Path | None, typer.Option(help="只导出日志包 / only export the bundle")] = None,
    alone: Annotated[
        Path | None, typer.Option("--verifier", help="写出可单独运行的核验程序 / write the stand-alone verifier")
    ] = None,
    rotate_key: Annotated[
        bool, typer.Option(help="换用新密钥，由现密钥签署 / a new key, signed by the present one")
    ] = False,
) -> None:
    """核验日志：是否有条目被改、被删、被截去 / Whether entries of the journal were changed, removed or cut off."""
    if sum(map(bool, (bundle, export, alone, rotate_key))) > 1:
        raise WrongUse("Give one of BUNDLE, --export FILE, --verifier FILE and --rotate-key.")
    if alone:
        _write_verifier(alone)
    elif rotate_key:
        _rotate(ctx.obj.workspace())
    elif export:
        _export(ctx.obj.workspace(), export)
    else:
        verdict = _verdict(bundle, checkpoint) if bundle else _own(ctx.obj.workspace(), checkpoint)
        _tell(verdict, as_json=as_json)


def _verdict(bundle: Path, checkpoint: Path | None) -> Verdict:
    try:
        return Verdict(verifier.verify(str(bundle), str(checkpoint or "")))
    except verifier.Unreadable as error:
        raise WrongUse(f"{error}. Give a bundle that `bihuan verify --export FILE` wrote.") from error


def _own(workspace: Workspace, checkpoint: Path | None) -> Verdict:
    """The workspace's own journal, exported aside, against the newest checkpoint that lies in its folder."""
    _start(workspace)
    from bihuan.matters import bundle, triggers

    signed = sorted((workspace.root / "checkpoints").glob("????-??-??.json"))
    with workspace.scratch(workspace.root) as folder:
        bundle.export(folder / "journal.zip", workspace.root)
        verdict = _verdict(folder / "journal.zip", checkpoint or (signed[-1] if signed else None))
    verdict.unguarded = triggers.check()
    return verdict


def _export(workspace: Workspace, path: Path) -> None:
    _start(workspace)
    from bihuan.matters import bundle

    made = bundle.export(path, workspace.root)
    short = verifier.short(made["hash"])
    count = made["entries"]
    note(say(f"已导出 {count} 条日志（{short}）：{path}", f"{count} entries ({short}): {path}"))


def _rotate(workspace: Workspace) -> None:
    """A new key, and the entry that says so."""
    _start(workspace)
    from django.db import transaction

    from bihuan.matters import journal, keys

    with transaction.atomic():
        journal.lock()
        key = keys.rotate(workspace.root)
        facts: dict[str, journal.Fact] = {"key": key.id, "signed_by": key.signed_by}
        journal.write(act="rotate_key", actor=None, role="administrator", facts=facts)
    words = f"secrets/journal-{key.signed_by}.pem"
    note(
        say(
            f"新密钥 {key.id} 已启用；{words} 明日起可销毁",
            f"Key {key.id} signs now; {words} may be destroyed tomorrow",
        )
    )


def _start(workspace: Workspace) -> None:
    from bihuan.web.start import django

    django(workspace)
    from bihuan.matters import triggers

    if not triggers.has_tables():
        raise NotFound(f"{workspace.root}: no journal yet. It begins with the workbench: bihuan serve.")


def _write_verifier(path: Path) -> None:
    path.write_bytes(Path(verifier.__file__).read_bytes())
    note(say(f"已写出，用法：python {path.name} 日志包.zip", f"Written; run: python {path.name} BUNDLE.zip"))


def _tell(verdict: Verdict, *, as_json: bool) -> None:
    report = verdict.report
    if as_json:
        faults = [one._asdict() for one in report.faults]
        held = {name: value for name, value in vars(report).items() if name != "faults"}
        emit({"good": verdict.is_good, **held, "faults": faults, "unguarded": verdict.unguarded})
    else:
        typer.echo(verifier.words(report, language()))
        if verdict.unguarded:
            names = "、".join(verdict.unguarded)
            typer.echo(say(f"数据库触发器缺失或被改：{names}", f"triggers missing or changed: {names}"))
    if not verdict.is_good:
        raise typer.Exit(BAD)
