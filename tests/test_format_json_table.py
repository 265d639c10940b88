"""A dump as JSON: rows of flat objects become a grid, what is no row is kept aside."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bihuan.collect.formats import format_of
from bihuan.collect.handed import Handed
from bihuan.errors import BadSource
from readers import a_desk

PAYMENT = {"单位编码": "201", "支付日期": "2025-03-03", "收款人": "甲公司", "支付金额": 1234.5}


@pytest.fixture
def desk(tmp_path):
    with a_desk(tmp_path) as found:
        yield found


def _read(desk, path: Path, text: str):
    path.write_text(text, encoding="utf-8")
    handed = Handed(path, path.name)
    one = format_of(handed)
    assert one.NAME == "json"
    return one.read(handed, desk)


def test_an_array_of_objects_is_a_table_with_its_keys_as_headings(desk, tmp_path):
    rows = [PAYMENT, {**PAYMENT, "用途": "办公费"}, {**PAYMENT, "支付金额": None}]
    grid = _read(desk, tmp_path / "支付.json", json.dumps(rows, ensure_ascii=False)).grids[0]
    assert grid.head[0] == (0, ("单位编码", "支付日期", "收款人", "支付金额", "用途"))
    found = desk.engine.rows(f"SELECT c4, c5 FROM ({grid.scan}) ORDER BY line")
    assert found == [("1234.5", None), ("1234.5", "办公费"), (None, None)]


def test_json_lines_keep_their_lines_and_rows_under_a_name_are_found(desk, tmp_path):
    text = "\n".join(json.dumps({**PAYMENT, "n": n}) for n in range(3))
    grid = _read(desk, tmp_path / "a.jsonl", text).grids[0]
    assert [line for line, _ in grid.head] == [0, 1, 2, 3]
    wrapped = json.dumps({"code": 0, "data": [PAYMENT, PAYMENT]})
    assert len(_read(desk, tmp_path / "b.json", wrapped).grids[0].head) == 3


def test_a_record_with_lists_is_a_reject_and_the_others_go_on(desk, tmp_path):
    reading = _read(desk, tmp_path / "a.json", json.dumps([PAYMENT, {**PAYMENT, "明细": [1, 2]}]))
    assert len(reading.grids[0].head) == 2
    assert "明细" in reading.rejects[0].reason
    assert "明细" in reading.rejects[0].raw


def test_json_without_rows_is_refused_with_what_to_do(desk, tmp_path):
    with pytest.raises(BadSource, match="array of flat objects"):
        _read(desk, tmp_path / "a.json", '{"a": {"b": [1]}}')
