"""Forms filled from a lead: one editable .docx per form in `forms/`, found by its name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from bihuan.errors import NotFound
from bihuan.leads.evidence import EvidenceRow
from bihuan.leads.lead import Lead, Run, spoken
from bihuan.model.table import table

ROWS_SHOWN = 200
UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def fill(form: str, path: Path, values: Mapping[str, object]) -> None:
    """Fill the form of that name and write it to `path`; every value is text, none is run."""
    import docxtpl

    source = resources.files("bihuan.report") / "forms" / f"{form}.docx"
    if not source.is_file():
        raise NotFound(f"no form {form!r}. There are: {', '.join(names())}.")
    with resources.as_file(source) as template:
        document = docxtpl.DocxTemplate(str(template))
        document.render(_writable(dict(values)), autoescape=True)
        document.save(str(path))


def _writable(value: Any) -> Any:
    """The same without the control characters that XML cannot hold."""
    if isinstance(value, dict):
        return {key: _writable(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_writable(one) for one in value]
    return UNWRITABLE.sub(" ", value) if isinstance(value, str) else value


def names() -> list[str]:
    """The forms that can be filled."""
    folder = resources.files("bihuan.report") / "forms"
    return sorted(one.name.removesuffix(".docx") for one in folder.iterdir() if one.name.endswith(".docx"))


def evidence_values(
    lead: Lead, run: Run, rows: list[EvidenceRow], *, basis: Mapping[str, str], unmask: bool = False
) -> dict[str, Any]:
    """What the evidence sheet 取证单 says of a lead; `basis` gives the words of each citation."""
    hit = lead.hit
    return {
        "number": f"{run.id[:8]}-{hit.id[:8]}",
        "project": "",
        "unit": _unit(hit.unit, rows),
        "title": hit.method.title["zh"],
        "amount": "" if hit.amount is None else f"{hit.amount:,.2f} {hit.currency or ''}",
        "on": "" if hit.on is None else hit.on.isoformat(),
        "reason": hit.reason("zh", unmask=unmask),
        "why": hit.method.why["zh"],
        "not_when": hit.method.not_when["zh"] or "—",
        "ask": hit.method.ask["zh"] or "—",
        "basis": "；".join(basis.get(one, one) for one in hit.method.basis) or "—",
        "count": hit.evidence_count,
        "rows": [_row(number, row) for number, row in enumerate(rows[:ROWS_SHOWN], 1)],
        "privacy": "本单含个人信息，请妥善保管" if unmask else "个人信息已遮盖",
        "lead_id": hit.id,
        "method": hit.method.id,
        "version": hit.method.version[:12],
        "run": run.id,
        "snapshot": run.snapshot,
        "evidence_hash": hit.evidence_hash[:16],
    }


def _unit(unit: str, rows: list[EvidenceRow]) -> str:
    name = next((str(row.values["unit_name"]) for row in rows if row.values.get("unit_name")), "")
    return f"{name}（{unit}）" if name and name != unit else unit


def content(row: EvidenceRow, language: str = "zh") -> str:
    """What a row of evidence says, as label and value of each filled column in the order of the model."""
    shown = [
        f"{getattr(one, language)}：{spoken(row.values[one.name])}"
        for one in table(row.table).columns
        if row.values.get(one.name) not in (None, "")
        and one.name not in ("unit_id", "unit_name", "voucher_seq", "currency")
    ]
    return "；".join(shown)


def _row(number: int, row: EvidenceRow) -> dict[str, object]:
    place = row.place
    return {
        "number": number,
        "source": place.source,
        "sheet": place.sheet,
        "line": place.line,
        "content": content(row),
    }
