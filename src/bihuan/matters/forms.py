"""Forms made from what an act asks for. They hold and show values; whether a value will do is for the step to say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

from django import forms
from django.forms.utils import ErrorDict
from django.http import QueryDict

from bihuan.examine.header import Words
from bihuan.matters.lifecycle import ACTS, Act
from bihuan.matters.models import EvidenceRow, Item, Matter
from bihuan.matters.reading import items, lacking_result
from bihuan.matters.scope import referrals_for, units_for
from bihuan.matters.steps.asks import LONGEST
from bihuan.matters.steps.fields import Field, fields
from bihuan.matters.words import Kind
from bihuan.people.language import say, words
from bihuan.people.models import User
from bihuan.people.rights import posts

ACCEPTED = ".pdf,.docx,.xlsx,.ofd,.png,.jpg,.jpeg,.txt,.csv"
FEW = 5  # so many choices stand open as radio buttons
NEW = "new"  # in a link: an item that is not there yet
LONGEST_NUMBER = 18
ROW = "row-"  # prefix of the field of one row of evidence
Choices = list[tuple[str, str]]


class ActForm(forms.Form):
    """The fields of one act for one matter. Nothing is required here, so that the step's own words are shown."""

    def __init__(self, act: Act, matter: Matter, user: User, **given: Any) -> None:
        super().__init__(**given)
        self.act, self.matter, self.user = act, matter, user
        self.asked = fields(act, Kind(matter.kind))
        for one in self.asked:
            if one.type == "rows":
                self._add_rows(one)
            else:
                self.fields[one.name] = _field(one, matter, user)

    def full_clean(self) -> None:
        """Judge nothing: the step does, the same for pages, API and command line."""
        self._errors, self.cleaned_data = ErrorDict(), {}

    @property
    def has_file(self) -> bool:
        """Whether a file is asked for, so the form must be multipart."""
        return any(one.type == "file" for one in self.asked)

    @property
    def plain(self) -> list[forms.BoundField]:
        """The fields that stand one under the other: all but the rows' own."""
        return [self[name] for name in self.fields if not name.startswith(ROW)]

    @property
    def rows(self) -> list[tuple[EvidenceRow, forms.BoundField]]:
        """Each row of evidence with its field."""
        return [(row, self[f"{ROW}{row.pk}"]) for row in getattr(self, "_rows", [])]

    def content(self) -> dict[str, Any]:
        """What was given, as the step takes it; names that were not asked for are not read."""
        return {one.name: self._given(one) for one in self.asked}

    def blame(self, refused: Iterable[Words]) -> list[str]:
        """Put the step's words beside the field that they name; gives those that name none."""
        left = []
        for one in refused:
            named = next((field for field in self.asked if one.zh.startswith(f"{field.words.zh}：")), None)
            if named is None or named.name not in self.fields:
                left.append(words(one))
                continue
            said = words(one).removeprefix(f"{words(named.words)}{say('：', ': ')}")
            self.errors.setdefault(named.name, self.error_class()).append(said)
            self.fields[named.name].widget.attrs |= {"aria-invalid": "true"}
        return left

    def _given(self, one: Field) -> Any:
        if one.type == "file":
            return self.files.get(one.name)
        if one.type in ("users", "units"):
            return [_clean(each) for each in cast(QueryDict, self.data).getlist(one.name)]
        if one.type == "rows":
            return {str(row.pk): _clean(self.data.get(f"{ROW}{row.pk}", "")) for row in self._rows}
        return _clean(self.data.get(one.name, ""))

    def _add_rows(self, one: Field) -> None:
        self._rows = list(EvidenceRow.objects.filter(lead__matter=self.matter).select_related("lead"))
        choices = [("", say("—未选—", "— choose —")), *((value, words(label)) for value, label in one.choices)]
        for row in self._rows:
            label = say(f"第{row.line}行的结果", f"Result of line {row.line}")
            select = forms.Select(attrs={"class": "form-select form-select-sm", "aria-label": label})
            self.fields[f"{ROW}{row.pk}"] = forms.ChoiceField(
                choices=choices, required=False, label=label, initial=row.finding, widget=select
            )


def _clean(text: str) -> str:
    """Without the character that PostgreSQL refuses."""
    return text.replace("\x00", "")


def form_for(name: str, matter: Matter, user: User, given: QueryDict, files: Any = None) -> ActForm:
    """The form with what was sent."""
    return ActForm(ACTS[name], matter, user, data=given, files=files)


def empty_form(name: str, matter: Matter, user: User, chosen: Mapping[str, str] | None = None) -> ActForm:
    """The form as it opens: what was written before, or what the link chose (an item)."""
    return ActForm(
        ACTS[name], matter, user, initial={**_before(name, matter), **_item_before(name, matter, chosen or {})}
    )


def _field(one: Field, matter: Matter, user: User) -> forms.Field:
    made = _MAKERS.get(one.type, _line)(one, matter, user)
    made.label, made.help_text = words(one.words), _help(one)
    made.required = False
    if not isinstance(made.widget, forms.CheckboxSelectMultiple | forms.RadioSelect):
        made.widget.attrs |= {"class": "form-select" if isinstance(made.widget, forms.Select) else "form-control"}
    if one.is_required:
        made.widget.attrs |= {"aria-required": "true", "data-required": "yes"}
        made.label = f"{made.label} *"
    return made


def _help(one: Field) -> str:
    if one.type == "file":
        return say(
            "PDF、Word、Excel、OFD、图片或文本，不超过50 MB；出错后须重新选择。",
            "PDF, Word, Excel, OFD, picture or text, at most 50 MB; choose it again after an error.",
        )
    return words(one.help) if one.help else ""


def _line(one: Field, _: Matter, __: User) -> forms.Field:
    attrs = {"maxlength": LONGEST["line"], "autocomplete": "off"}
    return forms.CharField(widget=forms.TextInput(attrs=attrs))


def _text(one: Field, _: Matter, __: User) -> forms.Field:
    return forms.CharField(widget=forms.Textarea(attrs={"rows": 3, "maxlength": LONGEST["text"]}))


def _date(one: Field, _: Matter, __: User) -> forms.Field:
    return forms.CharField(widget=forms.DateInput(attrs={"type": "date"}))


def _money(one: Field, _: Matter, __: User) -> forms.Field:
    return forms.CharField(widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))


def _choice(one: Field, matter: Matter, _: User) -> forms.Field:
    held: Choices = [(value, words(label)) for value, label in one.choices]
    if one.name == "gate":
        open_ones = set(
            matter.gates.exclude(status__in=("passed", "waived", "not_required")).values_list("gate", flat=True)
        )
        held = [pair for pair in held if pair[0] in open_ones]
    if len(held) <= FEW:
        return forms.ChoiceField(choices=held, widget=forms.RadioSelect())
    return forms.ChoiceField(choices=[("", "—"), *held])


def _users(_: Field, matter: Matter, __: User) -> forms.Field:
    auditors = User.objects.filter(is_active=True, appointments__role="auditor").distinct().order_by("username")
    fit = [one for one in auditors if any(post.role == "auditor" and post.covers(matter.unit) for post in posts(one))]
    choices = [(str(one.pk), str(one)) for one in fit]
    return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple())


def _unit(_: Field, matter: Matter, user: User) -> forms.Field:
    return forms.ChoiceField(choices=[("", "—"), *_units_of(user)], initial=matter.unit.code)


def _units(_: Field, __: Matter, user: User) -> forms.Field:
    return forms.MultipleChoiceField(choices=_units_of(user), widget=forms.SelectMultiple(attrs={"size": 6}))


def _units_of(user: User) -> Choices:
    return [(one.code, f"{'　' * (one.path.count('/') - 2)}{one.name}（{one.code}）") for one in units_for(user)]


def _item(one: Field, matter: Matter, _: User) -> forms.Field:
    held = [(str(item.pk), f"{number}. {item.problem[:60]}") for number, item in enumerate(items(matter), 1)]
    first = (
        []
        if one.is_required and len(held) == 1
        else [("", say("新增一项", "A new item") if not one.is_required else "—")]
    )
    return forms.ChoiceField(choices=[*first, *held])


def _number(one: Field, matter: Matter, user: User) -> forms.Field:
    if one.name == "referral":
        held = [(str(each.pk), f"{each.to} {each.at:%Y-%m-%d}") for each in referrals_for(user, matter)]
        return forms.ChoiceField(choices=held)
    return forms.CharField(widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}))


def _file(_: Field, __: Matter, ___: User) -> forms.Field:
    return forms.FileField(widget=forms.FileInput(attrs={"accept": ACCEPTED}))


def _flag(_: Field, __: Matter, ___: User) -> forms.Field:
    return forms.BooleanField()


_MAKERS = {
    "line": _line, "text": _text, "date": _date, "money": _money, "number": _number, "choice": _choice,
    "users": _users, "unit": _unit, "units": _units, "item": _item, "file": _file, "flag": _flag,
}  # fmt: skip


def _before(name: str, matter: Matter) -> dict[str, Any]:
    """What was written before and is now written anew."""
    held = matter.verifications.last() if name == "write_verification" else None
    if held is None:
        return {"unit": matter.unit.code}
    return {"looked_at": held.looked_at, "result": held.result, "basis": held.basis, "amount": held.amount}


def _item_before(name: str, matter: Matter, chosen: Mapping[str, str]) -> dict[str, Any]:
    """The item that the link chose, else the first that waits for this act."""
    number = chosen.get("item", "")
    if number.isascii() and number.isdigit() and len(number) < LONGEST_NUMBER:
        held = items(matter).filter(pk=number).first()
    else:
        held = None if number == NEW else _waiting_item(name, matter)
    if held is None:
        return {}
    if name != "write_item":
        return {"item": held.pk}
    return {
        "item": held.pk, "problem": held.problem, "measure": held.measure, "responsible": held.responsible,
        "due_on": held.due_on.isoformat() if held.due_on else "", "target": held.target,
    }  # fmt: skip


def _waiting_item(name: str, matter: Matter) -> Item | None:
    if name == "write_item":
        return items(matter).filter(measure="").first()
    if name == "record_result":
        return next(iter(lacking_result(matter)), None)
    return items(matter).filter(is_checked=None).first() if name == "check_item" else None
