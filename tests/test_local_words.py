"""An office calls classes and the official scale what its place calls them; a wrong table is told by file and name."""

from __future__ import annotations

import pytest

from bihuan.errors import BadWorkspace
from bihuan.examine.header import Words
from bihuan.matters.local import name_classes, scale
from bihuan.matters.words import Class

SHIPPED = {"resolutions": {"rectified": "已整改"}, "states": {"accepted": "已整改", "closed": "已整改"}}


@pytest.fixture
def table(tmp_path):
    (tmp_path / "tables").mkdir()

    def write(name: str, text: str):
        (tmp_path / "tables" / f"{name}.yaml").write_text(text, encoding="utf-8")
        return tmp_path

    return write


def test_the_offices_scale_goes_before_the_shipped_one(table):
    found = scale(table("scale", "states: {accepted: 基本整改}\n"), SHIPPED)
    assert found == {**SHIPPED, "states": {"accepted": "基本整改", "closed": "已整改"}}


def test_without_a_table_the_shipped_scale_holds(tmp_path):
    assert scale(tmp_path, SHIPPED) == SHIPPED


def test_classes_are_called_what_the_office_calls_them(table):
    before = Class.IMMEDIATE.words
    try:
        name_classes(table("classes", "immediate: {zh: 即知即改, en: Right away}\n"))
        assert Class.IMMEDIATE.words == Words("即知即改", "Right away")
    finally:
        Class.IMMEDIATE.words = before


@pytest.mark.parametrize(
    ("name", "text"),
    [("classes", "soon: {zh: 尽快}"), ("classes", "immediate: 即知即改"), ("classes", "- x"), ("classes", "a: [")],
)
def test_a_wrong_table_of_classes_is_told(table, name, text):
    with pytest.raises(BadWorkspace, match=r"classes\.yaml"):
        name_classes(table(name, text))


def test_a_wrong_scale_is_told(table):
    with pytest.raises(BadWorkspace, match="'finished'"):
        scale(table("scale", "states: {finished: 已整改}"), SHIPPED)
