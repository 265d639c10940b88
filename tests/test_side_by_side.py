"""Several files worked on at once: the order, the notes and the errors are those of one after the other."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bihuan.collect.desk import Desk
from bihuan.collect.parts import is_sorted, write_in_order
from bihuan.collect.side_by_side import AHEAD, AT_ONCE, opened
from bihuan.errors import BadSource
from bihuan.settings import Settings
from bihuan.store.engine import OutOfMemory, connect, text


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    settings = Settings(time_zone="Asia/Shanghai")
    with connect(settings) as engine:
        yield Desk(engine, tmp_path, settings, tmp_path / "maps")


def test_results_and_notes_come_in_the_order_of_the_files_however_long_each_takes(desk):
    def work(item: int, own: Desk) -> int:
        time.sleep(0.02 * (7 - item))
        own.note(f"{item} was read")
        return int(own.engine.one(f"SELECT {item} * 10")[0])

    with opened(desk) as beside:
        assert [one.result() for one in beside.over(range(7), work)] == [0, 10, 20, 30, 40, 50, 60]
    assert desk.notes == [f"{item} was read" for item in range(7)]


def test_what_one_file_raises_is_raised_in_its_place_with_its_notes_and_stops_no_other(desk):
    def work(item: int, own: Desk) -> int:
        own.note(f"{item} was begun")
        if item == 1:
            raise BadSource("one.csv: it is empty.")
        return item

    with opened(desk) as beside:
        works = list(beside.over(range(3), work))
        assert works[0].result() == 0
        with pytest.raises(BadSource, match="it is empty"):
            works[1].result()
        assert works[2].result() == 2
    assert desk.notes == ["0 was begun", "1 was begun", "2 was begun"]


@pytest.mark.parametrize("is_wrapped", [False, True])
def test_what_had_too_little_memory_beside_another_is_done_once_more_alone(desk, is_wrapped):
    tried: list[Desk] = []

    def work(item: str, own: Desk) -> str:
        tried.append(own)
        if len(tried) == 1:
            own.engine.run("SET memory_limit = '1MB'")
            try:
                own.engine.run(
                    "CREATE TABLE t AS SELECT range AS a, md5(CAST(range AS VARCHAR)) AS b FROM range(500000)"
                )
            except OutOfMemory as error:
                own.engine.run("SET memory_limit = '1GB'")
                if is_wrapped:  # as a reader says it
                    raise BadSource("it could not be read") from error
                raise
        return item

    with opened(desk) as beside:
        assert [one.result() for one in beside.over(["large"], work)] == ["large"]
    assert tried[0] is not desk
    assert tried[1] is desk


def test_only_a_few_are_begun_ahead_and_none_after_the_end(desk):
    begun: list[int] = []

    def work(item: int, _: Desk) -> int:
        begun.append(item)
        return item

    with opened(desk) as beside:
        works = beside.over(range(100), work)
        assert next(works).result() == 0
        time.sleep(0.1)
    assert len(begun) <= AHEAD + AT_ONCE


def test_an_office_that_allows_one_core_has_one_file_worked_on_at_a_time(desk):
    at_work: list[int] = []

    def work(item: int, _: Desk) -> int:
        at_work.append(item)
        time.sleep(0.02)
        assert at_work == [item]
        at_work.remove(item)
        return item

    one_core = replace(desk, settings=replace(desk.settings, threads=1))
    with opened(one_core) as beside:
        assert [one.result() for one in beside.over(range(4), work)] == [0, 1, 2, 3]


def test_sessions_beside_keep_the_zone_and_the_rules_of_arithmetic(desk):
    asked = "SELECT current_setting('TimeZone'), current_setting('ieee_floating_point_ops')"
    with opened(desk) as beside:
        (work,) = beside.over(["one"], lambda _, own: own.engine.one(asked))
        assert work.result() == ("Asia/Shanghai", False) == desk.engine.one(asked)


def test_rows_that_a_join_mixes_are_written_in_order(desk):
    """The first rows look even; the join behind them gives the rest in any order."""
    mixed = (
        "SELECT range AS row_id, '201' AS unit_id, DATE '2025-01-01' + CAST(range // 1000 AS INTEGER) AS paid_on "
        "FROM range(20000) UNION ALL "
        "SELECT 60000 - range, '201', DATE '2025-03-01' - CAST(range // 1000 AS INTEGER) FROM range(30000)"
    )
    wanted = ["unit_id", "paid_on", "row_id"]
    place = write_in_order(mixed, ("unit_id", "paid_on"), wanted, desk, is_even=True)
    written = f"SELECT * FROM read_parquet({text(str(place))})"
    assert desk.engine.one(f"SELECT count(*) FROM ({written})")[0] == 50_000
    assert is_sorted(written, wanted, desk)
