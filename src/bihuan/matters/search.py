"""Finding matters by words of any length: every two neighbouring characters are indexed."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet

from bihuan.matters.models import Gram, Matter

FEW = 2000  # up to so many matters with a gram are listed; beyond, the index is asked for each row in turn
MOST_GRAMS = 12


def grams(text: str) -> set[str]:
    """Every two neighbouring characters, folded; blanks separate."""
    folded = unicodedata.normalize("NFKC", text).lower()
    return {word[at : at + 2] for word in folded.split() for at in range(len(word) - 1)}


def index(matter: Matter) -> None:
    """Index a matter anew."""
    Gram.objects.filter(matter=matter).delete()
    add([matter])


def add(matters: Iterable[Matter]) -> None:
    """Index matters that are not indexed yet."""
    Gram.objects.bulk_create(
        [Gram(gram=one, matter=matter) for matter in matters for one in sorted(grams(_text(matter)))], batch_size=5000
    )


def search(matters: QuerySet[Matter], words: str) -> QuerySet[Matter]:
    """Those in whose code, title, unit or summary every word stands."""
    for word in words.split()[:6]:
        matters = _with(matters, word)
    return matters


def _with(matters: QuerySet[Matter], word: str) -> QuerySet[Matter]:
    wanted = sorted(grams(word))[:MOST_GRAMS]
    if not wanted:  # a single character
        return matters.filter(Exists(Gram.objects.filter(matter=OuterRef("pk"), gram__startswith=word.lower())))
    for one in wanted:
        held = list(Gram.objects.filter(gram=one).order_by().values_list("matter", flat=True)[: FEW + 1])
        if len(held) <= FEW:
            matters = matters.filter(pk__in=held)
        else:
            matters = matters.filter(Exists(Gram.objects.filter(gram=one, matter=OuterRef("pk"))))
    return matters if len(word) <= 2 else matters.filter(_stands(word))  # grams may stand apart


def _stands(word: str) -> Q:
    columns = ("code", "title", "summary", "unit__name")
    return Q(*[(f"{one}__icontains", word) for one in columns], _connector=Q.OR)


def _text(matter: Matter) -> str:
    return " ".join((matter.code, matter.title, matter.unit.name, matter.summary))
