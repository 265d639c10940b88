"""The list of leads, and taking them up from it."""

from __future__ import annotations

import pytest
from django.urls import reverse

from bihuan.matters.models import Matter
from bihuan.people.models import Appointment, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def lins(client, cast, office):
    client.force_login(cast.lin)
    return client


def ids_of(ranking, unit):
    return [one.hit.id for one in ranking.leads if one.hit.unit == unit]


def take_up(client, **given):
    return client.post(reverse("take_up"), given)


def test_an_auditor_sees_the_leads_of_his_units_with_reason_and_score(lins, ranking):
    page = lins.get(reverse("leads")).content.decode()
    first = ranking.leads[0]
    assert len(ranking.leads) == 5
    assert first.hit.reason("zh") in page
    assert first.score.steps[0]["zh"] in page
    assert page.count('name="lead"') == 5


def test_leads_of_units_that_he_does_not_audit_do_not_exist_for_him(client, cast, units, ranking):
    mei = User.objects.create(username="mei", unit=units["office"])
    Appointment.objects.create(user=mei, role="auditor", over=units["U1"])
    client.force_login(mei)
    assert client.get(reverse("leads")).content.decode().count('name="lead"') == 4
    others = ids_of(ranking, "U2")[0]
    assert client.get(reverse("lead", args=[others])).status_code == 404
    assert take_up(client, lead=[others]).status_code == 404
    assert take_up(client, dossier="U2").status_code == 422
    assert not Matter.objects.exists()


@pytest.mark.parametrize("name", ["zhao", "sun", "gao", "zhou", "wang", "fang", "stranger", "root"])
def test_whoever_is_no_auditor_finds_no_leads(client, cast, ranking, name):
    client.force_login(getattr(cast, name))
    first = ranking.leads[0].hit.id
    assert client.get(reverse("leads")).status_code == 404
    assert client.get(reverse("lead", args=[first])).status_code == 404
    assert take_up(client, lead=[first]).status_code == 404
    assert not Matter.objects.exists()


def test_nobody_sees_leads_without_signing_in(client, ranking):
    assert client.get(reverse("leads")).status_code == 302


@pytest.mark.parametrize(
    ("query", "count"),
    [("", 5), ("unit=U2", 1), ("unit=U1", 4), ("level=high", 5), ("level=low", 0), ("pack=payments", 5),
     ("method=paid_twice", 5), ("least=300", 3), ("most=200", 2), ("least=200&most=400", 3),
     ("unit=' OR 1=1 --", 0), ("least=x", 5), ("followed=maybe", 5)],
)  # fmt: skip
def test_the_list_is_narrowed(lins, query, count):
    page = lins.get(f"{reverse('leads')}?{query}").content.decode()
    assert page.count('name="lead"') == count


def test_ticked_leads_become_matters_of_the_project_and_are_not_taken_up_twice(lins, ranking):
    two = ids_of(ranking, "U1")[:2]
    page = take_up(lins, lead=two, project="2026年预算执行审计").content.decode()
    matters = list(Matter.objects.order_by("code"))
    assert [one.project for one in matters] == ["2026年预算执行审计"] * 2
    assert all(one.code in page for one in matters) and "新登记 2 个事项" in page
    again = take_up(lins, lead=[*two, ids_of(ranking, "U2")[0]]).content.decode()
    assert "新登记 1 个事项" in again and "2 条疑点已有事项跟踪" in again
    assert matters[0].get_absolute_url() in again
    assert Matter.objects.count() == 3


def test_followed_leads_can_be_listed_alone(lins, ranking):
    take_up(lins, lead=ids_of(ranking, "U2"))
    followed = lins.get(f"{reverse('leads')}?followed=yes").content.decode()
    assert Matter.objects.get().code in followed and 'name="lead"' not in followed
    assert lins.get(f"{reverse('leads')}?followed=no").content.decode().count('name="lead"') == 4


def test_all_leads_of_a_unit_become_one_dossier(lins):
    take_up(lins, dossier="U1")
    matter = Matter.objects.get()
    assert matter.leads.count() == 4 and matter.unit.code == "U1"


def test_all_that_the_filter_lists_are_taken_up_and_no_others(lins):
    take_up(lins, which="all", query="least=300")
    assert Matter.objects.count() == 3
    assert min(one.amount for one in Matter.objects.all()) == 300


def test_more_than_a_request_can_carry_is_refused_whole(lins, monkeypatch):
    monkeypatch.setattr("bihuan.matters.views.leads.MOST_AT_ONCE", 4)
    answer = take_up(lins, which="all", query="")
    assert answer.status_code == 422 and "一次最多转 4 条" in answer.content.decode()
    assert not Matter.objects.exists()


def test_a_unit_that_the_workbench_does_not_know_is_named_and_its_lead_stays(lins, units, ranking):
    units["U2"].code = "X2"
    units["U2"].save()
    page = lins.get(reverse("leads")).content.decode()
    assert "工作台还不认识的单位" in page and page.count('name="lead"') == 4
    taken = take_up(lins, lead=ids_of(ranking, "U2")).content.decode()
    assert "1 条疑点的单位还没有登记" in taken and "U2" in taken
    assert not Matter.objects.exists()


def test_a_lead_shows_the_very_rows_that_it_rests_on_with_personal_columns_masked(lins, ranking):
    page = lins.get(reverse("lead", args=[ids_of(ranking, "U2")[0]])).content.decode()
    assert "s1.csv" in page and page.count("发票号：F3") == 2
    assert "6228480000003" not in page and "622********03" in page


def test_an_english_reader_reads_english(lins, cast):
    User.objects.filter(pk=cast.lin.pk).update(language="en")
    page = lins.get(reverse("leads")).content.decode()
    assert "was paid 2 times" in page and "Not followed" in page


def test_a_verdict_changes_the_ranking_at_once(lins, office, ranking):
    from bihuan.leads.labels import DISMISSED, Label, append

    first = ranking.leads[0]
    assert first.score.steps[0]["zh"] in lins.get(reverse("leads")).content.decode()
    append(office, [Label(first.hit.id, "paid_twice", DISMISSED)])
    assert "排除 1 件" in lins.get(reverse("leads")).content.decode()


def test_before_anything_was_examined_the_page_says_so(client, cast, tmp_path, settings):
    from small_books import workspace

    settings.BIHUAN_WORKSPACE = workspace(tmp_path, {"payment": [{"amount": "1.00"}]}).root
    client.force_login(cast.lin)
    assert "账本还没有检查过" in client.get(reverse("leads")).content.decode()
