"""A lead's way through the loop, one real step after the other, as the cast would take it."""

from __future__ import annotations

import io
from typing import Any

from bihuan.matters import sheets, steps
from bihuan.matters.models import Matter
from bihuan.matters.words import State

FIXED = "2024-06-01"
STEPS = ("assign", "sign_for", "verify", "establish", "plan", "rectify", "submit", "receive", "accept", "close")
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def pdf(name: str = "proof.pdf") -> io.BytesIO:
    """A small document with a name, as it comes from a form."""
    made = io.BytesIO(PDF)
    made.name = name
    return made


class Story:
    """What happens to a lead, in order; `to(state)` plays it until the state is reached."""

    def __init__(self, cast: Any, ranking: Any) -> None:
        self.cast, self.ranking = cast, ranking

    def to(self, state: State | str, *, number: int = 0, klass: str = "") -> Matter:
        """The matter of the `number`-th lead of U1, in that state. Where a plan is due, its class is `phased`."""
        klass = klass or ("phased" if state == State.ESTABLISHED else "immediate")
        lead = [one for one in self.ranking.leads if one.hit.unit == "U1"][number]
        matter = steps.take_up(self.ranking, [lead.hit.id], by=self.cast.lin).matters[0]
        for name in STEPS:
            if matter.state == state:
                break
            getattr(self, name)(matter.code, klass)
            matter = Matter.objects.get(pk=matter.pk)
        assert matter.state == state, (matter.state, state)
        return matter

    def assign(self, code: str, _: str = "") -> None:
        steps.perform(code, "assign", by=self.cast.sun, content={"team": [self.cast.lin.pk, self.cast.chen.pk]})

    def sign_for(self, code: str, _: str = "") -> None:
        steps.perform(code, "sign_for", by=self.cast.chen)

    def verify(self, code: str, _: str = "") -> None:
        rows = Matter.objects.get(code=code).leads.values_list("rows__pk", flat=True)
        verification = {
            "looked_at": "两张凭证和发票", "result": "同一发票付款两次", "basis": "会计法第九条", "amount": "100.00",
            "rows": {str(one): "holds" for one in rows},
        }  # fmt: skip
        steps.perform(code, "write_verification", by=self.cast.chen, content=verification)
        sheets.make_evidence_sheet(code, by=self.cast.chen)
        steps.perform(code, "send_sheet", by=self.cast.chen)
        steps.perform(code, "answer_sheet", by=self.cast.wang, content={"agrees": "yes", "response": "情况属实"})
        report = {"kind": "audit_report", "number": "青审〔2026〕1号", "file": pdf("审计报告.pdf")}
        steps.perform(code, "add_document", by=self.cast.chen, content=report)

    def establish(self, code: str, klass: str = "immediate") -> None:
        if Matter.objects.get(code=code).state == State.IN_VERIFICATION:
            if not Matter.objects.get(code=code).verifications.exists():
                self.verify(code)
            steps.perform(code, "establish", by=self.cast.chen, content={"klass": klass})
            steps.confirm(code, by=self.cast.zhao)

    def plan(self, code: str, klass: str = "immediate") -> None:
        if klass == "immediate":
            return
        for item in Matter.objects.get(code=code).items.all():
            line = {
                "item": item.pk,
                "measure": "追回多付款项",
                "responsible": "马局长",
                "due_on": "2027-01-31",
                "target": "100.00",
            }
            steps.perform(code, "write_item", by=self.cast.wang, content=line)
        steps.perform(code, "plan", by=self.cast.ma)
        steps.confirm(code, by=self.cast.zhou)

    def rectify(self, code: str, _: str = "") -> None:
        matter = Matter.objects.get(code=code)
        for item in matter.items.filter(round=matter.round):
            money = {
                "item": item.pk, "kind": "money", "money_kind": "recovered", "amount": "100.00",
                "voucher_no": "记-0045", "voucher_on": "2024-05-20", "file": pdf("收款凭证.pdf"),
            }  # fmt: skip
            steps.perform(code, "record_result", by=self.cast.wang, content=money)

    def submit(self, code: str, _: str = "") -> None:
        steps.perform(code, "submit", by=self.cast.ma, content={"fixed_on": FIXED})

    def receive(self, code: str, _: str = "") -> None:
        steps.perform(code, "receive", by=self.cast.qian)

    def accept(self, code: str, _: str = "") -> None:
        matter = Matter.objects.get(code=code)
        for item in matter.items.filter(round=matter.round):
            steps.perform(code, "check_item", by=self.cast.qian, content={"item": item.pk, "passed": "yes"})
        steps.perform(code, "accept", by=self.cast.qian)

    def close(self, code: str, _: str = "") -> None:
        if Matter.objects.get(code=code).leads.exists():
            steps.perform(code, "waive", by=self.cast.qian, content={"gate": "retest", "reason": "年度账已并入下年"})
            steps.confirm(code, by=self.cast.zhou)
        steps.perform(code, "close", by=self.cast.he)
