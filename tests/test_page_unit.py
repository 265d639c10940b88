"""A unit's page: its money line, claims beside tests, promises, visits, the whole course."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.urls import reverse

from bihuan.matters import steps
from bihuan.matters.course import Course, counted
from bihuan.matters.models import Promise
from bihuan.matters.words import Kind, State

pytestmark = pytest.mark.django_db


def page_of(client, code="U1", query=""):
    return client.get(f"{reverse('unit', args=[code])}?{query}").content.decode()


def test_money_is_followed_from_found_to_rectified_with_cut_off_percentages(client, cast, units, matter_in):
    matter_in(State.REGISTERED, number=0)  # 500.00 found
    matter_in(State.UNDER_ACCEPTANCE, number=1)  # 400.00 found, 100.00 established, 100.00 reported
    matter_in(State.ACCEPTED, number=2)  # 200.00 found, 100.00 established and put right
    line = Course(cast.zhou, units["U1"]).money[0]
    assert (line.found, line.established) == (Decimal("1100.00"), Decimal("200.00"))
    assert (line.rectified, line.claimed) == (Decimal("100.00"), Decimal("100.00"))
    assert (line.established_rate.percent, line.rectified_rate.percent) == (18, 50)
    client.force_login(cast.zhou)
    page = page_of(client)
    assert "占涉及 18 %" in page and "占查实 50 %" in page and "追回" in page


def test_what_the_unit_says_stands_beside_what_the_retest_found(client, cast, office, matter_in):
    from bihuan.matters.retesting import newest, retest_all
    from small_books import add

    matter = matter_in(State.ACCEPTED)
    again = {"payee_id": "P5", "payee_name": "P5公司", "invoice_no": "F5", "amount": "500.00", "paid_on": "2024-08-01"}
    add(office, {"payment": [again]})
    retest_all(newest(), [matter])
    client.force_login(cast.zhou)
    page = page_of(client)
    assert "记-0045" in page and "2024-06-01" in page  # what it says
    assert "整改之后再次命中" in page  # what was found


def test_the_whole_course_tells_every_step_to_the_office(client, cast, matter_in):
    matter_in(State.ACCEPTED)
    client.force_login(cast.zhou)
    page = page_of(client)
    assert "→ 验收通过" in page and "→ 已登记" in page and "Qian" in page and "填写核实记录" in page


def test_a_unit_is_told_neither_what_came_before_the_sheet_nor_who_of_the_office_acted(client, cast, matter_in):
    matter_in(State.REGISTERED, number=1)
    matter = matter_in(State.ACCEPTED)
    steps.perform(
        matter.code, "visit", by=cast.chen, content={"on": "2024-06-10", "where": "财务室", "seen": "账已更正"}
    )
    client.force_login(cast.wang)
    page = page_of(client)
    assert matter.code in page and "→ 验收通过" in page and "Wang" in page
    assert "→ 已登记" not in page and "Qian" not in page and "账已更正" not in page
    client.force_login(cast.zhou)
    assert "账已更正" in page_of(client)


def test_referrals_do_not_stand_in_the_course(client, cast, matter_in):
    matter = matter_in(State.IN_RECTIFICATION)
    steps.perform(matter.code, "refer", by=cast.chen, content={"reason": "涉嫌违纪", "where": "县纪委监委"})
    steps.confirm(matter.code, by=cast.zhou)
    for name in ("zhou", "wang", "gao"):
        client.force_login(getattr(cast, name))
        assert "移送" not in page_of(client)


def test_promises_are_shown_until_they_are_kept(client, cast, units):
    matter = steps.register(Kind.APPEAL, by=cast.fang, unit=units["U1"], title="校门口积水")
    Promise.objects.create(matter=matter, text="暑期改造排水", due_on="2024-08-31", by=cast.ma, at=matter.registered_at)
    client.force_login(cast.wang)
    page = page_of(client)
    assert "暑期改造排水" in page and "未兑现" in page


@pytest.mark.parametrize(("name", "code"), [("stranger", "U1"), ("fang", "U1"), ("root", "U1"), ("other_head", "U1"),
                                            ("wang", "U2"), ("zhou", "NONE")])  # fmt: skip
def test_units_over_which_he_holds_no_role_do_not_exist(client, cast, name, code):
    client.force_login(getattr(cast, name))
    assert client.get(reverse("unit", args=[code])).status_code == 404


def test_the_list_is_a_tree_of_his_units_with_their_own_matters(client, cast, matter_in):
    matter_in(State.REGISTERED)
    rows = {one.unit.code: one for one in counted(cast.zhou)}
    assert (rows["139"].depth, rows["U1"].depth, rows["S1"].depth) == (0, 1, 2)
    assert (rows["U1"].all, rows["U1"].open, rows["139"].all, rows["S1"].all) == (1, 1, 0, 0)
    client.force_login(cast.wang)
    page = client.get(reverse("units")).content.decode()
    assert "云禾县教育局" in page and "云禾县第一小学" in page and "水利局" not in page
    client.force_login(cast.stranger)
    assert client.get(reverse("units")).status_code == 404


def test_a_unit_includes_those_below_it(client, cast, units):
    steps.register(Kind.TASK, by=cast.deng, unit=units["S1"], title="食堂账目公开")
    client.force_login(cast.zhou)
    assert "食堂账目公开" not in page_of(client, "U2")
    assert reverse("unit", args=["S1"]) in page_of(client, "U1")


def test_a_project_narrows_the_page(client, cast, units, ranking):
    mine = [one.hit.id for one in ranking.leads if one.hit.unit == "U1"]
    steps.take_up(ranking, mine[:1], by=cast.lin, project="甲项目")
    other = steps.take_up(ranking, mine[1:2], by=cast.lin, project="乙项目").matters[0]
    assert [str(one.found) for one in Course(cast.zhou, units["U1"], "乙项目").money] == ["400.00"]
    client.force_login(cast.zhou)
    page = page_of(client, query="project=乙项目")
    assert other.code in page and page.count("→ 已登记") == 1


def test_what_people_write_is_shown_as_text(client, cast, units):
    steps.register(
        Kind.FINDING, by=cast.lin, unit=units["U1"], title="<script>alert(1)</script>", amount=Decimal("5.00")
    )
    client.force_login(cast.zhou)
    for address in (reverse("unit", args=["U1"]), reverse("figure", args=["matters"]), reverse("warning_list")):
        page = client.get(address).content.decode()
        assert "<script>alert" not in page, address
