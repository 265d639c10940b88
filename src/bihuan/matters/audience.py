"""What a reader sees of a matter that he may see at all: the office everything but referrals, a unit its part.

A unit does not see: notes, referrals, documents that were not shown to it, the verification before it is established,
the score of a lead, the names of the team, what the office proposes. A raiser sees the state, the answer and its dates.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.db.models import F, Q, QuerySet
from django.http import Http404

from bihuan.matters.facts import Actor, Facts
from bihuan.matters.lifecycle import ACTS, AUDIT, CONFIRM, DECLINE, refusal_to_confirm
from bihuan.matters.models import Document, Entry, Matter, Proposal, Referral, Verification
from bihuan.matters.reading import facts_of
from bihuan.matters.scope import is_of_office, matter_for, referrals_for, visible
from bihuan.matters.standing import UNIT_ROLES, actor
from bihuan.matters.words import Resolution, Role, Side, State
from bihuan.people.models import User

BEFORE_ESTABLISHED = (State.REGISTERED, State.ASSIGNED, State.IN_VERIFICATION)
REFERRING = ("refer", f"{CONFIRM}_refer", f"{DECLINE}_refer", "track_referral")
# Acts of the office that a unit is told of beside the moves of the state.
TOLD = ("send_sheet", "suspend", "resume", "order", "visit", "request_evidence", "check_item", "confirm_extend",
        "decline_extend", "decline_plan", "retest_passed", "retest_waits", "ask_raiser", "rate",
        "closing_slip")  # fmt: skip


@dataclass(frozen=True)
class Reader:
    """Somebody before a matter."""

    user: User
    matter: Matter

    @cached_property
    def who(self) -> Actor:
        """How he stands to it."""
        return actor(self.user, self.matter)

    @cached_property
    def facts(self) -> Facts:
        """The matter as the life-cycle sees it, read once."""
        return facts_of(self.matter)

    @cached_property
    def is_office(self) -> bool:
        """Whether he reads as one of the office."""
        return is_of_office(self.user, self.matter)

    @cached_property
    def is_unit(self) -> bool:
        """Whether he reads as one of the unit, and not of the office."""
        return not self.is_office and any(side is Side.UNIT for _, side in self.who.holds)

    @property
    def is_party(self) -> bool:
        """Whether he is of the office or of the unit; the rest raised it."""
        return self.is_office or self.is_unit

    @cached_property
    def reads_referrals(self) -> bool:
        """Whether he is on the team, or named a reader of one of them."""
        on_team = (Role.AUDITOR, Side.TEAM) in self.who.holds
        return self.is_office and (on_team or self.referrals().exists())

    @property
    def sees_verification(self) -> bool:
        """The office always; the unit its own (other kinds), else what was established."""
        if self.is_office or (self.is_unit and self.matter.kind not in AUDIT):
            return True
        is_open = self.matter.state in BEFORE_ESTABLISHED or self.matter.resolution == Resolution.NOT_ESTABLISHED
        return self.is_unit and not is_open

    def documents(self) -> QuerySet[Document]:
        """The documents that he may read."""
        held = self.matter.documents.select_related("by", "item")
        if self.is_unit:
            return held.filter(is_shown_to_unit=True)
        if not self.is_office:
            return held.none()
        letters = Q(kind="referral", item=None)  # an item's letter is the unit's proof
        return held if self.reads_referrals else held.filter(~letters | Q(by=self.user))

    def verifications(self) -> QuerySet[Verification]:
        """The verifications, newest first."""
        held = self.matter.verifications.select_related("by", "answered_by").order_by("-pk")
        return held if self.sees_verification else held.none()

    def referrals(self) -> QuerySet[Referral]:
        """The referrals that name him a reader."""
        return referrals_for(self.user, self.matter)

    @cached_property
    def pending(self) -> Proposal | None:
        """What waits for a second signature, whoever may see it."""
        return self.matter.proposals.filter(is_confirmed=None).select_related("by").first()

    @property
    def proposal(self) -> Proposal | None:
        """What waits for a second signature: the unit sees only what it proposed itself."""
        held = self.pending
        if held is None or (held.act == "refer" and not (self.reads_referrals or self.may_confirm)):
            return None
        if self.is_office or (self.is_unit and held.role in UNIT_ROLES):
            return held
        return None

    @cached_property
    def may_confirm(self) -> bool:
        """Whether the second signature that is awaited may be his."""
        held = self.pending
        return held is not None and refusal_to_confirm(ACTS[held.act], self.facts, self.who) is None

    def entries(self) -> QuerySet[Entry]:
        """The entries of the journal that he is told of, in order."""
        held = Entry.objects.filter(matter=self.matter.code)
        if self.is_office:
            return held if self.reads_referrals else held.exclude(act__in=REFERRING)
        return held.filter(self._told())

    def names(self, role: str) -> bool:
        """Whether he sees who acted in that role: the office everyone, the unit its own people."""
        return self.is_office or (self.is_unit and role in UNIT_ROLES)

    def _told(self) -> Q:
        moves = Q(target__gt="") & ~Q(source=F("target"))
        told = Q(role__in=UNIT_ROLES) | Q(act__in=TOLD) | moves if self.is_unit else moves
        if self.matter.kind in AUDIT:
            if self.matter.shown_at is None:
                return Q(pk__in=())
            told &= Q(at__gte=self.matter.shown_at) | Q(role__in=UNIT_ROLES)
        return told


def reader_for(user: User, code: str) -> Reader:
    """The reader before that matter, or 404 where it does not exist for him."""
    return Reader(user, matter_for(user, code))


def document_for(user: User, number: int) -> Document:
    """The document, or 404 where it does not exist for him."""
    held = Document.objects.select_related("matter__unit").filter(pk=number, matter__in=visible(user)).first()
    if held is None or held.matter is None:
        raise Http404
    if not Reader(user, held.matter).documents().filter(pk=number).exists():
        raise Http404
    return held
