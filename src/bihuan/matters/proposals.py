"""What a proposal says, value by value, as the second person must read it before signing."""

from __future__ import annotations

from typing import Any

from bihuan.examine.header import Words
from bihuan.matters.lifecycle import ACTS
from bihuan.matters.models import Proposal
from bihuan.matters.steps.fields import Field, fields
from bihuan.matters.words import Kind
from bihuan.people.language import words


def said(proposal: Proposal) -> list[tuple[Words, str]]:
    """Each field of the act with what was given."""
    asked = fields(ACTS[proposal.act], Kind(proposal.matter.kind))
    return [(one.words, _text(one, proposal.content.get(one.name))) for one in asked]


def _text(one: Field, value: Any) -> str:
    if value in (None, "", [], {}):
        return "—"
    chosen = dict(one.choices).get(str(value))
    return words(chosen) if chosen else str(value)
