"""What an act needs, as a list with ticks: the life-cycle's requirements in words of what should be there."""

from __future__ import annotations

from dataclasses import dataclass

from bihuan.examine.header import Words
from bihuan.matters.facts import Actor, Facts
from bihuan.matters.lifecycle import ACTS, Act, refusal
from bihuan.matters.requirements import REQUIREMENTS

# What should be there; a requirement's own words say what is missing.
WANTED: dict[str, Words] = {
    "team": Words("已确定审计组", "an audit team is named"),
    "unit": Words("已确定主办单位", "a unit is in the lead"),
    "class": Words("已确定类别", "the class is chosen"),
    "due_date": Words("已有办理期限", "there is a due date"),
    "in_return_time": Words("在退办时限内（7个工作日）", "within the seven working days for handing back"),
    "returns_left": Words("退办不足两次", "handed back fewer than two times"),
    "returned_twice": Words("已退办两次", "handed back two times"),
    "sheet": Words("已有取证单", "an evidence sheet is on file"),
    "not_shown": Words("取证单尚未发出", "the evidence sheet is not sent yet"),
    "shown": Words("取证单已发给单位", "the evidence sheet was sent to the unit"),
    "response": Words("单位已反馈取证单", "the unit has answered the evidence sheet"),
    "verification": Words("核实记录齐全，逐行有结果", "the verification is complete, with a result per row"),
    "report": Words("已上传印发的审计报告或决定", "the issued report or decision is on file"),
    "plan_open": Words("整改方案尚未审定", "the plan is not yet approved"),
    "plan": Words("每项有措施、责任人、期限、目标", "each item has measure, responsible person, date, target"),
    "needs_plan": Words("此类别须有整改方案", "this class needs a plan"),
    "no_plan": Words("此类别不需要整改方案", "this class needs no plan"),
    "results": Words("每项有结果和证明材料", "each item has a result with its proof"),
    "answer": Words("已有答复及类别", "there is an answer with its class"),
    "documents_open": Words("资料审核尚未结束", "the documents are still to be checked"),
    "documents_passed": Words("资料审核通过或豁免", "the documents passed or were waived"),
    "raiser_done": Words("提出人已评价，或两次征询无回音", "the raiser has rated, or two tries found no answer"),
    "retest_passed": Words("复测通过或经两人豁免", "the re-test passed, or two people waived it"),
    "retest_not_failed": Words("复测没有不通过", "the re-test did not fail"),
    "gate_open": Words("还有未通过的关口", "a gate is left that has not passed"),
    "was_settled": Words("以整改到位或解释办结销号", "closed as rectified or explained"),
    "in_raiser_time": Words("在30天内", "within the 30 days"),
    "raiser_gate": Words("须提出人评价", "the raiser is asked to rate"),
}


@dataclass(frozen=True)
class Tick:
    """One line of the checklist."""

    words: Words
    is_there: bool


def needs(act: Act, facts: Facts) -> list[Tick]:
    """The needs of the act as they stand."""
    return [Tick(WANTED[one], REQUIREMENTS[one].holds(facts)) for one in act.needs]


def ticks(act: Act, facts: Facts, actor: Actor) -> list[Tick]:
    """The needs of the act, then the separation of duties."""
    return [*needs(act, facts), *_duties(act, facts, actor)]


def _duties(act: Act, facts: Facts, actor: Actor) -> list[Tick]:
    found = []
    named = [ACTS[one].words if one in ACTS else Words("登记此事项", "registered it") for one in act.not_who]
    zh, en = "、".join(one.zh for one in named), ", ".join(one.en.lower() for one in named)
    did_none = not any(actor.id in facts.did.get(one, frozenset()) for one in act.not_who)
    if named:
        found.append(Tick(Words(f"您没有办过：{zh}", f"you did none of: {en}"), did_none))
    if act.not_of_unit:
        found.append(Tick(Words("您不是责任单位的人员", "you are not of the unit itself"), not actor.is_of_unit))
    return found


def second(act: Act) -> Words | None:
    """Who must sign beside, said before the act is done."""
    if act.second is None:
        return None
    roles = {one.role for one in act.second.may}
    zh, en = "、".join(sorted(one.zh for one in roles)), " or ".join(sorted(one.en.lower() for one in roles))
    return Words(
        f"须由第二人（{zh}）确认后才生效；提出的人不能自己确认。",
        f"It takes effect when a second person ({en}) confirms; who proposes cannot confirm.",
    )


def may_now(act: Act, facts: Facts, actor: Actor) -> bool:
    """Whether nothing stands against it."""
    return refusal(act, facts, actor) is None
