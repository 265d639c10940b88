"""What the office found of tenders: verdicts on leads of price screens, or a table of tenders and verdicts.

A tender is established where any of its price-screen leads was, else dismissed where any was; open ones say nothing.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bihuan.errors import BadSource, NotFound
from bihuan.leads import labels
from bihuan.leads.answers import CHOICES, VERDICTS
from bihuan.leads.lead import open_run, runs
from bihuan.leads.screens import Key
from bihuan.store.canonical import file_digest
from bihuan.store.engine import connect, text
from bihuan.store.workspace import Workspace

# The methods that ask of the prices of one tender or lot, and name both in their subject.
PRICE_SCREENS = frozenset(
    ("close_second", "cover_bids", "deep_discount", "identical_prices", "low_spread", "price_screens",
     "regular_price_steps")
)  # fmt: skip
TENDER = ("process", "ocid", "tender_id", "tender", "项目编号", "采购项目编号", "招标编号")
LOT = ("lot", "lot_id", "标段", "标段编号", "包号")
VERDICT = ("verdict", "核实结论", "结论")


@dataclass(frozen=True)
class Verdicts:
    """Tenders of which the office knows, true where established, and the file that says so."""

    held: Mapping[Key, bool]
    name: str
    hash: str


def from_labels(workspace: Workspace) -> Verdicts:
    """The verdicts that were read back from the field or came from the workbench."""
    path = labels.path_of(workspace)
    if not path.exists():
        raise NotFound(
            f"{path}: no verdicts yet. Read answers back with: bihuan leads answers FILE, or give --labels FILE.csv."
        )
    known = {one.lead_id: one.verdict for one in labels.read(workspace).values() if one.method in PRICE_SCREENS}
    return Verdicts(
        _joined((key, known[lead]) for lead, key in _tenders(workspace, known)), path.name, file_digest(path)
    )


def from_table(path: Path) -> Verdicts:
    """The verdicts of a CSV with a column for the tender, one for the verdict and, if it likes, one for the lot."""
    rows = csv.reader(io.StringIO(_read(path)))
    headings = [one.strip() for one in next(rows, [])]
    tender, lot, verdict = (_column(headings, names) for names in (TENDER, LOT, VERDICT))
    if tender is None or verdict is None:
        raise BadSource(
            f"{path.name}: no columns for tender and verdict in {', '.join(headings) or 'an empty file'}. "
            f"Name them {TENDER[0]} (or {TENDER[4]}) and {VERDICT[0]} (or {VERDICT[1]})."
        )
    pairs = []
    for cells in rows:
        padded = [one.strip() for one in cells] + [""] * len(headings)
        if padded[tender] and padded[verdict]:
            key = (padded[tender], padded[lot] if lot is not None else "")
            pairs.append((key, _verdict(path, rows.line_num, padded[verdict])))
    return Verdicts(_joined(pairs), path.name, file_digest(path))


def _joined(pairs: Iterable[tuple[Key, str]]) -> dict[Key, bool]:
    found: dict[Key, bool] = {}
    for key, verdict in pairs:
        if verdict != labels.OPEN:
            found[key] = found.get(key, False) or verdict == labels.ESTABLISHED
    return dict(sorted(found.items()))


def _tenders(workspace: Workspace, leads: Collection[str]) -> Iterator[tuple[str, Key]]:
    """Each lead that any run holds, with its tender and lot."""
    folders = {
        one.key for name in runs(workspace) for one in open_run(workspace, name).methods if one.id in PRICE_SCREENS
    }
    paths = [workspace.runs / "results" / key / "hits.parquet" for key in sorted(folders)]
    files = ", ".join(text(str(one)) for one in paths if one.exists())
    if not files or not leads:
        return
    with connect(workspace.settings) as engine:
        rows = engine.rows(
            f"SELECT DISTINCT lead_id, subject FROM read_parquet([{files}]) WHERE lead_id IN (SELECT unnest($leads)) "
            "ORDER BY ALL",
            {"leads": sorted(leads)},
        )
    for lead, subject in rows:
        asked = json.loads(subject)
        yield lead, (str(asked["process"]), str(asked.get("lot") or ""))


def _read(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise NotFound(f"{path}: cannot be read ({error.strerror}). Check the path.") from None
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadSource(f"{path.name}: neither UTF-8 nor GB18030. Save it as CSV in UTF-8.")


def _column(headings: list[str], names: tuple[str, ...]) -> int | None:
    return next((at for at, one in enumerate(headings) if one.lower() in names), None)


def _verdict(path: Path, line: int, word: str) -> str:
    if word.lower() not in VERDICTS:
        raise BadSource(
            f"{path.name}, line {line}: verdict {word!r} is none of {'、'.join(CHOICES)}, established, dismissed, "
            "open. Correct the cell."
        )
    return VERDICTS[word.lower()]
