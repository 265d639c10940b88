"""Two commands at once do not harm each other: writers wait for one another, readers need no lock."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = str(Path(sys.executable).with_name("bihuan"))
HEAD = "单位编码,单位名称,支付凭证号,支付日期,收款人,支付金额,用途\n"

pytestmark = pytest.mark.slow


def _file(path: Path, unit: str, rows: int) -> Path:
    lines = [
        f"{unit},单位{unit},P{n:05},2025-03-{n % 28 + 1:02},甲公司{n % 97},{n}.50,办公费{n}" for n in range(1, rows + 1)
    ]
    path.write_text(HEAD + "\n".join(lines) + "\n", encoding="gb18030")
    return path


def _start(root: Path, *words: str) -> subprocess.Popen[str]:
    command = [PROGRAM, "-w", str(root), *words]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8")


def _lines(root: Path, *words: str) -> list[dict[str, object]]:
    out, errors = _start(root, *words).communicate(timeout=120)
    assert "Traceback" not in errors
    return [json.loads(one) for one in out.splitlines()]


def test_two_that_collect_and_one_that_examines_all_come_to_a_good_end(tmp_path):
    root = tmp_path / "W"
    subprocess.run([PROGRAM, "init", str(root)], check=True, capture_output=True)
    first = _file(tmp_path / "甲局支付.csv", "201", 3000)
    assert _start(root, "collect", str(first)).wait(timeout=120) == 0

    others = [_file(tmp_path / f"{unit}局支付.csv", unit, 3000) for unit in ("202", "203")]
    started = [_start(root, "collect", str(one)) for one in others] + [_start(root, "examine", "--pack", "payments")]
    for one in started:
        _, errors = one.communicate(timeout=240)
        assert one.returncode == 0, errors
        assert "Traceback" not in errors

    totals = _lines(root, "books", "totals", "--json")
    assert sorted((one["source"], one["rows"]) for one in totals) == [
        ("202局支付.csv", 3000),
        ("203局支付.csv", 3000),
        ("甲局支付.csv", 3000),
    ]
    numbers = _lines(
        root, "books", "sql", "--json", "SELECT count(DISTINCT row_id) AS n, count(*) AS rows FROM payment"
    )
    assert numbers == [{"n": 9000, "rows": 9000}]
    assert not list((root / "books" / "tmp").glob("*-*"))
