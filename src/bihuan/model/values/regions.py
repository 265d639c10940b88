"""Provinces, cities and counties with the codes of GB/T 2260, as python-stdnum ships them.

The table is the one of the installed package (its authors took it from public lists); a county that was renamed or
dissolved keeps its code, so old addresses are read too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

_LINE = re.compile(r'^(\s*)(\d+) (?:province|county)="([^"]*)"')
_YEARS = re.compile(r"^\[(\d*)-(\d*)\]")
_LEVEL = re.compile(
    r"(特别行政区|维吾尔自治区|壮族自治区|回族自治区|自治区|自治州|自治县|地区|林区|新区|省|市|盟|州|县|区|旗)$"
)
_MARKS = re.compile(r"^.{1,18}[省市县区旗州盟]")
_NATIONS = re.compile(
    r"(?:蒙古|回|藏|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|拉祜|水|东乡|纳西|景颇|柯尔克孜|土|达斡尔|"
    r"仫佬|羌|布朗|撒拉|毛南|仡佬|锡伯|普米|塔吉克|怒|鄂温克|保安|裕固|独龙|鄂伦春|各)族.*$"
)


@dataclass(frozen=True)
class Region:
    """A place: its code of six digits and its name."""

    code: str
    name: str

    @property
    def short(self) -> str:
        """The name without its kind: 杭州 of 杭州市."""
        return short(self.name)


def short(name: str) -> str:
    """A place's name without what kind of place it is; at least two characters stay."""
    found = _LEVEL.sub("", name)
    found = _NATIONS.sub("", found) or found
    return found if len(found) >= 2 else name


@cache
def regions() -> dict[str, Region]:
    """All places by code; the present name where a code had several."""
    found: dict[str, Region] = {}
    province = ""
    for line in (resources.files("stdnum.cn") / "loc.dat").read_text(encoding="utf-8").splitlines():
        hit = _LINE.match(line)
        if hit is None:
            continue
        if not hit[1]:
            province = hit[2]
            found[province + "0000"] = Region(province + "0000", hit[3])
        elif (name := _present(hit[3])) and not hit[2].endswith("0000"):
            found[province + hit[2]] = Region(province + hit[2], name)
    return found


@cache
def by_name() -> dict[str, tuple[str, ...]]:
    """Codes by name and by short name, in order."""
    found: dict[str, list[str]] = {}
    for one in regions().values():
        for name in {one.name, one.short}:
            found.setdefault(name, []).append(one.code)
    return {name: tuple(sorted(codes)) for name, codes in found.items()}


def read(text: str) -> tuple[str, str]:
    """(code, rest): the deepest place at the beginning of `text`, and what follows. Empty where no place is named.

    >>> read("浙江省杭州市西湖区文三路1号")
    ('330106', '文三路1号')
    """
    # Millions of addresses begin with a few hundred places; what follows the last mark of a place names none.
    marks = _MARKS.match(text)
    end = marks.end() if marks else min(len(text), 12)
    code, rest = _read(text[:end])
    return code, rest + text[end:]


@lru_cache(maxsize=100_000)
def _read(text: str) -> tuple[str, str]:
    code, rest = "", text
    while (step := _step(code, rest)) is not None:
        code, rest = step
    return code, rest


def _step(within: str, text: str) -> tuple[str, str] | None:
    for name in _beginnings().get(text[:2], ()):
        if not text.startswith(name):
            continue
        inside = _highest([one for one in by_name()[name] if _is_inside(one, within)])
        # A short name (朝阳, 南山, 和平) is only believed inside a place, or of a province or city.
        if inside and (within or (len(inside) == 1 and (inside[0].endswith("00") or _LEVEL.search(name)))):
            return inside[0], text[len(name) :]
    return None


def _highest(codes: list[str]) -> list[str]:
    """Provinces and cities alone where they share their name with a county: 上海 is not the county of old."""
    return [one for one in codes if one.endswith("00")] or codes


def _is_inside(code: str, within: str) -> bool:
    if not within:
        return True
    if code == within or within[4:] != "00":
        return False
    return code.startswith(within[:2] if within.endswith("0000") else within[:4])


@cache
def _beginnings() -> dict[str, tuple[str, ...]]:
    """Names of places by their first two characters, the longest first."""
    found: dict[str, list[str]] = {}
    for name in by_name():
        found.setdefault(name[:2], []).append(name)
    return {two: tuple(sorted(names, key=lambda one: (-len(one), one))) for two, names in found.items()}


def _present(names: str) -> str:
    """Of `[-1982]昌平县,[1999-]昌平区` the name that holds today; the last where none does."""
    plain = ""
    for one in names.split(","):
        years = _YEARS.match(one)
        name = _YEARS.sub("", one)
        if years is None or not years[2]:
            return name if name not in ("市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划") else ""
        plain = name
    return plain if plain not in ("市辖区", "县") else ""
