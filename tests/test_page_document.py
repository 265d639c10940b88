"""Documents: whom they are given, and how."""

from __future__ import annotations

import pytest

from at_the_pages import NOBODY, read, status
from bihuan.matters import documents, steps
from bihuan.matters.models import Document, Entry
from bihuan.matters.words import State
from story import PDF, pdf

pytestmark = pytest.mark.django_db


@pytest.fixture
def matter(matter_in):
    return matter_in(State.UNDER_ACCEPTANCE)


def added(matter, by, kind="working_paper", name="底稿.pdf"):
    steps.perform(matter.code, "add_document", by=by, content={"kind": kind, "number": "1", "file": pdf(name)})
    return Document.objects.order_by("pk").last()


def test_a_document_is_a_download_that_nothing_can_run(client, cast, matter):
    document = matter.documents.get(kind="voucher")
    client.force_login(cast.qian)
    response = client.get(f"/documents/{document.pk}/")
    assert response.content == PDF
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert "no-store" in response["Cache-Control"]
    assert response["Content-Type"] == "application/pdf"


def test_a_unit_gets_what_it_was_shown_and_nothing_else(client, cast, matter):
    paper, proof = added(matter, cast.zhao), matter.documents.get(kind="voucher")
    assert status(client, cast.ma, f"/documents/{proof.pk}/") == 200
    assert status(client, cast.ma, f"/documents/{paper.pk}/") == 404
    assert status(client, cast.qian, f"/documents/{paper.pk}/") == 200


def test_strangers_cannot_tell_that_a_document_exists(client, cast, matter):
    pk = matter.documents.first().pk
    for name in NOBODY:
        for number in (pk, pk + 10_000):
            assert status(client, getattr(cast, name), f"/documents/{number}/") == 404, name


def test_a_letter_of_referral_is_for_its_readers(client, cast, matter_in):
    matter = matter_in(State.IN_VERIFICATION)
    letter = added(matter, cast.chen, "referral", "移送书.pdf")
    assert {status(client, getattr(cast, one), f"/documents/{letter.pk}/") for one in ("lin", "chen")} == {200}
    for name in ("gao", "zhao", "sun", "qian", "ma"):
        assert status(client, getattr(cast, name), f"/documents/{letter.pk}/") == 404, name


def test_a_file_that_was_altered_is_not_given_out(client, cast, matter):
    document = matter.documents.get(kind="voucher")
    path = documents.path_of(document.sha256)
    path.chmod(0o640)
    path.write_bytes(b"%PDF-other")
    client.force_login(cast.qian)
    response = client.get(f"/documents/{document.pk}/")
    assert response.status_code == 410
    assert "文件与登记的指纹不符" in response.content.decode()
    path.unlink()
    assert client.get(f"/documents/{document.pk}/").status_code == 410


NAMES = (
    "../../etc/passwd.pdf", "..\\..\\windows\\win.pdf", "/etc/cron.d/x.pdf", "a\r\nSet-Cookie: x=1.pdf",
    "x\u202efdp.exe.pdf", "<script>.pdf", "a\x00b.pdf",
)  # fmt: skip
ADDRESSES = ("../bihuan.toml", "..%2f..%2fbihuan.toml/", "1%00/", "-1/", "9" * 30 + "/", "a" * 64 + "/")


@pytest.mark.parametrize("name", NAMES)
def test_a_name_leads_nowhere_and_adds_no_header(client, cast, matter, name):
    added(matter, cast.zhao, name=name)
    client.force_login(cast.zhao)
    made = Document.objects.order_by("pk").last()
    assert not set(made.name) & set("/\\<>\r\n\x00\u202e")
    assert documents.path_of(made.sha256).is_relative_to(documents.folder())
    response = client.get(f"/documents/{made.pk}/")
    assert "Set-Cookie" not in response.headers
    assert "\n" not in response["Content-Disposition"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_address_reaches_a_file(client, cast, matter, address):
    assert status(client, cast.qian, f"/documents/{address}") == 404


def test_the_evidence_sheet_is_made_by_the_team(client, cast, matter_in):
    matter = matter_in(State.IN_VERIFICATION)
    url = f"/matters/{matter.code}/sheet/"
    assert status(client, cast.gao, url, {}) == 403
    assert status(client, cast.ma, url, {}) == 404
    assert "由疑点生成取证单" in read(client, cast.chen, f"/matters/{matter.code}/")
    assert status(client, cast.chen, url, {}) == 302
    made = matter.documents.get(kind="evidence_sheet")
    client.force_login(cast.chen)
    assert client.get(f"/documents/{made.pk}/").content.startswith(b"PK")


def test_the_closing_slip_is_made_once_and_only_of_what_was_rectified(client, cast, matter_in):
    matter = matter_in(State.CLOSED)
    url = f"/matters/{matter.code}/slip/"
    assert status(client, cast.he, url, {}) == 302
    assert status(client, cast.ma, url, {}) == 302
    slip = matter.documents.get(kind="closing_slip")
    assert Entry.objects.filter(act="closing_slip").count() == 1
    assert status(client, cast.ma, f"/documents/{slip.pk}/") == 200
    assert status(client, cast.stranger, url, {}) == 404
    other = matter_in(State.IN_VERIFICATION, number=1)
    assert status(client, cast.chen, f"/matters/{other.code}/slip/", {}) == 404
