"""Names of organisations taken apart: region, brand, industry, legal form, branch."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bihuan.model.values import names, regions
from bihuan.model.values.hanzi import look, simplified, sound
from bihuan.model.values.name_words import longest_first

_FORM = re.compile("(?:" + "|".join(map(re.escape, longest_first("forms"))) + ")$")
_SHORT_FORMS = {"有限责任公司": "有限公司", "股份有限责任公司": "股份有限公司", "集团有限责任公司": "集团有限公司"}
_BRANCH = re.compile(
    r"^(.+(?:公司|合作社|厂|中心|银行|集团|事务所))(.{1,20}?(?:分公司|支公司|分店|分部|分行|支行|办事处|分厂|分所|项目部|营业部|分社))$"
)
_ORGAN = re.compile("(?:" + "|".join(longest_first("organs")) + ")$")
_INDUSTRY = re.compile("(?:" + "|".join(longest_first("industries")) + ")+$")
_PLACE_IN_BRACKETS = re.compile(r"\(([^()]{2,12})\)")
_AFTER_PLACE = re.compile(r"^(?:省|市|县|区|自治区|自治州|自治县)")


@dataclass(frozen=True)
class Compared:
    """A name of an organisation in parts; empty where it has no such part."""

    name: str  # simplified, ordinary brackets, no blanks
    region: str  # code of six digits of the place named first or in brackets
    brand: str
    industry: str
    form: str
    branch: str
    sound: str  # of the brand
    look: str  # of the brand

    @property
    def is_full(self) -> bool:
        """Whether it is a whole registered name, which no other firm of the place may bear."""
        return bool(self.form and self.brand and self.region and len(self.name) >= 6)


NOBODY = Compared("", "", "", "", "", "", "", "")


def compared(text: str) -> Compared:
    """The parts of an organisation's name.

    >>> compared("华为技术有限公司深圳分公司").branch
    '深圳分公司'
    """
    name = simplified(names.normalise(text) or "").replace(" ", "").replace("·", "")
    if not name:
        return NOBODY
    head, branch = _branch(name)
    form = _FORM.search(head)
    rest = head[: form.start()] if form else head
    region, rest = _region(rest)
    industry = _INDUSTRY.search(rest)
    if industry and industry.start() == 0:
        industry = None
    brand = rest[: industry.start()] if industry else rest
    words = form[0] if form else ""
    return Compared(
        name,
        region,
        brand,
        industry[0] if industry else "",
        _SHORT_FORMS.get(words, words),
        branch,
        sound(brand),
        look(brand),
    )


def kind_of(text: str) -> str:
    """`company`, `organ` (government, school, hospital, bank, village), `person`, or `` where it cannot be told."""
    name = simplified(names.normalise(text) or "").replace(" ", "")
    if _branch(name)[1] or _FORM.search(name):
        return "company"
    if _ORGAN.search(name):
        return "organ" if len(name) > 3 else "person" if names.is_person(name) else ""
    if len(name) >= 4 and _INDUSTRY.search(name):
        return "company"
    return "person" if names.is_person(name) else "company" if len(name) > 5 else ""


def _branch(name: str) -> tuple[str, str]:
    found = _BRANCH.match(name)
    if found is None:
        return name, ""
    # 中国工商银行江州支行 is a branch; 江州分公司 alone is not taken apart.
    return found[1], found[2]


def _region(name: str) -> tuple[str, str]:
    inside = _PLACE_IN_BRACKETS.search(name)
    bracketed = regions.read(inside[1])[0] if inside else ""
    plain = name.replace(inside[0], "" if bracketed or inside[1] == "集团" else inside[1]) if inside else name
    code, rest = regions.read(plain)
    if code and len(rest) < 2:  # 上海家化: what is left must still be a brand
        return bracketed or code, plain
    return code or bracketed, _AFTER_PLACE.sub("", rest) if code else rest
