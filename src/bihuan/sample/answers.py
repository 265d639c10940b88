"""The field's answers: read from the 抽样核实表, kept beside the sample, append-only."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import python_calamine

from bihuan.errors import BadSource
from bihuan.sample.draw import Chosen
from bihuan.sample.kept import Sample, folder_of
from bihuan.store.workspace import Workspace

SHEET = "抽样核实表"
SAMPLE, ITEM = "样本编号", "项目编号"
DEVIATES, AUDITED, NOTE, BY, ON = "是否有误", "审定金额", "核实说明", "核实人", "核实日期"
ANSWERS = (DEVIATES, AUDITED, NOTE, BY, ON)
CHOICES = ("否", "是", "无法核实")
WORDS = {
    **dict.fromkeys(("否", "无误", "正确", "no", "n", "0"), "right"),
    **dict.fromkeys(("是", "有误", "错误", "yes", "y", "1"), "wrong"),
    **dict.fromkeys(("无法核实", "未能核实", "not verifiable"), "unverifiable"),
}
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Answer:
    """What was found for one item."""

    item: int
    verdict: str  # right, wrong, unverifiable
    audited: str | None = None  # amount as text; None where only the deviation was asked for
    note: str = ""
    by: str = ""
    on: str = ""
    source: str = ""


def read(workspace: Workspace, sample: Sample) -> dict[int, Answer]:
    """The answer that counts for each item."""
    path = _path(workspace, sample)
    if not path.exists():
        return {}
    lines = path.read_text(encoding="utf-8").splitlines()
    return {one.item: one for one in (Answer(**json.loads(line)) for line in lines if line.strip())}


def append(workspace: Workspace, sample: Sample, answers: Sequence[Answer]) -> int:
    """Add the answers that say something new; gives how many were added."""
    with workspace.locked("samples"):
        held = read(workspace, sample)
        fresh = [one for one in answers if held.get(one.item) != one]
        with _path(workspace, sample).open("a", encoding="utf-8") as file:
            file.writelines(json.dumps(asdict(one), ensure_ascii=False) + "\n" for one in fresh)
            file.flush()
            os.fsync(file.fileno())
    return len(fresh)


def sample_of(path: Path) -> str:
    """The id of the sample whose answers the file holds."""
    heading, rows = _table(path)
    found = {str(row[heading[SAMPLE]]).strip() for _, row in rows} - {""}
    if len(found) != 1:
        raise BadSource(f"{path.name}: {len(found)} sample ids in {SAMPLE}. Give one sheet of one sample.")
    return found.pop()


def read_sheet(path: Path, sample: Sample) -> list[Answer]:
    """The answers in a filled-in sheet; rows without one are left out, what cannot be understood is an error."""
    heading, rows = _table(path)
    items = {one.item: one for one in sample.items}
    found: dict[int, Answer] = {}
    for line, row in rows:
        said = {name: row[index] if index < len(row) else "" for name, index in heading.items()}
        answer = _answer(f"{path.name}, row {line}", said, items, sample)
        if answer is None:
            continue
        if answer.item in found:
            raise BadSource(f"{path.name}, row {line}: {ITEM} {answer.item} is answered twice. Keep one row.")
        found[answer.item] = Answer(**{**asdict(answer), "source": path.name})
    return list(found.values())


def _answer(where: str, said: dict[str, Any], items: dict[int, Chosen], sample: Sample) -> Answer | None:
    word, amount = str(said.get(DEVIATES, "")).strip().removesuffix(".0"), said.get(AUDITED, "")
    if word == "" and amount in ("", None):
        return None
    name = str(said[ITEM]).strip().removesuffix(".0")
    item = items.get(int(name)) if name.isdecimal() else None
    if item is None or str(said[SAMPLE]).strip() != sample.id:
        raise BadSource(f"{where}: {ITEM} {name!r} is not in sample {sample.id}. Restore it from the sheet.")
    if word and word.lower() not in WORDS:
        raise BadSource(f"{where}: {DEVIATES} {word!r} is none of {'、'.join(CHOICES)}. Correct the cell.")
    audited = _amount(where, amount)
    verdict = WORDS[word.lower()] if word else "right" if audited == item.amount else "wrong"
    _consistent(where, verdict, audited, item, is_amount_asked=sample.plan.kind != "attribute")
    if verdict == "right" and audited is None and sample.plan.kind != "attribute":
        audited = item.amount
    note, by = (str(said.get(one, "") or "").strip() for one in (NOTE, BY))
    return Answer(item.item, verdict, None if audited is None else format(audited, "f"), note, by, _day(said.get(ON)))


def _consistent(where: str, verdict: str, audited: Decimal | None, item: Chosen, *, is_amount_asked: bool) -> None:
    if not is_amount_asked:
        return
    if verdict == "wrong" and audited is None:
        raise BadSource(f"{where}: {DEVIATES} says 是, but {AUDITED} is empty. Give the right amount.")
    if verdict == "right" and audited not in (None, item.amount):
        raise BadSource(f"{where}: {DEVIATES} says 否, but {AUDITED} {audited} is not the book amount {item.amount}.")
    if verdict == "wrong" and audited == item.amount:
        raise BadSource(f"{where}: {DEVIATES} says 是, but {AUDITED} equals the book amount {item.amount}.")


def _table(path: Path) -> tuple[dict[str, int], list[tuple[int, list[Any]]]]:
    rows = list(_rows(path))
    top = next((number for number, row in enumerate(rows) if ITEM in row and DEVIATES in row), None)
    if top is None:
        raise BadSource(
            f"{path.name}: no row with {ITEM} and {DEVIATES}. Give the sheet that `bihuan sample sheet` wrote."
        )
    heading = {str(name): index for index, name in enumerate(rows[top])}
    return heading, [(number, row) for number, row in enumerate(rows[top + 1 :], top + 2) if any(row)]


def _rows(path: Path) -> Iterator[list[Any]]:
    try:
        book = python_calamine.CalamineWorkbook.from_path(str(path))
        name = SHEET if SHEET in book.sheet_names else book.sheet_names[0]
        yield from book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except (python_calamine.CalamineError, OSError) as error:
        raise BadSource(f"{path.name}: cannot be read as a workbook ({error}). Save it as .xlsx.") from None


def _amount(where: str, value: Any) -> Decimal | None:
    if value is None or value == "":
        return None
    try:
        amount = Decimal(str(value).replace(",", "").replace("，", "").strip())
        if amount.is_finite():
            return amount.quantize(CENT)
    except InvalidOperation:
        pass
    raise BadSource(f"{where}: {AUDITED} {value!r} is not a number. Correct the cell.")


def _day(value: Any) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else str(value or "").strip()


def _path(workspace: Workspace, sample: Sample) -> Path:
    return folder_of(workspace, sample.id) / "answers.jsonl"
