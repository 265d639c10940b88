"""县委组织部: officials with their terms as xlsx, and the family members whom they declared, as CSV."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

from bihuan.demo.county import UNITS, County
from bihuan.demo.departments._people import village_heads
from bihuan.demo.departments._people_cases import welfare
from bihuan.demo.offices import leaders
from bihuan.demo.residents import Resident, households, staff_of_old
from bihuan.demo.truth import Planted
from bihuan.demo.write import Cell, Workbook, csv_file

FOLDER = "33 组织部 干部"
OFFICIALS, FAMILIES = "干部任职信息.xlsx", "领导干部家庭成员申报.csv"
_HEADINGS = (
    "序号", "单位编码", "任职单位", "姓名", "身份证号", "性别", "出生年月", "现任职务", "是否领导职务", "任现职时间",
    "免职时间", "人员类别", "是否财政供养", "联系电话",
)  # fmt: skip
_OF = {  # how the others of a household stand to somebody
    "户主": {"配偶": "配偶", "子": "儿子", "女": "女儿", "父": "父亲", "母": "母亲"},
    "配偶": {"户主": "配偶", "子": "儿子", "女": "女儿", "父": "配偶父母", "母": "配偶父母"},
    "子": {"户主": "父母", "配偶": "父母"}, "女": {"户主": "父母", "配偶": "父母"},
    "父": {"户主": "子女"}, "母": {"户主": "子女"},
}  # fmt: skip


class _Term(NamedTuple):
    """Somebody's time in a post, as the list has it."""

    code: str
    unit: str
    who: Resident
    post: str
    since: date
    to: date | None
    kind: str = "公务员"
    is_paid: bool = True


def hand_over(county: County, folder: Path) -> list[Planted]:
    """Two files; no problem of its own."""
    place = folder / FOLDER
    place.mkdir(parents=True, exist_ok=True)
    rows = [(at, *row) for at, row in enumerate(_officials(county), start=1)]
    book = Workbook(place / OFFICIALS)
    book.sheet("干部名册", "云禾县干部任职信息表", ("填报单位：中共云禾县委组织部",), _HEADINGS, rows)
    book.close()
    headings = ("干部姓名", "本人身份证号", "与本人关系", "家庭成员姓名", "家庭成员身份证号")
    csv_file(place / FAMILIES, headings, _families(county))
    return []


def _officials(county: County) -> Iterator[tuple[Cell, ...]]:
    for one in leaders(county):
        yield _row(_Term(one.office.code, one.office.name, one.who, one.post, one.since, one.to))
    old = staff_of_old(county)
    for at, unit in enumerate(UNITS.values()):
        for place, post in enumerate(("局长", "副局长", "副局长")):
            since = date(2018 + (at + place) % 6, 1 + at, 11)
            yield _row(_Term(unit.code, unit.name, old[at * 60 + 50 + place], post, since, None))
    for head in village_heads(county):
        yield _row(
            _Term("", head.committee, head.who, "村党支部书记、村委会主任", head.since, None, "村干部", is_paid=False)
        )


def _row(one: _Term) -> tuple[Cell, ...]:
    who = one.who
    return (
        one.code, one.unit, who.name, who.id_no, who.sex, f"{who.born:%Y.%m}", one.post,
        "否" if one.post == "纪检监察员" else "是", f"{one.since:%Y.%m}", f"{one.to:%Y.%m}" if one.to else "", one.kind,
        "是" if one.is_paid else "否", who.phone,
    )  # fmt: skip


def _families(county: County) -> Iterator[tuple[Cell, ...]]:
    serving = [one.who for one in leaders(county) if one.to is None]
    for who in dict.fromkeys((*serving, *(one.who for one in village_heads(county)))):
        for other in households(county)[who.household]:
            if other != who:
                yield (
                    who.name,
                    who.id_no,
                    _OF.get(who.relation, {}).get(other.relation, "其他"),
                    other.name,
                    other.id_no,
                )
    for who, relation, other in welfare(county).kin:
        if other.household != who.household:
            yield who.name, who.id_no, relation, other.name, other.id_no
