"""What SQL reads at once is what the reader reads value by value; what it cannot read it leaves to the reader."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.collect.columns import Cell
from bihuan.collect.convert import _fast
from bihuan.model.values import PLAIN, READERS, Style
from bihuan.settings import Settings
from bihuan.store.engine import connect

CHINA = replace(PLAIN, time_zone="Asia/Shanghai")
TWO = st.integers(0, 61).map("{:02d}".format)
DAYS = st.builds("{}-{}-{}".format, st.integers(1990, 2105), TWO, TWO)
VALUES = {
    "instant": st.builds("{} {}:{}:{}".format, DAYS, TWO, TWO, TWO),
    "date": DAYS,
    "money": st.from_regex(r"-?[0-9]{1,5}(,[0-9]{3}){0,3}(\.[0-9]{1,3})?", fullmatch=True),
    "quantity": st.from_regex(r"-?[0-9]{1,9}(\.[0-9]{1,7})?", fullmatch=True),
    "integer": st.from_regex(r"-?[0-9]{1,18}", fullmatch=True),
}


def read_at_once(type_: str, values: list[str], style: Style) -> list[Any]:
    with connect(Settings(time_zone=style.time_zone)) as engine:
        engine.register("given", pa.table({"one": values}))
        return [row[0] for row in engine.rows(f"SELECT {_fast(Cell('one', type_), style)} FROM given")]


@pytest.mark.parametrize("type_", VALUES)
@given(data=st.data())
def test_a_value_that_sql_reads_is_the_one_that_the_reader_reads(type_: str, data: st.DataObject) -> None:
    values = data.draw(st.lists(VALUES[type_], min_size=20, max_size=60))
    for value, found in zip(values, read_at_once(type_, values, CHINA), strict=True):
        if found is not None:
            assert found == READERS[type_](value, CHINA), value


def test_a_time_of_a_whole_day_is_no_time_and_is_not_moved_to_the_next_day() -> None:
    found = read_at_once("instant", ["2025-03-01 23:59:59", "2025-03-01 24:00:00", "2025-02-30 08:00:00"], CHINA)
    assert found == [datetime(2025, 3, 1, 23, 59, 59, tzinfo=found[0].tzinfo), None, None]


def test_where_clocks_change_the_reader_is_asked() -> None:
    assert read_at_once("instant", ["2025-03-09 02:30:00"], replace(PLAIN, time_zone="America/New_York")) == [None]
