"""How many matters show which light, counted by the database."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, QuerySet
from django.utils import timezone

from bihuan.matters.clocks import lit
from bihuan.matters.models import Matter
from bihuan.matters.words import Light


def by_light(
    found: QuerySet[Matter], column: str, lights: Iterable[Light] = tuple(Light)
) -> dict[Any, dict[Light, int]]:
    """For each value of the column the number of matters by light; lights that none shows are left out."""
    now, shown = timezone.now(), tuple(lights)
    asked = {str(one): Count("pk", filter=lit(one, now)) for one in shown}
    rows = found.order_by().values(column).annotate(**asked)
    counted = {row[column]: {one: row[str(one)] for one in shown if row[str(one)]} for row in rows}
    return {value: counts for value, counts in counted.items() if counts}
