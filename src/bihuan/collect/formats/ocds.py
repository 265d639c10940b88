"""OCDS 1.1: contracting processes as release packages, record packages, bare releases or JSON Lines."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import simplejson

from bihuan.collect.desk import Desk
from bihuan.collect.formats._json_plan import Misfit, Object, standard
from bihuan.collect.formats._json_rows import Rows
from bihuan.collect.formats._ocds_merge import merged, moment
from bihuan.collect.handed import Handed, Reading
from bihuan.collect.json_stream import Item, records
from bihuan.errors import BadSource

RANK = 31
NAME = "ocds"
ZH = "OCDS 开放合同数据（JSON、JSON Lines）"
EN = "OCDS open contracting data (JSON, JSON Lines)"

_LISTS = ("records", "releases")


def recognises(handed: Handed) -> bool:
    """Text that begins like JSON and soon names an ocid."""
    head = handed.head.replace(b"\0", b"")
    return head.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")[:1] in (b"{", b"[") and b'"ocid"' in head


def read(handed: Handed, desk: Desk) -> Reading:
    """The drafts of every process of the file; of a process that stands more than once, the later version counts."""
    rows = Rows(handed, desk, standard(NAME))
    processes = _Processes(rows, desk.aside(".jsonl"))
    for item in records(handed, desk, _LISTS):
        try:
            if item.fault:
                rows.broken(item)
                continue
            if item.doubled:
                raise Misfit(item.doubled[0], list(item.doubled), "a name that stands once in its object")
            processes.take(item.value, item)
        except Misfit as error:
            rows.reject(error, "", item.value, item.line)
    processes.finish()
    drafts, rejects = rows.drafts(), tuple(one for one in rows.rejects if not one.table)
    if not drafts and not rejects:
        raise BadSource(
            f"{handed.label}: no process with a tender, bid, award, contract or party stands in it. "
            "Ask for releases, or for records with their compiled release."
        )
    return Reading(drafts=drafts, rejects=rejects)


def raw_record(handed: Handed, desk: Desk, line: int) -> str:
    """The release or record of a row as it stands in the file."""
    return next((one.raw for one in records(handed, desk, _LISTS) if one.line == line), "")


@dataclass
class _Processes:
    """Which versions of each process were met: compiled ones became rows at once, single releases wait aside."""

    rows: Rows
    aside: Path
    compiled: dict[str, tuple[float, int]] = field(default_factory=dict)  # ocid → date, order
    waiting: dict[str, list[tuple[int, int]]] = field(default_factory=dict)  # ocid → line, place in `aside`
    order: int = 0

    def __post_init__(self) -> None:
        self._file = self.aside.open("w+", encoding="utf-8", newline="")

    def take(self, value: Any, item: Item) -> None:
        """One release, record or package of the file."""
        if not isinstance(value, dict):
            raise Misfit("", value, "an object")
        if isinstance(value.get("compiledRelease"), dict):
            self._compiled(value["compiledRelease"], item.line)
            return
        inner = next((value[key] for key in _LISTS if isinstance(value.get(key), list)), None)
        if inner is None:
            self._release(value, item.line, item.raw if value is item.value else None)
            return
        for one in inner:
            if isinstance(one, dict) and "ocid" not in one and "url" in one:
                self.rows.left["a release that is only a link: its text is not in the file"] += 1
            else:
                self.take(one, item)

    def finish(self) -> None:
        """Make rows of the releases that wait, those of one process merged."""
        for ocid, places in self.waiting.items():
            if ocid in self.compiled:
                self.rows.left["a release of a process that is there compiled"] += len(places)
                continue
            releases = list(self._waited(places))
            self.order += 1
            if len(releases) > 1:
                self._note()
            self.rows.add(merged(releases) if len(releases) > 1 else releases[0][0], releases[-1][1], self.order)
        self._file.close()

    def _release(self, release: Object, line: int, raw: str | None) -> None:
        tags = release.get("tag")
        if isinstance(tags, list) and "compiled" in tags:
            self._compiled(release, line)
            return
        place = self._file.tell()
        self._file.write((raw or _written(release)).replace("\n", " ").replace("\r", " ") + "\n")
        self.waiting.setdefault(_ocid(release), []).append((line, place))

    def _waited(self, places: list[tuple[int, int]]) -> Iterator[tuple[Object, int]]:
        for line, place in places:
            self._file.seek(place)
            yield json.loads(self._file.readline(), parse_float=Decimal), line

    def _compiled(self, release: Object, line: int) -> None:
        ocid, date = _ocid(release), moment(release)
        self.order += 1
        known = self.compiled.get(ocid)
        if known is None or known[0] <= date:
            self.compiled[ocid] = (date, self.order)
        if known is not None:
            self.rows.lost.add(known[1] if known[0] <= date else self.order)
            self.rows.left["an earlier version of a process that stands again with a later date"] += 1
            self._note()
        self.rows.add(release, line, self.order)

    def _note(self) -> None:
        self.rows.desk.note(
            f"{self.rows.handed.label}: processes stand in it more than once; "
            "of each value the one with the later date counts."
        )


def _ocid(release: Object) -> str:
    ocid = release.get("ocid")
    if not isinstance(ocid, str) or not ocid.strip():
        raise Misfit("ocid", ocid, "a text")
    return ocid


def _written(release: Object) -> str:
    return simplejson.dumps(release, ensure_ascii=False, use_decimal=True)
