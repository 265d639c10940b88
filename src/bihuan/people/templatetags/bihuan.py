"""`{% load bihuan %}`: words in the reader's language, money, moments, icons."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import cast

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from bihuan.people import language
from bihuan.people.language import Bilingual

register = template.Library()
NOTHING = format_html('<span class="text-secondary">{}</span>', "—")
ICONS = "vendor/tabler-icons-3.52.0/icons.svg"
ECHARTS = "vendor/echarts-6.1.0/echarts.min.js"


@register.simple_tag
def say(zh: str, en: str, **values: object) -> str:
    """`{% say "共 {n} 项" "{n} in all" n=count %}`: the words, with escaped values where there are any."""
    chosen = language.say(zh, en)
    return format_html(chosen, **values) if values else chosen


@register.simple_tag
def words(of: Bilingual | str | None) -> str:
    """A `Term` or `Words` in the reader's language; plain text as it is."""
    if of is None or (isinstance(of, str) and not hasattr(of, "zh")):
        return of or ""
    return language.words(cast(Bilingual, of))


@register.filter(name="words")
def words_filter(of: Bilingual | str | None) -> str:
    """`{{ term|words }}`, for use within other tags."""
    return words(of)


@register.filter
def money(amount: Decimal | None) -> SafeString:
    """`1,234.56`, in figures of one width; put class `num` on the cell to have it stand right."""
    if amount is None:
        return NOTHING
    return format_html('<span class="money">{}</span>', f"{amount:,.2f}")


@register.filter
def moment(when: datetime | date | None) -> SafeString:
    """A date, or a date with hour and minute in the office's time zone, marked up as time."""
    if when is None:
        return NOTHING
    if isinstance(when, datetime):
        here = timezone.localtime(when) if timezone.is_aware(when) else when
        return format_html('<time datetime="{}">{}</time>', here.isoformat(), f"{here:%Y-%m-%d %H:%M}")
    return format_html('<time datetime="{}">{}</time>', when.isoformat(), f"{when:%Y-%m-%d}")


@register.filter
def day(when: datetime | date | None) -> SafeString:
    """Only the date."""
    if isinstance(when, datetime):
        return moment((timezone.localtime(when) if timezone.is_aware(when) else when).date())
    return moment(when)


@register.filter
def short_hash(value: str | None) -> SafeString:
    """The first 16 characters of a hash in groups of four, as it stands on slips."""
    if not value:
        return NOTHING
    groups = " ".join(value[at : at + 4] for at in range(0, 16, 4))
    return format_html('<code class="hash" title="{}">{}</code>', value, groups)


@register.simple_tag
def icon(name: str) -> SafeString:
    """A small picture beside words, which the words alone must explain."""
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>', static(ICONS), name)


@register.simple_tag
def charts() -> SafeString:
    """Load ECharts; every `<div class="chart" data-options="ID">` is then drawn from the JSON script of that id."""
    return format_html('<script src="{}" defer></script>', static(ECHARTS))
