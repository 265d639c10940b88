"""Who draws which subsidy from when to when: the ordinary claims of the county, and what they are made of."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal, NamedTuple

from bihuan.demo.county import County
from bihuan.demo.departments._people import AGAIN, MONTHS, Trader, barred, month_of, old_number, retirees, spouse
from bihuan.demo.residents import Departed, Resident, departed, households, residents
from bihuan.demo.truth import Form

Retest = Literal["pass", "fail", "inconclusive", ""]
Household = tuple[Resident, ...]
Sums = tuple[int, int, int]  # cents in 2024, 2025 and 2026

FIELDS, MACHINES, LOW, DESTITUTE, DISABLED, CARE, AGED, PENSION, FOREST, PUPILS, FUNERAL = (
    "BT01", "BT02", "BT03", "BT04", "BT05", "BT06", "BT07", "BT08", "BT09", "BT10", "BT11",
)  # fmt: skip
FOREST_TOWNS = ("白云镇", "东岭镇", "竹园镇", "杨梅镇")
FIELD_STANDARD, FOREST_STANDARD = (9850, 10120, 10120), (24000, 24000, 24000)  # cents a mu in 2024, 2025, 2026
LIVING, CARED = (9000, 9600, 9600), (11000, 12000, 12000)  # cents a month, the two subsidies for the disabled
AGES = ((100, 30000), (90, 10000), (80, 5000))  # from which age how many cents a month
EVERY, MAYS, NOVEMBERS = frozenset(range(MONTHS)), frozenset({4, 16, 28}), frozenset({10, 22})


@dataclass(slots=True)
class Standing:
    """One claim as it stands on the lists from the first to the last month; `mark` names the problem it bears."""

    who: Resident  # as it is printed
    card: str
    cents: Sums  # a payment of 2024, 2025, 2026
    first: int = 0
    last: int = MONTHS - 1
    mark: str = ""
    since: int = 0  # the first month that belongs to the problem
    grade: str = ""
    heads: int = 1
    area: int = 0  # hundredths of a mu
    standard: Sums | None = None  # as it is printed, in cents
    holder: str = ""  # the account's name where it is another's
    phone: str = ""
    note: str = ""
    failed: frozenset[int] = frozenset()  # months whose payment came back


class Extra(NamedTuple):
    """One more row of a month's list."""

    month: int
    standing: Standing
    cents: int
    status: str
    day: int


@dataclass(frozen=True)
class Case:
    """A planted problem, before it has places."""

    kind: str
    form: Form
    unit: str
    retest: Retest = ""
    amount: int = 0  # cents, where it is not the sum of its rows


class Car(NamedTuple):
    """A vehicle of somebody, and the problem it belongs to."""

    who: Resident
    brand: str
    kind: str
    price: int
    registered: date
    cancelled: date | None = None
    mark: str = ""


class Home(NamedTuple):
    """A dwelling of somebody."""

    who: Resident
    address: str
    area: int
    registered: date
    share: str = ""
    mark: str = ""


class Plot(NamedTuple):
    """A certified plot of a household."""

    who: Resident
    area: int  # hundredths of a mu
    mark: str = ""


@dataclass
class Welfare:
    """All claims, all problems, and what the other registers must show of them."""

    county: County
    chance: random.Random
    free: list[Household]  # households without office or firm that nobody has taken yet
    standings: dict[str, list[Standing]] = field(default_factory=lambda: defaultdict(list))
    extras: dict[str, list[Extra]] = field(default_factory=lambda: defaultdict(list))
    cases: dict[str, Case] = field(default_factory=dict)
    skipped: set[tuple[str, str]] = field(default_factory=set)  # programme and number of a person or household
    cars: list[Car] = field(default_factory=list)
    homes: list[Home] = field(default_factory=list)
    plots: list[Plot] = field(default_factory=list)
    firms: list[tuple[Trader, str]] = field(default_factory=list)
    hired: dict[str, int] = field(default_factory=dict)  # number → first month on the payroll
    moved_out: dict[str, date] = field(default_factory=dict)
    moved_in: dict[str, date] = field(default_factory=dict)
    kin: list[tuple[Resident, str, Resident]] = field(default_factory=list)  # declared: official, relation, relative
    divorces: list[tuple[Resident, Resident, date, date]] = field(default_factory=list)
    poor: set[str] = field(default_factory=set)  # households that draw low-income support
    dead: list[tuple[Departed, str]] = field(default_factory=list)  # the dead of a problem
    short: dict[tuple[str, int], tuple[int, str]] = field(default_factory=dict)  # programme, year → granted more, mark

    def take(self, fits: Callable[[Household], bool]) -> Household:
        """The first free household that fits; nobody else gets it."""
        for at, home in enumerate(self.free):
            if fits(home):
                return self.free.pop(at)
        raise LookupError("the county is too small for its problems")

    def case(self, mark: str, case: Case) -> str:
        """Name a problem; what bears its mark from now on makes it."""
        self.cases[mark] = case
        return mark

    def add(self, programme: str, who: Resident, cents: int | Sums, **more: object) -> Standing:
        """One more claim."""
        sums = cents if isinstance(cents, tuple) else (cents, cents, cents)
        made = replace(Standing(who, who.card, sums), **more)  # type: ignore[arg-type]
        self.standings[programme].append(made)
        return made

    def once_more(
        self, programme: str, month: int, standing: Standing, cents: int, status: str = "成功", **more: object
    ) -> None:
        """One more row of a month, `day` days after the others; `more` says how it differs from the claim's rows."""
        day = more.pop("day", 0)
        one = replace(standing, **{"mark": "", **more})  # type: ignore[arg-type]
        self.extras[programme].append(Extra(month, one, cents, status, int(str(day))))


def is_rural(home: Household) -> bool:
    """Whether the household lives outside the county town."""
    return home[0].town != "城关镇"


def begin(county: County) -> Welfare:
    """Nobody draws anything yet."""
    chance, apart = county.chance("welfare"), barred(county)
    free = [home for number, home in households(county).items() if number not in apart]
    chance.shuffle(free)
    return Welfare(county, chance, free)


def ordinary(made: Welfare) -> None:
    """The claims of all who have a right to them; the planted ones are there already."""
    county, chance = made.county, made.chance
    every = len(households(county))
    poor = [made.free.pop() for _ in range(max(36, every // 21))]
    made.poor |= {home[0].household for home in poor}
    for home in poor:
        low_income(made, home)
        if chance.random() < 0.45:
            _disabled(made, DISABLED, chance.choice(home), LIVING, "困难残疾人生活补贴")
    alone = [home for home in made.free if len(home) == 1 and home[0].age() >= 60][: max(12, every // 90)]
    for home in alone:
        destitute(made, home[0])
    taken = {home[0].household for home in alone}
    rest = [home for home in made.free if home[0].household not in taken]
    for home in rest[: every // 24]:
        _disabled(made, CARE, chance.choice(home), CARED, "重度残疾人护理补贴")
    for home in [one for one in rest[every // 24 :] if is_rural(one)][: max(24, every // 30)]:
        _machine(made, home[0])
    _pupils(made, [*poor, *rest])
    _farmers(made)
    _old(made)


def low_income(made: Welfare, home: Household, first: int | None = None, **more: object) -> Standing:
    """A household's top-up; some come and some go within the two years."""
    chance, heads = made.chance, min(len(home), made.chance.choice((1, 1, 2, 2, 3, 4)))
    each = chance.randrange(220, 520) * 100
    begun = first if first is not None else (chance.randrange(1, 22) if chance.random() < 0.15 else 0)
    last = chance.randrange(begun + 2, MONTHS) if "mark" not in more and chance.random() < 0.1 else MONTHS - 1
    grade = "农村最低生活保障" if is_rural(home) else "城市最低生活保障"
    cents = (heads * each, heads * (each + 3000), heads * (each + 3000))
    settings = {"first": begun, "last": last, "heads": heads, "grade": grade, **more}
    one = _noisy(made, made.add(LOW, home[0], cents, **settings))
    if "mark" not in more:
        _sent_back(made, LOW, one)
    return one


def destitute(made: Welfare, who: Resident, **more: object) -> Standing:
    """One who has nobody; a third live in the town's home, whose account gets the money."""
    chance = made.chance
    made.poor.add(who.household)
    cents, grade = chance.choice(((84500, "全自理"), (117500, "半护理"), (162000, "全护理")))
    if "mark" not in more and chance.random() < 0.34:
        more = {"holder": f"云禾县{who.town}敬老院", "card": _home_account(who.town), "phone": _home_phone(who.town),
                "note": "集中供养", **more}  # fmt: skip
    return made.add(DESTITUTE, who, (cents, cents + 2500, cents + 2500), **{"grade": grade, **more})


def _home_account(town: str) -> str:
    return f"1300118{sum(map(ord, town)):012d}"


def _home_phone(town: str) -> str:
    return f"0399{sum(map(ord, town)) % 10**7:07d}"


def _disabled(made: Welfare, programme: str, who: Resident, cents: Sums, grade: str) -> None:
    first = made.chance.randrange(1, 20) if made.chance.random() < 0.1 else 0
    if (programme, who.id_no) not in made.skipped:
        one = made.add(programme, who, cents, first=first, grade=grade, standard=cents)
        _sent_back(made, programme, _noisy(made, one))


def _machine(made: Welfare, who: Resident) -> None:
    at = made.chance.randrange(2, MONTHS)
    cents = made.chance.choice((120000, 270000, 480000, 960000, 1450000, 2600000))
    made.add(MACHINES, who, cents, first=at, last=at, grade=machine(cents))


def machine(cents: int) -> str:
    """What is bought with so much help."""
    names = {120000: "微耕机", 270000: "旋耕机", 480000: "插秧机", 960000: "植保无人机", 1450000: "轮式拖拉机"}
    return names.get(cents, "联合收割机")


def _pupils(made: Welfare, homes: Iterable[Household]) -> None:
    """Two terms a year; a pupil's money goes to a parent's card."""
    for home in homes:
        for who in home:
            if who.relation in ("子", "女") and 6 <= who.age() <= 17 and made.chance.random() < 0.4:
                pupil(made, who, home[0])


def pupil(made: Welfare, who: Resident, parent: Resident, **more: object) -> Standing:
    """A pupil in need from one term to another."""
    cents, grade = (50000, "小学") if who.age() < 13 else (62500, "初中")
    more = {"card": parent.card, "holder": parent.name, "phone": parent.phone, "grade": grade, **more}
    return made.add(PUPILS, who, cents, standard=(cents, cents, cents), **more)


def _farmers(made: Welfare) -> None:
    """Whoever has plots is paid for them in May, whatever else he does; the forest's money comes in November."""
    chance = made.chance
    for number, home in households(made.county).items():
        if not is_rural(home) or (FIELDS, number) in made.skipped:
            continue
        if chance.random() < 0.75:
            areas = [chance.randrange(60, 420) for _ in range(chance.choice((1, 1, 2, 2, 3)))]
            made.plots.extend(Plot(home[0], area) for area in areas)
            fields(made, home[0], sum(areas))
        if home[0].town in FOREST_TOWNS and (FOREST, number) not in made.skipped and chance.random() < 0.45:
            forest(made, home[0], chance.randrange(80, 900))


def fields(made: Welfare, who: Resident, area: int, **more: object) -> Standing:
    """A farmer's claim for his fields."""
    cents = _times(area, FIELD_STANDARD)
    return _noisy(made, made.add(FIELDS, who, cents, **{"area": area, "standard": FIELD_STANDARD, **more}))


def forest(made: Welfare, who: Resident, area: int, **more: object) -> Standing:
    """A farmer's claim for fields given back to the forest."""
    cents = _times(area, FOREST_STANDARD)
    return made.add(FOREST, who, cents, **{"area": area, "standard": FOREST_STANDARD, **more})


def _times(area: int, standard: Sums) -> Sums:
    """Hundredths of a mu times cents a mu, in cents, for each year."""
    first, second, third = ((area * one + 50) // 100 for one in standard)
    return first, second, third


def _old(made: Welfare) -> None:
    """Pensions from sixty for those who have no other, the allowance from eighty for all; until the month of death."""
    other = {one.id_no for some in retirees(made.county).values() for one in some}
    for who in residents(made.county):
        if who.born.year <= 1966:
            if who.id_no not in other and made.chance.random() < 0.86 and (PENSION, who.id_no) not in made.skipped:
                pension(made, who)
            if (AGED, who.id_no) not in made.skipped:
                aged(made, who)
    for who, died in departed(made.county):
        if month_of(died) >= 0 and (PENSION, who.id_no) not in made.skipped:
            one = pension(made, who, last=month_of(died))
            _late(made, one, died)
            made.add(FUNERAL, who, 184500, first=month_of(died) + 1, last=month_of(died) + 1, holder="继承人",
                     card=_heir(who, made.county).card)  # fmt: skip
        if (AGED, who.id_no) not in made.skipped and month_of(died) >= 0:
            aged(made, who, last=month_of(died))


def _heir(who: Resident, county: County) -> Resident:
    return households(county)[who.household][0]


def pension(made: Welfare, who: Resident, **more: object) -> Standing:
    """The residents' pension: a base and what the own account gives."""
    chance = made.chance
    own = int(chance.expovariate(1 / 3200))
    first = max(0, month_of(date(who.born.year + 60, who.born.month, 1)) + 1)
    cents = (12300 + own, 12800 + own, 13300 + own)
    one = _noisy(made, made.add(PENSION, who, cents, **{"first": first, **more}))
    other = spouse(who, made.county) if not one.mark and chance.random() < 0.01 else None
    if other is not None:
        one.card, one.holder, one.phone = other.card, other.name, other.phone  # one card for a couple
    return one


def aged(made: Welfare, who: Resident, last: int = MONTHS - 1, **more: object) -> None:
    """The allowance of each age, from the month after the birthday."""
    for years, cents in AGES:
        begun = max(0, month_of(date(who.born.year + years, who.born.month, 1)) + 1)
        if begun <= last:
            made.add(AGED, who, cents, first=begun, last=last, grade=f"{years}周岁以上", **more)
        last = min(last, begun - 1)


def _noisy(made: Welfare, one: Standing) -> Standing:
    """What clerks write now and then: a space in a name, the old number, a new card from some month on."""
    chance, who = made.chance, one.who
    if one.mark or chance.random() > 0.03:
        return one
    kind = chance.random()
    if kind < 0.2 and len(who.name) == 2:
        one.who = who._replace(name=f"{who.name[0]} {who.name[1]}")
    elif kind < 0.3 and who.born.year >= 1900:
        one.who = who._replace(id_no=old_number(who.id_no))
    elif kind < 0.4:
        one.who = who._replace(id_no=who.id_no.lower())
    return one


def replaced_card(made: Welfare, programme: str, one: Standing, at: int) -> None:
    """From some month on the same person is paid on a new card."""
    new = f"{one.card[:7]}{made.chance.randrange(10**12):012d}"
    made.standings[programme].append(replace(one, card=new, first=at))
    one.last = at - 1


def _sent_back(made: Welfare, programme: str, one: Standing) -> None:
    """Now and then a payment comes back, since a digit was wrong, and is sent again the month after."""
    chance = made.chance
    lot = chance.random()
    if lot < 0.02 and one.last - one.first > 3:
        at = chance.randrange(one.first, one.last - 1)
        one.failed = frozenset({at})
        cents = one.cents[at // 12]
        made.once_more(programme, at + 1, one, cents, day=2, note=f"补发{at % 12 + 1}月", failed=frozenset())
    elif lot < 0.05 and one.last - one.first > 6:
        replaced_card(made, programme, one, chance.randrange(one.first + 2, one.last - 1))


def _late(made: Welfare, one: Standing, died: date) -> None:
    """Of one in twenty the office hears a month late, and gets the money back."""
    at = month_of(died) + 1
    if at + 2 < MONTHS and made.chance.random() < 0.05 and not AGAIN - 3 < at < AGAIN:
        one.last = at
        made.once_more(PENSION, at + 1, one, -one.cents[at // 12], "退回", day=3, note="死亡次月多发，已追回")
