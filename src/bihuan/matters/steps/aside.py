"""What is put aside when it comes in: out of scope, or the same as another matter."""

from __future__ import annotations

from bihuan.examine.header import Words
from bihuan.matters.lifecycle import Refusal
from bihuan.matters.scope import visible
from bihuan.matters.steps.core import Doing, Refused, Trace, effect
from bihuan.matters.words import State


@effect("merge")
def merge(doing: Doing) -> Trace:
    """From here on the other matter is followed for both; it must run, and be seen by whoever signs."""
    assert doing.by is not None  # noqa: S101 (only people merge)
    into = visible(doing.by).filter(code=doing.content["into"].strip().upper()).exclude(pk=doing.matter.pk).first()
    if into is None or into.state == State.CLOSED:
        words = Words("并入的事项不存在或已销号", "the matter it is merged into does not exist, or is closed")
        raise Refused(Refusal("need", (words,)))
    doing.matter.merged_into = into
    return Trace(texts={"reason": doing.content["reason"]}, facts={"into": into.code})
