"""Steps that methods have in common are computed once, and nothing that they find changes."""

from __future__ import annotations

import sys
from pathlib import Path

from bihuan.cli.examine_look import eleven
from bihuan.examine.lint import constants
from bihuan.examine.releases import opened
from bihuan.examine.shared import shared
from bihuan.settings import Settings
from test_pack_procurement import METHODS, open_books, purchases

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.ocds import write


def test_cardinals_rules_find_the_same_with_shared_steps(tmp_path: Path) -> None:
    path = tmp_path / "compiled.jsonl"
    write(path, 1.9)
    methods = eleven()
    with opened(path, Settings(memory_limit="500MB", threads=1)) as (engine, _):
        plain = {one.id: _rows(engine, one, one.sql) for one in methods}
        common = shared(engine, methods)
        assert {one.id: _rows(engine, one, common.sql(one)) for one in methods} == plain
        assert len(common.made) > 5
    assert all(plain.values())


def test_the_rest_of_the_pack_finds_the_same_with_shared_steps() -> None:
    with open_books(purchases(41, 150)) as engine:
        plain = {name: _rows(engine, one, one.sql) for name, one in METHODS.items()}
        common = shared(engine, METHODS.values())
        assert {name: _rows(engine, one, common.sql(one)) for name, one in METHODS.items()} == plain


def test_a_step_of_the_same_name_and_another_text_is_not_shared() -> None:
    one, other = METHODS["single_bidder"], METHODS["close_second"]
    with open_books(purchases(41, 20)) as engine:
        common = shared(engine, [one, other])
        assert "WITH tenders AS (" in common.sql(one)
        assert "processes_by_lot AS (" not in common.sql(one) + common.sql(other)


def _rows(engine, method, sql):  # type: ignore[no-untyped-def]
    rows = engine.arrow(sql, constants(method, sql) or None).read_all().to_pylist()
    return sorted(str({name: _plain(value) for name, value in row.items()}) for row in rows)


def _plain(value: object) -> object:
    """Threads add up floats in any order."""
    return f"{value:.9g}" if isinstance(value, float) else value
