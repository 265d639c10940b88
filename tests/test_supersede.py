"""The same again changes nothing; a correction replaces; an overlap stops."""

from __future__ import annotations

from pathlib import Path

import pytest

from bihuan.collect.desk import Options
from bihuan.collect.handed import Handed
from bihuan.collect.pipeline import Outcome, collect
from bihuan.errors import Overlap
from bihuan.settings import Settings
from bihuan.store.books import open_books
from bihuan.store.snapshot import head
from bihuan.store.workspace import Workspace, init
from test_collect import GOOD, HEAD, MAP

FEBRUARY = HEAD + "001,A,2024-02-05,记-0001,1,付,5001,7,\n001,A,2024-02-05,记-0001,2,付,1002,,7\n"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    (tmp_path / "map.yaml").write_text(MAP, encoding="utf-8")
    return init(tmp_path / "W", Settings(name="W"))


def give(workspace: Workspace, *files: tuple[str, str], **options: str) -> list[Outcome]:
    handed = []
    for index, (name, content) in enumerate(files):
        path = workspace.root.parent / f"{index}" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content, encoding="utf-8")
        handed.append(Handed(path, name))
    return collect(workspace, handed, Options(map=workspace.root.parent / "map.yaml", **options))


def amounts(workspace: Workspace) -> list[tuple[object, ...]]:
    with open_books(workspace, head(workspace)) as books:
        return books.rows("SELECT CAST(sum(debit) AS VARCHAR), count(*) FROM journal_line")


def test_the_same_bytes_again_change_nothing(workspace: Workspace) -> None:
    give(workspace, ("a.csv", GOOD))
    before = head(workspace).id
    assert [one.status for one in give(workspace, ("a.csv", GOOD))] == ["unchanged"]
    assert [one.status for one in give(workspace, ("renamed.csv", GOOD))] == ["unchanged"]
    assert head(workspace).id == before


def test_another_map_reads_the_same_bytes_again(workspace: Workspace) -> None:
    give(workspace, ("a.csv", GOOD))
    (workspace.root.parent / "map.yaml").write_text(MAP.replace("  description: {from: 摘要}\n", ""), encoding="utf-8")
    outcome = give(workspace, ("a.csv", GOOD))[0]
    assert outcome.status == "taken"
    assert head(workspace).sources[0].superseded_by == 2


def test_a_correction_replaces_the_rows_and_both_stay_listed(workspace: Workspace) -> None:
    give(workspace, ("a.csv", GOOD))
    old = head(workspace)
    outcome = give(workspace, ("a.csv", GOOD.replace("100.00", "120.00")))[0]
    assert outcome.source is not None and "supersedes a.csv" in " ".join(outcome.source.notes)
    assert [one.superseded_by for one in head(workspace).sources] == [2, None]
    assert amounts(workspace) == [("120.00", 2)]
    with open_books(workspace, old) as books:
        assert books.rows("SELECT CAST(sum(debit) AS VARCHAR) FROM journal_line") == [("100.00",)]


def test_numbers_are_never_used_twice(workspace: Workspace) -> None:
    for amount in ("100.00", "120.00", "130.00"):
        give(workspace, ("a.csv", GOOD.replace("100.00", amount)))
    assert [one.number for one in head(workspace).sources] == [1, 2, 3]


def test_another_month_stands_beside(workspace: Workspace) -> None:
    outcomes = give(workspace, ("a.csv", GOOD), ("a.csv", FEBRUARY))
    assert all(one.is_clean for one in outcomes)
    assert amounts(workspace) == [("107.00", 4)]


def test_a_source_that_repeats_rows_of_another_stops_and_both_are_named(workspace: Workspace) -> None:
    give(workspace, ("一月.csv", GOOD))
    outcome = give(workspace, ("一季度.csv", GOOD + FEBRUARY.removeprefix(HEAD)))[0]
    (error,) = outcome.errors
    assert isinstance(error, Overlap)
    assert "一季度.csv" in str(error) and "一月.csv" in str(error) and "--as" in str(error)
    assert amounts(workspace) == [("100.00", 2)]


def test_the_identity_of_the_older_source_makes_the_longer_one_replace_it(workspace: Workspace) -> None:
    give(workspace, ("一月.csv", GOOD))
    identity = head(workspace).sources[0].identity
    give(workspace, ("一季度.csv", GOOD + FEBRUARY.removeprefix(HEAD)), as_name=identity)
    assert amounts(workspace) == [("107.00", 4)]


def test_two_parts_of_one_month_both_stay(workspace: Workspace) -> None:
    second = GOOD.replace("记-0001", "记-0002")
    outcomes = give(workspace, ("序时账1.csv", GOOD), ("序时账2.csv", second))
    assert [one.status for one in outcomes] == ["taken", "taken"]
    identities = {one.identity for one in head(workspace).sources}
    assert len(identities) == 2
    assert amounts(workspace) == [("200.00", 4)]


def test_two_files_of_one_command_never_replace_each_other(workspace: Workspace) -> None:
    outcomes = give(workspace, ("凭证.csv", GOOD), ("凭证.csv", GOOD.replace("100.00", "120.00")))
    assert [one.status for one in outcomes] == ["taken", "refused"]
    assert amounts(workspace) == [("100.00", 2)]
