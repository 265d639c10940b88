"""What an entry says, how it holds on to the one before it, and what it must never hold."""

from __future__ import annotations

import hashlib
import json

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from bihuan.errors import BadWorkspace, WrongUse
from bihuan.matters import journal
from bihuan.matters.journal import FIRST, Draft
from bihuan.matters.models import Entry, Salt

pytestmark = pytest.mark.django_db
SHEET = hashlib.sha256(b"sheet").hexdigest()


def said(entry: Entry) -> dict[str, object]:
    return json.loads(entry.body)


def test_an_entry_says_who_did_what_to_which_matter() -> None:
    entry = journal.write(
        act="assign", actor=7, role="dispatcher", matter="YD-2026-0001", source="registered", target="assigned",
        evidence=[SHEET], texts={"reason": "请于三日内核实"},
        facts={"unit": "201", "leads": 3, "late": False, "to": None},
    )  # fmt: skip
    body = said(entry)
    assert body.pop("texts").keys() == {"reason"}
    assert body.pop("at").endswith("Z")
    assert body == {
        "v": 1, "seq": 1, "prev": FIRST, "actor": 7, "role": "dispatcher", "act": "assign", "matter": "YD-2026-0001",
        "source": "registered", "target": "assigned", "evidence": [SHEET],
        "facts": {"unit": "201", "leads": 3, "late": False, "to": None},
    }  # fmt: skip


def test_each_entry_holds_the_hash_of_the_one_before_it() -> None:
    entries = [journal.write(act="comment", actor=1, role="auditor") for _ in range(3)]
    assert [one.seq for one in entries] == [1, 2, 3]
    assert [said(one)["prev"] for one in entries] == [FIRST, entries[0].hash, entries[1].hash]
    assert [one.hash for one in entries] == [hashlib.sha256(one.body.encode()).hexdigest() for one in entries]


def test_the_columns_are_kept_as_the_body_says() -> None:
    journal.write(act="comment", actor=None, role="engine", matter="YD-2026-0001", source="closed", target="closed")
    entry = Entry.objects.get()
    names = ("seq", "actor", "role", "act", "matter", "source", "target")
    assert {name: said(entry)[name] for name in names} == {name: getattr(entry, name) for name in names}
    assert said(entry)["at"] == journal.moment(entry.at)


def test_a_free_text_is_held_as_a_salted_hash_only() -> None:
    entry = journal.write(act="comment", actor=1, role="auditor", texts={"reason": "张三退回餐费", "note": ""})
    assert "张三" not in entry.body
    assert journal.says(entry, "reason", "张三退回餐费") is True
    assert journal.says(entry, "reason", "李四退回餐费") is False
    assert journal.says(entry, "note", "") is True
    salts = Salt.objects.values_list("salt", flat=True)
    assert len({*salts}) == 2
    assert all(len(bytes.fromhex(one)) == 32 for one in salts)


def test_the_same_text_twice_does_not_give_the_same_hash() -> None:
    one, two = (journal.write(act="comment", actor=1, role="auditor", texts={"a": "同"}) for _ in range(2))
    assert said(one)["texts"] != said(two)["texts"]


def test_a_bulk_act_writes_one_entry_a_matter_in_order() -> None:
    drafts = [Draft(act="take_up", actor=1, role="auditor", matter=f"YD-{number}") for number in range(500)]
    entries = journal.write_many(drafts)
    assert [one.matter for one in Entry.objects.order_by("seq")] == [one.matter for one in drafts]
    assert said(entries[499])["prev"] == entries[498].hash
    assert journal.write_many([]) == []


def test_more_than_five_hundred_at_once_are_refused() -> None:
    with pytest.raises(ValueError, match="501 entries at once"):
        journal.write_many([Draft(act="take_up", actor=1, role="auditor")] * 501)


def test_an_entry_costs_one_select_and_one_insert(django_assert_num_queries) -> None:
    with django_assert_num_queries(2):
        journal.write(act="comment", actor=1, role="auditor")
    with django_assert_num_queries(3):
        journal.write(act="comment", actor=1, role="auditor", texts={"reason": "因"})


@pytest.mark.parametrize("evidence", ["", "abc", SHEET.upper(), f"{SHEET}0", "凭证"])
def test_evidence_that_is_no_sha256_is_refused(evidence: str) -> None:
    with pytest.raises(ValueError, match="is not a SHA-256"):
        journal.write(act="comment", actor=1, role="auditor", evidence=[evidence])


@pytest.mark.parametrize(
    ("fact", "words"),
    [("很长" * 51, "is free text"), ("两\n行", "is free text"), (1.5, "a whole number"), (["x"], "a whole number")],
)
def test_a_fact_that_is_free_text_or_no_fact_is_refused(fact: object, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        journal.write(act="comment", actor=1, role="auditor", facts={"x": fact})  # type: ignore[dict-item]
    assert not Entry.objects.exists()


def test_the_chain_may_be_linked_by_sm3(settings) -> None:
    settings.BIHUAN_JOURNAL_HASH = "sm3"
    one = journal.write(act="comment", actor=1, role="auditor")
    two = journal.write(act="comment", actor=1, role="auditor")
    assert one.hash == hashlib.new("sm3", one.body.encode()).hexdigest()
    assert said(two)["prev"] == one.hash


def test_a_chain_that_began_with_one_hash_is_not_gone_on_with_another(settings) -> None:
    journal.write(act="comment", actor=1, role="auditor")
    settings.BIHUAN_JOURNAL_HASH = "sm3"
    with pytest.raises(BadWorkspace, match="not what the journal began with"):
        journal.write(act="comment", actor=1, role="auditor")
    settings.BIHUAN_JOURNAL_HASH = "md5"
    with pytest.raises(WrongUse, match="sha256, sm3"):
        journal.write(act="comment", actor=1, role="auditor")
    assert Entry.objects.count() == 1


FACT = st.one_of(st.none(), st.booleans(), st.integers(-(2**53) + 1, 2**53 - 1), st.text(max_size=20))


class AnyWords(TestCase):
    """Whatever is given, the body is canonical and one line, so that anyone can hash it again."""

    @given(
        facts=st.dictionaries(st.text(max_size=10), FACT.filter(lambda one: one is None or "\n" not in str(one))),
        texts=st.dictionaries(st.text(max_size=10), st.text(max_size=40)),
    )
    def test_the_body_is_canonical(self, facts: dict[str, object], texts: dict[str, str]) -> None:
        entry = journal.write(act="x", actor=1, role="auditor", facts=facts, texts=texts)  # type: ignore[arg-type]
        entry.refresh_from_db()
        assert entry.body.encode() == rfc8785.dumps(json.loads(entry.body))
        assert "\n" not in entry.body
        assert all(journal.says(entry, name, text) for name, text in texts.items())
