"""The pages tell the truth: commands run as shown, the reference is what the code says, Sphinx has no complaint."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from bihuan.cli import app
from test_day_one import fill_in
from typed_commands import HOME, Typed, blocks, commands, fault, typed

DOCS = HOME / "docs"
WRITTEN = sorted([*DOCS.glob("*.md"), HOME / "CONTRIBUTING.md"])
FIRST_HOUR = DOCS / "first-hour.md"


@pytest.mark.parametrize("page", WRITTEN, ids=lambda page: page.stem)
def test_every_command_of_a_page_exists_with_these_options(page: Path) -> None:
    assert [said for one in commands(page.read_text(encoding="utf-8")) if (said := fault(one))] == []


@pytest.mark.parametrize("seed", ["1", "2"])
def test_the_reference_pages_are_what_the_code_says_in_any_order_of_hashes(seed: str) -> None:
    check = [sys.executable, str(DOCS / "reference.py"), "--check"]
    done = subprocess.run(
        check, capture_output=True, text=True, encoding="utf-8", check=False, env={**os.environ, "PYTHONHASHSEED": seed}
    )
    stale = f"{done.stdout}{done.stderr}make them anew with: python docs/reference.py"
    assert done.returncode == 0, stale


@pytest.mark.slow
def test_sphinx_has_no_complaint(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "sphinx", "-W", "-q", "-b", "html", str(DOCS), str(tmp_path / "html")]
    done = subprocess.run(build, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "html" / "first-hour.html").exists()


@pytest.mark.slow
def test_the_first_hour_runs_as_its_page_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    code = 0
    for language, body in blocks(FIRST_HOUR.read_text(encoding="utf-8")):
        if language == "console":
            for one in typed(body):
                code = _run(one, code)
        else:
            _write(body)
    assert code == 0


def _run(one: Typed, last: int) -> int:
    """Type the command, compare what it says; its exit code, which the page must show where it is not 0."""
    if one.command == "echo $?":
        assert one.output == (str(last),)
        return 0
    assert last == 0, f"before {one.command}: exit code {last}, and the page does not say so"
    if "answers" in one.words:
        _answer(Path(one.words[-1]))
    done = CliRunner().invoke(app, one.words[1:])
    said = "\n".join(" ".join(line.split()) for line in done.output.splitlines())
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        said += f"\nbihuan: {done.exception}"
    for line in one.output:
        shown = re.escape(" ".join(line.split())).replace("…", ".*")
        assert re.search(f"^{shown}$", said, re.MULTILINE), f"$ {one.command}\n{line}\nis not in\n{said}"
    return done.exit_code


def _answer(path: Path) -> None:
    """What the field writes into the workbook before it is read back."""
    rows = openpyxl.load_workbook(path)["疑点核实表"].iter_rows(values_only=True)
    first = next(row[1] for row in rows if row[0] == 1)
    fill_in(path, {str(first): "不属实", "8e2ccbad15": "属实"})


def _write(body: str) -> None:
    """A block whose first line names a file: a query is written there, `examples` replace those of a header."""
    head, _, rest = body.partition("\n")
    mark, name = head.split()
    if mark == "--":
        Path(name).write_text(body, encoding="utf-8")
        return
    path = Path(name)
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"^examples:.*?(?=^\*/)", rest, text, flags=re.MULTILINE | re.DOTALL), encoding="utf-8")
