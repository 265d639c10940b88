"""Early warning: what is new, due, growing, common and recurring; each number opens its list."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from bihuan.matters import early, ranked, steps
from bihuan.matters.models import Matter
from bihuan.matters.words import Kind, Light, State

pytestmark = pytest.mark.django_db
PAYEE = {"payee_name": "新公司", "payee_account": "6228480000099"}


def page_of(client, who):
    client.force_login(who)
    return client.get(reverse("warning")).content.decode()


def due_in(matter, days):
    """As if the clock stood so: the due date of a matter, with its near and late moments."""
    at = timezone.now() + timedelta(days=days)
    moments = {"due_at": at, "near_at": at - timedelta(days=5), "late_at": at + timedelta(days=14)}
    Matter.objects.filter(pk=matter.pk).update(**moments)


def registered_ago(matter, days):
    Matter.objects.filter(pk=matter.pk).update(registered_at=timezone.now() - timedelta(days=days))


def listed(client, query):
    return client.get(f"{reverse('warning_list')}?{query}").context["page"].paginator.count


def test_high_leads_that_are_new_since_the_last_run_and_not_followed(client, cast, office, ranking):
    from bihuan.examine.run import examine
    from bihuan.store.snapshot import head
    from small_books import add
    from written_methods import method_with

    assert "<strong>5</strong> 条新的高级别疑点未跟踪" in page_of(client, cast.lin)
    fresh = [{**PAYEE, "payee_id": "P9", "invoice_no": "F9", "amount": "900.00", "paid_on": day}
             for day in ("2024-03-01", "2024-03-09")]  # fmt: skip
    add(office, {"payment": fresh})
    examine(office, head(office), [method_with()])
    page = page_of(client, cast.lin)
    assert "<strong>1</strong> 条新的高级别疑点未跟踪" in page and "发票F9付款2次" in page and "发票F5付款" not in page
    behind = client.get(f"{reverse('leads')}?level=high&followed=no&new=yes").content.decode()
    assert behind.count('name="lead"') == 1 and "发票F9付款2次" in behind
    new = ranked.Audited(cast.lin, ranked.newest()).wanted(ranked.Wanted(new="yes"))
    client.post(reverse("take_up"), {"lead": [new[0].hit.id]})
    assert "<strong>0</strong> 条新的高级别疑点未跟踪" in page_of(client, cast.lin)


def test_leads_that_nobody_took_up_are_told_to_auditors_only(client, cast, ranking):
    for name in ("gao", "zhou", "zhao", "wang", "ma"):
        page = page_of(client, getattr(cast, name))
        assert "高级别疑点" not in page and "发票F5" not in page and reverse("leads") + "?level" not in page


def test_due_soon_and_overdue_are_counted_by_light_and_open_their_very_list(client, cast, matter_in):
    for number, days in enumerate((2, -1, -30, 20)):
        due_in(matter_in(State.ASSIGNED, number=number), days)
    page = page_of(client, cast.gao)
    for light in (Light.YELLOW, Light.RED, Light.DARK_RED):
        assert f'<strong>1</strong> <span class="light-{light}">' in page
        assert listed(client, f"light={light}") == listed(client, f"unit=U1&light={light}") == 1
    counts, by_unit = early.due_lights(cast.gao)
    assert counts.total() == 3 and [one.unit.code for one in by_unit] == ["U1"]


def test_a_unit_sees_its_own_due_dates_and_no_others(client, cast, matter_in, units):
    due_in(matter_in(State.ESTABLISHED), -1)
    assert "云禾县教育局" in page_of(client, cast.wang)
    assert "没有临期或超期的事项" in page_of(client, cast.other_head)
    assert client.get(f"{reverse('warning_list')}?unit=U1").status_code == 404


def test_units_grow_when_more_came_in_than_in_the_month_before(client, cast, units):
    ages = {"U1": (1, 2, 3, 40), "U2": (2, 40, 41, 70)}
    for code, days in ages.items():
        for age in days:
            registered_ago(steps.register(Kind.TASK, by=cast.deng, unit=units[code], title="任务"), age)
    grown = [(one.unit.code, one.now, one.before) for one in early.growing(cast.gao)]
    assert grown == [("U1", 3, 1)]
    page_of(client, cast.gao)
    assert listed(client, "unit=U1&days=30") == 3


def test_a_method_over_many_units_is_a_common_problem_with_a_brief(client, cast, office, ranking, monkeypatch):
    assert early.common(cast.lin, ranked.Audited(cast.lin, ranked.newest())) == []  # two units are not many
    monkeypatch.setattr("bihuan.matters.early.MANY_UNITS", 2)
    held = early.common(cast.lin, ranked.Audited(cast.lin, ranked.newest()))
    assert [(one.method, one.units, one.leads) for one in held] == [("paid_twice", 2, 5)]
    page = page_of(client, cast.lin)
    assert reverse("warning_brief", args=["paid_twice"]) in page
    brief = client.get(reverse("warning_brief", args=["paid_twice"])).content.decode()
    assert "在 2 个单位命中：疑点 5 条" in brief and ">1,500.00</span> CNY" in brief and "云禾县水利局" in brief


def test_the_brief_of_a_leader_counts_matters_and_not_what_nobody_took_up(client, cast, matter_in):
    client.force_login(cast.gao)
    address = reverse("warning_brief", args=["paid_twice"])
    assert client.get(address).status_code == 404
    matter_in(State.ACCEPTED)
    assert "疑点 0 条，已立事项 1 个，查实 1 条" in client.get(address).content.decode()
    client.force_login(cast.wang)
    assert client.get(address).status_code == 404


def test_matters_that_came_back_are_listed(client, cast, matter_in):
    matter = matter_in(State.CLOSED)
    assert "<strong>0</strong> 个事项复发" in page_of(client, cast.gao)
    Matter.objects.filter(pk=matter.pk).update(recurred=2)
    page = page_of(client, cast.gao)
    assert "<strong>1</strong> 个事项复发" in page and matter.code in page


def test_the_chart_never_stands_without_its_table(client, cast, units):
    for code in ("U1", "U2"):
        due_in(steps.register(Kind.TASK, by=cast.deng, unit=units[code], title="任务"), -2)
    page = page_of(client, cast.gao)
    assert 'class="chart low no-print"' in page and "echarts.min.js" in page
    table = page[page.index('id="lights-options"') :]
    assert table.index("<table") < table.index("云禾县教育局</a>") < table.index("云禾县水利局</a>")


@pytest.mark.parametrize("name", ["stranger", "fang", "root", "resident"])
def test_whoever_holds_no_role_over_a_unit_finds_no_warning(client, cast, name):
    client.force_login(getattr(cast, name))
    for address in ("warning", "warning_list"):
        assert client.get(reverse(address)).status_code == 404
