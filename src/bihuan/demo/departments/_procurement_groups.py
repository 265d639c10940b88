"""Problems of several purchases: rings, companions, favourites, and units that keep competition out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta

from bihuan.demo.companies import Company
from bihuan.demo.county import TRADES
from bihuan.demo.departments._procurement_case import Case, Transfer, sole_source
from bihuan.demo.departments._procurement_market import (
    Bid,
    Buyer,
    Process,
    desk_phone,
    hour_before,
    notice_day,
    price_items,
    workday,
)
from bihuan.demo.registry_ties import officials_firms, officials_unrelated, related_firms, unrelated_firms
from bihuan.demo.truth import Form

FORMS: tuple[Form, ...] = ("plain", "plain", "hiding", "twin")
Plant = Callable[[Case, Form], None]


def plant(case: Case, *, clean: bool) -> None:
    """Every kind in its forms; in a clean county the twins only."""
    for one in PLANTS:
        for form in FORMS:
            if form == "twin" or not clean:
                one(case, form)


def _tender(case: Case, firms: Sequence[Company], outsiders: int = 0, trade: str = "") -> Process:
    """A tender of the firms and some others, whose prices may be set freely."""
    trade = trade or firms[0].trade
    process = case.tender(trade=trade, firms=[*firms, *case.market.bidders(trade, outsiders)])
    for one in process.bids:
        one.unit_prices = []
    return process


def _bid_of(process: Process, firm: Company) -> Bid:
    return next(one for one in process.bids if one.firm == firm)


def _win(process: Process, firm: Company, by: float) -> Bid:
    """The firm's price lies below all others, by a share."""
    bid = _bid_of(process, firm)
    lowest = min(one.price for one in process.bids if one is not bid)
    bid.price = min(bid.price, round(lowest * (1 - by) / 100) * 100)
    process.lots[0].winner = bid
    return bid


def _in_order(case: Case, count: int, year: int = 0) -> list[date]:
    return sorted(notice_day(case.chance, year) for _ in range(count))


def _on(process: Process, day: date) -> None:
    by = day - process.published
    process.published = day
    process.due = datetime.combine(workday(process.due.date() + by), process.due.time())
    for one in process.bids:
        one.at = min(one.at + by, process.due - timedelta(minutes=20))


def _rotation(case: Case, form: Form) -> None:
    """Four firms share a year's tenders out; a careful ring lets outsiders in and one of its own away at times."""
    chance, ring = case.chance, case.market.reserve(4 if form != "twin" else 5)
    made = []
    for at, day in enumerate(_in_order(case, 9 if form == "hiding" else 8, 2025)):
        absent = ring[(at + 2) % 4] if form == "hiding" and at % 3 == 1 else None
        members = [one for one in ring if one != absent]
        if form == "twin":  # a small market whose firms meet at times: costs decide
            members = chance.sample(ring, 3)
        process = _tender(case, members, 2 if form == "twin" else at % 2 if form == "hiding" else 0, ring[0].trade)
        _on(process, day)
        if form == "hiding" and at == 4:
            _win(process, process.bids[-1].firm, 0.01)
        elif form != "twin":
            turn = ring[at % 4] if ring[at % 4] != absent else ring[(at + 1) % 4]
            _win(process, turn, chance.uniform(0.012, 0.03))
        made.append(case.add(process))
    case.mark("rotation", form, sum(one.won for one in made), *made)


def _companion(case: Case, form: Form) -> None:
    """One firm comes along to lose; an innocent one often meets the leader of its trade and beats it too."""
    chance, (leader, other) = case.chance, case.market.reserve(2)
    made = []
    for at, day in enumerate(_in_order(case, 8)):
        process = _tender(case, [leader, other], chance.randrange(2, 5))
        _on(process, day)
        bid = _bid_of(process, other)
        if form == "twin" and at in (1, 4, 6):
            _win(process, other, 0.01)
        elif not (form == "hiding" and at == 5):
            winner = _win(process, leader, chance.uniform(0.01, 0.03))
            if form != "twin":
                bid.price = round(winner.price * chance.uniform(1.035, 1.085))
        made.append(case.add(process))
    if form == "hiding":
        for _ in range(2):
            case.add(_tender(case, [other], 3))
    case.mark("fixed_winner_pair", form, sum(one.won for one in made), *made)


def _in_step(case: Case, form: Form) -> None:
    """One office writes both prices: the second is the first times a factor, a careful one rounds it anew."""
    chance, (one, other) = case.chance, case.market.reserve(2)
    factor = chance.uniform(1.025, 1.06)
    made = []
    for day in _in_order(case, 7):
        process = _tender(case, [one, other], chance.randrange(2, 5))
        _on(process, day)
        first, second = _bid_of(process, one), _bid_of(process, other)
        if form == "plain":
            second.price = round(first.price * factor)
        elif form == "hiding":
            second.price = round(first.price * (factor + chance.uniform(-0.0011, 0.0011)) / 10_000) * 10_000
        made.append(case.add(process))
    case.mark("pair_prices_in_step", form, sum(one.won for one in made), *made)


def _hair(case: Case, form: Form) -> None:
    """The companion writes a hair above the winner's price, each time; once is a matter of chance."""
    chance, (winner, other) = case.chance, case.market.reserve(2)
    made = []
    for at, day in enumerate(_in_order(case, 1 if form == "twin" else 6)):
        process = _tender(case, [winner, other], 3)
        _on(process, day)
        bid = _win(process, winner, 0.012)
        more = chance.uniform(0.0003, 0.0013) if form == "plain" else chance.uniform(0.0008, 0.0034)
        if form != "hiding" or at != 3:
            _bid_of(process, other).price = round(bid.price * (1 + more))
        made.append(case.add(process))
    case.mark("close_second", form, sum(one.won for one in made), *made)


def _crowd(case: Case, form: Form) -> None:
    """Wherever the four meet their prices lie together; with others they bid as everybody does."""
    chance, group = case.chance, case.market.reserve(4)
    made = []
    for day in _in_order(case, 7):
        process = _tender(case, group, {"plain": 0, "hiding": 1, "twin": 2}[form], group[0].trade)
        _on(process, day)
        middle = process.estimate * chance.uniform(0.9, 0.95)
        narrow = {"plain": 0.0095, "hiding": 0.012, "twin": 0.05}[form]
        for one in process.bids[:4]:
            one.price = round(middle * (1 + chance.uniform(-narrow, narrow)))
        made.append(case.add(process))
    for firm in group:
        for _ in range(3):
            case.add(_tender(case, [firm], 3))
    case.mark("group_prices_crowd", form, sum(one.won for one in made), *made)


def _specialist(case: Case, form: Form) -> None:
    """A firm bids everywhere and never to win; one that is only dear wins now and then."""
    chance, (firm,) = case.chance, case.market.reserve(1)
    made = chance.sample(case.joined, min(len(case.joined) // 2, 55))
    case.joined = [one for one in case.joined if one not in made]
    for at, process in enumerate(made):
        if form == "twin" and at % 6 == 2:
            _one_win(case, firm)
        _join(case, process, firm)
    if form == "hiding":
        _one_win(case, firm)
    case.mark("losing_specialist", form, sum(one.won for one in made), *made)


def _join(case: Case, process: Process, firm: Company) -> None:
    """A dear bid beside the others."""
    dearest = max(one.price for one in process.bids)
    price = round(max(dearest * case.chance.uniform(1.004, 1.03), process.estimate * case.chance.uniform(0.95, 0.995)))
    bid = Bid(firm, min(price, process.estimate), hour_before(case.chance, process.due))
    if process.bids[0].unit_prices:
        price_items(case.chance, bid, process)
    process.bids.append(bid)


def _one_win(case: Case, firm: Company) -> None:
    process = _tender(case, [firm], 3)
    _win(process, firm, 0.012)
    case.add(process)


def _everything(case: Case, form: Form) -> None:
    """A firm that sells whatever is asked for, and only passes it on; a stationer with one trade is none."""
    (firm,) = case.market.reserve(1)
    trades = {"plain": TRADES, "hiding": TRADES[:9], "twin": (firm.trade,)}[form]
    made = []
    for at in range(24):
        process = _tender(case, [firm], 3, trades[at % len(trades)])
        _win(process, firm, 0.01)
        made.append(case.add(process))
    case.mark("heterogeneous_supplier", form, sum(one.won for one in made), *made)


def _rejecting(case: Case, form: Form) -> None:
    """A unit whose evaluators throw out most of what comes; once or twice is a matter of chance."""
    buyer, made = _buyer(case, form), []
    for at in range(9):
        process = case.tender(firms=5)
        process.buyer = buyer
        bids = sorted(process.bids, key=lambda one: one.price)
        out = bids[2:] if form == "plain" else bids[3:] if form == "hiding" else bids[4:] if at % 4 == 0 else []
        for one in out:
            one.status = "disqualified"
        made.append(case.add(process))
    case.mark("rejection_ratio_outlier", form, sum(one.won for one in made), *made)


def _buyer(case: Case, form: Form) -> Buyer:
    """A unit of which something as a whole is planted; innocent things happen anywhere."""
    if form == "twin":
        return case.chance.choice(case.market.buyers)
    return case.market.reserved_buyers.pop()


def _directly(case: Case, form: Form) -> None:
    """A unit that buys from one source whenever it can; one that did so for two patents is innocent."""
    buyer, made = _buyer(case, form), []
    for at in range(16):
        direct = at % 16 < {"plain": 10, "hiding": 7, "twin": 1}[form]
        process = sole_source(case) if direct else case.market.process()
        if form != "twin":
            process.rationale = ""
        process.buyer = buyer
        _on(process, notice_day(case.chance, 2025))
        case.add(process)
        if direct:
            made.append(process)
    case.mark("direct_award_share_outlier", form, sum(one.won for one in made), *made)


def _again_and_again(case: Case, form: Form) -> None:
    """One firm gets five orders in a year without a rival; a careful unit keeps each of them small."""
    buyer = case.chance.choice(case.market.buyers)
    (firm,) = case.market.reserve(1)
    made = []
    for day in _in_order(case, {"plain": 5, "hiding": 6, "twin": 2}[form], 2025):
        process = sole_source(case)
        process.buyer, process.bids[0].firm = buyer, firm
        if form != "twin":
            yuan = case.chance.randrange(11, 19) if form == "hiding" else case.chance.randrange(22, 48)
            process.estimate = yuan * 1_000_000
            process.bids[0].price = round(process.estimate * case.chance.uniform(0.97, 0.995))
            process.bids[0].unit_prices = []
        _on(process, day)
        made.append(case.add(process))
    case.mark("many_direct_awards_to_one_firm", form, sum(one.won for one in made), *made)


def _favourite(case: Case, form: Form) -> None:
    """Most of what a unit buys in a year comes from one firm; an innocent one wins three of twelve."""
    buyer, (firm,) = _buyer(case, form), case.market.reserve(1)
    made = []
    for at in range(13):
        wins = at < {"plain": 9, "hiding": 8, "twin": 3}[form]
        process = _tender(case, [firm], 3) if wins else case.tender(firms=4)
        process.buyer = buyer
        _on(process, notice_day(case.chance, 2024))
        if wins:
            _win(process, firm, 0.012)
        elif form != "twin":
            process.estimate, by = 40_000_000, process.estimate / 40_000_000
            for one in process.bids:
                one.price, one.unit_prices = round(one.price / by), []
        case.add(process)
        if wins:
            made.append(process)
    case.mark("supplier_share_and_concentration", form, sum(one.won for one in made), *made)


def _thanks(case: Case, form: Form) -> None:
    """After the award the winner pays those that kept it company; a lasting trade between two firms is innocent."""
    chance, (winner, *losers) = case.chance, case.market.reserve(4 if form == "hiding" else 2)
    process = _tender(case, [winner, *losers], 2)
    _win(process, winner, 0.015)
    case.add(process)
    awarded = process.lots[0].awarded or process.published
    words = {"plain": ("投标服务费", "劳务费"), "hiding": ("货款", "材料款", "往来款"), "twin": ("货款",)}[form]
    made = []
    for loser in losers:
        after = {"plain": chance.randrange(3, 15), "hiding": chance.randrange(20, 100), "twin": 9}[form]
        made.append(_transfer(case, winner, loser, awarded + timedelta(days=after), chance.choice(words)))
    if form == "twin":
        for month in range(1, 14):
            _transfer(case, winner, losers[0], awarded + timedelta(days=9 - 30 * month), "货款")
    case.mark("losers_paid_by_winner", form, sum(one.amount for one in made), process, *made)


def _transfer(case: Case, payer: Company, payee: Company, day: date, words: str) -> Transfer:
    at = datetime.combine(workday(day), time(9)) + timedelta(seconds=case.chance.randrange(7 * 3600))
    made = Transfer(payer, payee, at, case.chance.randrange(80, 380) * 10_000, words)
    case.transfers.append(made)
    return made


def _related(case: Case, form: Form) -> None:
    """Two firms under one hand bid against each other; namesakes and a former owner are strangers."""
    near = ("same_person", "holds")
    pairs = related_firms(case.market.county) if form != "twin" else unrelated_firms(case.market.county)
    chosen = [one for one in pairs if form == "twin" or (one[2] in near) == (form == "plain")]
    first = sum(1 for one in case.marks if (one.kind, one.form) == ("related_bidders", "plain"))
    for one, other, _ in chosen[first : first + 1] if form == "plain" else chosen[:4]:
        process = case.add(_tender(case, [one, other], 3))
        case.mark("related_bidders", form, process.won, process)


def _family(case: Case, form: Form) -> None:
    """The firm of a leader's family wins at his unit; the firm of a stranger with the same surname may."""
    found = officials_firms(case.market.county) if form != "twin" else officials_unrelated(case.market.county)
    used = sum(1 for one in case.marks if one.kind == "official_related_to_winner")
    for one in found[used : used + 1] if form != "twin" else found[:2]:
        process = _tender(case, [one.company], 3)
        process.buyer = Buyer(one.office.code, one.office.name)
        _on(process, notice_day(case.chance, 2025))
        _win(process, one.company, 0.012)
        case.add(process)
        case.mark("official_related_to_winner", form, process.won, process)


def _one_phone(case: Case, form: Form) -> None:
    """One person looks after two firms' bids and leaves her number; the agency's number on all bids is innocent."""
    process = case.tender(firms=5)
    number = desk_phone(process.bids[1].firm)
    if form == "twin":
        for one in process.bids:
            one.phone, one.contact = "0399-6213355", "采购代理"
    else:
        process.bids[3].phone = f"+86 {number[:3]}-{number[3:7]}-{number[7:]}" if form == "hiding" else number
        process.bids[3].contact = process.bids[3].firm.legal.name
    case.add(process)
    case.mark("shared_contact", form, process.won, process)


def _one_machine(case: Case, form: Form) -> None:
    """Two bids come from one computer; default authors and the computer of the trading centre are innocent."""
    process = case.add(case.tender(firms=5))
    first, second = process.bids[0], process.bids[2]
    code = "".join(case.chance.choices("0123456789ABCDEF", k=32))
    if form == "plain":
        shared = {"author": first.firm.legal.name, "machine": code, "mac": _mac(case)}
    elif form == "hiding":
        shared = {"mac": _mac(case)}
    else:
        shared = {"author": "微软用户"}
    for one in (first, second):
        case.traces[one] = dict(shared)
    case.mark("same_file_author_or_machine", form, process.won, first, second)


def _mac(case: Case) -> str:
    return "-".join(f"{case.chance.randrange(256):02X}" for _ in range(6))


def _one_line(case: Case, form: Form) -> None:
    """Two bids leave one office within minutes, a day before the deadline; the queue at the counter is innocent."""
    kind = "same_upload_address" if case.chance.random() < 0.5 else "bids_minutes_apart"
    process = case.add(case.tender(firms=5))
    first, second = process.bids[1], process.bids[3]
    address = f"171.{case.chance.randrange(8, 16)}.{case.chance.randrange(256)}.{case.chance.randrange(1, 255)}"
    if form == "twin":
        first.at, second.at = (process.due - timedelta(minutes=n) for n in (31, 29))
        case.traces[first] = case.traces[second] = {"address": "10.20.1.8"}  # the hall's own computers
    else:
        first.at = datetime.combine(workday(process.due.date() - timedelta(days=3)), time(16, 12, 31))
        second.at = first.at + timedelta(minutes=3 if form == "plain" else 9, seconds=17)
        case.traces[first] = {"address": address, "mac": (mac := _mac(case))}
        case.traces[second] = {"address": address, "mac": mac}
    case.mark(kind, form, process.won, first, second)


def _one_purse(case: Case, form: Form) -> None:
    """One account pays the bonds of two rivals; a guarantor that pays for many is innocent."""
    process = case.add(case.tender(firms=5))
    first, second, third = process.bids[0], process.bids[2], process.bids[4]
    if form == "plain":
        case.traces[first] = {"payer": first.firm.name, "account": first.firm.account}
        case.traces[second] = {"payer": second.firm.name, "account": first.firm.account}
    elif form == "hiding":  # a private account pays for both
        who = case.market.reserved[-1].supervisor
        case.traces[first] = case.traces[second] = {"payer": who.name, "account": who.card}
    else:
        case.traces[first] = case.traces[third] = {"guarantee": True}
    case.mark("shared_account_for_bond", form, process.won, first, third if form == "twin" else second)


PLANTS: tuple[Plant, ...] = (
    _rotation, _companion, _in_step, _hair, _crowd, _everything, _rejecting, _directly, _again_and_again, _favourite,
    _thanks,    _related, _family, _one_phone, _one_machine, _one_line, _one_purse, _specialist,
)  # fmt: skip
