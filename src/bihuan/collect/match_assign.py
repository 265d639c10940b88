"""Which heading of a sheet is which column of a model table: the pairs that may be, and the best choice of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import sqrt

from rapidfuzz import fuzz

from bihuan.collect.match_headings import bare, key, known, once, type_of, vocabulary, words
from bihuan.collect.match_values import Sample, Wanted
from bihuan.collect.sheet import Sheet
from bihuan.model.table import Table

ALIKE = 82  # of 100: a heading this near to a known one is proposed, never taken by itself
# What each side of a row has for itself; the row's number is neither's.
_SIDED = frozenset({"account_code", "account_name", "debit", "credit", "dc", "amount", "counter_account", "line_no"})
_LARGE = 12  # pairs hanging together beyond this are chosen greedily


@dataclass(frozen=True)
class Pair:
    """A heading that may stand for a column: how well its name fits, and how well its values do."""

    heading: str
    column: str
    name: float  # 1 is the column's label itself, less an alias
    values: float | None  # share of the sampled values that the column could hold; None: no values

    @property
    def weight(self) -> float:
        """Name and values together, 0 to 1."""
        return self.name * (0.9 if self.values is None else 0.3 + 0.7 * self.values)

    @property
    def is_label(self) -> bool:
        """Whether the heading is the column's own label, not one of its aliases."""
        return self.name >= 1.0


@dataclass(frozen=True)
class Match:
    """How a sheet would be read as one table."""

    table: Table
    pairs: tuple[Pair, ...]  # one a column, in the order of the headings
    rivals: Mapping[str, tuple[Pair, ...]]  # column → other headings that also fit it
    missing: tuple[str, ...]  # required columns (or groups of which one is needed) that no heading fits
    score: float  # share of the sheet's headings that the table explains, rare headings counting more
    split: tuple[tuple[Pair, ...], tuple[Pair, ...]] | None = None  # debit, credit side of a row with both accounts

    @property
    def all_pairs(self) -> tuple[Pair, ...]:
        """The pairs, those of the two sides included."""
        return self.pairs + (self.split[0] + self.split[1] if self.split else ())

    @property
    def headings(self) -> frozenset[str]:
        """The headings that were given a column."""
        return frozenset(one.heading for one in self.all_pairs)


def match(sheet: Sheet, table: Table, sample: Sample) -> Match:
    """The best reading of a sheet as rows of `table`."""
    pairs = candidates(sheet, table, sample)
    split = _sides(sheet, table, sample)
    if split:
        own = {one.heading for side in split for one in side}
        pairs = [one for one in pairs if one.heading not in own and one.column not in _SIDED]
    chosen = _without_doubles(table, choose(pairs, _required(table)))
    chosen += _days_of_instants(table, chosen)
    every = [*chosen, *(split[0] + split[1] if split else ())]
    taken = {one.heading for one in every}
    rivals = {
        one.column: tuple(other for other in pairs if other.column == one.column and other.heading not in taken)
        for one in chosen
    }
    return Match(
        table=table,
        pairs=tuple(sorted(chosen, key=lambda one: sheet.headings.index(one.heading))),
        rivals={column: others for column, others in rivals.items() if others},
        missing=_missing(table, {one.column for one in every}),
        score=_score(sheet, table, every),
        split=split,
    )


def candidates(sheet: Sheet, table: Table, sample: Sample) -> list[Pair]:
    """Every pair whose heading is a name of the column, with the evidence of the values."""
    names = vocabulary(table.name)
    pairs: list[Pair] = []
    for at, heading in enumerate(sheet.headings):
        columns = names.get(key(once(heading))) or names.get(bare(once(heading))) or ()
        for column, rank in columns:
            placed = _placed(sheet, at, column, names)
            wanted = _wanted(table, placed)
            strength = 1.0 if rank == 0 else 0.97 - 0.003 * min(rank, 20)
            pairs.append(Pair(heading, placed, strength, sample.fit(wanted, heading)))
    return pairs


def alike(sheet: Sheet, table: Table, free: Sequence[str], columns: Sequence[str]) -> list[Pair]:
    """Headings that no name fits, with the free column whose name is nearest: proposals, nothing more."""
    names = {word: column for word, found in vocabulary(table.name).items() for column, _ in found}
    found: list[Pair] = []
    for heading in free:
        near = max(
            ((fuzz.ratio(bare(heading), word), column) for word, column in names.items() if column in columns),
            default=(0.0, ""),
        )
        if near[0] >= ALIKE:
            found.append(Pair(heading, near[1], near[0] / 100 * 0.9, None))
    return found


def choose(pairs: Sequence[Pair], required: frozenset[str]) -> list[Pair]:
    """One heading a column and one column a heading, so that required columns are found and the sum is greatest."""
    chosen: list[Pair] = []
    for group in _groups(pairs):
        ordered = sorted(group, key=lambda one: (-_worth(one, required), one.heading, one.column))
        chosen += _greedy(ordered) if len(group) > _LARGE else _best(tuple(ordered), required)
    return chosen


def _worth(pair: Pair, required: frozenset[str]) -> float:
    return pair.weight + (1.0 if pair.column in required else 0.0)


def _best(pairs: tuple[Pair, ...], required: frozenset[str]) -> list[Pair]:
    if not pairs:
        return []
    first, rest = pairs[0], pairs[1:]
    free = tuple(one for one in rest if one.heading != first.heading and one.column != first.column)
    taken = [first, *_best(free, required)]
    if len(free) == len(rest):
        return taken
    left = _best(rest, required)
    return max(taken, left, key=lambda found: round(sum(_worth(one, required) for one in found), 9))


def _greedy(pairs: Sequence[Pair]) -> list[Pair]:
    chosen: list[Pair] = []
    for one in pairs:
        if all(one.heading != other.heading and one.column != other.column for other in chosen):
            chosen.append(one)
    return chosen


def _groups(pairs: Sequence[Pair]) -> list[list[Pair]]:
    """Pairs that hang together by a heading or a column."""
    groups: list[list[Pair]] = []
    for one in pairs:
        near = [group for group in groups if any(_touch(one, other) for other in group)]
        merged = [one, *(other for group in near for other in group)]
        groups = [group for group in groups if group not in near] + [merged]
    return groups


def _touch(one: Pair, other: Pair) -> bool:
    return one.heading == other.heading or one.column == other.column


def _placed(sheet: Sheet, at: int, column: str, names: Mapping[str, tuple[tuple[str, int], ...]]) -> str:
    """A direction belongs to the balance that follows it, where directions repeat: 方向 期初余额 … 方向 期末余额."""
    repeated = sum(1 for one in sheet.headings if key(once(one)) == key(once(sheet.headings[at]))) > 1
    if column != "dc" or not repeated or at + 1 >= len(sheet.headings):
        return column
    after = {name for name, _ in names.get(bare(once(sheet.headings[at + 1])), ())}
    return next((f"{one}_dc" for one in ("opening", "closing") if one in after), column)


def _without_doubles(table: Table, chosen: Sequence[Pair]) -> list[Pair]:
    """Of two ways to say one thing the more exact: debit and credit before an amount with its direction."""
    found = {one.column for one in chosen}
    if table.name == "journal_line":
        if {"debit", "credit"} <= found:
            return [one for one in chosen if one.column not in {"dc", "amount"}]
        if {"dc", "amount"} <= found:
            return [one for one in chosen if one.column not in {"debit", "credit"}]
        return [one for one in chosen if one.column != "dc"]
    return list(chosen)


def _sides(sheet: Sheet, table: Table, sample: Sample) -> tuple[tuple[Pair, ...], tuple[Pair, ...]] | None:
    """The debit and the credit side, where one row of a journal holds both accounts."""
    if table.name != "journal_line":
        return None
    at = {key(one): one for one in reversed(sheet.headings)}
    debit, credit = (_side(at, side, table, sample) for side in ("debit", "credit"))
    if {"account_code", "debit"} <= set(debit) and {"account_code", "credit"} <= set(credit):
        for side, other in ((debit, credit), (credit, debit)):
            side["counter_account"] = replace(other["account_code"], column="counter_account")
        return tuple(debit.values()), tuple(credit.values())
    return None


def _side(at: Mapping[str, str], side: str, table: Table, sample: Sample) -> dict[str, Pair]:
    found: dict[str, Pair] = {}
    for column, keys in words().sides[side].items():
        both = words().both if column == side else ()
        heading = next((at[one] for one in (*keys, *both) if one in at), None)
        if heading is not None:
            found[column] = Pair(heading, column, 1.0, sample.fit(_wanted(table, column), heading))
    return found


def _days_of_instants(table: Table, chosen: Sequence[Pair]) -> list[Pair]:
    """A required day that only stands together with its time: 交易时间 gives transacted_at and transacted_on."""
    found = {one.column: one for one in chosen}
    twins = [(name, f"{name.removesuffix('_on')}_at") for name in sorted(_required(table)) if name.endswith("_on")]
    return [replace(found[at], column=on) for on, at in twins if on not in found and at in found]


def _wanted(table: Table, column: str) -> Wanted:
    form = table.column(column).form if column in table.names else None
    return Wanted(column, type_of(table, column), form)


def _required(table: Table) -> frozenset[str]:
    return frozenset(one.name for one in table.columns if one.required)


def _missing(table: Table, found: set[str]) -> tuple[str, ...]:
    lacking = [one for one in sorted(_required(table) - words().supplied) if one not in found]
    groups = ["/".join(group) for group in words().needs.get(table.name, ()) if not found & set(group)]
    if table.name == "journal_line" and not groups and not ({"debit", "credit"} <= found or {"dc", "amount"} <= found):
        groups.append("debit and credit, or dc and amount")
    return (*lacking, *groups)


def _score(sheet: Sheet, table: Table, chosen: Sequence[Pair]) -> float:
    ignored = words().aside["any"] | words().aside.get(table.name, frozenset())
    counted = [one for one in sheet.headings if key(one) not in ignored and not one.startswith("列")]
    taken = {one.heading: one.weight for one in chosen}
    whole = sum(_rarity(one) for one in counted) or 1.0
    return sum(_rarity(one) * taken.get(one, 0.0) for one in counted) / whole


def _rarity(heading: str) -> float:
    """A heading that few tables know says more than one that all have."""
    count = known().get(key(once(heading))) or known().get(bare(once(heading))) or 4
    return 1 / sqrt(count)
