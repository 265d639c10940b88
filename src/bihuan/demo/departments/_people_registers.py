"""Rows of the registers that say who died, owns what and tills which plot, with the places of the marked ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from bihuan.demo.companies import companies
from bihuan.demo.county import TODAY, County
from bihuan.demo.departments._people import AGAIN, month
from bihuan.demo.departments._people_cases import welfare
from bihuan.demo.departments._people_claims import Car, Home
from bihuan.demo.residents import Departed, Resident, departed, households, residents, staff_of_old
from bihuan.demo.truth import Place

DEATHS, DEATHS_AGAIN = "死亡人员信息2023-2025.xlsx", "死亡人员信息2026年上半年.xlsx"
SHEET, FIRST_ROW = "死亡信息", 4
CARS, HOMES, PLOTS = "机动车登记信息.csv", "不动产登记信息.csv", "承包地确权登记簿.csv"
Marked = dict[str, list[Place]]  # mark → places of its rows
_ESTATES = ("云禾花园", "滨河家园", "金桥小区", "阳光城", "锦绣华庭", "龙泉雅苑", "建设新村", "文苑小区")
_BRANDS = (
    ("五菱牌LZW6450", "小型普通客车", 56_000), ("长安牌SC6449", "小型普通客车", 63_000),
    ("哈弗牌CC6461", "小型普通客车", 98_000),
    ("大众牌FV7144", "小型轿车", 118_000), ("比亚迪牌BYD7152", "小型轿车", 109_000),
    ("吉利美日牌JL7152", "小型轿车", 79_000),
    ("东风牌DFA1030", "轻型栏板货车", 68_000), ("丰田牌GTM7200", "小型轿车", 189_000),
)  # fmt: skip


def dead(county: County, *, again: bool) -> list[Departed]:
    """Those on the list of deaths of a hand-over."""
    return [one for one in departed(county) if (one.died >= month(AGAIN)) == again]


def marked_dead(county: County, *, again: bool) -> Marked:
    """Where the dead of a problem stand on the list of a hand-over."""
    places: Marked = defaultdict(list)
    line_of = {one.who.id_no: FIRST_ROW + at for at, one in enumerate(dead(county, again=again))}
    for one, mark in welfare(county).dead:
        if one.who.id_no in line_of:
            file = DEATHS_AGAIN if again else DEATHS
            places[mark].append(Place(file, SHEET, line_of[one.who.id_no]))
    return places


@lru_cache(maxsize=2)
def cars(county: County) -> tuple[list[str], Marked]:
    """Vehicles of residents and firms; no household on support has one but those that are planted."""
    chance, made = county.chance("cars"), welfare(county)
    found = list(made.cars)
    for home in households(county).values():
        if home[0].household not in made.poor and chance.random() < 0.6:
            who = home[0] if len(home) == 1 or chance.random() < 0.7 else home[1]
            if who.age() >= 22 and who.age() <= 70:
                found.append(
                    _car(
                        who,
                        chance.choice(_BRANDS),
                        chance.random(),
                        date(chance.randrange(2012, 2026), chance.randrange(1, 13), chance.randrange(1, 28)),
                    )
                )
    for person in staff_of_old(county):
        if chance.random() < 0.4:
            found.append(
                _car(
                    person,
                    chance.choice(_BRANDS),
                    chance.random(),
                    date(chance.randrange(2014, 2026), chance.randrange(1, 13), 9),
                )
            )
    chance.shuffle(found)
    lines = [_car_line(at, one) for at, one in enumerate(found)]
    owned = [one for one in companies(county) if chance.random() < 0.3]
    for at, firm in enumerate(owned, start=len(found)):
        brand, kind, price = chance.choice(_BRANDS)
        lines.append(f"{_plate(at)},{'02'},{_vin(at)},{firm.name},{firm.credit_code},{brand},{kind},非营运,{price}.00,"
                     f"{firm.founded},,正常,{firm.phone},{firm.address}")  # fmt: skip
    return lines, _marked(found, CARS)


def _car(who: Resident, brand: tuple[str, str, int], lot: float, registered: date) -> Car:
    registered = min(registered, TODAY)
    cancelled = date(2024, 5, 7) if lot < 0.03 and registered.year < 2018 else None
    return Car(who, brand[0], brand[1], int(brand[2] * (0.85 + lot * 0.4)) // 100 * 100, registered, cancelled)


def _car_line(at: int, one: Car) -> str:
    state = "注销" if one.cancelled else "正常"
    return (
        f"{_plate(at)},{'07' if '摩托' in one.kind else '02'},{_vin(at)},{one.who.name},{one.who.id_no},"
        f"{one.brand},{one.kind},"
        f"非营运,{one.price:.2f},{one.registered},{one.cancelled or ''},{state},{one.who.phone},{one.who.address}"
    )


def _plate(at: int) -> str:
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
    return f"冀Z{letters[at // 10000 % 24]}{at % 10000:04d}"


def _vin(at: int) -> str:
    return f"LYH{(at * 7919) % 10**8:08d}{at:06d}"


def _marked(found: Sequence[Car | Home], file: str) -> Marked:
    places: Marked = defaultdict(list)
    for at, one in enumerate(found):
        if one.mark:
            places[one.mark].append(Place(file, "", at + 2))
    return places


@lru_cache(maxsize=2)
def homes(county: County) -> tuple[list[str], Marked]:
    """One dwelling a household; some of those who need no support have a second one."""
    chance, made = county.chance("homes"), welfare(county)
    found = list(made.homes)
    busy = {one.who.household for one in made.homes}
    for number, home in households(county).items():
        head = home[0]
        found.append(
            Home(
                head,
                head.address,
                chance.randrange(5200, 18000),
                date(chance.randrange(2000, 2025), chance.randrange(1, 13), 8),
            )
        )
        if number not in made.poor and number not in busy and chance.random() < 0.33:
            found.append(
                Home(
                    head,
                    _flat(chance.random()),
                    chance.randrange(6200, 14500),
                    date(chance.randrange(2008, 2026), chance.randrange(1, 12), 19),
                )
            )
    for person in staff_of_old(county):
        found.append(
            Home(person, person.address, chance.randrange(7000, 14000), date(chance.randrange(2003, 2024), 5, 16))
        )
    chance.shuffle(found)
    return [_home_line(at, one) for at, one in enumerate(found)], _marked(found, HOMES)


def _flat(lot: float) -> str:
    at = int(lot * 10**6)
    return f"云禾县城关镇{_ESTATES[at % 8]}{at // 8 % 24 + 1}栋{at // 200 % 20 + 1}{at % 4 + 1:02d}室"


def _home_line(at: int, one: Home) -> str:
    return (
        f"139999{at:010d}F0001,冀（{one.registered.year}）云禾县不动产权第{at:07d}号,{one.who.name},{one.who.id_no},{one.address},"
        f"单独所有,{one.area / 100:.2f},住宅,{one.registered},现势"
    )


@lru_cache(maxsize=2)
def plots(county: County) -> tuple[list[str], Marked]:
    """Certified plots, household by household."""
    found = sorted(welfare(county).plots, key=lambda one: (one.who.town, one.who.village, one.who.household))
    places: Marked = defaultdict(list)
    lines = []
    for at, one in enumerate(found):
        if one.mark:
            places[one.mark].append(Place(PLOTS, "", at + 2))
        who = one.who
        lines.append(
            f"139999{who.household}J,{who.household}{at % 100000:05d},{who.household},{who.name},{who.id_no},"
            f"{one.area / 100:.2f},"
            f"{(one.area - one.area % 10) / 100:.2f},{'水田' if at % 3 else '旱地'},{who.town},{who.village},2018-10-26"
        )
    return lines, places


def everyone(county: County) -> tuple[Resident, ...]:
    """All who live and all who lived, as the civil registry has them."""
    return (*residents(county), *staff_of_old(county), *(one.who for one in departed(county)))
