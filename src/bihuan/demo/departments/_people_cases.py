"""What people do with the subsidies of others: fifteen kinds of problems, plain, hidden, and innocent twins."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from stdnum.cn import ric

from bihuan.demo.county import County
from bihuan.demo.departments._people import AGAIN, MONTHS, month_of, old_number, retirees, spouse, trader, village_heads
from bihuan.demo.departments._people_claims import (
    AGED,
    CARE,
    CARED,
    DESTITUTE,
    DISABLED,
    EVERY,
    FIELD_STANDARD,
    FIELDS,
    FOREST,
    FOREST_STANDARD,
    FOREST_TOWNS,
    FUNERAL,
    LIVING,
    LOW,
    MACHINES,
    MAYS,
    NOVEMBERS,
    PENSION,
    Car,
    Case,
    Home,
    Household,
    Plot,
    Standing,
    Welfare,
    begin,
    destitute,
    fields,
    forest,
    is_rural,
    low_income,
    machine,
    ordinary,
    pupil,
)
from bihuan.demo.offices import leaders, offices
from bihuan.demo.residents import Departed, Resident, card, departed, households, identity

END = AGAIN - 1  # December 2025: the last month of the first hand-over
REFUND, CARE_GRADE = "违规资金已追回", "重度残疾人护理补贴"
CIVIL, FARM, SCHOOL, INSURANCE, WOODS = "205", "206", "201", "406", "414"


@lru_cache(maxsize=2)
def welfare(county: County) -> Welfare:
    """All claims of the county; a clean one keeps the twins."""
    made = begin(county)
    for plant in _PLANTS:
        plant(made)
    _put_right(made)
    ordinary(made)
    if county.is_clean:
        _clean(made)
    return made


def _clean(made: Welfare) -> None:
    """Take all planted problems out again; what was right before and after them stays."""
    twins = {mark for mark, case in made.cases.items() if case.form == "twin"} | {""}
    for programme, claims in made.standings.items():
        for one in claims:
            if one.mark not in twins:
                one.last, one.mark, one.failed = one.since - 1, "", frozenset()
        made.standings[programme] = [one for one in claims if one.first <= one.last]
        made.extras[programme] = [
            one for one in made.extras[programme] if one.standing.mark in twins and one.standing.note != REFUND
        ]
    made.cars = [one for one in made.cars if one.mark in twins]
    made.homes = [one for one in made.homes if one.mark in twins]
    made.firms = [one for one in made.firms if one[1] in twins]
    made.kin.clear()


def _pair(home: Household) -> bool:
    """A rural couple of working age or somewhat older."""
    return is_rural(home) and len(home) >= 2 and home[1].relation == "配偶" and 30 <= home[0].age() <= 58


def _single(home: Household) -> bool:
    return is_rural(home) and len(home) == 1 and 60 <= home[0].age() <= 78


def _young(home: Household) -> bool:
    return is_rural(home) and all(one.age() < 58 for one in home) and len(home) >= 2


def _any(home: Household) -> bool:
    return is_rural(home)


def _poor(made: Welfare, mark: str, first: int = 0, last: int = MONTHS - 1, **more: object) -> Household:
    """A household on low-income support that bears a problem."""
    home = made.take(_pair)
    made.poor.add(home[0].household)
    low_income(made, home, first, last=last, mark=mark, **more)
    return home


# What of the money was wrong, where not all of it was.
_WRONG = {"area/more": 0.645, "area/grown": 0.236, "standard/care": 0.334, "standard/product": 0.14}
_RIGHT = {("two/low", DESTITUTE)}  # of a problem in two programmes the one that stays
_MONTHS = {FIELDS: MAYS, FOREST: NOVEMBERS}


def _put_right(made: Welfare) -> None:
    """In March 2026 the money of what passes its re-test comes back, from the accounts to which it went."""
    passed = {mark for mark, case in made.cases.items() if case.retest == "pass"}
    for programme, claims in list(made.standings.items()):
        for one in [one for one in claims if one.mark in passed and (one.mark, programme) not in _RIGHT]:
            _paid_back(made, programme, one, _drawn(programme, one))
        for row in [row for row in made.extras[programme] if row.standing.mark in passed]:
            _paid_back(made, programme, row.standing, row.cents)


def _drawn(programme: str, one: Standing) -> int:
    """What the problem drew until December 2025, in cents."""
    months = range(max(one.first, one.since), min(one.last, END) + 1)
    paid = _MONTHS.get(programme, EVERY) - one.failed
    return sum(one.cents[at // 12] for at in months if at in paid)


def _paid_back(made: Welfare, programme: str, one: Standing, cents: int) -> None:
    if cents > 0:
        back = math.ceil(cents * _WRONG.get(one.mark, 1))
        made.once_more(programme, AGAIN + 2, one, -back, "退回", day=5, note=REFUND, failed=frozenset())


# --- paid after death ---------------------------------------------------------------------------------------------


def _after_death(made: Welfare) -> None:
    """Nobody tells the office, and the card goes on to be used."""
    dead = iter(departed(made.county))
    mark = made.case("death/pension", Case("paid_after_death", "plain", INSURANCE, "pass"))
    one = _died(made, dead, (2, 8), mark)
    standing = made.add(PENSION, one.who, 15140, last=END, mark=mark, since=month_of(one.died) + 1)
    mark = made.case("death/aged", Case("paid_after_death", "plain", CIVIL, "fail"))
    one = _died(made, dead, (8, 14), mark, aged=80)
    made.add(AGED, one.who, 5000, mark=mark, since=month_of(one.died) + 1, grade="80周岁以上")
    made.skipped.add((PENSION, one.who.id_no))
    mark = made.case("death/card", Case("paid_after_death", "hiding", INSURANCE, "fail"))
    one = _died(made, dead, (10, 16), mark)
    at = month_of(one.died) + 2
    made.add(PENSION, one.who, 13870, last=at - 1, mark=mark, since=month_of(one.died) + 1)
    other = made.take(_pair)[0]
    shown = one.who._replace(name=f"{one.who.name[:1]} {one.who.name[1:]}", id_no=old_number(one.who.id_no))
    made.add(PENSION, shown, 13870, first=at, card=other.card, mark=mark)
    mark = made.case("death/lumps", Case("paid_after_death", "hiding", CIVIL, "pass"))
    one = _died(made, dead, (9, 13), mark)
    made.skipped.add((PENSION, one.who.id_no))
    standing = made.add(CARE, one.who, CARED, last=month_of(one.died), grade=CARE_GRADE, standard=CARED)
    for at in range(month_of(one.died) + 3, AGAIN, 3):
        made.once_more(CARE, at, standing, CARED[at // 12] * 3, day=4, note="补发", mark=mark)
    _death_twins(made, dead)


def _death_twins(made: Welfare, dead: Iterator[Departed]) -> None:
    """The money of a month was taken back; heirs get the funeral grant; a namesake lives."""
    mark = made.case("death/back", Case("paid_after_death", "twin", INSURANCE))
    one = _died(made, dead, (9, 18), "")
    at = month_of(one.died) + 1
    standing = made.add(PENSION, one.who, 14260, last=at, mark=mark, since=at)
    made.once_more(PENSION, at + 1, standing, -14260, "退回", day=3, note="死亡次月多发，已追回", mark=mark)
    mark = made.case("death/funeral", Case("paid_after_death", "twin", INSURANCE))
    one = _died(made, dead, (6, 20), "")
    made.add(PENSION, one.who, 14310, last=month_of(one.died))
    heir = households(made.county)[one.who.household][0]
    at = month_of(one.died) + 1
    made.add(FUNERAL, one.who, 184500, first=at, last=at, holder=heir.name, card=heir.card, mark=mark)


def _died(made: Welfare, dead: Iterator[Departed], between: tuple[int, int], mark: str, *, aged: int = 0) -> Departed:
    first, last = between
    one = next(one for one in dead if first <= month_of(one.died) <= last and one.who.age(one.died) >= max(aged, 66))
    made.skipped |= {(PENSION, one.who.id_no), (AGED, one.who.id_no)}
    if mark:
        made.dead.append((one, mark))
    return one


# --- who should not draw it -----------------------------------------------------------------------------------------


def _staff(made: Welfare) -> None:
    """Somebody on a payroll draws what is meant for those in need; a pensioner of a unit draws two pensions."""
    clerk, nurse, porter = (_clerk(made, at) for at in (1, 2, 3))
    mark = made.case("staff/low", Case("paid_to_staff_on_payroll", "plain", CIVIL, "pass"))
    made.poor.add(clerk.household)
    low_income(made, (clerk,), 6, last=END, mark=mark)
    mark = made.case("staff/disabled", Case("paid_to_staff_on_payroll", "plain", CIVIL, "fail"))
    made.add(DISABLED, nurse, LIVING, mark=mark, grade="困难残疾人生活补贴", standard=LIVING)
    mark = made.case("staff/number", Case("paid_to_staff_on_payroll", "hiding", CIVIL, "pass"))
    made.poor.add(porter.household)
    shown = porter._replace(id_no=old_number(porter.id_no), name=porter.name[:1] + " " + porter.name[1:])
    low_income(made, (shown,), 11, last=END, mark=mark)
    mark = made.case("staff/pension", Case("paid_to_staff_on_payroll", "hiding", INSURANCE, "fail"))
    old = retirees(made.county)[offices(made.county)[2].code][0]
    made.skipped.add((PENSION, old.id_no))
    made.add(PENSION, old._replace(name=old.name[:1] + "　" + old.name[1:]), 16090, mark=mark)
    mark = made.case("staff/fields", Case("paid_to_staff_on_payroll", "twin", FARM))
    farmer = _clerk(made, 5)
    made.skipped.add((FIELDS, farmer.household))
    made.plots.append(Plot(farmer, 310))
    fields(made, farmer, 310, mark=mark)
    mark = made.case("staff/before", Case("paid_to_staff_on_payroll", "twin", CIVIL))
    fresh = _clerk(made, 7)
    made.hired[fresh.id_no] = 8
    made.poor.add(fresh.household)
    low_income(made, (fresh,), 0, last=5, mark=mark)


def _clerk(made: Welfare, at: int) -> Resident:
    """A rural employee of some office who leads nothing and keeps no books."""
    staff = offices(made.county)[at].staff[9:]
    return next(one for one in staff if one.town != "城关镇" and one.relation == "户主") if any(
        one.town != "城关镇" and one.relation == "户主" for one in staff) else staff[0]  # fmt: skip


def _kin(made: Welfare) -> None:
    """An official's family draws what the official's people decide upon."""
    led = [one for one in leaders(made.county) if one.to is None]
    heads = village_heads(made.county)
    mark = made.case("kin/mother", Case("beneficiary_related_to_official", "plain", CIVIL, "pass"))
    leader, mother = next(
        (one, who) for one in led for who in households(made.county)[one.who.household]
        if one.who.relation == "户主" and who.relation in ("父", "母", "配偶") and _is_idle(who, made)
    )  # fmt: skip
    made.kin.append((leader.who, "母子" if mother.relation != "配偶" else "夫妻", mother))
    made.poor.add(mother.household)
    low_income(made, (mother,), 6, last=END, mark=mark)
    mark = made.case("kin/wife", Case("beneficiary_related_to_official", "plain", CIVIL, "fail"))
    wife = next(other for one in heads if (other := spouse(one.who, made.county)))
    made.poor.add(wife.household)
    low_income(made, (wife,), 12, mark=mark)
    mark = made.case("kin/in-law", Case("beneficiary_related_to_official", "hiding", CIVIL, "fail"))
    old = made.take(_single)[0]
    made.kin.append((heads[3].who, "岳父" if old.sex == "男" else "岳母", old))
    destitute(made, old, first=10, mark=mark)
    mark = made.case("kin/divorced", Case("beneficiary_related_to_official", "twin", CIVIL))
    other = made.take(lambda home: is_rural(home) and home[0].relation == "户主" and 40 <= home[0].age() <= 55)[0]
    man = next(one.who for one in heads[4:] if one.who.sex != other.sex)
    husband, wife = (man, other) if man.sex == "男" else (other, man)
    made.divorces.append((husband, wife, date(2003, 5, 6), date(2013, 9, 17)))
    made.poor.add(other.household)
    low_income(made, (other,), 0, last=13, mark=mark)


def _is_idle(who: Resident, made: Welfare) -> bool:
    employed = {one.id_no for office in offices(made.county) for one in office.staff}
    return who.id_no not in employed


def _wealth(made: Welfare) -> None:
    """Low-income support for those who have a car, a firm or flats."""
    mark = made.case("wealth/car", Case("owns_firm_car_or_second_home", "plain", CIVIL, "pass"))
    home = _poor(made, mark, 12, END)
    made.cars.append(Car(home[0], "奔驰牌BJ6482", "小型普通客车", 286_000, date(2023, 4, 11), mark=mark))
    mark = made.case("wealth/firm", Case("owns_firm_car_or_second_home", "plain", CIVIL, "fail"))
    home = _poor(made, mark, 14)
    firm = trader(home[0], made.county, is_closed=True)
    made.firms.append((firm._replace(closed=None, capital=2_000_000, founded=date(2021, 6, 3)), mark))
    mark = made.case("wealth/flats", Case("owns_firm_car_or_second_home", "hiding", CIVIL, "fail"))
    home = _poor(made, mark, 13)
    for at, road in enumerate(("人民路88号3栋1201室", "滨河路16号2栋602室")):
        made.homes.append(Home(home[1], f"云禾县城关镇{road}", 9800 + 1200 * at, date(2022 + at, 7, 9), mark=mark))
    mark = made.case("wealth/son", Case("owns_firm_car_or_second_home", "hiding", CIVIL, "pass"))
    home = made.take(lambda one: is_rural(one) and any(w.relation in ("子", "女") and w.age() >= 22 for w in one))
    made.poor.add(home[0].household)
    low_income(made, home, 15, last=END, mark=mark)
    son = next(one for one in home if one.relation in ("子", "女") and one.age() >= 22)
    made.cars.append(Car(son, "奥迪牌FV7201", "小型轿车", 238_000, date(2024, 9, 2), mark=mark))
    _poverty(made)


def _poverty(made: Welfare) -> None:
    """A car that was scrapped, a tricycle, a stall, a firm long closed: none of it is wealth."""
    kind = "owns_firm_car_or_second_home"
    home = _poor(made, made.case("wealth/scrapped", Case(kind, "twin", CIVIL)), 3, 16)
    made.cars.append(Car(home[0], "五菱牌LZW6407", "小型面包车", 32_000, date(2011, 3, 8), date(2021, 11, 2)))
    home = _poor(made, made.case("wealth/tricycle", Case(kind, "twin", CIVIL)), 2, 15)
    made.cars.append(Car(home[0], "宗申牌ZS150ZH", "正三轮摩托车", 7_800, date(2021, 2, 18)))
    home = _poor(made, made.case("wealth/stall", Case(kind, "twin", CIVIL)), 4, 17)
    made.firms.append((trader(home[0], made.county)._replace(capital=5_000), ""))
    home = _poor(made, made.case("wealth/closed", Case(kind, "twin", CIVIL)), 5, 18)
    made.firms.append((trader(home[0], made.county, is_closed=True), ""))


def _exclusive(made: Welfare) -> None:
    """Two programmes of which one shuts out the other."""
    kind = "one_person_two_exclusive_programmes"
    mark = made.case("two/low", Case(kind, "plain", CIVIL, "pass"))
    one = made.take(_single)[0]
    same = destitute(made, one, first=8, last=END, mark=mark, since=14)
    made.add(DESTITUTE, one, same.cents, first=AGAIN, grade=same.grade)
    made.poor.add(one.household)
    low_income(made, (one,), 14, last=END, mark=mark)
    mark = made.case("two/disabled", Case(kind, "plain", CIVIL, "fail"))
    one = made.take(_single)[0]
    destitute(made, one, first=12, mark=mark)
    made.add(DISABLED, one, LIVING, first=12, mark=mark, grade="困难残疾人生活补贴", standard=LIVING)
    mark = made.case("two/number", Case(kind, "hiding", CIVIL, "fail"))
    one = made.take(_single)[0]
    destitute(made, one._replace(id_no=old_number(one.id_no)), first=16, mark=mark)
    made.poor.add(one.household)
    low_income(made, (one,), 16, mark=mark, card=card(made.chance))
    mark = made.case("two/after", Case(kind, "twin", CIVIL))
    one = made.take(_single)[0]
    made.poor.add(one.household)
    low_income(made, (one,), 4, last=14, mark=mark)
    destitute(made, one, first=15, mark=mark)


def _outside(made: Welfare) -> None:
    """Forest money for a household of the county town; support for a household that moved away."""
    kind = "paid_outside_eligible_area_or_household"
    mark = made.case("outside/town", Case(kind, "plain", WOODS, "inconclusive"))
    forest(made, made.take(lambda home: not is_rural(home))[0], 640, mark=mark)
    mark = made.case("outside/moved", Case(kind, "plain", CIVIL, "pass"))
    _moved(made, _poor(made, mark, 4, END), date(2024, 4, 22))
    mark = made.case("outside/said", Case(kind, "hiding", WOODS, "inconclusive"))
    who = made.take(lambda home: is_rural(home) and home[0].town not in FOREST_TOWNS)[0]
    made.skipped.add((FOREST, who.household))
    forest(made, who._replace(town="东岭镇", village="上坪村"), 520, mark=mark)
    mark = made.case("outside/lives", Case(kind, "twin", WOODS))
    who = made.take(lambda home: home[0].town in FOREST_TOWNS)[0]
    made.skipped.add((FOREST, who.household))
    forest(made, who._replace(address="云禾县城关镇建设路21号3栋402室"), 360, mark=mark)
    mark = made.case("outside/stopped", Case(kind, "twin", CIVIL))
    _moved(made, _poor(made, mark, 5, 17), date(2025, 6, 19))


def _moved(made: Welfare, home: Household, on: date) -> None:
    """The household went to another province and left its fields."""
    made.moved_out |= {one.id_no: on for one in home}
    made.skipped |= {(FIELDS, home[0].household), (FOREST, home[0].household)}
    made.skipped |= {(programme, one.id_no) for one in home for programme in (PENSION, AGED)}


# --- cards ------------------------------------------------------------------------------------------------------------


def _one_card(made: Welfare) -> None:
    """A village clerk keeps the money of others on one card, or on two."""
    heads = village_heads(made.county)
    mark = made.case("card/fields", Case("one_card_many_people", "plain", FARM, "fail"))
    for home in [made.take(_any) for _ in range(9)]:
        made.skipped.add((FIELDS, home[0].household))
        area = made.chance.randrange(150, 640)
        made.plots.append(Plot(home[0], area))
        fields(made, home[0], area, first=12, card=heads[5].who.card, mark=mark, phone=home[0].phone)
    mark = made.case("card/pension", Case("one_card_many_people", "plain", INSURANCE, "pass"))
    for _ in range(5):
        who = made.take(_single)[0]
        made.skipped.add((PENSION, who.id_no))
        cents = 13000 + made.chance.randrange(4000)
        made.add(PENSION, who, cents, last=13)
        made.add(PENSION, who, cents, first=14, last=END, card=heads[6].who.card, mark=mark)
        made.add(PENSION, who, cents, first=AGAIN)
    for at in range(2):  # two cards, each of them for three
        mark = made.case(f"card/care-{at + 1}", Case("one_card_many_people", "hiding", CIVIL, "fail"))
        number = _spaced(card(made.chance))
        for _ in range(3):
            who, first = made.take(_young)[0], made.chance.randrange(10, 14)
            made.add(CARE, who, CARED, first=first, card=number, mark=mark, grade=CARE_GRADE, standard=CARED)
    mark = made.case("card/family", Case("one_card_many_people", "twin", INSURANCE))
    home = made.take(lambda one: len(one) >= 3 and one[0].age() >= 61 and one[1].relation == "配偶" and
                     one[1].age() >= 61)  # fmt: skip
    for who in home[:2]:
        made.skipped.add((PENSION, who.id_no))
        made.add(PENSION, who, 14800, card=home[0].card, holder=home[0].name, mark=mark, phone=home[0].phone)
    mark = made.case("card/home", Case("one_card_many_people", "twin", CIVIL))
    for who in [made.take(_single)[0] for _ in range(5)]:
        destitute(made, who, mark=mark, holder="云禾县河湾镇敬老院", card="13001180000026391177", note="集中供养",
                  phone="03990026391", first=18)  # fmt: skip


def _spaced(number: str) -> str:
    return " ".join(number[at : at + 4] for at in range(0, len(number), 4))


def _many_cards(made: Welfare) -> None:
    """One person stands on a list twice, each time with another card."""
    kind = "one_person_many_cards"
    mark = made.case("cards/low", Case(kind, "plain", CIVIL, "pass"))
    home = _poor(made, mark, 10, END)
    low_income(made, home, 10, last=END, mark=mark, card=card(made.chance))
    mark = made.case("cards/aged", Case(kind, "plain", CIVIL, "fail"))
    who = made.take(lambda one: any(80 <= w.age() <= 88 for w in one))
    old = next(one for one in who if 80 <= one.age() <= 88)
    made.skipped.add((AGED, old.id_no))
    made.add(AGED, old, 5000, mark=mark, since=11, grade="80周岁以上")
    made.add(AGED, old, 5000, first=11, mark=mark, grade="80周岁以上", card=card(made.chance))
    mark = made.case("cards/fields", Case(kind, "hiding", FARM, "fail"))
    home = made.take(_pair)
    made.skipped.add((FIELDS, home[0].household))
    made.plots.append(Plot(home[0], 745))
    fields(made, home[0], 420, mark=mark)
    shown = home[0]._replace(id_no=old_number(home[0].id_no), name=home[0].name[:1] + " " + home[0].name[1:])
    fields(made, shown._replace(village="中湾村"), 325, mark=mark, card=card(made.chance))
    mark = made.case("cards/new", Case(kind, "twin", CIVIL))
    home = _poor(made, mark, 6, 11)
    low_income(made, home, 12, last=19, mark=mark, card=card(made.chance))


def _returned(made: Welfare) -> None:
    """What came back was sent again, to somebody else."""
    kind = "returned_and_paid_to_another_account"
    heads = village_heads(made.county)
    mark = made.case("back/low", Case(kind, "plain", CIVIL, "pass"))
    home = made.take(_pair)
    made.poor.add(home[0].household)
    one = low_income(made, home, 0, last=14, failed=frozenset({12, 13, 14}), mark=mark, since=12)
    other = made.take(_pair)[0]
    made.once_more(LOW, 16, one, one.cents[1] * 3, day=4, note="补发1-3月", card=other.card, holder=other.name,
                   mark=mark,
               failed=frozenset())  # fmt: skip
    made.add(LOW, one.who, one.cents, first=17, grade=one.grade)
    mark = made.case("back/fields", Case(kind, "plain", FARM, "pass"))
    home = made.take(_pair)
    made.skipped.add((FIELDS, home[0].household))
    made.plots.append(Plot(home[0], 833))
    one = fields(made, home[0], 833, first=16, last=16, failed=frozenset({16}), mark=mark)
    made.once_more(FIELDS, 16, one, one.cents[1], day=22, note="重新发放", card=heads[7].who.card,
                   holder=heads[7].who.name,
               mark=mark, failed=frozenset())  # fmt: skip
    fields(made, home[0], 833, first=28)
    mark = made.case("back/split", Case(kind, "hiding", CIVIL, "pass"))
    clerk = made.take(_pair)[1]
    for who in [made.take(_young)[0] for _ in range(3)]:
        one = made.add(CARE, who, CARED, failed=frozenset({14}), mark="", grade=CARE_GRADE, standard=CARED)
        one.mark, one.since, one.last = mark, 14, 14
        for at, part in ((16, 7000), (18, 5000)):
            made.once_more(CARE, at, one, part, day=6, card=clerk.card, mark=mark, failed=frozenset(), note="补发")
        made.add(CARE, who, CARED, first=15, grade=CARE_GRADE, standard=CARED)
    mark = made.case("back/own", Case(kind, "twin", FARM))
    home = made.take(_pair)
    made.skipped.add((FIELDS, home[0].household))
    made.plots.append(Plot(home[0], 512))
    wrong = home[0].card[:-3] + f"{(int(home[0].card[-3:]) + 90) % 1000:03d}"
    one = fields(made, home[0], 512, first=4, last=4, failed=frozenset({4}), card=wrong, mark=mark)
    made.once_more(FIELDS, 4, one, one.cents[0], day=18, note="账号更正后重发", card=home[0].card, mark=mark,
               failed=frozenset())  # fmt: skip
    fields(made, home[0], 512, first=16)


# --- areas, standards and totals --------------------------------------------------------------------------------------


def _areas(made: Welfare) -> None:
    """More fields are claimed than are certified; or one field by two of the family."""
    kind = "area_over_certified_area"
    for mark, certified, claimed, then in (("area/double", 1120, 2360, "fail"), ("area/more", 350, 980, "pass")):
        made.case(mark, Case(kind, "plain", FARM, "fail" if then == "fail" else "pass"))
        home = made.take(_any)
        made.skipped.add((FIELDS, home[0].household))
        made.plots.extend(Plot(home[0], part, mark) for part in (certified // 3, certified - certified // 3))
        fields(made, home[0], claimed, last=MONTHS - 1 if then == "fail" else END, mark=mark)
        if then == "pass":
            fields(made, home[0], certified, first=AGAIN)
    mark = made.case("area/twice", Case(kind, "hiding", FARM, "fail"))
    home = made.take(_pair)
    made.skipped.add((FIELDS, home[0].household))
    made.plots.append(Plot(home[0], 905, mark))
    fields(made, home[0], 860, mark=mark)
    fields(made, home[1], 790, mark=mark)
    mark = made.case("area/grown", Case(kind, "hiding", FARM, "pass"))
    home = made.take(_any)
    made.skipped.add((FIELDS, home[0].household))
    made.plots.append(Plot(home[0], 1060, mark))
    fields(made, home[0], 1060, last=4)
    fields(made, home[0], 1385, first=16, last=16, mark=mark)
    fields(made, home[0], 1060, first=28)
    for mark, plots, claimed in (("area/two", (410, 655), 1065), ("area/rounded", (618,), 620)):
        made.case(mark, Case(kind, "twin", FARM))
        home = made.take(_any)
        made.skipped.add((FIELDS, home[0].household))
        made.plots.extend(Plot(home[0], one) for one in plots)
        fields(made, home[0], claimed, mark=mark)


def _standards(made: Welfare) -> None:
    """A town pays by a standard of its own; or prints the right one and pays otherwise."""
    kind = "standard_does_not_match_policy"
    mark = made.case("standard/fields", Case(kind, "plain", FARM, "fail"))
    high = (FIELD_STANDARD[0], 12120, 12120)
    for home in [made.take(_any) for _ in range(6)]:
        _own_standard(made, Plot(home[0], made.chance.randrange(200, 700)), high, mark)
    mark = made.case("standard/care", Case(kind, "plain", CIVIL, "pass"))
    for who in [made.take(_young)[0] for _ in range(4)]:
        made.add(CARE, who, 18000, first=18, last=END, mark=mark, grade=CARE_GRADE, standard=(18000,) * 3)
        made.add(CARE, who, CARED, first=AGAIN, grade=CARE_GRADE, standard=CARED)
    mark = made.case("standard/product", Case(kind, "hiding", FARM, "pass"))
    for at, home in enumerate(made.take(_any) for _ in range(5)):
        _own_standard(made, Plot(home[0], made.chance.randrange(300, 800)), FIELD_STANDARD, mark, 108 + at * 2)
    mark = made.case("standard/kept", Case(kind, "hiding", WOODS, "inconclusive"))
    for home in [made.take(lambda one: one[0].town in FOREST_TOWNS) for _ in range(5)]:
        made.skipped.add((FOREST, home[0].household))
        area = made.chance.randrange(210, 620)
        cents = area * FOREST_STANDARD[0] // 100
        made.add(FOREST, home[0], (cents - 6000, cents, cents), last=12, mark=mark, area=area, standard=FOREST_STANDARD)
        forest(made, home[0], area, first=13)
    mark = made.case("standard/lump", Case(kind, "twin", CIVIL))
    who = made.take(_young)[0]
    one = made.add(CARE, who, CARED, first=9, grade=CARE_GRADE, standard=CARED)
    made.once_more(CARE, 9, one, CARED[0] * 3, day=3, note="补发7-9月", mark=mark)
    one.first = 10


def _own_standard(made: Welfare, plot: Plot, standard: tuple[int, int, int], mark: str, more: int = 100) -> None:
    """From 2025 on the fields are paid by another standard, or by so many hundredths of the right one."""
    who, area, goes_on = plot.who, plot.area, more == 100
    made.skipped.add((FIELDS, who.household))
    made.plots.append(plot)
    fields(made, who, area, last=4)
    cents = (area * standard[1] * more // 100 + 50) // 100
    last = MONTHS - 1 if goes_on else 16
    made.add(FIELDS, who, cents, first=16, last=last, mark=mark, area=area, standard=standard)
    if not goes_on:
        fields(made, who, area, first=28)


def _totals(made: Welfare) -> None:
    """Less reached the people than was granted; or more, from nobody knows where."""
    kind = "total_paid_not_equal_total_granted"
    made.case("total/forest", Case(kind, "plain", WOODS, "inconclusive", 8600000))
    made.short[FOREST, 2024] = (8600000, "total/forest")
    made.case("total/machines", Case(kind, "plain", FARM, "pass", 5400000))
    made.short[MACHINES, 2025] = (-5400000, "total/machines")
    made.case("total/care", Case(kind, "hiding", CIVIL, "pass", 964000))
    made.short[CARE, 2025] = (964000, "total/care")
    made.case("total/parts", Case(kind, "twin", FARM))
    made.short[FIELDS, 2024] = (0, "total/parts")


# --- persons who are none ---------------------------------------------------------------------------------------------


def _numbers(made: Welfare) -> None:
    """Numbers that cannot be."""
    kind = "invalid_identity_number"
    mark = made.case("number/digit", Case(kind, "plain", CIVIL, "pass"))
    ghost = _ghost(made, date(1969, 5, 14))
    wrong = ghost.id_no[:-1] + ("3" if ghost.id_no[-1] != "3" else "7")
    made.add(CARE, ghost._replace(id_no=wrong), CARED, first=12, last=END, mark=mark, grade=CARE_GRADE,
             standard=CARED)  # fmt: skip
    mark = made.case("number/day", Case(kind, "plain", INSURANCE, "fail"))
    ghost = _ghost(made, date(1958, 2, 11))
    body = ghost.id_no[:10] + "0231" + ghost.id_no[14:17]
    made.add(PENSION, ghost._replace(id_no=body + str(ric.calc_check_digit(body + "0"))), 14220, first=7, mark=mark)
    mark = made.case("number/villager", Case(kind, "hiding", CIVIL, "fail"))
    real, other = made.take(_pair)[0], made.take(_pair)[0]
    swapped = real.id_no[:12] + real.id_no[13] + real.id_no[12] + real.id_no[14:]
    if swapped == real.id_no:
        swapped = real.id_no[:16] + str((int(real.id_no[16]) + 2) % 10) + real.id_no[17:]
    low_income(made, (real._replace(id_no=swapped),), 12, mark=mark, card=other.card)
    mark = made.case("number/fifteen", Case(kind, "twin", CIVIL))
    who = made.take(_single)[0]
    made.skipped.add((PENSION, who.id_no))
    made.add(PENSION, who._replace(id_no=old_number(who.id_no)), 14460, mark=mark, last=12)
    made.add(PENSION, who, 14460, first=13)


def _ghosts(made: Welfare) -> None:
    """Persons whom nobody has ever seen."""
    kind = "paid_to_person_not_in_registry"
    mark = made.case("ghost/pension", Case(kind, "plain", INSURANCE, "fail"))
    made.add(PENSION, _ghost(made, date(1951, 8, 23)), 15890, first=4, mark=mark)
    mark = made.case("ghost/low", Case(kind, "plain", CIVIL, "pass"))
    low_income(made, (_ghost(made, date(1968, 11, 5)),), 12, last=END, mark=mark)
    mark = made.case("ghost/name", Case(kind, "hiding", CIVIL, "fail"))
    real = made.take(_pair)[0]
    born = real.born.replace(year=real.born.year - 3)
    ghost = real._replace(id_no=identity(born, 700 + (real.sex == "男")), born=born)
    low_income(made, (ghost,), 13, mark=mark, card=village_heads(made.county)[8].who.card)
    mark = made.case("ghost/moved", Case(kind, "twin", CIVIL))
    home = _poor(made, mark, 17, 23)
    made.moved_in |= {one.id_no: date(2025, 5, 6) for one in home}


def _ghost(made: Welfare, born: date) -> Resident:
    like = made.take(_any)[0]
    name = made.chance.choice("冯蒋沈韩") + made.chance.choice(("德海", "秀珍", "福贵", "香莲"))
    return like._replace(name=name, born=born, id_no=identity(born, made.chance.randrange(1000)),
                         card=card(made.chance), household="1397000000")  # fmt: skip


def _phones(made: Welfare) -> None:
    """A dealer signs for his buyers; a teacher for pupils of one address."""
    kind = "same_phone_or_address_many_claims"
    for mark, year, many in (("phone/2025", 1, 9), ("phone/2024", 0, 7)):
        made.case(mark, Case(kind, "plain", FARM, "pass"))
        phone = f"1399{made.chance.randrange(10**7):07d}"
        for home in [made.take(_any) for _ in range(many)]:
            at, cents = 12 * year + made.chance.randrange(4, 9), made.chance.choice((480000, 960000, 1450000))
            made.add(MACHINES, home[0], cents, first=at, last=at, mark=mark, phone=phone, grade=machine(cents))
    mark = made.case("phone/address", Case(kind, "hiding", SCHOOL, "inconclusive"))
    ways = (
        "云禾县溪口镇东庄村3组18号",
        "溪口镇东庄村3组18号",
        "云禾县溪口镇东庄村三组18号",
        "云禾县溪口镇 东庄村3组１８号",
    )
    at = 0
    while at < 8:
        home = made.take(lambda one: is_rural(one) and any(7 <= who.age() <= 16 for who in one))
        who = next(one for one in home if 7 <= one.age() <= 16)
        pupil(made, who._replace(address=ways[at % 4]), home[0], first=21, last=21, mark=mark)
        at += 1
    mark = made.case("phone/siblings", Case(kind, "twin", SCHOOL))
    home = made.take(lambda one: sum(7 <= who.age() <= 17 for who in one) >= 2)
    for who in [one for one in home if 7 <= one.age() <= 17]:
        pupil(made, who, home[0], mark=mark)


def _new(made: Welfare) -> None:
    """What begins in 2026: a death that nobody told, a clerk on support, a card for six."""
    mark = made.case("new/death", Case("paid_after_death", "plain", INSURANCE))
    one = _died(made, iter(departed(made.county)), (AGAIN, AGAIN + 1), mark)
    made.add(PENSION, one.who, 14770, mark=mark, since=month_of(one.died) + 1)
    mark = made.case("new/staff", Case("paid_to_staff_on_payroll", "plain", CIVIL))
    clerk = _clerk(made, 9)
    made.poor.add(clerk.household)
    low_income(made, (clerk,), AGAIN, last=MONTHS - 1, mark=mark)
    mark = made.case("new/card", Case("one_card_many_people", "plain", CIVIL))
    number = card(made.chance)
    for _ in range(6):
        who = made.take(_young)[0]
        made.add(CARE, who, CARED, first=AGAIN + 1, card=number, mark=mark, grade=CARE_GRADE, standard=CARED)


_PLANTS = (
    _after_death, _staff, _kin, _wealth, _exclusive, _outside, _one_card, _many_cards, _returned, _areas, _standards,
    _totals, _numbers, _ghosts, _phones, _new,
)  # fmt: skip
