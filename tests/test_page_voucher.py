"""What stands behind a row: the whole voucher of a ledger, or the rows beside a payment."""

from __future__ import annotations

import pytest

from at_the_pages import NOBODY, read, status
from bihuan.matters.models import EvidenceRow, MatterLead
from bihuan.matters.words import State
from bihuan.store.workspace import open_workspace
from small_books import add

pytestmark = pytest.mark.django_db


@pytest.fixture
def row(matter_in):
    matter_in(State.IN_VERIFICATION)
    return EvidenceRow.objects.select_related("lead__matter").first()


def url(row):
    return f"/matters/{row.lead.matter.code}/rows/{row.pk}/voucher/"


def test_the_payments_of_the_same_invoice_and_payee_stand_beside_the_row(client, cast, row):
    page = read(client, cast.chen, url(row))
    assert row.values["invoice_no"] in page
    assert page.count("2024-01-05") >= 2
    assert "2024-02-05" in page
    assert "本证据行" in page
    assert row.values["payee_account"] not in page


def test_a_ledgers_row_opens_its_whole_voucher(client, cast, row, office):
    line = {"fiscal_year": 2024, "period": 1, "voucher_date": "2024-01-05", "voucher_word": "记", "book_id": "001"}
    books = [
        line | {"voucher_no": "12", "line_no": 1, "account_code": "5001", "description": "食材款", "debit": "500.00"},
        line
        | {"voucher_no": "12", "line_no": 2, "account_code": "1002", "description": "付食材款", "credit": "500.00"},
        line | {"voucher_no": "13", "line_no": 1, "account_code": "5001", "description": "别的凭证", "debit": "9.00"},
    ]
    snapshot = add(open_workspace(office.root), {"journal_line": books})
    MatterLead.objects.update(snapshot=snapshot.id)
    EvidenceRow.objects.filter(pk=row.pk).update(table="journal_line", values={"unit_id": "U1", **books[0]})
    page = read(client, cast.chen, url(row))
    for word in ("整张凭证", "记-12", "付食材款", "500.00", "1002"):
        assert word in page, word
    assert "别的凭证" not in page


def test_rows_of_another_unit_are_not_shown(client, cast, row, office):
    account = row.values["payee_account"]
    other = {
        "unit_id": "U2",
        "payee_account": account,
        "payee_name": "同一收款人在他单位",
        "amount": "7.00",
        "paid_on": "2024-03-03",
    }
    snapshot = add(open_workspace(office.root), {"payment": [other]})
    MatterLead.objects.update(snapshot=snapshot.id)
    assert "同一收款人在他单位" not in read(client, cast.chen, url(row))


def test_a_row_of_a_unit_over_which_the_reader_holds_nothing_has_no_pages(client, cast, row, units):
    from bihuan.people.models import Appointment, User

    EvidenceRow.objects.filter(pk=row.pk).update(values={**row.values, "unit_id": "U2"})
    auditor = User.objects.create(username="auditor of U1")
    Appointment.objects.create(user=auditor, role="auditor", over=units["U1"])
    assert "没有可以翻看的账页" in read(client, auditor, url(row))


def test_it_is_for_the_office_only(client, cast, matter_in):
    matter_in(State.UNDER_ACCEPTANCE)
    row = EvidenceRow.objects.select_related("lead__matter").first()
    for name in ("ma", "wang", *NOBODY):
        assert status(client, getattr(cast, name), url(row)) == 404, name


def test_a_row_of_another_matter_is_not_found(client, cast, row, matter_in):
    other = matter_in(State.REGISTERED, number=1)
    assert status(client, cast.chen, f"/matters/{other.code}/rows/{row.pk}/voucher/") == 404
    assert status(client, cast.chen, f"/matters/{other.code}/rows/{10**9}/voucher/") == 404


def test_books_that_are_gone_are_said_in_words(client, cast, row):
    MatterLead.objects.update(snapshot="gone")
    assert "当时的账套已不在工作区" in read(client, cast.chen, url(row))


def test_what_a_row_says_cannot_run_in_the_database(client, cast, row):
    hostile = {**row.values, "invoice_no": "x'; DROP TABLE payment; --", "payee_account": "' OR 1=1 --"}
    EvidenceRow.objects.filter(pk=row.pk).update(values=hostile)
    page = read(client, cast.chen, url(row))
    assert "2024-02-05" not in page
