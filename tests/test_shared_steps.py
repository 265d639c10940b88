"""Steps that methods have in common are computed once, and nothing that they find changes."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from bihuan.cli.examine_look import eleven
from bihuan.examine import cardinal
from bihuan.examine.header import Method
from bihuan.examine.lint import constants
from bihuan.examine.releases import opened
from bihuan.examine.shared import Shared, cut, shared
from bihuan.settings import Settings
from bihuan.store.engine import Engine
from test_pack_procurement import METHODS, open_books, purchases

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.ocds import write


def test_cardinals_rules_find_the_same_with_shared_steps(tmp_path: Path) -> None:
    path = tmp_path / "compiled.jsonl"
    write(path, 1.9)
    methods = eleven()
    with opened(path, Settings(memory_limit="500MB", threads=1)) as (engine, _):
        plain = {one.id: _rows(engine, one, one.sql) for one in methods}
        common = shared(engine, methods, cardinal.ASIDE)
        assert _found(engine, common, methods) == plain
        assert len(common.made) > 5
        assert _left(engine) == []
    assert all(plain.values())


def test_the_rest_of_the_pack_finds_the_same_with_shared_steps() -> None:
    with open_books(purchases(41, 150)) as engine:
        plain = {name: _rows(engine, one, one.sql) for name, one in METHODS.items()}
        common = shared(engine, METHODS.values())
        assert _found(engine, common, METHODS.values()) == plain
        assert _left(engine) == []


def test_a_step_of_the_same_name_and_another_text_is_not_shared() -> None:
    one, other = METHODS["close_second"], METHODS["rejection_ratio_outlier"]
    steps = [{step.name: step.key for step in cut(method).steps} for method in (one, other)]
    assert steps[0]["offers"] == steps[1]["offers"]
    assert steps[0]["quartiles"] != steps[1]["quartiles"]
    with open_books(purchases(41, 20)) as engine:
        common = shared(engine, [one, other])
        assert "quartiles AS (" in common.sql(one)
        assert "quartiles AS (" in common.sql(other)
        assert "offers AS (" not in common.sql(one) + common.sql(other)


def test_a_step_with_a_constant_is_its_methods_own() -> None:
    text = "WITH few AS (\n  SELECT row_id\n  FROM bid\n  WHERE amount > $least\n)\nSELECT row_id\nFROM few\n"
    one, other = (_asking(METHODS[name], text) for name in ("close_second", "deep_discount"))
    assert cut(one).steps[0].key != cut(other).steps[0].key


@pytest.mark.parametrize(
    "text",
    [
        "SELECT row_id\nFROM bid\n",
        "WITH RECURSIVE up AS (\n  SELECT 1 AS n\n)\nSELECT n\nFROM up\n",
        "WITH inside AS (SELECT row_id FROM bid)\nSELECT row_id\nFROM inside\n",
        "WITH a AS (\n  SELECT row_id\n  FROM bid\n), b AS (\n  SELECT row_id\n  FROM a\n)\nSELECT row_id\nFROM b\n",
        "WITH one AS (\n  SELECT row_id\n  FROM bid\n),\n  two AS (SELECT row_id FROM one)\nSELECT row_id\nFROM two\n",
    ],
)
def test_what_is_not_cut_stays_whole(text: str) -> None:
    method = _asking(METHODS["close_second"], text)
    assert (cut(method).steps, cut(method).last) == ((), text)


def test_a_view_of_one_method_does_not_stand_in_for_a_table_of_the_books() -> None:
    shadow = "WITH award AS (\n  SELECT ocid\n  FROM bid\n  GROUP BY ocid\n)\nSELECT ocid\nFROM award\n"
    methods = [_asking(METHODS[name], shadow) for name in ("close_second", "deep_discount")]
    plain = METHODS["bids_and_never_wins"]
    with open_books(purchases(41, 150)) as engine:
        wanted = _rows(engine, plain, plain.sql)
        common = shared(engine, [*methods, plain])
        assert common.sql(methods[0]) == "SELECT ocid\nFROM award\n"
        assert _rows(engine, plain, common.sql(plain)) == wanted


def _asking(method: Method, sql: str) -> Method:
    return replace(method, sql=sql, header=replace(method.header, params={"least": 1}))


def _found(engine: Engine, common: Shared, methods: Iterable[Method]) -> dict[str, list[str]]:
    found = {}
    for one in methods:
        found[one.id] = _rows(engine, one, common.sql(one))
        common.done(one)
    return found


def _left(engine: Engine) -> list[tuple[str]]:
    """Tables and views of steps that still stand."""
    return engine.rows("SELECT table_name FROM information_schema.tables WHERE table_catalog = 'temp'")


def _rows(engine: Engine, method: Method, sql: str) -> list[str]:
    rows = engine.arrow(sql, constants(method, sql) or None).read_all().to_pylist()
    return sorted(str({name: _plain(value) for name, value in row.items()}) for row in rows)


def _plain(value: object) -> object:
    """Threads add up floats in any order."""
    return f"{value:.9g}" if isinstance(value, float) else value
