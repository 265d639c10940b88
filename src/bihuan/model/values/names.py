"""Names of persons and organisations as they are kept and compared."""

from __future__ import annotations

import re

from bihuan.model.values.text import bare

_HAN = "\u3400-\u9fff\U00020000-\U0003134f·"
_BETWEEN_HAN = re.compile(rf"(?<=[{_HAN}]) (?=[{_HAN}])")
_DOTS = re.compile("[•‧・●.](?=[\u3400-\u9fff])")
_MARKS = re.compile(r"[*#][*# ]*$")
_PUNCTUATION = re.compile(r"[^\w·]+")
# The longest first; what is left of the name after its legal form.
LEGAL_FORMS = (
    "股份有限责任公司",
    "有限责任公司",
    "股份有限公司",
    "集团有限公司",
    "有限公司",
    "合伙企业(有限合伙)",
    "合伙企业(普通合伙)",
    "专业合作社",
    "合伙企业",
    "分公司",
)


def normalise(text: str) -> str | None:
    """Cleaned: no blank between Chinese characters (王 芳), no * that a register put behind, ordinary brackets."""
    found = bare(text)
    if found is None:
        return None
    # A point before a Chinese character becomes the middle dot first, beside which no blank stands.
    found = _MARKS.sub("", _BETWEEN_HAN.sub("", _DOTS.sub("·", found))).strip()
    return bare(found)


def is_person(text: str) -> bool:
    """True of two to four Chinese characters, or of a name with the middle dot: 买买提·艾力."""
    found = normalise(text) or ""
    return bool(re.fullmatch(r"[\u3400-\u9fff]{2,4}|[\u3400-\u9fff]{1,12}(·[\u3400-\u9fff]{1,12})+", found))


def bare_company(text: str) -> tuple[str, str]:
    """(name, legal form) of a company; the form is empty where none is known.

    >>> bare_company("江州市宏达建材（集团）有限公司")
    ('江州市宏达建材(集团)', '有限公司')
    """
    found = normalise(text) or ""
    for form in LEGAL_FORMS:
        if found.endswith(form) and found != form:
            return found.removesuffix(form), form
    return found, ""


def comparable(text: str) -> str:
    """What two writings of one name share: no blanks, brackets or punctuation, one case."""
    return _PUNCTUATION.sub("", normalise(text) or "").casefold()
