"""Texts that want to be run, in every field of every act and in hostile books: shown, exported and printed as texts."""

from __future__ import annotations

import io
import json
import re
import zipfile

import openpyxl
import pytest
from django.test import Client

from bihuan.matters import documents, sheets, steps
from bihuan.matters.lifecycle import ACTS
from bihuan.matters.models import EvidenceRow, Matter, SavedView
from bihuan.matters.steps.fields import fields
from bihuan.matters.words import Kind, State
from bihuan.people.models import Unit, User
from every_address import DESK, addresses, things_of
from story import pdf

pytestmark = pytest.mark.django_db
EVIL = "=1+1 <script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{7*7}}{% debug %}javascript:alert(1)"
SHORT = '"><svg onload=alert(1)>{{7*7}}'
RUNS = re.compile(r"<script>alert|<img src=x|<svg onload|\b49\b.{0,3}\{% debug")


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def matter(matter_in, cast, units):
    """A matter in acceptance, with evil texts wherever somebody may write one."""
    Unit.objects.filter(pk=units["U1"].pk).update(name=EVIL)
    User.objects.update(display_name=SHORT)
    matter = matter_in(State.UNDER_ACCEPTANCE)
    Matter.objects.filter(pk=matter.pk).update(title=EVIL, summary=EVIL, project=SHORT, source=EVIL, due_rule=EVIL)
    evil = {"zh": EVIL, "en": EVIL}
    matter.leads.update(title=evil, reason=evil, ask=evil, not_when=evil, score_steps=[evil], basis=[SHORT])
    for row in EvidenceRow.objects.filter(lead__matter=matter):
        row.values |= {"payee_name": EVIL, "invoice_no": EVIL}
        row.source, row.sheet = EVIL, EVIL
        row.save()
    matter.verifications.update(looked_at=EVIL, result=EVIL, basis=EVIL, unit_response=EVIL)
    matter.items.update(problem=EVIL, measure=EVIL, responsible=SHORT, lacking=EVIL)
    for item in matter.items.all():
        item.outcomes.update(text=EVIL, voucher_no=SHORT, rule_name=EVIL, rule_no=SHORT)
    written(matter, cast)
    return Matter.objects.get(pk=matter.pk)


def written(matter, cast) -> None:
    for name, act in (("zhou", "comment"), ("zhou", "order"), ("qian", "visit"), ("qian", "request_evidence"),
                      ("zhao", "add_document"), ("qian", "waive")):  # fmt: skip
        given = {one.name: evil(one) for one in fields(ACTS[act], Kind.LEAD)}
        steps.perform(matter.code, act, by=getattr(cast, name), content=given)


def evil(field):
    """The field's own kind of value, as evil as it may be."""
    if field.type == "file":
        return pdf("<img src=x onerror=alert(1)>{{7*7}}.pdf")
    if field.type == "choice":
        return {"gate": "retest", "kind": "proof"}.get(field.name, field.choices[0][0])
    return {"text": EVIL, "line": SHORT, "date": "2026-12-01"}[field.type]


@pytest.mark.parametrize("name", ["lin", "ma", "zhou"])
def test_no_text_runs_on_any_page(cast, matter, ranking, name):
    held = things_of(matter, cast, ranking)
    SavedView.objects.create(owner=getattr(cast, name), name=SHORT, query="words=%3Cscript%3Ealert(1)")
    client = signed_in(getattr(cast, name))
    shown = 0
    for one in addresses(held):
        if one.path.startswith(DESK):
            continue
        for path in (one.path, f"{one.path}?words={SHORT}&unit={SHORT}&project={SHORT}&show={SHORT}&matter={SHORT}"):
            response = client.get(path)
            if response.get("Content-Type", "").startswith("text/html"):
                text = response.content.decode()
                assert not RUNS.search(text), (path, RUNS.search(text))
                shown += "&lt;s" in text
    assert shown > 5  # the texts were there


def test_the_confirmation_shows_what_was_proposed_as_text(cast, matter):
    text = signed_in(cast.zhou).get(f"/matters/{matter.code}/confirm/").content.decode()
    assert "&lt;script&gt;" in text and not RUNS.search(text)


def test_a_refused_form_gives_back_texts_as_texts(cast, matter):
    client = signed_in(cast.qian)
    for act in ("visit", "request_evidence", "send_back", "check_item", "add_document"):
        given = {one.name: EVIL for one in fields(ACTS[act], Kind.LEAD)}
        answer = client.post(f"/matters/{matter.code}/do/{act}/", given)
        assert answer.status_code == 422 and not RUNS.search(answer.content.decode()), act


def test_the_workbook_holds_no_formula_and_no_link(cast, matter):
    content = b"".join(signed_in(cast.lin).get("/matters/export.xlsx").streaming_content)
    book = openpyxl.load_workbook(io.BytesIO(content))
    cells = [cell for row in book.active.iter_rows() for cell in row]
    assert [cell for cell in cells if cell.value and EVIL in str(cell.value)]
    assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert not [one for one in archive.namelist() if "externalLink" in one or "vba" in one.lower()]
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


def test_nothing_is_run_in_a_filled_document(cast, matter_in):
    matter = matter_in(State.IN_VERIFICATION)
    evil_words = "{{7*7}}{% for x in y %}<w:p/>&lt;{{ cycler.__init__ }}\x01"
    matter.leads.update(reason={"zh": evil_words}, title={"zh": evil_words}, ask={"zh": evil_words})
    for row in EvidenceRow.objects.filter(lead__matter=matter):
        row.values |= {"payee_name": evil_words}
        row.source = evil_words
        row.save()
    Unit.objects.filter(pk=matter.unit_id).update(name=evil_words)
    made = sheets.make_evidence_sheet(matter.code, by=cast.chen)[0]
    with zipfile.ZipFile(io.BytesIO(documents.verified(made))) as archive:
        text = archive.read("word/document.xml").decode()
    assert "{{7*7}}" in text and "&lt;w:p/&gt;" in text and "cycler.__init__" in text and ">49" not in text


def test_the_api_says_texts_as_json_and_never_as_a_page(cast, matter):
    client = signed_in(cast.lin)
    for path in ("/api/matters", f"/api/matters/{matter.code}"):
        answer = client.get(path)
        assert answer["Content-Type"].startswith("application/json") and answer["X-Content-Type-Options"] == "nosniff"
        assert EVIL in json.dumps(answer.json(), ensure_ascii=False).replace('\\"', '"')
