"""`trace`: from a row back to the line in the file that was handed over."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from bihuan.settings import Settings
from bihuan.store.snapshot import row_id
from bihuan.store.workspace import Workspace, init
from test_collect import GOOD, MAP
from test_totals import bihuan, lines


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    (tmp_path / "map.yaml").write_text(MAP, encoding="utf-8")
    return init(tmp_path / "W", Settings(name="W"))


def collect(workspace: Workspace, name: str, content: bytes) -> None:
    path = workspace.root.parent / name
    path.write_bytes(content)
    bihuan(workspace, "collect", str(path), "--map", str(workspace.root.parent / "map.yaml"))
    path.unlink()  # what is traced is the kept original


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("凭证.csv", GOOD.encode()),
        ("凭证.txt", GOOD.encode("gb18030")),
        ("凭证.csv.gz", gzip.compress(GOOD.encode())),
    ],
)
def test_a_row_leads_back_to_source_line_and_raw_record(workspace: Workspace, name: str, content: bytes) -> None:
    collect(workspace, name, content)
    (one,) = lines(bihuan(workspace, "trace", str(row_id(1, 3)), "--json")[1])
    assert (one["source"], one["line"]) == (name, 3)
    assert one["raw"] == GOOD.splitlines()[2]


def test_a_row_of_no_source_is_not_found(workspace: Workspace) -> None:
    collect(workspace, "凭证.csv", GOOD.encode())
    assert bihuan(workspace, "trace", str(row_id(7, 3)))[0] == 1
    assert bihuan(workspace, "trace", str(row_id(1, 300)))[0] == 1
    assert bihuan(workspace, "trace", "nolead")[0] == 1
