"""Money that reaches the wrong hands: persons, staff, shells, the unit itself; plain, in disguise, and look-alikes."""

from __future__ import annotations

from bihuan.demo.departments import _finance as f
from bihuan.demo.departments._finance import Pay, Payee
from bihuan.demo.departments._finance_desk import Desk, on
from bihuan.demo.departments._finance_year import UnitYear
from bihuan.demo.truth import HIDING, PLAIN, TWIN


def plant(desk: Desk) -> None:
    """All of them."""
    _persons(desk)
    _not_wrong_persons(desk)
    _staff(desk)
    _shells(desk)
    _own_account(desk)
    _rest_days(desk)


def _persons(desk: Desk) -> None:
    """Works to a builder's private card; in disguise to a firm's name at a card, and over three persons."""
    for at, year, cents, words, economic in (
        (12, 2025, 96_800_00, "付护栏安装工程款", "31005"), (34, 2024, 58_600_00, "付办公楼防水材料款", "30213"),
    ):  # fmt: skip
        one = desk.unit(at, year)
        paid = one.pay(
            one.basic[1], on(year, 10, 8), cents, f.of_person(f.a_resident(desk.county, at)), (economic, words)
        )
        desk.book.mark("payee_account_is_a_person", PLAIN, cents, paid)
    one, firm = desk.unit(61), desk.firm("建材", 11)
    paid = desk.pay(one, on(2025, 8, 9), 47_300_00, firm, "付围墙砌筑材料款")
    paid.payee = Payee(firm.name, f.a_resident(desk.county, 77).card, f.CREDIT_UNION)
    desk.book.mark("payee_account_is_a_person", HIDING, paid.cents, paid)
    one = desk.unit(78)
    parts = [
        one.pay(
            one.basic[1],
            on(2025, 11, 4 + at),
            cents,
            f.of_person(f.a_resident(desk.county, 201 + at)),
            ("30218", "付信息采集设备款"),
        )
        for at, cents in enumerate((24_600_00, 23_900_00, 24_850_00))
    ]
    desk.book.mark("payee_account_is_a_person", HIDING, sum(each.cents for each in parts), *parts)


def _not_wrong_persons(desk: Desk) -> None:
    """Relief to a household, land taken from a farmer, an expert's fee."""
    land = desk.grant(desk.unit(39), "溪口至新庄公路征地拆迁", function="2120801")
    for one, source, cents, words, economic in (
        (desk.unit(25), desk.unit(25).basic[2], 3_000_00, "临时救助金", "30305"),
        (desk.unit(39), land, 128_400_00, "付征地补偿款（溪口镇新庄村）", "31009"),
        (desk.unit(59), desk.unit(59).basic[1], 6_400_00, "付专家评审劳务费", "30226"),
    ):
        payee = f.of_person(f.a_resident(desk.county, 340 + cents // 100_000))
        paid = one.pay(source, on(2025, 5, 11), cents, payee, (economic, words))
        desk.book.mark("payee_account_is_a_person", TWIN, cents, paid)


def _staff(desk: Desk) -> None:
    """A bill of a firm arrives on the card of somebody who works there, once of a unit that does not pay the bill; the
    twin is what an employee had laid out."""
    for at, at_staff, trade, form in (
        (32, 6, "商贸", PLAIN),
        (63, 4, "印务", PLAIN),
        (71, 5, "广告传媒", HIDING),
    ):
        one, employer = desk.unit(at), desk.unit(at + (1 if form == HIDING else 0)).office
        firm, card = desk.firm(trade, at), employer.staff[at_staff % len(employer.staff)].card
        shown = f"{card[:4]} {card[4:8]} {card[8:12]} {card[12:]}" if form == HIDING else card
        paid = []
        for n in range(3):
            each = desk.pay(one, on(2025, 3 + n * 3, 7), (18_600 + n * 3_150) * 100, firm, f"付{n * 3 + 3}月服务费")
            each.payee = Payee(firm.name, shown, f.CREDIT_UNION)
            paid.append(each)
        desk.book.mark("payee_shares_account_with_employee", form, sum(each.cents for each in paid), *paid)
    one = desk.unit(37)
    person = one.office.staff[3]
    paid_back = desk.pay(one, on(2025, 6, 4), 1_260_00, f.of_person(person), f"{person.name}垫付办公用品款报销")
    paid_back.economic = "30201"
    desk.book.mark("payee_shares_account_with_employee", TWIN, paid_back.cents, paid_back)


def _shells(desk: Desk) -> None:
    """Firms days old, firms struck off long ago; in disguise by small sums and under a short name;
    the twins: a small first order, and a firm that was closed later."""
    special = f.special_firms(desk.county)
    plans = (
        (0, 4, PLAIN, ((on(2025, 3, 9), 148_000_00),)), (1, 42, PLAIN, ((on(2024, 8, 20), 236_500_00),)),
        (6, 65, PLAIN, ((on(2025, 2, 9), 64_200_00),)), (7, 80, PLAIN, ((on(2024, 4, 6), 52_700_00),)),
        (2, 69, HIDING, ((on(2025, 6, 9), 29_600_00), (on(2025, 7, 2), 28_450_00))),
        (8, 81, HIDING, ((on(2025, 3, 4), 18_700_00),)),
        (3, 54, TWIN, ((on(2025, 1, 15), 860_00),)), (9, 56, TWIN, ((on(2025, 5, 4), 23_400_00),)),
    )  # fmt: skip
    for which, at, form, sums in plans:
        company, year = special[which].company, int(sums[0][0][:4])
        paid = [desk.pay(desk.unit(at, year), day, cents, company, f"付{company.trade}服务款") for day, cents in sums]
        if which == 8:  # under a short form of its name
            paid[0].payee = paid[0].payee._replace(name=company.name.removeprefix("云禾县"))
        desk.book.mark("payment_to_new_or_closed_firm", form, sum(each.cents for each in paid), *paid)


def _own_account(desk: Desk) -> None:
    """Out of the treasury's sight into the unit's own account, once under a short name; the twin was withheld."""
    for at, year, cents in ((1, 2025, 1_200_000_00), (74, 2024, 640_000_00)):
        one = desk.unit(at, year)
        project = desk.granted(one, "高标准农田建设补助" if at == 1 else "城乡社区环境卫生")
        own = Payee(one.office.name, one.office.account, f.AGENT_BANK)
        paid = one.pay(project, on(year, 12, 15), cents, own, ("30299", "转项目资金"))
        desk.book.mark("paid_from_zero_balance_to_own_account", PLAIN, cents, paid)
    one = desk.unit(83)
    short = Payee(f"{one.office.name.removeprefix('云禾县')}（基本户）", one.office.account, f.AGENT_BANK)
    paid = one.pay(one.projects[0][1], on(2025, 11, 13), 365_000_00, short, ("30299", "拨付工作经费"))
    desk.book.mark("paid_from_zero_balance_to_own_account", HIDING, paid.cents, paid)
    one = desk.unit(67)
    own = Payee(one.office.name, one.office.account, f.AGENT_BANK)
    for words, cents, economic in (
        ("划转代扣个人所得税及职工社保", 86_240_15, "30101"),
        ("划转工会经费", 41_300_00, "30228"),
    ):
        paid = one.pay(one.basic[0 if economic == "30101" else 1], on(2025, 6, 12), cents, own, (economic, words))
        desk.book.mark("paid_from_zero_balance_to_own_account", TWIN, cents, paid)


def _rest_days(desk: Desk) -> None:
    """At eleven on a Saturday night, to a builder's card; the twin is flood relief on a Sunday."""
    one = desk.unit(76)
    paid = one.pay(
        one.basic[1],
        "2025-10-25",
        71_200_00,
        f.of_person(f.a_resident(desk.county, 555)),
        ("31005", "付院内路面硬化工程款"),
    )
    paid.time = "23:07:41"
    desk.book.mark("paid_on_rest_day_or_night", PLAIN, paid.cents, paid)
    one = desk.unit(66, 2024)
    own = Payee(one.office.name, one.office.account, f.AGENT_BANK)
    paid = one.pay(one.projects[0][1], "2024-12-29", 284_000_00, own, ("30299", "转年末项目资金"))
    paid.time = "22:48:05"
    desk.book.mark("paid_on_rest_day_or_night", HIDING, paid.cents, paid)
    _relief(desk, desk.unit(15))


def _relief(desk: Desk, one: UnitYear) -> None:
    paid: Pay = desk.pay(one, "2025-07-20", 46_900_00, desk.firm("商贸", 17), "付防汛抢险应急物资款")
    paid.time = "19:26:30"
    desk.book.mark("paid_on_rest_day_or_night", TWIN, paid.cents, paid)
