"""Addresses as they are compared: region code, road or village, number, building, room."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bihuan.model.values import regions
from bihuan.model.values.hanzi import simplified

_NOISE = re.compile(r"[\s,，。;；、()（）·#\"']")
_NUMERALS = str.maketrans("零〇一二三四五六七八九", "00123456789")
_CHINESE_NUMBER = re.compile(r"([〇零一二三四五六七八九十百]+)(?=号|幢|栋|单元|室|组|弄|楼|层|队|社)")
_NUMERAL = re.compile("[〇零一二三四五六七八九十百]")
_AREA = re.compile(r"^(.{1,8}?(?:街道|乡|镇|苏木|开发区|园区|工业区))(?=.)")
_NUMBER = re.compile(r"(\d+(?:-\d+)*)(?:号|弄|组|队|社)(?!楼)")
_BUILDING = re.compile(r"([0-9A-Za-z]+)(?:号楼|幢|栋|座)")
_STAIR = re.compile(r"([0-9A-Za-z]+)单元")
_ROOM = re.compile(r"(?<![0-9A-Za-z])([0-9A-Za-z]{2,6})室?$")
_DIGIT = re.compile(r"[0-9A-Za-z]")
_PLACE = re.compile(r"^(.*?(?:路|街|大道|巷|弄|胡同|新村|村|屯|庄|里|社区|小区|花园|苑|坊|坪|湾|寨))")


@dataclass(frozen=True)
class Address:
    """What an address says; empty where it says nothing of it."""

    region: str  # code of six digits
    place: str  # road, village or estate
    number: str
    building: str
    room: str

    @property
    def key(self) -> str:
        """What two writings of one address share; empty where it is too vague to say anything."""
        if not self.place or not (self.number or self.building or self.room):
            return ""
        return "|".join((self.place, self.number, self.building, self.room))


def parse(text: str) -> Address:
    """The parts of an address as it was collected; town and street office are left out, as half of all writings do.

    >>> parse("浙江省杭州市西湖区文三路 一百号").place
    '文三路'
    """
    written = _NOISE.sub("", simplified(text))
    region, rest = regions.read(written)
    if _NUMERAL.search(rest):
        rest = _CHINESE_NUMBER.sub(_digits, rest)
    area = _AREA.match(rest)
    rest = rest[area.end() :] if area and len(rest) > area.end() + 1 else rest
    first = _DIGIT.search(rest)
    if first is None:
        return Address(region, _place(rest), "", "", "")
    named, detail = rest[: first.start()], rest[first.start() :]
    building, stair, room = _BUILDING.search(detail), _STAIR.search(detail), _ROOM.search(detail)
    house = f"{building[1] if building else ''}{'-' + stair[1] if stair else ''}"
    return Address(
        region, _place(named), "-".join(_NUMBER.findall(detail)), house.upper(), room[1].upper() if room else ""
    )


def key(text: str) -> str:
    """`parse(text).key`."""
    return parse(text).key


def _place(named: str) -> str:
    found = _PLACE.match(named)
    return found[1] if found else named


def _digits(found: re.Match[str]) -> str:
    text = found[1]
    if not {"十", "百"} & set(text):
        return text.translate(_NUMERALS)
    hundreds, mark, below = text.rpartition("百")
    tens, ten, ones = below.rpartition("十")
    value = int((hundreds or "1").translate(_NUMERALS)) * 100 if mark else 0
    value += int((tens.strip("零") or "1").translate(_NUMERALS)) * 10 if ten else 0
    return str(value + int((ones or "0").translate(_NUMERALS)))
