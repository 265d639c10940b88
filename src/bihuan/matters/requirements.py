"""What must be there before an act: one named check each, with the words that a disabled button shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bihuan.examine.header import Words
from bihuan.matters.facts import Facts
from bihuan.matters.words import Class, Gate, GateStatus, Kind, Resolution, State

MOST_RETURNS = 2
RAISER_DAYS = 30  # within which the raiser may reopen
MOST_TRIES = 2  # to have the raiser rate, before silence counts as not rated
_SETTLED = frozenset({GateStatus.PASSED, GateStatus.WAIVED, GateStatus.NOT_REQUIRED})


@dataclass(frozen=True)
class Requirement:
    """A check of the facts, and what is said where it does not hold."""

    missing: Words
    holds: Callable[[Facts], bool]


def needs_plan(facts: Facts) -> bool:
    """Whether the plan must be approved before rectification: not for what is settled at once, nor for appeals."""
    return facts.kind is not Kind.APPEAL and facts.klass is not Class.IMMEDIATE


def settled(facts: Facts, gate: Gate) -> bool:
    """Whether a gate is passed, waived or does not apply."""
    return facts.gates.get(gate, GateStatus.NOT_REQUIRED) in _SETTLED


def _raiser_is_done(facts: Facts) -> bool:
    status = facts.gates.get(Gate.RAISER, GateStatus.NOT_REQUIRED)
    return status in _SETTLED or (status is GateStatus.UNRATED and facts.tries_to_rate >= MOST_TRIES)


def _is_audit(facts: Facts) -> bool:
    return facts.kind in (Kind.LEAD, Kind.FINDING)


def _one(zh: str, en: str, holds: Callable[[Facts], bool]) -> Requirement:
    return Requirement(Words(zh, en), holds)


REQUIREMENTS: dict[str, Requirement] = {
    "team": _one("还没有确定审计组", "no audit team is named", lambda f: f.has_team),
    "unit": _one("还没有确定主办单位", "no unit in the lead is named", lambda f: f.has_unit),
    "class": _one("还没有确定类别", "no class is chosen", lambda f: f.has_class),
    "due_date": _one("还没有办理期限", "no due date is set", lambda f: f.has_due_date),
    "in_return_time": _one("已超过退办时限", "the time for handing back is over", lambda f: f.in_return_time),
    "returns_left": _one(
        "已退办两次，须由督办领导裁定", "handed back twice: the supervisor decides", lambda f: f.returned < MOST_RETURNS
    ),
    "returned_twice": _one("尚未退办两次", "it was not handed back twice", lambda f: f.returned >= MOST_RETURNS),
    "sheet": _one("还没有取证单", "there is no evidence sheet", lambda f: f.has_sheet),
    "not_shown": _one("取证单已经发出", "the evidence sheet was sent already", lambda f: not f.is_shown),
    "shown": _one("取证单还没有发给单位", "the evidence sheet was not sent to the unit", lambda f: f.is_shown),
    "response": _one(
        "单位对取证单还没有反馈意见", "the unit has not answered the evidence sheet",
        lambda f: f.has_response or not _is_audit(f),
    ),
    "verification": _one(
        "核实记录不全：查了什么、逐行结果、依据、金额",
        "the verification is not complete: what was looked at, result per row, basis, amounts",
        lambda f: f.has_verification,
    ),
    "report": _one(
        "还没有上传已印发的审计报告或决定", "the issued report or decision is not on file",
        lambda f: f.has_report or not _is_audit(f),
    ),
    "plan": _one(
        "整改方案不全：每项须有措施、责任人、期限、目标金额",
        "the plan is not complete: each item needs measure, responsible person, date and target",
        lambda f: f.has_plan,
    ),
    "plan_open": _one(
        "整改方案已经审定，不能再改", "the plan was approved and stands",
        lambda f: f.state is State.ESTABLISHED or not needs_plan(f),
    ),
    "needs_plan": _one("此类事项不需要整改方案", "no plan is needed here", needs_plan),
    "no_plan": _one("整改方案须先审定", "the plan must be approved first", lambda f: not needs_plan(f)),
    "results": _one(
        "还有整改事项没有结果和证明材料", "some items have no result with its proof",
        lambda f: f.has_results or f.has_answer,
    ),
    "answer": _one(
        "还没有答复及其类别（A/B/C/D）", "there is no answer with its class (A/B/C/D)",
        lambda f: f.has_answer or f.kind not in (Kind.APPEAL, Kind.SUGGESTION),
    ),
    "documents_open": _one(
        "资料审核已经结束", "the documents were checked already",
        lambda f: f.gates.get(Gate.DOCUMENTS) not in (GateStatus.PASSED, GateStatus.WAIVED),
    ),
    "documents_passed": _one("资料审核未通过", "the documents have not passed", lambda f: settled(f, Gate.DOCUMENTS)),
    "raiser_done": _one(
        "提出人尚未评价（两次征询无回音才按“未评价”处理）",
        "the raiser has not rated (two tries without an answer count as not rated)", _raiser_is_done,
    ),
    "retest_passed": _one(
        "复测尚未通过（也未经两人豁免）", "the re-test has not passed, nor was it waived by two people",
        lambda f: settled(f, Gate.RETEST),
    ),
    "retest_not_failed": _one(
        "复测未通过，应退回整改", "the re-test failed: it goes back to rectification",
        lambda f: f.gates.get(Gate.RETEST) is not GateStatus.FAILED,
    ),
    "gate_open": _one(
        "没有可豁免的关口", "no gate is left that could be waived",
        lambda f: any(not settled(f, one) for one in f.gates),
    ),
    "was_settled": _one(
        "只有整改到位或解释办结的事项可以重新打开", "only what was rectified or explained can be reopened",
        lambda f: f.resolution in (Resolution.RECTIFIED, Resolution.EXPLAINED),
    ),
    "in_raiser_time": _one(
        "已超过30天", "the 30 days are over", lambda f: f.days_since_closed <= RAISER_DAYS
    ),
    "raiser_gate": _one(
        "此事项没有提出人评价", "the raiser's gate does not apply",
        lambda f: f.gates.get(Gate.RAISER, GateStatus.NOT_REQUIRED) is not GateStatus.NOT_REQUIRED,
    ),
}  # fmt: skip
