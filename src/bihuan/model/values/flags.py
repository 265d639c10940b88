"""Yes and no."""

from __future__ import annotations

from bihuan.model.values.style import PLAIN, BadValue, Style
from bihuan.model.values.text import bare

YES = frozenset({"是", "有", "对", "真", "y", "yes", "t", "true", "1", "1.0", "√", "✓", "✔", "☑", "on", "已", "是的"})
NO = frozenset(
    {
        "否",
        "无",
        "错",
        "假",
        "n",
        "no",
        "f",
        "false",
        "0",
        "0.0",
        "×",
        "✗",
        "✘",
        "x",
        "☐",
        "□",
        "off",
        "未",
        "不是",
        "非",
    }
)


def parse(text: str, style: Style = PLAIN) -> bool | None:
    """True, False, or None for nothing. A tick is yes; a blank is not no."""
    found = bare(text)
    if found is None:
        return None
    if found.lower() in YES:
        return True
    if found.lower() in NO:
        return False
    raise BadValue(text, "不是“是/否”", "neither yes nor no")
