"""Forms of the desks: which leads to list, which to take up, what to re-test."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django import forms

from bihuan.leads.lead import LEVELS, Lead
from bihuan.matters.ranked import Audited, Wanted
from bihuan.people.language import is_english, say

LEVEL_WORDS = {"high": ("高", "High"), "medium": ("中", "Medium"), "low": ("低", "Low")}
MOST_AT_ONCE = 500  # leads that one request takes up: more is a decision to be made in parts


class LeadFilter(forms.Form):
    """Narrow the list of leads; every field may stay blank."""

    followed = forms.ChoiceField(required=False)
    new = forms.ChoiceField(required=False)
    unit = forms.ChoiceField(required=False)
    pack = forms.ChoiceField(required=False)
    method = forms.ChoiceField(required=False)
    level = forms.ChoiceField(required=False)
    least = forms.DecimalField(required=False, max_digits=18, decimal_places=2)
    most = forms.DecimalField(required=False, max_digits=18, decimal_places=2)

    def __init__(self, data: Any, *, audited: Audited) -> None:
        super().__init__(data)
        leads = audited.leads
        language = "en" if is_english() else "zh"
        titles = {one.hit.method.id: one.hit.method.title[language] for one in leads}
        self._offer("unit", say("单位", "Unit"), _counted(leads, lambda one: one.hit.unit), audited.name)
        self._offer("pack", say("专题", "Pack"), _counted(leads, lambda one: one.hit.method.pack), str)
        self._offer("method", say("方法", "Method"), _counted(leads, lambda one: one.hit.method.id), titles.__getitem__)
        levels = _counted(leads, lambda one: one.hit.method.level)
        ordered = {one: levels[one] for one in LEVELS if one in levels}
        self._offer("level", say("级别", "Level"), ordered, level_words)
        self._choose("followed", say("跟踪", "Followed"), [
            ("", say("全部", "All")), ("no", say("未跟踪", "Not followed")), ("yes", say("已跟踪", "Followed")),
        ])  # fmt: skip
        self._choose("new", say("较上次", "Since the last run"), [
            ("", say("全部", "All")), ("yes", say("新出现", "New")), ("no", say("上次已有", "Was there")),
        ])  # fmt: skip
        self.fields["least"].label = say("金额不低于", "Amount from")
        self.fields["most"].label = say("金额不高于", "Amount to")

    def wanted(self) -> Wanted:
        """What was asked for: a unit without leads gives none, an amount that is no number narrows nothing."""
        self.is_valid()
        held, given = self.cleaned_data, self.data
        return Wanted(
            pack=given.get("pack", ""), method=given.get("method", ""), unit=given.get("unit", ""),
            level=given.get("level", ""), least=held.get("least"), most=held.get("most"),
            followed=held.get("followed") or "", new=held.get("new") or "",
        )  # fmt: skip

    def _offer(self, name: str, label: str, counts: dict[str, int], words: Any) -> None:
        self._choose(name, label, [("", say("全部", "All")), *((k, f"{words(k)} ({n})") for k, n in counts.items())])

    def _choose(self, name: str, label: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 (declared above)
        field.label, field.choices = label, choices


class TakeUpForm(forms.Form):
    """What is taken up: leads that were ticked, all that the filter lists, or everything of one unit."""

    project = forms.CharField(required=False, max_length=100)
    which = forms.ChoiceField(required=False, choices=(("", ""), ("all", "all")))
    dossier = forms.CharField(required=False, max_length=80)  # a unit's code
    as_one = forms.BooleanField(required=False)


def level_words(level: str) -> str:
    """A level in the reader's language."""
    return say(*LEVEL_WORDS[level])


def _counted(leads: list[Lead], key: Any) -> dict[str, int]:
    return dict(sorted(Counter(key(one) for one in leads).items(), key=lambda one: (-one[1], one[0])))
