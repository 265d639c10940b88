"""公安局 人口, 民政局 婚姻与死亡: a SQLite dump of all residents, marriages as CSV, the list of the dead as xlsx."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from bihuan.demo.county import TODAY, County
from bihuan.demo.departments import _people_registers as registers
from bihuan.demo.departments._people import AGAIN, month, spouse
from bihuan.demo.departments._people_cases import welfare
from bihuan.demo.residents import Departed, Resident, households
from bihuan.demo.truth import Planted
from bihuan.demo.write import Cell, Workbook, csv_file

POLICE, CIVIL = "30 公安局 户籍人口", "31 民政局 婚姻与死亡"
DATABASE, TABLE, MARRIAGES = "户籍人口库.db", "T_RK_JBXX", "婚姻登记信息.csv"
_COLUMNS = ("GMSFHM", "XM", "XB", "MZ", "CSRQ", "HH", "YHZGX", "户籍地址", "乡镇", "村居", "联系电话", "婚姻状况",
            "登记日期", "注销日期", "注销原因")  # fmt: skip
_GONE = 0.006  # of all households, those that moved to another province in the two years


def hand_over(county: County, folder: Path) -> list[Planted]:
    """Three files; their problems show elsewhere, where money is paid."""
    for name in (POLICE, CIVIL):
        (folder / name).mkdir(parents=True, exist_ok=True)
    _population(county, folder / POLICE / DATABASE)
    headings = ("男方姓名", "男方身份证号", "女方姓名", "女方身份证号", "登记类型", "登记日期", "离婚日期",
                "结婚证字号", "登记机关")  # fmt: skip
    csv_file(folder / CIVIL / MARRIAGES, headings, _marriages(county))
    _deaths(county, folder / CIVIL / registers.DEATHS, again=False)
    return []


def hand_over_again(county: County, folder: Path) -> list[Planted]:
    """Those who died from January to June 2026."""
    (folder / CIVIL).mkdir(parents=True, exist_ok=True)
    _deaths(county, folder / CIVIL / registers.DEATHS_AGAIN, again=True)
    return []


def _population(county: County, path: Path) -> None:
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path)
    with connection:
        connection.execute(f"CREATE TABLE {TABLE} ({', '.join(_COLUMNS)})")
        connection.executemany(f"INSERT INTO {TABLE} VALUES ({', '.join('?' * len(_COLUMNS))})", _people(county))
    connection.close()


def _people(county: County) -> Iterator[tuple[str | None, ...]]:
    """Everybody, as the police have them on 15 January 2026; of the dead some are not struck off yet."""
    chance, made = county.chance("civil registry"), welfare(county)
    dead = {one.who.id_no: one.died for one in registers.dead(county, again=False)}
    gone = _gone(county, chance)
    for at, one in enumerate(registers.everyone(county)):
        ended, why = made.moved_out.get(one.id_no) or gone.get(one.household), "迁出本省"
        if one.id_no in dead:
            struck = dead[one.id_no] + timedelta(days=chance.randrange(5, 120))
            ended, why = (struck, "死亡") if chance.random() < 0.7 and struck <= TODAY else (None, "")
        begun = made.moved_in.get(one.id_no) or (one.born if one.born.year > 2003 else None)
        yield (
            one.id_no, one.name, one.sex, "汉族" if at % 37 else "满族", f"{one.born:%Y%m%d}", one.household,
            one.relation,
            one.address, one.town, one.village, one.phone if one.age() >= 16 else None, _status(one, county),
            str(begun) if begun else None, str(ended) if ended else None, why if ended else None,
        )  # fmt: skip


def _status(one: Resident, county: County) -> str | None:
    if one.relation == "户主":
        return "已婚" if len(households(county).get(one.household, ())) > 1 and spouse(one, county) else "未婚"
    return "已婚" if one.relation == "配偶" else None


def _gone(county: County, chance: random.Random) -> dict[str, date]:
    """Households that moved away and that no list names: who draws something has stayed."""
    drawing = {one.who.household for some in welfare(county).standings.values() for one in some}
    return {
        number: date(2024 + chance.randrange(2), chance.randrange(1, 13), chance.randrange(1, 28))
        for number in households(county)
        if number not in drawing and chance.random() < _GONE * 6
    }


def _marriages(county: County) -> Iterator[tuple[Cell, ...]]:
    chance = county.chance("marriages")
    for home in households(county).values():
        if len(home) > 1 and home[1].relation == "配偶":
            man, woman = sorted(home[:2], key=lambda one: one.sex != "男")
            on = max(one.born for one in home[:2]) + timedelta(days=chance.randrange(20 * 365 + 200, 24 * 365))
            if on < TODAY:
                yield _certificate((man, woman), on, None, chance)
    for man, woman, on, until in welfare(county).divorces:
        yield _certificate((man, woman), on, until, chance)


def _certificate(
    couple: tuple[Resident, Resident], on: date, until: date | None, chance: random.Random
) -> tuple[Cell, ...]:
    man, woman = couple
    number = f"{'L' if until else 'J'}139999-{on.year}-{chance.randrange(10**6):06d}"
    kind = "离婚登记" if until else "结婚登记"
    return man.name, man.id_no, woman.name, woman.id_no, kind, on, until, number, "云禾县民政局婚姻登记处"


def _deaths(county: County, path: Path, *, again: bool) -> None:
    chance = county.chance(f"deaths/{again}")
    rows = [_death(at, one, chance) for at, one in enumerate(registers.dead(county, again=again), start=1)]
    headings = ("序号", "姓名", "身份证号", "性别", "死亡日期", "火化日期", "火化证编号", "户籍地址", "家属电话")
    book = Workbook(path)
    span = "2026年1月至6月" if again else f"2023年7月至{month(AGAIN - 1):%Y}年12月"
    book.sheet(registers.SHEET, f"云禾县死亡人员信息（{span}）", ("填报单位：云禾县殡仪馆",), headings, rows)
    book.close()


def _death(at: int, one: Departed, chance: random.Random) -> tuple[Cell, ...]:
    who = one.who
    burnt = one.died + timedelta(days=chance.randrange(1, 5)) if chance.random() < 0.9 else None
    certificate = f"YH{one.died:%Y}{at:05d}" if burnt else None
    return at, who.name, who.id_no, who.sex, one.died, burnt, certificate, who.address, who.phone
