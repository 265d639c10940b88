"""`bihuan report`: a run as one page, a lead as an evidence sheet."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bihuan.cli.console import note, say
from bihuan.examine.basis import citations
from bihuan.leads.evidence import evidence, with_values
from bihuan.leads.mask import record_unmasking
from bihuan.leads.ranking import rank
from bihuan.report.form import evidence_values, fill
from bihuan.report.page import write_page
from bihuan.report.picture import gather
from bihuan.store.workspace import Workspace

report_app = typer.Typer(help="报告页与取证单 / the run's page, evidence sheets", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the command and its parts."""
    app.add_typer(report_app, name="report")


def page(workspace: Workspace, out: Path | None = None, run: str | None = None) -> Path:
    """Write the page of a run; gives where it lies."""
    ranking = rank(workspace, run)
    path = out or workspace.root / "reports" / f"{ranking.run.id}.html"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_page(path, gather(workspace, ranking))
    return path


@report_app.command("run")
def run_page(
    ctx: typer.Context,
    run: Annotated[str | None, typer.Option(help="哪一次运行，默认最近 / which run")] = None,
    out: Annotated[Path | None, typer.Option("-o", "--out", help="写到哪里 / where to")] = None,
) -> None:
    """把一次运行写成一个可离线打开的网页 / A run as one page that opens offline."""
    path = page(ctx.obj.workspace(), out, run)
    note(say(f"报告已写出：{path}", f"The report: {path}"))


@report_app.command("evidence")
def evidence_sheet(
    ctx: typer.Context,
    lead: Annotated[str, typer.Argument(help="疑点编号，可只写前几位 / id, its beginning will do")],
    out: Annotated[Path | None, typer.Option("-o", "--out", help="写到哪里 / where to")] = None,
    unmask: Annotated[str | None, typer.Option(help="显示个人信息的理由，将被记录 / reason, recorded")] = None,
) -> None:
    """为一个疑点填写取证单 docx / Fill an evidence sheet 取证单 for a lead."""
    workspace = ctx.obj.workspace()
    ranking = rank(workspace)
    one = ranking.lead(lead)
    if unmask:
        record_unmasking(workspace, what=f"evidence sheet of {one.hit.id}", reason=unmask)
    found = evidence(workspace, ranking.run, [one.hit.id])[one.hit.id]
    rows = with_values(workspace, ranking.run, found, unmask=bool(unmask))
    path = out or workspace.root / "reports" / f"取证单-{one.hit.id[:10]}.docx"
    path.parent.mkdir(parents=True, exist_ok=True)
    words = citations(one.hit.method.basis, one.hit.on)
    fill("evidence_sheet", path, evidence_values(one, ranking.run, rows, basis=words, unmask=bool(unmask)))
    note(say(f"取证单已写出：{path}", f"The evidence sheet: {path}"))
