"""Files that are not what they say, names that lead elsewhere, downloads of what is not his."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from bihuan.matters import documents
from bihuan.matters.models import Document
from bihuan.matters.words import State
from story import PDF, pdf

pytestmark = pytest.mark.django_db
TYPES = "[Content_Types].xml"


def packed(before: bytes = b"", **members: bytes) -> bytes:
    """A zip of these members, named by their words with / for __."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(TYPES if name == "types" else name.replace("__", "/"), content)
    return before + held.getvalue()


DOCX = {"word__document.xml": b"<w/>"}
MACRO = b'<Override PartName="/word/x.bin" ContentType="application/vnd.ms-office.vbaProject"/>'
ENABLED = b'ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"'
HTML = b"<html><script>alert(1)</script></html>"
REFUSED = {
    "empty.pdf": b"",
    "page.html": HTML,
    "page.pdf": HTML,
    "page.svg": b"<svg onload='alert(1)'/>",
    "page.png": HTML,
    "page.jpg": b"GIF89a",
    "run.exe": b"MZ",
    "run.pdf.exe": PDF,
    "run.pdf.html": PDF,
    "run.php": b"<?php",
    "noending": PDF,
    ".htaccess": b"x",
    "page.pdf.": HTML,
    "page.docx": HTML,
    "zip.docx": packed(a=b"b"),
    "macro.docm": packed(**DOCX),
    "macro.docx": packed(**DOCX, **{"word/vbaProject.bin": b"x"}),
    "hidden.docx": packed(**DOCX, types=MACRO),
    "enabled.docx": packed(**DOCX, types=ENABLED),
    "front.docx": packed(HTML, **DOCX),
    "cut.docx": packed(**DOCX)[:60],
    "bomb.docx": packed(**DOCX, bomb=bytes(501 * 1024 * 1024)),
    "many.docx": packed(**DOCX, **{f"m{n}": b"" for n in range(5001)}),
    "zeros.txt": b"a\x00b",
    "large.txt": b"a" * (documents.MOST_BYTES + 1),
}
NAMES = (
    "../../etc/passwd.pdf",
    "..\\..\\boot.pdf",
    "/etc/cron.d/x.pdf",
    'a".pdf',
    "x\u202efdp.pdf",
    "a" * 300 + ".pdf",
    "<img src=x onerror=alert(1)>.pdf",
    "{{7*7}}.pdf",
    "%2e%2e%2fx.pdf",
    "C:x.pdf",
)


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def send(client, matter, name, content):
    given = {"kind": "proof", "file": SimpleUploadedFile("x", content)}
    given["file"]._name = name  # as a hostile client says it: Django itself would take its last part only
    return client.post(f"/matters/{matter.code}/do/add_document/", given)


def test_what_is_not_what_its_name_says_is_refused_in_words_and_nothing_is_kept(cast, matter_in, office):
    matter = matter_in(State.IN_RECTIFICATION)
    client = signed_in(cast.wang)
    before = Document.objects.count(), set((office.root / "documents").rglob("*"))
    for name, content in REFUSED.items():
        answer = send(client, matter, name, content)
        assert answer.status_code == 422 and "form-error" in answer.content.decode(), name
    assert (Document.objects.count(), set((office.root / "documents").rglob("*"))) == before


def test_no_zip_however_broken_is_a_fault(office):
    whole = packed(**DOCX, types=b"<Types/>")
    for at in range(len(whole)):
        for byte in (0x00, 0xFF):
            broken = io.BytesIO(whole[:at] + bytes([byte]) + whole[at + 1 :])
            broken.name = "a.docx"
            try:
                documents.take(broken)
            except documents.BadValue:
                continue


@pytest.mark.parametrize("name", NAMES)
def test_a_name_leads_to_no_other_place_and_to_no_script(cast, matter_in, office, name):
    matter = matter_in(State.IN_RECTIFICATION)
    client = signed_in(cast.wang)
    outside = {one for one in office.root.parent.rglob("*") if "documents" not in one.parts}
    assert send(client, matter, name, PDF).status_code == 303
    held = Document.objects.latest("pk")
    assert not set('/\\:*?"<>|\r\n\u202e') & set(held.name) and len(held.name) <= documents.LONGEST_NAME
    assert {one for one in office.root.parent.rglob("*") if "documents" not in one.parts} == outside
    answer = client.get(f"/documents/{held.pk}/")
    assert answer["Content-Disposition"].startswith("attachment") and answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Type"] == "application/pdf" and "sandbox" in answer["Content-Security-Policy"]
    assert "Set-Cookie" not in answer.headers
    assert "<img" not in client.get(f"/matters/{matter.code}/").content.decode()


def test_a_page_within_a_pdf_or_a_text_is_a_download_and_no_page(cast, matter_in):
    matter = matter_in(State.IN_RECTIFICATION)
    client = signed_in(cast.wang)
    for name, content in (("a.pdf", b"%PDF-1.4\n" + HTML), ("a.txt", HTML), ("a.csv", HTML)):
        assert send(client, matter, name, content).status_code == 303, name
        answer = client.get(f"/documents/{Document.objects.latest('pk').pk}/")
        assert "html" not in answer["Content-Type"] and answer["Content-Disposition"].startswith("attachment"), name


def test_only_the_kept_content_is_given_out_whatever_lies_on_the_disk(cast, matter_in, office):
    matter = matter_in(State.UNDER_ACCEPTANCE)
    held = matter.documents.filter(kind="voucher").first()
    path = documents.path_of(held.sha256)
    path.chmod(0o600)
    for content in (PDF + b"x", b"", HTML):
        path.write_bytes(content)
        answer = signed_in(cast.qian).get(f"/documents/{held.pk}/")
        assert answer.status_code == 410 and b"alert(1)" not in answer.content
    path.unlink()
    assert signed_in(cast.qian).get(f"/documents/{held.pk}/").status_code == 410


def test_a_unit_cannot_send_in_what_is_the_offices(cast, matter_in):
    matter = matter_in(State.IN_RECTIFICATION)
    for kind in (
        "evidence_sheet",
        "audit_report",
        "audit_decision",
        "referral",
        "closing_slip",
        "working_paper",
        "notice",
    ):
        given = {"kind": kind, "file": pdf("x.pdf"), "is_shown_to_unit": "1"}
        assert signed_in(cast.ma).post(f"/matters/{matter.code}/do/add_document/", given).status_code == 422, kind
