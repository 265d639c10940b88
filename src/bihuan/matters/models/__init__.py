"""The tables of the workbench, one module for what belongs together."""

from __future__ import annotations

from bihuan.matters.models.acceptance import GateState, Rating, RetestRecord
from bihuan.matters.models.evidence import Document, EvidenceRow, MatterLead, Verification
from bihuan.matters.models.journal import Checkpoint, Entry, Salt
from bihuan.matters.models.matter import Gram, Matter, Proposal, Sequence
from bihuan.matters.models.rectification import Answer, Item, Outcome
from bihuan.matters.models.side import Extension, Note, Order, Promise, Referral, Request, Visit
from bihuan.matters.models.tables import Clock, Job, SavedView, WorkDay

__all__ = [
    "Answer",
    "Checkpoint",
    "Clock",
    "Document",
    "Entry",
    "EvidenceRow",
    "Extension",
    "GateState",
    "Gram",
    "Item",
    "Job",
    "Matter",
    "MatterLead",
    "Note",
    "Order",
    "Outcome",
    "Promise",
    "Proposal",
    "Rating",
    "Referral",
    "Request",
    "RetestRecord",
    "Salt",
    "SavedView",
    "Sequence",
    "Verification",
    "Visit",
    "WorkDay",
]
