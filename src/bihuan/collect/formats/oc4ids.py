"""OC4IDS 0.9: infrastructure projects, as a package of projects or JSON Lines."""

from __future__ import annotations

import re

from bihuan.collect.desk import Desk
from bihuan.collect.formats._json_plan import Misfit, standard
from bihuan.collect.formats._json_rows import Rows
from bihuan.collect.handed import Handed, Reading
from bihuan.collect.json_stream import Item, records
from bihuan.errors import BadSource

RANK = 30
NAME = "oc4ids"
ZH = "OC4IDS 基础设施项目数据（JSON、JSON Lines）"
EN = "OC4IDS infrastructure project data (JSON, JSON Lines)"

_PROJECT = re.compile(rb'"projects"\s*:\s*\[|"contractingProcesses"\s*:|"publicAuthority"\s*:')


def recognises(handed: Handed) -> bool:
    """Text that begins like JSON and soon names projects, their public authority or contracting processes."""
    head = handed.head.replace(b"\0", b"")
    return head.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")[:1] in (b"{", b"[") and bool(_PROJECT.search(head))


def read(handed: Handed, desk: Desk) -> Reading:
    """The drafts of every project of the file."""
    rows = Rows(handed, desk, standard(NAME))
    for item in records(handed, desk, ("projects",)):
        try:
            if item.fault:
                rows.broken(item)
            else:
                _take(rows, item)
        except Misfit as error:
            rows.reject(error, "", item.value, item.line)
    drafts, rejects = rows.drafts(), tuple(one for one in rows.rejects if not one.table)
    if not drafts and not rejects:
        raise BadSource(f"{handed.label}: no project stands in it. Ask for a package of projects.")
    return Reading(drafts=drafts, rejects=rejects)


def raw_record(handed: Handed, desk: Desk, line: int) -> str:
    """The project of a row as it stands in the file."""
    return next((one.raw for one in records(handed, desk, ("projects",)) if one.line == line), "")


def _take(rows: Rows, item: Item) -> None:
    if item.doubled:
        raise Misfit(item.doubled[0], list(item.doubled), "a name that stands once in its object")
    project = item.value
    if not isinstance(project, dict):
        raise Misfit("", project, "an object")
    inner = project.get("projects")
    for one in inner if isinstance(inner, list) else [project]:
        if not isinstance(one, dict) or not isinstance(one.get("id"), str | int):
            raise Misfit("id", one.get("id") if isinstance(one, dict) else one, "a text")
        rows.add(one, item.line, 0)
