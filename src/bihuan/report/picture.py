"""What a run's page shows, gathered once: figures, charts, leads, coverage, what could not be examined."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from bihuan.collect import raw
from bihuan.collect.raw import Refused
from bihuan.examine.header import Words
from bihuan.examine.packs import title
from bihuan.leads.dossier import Dossier
from bihuan.leads.evidence import EvidenceRow, evidence, with_values
from bihuan.leads.lead import Lead
from bihuan.leads.packs import Line, summed
from bihuan.leads.ranking import Ranking
from bihuan.model.table import table
from bihuan.store.books import open_books
from bihuan.store.engine import connect, text
from bihuan.store.snapshot import Snapshot, load
from bihuan.store.workspace import Workspace

LEADS_SHOWN = 500  # with what is behind them
LEADS_LISTED = 2_500  # those after them in one line each, so that every number of the page has its list
ROWS_SHOWN = 8
DETAILED = 200
BARS, MONTHS = 15, 60


@dataclass(frozen=True)
class Bar:
    """One bar of a chart: what it is of, how long (percent of the longest), what is written beside it."""

    name: str
    percent: str
    words: str
    count: int = 0


@dataclass(frozen=True)
class Picture:
    """Everything that the page renders."""

    workspace: Workspace
    snapshot: Snapshot
    ranking: Ranking
    leads: tuple[Lead, ...]  # the weightiest, at most LEADS_LISTED
    dossiers: tuple[Dossier, ...]
    evidence: Mapping[str, list[EvidenceRow]]
    units: dict[str, str]  # unit → its name where the books know one
    by_unit: tuple[Bar, ...]  # for each unit and currency
    by_method: tuple[dict[str, Any], ...]
    packs: tuple[tuple[Line, Words], ...]  # each pack with its methods, and what the pack is called
    by_month: tuple[Bar, ...]
    coverage: tuple[tuple[str, dict[str, int]], ...]  # unit → month → rows, of the widest population
    months: tuple[str, ...]
    not_examined: tuple[dict[str, Any], ...]  # manifest entries that were not applicable or failed
    troubles: tuple[dict[str, Any], ...]  # sources with rejects or controls that do not hold
    refused: tuple[Refused, ...]  # what was handed over and is not in the books

    @property
    def whole_packs(self) -> tuple[tuple[Line, Words], ...]:
        """The packs without their methods."""
        return tuple(one for one in self.packs if one[0].method is None)

    @property
    def rows(self) -> int:
        """Rows in the books."""
        return sum(part.rows for part in self.snapshot.parts)

    @property
    def amounts(self) -> dict[str, Decimal]:
        """Amount of the dossiers by currency: what several leads share is counted once."""
        found: dict[str, Decimal] = defaultdict(Decimal)
        for one in self.ranking.dossiers:
            found[one.currency or self.workspace.settings.currency] += one.amount or Decimal(0)
        return dict(sorted(found.items()))


def gather(workspace: Workspace, ranking: Ranking) -> Picture:
    """Read all that the page needs; personal columns arrive masked."""
    snapshot = load(workspace, ranking.run.snapshot)
    leads = ranking.leads[:LEADS_LISTED]
    coverage, months = _coverage(workspace, ranking)
    return Picture(
        workspace=workspace,
        snapshot=snapshot,
        ranking=ranking,
        leads=leads,
        dossiers=ranking.dossiers[:10],
        evidence=_evidence(workspace, ranking, leads[:DETAILED]),
        units=_unit_names(workspace, snapshot),
        by_unit=_by_unit(ranking.dossiers),
        by_method=_by_method(ranking.leads),
        packs=tuple((one, title(one.pack, workspace)) for one in summed(workspace, ranking)),
        by_month=_by_month(ranking.leads),
        coverage=coverage,
        months=months,
        not_examined=tuple(
            one for one in ranking.run.manifest["methods"] if one["status"] in ("not_applicable", "failed")
        ),
        troubles=_troubles(snapshot),
        refused=tuple(sorted(raw.refused(workspace), key=lambda one: (one.name, one.hash))),
    )


def _evidence(workspace: Workspace, ranking: Ranking, leads: Iterable[Lead]) -> dict[str, list[EvidenceRow]]:
    found = evidence(workspace, ranking.run, [one.hit.id for one in leads])
    short = {lead: rows[:ROWS_SHOWN] for lead, rows in found.items()}
    filled = with_values(workspace, ranking.run, [row for rows in short.values() for row in rows])
    by_row = {(row.table, row.row_id): row for row in filled}
    return {lead: [by_row[row.table, row.row_id] for row in rows] for lead, rows in short.items()}


def _by_unit(dossiers: Iterable[Dossier]) -> tuple[Bar, ...]:
    amounts: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    counts: Counter[tuple[str, str]] = Counter()
    for one in dossiers:
        amounts[one.currency or "", one.unit] += one.amount or Decimal(0)
        counts[one.currency or "", one.unit] += len(one.leads)
    of_currency = Counter(currency for currency, _ in amounts)
    ordered = sorted(amounts, key=lambda key: (-of_currency[key[0]], key[0], -amounts[key], key[1]))[:BARS]
    longest = {currency: max(amounts[one] for one in amounts if one[0] == currency) for currency in of_currency}
    return tuple(
        Bar(unit, _percent(amounts[currency, unit], longest[currency]), words, counts[currency, unit])
        for currency, unit in ordered
        for words in [f"{amounts[currency, unit]:,.0f} {currency}".strip()]
    )


def _percent(value: Decimal | int, longest: Decimal | int) -> str:
    return f"{Decimal(value) * 100 / (longest or 1):.1f}"


def _by_method(leads: Iterable[Lead]) -> tuple[dict[str, Any], ...]:
    counts = Counter(one.hit.method.id for one in leads)
    methods = {one.hit.method.id: one.hit.method for one in leads}
    ordered = sorted(counts, key=lambda name: (-counts[name], name))
    return tuple({"method": methods[name], "count": counts[name]} for name in ordered)


def _by_month(leads: Iterable[Lead]) -> tuple[Bar, ...]:
    counts = Counter(one.hit.on.strftime("%Y-%m") for one in leads if isinstance(one.hit.on, date))
    if not counts:
        return ()
    longest = max(counts.values())
    months = _months(min(counts), max(counts))
    if len(months) > MONTHS:  # a mistyped year would leave no room for the others
        months = sorted(counts)
    return tuple(Bar(one, _percent(counts[one], longest), f"{counts[one]:,}", counts[one]) for one in months)


def _months(first: str, last: str) -> list[str]:
    """Every month from the first to the last, also those without leads."""
    start, end = (int(one[:4]) * 12 + int(one[5:]) - 1 for one in (first, last))
    return [f"{number // 12:04}-{number % 12 + 1:02}" for number in range(start, min(end, start + MONTHS) + 1)]


def _coverage(workspace: Workspace, ranking: Ranking) -> tuple[tuple[tuple[str, dict[str, int]], ...], tuple[str, ...]]:
    keys = sorted({one.key for one in ranking.run.methods})
    files = [workspace.runs / "results" / key / "coverage.parquet" for key in keys]
    if not files:
        return (), ()
    listed = ", ".join(text(str(one)) for one in files)
    with connect(workspace.settings) as engine:
        rows = engine.rows(
            f"SELECT unit, strftime(month, '%Y-%m'), max(rows) FROM read_parquet([{listed}], filename = true) "
            "WHERE unit IS NOT NULL GROUP BY ALL ORDER BY ALL"
        )
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for unit, month, count in rows:
        if month is not None:
            found[unit][month] = count
    return tuple(found.items()), tuple(sorted({month for _, month, _ in rows if month is not None}))


def _unit_names(workspace: Workspace, snapshot: Snapshot) -> dict[str, str]:
    selects = [
        f'SELECT {table(name).unit} AS unit, unit_name FROM "{name}" WHERE unit_name IS NOT NULL'
        for name in snapshot.tables
        if name != "organization" and table(name).unit and "unit_name" in table(name).names
    ]
    if not selects:
        return {}
    with open_books(workspace, snapshot) as engine:
        rows = engine.rows(f"SELECT unit, max(unit_name) FROM ({' UNION ALL '.join(selects)}) GROUP BY unit")
    return dict(rows)


def _troubles(snapshot: Snapshot) -> tuple[dict[str, Any], ...]:
    found = []
    for source in snapshot.sources:
        failing = [one for one in source.controls if not one.holds]
        rejects = sum(int(one.get("rejects", 0)) for one in source.tables.values())
        if source.superseded_by is None and (failing or rejects):
            found.append({"name": source.name, "rejects": rejects, "controls": failing})
    return tuple(found)
