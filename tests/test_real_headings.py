"""Sheets with the headings of real hand-overs must surely be read as the right table, column by column."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

import readers
from bihuan.collect import layout, match
from bihuan.collect.desk import Desk, cells
from bihuan.collect.handed import Grid, Handed

IDENTITIES = {"$1": "11010519491231002X", "$2": "440524188001010014", "$3": "110101199003070855"}
CASES: dict[str, dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "real_headings.yaml").read_text(encoding="utf-8")
)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with readers.a_desk(tmp_path_factory.mktemp("headings")) as made:
        yield made


def grid_of(name: str, text: str, desk: Desk) -> Grid:
    for short, number in IDENTITIES.items():
        text = text.replace(short, number)
    rows = [tuple(cell.strip() or None for cell in line.split("|")) for line in text.strip().splitlines()]
    width = max(map(len, rows))
    spool = desk.spool(cells(width))
    for line, row in enumerate(rows, 1):
        spool.add(line, row)
    return Grid(Handed(desk.scratch / name, name), "", spool.scan, width, tuple(enumerate(rows, 1)))


@pytest.mark.parametrize("case", CASES)
def test_a_real_sheet_is_surely_read_as_its_table(case: str, desk: Desk) -> None:
    told = CASES[case]
    proposal = match.propose(layout.lay_out(grid_of(told["file"], told["rows"], desk), desk), desk)
    found = {(pair.heading, column) for column, pair in proposal.columns.items()}
    assert proposal.table == told["table"], proposal.doubts
    assert set(told["columns"].items()) - found == set()
    assert proposal.doubts == ()
    assert proposal.is_sure
