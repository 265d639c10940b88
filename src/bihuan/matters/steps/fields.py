"""What a person gives with an act: fields from which forms, the API and the checks are made."""

from __future__ import annotations

from dataclasses import dataclass

from bihuan.examine.header import Words
from bihuan.matters.lifecycle import ALL, AUDIT, OTHER, Act
from bihuan.matters.models import Order, Outcome, Rating, Referral
from bihuan.matters.words import AnswerClass, Class, Gate, Kind, MoneyKind, Term

Choices = tuple[tuple[str, Words], ...]


@dataclass(frozen=True)
class Field:
    """One value. `type` is text, line, date, money, number, flag, choice, users, unit, units, item, rows or file."""

    name: str
    words: Words
    type: str = "line"
    is_required: bool = True
    choices: Choices = ()
    kinds: tuple[Kind, ...] = ALL
    help: Words | None = None


def _terms(words: type[Term], *only: Term) -> Choices:
    return tuple((str(one), one.words) for one in (only or tuple(words)))


def _pairs(pairs: tuple[tuple[str, str], ...]) -> Choices:
    return tuple((value, Words(zh, value.capitalize())) for value, zh in pairs)


DOCUMENT_KINDS: Choices = (
    ("evidence_sheet", Words("取证单", "Evidence sheet")),
    ("working_paper", Words("工作底稿", "Working paper")),
    ("audit_report", Words("审计报告", "Audit report")),
    ("audit_decision", Words("审计决定书", "Audit decision")),
    ("referral", Words("移送处理书", "Letter of referral")),
    ("notice", Words("整改通知书", "Notice of rectification")),
    ("voucher", Words("凭证", "Voucher")),
    ("rule", Words("制度文件", "Rule")),
    ("proof", Words("证明材料", "Proof")),
    ("response", Words("单位反馈意见", "The unit's response")),
    ("closing_slip", Words("销号单", "Closing slip")),
)
AUDIT_CLASSES = (Class.IMMEDIATE, Class.PHASED, Class.CONTINUING)
FINDINGS: Choices = (
    ("holds", Words("属实", "Holds")),
    ("does_not", Words("不属实", "Does not hold")),
    ("unclear", Words("待查", "Unclear")),
)

ASKS: dict[str, tuple[Field, ...]] = {
    "reason": (Field("reason", Words("理由", "Reason"), "text"),),
    "until": (Field("until", Words("期限", "Until"), "date"),),
    "where": (Field("where", Words("去向", "Where it goes")),),
    "into": (Field("into", Words("并入事项编号", "Code of the matter it is merged into")),),
    "disproof": (Field("disproof", Words("排除依据", "What disproves it"), "text"),),
    "klass": (
        Field("klass", Words("整改类别", "Class"), "choice", choices=_terms(Class, *AUDIT_CLASSES), kinds=AUDIT),
    ),
    "assignment": (
        Field("team", Words("审计组", "Audit team"), "users", kinds=AUDIT),
        Field("unit", Words("主办单位", "Unit in the lead"), "unit", kinds=OTHER),
        Field("co_units", Words("协办单位", "Co-units"), "units", is_required=False, kinds=OTHER),
        Field("klass", Words("类别", "Class"), "choice", choices=_terms(Class), kinds=OTHER),
        Field("until", Words("办理期限", "Due date"), "date", is_required=False, kinds=OTHER,
              help=Words("空则按类别时限", "blank: the limit of the class")),
    ),
    "verification": (
        Field("looked_at", Words("核查内容（查了什么）", "What was looked at"), "text"),
        Field("result", Words("核查结果", "What was found"), "text"),
        Field("basis", Words("依据", "Basis"), "text"),
        Field("amount", Words("核实金额", "Amount"), "money", is_required=False),
        Field("rows", Words("逐行结果", "Result per row"), "rows", is_required=False, choices=FINDINGS),
        Field("rest", Words("其余各行", "All other rows"), "choice", is_required=False, choices=FINDINGS,
              help=Words("没有逐行写明的，一并按此认定", "what is not said row by row is found so")),
    ),
    "agrees": (Field("agrees", Words("意见", "Response"), "choice",
                     choices=(("yes", Words("无异议", "Agrees")), ("no", Words("有异议", "Disagrees")))),),
    "response": (Field("response", Words("单位意见", "The unit's words"), "text"),),
    "item": (
        Field("item", Words("整改事项", "Item"), "item", is_required=False,
              help=Words("空则新增一项", "blank: a new item")),
        Field("problem", Words("问题", "Problem"), "text", is_required=False),
        Field("measure", Words("整改措施", "Measure"), "text"),
        Field("responsible", Words("责任人", "Responsible person")),
        Field("due_on", Words("完成期限", "Date"), "date"),
        Field("target", Words("目标金额", "Target amount"), "money", is_required=False),
    ),
    "result": (
        Field("item", Words("整改事项", "Item"), "item"),
        Field("kind", Words("结果", "Result"), "choice", choices=_pairs(Outcome.KINDS)),
        Field("money_kind", Words("资金类别", "Kind of money"), "choice", is_required=False, choices=_terms(MoneyKind)),
        Field("amount", Words("金额", "Amount"), "money", is_required=False),
        Field("voucher_no", Words("凭证号", "Voucher"), is_required=False),
        Field("voucher_on", Words("凭证日期", "Voucher's date"), "date", is_required=False),
        Field("rule_name", Words("制度名称", "Rule"), is_required=False),
        Field("rule_no", Words("制度文号", "Rule's number"), is_required=False),
        Field("people", Words("处理处分人数", "People dealt with"), "number", is_required=False),
        Field("text", Words("说明", "Remarks"), "text", is_required=False),
        Field("file", Words("证明材料", "Proof"), "file", is_required=False),
    ),
    "fixed_on": (
        Field("fixed_on", Words("自何日起已规范", "Right from this day on"), "date",
              help=Words("复测从这一天起的账", "the re-test looks at the books from this day on")),
    ),
    "answer": (
        Field("klass", Words("答复类别", "Class of the answer"), "choice", choices=_terms(AnswerClass)),
        Field("text", Words("答复", "Answer"), "text"),
        Field("promised_on", Words("承诺期限（B、C类）", "Promised by (B, C)"), "date", is_required=False),
    ),
    "checked": (
        Field("item", Words("整改事项", "Item"), "item"),
        Field("passed", Words("审核结果", "Result"), "choice",
              choices=(("yes", Words("通过", "Passed")), ("no", Words("不通过", "Failed")))),
        Field("lacking", Words("审核意见", "What is lacking"), "text", is_required=False),
    ),
    "rating": (
        Field("verdict", Words("评价", "Rating"), "choice", choices=_pairs(Rating.VERDICTS)),
        Field("text", Words("意见", "Words"), "text", is_required=False),
    ),
    "gate": (Field("gate", Words("关口", "Gate"), "choice", choices=_terms(Gate)),),
    "progress": (
        Field("referral", Words("移送", "Referral"), "number"),
        Field("stage", Words("进展", "Progress"), "choice", choices=_pairs(Referral.STAGES)),
    ),
    "visit": (
        Field("on", Words("日期", "Date"), "date"),
        Field("where", Words("地点", "Place")),
        Field("seen", Words("所见", "What was seen"), "text"),
    ),
    "document": (
        Field("kind", Words("资料种类", "Kind"), "choice", choices=DOCUMENT_KINDS),
        Field("number", Words("文号", "Number"), is_required=False),
        Field("file", Words("文件", "File"), "file"),
    ),
    "colour": (Field("colour", Words("督办级别", "Colour"), "choice", choices=_pairs(Order.COLOURS)),),
}  # fmt: skip


def fields(act: Act, kind: Kind) -> tuple[Field, ...]:
    """What must be given with the act for a matter of this kind."""
    return tuple(one for ask in act.asks for one in ASKS[ask] if kind in one.kinds)
