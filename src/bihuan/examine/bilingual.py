"""Words that a method's SQL says in both languages, '电话 phone': a reader sees those of his language only."""

from __future__ import annotations

import re

# A literal that ends in words of small Latin letters after Chinese ones. A leading digit only sorts.
_BOTH = re.compile(r"'\d?([^'\n]*[\u4e00-\u9fff%）]) ([a-z][a-z0-9 ,-]*?) ?'")


def bilingual(sql: str) -> list[dict[str, str]]:
    """Each such phrase once, the longest first: as it stands, in Chinese, in English."""
    found = {f"{zh} {en}": (zh, en) for zh, en in _BOTH.findall(sql)}
    ordered = sorted(found, key=lambda phrase: (-len(phrase), phrase))
    return [{"phrase": one, "zh": found[one][0], "en": found[one][1]} for one in ordered]
