"""The column matcher: which model table a sheet is, which heading is which column, and how sure that is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bihuan.collect import match_values, match_write
from bihuan.collect.desk import Desk
from bihuan.collect.handed import Draft, Grid
from bihuan.collect.layout import lay_out
from bihuan.collect.map import Map, load, parse, saved_for
from bihuan.collect.map_draft import draft_from_map
from bihuan.collect.match_assign import Match, Pair, alike, match
from bihuan.collect.match_headings import type_of, words
from bihuan.collect.match_map import raw_map
from bihuan.collect.match_values import Sample
from bihuan.collect.sheet import Sheet
from bihuan.errors import Unsure
from bihuan.model.table import tables

SURE = 0.8  # from here on a proposal is taken without asking
LEAST = 0.35  # share of the headings that a table must explain
CLOSE = 0.93  # a second table that explains as much as this of the first one's share is a doubt
READABLE = 0.5  # share of the sampled values that a decisive column must be able to hold
_DECISIVE = frozenset({"money", "price", "quantity", "date"})


@dataclass(frozen=True)
class Proposal:
    """How a sheet could be read, and how far that can be trusted."""

    sheet: Sheet
    table: str | None  # None: no table of the model resembles it
    raw: Mapping[str, Any]  # the map as plain data
    columns: Mapping[str, Pair]
    sureness: float  # 0 to 1; see docs/maps.md
    doubts: tuple[str, ...]
    also: tuple[Pair, ...] = ()  # headings that nearly fit a free column: proposals only

    @property
    def is_sure(self) -> bool:
        """Whether it is taken without asking."""
        return self.table is not None and not self.doubts and self.sureness >= SURE


def draft(sheet: Sheet, desk: Desk) -> Draft:
    """The rows of a sheet: by the map given, else by a map saved for these headings, else by the matcher.

    Unsure if the matcher is not sure; its proposal then lies in `desk.maps`, to be corrected and given with --map.
    """
    given = desk.options.map
    found = load(given) if given else saved_for(sheet, desk.maps)
    if found is None:
        proposal = propose(sheet, desk)
        if not proposal.is_sure:
            raise Unsure(match_write.why(proposal, match_write.write(proposal, desk.maps)))
        found = parse({**proposal.raw, "sureness": round(proposal.sureness, 2)})
    return draft_from_map(sheet, found, desk)


def draft_of_grid(grid: Grid, desk: Desk) -> Draft:
    """The rows of a grid by the map given with --map, which may also say where the heading stands."""
    found: Map | None = load(desk.options.map) if desk.options.map else None
    if found is None:
        return draft(lay_out(grid, desk), desk)
    return draft_from_map(lay_out(grid, desk, lines=found.heading, until=found.until), found, desk)


def propose(sheet: Sheet, desk: Desk) -> Proposal:
    """The table that explains the sheet best, its columns, and every reason to doubt them."""
    sample = match_values.take(sheet, desk)
    ranked = sorted((match(sheet, one, sample) for one in tables().values()), key=lambda one: -_rank(one, sheet))
    whole = [one for one in ranked if not one.missing and _rank(one, sheet) >= 0.5 * _rank(ranked[0], sheet)]
    best = whole[0] if whole else ranked[0]
    if best.score < 0.1:
        return Proposal(sheet, None, {}, {}, 0.0, (_nothing(sheet),))
    doubts = [*_table_doubts(best, ranked, sheet), *_column_doubts(best, sample)]
    free = [one for one in sheet.headings if one not in best.headings]
    open_columns = [one for one in best.table.names if one not in {pair.column for pair in best.pairs}]
    return Proposal(
        sheet=sheet,
        table=best.table.name,
        raw=raw_map(best, sheet, sample),
        columns={one.column: one for one in best.all_pairs},
        sureness=_sureness(best, len(doubts)),
        doubts=tuple(doubts),
        also=tuple(alike(sheet, best.table, free, open_columns)),
    )


def _rank(found: Match, sheet: Sheet) -> float:
    """The score, and a little for a title or a name that says what the sheet is."""
    said = f"{sheet.title} {sheet.name} {sheet.file.name}".casefold()
    hints = words().hints.get(found.table.name, ())
    return found.score * (1.1 if any(one in said for one in hints) else 1.0)


def _sureness(best: Match, doubts: int) -> float:
    """The least of the weakest decisive column and of what the table explains; below `SURE` with every doubt."""
    decisive = [one.weight for one in best.all_pairs if _is_decisive(best, one.column)]
    explained = min(1.0, 0.7 + best.score / 2)
    sure = min([explained, *decisive])
    return round(min(sure, SURE - 0.05 * (1 + min(doubts, 6))) if doubts else sure, 3)


def _is_decisive(found: Match, column: str) -> bool:
    if column not in found.table.names:
        return True
    return found.table.column(column).required or type_of(found.table, column) == "money"


def _table_doubts(best: Match, ranked: Sequence[Match], sheet: Sheet) -> list[str]:
    doubts: list[str] = []
    label = f"{best.table.zh} {best.table.name}"
    if best.missing:
        doubts.append(f"缺少必需的列 {', '.join(best.missing)} / required columns of {best.table.name} were not found")
    if best.score < LEAST:
        doubts.append(f"只认得少数标题，未必是{label} / too few of the headings are known to say that it is this table")
    for other in ranked:
        if other is best or best.missing:
            continue
        near = _rank(other, sheet) >= CLOSE * _rank(best, sheet)
        if near and not other.missing:
            doubts.append(f"也像{other.table.zh} / it could as well be {other.table.name}")
        elif other.missing and _rank(other, sheet) > 1.25 * _rank(best, sheet):
            lacking = ", ".join(other.missing)
            doubts.append(
                f"更像{other.table.zh}，但缺少 {lacking} / it looks more like {other.table.name}, without {lacking}"
            )
    return doubts


def _column_doubts(best: Match, sample: Sample) -> list[str]:
    doubts: list[str] = []
    for one in best.all_pairs:
        type_ = type_of(best.table, one.column)
        if type_ in _DECISIVE and one.values is not None and one.values < READABLE:
            values, scale = sample.values(one.heading), sample.scale(one.heading)
            odd = ", ".join(repr(value) for value in match_values.unreadable(type_, values, scale))
            doubts.append(f"“{one.heading}”的值不像{one.column} / values under it cannot be read as {type_}: {odd}")
        for rival in best.rivals.get(one.column, ()):
            if _cannot_tell(best, one, rival, sample):
                doubts.append(
                    f"“{one.heading}”和“{rival.heading}”都像 {one.column}，值又不同 / both fit {one.column}, and differ"
                )
    return doubts


def _cannot_tell(best: Match, one: Pair, rival: Pair, sample: Sample) -> bool:
    """Whether another heading fits as well and holds something else. Of money nothing is guessed."""
    if sample.same(one.heading, rival.heading) or not sample.values(rival.heading):
        return False
    if rival.values is not None and one.values is not None and rival.values < 0.5 <= one.values:
        return False
    if type_of(best.table, one.column) in {"money", "price", "quantity"}:
        return True
    is_named_so = one.is_label and not rival.is_label
    matters = (
        _is_decisive(best, one.column) or type_of(best.table, one.column) == "date" or one.column in best.table.key
    )
    return matters and not is_named_so


def _nothing(sheet: Sheet) -> str:
    some = "、".join(sheet.headings[:8])
    return f"没有一张模型表认得这些标题：{some} / no table of the model knows these headings"
