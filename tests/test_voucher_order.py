"""Repeated keys and unbalanced vouchers are found in whatever order the lines of a journal stand."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pytest

from bihuan.collect.controls import DEBIT_CREDIT, DUPLICATE
from bihuan.collect.desk import Options
from bihuan.collect.handed import Handed
from bihuan.collect.pipeline import collect
from bihuan.settings import Settings
from bihuan.store.workspace import init

HEAD = "单位编码,账套号,凭证日期,凭证字,凭证号,分录号,摘要,科目编码,借方金额,贷方金额\n"
Line = tuple[str, str, int, str, int]  # word, number, line, debit or credit, yuan

ONE: list[Line] = [("记", "1", 1, "debit", 10), ("记", "1", 2, "credit", 10)]
NOUGHT: list[Line] = [("记", "01", 1, "debit", 3), ("记", "01", 2, "credit", 3)]
TWO: list[Line] = [("记", "2", 1, "debit", 20), ("记", "2", 2, "credit", 20)]
TEN: list[Line] = [("记", "10", 1, "debit", 5), ("记", "10", 2, "credit", 5)]


def written(word: str, number: str, line: int, side: str, yuan: int) -> str:
    debit, credit = (yuan, 0) if side == "debit" else (0, yuan)
    return f"001,A,2024-03-15,{word},{number},{line},付款{number}-{line}-{side},1002,{debit}.00,{credit}.00\n"


def controls(tmp_path: Path, lines: list[Line]) -> tuple[bool, bool]:
    """Whether no key is there twice, and whether every voucher balances."""
    path = tmp_path / "序时账.csv"
    path.write_text(HEAD + "".join(written(*one) for one in lines), encoding="utf-8")
    (outcome,) = collect(init(tmp_path / "W", Settings(name="W")), [Handed(path, path.name)], Options())
    assert outcome.source is not None
    found = {one.name: one.holds for one in outcome.source.controls}
    return found[DUPLICATE], found[DEBIT_CREDIT]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_good_vouchers_are_good_in_every_order(order: tuple[int, ...], tmp_path: Path) -> None:
    assert controls(tmp_path, [line for at in order for line in (ONE, TWO, TEN)[at]]) == (True, True)


def test_vouchers_whose_lines_stand_among_each_other_are_good(tmp_path: Path) -> None:
    assert controls(tmp_path, [ONE[0], TWO[0], ONE[1], TWO[1]]) == (True, True)


@pytest.mark.parametrize(
    "lines",
    [
        [("记", "1", 1, "debit", 10), ("记", "2", 1, "credit", 10)],
        [*ONE, ("记", "2", 1, "debit", 10), *TEN, ("记", "11", 1, "credit", 10)],
        [*ONE, ("记", "2", 1, "debit", 10), ("", "2", 2, "credit", 10)],
        [*ONE, ("记", "2", 1, "debit", 10)],
    ],
    ids=["two that make up for each other", "far from each other", "of another word", "the last one"],
)
def test_an_unbalanced_voucher_is_found_also_where_all_debits_equal_all_credits(
    lines: list[Line], tmp_path: Path
) -> None:
    assert controls(tmp_path, lines) == (True, False)


@pytest.mark.parametrize(
    "again",
    [
        [*ONE, ("记", "1", 2, "debit", 7), ("记", "1", 3, "credit", 7)],
        [*ONE, *TWO, ("记", "1", 1, "debit", 7), ("记", "1", 3, "credit", 7)],
        [*NOUGHT, *ONE, ("记", "01", 1, "debit", 4), ("记", "01", 3, "credit", 4)],
    ],
    ids=["beside", "far away", "among numbers that count the same"],
)  # fmt: skip
def test_a_line_number_that_comes_twice_in_a_voucher_is_found(again: list[Line], tmp_path: Path) -> None:
    assert controls(tmp_path, again) == (False, True)
