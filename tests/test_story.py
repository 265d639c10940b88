"""One lead goes through the whole loop by steps."""

from __future__ import annotations

import pytest

from bihuan.matters.models import Entry
from bihuan.matters.words import State

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("klass", ["immediate", "phased"])
def test_a_lead_reaches_the_closing_by_steps_alone(matter_in, klass):
    matter = matter_in(State.CLOSED, klass=klass)
    assert matter.resolution == "rectified"
    entries = list(Entry.objects.filter(matter=matter.code).values_list("act", "source", "target"))
    assert entries[0] == ("take_up", "", "registered")
    assert entries[-1] == ("close", "accepted", "closed")
    assert [one[0] for one in entries].count("begin_at_once") == int(klass == "immediate")
