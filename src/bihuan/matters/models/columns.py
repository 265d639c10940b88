"""Columns that several tables have."""

from __future__ import annotations

from typing import Any

from django.db import models

from bihuan.matters.words import Term


def term(words: type[Term], name: str, **options: Any) -> models.CharField[str, str]:
    """A column that holds one of the words, stored by its English name."""
    choices = [(str(one), one.zh) for one in words]
    return models.CharField(name, max_length=20, choices=choices, **options)


def money(name: str, **options: Any) -> models.DecimalField[Any, Any]:
    """An amount to the cent, as the books hold it."""
    return models.DecimalField(name, max_digits=18, decimal_places=2, **options)
