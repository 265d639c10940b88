"""Matters that are the same are followed as one: two people merge, and where it went stands on record."""

from __future__ import annotations

import pytest

from bihuan.matters import steps
from bihuan.matters.models import Matter
from bihuan.matters.words import Kind

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(cast, units):
    made = [
        steps.register(Kind.APPEAL, by=cast.fang, unit=units["U1"], title=title)
        for title in ("老人活动室被占", "活动室堆放杂物")
    ]
    return [one.code for one in made]


def test_two_people_merge_and_the_other_is_followed(cast, two):
    first, second = two
    steps.perform(second, "merge", by=cast.deng, content={"reason": "同一处", "into": first})
    assert Matter.objects.get(code=second).state == "registered"
    steps.confirm(second, by=cast.deng2)
    merged = Matter.objects.get(code=second)
    assert (merged.state, merged.resolution, merged.merged_into.code) == ("closed", "merged", first)


@pytest.mark.parametrize("into", ["itself", "SQ-2026-999999", "' OR 1=1 --"])
def test_it_cannot_be_merged_into_nothing_or_itself(cast, two, into):
    code = two[1]
    steps.perform(code, "merge", by=cast.deng, content={"reason": "同一处", "into": code if into == "itself" else into})
    with pytest.raises(steps.Refused):
        steps.confirm(code, by=cast.deng2)
    assert Matter.objects.get(code=code).state == "registered"
