"""A run as one self-contained page: opens offline, in both languages, sorts, searches and prints."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import jinja2

from bihuan.leads.evidence import EvidenceRow
from bihuan.leads.lead import spoken
from bihuan.model.table import table, tables
from bihuan.report.picture import LEADS_SHOWN, Picture
from bihuan.store.snapshot import Control

BETWEEN = " / "
CONTROLS_ZH = {
    "debit = credit": "借方＝贷方",
    "opening + debit - credit = closing": "期初＋借方－贷方＝期末",
    "journal = balances": "凭证发生额＝余额表发生额",
    "duplicate key": "主键不重复",
    "stated total": "所述合计",
    "every sheet is read": "每张表都已读取",
}
CELLS = 9  # columns of an evidence row that fit a line


def write_page(path: Path, picture: Picture) -> None:
    """Render the page and put it in place at once."""
    aside = path.with_name(f".{path.name}.tmp")
    aside.write_text(render(picture), encoding="utf-8")
    aside.replace(path)


def render(picture: Picture) -> str:
    """The page as HTML; every value is escaped."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("bihuan.report"), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {"money": _money, "spoken": spoken, "digits": lambda number: f"{number:,}"}
    environment.globals |= {
        "columns": columns,
        "label": _label,
        "shade": _shade,
        "halves": halves,
        "control_words": control_words,
        "shown_whole": LEADS_SHOWN,
    }
    first = picture.workspace.settings.languages[:1]
    return environment.get_template("run.html").render(p=picture, language="en" if first == ("en",) else "zh")


def halves(words: str | None) -> dict[str, str]:
    """Words kept as `zh / en`, apart; where they are one text, the same in both."""
    whole = words or ""
    middle = (len(whole) - len(BETWEEN)) // 2
    if whole == f"{whole[:middle]}{BETWEEN}{whole[:middle]}":
        return {"zh": whole[:middle], "en": whole[:middle]}
    zh, found, en = whole.partition(BETWEEN)
    return {"zh": zh, "en": en if found else zh}


def control_words(control: Control) -> dict[str, str]:
    """A control's name and table in both languages."""
    name, colon, column = control.name.partition(": ")
    label = tables().get(control.table)
    zh, en = (label.zh, label.en) if label else ("", "")
    return {
        "zh": f"{zh} {CONTROLS_ZH.get(name, name)}{colon}{column}".strip(),
        "en": f"{en} {'key is unique' if name == 'duplicate key' else control.name}".strip(),
    }


def columns(rows: list[EvidenceRow]) -> list[tuple[str, list[EvidenceRow], list[str]]]:
    """The evidence by table with the columns that say something, the model's order, at most CELLS."""
    names = sorted({row.table for row in rows})
    return [(name, held, _said(name, held)) for name in names if (held := [row for row in rows if row.table == name])]


def _said(name: str, rows: list[EvidenceRow]) -> list[str]:
    used = [one for one in table(name).names if any(row.values.get(one) not in (None, "") for row in rows)]
    dull = {
        "unit_id",
        "unit_name",
        "fiscal_year",
        "period",
        "currency",
        "voucher_seq",
        "book_id",
        "status",
        "is_posted",
    }
    return [one for one in used if one not in dull][:CELLS]


def _label(name: str, column: str) -> Mapping[str, str]:
    one = table(name).column(column)
    return {"zh": one.zh, "en": one.en}


def _money(value: Decimal | None) -> str:
    return "" if value is None else f"{value:,.2f}"


def _shade(count: int, row: Mapping[str, int]) -> str:
    largest = max([*row.values(), 1])
    return f"{0.08 + 0.37 * count / largest:.2f}"
