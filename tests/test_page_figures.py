"""The published figures: each a number, its definition and the very list behind it."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from bihuan.matters import checkpoints, steps
from bihuan.matters.basis import Basis
from bihuan.matters.figures import figures, readable
from bihuan.matters.measures import Rate, mean_days, percent, sums
from bihuan.matters.models import Entry, Matter, Outcome
from bihuan.matters.words import State
from story import pdf

db = pytest.mark.django_db


def value(user, key, **basis):
    return figures()[key].value(Basis(user, **basis))


def money(user, key, **basis):
    return value(user, key, **basis).money


def rate(user, key):
    found = value(user, key).rates[0][1]
    return found.part, found.whole


@pytest.fixture
def result(cast):
    """The unit reports a result for the one item of a matter."""

    def made(matter, **given):
        item = matter.items.get().pk
        file = pdf(f"{given.get('voucher_no', given.get('rule_no', 'x'))}.pdf")
        steps.perform(matter.code, "record_result", by=cast.wang, content={"item": item, "file": file, **given})

    return made


@pytest.mark.parametrize(
    ("part", "whole", "shown"), [(1691, 1786, 94), (513, 817, 62), (2, 3, 66), (999, 1000, 99), (1, 1, 100)]
)
def test_percentages_are_cut_off_and_not_rounded(part, whole, shown):
    assert percent(part, whole) == shown
    assert Rate(Decimal(part) / 100, Decimal(whole) / 100).percent == shown


def test_nothing_is_divided_by_nothing():
    assert percent(0, 0) is None and Rate(Decimal(0), Decimal(0)).percent is None
    assert mean_days([]) is None


def test_currencies_are_never_added_up():
    held = [("CNY", Decimal("1.10")), ("NOK", Decimal("5.00")), ("CNY", Decimal("2.20")), ("CNY", None)]
    assert sums(held) == {"NOK": Decimal("5.00"), "CNY": Decimal("3.30")}


def test_mean_days_are_cut_off_after_one_place():
    assert mean_days([timedelta(days=1), timedelta(days=1, hours=23)]) == Decimal("1.4")


@db
def test_every_figure_says_what_it_means_in_both_languages(cast):
    for one in figures().values():
        assert one.words.zh and one.words.en and one.means.zh and one.means.en, one.key
    assert len({one.words.zh for one in figures().values()}) == len(figures())


@db
def test_what_was_found_established_and_rectified_is_counted(matter_in, cast):
    matter_in(State.REGISTERED, number=0)
    matter_in(State.IN_RECTIFICATION, number=1)
    matter_in(State.ACCEPTED, number=2)
    matter_in(State.CLOSED, number=3)
    assert value(cast.gao, "units").number == 1
    assert value(cast.gao, "matters").number == 4
    assert value(cast.gao, "problems").number == 3
    assert money(cast.gao, "problem_money") == {"CNY": Decimal("300.00")}
    assert rate(cast.gao, "rate") == (2, 3)
    assert value(cast.gao, "rate").rates[0][1].percent == 66
    assert money(cast.gao, "rectified_money") == {"CNY": Decimal("200.00")}
    assert rate(cast.gao, "rate_money") == (Decimal("200.00"), Decimal("300.00"))
    assert (value(cast.gao, "accepted").number, value(cast.gao, "closed").number) == (1, 1)
    assert value(cast.gao, "waivers").number == 1
    assert rate(cast.gao, "rate_immediate") == (2, 3)


@db
def test_money_counts_under_its_kind_and_adjusted_or_activated_money_is_no_gain(matter_in, cast, result):
    matter = matter_in(State.IN_RECTIFICATION)
    for kind, amount in (("treasury", "10.00"), ("adjusted", "20.00"), ("activated", "40.00"), ("avoided", "80.00")):
        result(matter, kind="money", money_kind=kind, amount=amount, voucher_no=f"记-{kind}")
    assert money(cast.gao, "rectified_money") == {}  # nobody accepted it yet
    accept(matter, cast)
    assert money(cast.gao, "rectified_money") == {"CNY": Decimal("150.00")}
    assert money(cast.gao, "money_adjusted") == {"CNY": Decimal("20.00")}
    assert money(cast.gao, "saved") == {"CNY": Decimal("90.00")}


@db
def test_a_voucher_that_is_reported_twice_counts_once(matter_in, cast, result):
    matter = matter_in(State.IN_RECTIFICATION)
    for _ in range(2):
        result(
            matter, kind="money", money_kind="recovered", amount="100.00", voucher_no="记-1", voucher_on="2024-05-20"
        )
    result(matter, kind="money", money_kind="recovered", amount="7.00", voucher_no="记-2")
    accept(matter, cast)
    assert Outcome.objects.count() == 3
    assert money(cast.gao, "money_recovered") == {"CNY": Decimal("107.00")}


@db
def test_what_was_sent_back_does_not_count_and_what_replaced_it_does(matter_in, cast, result):
    matter = matter_in(State.UNDER_ACCEPTANCE)  # reported 100.00 on voucher 记-0045
    item = matter.items.get().pk
    steps.perform(
        matter.code, "check_item", by=cast.qian, content={"item": item, "passed": "no", "lacking": "凭证不符"}
    )
    until = (timezone.localdate() + timedelta(days=5)).isoformat()
    steps.perform(matter.code, "send_back", by=cast.qian, content={"reason": "凭证不符", "until": until})
    result(matter, kind="money", money_kind="treasury", amount="60.00", voucher_no="记-0099")
    accept(matter, cast)
    assert money(cast.gao, "rectified_money") == {"CNY": Decimal("60.00")}


@db
def test_rules_and_people_count_when_accepted(matter_in, cast, result):
    first, second = matter_in(State.IN_RECTIFICATION, number=0), matter_in(State.IN_RECTIFICATION, number=1)
    for matter in (first, second):
        result(matter, kind="rule", rule_name="付款复核办法", rule_no="青教〔2026〕8号")
    result(first, kind="people", people="3")
    accept(first, cast)
    assert (value(cast.gao, "rules").number, value(cast.gao, "people").number) == (1, 3)
    accept(second, cast)
    assert value(cast.gao, "rules").number == 1  # one number of one unit


@db
def test_on_time_is_by_the_limit_of_the_class(matter_in, cast):
    matter_in(State.ACCEPTED)
    assert rate(cast.gao, "rate_on_time") == (1, 1)
    begun = Entry.objects.get(act="begin_at_once")
    with unguarded():
        Entry.objects.filter(pk=begun.pk).update(at=begun.at - timedelta(days=61))
    assert rate(cast.gao, "rate_on_time") == (0, 1)


@db
def test_referrals_are_counted_for_the_office_and_shown_to_their_readers_only(client, matter_in, cast):
    matter = matter_in(State.IN_RECTIFICATION)
    steps.perform(matter.code, "refer", by=cast.chen, content={"reason": "涉嫌违纪", "where": "县纪委监委某室"})
    steps.confirm(matter.code, by=cast.zhou)
    assert value(cast.gao, "referrals").number == 1
    client.force_login(cast.gao)
    leader = client.get(reverse("figure", args=["referrals"])).content.decode()
    assert "另有 1 件只有指定的读者可见" in leader and "县纪委监委某室" not in leader
    client.force_login(cast.chen)
    assert "县纪委监委某室" in client.get(reverse("figure", args=["referrals"])).content.decode()
    client.force_login(cast.wang)
    assert client.get(reverse("figure", args=["referrals"])).status_code == 404
    assert "移送" not in client.get(reverse("figures")).content.decode()


@db
def test_each_number_is_that_of_the_list_behind_it(client, matter_in, cast):
    for number, state in enumerate((State.REGISTERED, State.SUBMITTED, State.ACCEPTED, State.CLOSED)):
        matter_in(state, number=number)
    basis = Basis(cast.zhou)
    for key, one in readable(basis).items():
        lines, held = one.lines(basis), one.value(basis)
        if held.number is not None and key != "people":
            assert held.number == len(lines), key
        for _, found in held.rates if key != "rate_money" else ():
            assert (found.part, found.whole) == (sum(line.counts for line in lines), len(lines)), key
        if held.money:
            assert held.money == sums((line.currency, line.amount) for line in lines), key
    client.force_login(cast.zhou)
    page = client.get(reverse("figures")).content.decode()
    for key in figures():
        assert reverse("figure", args=[key]) in page
        assert client.get(reverse("figure", args=[key])).status_code == 200


@db
def test_the_page_names_its_date_and_the_journals_checkpoint(client, matter_in, cast):
    matter_in(State.REGISTERED)
    made = checkpoints.make()
    client.force_login(cast.gao)
    page = client.get(reverse("figures")).content.decode()
    assert f"{timezone.localdate():%Y-%m-%d}" in page and checkpoints.short(made.hash) in page


@db
def test_figures_are_narrowed_to_a_project_and_a_unit(client, matter_in, cast, ranking):
    matter_in(State.REGISTERED)
    other = next(one.hit.id for one in ranking.leads if one.hit.unit == "U2")
    steps.take_up(ranking, [other], by=cast.lin, project="水利专项")
    assert value(cast.gao, "matters", project="水利专项").number == 1
    client.force_login(cast.gao)
    page = client.get(f"{reverse('figure', args=['matters'])}?unit=U2").content.decode()
    assert "云禾县水利局" in page and "1 行" in page
    assert client.get(f"{reverse('figures')}?unit=NONE").status_code == 404


@db
def test_a_unit_counts_only_what_it_was_shown(client, matter_in, cast):
    matter_in(State.REGISTERED, number=0)
    matter_in(State.ESTABLISHED, number=1)
    assert value(cast.wang, "matters").number == 1
    assert value(cast.other_head, "matters").number == 0
    assert value(cast.stranger, "matters").number == 0
    client.force_login(cast.wang)
    assert client.get(f"{reverse('figures')}?unit=U2").status_code == 404


@db
def test_a_dismissed_lead_is_found_but_no_problem(matter_in, cast):
    matter = matter_in(State.IN_VERIFICATION)
    steps.perform(matter.code, "dismiss", by=cast.chen, content={"reason": "分期付款", "disproof": "合同载明两期"})
    steps.confirm(matter.code, by=cast.zhao)
    assert (value(cast.gao, "matters").number, value(cast.gao, "problems").number) == (1, 0)


@db
def test_what_came_back_after_the_closing_is_recurrence(client, cast, matter_in, office):
    from bihuan.matters.retesting import newest, retest_all
    from small_books import add

    matter = matter_in(State.CLOSED)
    assert rate(cast.gao, "recurrence") == (0, 1)
    again = {"payee_id": "P5", "payee_name": "P5公司", "invoice_no": "F5", "amount": "500.00", "paid_on": "2024-08-01"}
    add(office, {"payment": [again]})
    retest_all(newest(), [matter])
    assert rate(cast.gao, "recurrence") == (1, 1)
    assert rate(cast.gao, "retest_rate") == (0, 1)
    assert value(cast.gao, "closed").number == 0


def accept(matter, cast):
    """From rectification to accepted, as the cast would take it."""
    steps.perform(matter.code, "submit", by=cast.ma, content={"fixed_on": "2024-06-01"})
    steps.perform(matter.code, "receive", by=cast.qian)
    for item in Matter.objects.get(pk=matter.pk).items.all():
        steps.perform(matter.code, "check_item", by=cast.qian, content={"item": item.pk, "passed": "yes"})
    steps.perform(matter.code, "accept", by=cast.qian)


@contextmanager
def unguarded():
    """Without the journal's triggers: the only way to an entry of two months ago."""
    from bihuan.matters.triggers import reinstall, remove

    remove()
    yield
    reinstall()
