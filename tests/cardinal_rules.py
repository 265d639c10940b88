"""Cardinal's eleven rules read again in plain Python, from issue 4's words, with exact fractions and no SQL.

What is wanted differently from Cardinal stands here too: instants as instants, one main currency for all releases,
lots as contests of their own, no fence where there is no spread.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

Release = dict[str, Any]
Cells = dict[tuple[str, str, str], Fraction]  # (code, group, id) → number; `ocid/lot` where a process has several lots

FINAL = {"active", "cancelled", "unsuccessful"}
SUBMITTED = {"pending", "valid", "disqualified"}
FENCE = Fraction(3, 2)


@dataclass(frozen=True)
class Bid:
    """One bid; its tenderers are several in a consortium."""

    tenderers: tuple[str, ...]
    status: str
    amount: Fraction | None
    currency: str | None
    date: str | None


@dataclass(frozen=True)
class Contest:
    """Bids that compete with each other and the awards made to them: a process, or one of its lots."""

    id: str
    release: Release
    bids: tuple[Bid, ...]
    awards: tuple[dict[str, Any], ...]

    @property
    def active(self) -> list[dict[str, Any]]:
        """Awards that stand."""
        return [one for one in self.awards if one.get("status") == "active"]

    @property
    def is_decided(self) -> bool:
        """No award is pending or of a status that says nothing."""
        return all(one.get("status") in FINAL for one in self.awards)

    @property
    def winners(self) -> set[str]:
        """Suppliers of the awards that stand."""
        return {one["id"] for award in self.active for one in award["suppliers"]}

    @property
    def sole_winner(self) -> str | None:
        """The supplier, if exactly one award stands, to one supplier, and nothing is pending."""
        if not self.is_decided or len(self.active) != 1 or len(self.active[0]["suppliers"]) != 1:
            return None
        return str(self.active[0]["suppliers"][0]["id"])

    def of_status(self, *statuses: str) -> list[Bid]:
        """Its bids of these statuses."""
        return [one for one in self.bids if one.status in statuses]


def cells(releases: Iterable[Release]) -> Cells:
    """Every number that the eleven rules give."""
    held = [one for one in releases if one.get("tender", {}).get("status") != "cancelled"]
    contests = [contest for release in held for contest in _contests(release)]
    main = _main_currency(releases)
    found: Cells = {}
    for rule in (_r003, _r018):
        found |= {one: Fraction(1) for release in held for one in rule(release)}
    for each in (_r028, _r030, _r035):
        for contest in contests:
            found |= each(contest)
    for contest in contests:
        found |= _r036(contest, main)
    return found | _r024_and_r058(contests, main) | _r025(contests) | _r038(held) | _r048(held)


def counted_by_bids(releases: Iterable[Release]) -> set[str]:
    """Competitive contests that are over and whose bids show one tenderer, whatever the notice states."""
    found = set()
    for release in releases:
        tender = release["tender"]
        if tender.get("status") == "cancelled" or tender.get("procurementMethod") not in ("open", "selective"):
            continue
        is_over = tender.get("status", "complete") == "complete" or any(
            one.get("status") == "active" for one in release.get("awards", [])
        )
        found |= {
            one.id for one in _contests(release)
            if is_over and len({bid.tenderers[0] for bid in one.of_status(*SUBMITTED)}) == 1
        }  # fmt: skip
    return found


def quartile(values: Iterable[Fraction], p: Fraction) -> Fraction:
    """R8: at place h = (n + 1/3) p + 1/3, between two neighbours linearly."""
    held = sorted(values)
    place = (len(held) + Fraction(1, 3)) * p + Fraction(1, 3)
    low = place.numerator // place.denominator
    if low < 1:
        return held[0]
    if low >= len(held):
        return held[-1]
    return held[low - 1] + (place - low) * (held[low] - held[low - 1])


def _quartiles(values: Iterable[Fraction]) -> tuple[Fraction, Fraction]:
    held = list(values)
    return quartile(held, Fraction(1, 4)), quartile(held, Fraction(3, 4))


def _below(values: dict[Any, Fraction]) -> dict[Any, Fraction]:
    """Those at or below the lower fence; none where it is not above zero or nothing is spread."""
    if not values:
        return {}
    first, third = _quartiles(values.values())
    fence = first - FENCE * (third - first)
    return {} if third == first or fence <= 0 else {key: one for key, one in values.items() if one <= fence}


def _above(values: dict[Any, Fraction]) -> dict[Any, Fraction]:
    """Those at or above the upper fence; none where nothing is spread."""
    if not values:
        return {}
    first, third = _quartiles(values.values())
    return {key: one for key, one in values.items() if third > first and one >= third + FENCE * (third - first)}


def _contests(release: Release) -> list[Contest]:
    details, awards = release.get("bids", {}).get("details", []), release.get("awards", [])
    named = {lot for one in [*details, *awards] if (lot := _lot(one))}
    lots = sorted({_lot(one) for one in [*details, *awards]}) if len(named) > 1 else [None]
    return [
        Contest(
            release["ocid"] + (f"/{lot}" if lot else ""),
            release,
            tuple(_bid(one) for one in details if lot is None or _lot(one) == lot),
            tuple(one for one in awards if lot is None or _lot(one) == lot),
        )
        for lot in lots
    ]


def _lot(one: dict[str, Any]) -> str:
    return "; ".join(one.get("relatedLots", []))


def _bid(one: dict[str, Any]) -> Bid:
    value = one.get("value", {})
    amount = Fraction(str(value["amount"])) if "amount" in value else None
    who = tuple(each["id"] for each in one["tenderers"])
    return Bid(who, one.get("status", ""), amount, value.get("currency"), one.get("date"))


def _main_currency(releases: Iterable[Release]) -> str | None:
    bids = [_bid(one) for release in releases for one in release.get("bids", {}).get("details", [])]
    counts = Counter(one.currency for one in bids if one.amount is not None and one.currency)
    return min(counts, key=lambda one: (-counts[one], one)) if counts else None


def _r003(release: Release) -> Iterator[tuple[str, str, str]]:
    period = release["tender"].get("tenderPeriod", {})
    if "startDate" in period and "endDate" in period:
        length = datetime.fromisoformat(period["endDate"]) - datetime.fromisoformat(period["startDate"])
        if length < timedelta(days=15):
            yield "R003", "OCID", release["ocid"]


def _r018(release: Release) -> Iterator[tuple[str, str, str]]:
    tender = release["tender"]
    if tender.get("procurementMethod") in ("open", "selective") and tender.get("numberOfTenderers") == 1:
        yield "R018", "OCID", release["ocid"]


def _r024_and_r058(contests: list[Contest], main: str | None) -> Cells:
    pairs = {one.id: pair for one in contests if (pair := _first_and_second(one, main))}
    differences = {key: (second[0] - won[0]) / won[0] for key, (won, second) in pairs.items()}
    found: Cells = {}
    for key, value in _below(differences).items():
        found["R024", "OCID", key] = value
        found |= {("R024", "Tenderer", who): Fraction(0) for _, who in pairs[key]}
    for key, value in _above(differences).items():
        found["R058", "OCID", key] = value
        found["R058", "Tenderer", pairs[key][0][1]] = Fraction(0)
    return found


def _first_and_second(contest: Contest, main: str | None) -> tuple[tuple[Fraction, str], tuple[Fraction, str]] | None:
    """The winner's lowest valid bid and the lowest of the others, if the winner's is not dearer."""
    priced = [
        (one.amount, one.tenderers[0]) for one in contest.of_status("valid")
        if one.amount is not None and one.currency == main and len(one.tenderers) == 1
    ]  # fmt: skip
    won = [one for one in priced if one[1] == contest.sole_winner]
    others = [one for one in priced if one[1] != contest.sole_winner]
    if not won or not others:
        return None
    first, second = (min(one) for one in (won, others))  # of equal prices, the first id
    return (first, second) if first[0] <= second[0] else None


def _r025(contests: list[Contest]) -> Cells:
    tried: Counter[str] = Counter()
    won: Counter[str] = Counter()
    for contest in contests:
        if contest.sole_winner is not None:
            for who in {one.tenderers[0] for one in contest.of_status("valid") if len(one.tenderers) == 1}:
                tried[who] += 1
                won[who] += who == contest.sole_winner
    if not tried:
        return {}
    often = quartile([Fraction(one) for one in tried.values()], Fraction(3, 4))
    ratios = {who: Fraction(won[who], count) for who, count in tried.items()}
    return {("R025", "Tenderer", who): ratio for who, ratio in _below(ratios).items() if tried[who] >= often}


def _r028(contest: Contest) -> Cells:
    prices: dict[tuple[Fraction, str], set[frozenset[str]]] = defaultdict(set)
    for one in contest.of_status(*SUBMITTED):
        if one.amount is not None and one.currency:
            prices[one.amount, one.currency].add(frozenset(one.tenderers))
    same = [who for groups in prices.values() if len(groups) > 1 for group in groups for who in group]
    found: Cells = {("R028", "Tenderer", who): Fraction(1) for who in same}
    return found | {("R028", "OCID", contest.id): Fraction(1)} if same else {}


def _r030(contest: Contest) -> Cells:
    end = contest.release["tender"].get("tenderPeriod", {}).get("endDate")
    late = [
        one for one in contest.of_status("valid")
        if end and one.date and datetime.fromisoformat(one.date) > datetime.fromisoformat(end)
        and contest.winners & set(one.tenderers)
    ]  # fmt: skip
    return {("R030", "OCID", contest.id): Fraction(1)} if late else {}


def _r035(contest: Contest) -> Cells:
    valid = {who for one in contest.of_status("valid") for who in one.tenderers}
    out = {who for one in contest.of_status("disqualified") for who in one.tenderers} - valid
    if not contest.is_decided or len(valid) != 1 or contest.winners != valid or not out:
        return {}
    return {("R035", "OCID", contest.id): Fraction(len(out))}


def _r036(contest: Contest, main: str | None) -> Cells:
    priced = [one for one in contest.of_status(*SUBMITTED) if one.amount is not None and one.currency == main]
    out = [one.amount for one in priced if one.status == "disqualified" and one.amount is not None]
    left = [one.amount for one in priced if one.status != "disqualified" and one.amount is not None]
    is_priced = any(one.status == "valid" for one in priced)
    fires = contest.active and is_priced and out and min(out) < min(left)
    return {("R036", "OCID", contest.id): Fraction(1)} if fires else {}


def _r038(releases: list[Release]) -> Cells:
    sides: dict[tuple[str, str], list[tuple[str, bool]]] = defaultdict(list)
    for release in releases:
        organiser = release["tender"].get("procuringEntity", {}).get("id")
        for one in map(_bid, release.get("bids", {}).get("details", [])):
            if one.status in SUBMITTED:
                who = [("Buyer", release["buyer"]["id"]), *(("Tenderer", each) for each in one.tenderers)]
                for side in [*who, *([("ProcuringEntity", organiser)] if organiser else [])]:
                    sides[side].append((release["ocid"], one.status == "disqualified"))
    found: Cells = {}
    for group in ("Buyer", "ProcuringEntity", "Tenderer"):
        size: Callable[[list[tuple[str, bool]]], int] = len if group == "Tenderer" else _processes
        ratios = {
            key: Fraction(sum(is_out for _, is_out in bids), len(bids))
            for (kind, key), bids in sides.items() if kind == group and size(bids) >= 2
        }  # fmt: skip
        found |= {("R038", group, key): ratio for key, ratio in _above(ratios).items()}
    return found


def _processes(bids: list[tuple[str, bool]]) -> int:
    return len({ocid for ocid, _ in bids})


def _r048(releases: list[Release]) -> Cells:
    classes: dict[str, set[str]] = defaultdict(set)
    processes: dict[str, set[str]] = defaultdict(set)
    for release in releases:
        for award in release.get("awards", []):
            if award.get("status") == "active" and len(award["suppliers"]) == 1:
                who = award["suppliers"][0]["id"]
                codes = {one["classification"]["id"][:2] for one in award.get("items", [])}
                classes[who] |= codes
                processes[who] |= {release["ocid"]} if codes else set()
    wide = {who: Fraction(len(classes[who])) for who in classes if len(processes[who]) >= 20}
    return {("R048", "Tenderer", who): value for who, value in _above(wide).items()}
