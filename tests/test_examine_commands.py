"""`bihuan examine` and `bihuan methods` as an auditor types them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bihuan.examine.library import library, switch
from small_books import workspace
from test_examine import TWICE
from written_methods import SOUND, written

MAIN = "import sys; from bihuan.cli import main; main()"


def bihuan(*words: str, at: Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", MAIN, "-w", str(at), *words]
    return subprocess.run(command, capture_output=True, text=True, input=stdin, check=False, encoding="utf-8")


def lines(done: subprocess.CompletedProcess[str]) -> list[dict[str, object]]:
    return [json.loads(one) for one in done.stdout.splitlines()]


@pytest.fixture
def books(tmp_path):
    made = workspace(tmp_path, {"payment": TWICE})
    written(made.methods)
    for one in library(made).methods:  # the office's method alone
        if not one.is_office:
            switch(made, one, on=False)
    return made


def test_examine_tells_each_method_on_a_line_and_ends_with_the_sum(books):
    first, again = (bihuan("examine", "--json", at=books.root) for _ in range(2))
    assert (first.returncode, first.stderr) == (0, "")
    line, total = lines(first)
    assert (line["method"], line["pack"], line["status"]) == ("paid_twice", "own", "computed")
    assert (line["leads"], line["population"], line["reason"]) == (1, 3, None)
    assert {key: total[key] for key in ("computed", "cached", "not_applicable", "failed", "leads")} == {
        "computed": 1,
        "cached": 0,
        "not_applicable": 0,
        "failed": 0,
        "leads": 1,
    }
    assert total["engine"].startswith("duckdb ")
    assert (lines(again)[-1]["computed"], lines(again)[-1]["cached"], lines(again)[-1]["leads"]) == (0, 1, 1)


def test_the_exit_code_tells_the_gate_and_the_failure(books):
    assert bihuan("examine", "--fail-on", "high", at=books.root).returncode == 3
    assert bihuan("examine", "--fail-on", "grave", at=books.root).returncode == 2
    written(books.methods, ("level: high", "level: grave"), name="broken")
    failed = bihuan("examine", "--fail-on", "high", "--json", at=books.root)
    assert failed.returncode == 1
    assert "grave" in lines(failed)[1]["reason"]["en"]
    assert "Traceback" not in failed.stderr


def test_one_method_one_pack_or_one_that_is_unknown(books):
    written(books.methods, ("status: stable", "status: draft"), name="a_draft")
    assert [one.get("method") for one in lines(bihuan("examine", "--pack", "own", "--json", at=books.root))] == [
        "paid_twice",
        None,
    ]
    assert lines(bihuan("examine", "--method", "a_draft", "--json", at=books.root))[0]["method"] == "a_draft"
    unknown = bihuan("examine", "--method", "nothing", at=books.root)
    assert (unknown.returncode, unknown.stdout) == (1, "")
    assert "bihuan methods list" in unknown.stderr


def test_books_that_are_empty_are_not_examined(tmp_path):
    made = workspace(tmp_path, {})
    (made.books / "HEAD").unlink()
    done = bihuan("examine", at=made.root)
    assert done.returncode == 1
    assert "collect" in done.stderr


def test_methods_are_listed_shown_and_switched(books):
    listed = {one["id"]: one for one in lines(bihuan("methods", "list", "--json", at=books.root))}
    assert listed["paid_twice"]["is_office"] is True
    bihuan("methods", "off", "paid_twice", at=books.root)
    assert lines(bihuan("examine", "--json", at=books.root))[-1]["computed"] == 0
    bihuan("methods", "on", "paid_twice", at=books.root)
    assert lines(bihuan("examine", "--json", at=books.root))[-1]["computed"] == 1
    shown = bihuan("methods", "show", "paid_twice", at=books.root).stdout
    assert (
        "重复付款" in shown and "《中华人民共和国会计法（2024修正）》第九条" in shown and "HAVING count(*) > 1" in shown
    )


def test_methods_work_without_a_workspace(tmp_path):
    path = tmp_path / "paid_twice.sql"
    path.write_text(SOUND, encoding="utf-8")
    assert bihuan("methods", "check", str(path), at=tmp_path).returncode == 0
    path.write_text(SOUND.replace("times: 2", "times: 5"), encoding="utf-8")
    failed = bihuan("methods", "check", str(tmp_path), at=tmp_path)
    assert failed.returncode == 1
    assert "paid_twice.sql" in failed.stderr and "was not found" in failed.stderr
    assert len(lines(bihuan("methods", "list", "--json", at=tmp_path))) == len(library().methods)


def test_an_auditors_own_query_becomes_a_method_unchanged_and_runs(books):
    query = "SELECT unit_id, payee_id, payment_no, amount\nFROM payment  -- 大额\nWHERE amount > 100"
    done = bihuan("methods", "new", "own", "large", "--from-sql", "-", at=books.root, stdin=query + ";\n")
    assert done.returncode == 0, done.stderr
    path = books.methods / "own" / "large.sql"
    assert query in path.read_text(encoding="utf-8")
    found = {one.get("method"): one for one in lines(bihuan("examine", "--json", at=books.root))}
    assert (found["large"]["status"], found["large"]["leads"] > 0) == ("computed", True)
    again = bihuan("methods", "new", "own", "large", at=books.root)
    assert again.returncode == 2 and "is taken" in again.stderr


def test_a_new_method_without_a_query_can_be_run_and_asks_for_examples(books):
    assert bihuan("methods", "new", "own", "fresh", at=books.root).returncode == 0
    assert lines(bihuan("examine", "--method", "fresh", "--json", at=books.root))[-1]["failed"] == 0
    checked = bihuan("methods", "check", "fresh", at=books.root)
    assert checked.returncode == 1 and "expect nothing" in checked.stderr
