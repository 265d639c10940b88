"""The plan, the results with their proofs, the answer to a raiser, reporting as done."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils import timezone

from bihuan.examine.header import Words
from bihuan.matters import documents
from bihuan.matters.lifecycle import Refusal
from bihuan.matters.models import Answer, Document, Item, Outcome, Promise
from bihuan.matters.reading import items
from bihuan.matters.steps.asks import day
from bihuan.matters.steps.core import Doing, Refused, Trace, effect
from bihuan.matters.words import AnswerClass

# What a result of each kind cannot be without.
_NEEDED = {
    "money": (
        ("money_kind", "amount", "voucher_no"),
        Words("资金须有类别、金额和凭证号", "money needs kind, amount, voucher"),
    ),
    "rule": (("rule_name", "rule_no"), Words("制度须有名称和文号", "a rule needs its name and number")),
    "people": (("people", "file"), Words("处理处分须有人数和决定文件", "people need their number and the decision")),
    "referral": (("file",), Words("移送须有移送文书", "a referral needs its letter")),
    "other": (("text", "file"), Words("其他措施须有说明和证明材料", "other measures need words and a proof")),
}


@effect("write_item")
def write_item(doing: Doing) -> Trace:
    """Write measure, responsible person, date and target of an item, or add an item."""
    matter, content = doing.matter, doing.content
    if content["item"]:
        item = matter.items.get(pk=content["item"])
    elif content["problem"]:
        item = Item(matter=matter, round=matter.round, currency=matter.currency)
    else:
        raise _missing(Words("新增事项须写明问题", "a new item needs its problem"))
    item.problem = content["problem"] or item.problem
    item.measure, item.responsible = content["measure"], content["responsible"]
    item.due_on = day(content, "due_on")
    item.target = Decimal(content["target"]) if content["target"] else item.target
    item.save()
    texts = {one: content[one] for one in ("problem", "measure", "responsible") if content[one]}
    return Trace(texts=texts, facts={"item": item.pk, "target": None if item.target is None else str(item.target)})


@effect("record_result")
def record_result(doing: Doing) -> Trace:
    """Money with its voucher, a rule with its number, a decision on people, a referral: one at a time."""
    content = doing.content
    names, words = _NEEDED[content["kind"]]
    if any(content[one] in ("", None) for one in names):
        raise _missing(words)
    assert doing.by is not None  # noqa: S101 (only people report)
    item = doing.matter.items.get(pk=content["item"])
    proof = _proof(doing, item)
    Outcome.objects.create(
        item=item, kind=content["kind"], money_kind=content["money_kind"] if content["kind"] == "money" else "",
        amount=Decimal(content["amount"]) if content["amount"] and content["kind"] == "money" else None,
        currency=item.currency, voucher_no=content["voucher_no"], voucher_on=day(content, "voucher_on"),
        rule_name=content["rule_name"], rule_no=content["rule_no"], people=content["people"] or None,
        text=content["text"], document=proof, by=doing.by, at=doing.now,
    )  # fmt: skip
    facts: dict[str, Any] = {"item": item.pk, "kind": content["kind"], "amount": content["amount"] or None}
    texts = {one: content[one] for one in ("voucher_no", "rule_name", "text") if content[one]}
    return Trace((proof.sha256,) if proof else (), texts, facts | {"money_kind": content["money_kind"] or None})


@effect("answer")
def answer(doing: Doing) -> Trace:
    """Answer the raiser; what is only planned or kept for reference with a date becomes a promise."""
    content = doing.content
    assert doing.by is not None  # noqa: S101 (only people answer)
    promised = day(content, "promised_on")
    if content["klass"] == AnswerClass.B and promised is None:
        raise _missing(Words("B类答复须有承诺期限", "an answer of class B needs the date promised"))
    Answer.objects.create(
        matter=doing.matter,
        klass=content["klass"],
        text=content["text"],
        promised_on=promised,
        by=doing.by,
        at=doing.now,
    )
    if promised is not None:
        Promise.objects.create(matter=doing.matter, text=content["text"], due_on=promised, by=doing.by, at=doing.now)
    return Trace(
        texts={"text": content["text"]}, facts={"class": content["klass"], "promised": content["promised_on"] or None}
    )


@effect("submit")
def submit(doing: Doing) -> Trace:
    """Say that it is put right, and from which day on; the re-test looks at the books from that day."""
    fixed_on = day(doing.content, "fixed_on")
    if fixed_on is not None and fixed_on > timezone.localdate(doing.now):
        raise _missing(Words("规范之日不能晚于今天", "the day must not lie in the future"))
    doing.matter.fixed_on = fixed_on
    proofs = Document.objects.filter(outcomes__item__in=items(doing.matter)).values_list("sha256", flat=True)
    return Trace(evidence=tuple(sorted(set(proofs))), facts={"fixed_on": doing.content.get("fixed_on") or None})


def _proof(doing: Doing, item: Item) -> Document | None:
    kept = doing.content["file"]
    if not kept:
        return None
    kind = {"money": "voucher", "rule": "rule", "referral": "referral"}.get(doing.content["kind"], "proof")
    made = documents.add(doing.matter, kept, kind=kind, by=doing.by, item=item)
    Document.objects.filter(pk=made.pk).update(is_shown_to_unit=True)
    return made


def _missing(words: Words) -> Refused:
    return Refused(Refusal("need", (words,)))
