"""What was given with an act, checked: every value readable, every name known, texts within bounds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from bihuan.examine.header import Words
from bihuan.matters import documents
from bihuan.matters.lifecycle import Act, Refusal
from bihuan.matters.models import Matter
from bihuan.matters.reading import items
from bihuan.matters.steps.core import Content, Refused
from bihuan.matters.steps.fields import Field, fields
from bihuan.matters.words import Kind
from bihuan.model.values import READERS, BadValue
from bihuan.people.models import Unit, User

LONGEST = {"line": 200, "text": 5000}
SHORT = {"responsible": 80, "number": 80, "voucher_no": 80, "rule_no": 80}  # as their columns hold
MOST_MONEY = Decimal(10) ** 16
YEARS = range(1900, 2200)  # beyond, a due date cannot be reckoned with


def checked(act: Act, given: Mapping[str, Any], matter: Matter, by: User | None) -> Content:
    """The content that the act asks for, as values that JSON holds; what was not asked for is left out.

    Raises Refused with one line for each value that is missing or cannot be read.
    """
    found: dict[str, Any] = {}
    wrong: list[Words] = []
    for one in fields(act, Kind(matter.kind)) if by is not None else ():
        try:
            found[one.name] = _value(one, given.get(one.name), matter)
        except BadValue as error:
            wrong.append(Words(f"{one.words.zh}：{error.zh}", f"{one.words.en}: {error.en}"))
    if wrong:
        raise Refused(Refusal("need", tuple(wrong)))
    return found if by is not None else dict(given)


def day(content: Content, name: str) -> date | None:
    """A date of the content."""
    return date.fromisoformat(content[name]) if content.get(name) else None


def _value(field: Field, raw: Any, matter: Matter) -> Any:
    if not raw and raw != 0:
        if field.is_required:
            raise BadValue("", "不能为空", "must be given")
        return [] if field.type in ("users", "units") else {} if field.type == "rows" else ""
    return _CHECKS[field.type](field, raw, matter)


def _text(field: Field, raw: Any, _: Matter) -> str:
    if isinstance(raw, Mapping | list | tuple):
        raise BadValue("", "不是文字", "not a text")
    text = str(raw).replace("\x00", "").strip()
    most = SHORT.get(field.name, LONGEST[field.type])
    if len(text) > most:
        raise BadValue("", f"超过{most}字", f"more than {most} characters")
    if not text and field.is_required:
        raise BadValue("", "不能为空", "must be given")
    return text


def _date(_: Field, raw: Any, __: Matter) -> str:
    found = raw if isinstance(raw, date) else READERS["date"](str(raw))
    if not isinstance(found, date) or found.year not in YEARS:
        raise BadValue("", f"{raw!r} 不是日期", "not a date")
    return found.isoformat()


def _money(_: Field, raw: Any, __: Matter) -> str:
    found = READERS["money"](str(raw))
    if not isinstance(found, Decimal):
        raise BadValue("", f"{raw!r} 不是金额", "not an amount")
    if found < 0:
        raise BadValue("", "不能为负", "must not be negative")
    if found >= MOST_MONEY:
        raise BadValue("", "金额过大", "the amount is too large")
    return str(found)


def _number(_: Field, raw: Any, __: Matter) -> int:
    text = str(raw).strip()
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise BadValue("", f"{text!r} 不是整数", "not a whole number")
    return int(text)


def _choice(field: Field, raw: Any, _: Matter) -> str:
    if str(raw) not in dict(field.choices):
        raise BadValue("", f"{raw!r} 不在选项中", "not among the choices")
    return str(raw)


def _users(_: Field, raw: Any, matter: Matter) -> list[int]:
    """Auditors over the matter's unit; nobody else can be put on a team."""
    wanted = {_whole(one) for one in (raw if isinstance(raw, list | tuple) else [raw])}
    posts = {"appointments__role": "auditor", "is_active": True}
    held = User.objects.filter(pk__in=wanted, **posts).distinct().prefetch_related("appointments__over")
    fit = {one.pk for one in held if _audits(one, matter.unit)}
    if fit != wanted:
        raise BadValue("", "只能选本级审计人员", "only auditors over this unit")
    return sorted(fit)


def _audits(user: User, unit: Unit) -> bool:
    from bihuan.people.rights import posts

    return any(one.role == "auditor" and one.covers(unit) for one in posts(user))


def _unit(_: Field, raw: Any, matter: Matter) -> str:
    return _units(_, [raw], matter)[0]


def _units(_: Field, raw: Any, __: Matter) -> list[str]:
    wanted = [str(one).replace("\x00", "") for one in (raw if isinstance(raw, list | tuple) else [raw])]
    known = set(Unit.objects.filter(code__in=wanted).values_list("code", flat=True))
    if unknown := [one for one in wanted if one not in known]:
        raise BadValue("", f"没有此单位 {unknown[0]!r}", "no such unit")
    return wanted


def _item(_: Field, raw: Any, matter: Matter) -> int:
    """An item of this round: what passed before is not added to behind the acceptor's back."""
    number = _whole(raw)
    if not items(matter).filter(pk=number).exists():
        raise BadValue("", "没有此整改事项", "no such item of this matter")
    return number


def _rows(field: Field, raw: Any, matter: Matter) -> dict[str, str]:
    """Row id → finding; only rows of this matter's evidence."""
    if not isinstance(raw, Mapping):
        raise BadValue("", "逐行结果与证据不符", "rows that are not this matter's")
    known = {str(one) for one in matter.leads.values_list("rows__pk", flat=True)}
    found = {str(key): str(value) for key, value in dict(raw).items() if value}
    if any(key not in known or value not in dict(field.choices) for key, value in found.items()):
        raise BadValue("", "逐行结果与证据不符", "rows that are not this matter's")
    return found


def _file(_: Field, raw: Any, __: Matter) -> dict[str, Any]:
    return documents.take(raw)


def _flag(_: Field, raw: Any, __: Matter) -> bool:
    return str(raw).lower() in ("1", "true", "on", "yes")


def _whole(raw: Any) -> int:
    text = str(raw)
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise BadValue("", f"{text!r} 不是编号", "not a number")
    return int(text)


_CHECKS = {
    "line": _text,
    "text": _text,
    "date": _date,
    "money": _money,
    "number": _number,
    "choice": _choice,
    "users": _users,
    "unit": _unit,
    "units": _units,
    "item": _item,
    "rows": _rows,
    "file": _file,
    "flag": _flag,
}
