"""The life-cycle as data: every act with its states, roles, needs, second signature and separation of duties.

Buttons, checks, the diagram in the docs and the tests over all triples are made from `ACTS`; steps carry acts out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from bihuan.examine.header import Words
from bihuan.matters.facts import Actor, Facts
from bihuan.matters.requirements import REQUIREMENTS
from bihuan.matters.words import Kind, Resolution, Role, Side, State

AUDIT = (Kind.LEAD, Kind.FINDING)
OTHER = (Kind.APPEAL, Kind.SUGGESTION, Kind.TASK)
ALL = (*AUDIT, *OTHER)
RAISED = (Kind.APPEAL, Kind.SUGGESTION)
S = State
RUNNING = tuple(one for one in State if one is not State.CLOSED)
VERIFIED = (S.ESTABLISHED, S.PLANNED, S.IN_RECTIFICATION)


@dataclass(frozen=True)
class May:
    """Who may: a role, how he must stand to the matter, for which kinds of matter."""

    role: Role
    side: Side
    kinds: tuple[Kind, ...] = ALL


@dataclass(frozen=True)
class Second:
    """The second signature: who gives it, and who may not because of what he did."""

    may: tuple[May, ...]
    not_who: tuple[str, ...] = ()


@dataclass(frozen=True)
class Act:
    """One thing that may be done with a matter.

    `target` None leaves the state. `needs` are keys of REQUIREMENTS. `not_who` names acts: who did one of them on this
    matter may not do this one. `asks` names what the person must give: `reason`, `until`, …
    """

    name: str
    words: Words
    sources: tuple[State, ...]
    target: State | None
    may: tuple[May, ...]
    needs: tuple[str, ...] = ()
    not_who: tuple[str, ...] = ()
    not_of_unit: bool = False
    second: Second | None = None
    resolution: Resolution | None = None
    asks: tuple[str, ...] = ()
    while_suspended: bool = False
    is_bulk: bool = False  # may be done to many at once; never across an evidence gate
    is_signed: bool = False  # changes what a second person is about to sign, so it waits until he has

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The kinds of matter that it applies to."""
        return tuple(one for one in Kind if any(one in may.kinds for may in self.may))


@dataclass(frozen=True)
class Refusal:
    """Why an act may not be done: `right` (not his), `state` (not now), `need` (something is missing)."""

    ground: str
    words: tuple[Words, ...]


def _office(*roles: Role, kinds: tuple[Kind, ...] = ALL) -> tuple[May, ...]:
    return tuple(May(role, Side.OFFICE, kinds) for role in roles)


def _team(kinds: tuple[Kind, ...] = AUDIT) -> tuple[May, ...]:
    return (May(Role.AUDITOR, Side.TEAM, kinds),)


def _unit(*roles: Role, kinds: tuple[Kind, ...] = ALL) -> tuple[May, ...]:
    return tuple(May(role, Side.UNIT, kinds) for role in roles)


def _raiser(kinds: tuple[Kind, ...] = RAISED) -> tuple[May, ...]:
    return (May(Role.DELEGATE, Side.RAISER, kinds), May(Role.RESIDENT, Side.RAISER, kinds))


_ENGINE = (May(Role.ENGINE, Side.ENGINE),)
_REASON = ("reason",)

ACTS: dict[str, Act] = {
    one.name: one
    for one in (
        Act("assign", Words("交办", "Assign"), (S.REGISTERED,), S.ASSIGNED, _office(Role.DISPATCHER),
            needs=("returns_left",), asks=("assignment",), is_bulk=True),
        Act("decide_assignment", Words("裁定交办", "Decide who is responsible"), (S.REGISTERED,), S.ASSIGNED,
            _office(Role.SUPERVISOR), needs=("returned_twice",), asks=("assignment", "reason")),
        Act("refuse", Words("不予受理或转出", "Out of scope"), (S.REGISTERED,), S.CLOSED, _office(Role.REGISTRAR),
            second=Second(_office(Role.REGISTRAR, Role.DISPATCHER, Role.SUPERVISOR), ("refuse",)),
            resolution=Resolution.OUT_OF_SCOPE, asks=("reason", "where")),
        Act("merge", Words("并案", "Merge"), (S.REGISTERED,), S.CLOSED, _office(Role.REGISTRAR),
            second=Second(_office(Role.REGISTRAR, Role.DISPATCHER, Role.SUPERVISOR), ("merge",)),
            resolution=Resolution.MERGED, asks=("reason", "into")),
        Act("hand_back", Words("退办", "Hand back"), (S.ASSIGNED,), S.REGISTERED,
            (*_team(), *_unit(Role.UNIT_HEAD, kinds=OTHER)), needs=("in_return_time",), asks=_REASON),
        Act("sign_for", Words("签收", "Sign for"), (S.ASSIGNED,), S.IN_VERIFICATION,
            (*_team(), *_unit(Role.UNIT_CONTACT, kinds=OTHER)), is_bulk=True),
        Act("write_verification", Words("填写核实记录", "Write the verification"), (S.IN_VERIFICATION,), None,
            (*_team(), *_unit(Role.UNIT_CONTACT, kinds=OTHER)), not_who=("take_up",), asks=("verification",),
            is_signed=True),
        Act("send_sheet", Words("发出取证单", "Send the evidence sheet"), (S.IN_VERIFICATION,), None, _team(),
            needs=("sheet", "not_shown")),
        Act("answer_sheet", Words("反馈取证单", "Answer the evidence sheet"), (S.IN_VERIFICATION,), None,
            _unit(Role.UNIT_CONTACT, Role.UNIT_HEAD, kinds=AUDIT), needs=("shown",), asks=("agrees", "response"),
            is_signed=True),
        Act("establish", Words("查实认定", "Establish"), (S.IN_VERIFICATION,), S.ESTABLISHED,
            (*_team(), *_unit(Role.UNIT_CONTACT, kinds=OTHER)),
            needs=("verification", "response", "report"), not_who=("take_up",),
            second=Second(_office(Role.REVIEWER), ("take_up", "establish", "write_verification")), asks=("klass",)),
        Act("dismiss", Words("不成立", "Not established"), (S.IN_VERIFICATION,), S.CLOSED, _team(),
            not_who=("take_up",),
            second=Second(_office(Role.REVIEWER, kinds=AUDIT), ("take_up", "dismiss", "write_verification")),
            resolution=Resolution.NOT_ESTABLISHED, asks=("reason", "disproof")),
        Act("explain", Words("解释办结", "Explained"), (S.IN_VERIFICATION,), S.CLOSED,
            _unit(Role.UNIT_CONTACT, kinds=OTHER),
            second=Second(_office(Role.REVIEWER, kinds=OTHER), ("take_up", "explain")),
            resolution=Resolution.EXPLAINED, asks=("reason", "disproof")),
        Act("write_item", Words("填写整改事项", "Write an item of the plan"), VERIFIED, None,
            _unit(Role.UNIT_CONTACT, Role.UNIT_HEAD), needs=("plan_open",), asks=("item",), is_signed=True),
        Act("plan", Words("报送整改方案", "Submit the plan"), (S.ESTABLISHED,), S.PLANNED,
            _unit(Role.UNIT_HEAD, kinds=(*AUDIT, Kind.SUGGESTION, Kind.TASK)), needs=("needs_plan", "plan"),
            second=Second(_office(Role.SUPERVISOR), ("plan",))),
        Act("begin", Words("进入整改", "Rectification begins"), (S.PLANNED,), S.IN_RECTIFICATION, _ENGINE),
        Act("begin_at_once", Words("立行立改", "Rectified at once"), (S.ESTABLISHED,), S.IN_RECTIFICATION, _ENGINE,
            needs=("no_plan",)),
        Act("record_result", Words("填报整改结果", "Record a result"), (S.IN_RECTIFICATION,), None,
            _unit(Role.UNIT_CONTACT, Role.UNIT_HEAD), asks=("result",), is_signed=True),
        Act("answer", Words("答复", "Answer"), (S.IN_RECTIFICATION,), None,
            _unit(Role.UNIT_CONTACT, Role.UNIT_HEAD, kinds=RAISED), asks=("answer",)),
        Act("submit", Words("报结", "Report as done"), (S.IN_RECTIFICATION,), S.SUBMITTED, _unit(Role.UNIT_HEAD),
            needs=("results", "answer"), asks=("fixed_on",)),
        Act("receive", Words("受理验收", "Start acceptance"), (S.SUBMITTED,), S.UNDER_ACCEPTANCE,
            _office(Role.ACCEPTOR), not_who=("submit", "record_result"), not_of_unit=True, is_bulk=True),
        Act("send_back", Words("退回重办", "Send back"), (S.SUBMITTED, S.UNDER_ACCEPTANCE), S.IN_RECTIFICATION,
            _office(Role.ACCEPTOR), not_who=("submit",), not_of_unit=True, asks=("reason", "until")),
        Act("check_item", Words("审核整改资料", "Check an item's documents"), (S.UNDER_ACCEPTANCE,), None,
            _office(Role.ACCEPTOR, Role.AUDITOR), needs=("documents_open",), is_signed=True,
            not_who=("submit", "record_result", "write_verification", "establish"), not_of_unit=True,
            asks=("checked",)),
        Act("rate", Words("评价", "Rate"), (S.UNDER_ACCEPTANCE, S.ACCEPTED), None, _raiser(),
            needs=("raiser_gate",), asks=("rating",)),
        Act("ask_raiser", Words("征询提出人", "Ask the raiser"), (S.UNDER_ACCEPTANCE,), None,
            _office(Role.ACCEPTOR, Role.REGISTRAR, kinds=RAISED), needs=("raiser_gate",), not_of_unit=True,
            asks=("reason",)),
        Act("accept", Words("验收通过", "Accept"), (S.UNDER_ACCEPTANCE,), S.ACCEPTED, _office(Role.ACCEPTOR),
            needs=("documents_passed", "raiser_done", "retest_not_failed"),
            not_who=("submit", "record_result"), not_of_unit=True),
        Act("waive", Words("豁免关口", "Waive a gate"), (S.UNDER_ACCEPTANCE, S.ACCEPTED), None,
            _office(Role.ACCEPTOR, Role.CLOSER), needs=("gate_open",), not_who=("submit", "record_result"),
            not_of_unit=True, second=Second(_office(Role.SUPERVISOR), ("waive", "submit", "record_result")),
            asks=("gate", "reason")),
        Act("close", Words("销号", "Close"), (S.ACCEPTED,), S.CLOSED, _office(Role.CLOSER),
            needs=("documents_passed", "raiser_done", "retest_passed"),
            not_who=("submit", "record_result", "accept", "receive"), not_of_unit=True,
            resolution=Resolution.RECTIFIED),
        Act("retest_passed", Words("复测通过", "The re-test passed"), (S.UNDER_ACCEPTANCE, S.ACCEPTED), None, _ENGINE),
        Act("retest_waits", Words("待复测", "The re-test was inconclusive"), (S.UNDER_ACCEPTANCE, S.ACCEPTED), None,
            _ENGINE),
        Act("retest_failed", Words("复测未通过", "The re-test failed"), (S.UNDER_ACCEPTANCE, S.ACCEPTED),
            S.IN_RECTIFICATION, _ENGINE),
        Act("recur", Words("再次发生", "It recurred"), (S.CLOSED,), S.IN_RECTIFICATION, _ENGINE,
            needs=("was_settled",)),
        Act("reopen", Words("重新打开", "Reopen"), (S.CLOSED,), S.IN_RECTIFICATION, _office(Role.SUPERVISOR),
            needs=("was_settled",), asks=_REASON),
        Act("raiser_reopens", Words("提出人要求重办", "The raiser reopens"), (S.CLOSED,), S.IN_RECTIFICATION,
            _raiser(), needs=("was_settled", "in_raiser_time"), asks=_REASON),
        Act("withdraw", Words("撤回", "Withdraw"), (S.REGISTERED, S.ASSIGNED, S.IN_VERIFICATION), S.CLOSED, _raiser(),
            resolution=Resolution.WITHDRAWN, asks=_REASON),
        Act("supersede", Words("上级接管", "Taken over"), tuple(one for one in RUNNING if one is not S.ACCEPTED),
            S.CLOSED, _office(Role.SUPERVISOR), second=Second(_office(Role.SUPERVISOR), ("supersede",)),
            resolution=Resolution.SUPERSEDED, asks=("reason", "where")),
        Act("suspend", Words("中止", "Suspend"), RUNNING, None, _office(Role.SUPERVISOR), asks=("reason", "until")),
        Act("resume", Words("恢复", "Resume"), RUNNING, None, _office(Role.SUPERVISOR), asks=_REASON,
            while_suspended=True),
        Act("extend", Words("申请延期", "Ask for an extension"),
            (S.ASSIGNED, S.IN_VERIFICATION, S.ESTABLISHED, S.PLANNED, S.IN_RECTIFICATION), None,
            (*_team(), *_unit(Role.UNIT_HEAD)), second=Second(_office(Role.SUPERVISOR), ("extend",)),
            asks=("reason", "until")),
        Act("refer", Words("移送", "Refer"), (S.IN_VERIFICATION, *VERIFIED), None, _team(),
            second=Second(_office(Role.SUPERVISOR), ("refer",)), asks=("reason", "where")),
        Act("track_referral", Words("登记移送进展", "Record a referral's progress"), tuple(State), None,
            (*_team(), *_office(Role.SUPERVISOR, kinds=AUDIT)), asks=("progress",)),
        Act("order", Words("督办", "Order"), RUNNING, None, (*_ENGINE, *_office(Role.SUPERVISOR)), asks=_REASON),
        Act("visit", Words("督查走访", "Visit"), RUNNING, None,
            (*_team(), *_office(Role.SUPERVISOR, Role.ACCEPTOR, Role.AUDITOR)), not_of_unit=True, asks=("visit",)),
        Act("request_evidence", Words("要求补充资料", "Ask for evidence"), RUNNING, None,
            (*_team(), *_office(Role.ACCEPTOR, Role.REVIEWER)), asks=("reason", "until")),
        Act("keep_promise", Words("兑现承诺", "Keep a promise"), tuple(State), None,
            _unit(Role.UNIT_HEAD, kinds=RAISED), asks=("answer",)),
        Act("add_document", Words("上传资料", "Add a document"), RUNNING, None,
            (*_team(), *_unit(Role.UNIT_CONTACT, Role.UNIT_HEAD),
             *_office(Role.REVIEWER, Role.ACCEPTOR, Role.SUPERVISOR, Role.REGISTRAR)), asks=("document",)),
        Act("comment", Words("备注", "Note"), tuple(State), None,
            (*_team(), *_office(Role.REVIEWER, Role.DISPATCHER, Role.ACCEPTOR, Role.CLOSER, Role.SUPERVISOR)),
            asks=_REASON, while_suspended=True),
        Act("unmask", Words("查看个人信息", "Show personal data"), tuple(State), None,
            (*_team(), *_office(Role.REVIEWER, kinds=AUDIT)), asks=_REASON, while_suspended=True),
    )
}  # fmt: skip

# Who registers what: there is no matter yet, so there is no state to start from.
REGISTER: dict[Kind, tuple[May, ...]] = {
    Kind.LEAD: _office(Role.AUDITOR),
    Kind.FINDING: _office(Role.AUDITOR, Role.REGISTRAR),
    Kind.APPEAL: (*_office(Role.REGISTRAR), *_raiser()),
    Kind.SUGGESTION: (*_office(Role.REGISTRAR), *_raiser()),
    Kind.TASK: _office(Role.REGISTRAR, Role.SUPERVISOR),
}
TAKE_UP = "take_up"
CONFIRM, DECLINE = "confirm", "decline"  # how a second person answers; journalled as confirm_<act>, decline_<act>


def refusal(act: Act, facts: Facts, actor: Actor) -> Refusal | None:
    """Why the actor may not do the act now, or None where he may."""
    if not _has_right(act.may, facts, actor):
        return _no_right(act)
    if facts.state not in act.sources:
        return Refusal(
            "state", (Words(f"当前状态“{facts.state.zh}”不能{act.words.zh}", f"not while {facts.state.en}"),)
        )
    if blocked := _blocked(act, facts):
        return blocked
    if words := _duties(act.not_who, facts, actor, not_of_unit=act.not_of_unit):
        return Refusal("need", words)
    missing = tuple(REQUIREMENTS[one].missing for one in act.needs if not REQUIREMENTS[one].holds(facts))
    return Refusal("need", missing) if missing else None


def refusal_to_confirm(act: Act, facts: Facts, actor: Actor) -> Refusal | None:
    """Why the actor may not give the second signature now. What was needed for the act is needed still."""
    if act.second is None or not _has_right(act.second.may, facts, actor):
        return _no_right(act)
    if facts.pending != act.name:
        return Refusal("state", (Words("没有待确认的申请", "nothing waits for a second signature"),))
    not_who = (*act.second.not_who, act.name)
    if words := _duties(not_who, facts, actor, not_of_unit=True):
        return Refusal("need", words)
    missing = tuple(REQUIREMENTS[one].missing for one in act.needs if not REQUIREMENTS[one].holds(facts))
    return Refusal("need", missing) if missing else None


def offered(facts: Facts, actor: Actor) -> list[tuple[Act, Refusal | None]]:
    """The acts that this actor has a right to in this state, each with what is missing."""
    found = [(one, refusal(one, facts, actor)) for one in ACTS.values()]
    return [(act, why) for act, why in found if why is None or why.ground == "need"]


def awaits(facts: Facts) -> Act | None:
    """The act that waits for a second signature."""
    return ACTS.get(facts.pending)


@cache
def edges() -> tuple[tuple[State, Act, State], ...]:
    """Every transition: from, act, to."""
    return tuple((source, act, act.target) for act in ACTS.values() if act.target for source in act.sources)


def _has_right(may: Iterable[May], facts: Facts, actor: Actor) -> bool:
    return any(facts.kind in one.kinds and (one.role, one.side) in actor.holds for one in may)


def _no_right(act: Act) -> Refusal:
    roles = {one.role for one in act.may}
    zh, en = "、".join(sorted(one.zh for one in roles)), ", ".join(sorted(one.en for one in roles))
    return Refusal("right", (Words(f"由{zh}办理", f"done by: {en}"),))


def _blocked(act: Act, facts: Facts) -> Refusal | None:
    if facts.is_suspended and not act.while_suspended:
        return Refusal("state", (Words("事项已中止", "the matter is suspended"),))
    if act.name == "resume" and not facts.is_suspended:
        return Refusal("state", (Words("事项没有中止", "the matter is not suspended"),))
    moves = act.target is not None or act.second is not None
    waits_for_move = facts.pending and ACTS[facts.pending].target is not None
    if (facts.pending and moves) or (waits_for_move and act.is_signed):
        return Refusal("state", (Words("有申请等待第二人确认", "a second signature is awaited first"),))
    return None


def _duties(not_who: Iterable[str], facts: Facts, actor: Actor, *, not_of_unit: bool) -> tuple[Words, ...]:
    """The separation of duties that forbids it, in words."""
    found = [
        Words(
            f"您已{_name(one).zh}，不得再办理此事（不相容职责）",
            f"you did “{_name(one).en}” here: duties are separated",
        )
        for one in not_who
        if actor.id is not None and actor.id in facts.did.get(one, frozenset())
    ]
    if not_of_unit and actor.is_of_unit:
        found.append(Words("本单位人员不得验收本单位的事项", "nobody of a unit decides for that unit"))
    return tuple(found)


def _name(act: str) -> Words:
    return ACTS[act].words if act in ACTS else Words("登记此事项", "Register")
