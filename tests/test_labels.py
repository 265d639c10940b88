"""The labels: append-only verdicts, of which the last on a lead counts."""

from __future__ import annotations

import pytest

from bihuan.errors import BadWorkspace
from bihuan.leads.labels import Label, append, path_of, read, tally
from small_books import workspace

ONE = Label("a" * 64, "m", "established", "10.00", "属实", "林", "2024-05-01", "表.xlsx")
OTHER = Label("b" * 64, "m", "dismissed")


@pytest.fixture
def made(tmp_path):
    return workspace(tmp_path, {})


def test_the_same_verdicts_twice_add_nothing(made):
    assert append(made, [ONE, OTHER]) == 2
    assert append(made, [ONE, OTHER]) == 0
    assert len(path_of(made).read_text(encoding="utf-8").splitlines()) == 2


def test_the_last_verdict_counts_and_the_earlier_one_stays_on_file(made):
    append(made, [ONE])
    later = Label(ONE.lead_id, "m", "dismissed", by="赵")
    assert append(made, [later]) == 1
    assert read(made) == {ONE.lead_id: later}
    assert len(path_of(made).read_text(encoding="utf-8").splitlines()) == 2


def test_verdicts_are_counted_by_method_and_open_ones_do_not_count(made):
    append(made, [ONE, OTHER, Label("c" * 64, "n", "open")])
    assert tally(read(made)) == {"m": (1, 1), "n": (0, 0)}


@pytest.mark.parametrize("line", ["not json", '{"lead_id": "x"}', '{"lead_id": "x", "method": "m", "verdict": "sure"}'])
def test_a_damaged_line_is_named(made, line):
    append(made, [ONE])
    with path_of(made).open("a", encoding="utf-8") as file:
        file.write(line + "\n")
    with pytest.raises(BadWorkspace, match="line 2"):
        read(made)
