"""Problems of one purchase: who wrote the terms, who set the prices, who opened the bids, who signed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from bihuan.demo.departments._procurement_case import Case, Change, Sanction, sole_source
from bihuan.demo.departments._procurement_market import (
    Bid,
    Contract,
    Lot,
    Process,
    agreed,
    total,
    workday,
)
from bihuan.demo.truth import Form

FORMS: tuple[Form, ...] = ("plain", "plain", "hiding", "twin")
Plant = Callable[[Case, Form], None]


def plant(case: Case, *, clean: bool) -> None:
    """Every kind in its forms; in a clean county the twins only."""
    for one in PLANTS:
        for form in FORMS:
            if form == "twin" or not clean:
                one(case, form)


def _ranked(process: Process) -> list[Bid]:
    """Bids from the cheapest; prices may be set freely, so they carry no unit prices."""
    for one in process.bids:
        one.unit_prices = []
    return sorted(process.bids, key=lambda one: one.price)


def _yuan(cents: float) -> int:
    return round(cents / 100) * 100


def _rejected(case: Case, form: Form) -> None:
    """The evaluators find a fault in every bid but one; a careful one leaves a dear companion in."""
    process = case.tender(firms=6)
    bids = _ranked(process)
    winner = bids[3]
    for one in bids:
        if one is not winner and not (form == "hiding" and one is bids[5]) and not (form == "twin" and one in bids[:4]):
            one.status = "disqualified"
    process.lots[0].winner = winner
    case.add(process)
    case.mark("all_but_winner_rejected", form, winner.price, process)


def _built_before(case: Case, form: Form) -> None:
    """Work is under way when the bids come in; the innocent one is a property service that runs with the year."""
    if form == "twin":
        process = case.tender(trade="物业服务", firms=4, details="竞争性磋商")
        process.published = workday(date(2025, 1, 6))
        process.due = datetime.combine(workday(date(2025, 1, 20)), time(9, 30))
        for one in process.bids:
            one.at = process.due - timedelta(hours=2)
        start = date(2025, 1, 1)
    else:
        process = case.tender(trade=case.chance.choice(("建筑工程", "水电安装", "园林绿化")))
        start = process.due.date() - timedelta(days=6 if form == "hiding" else case.chance.randrange(35, 70))
    case.market.conclude(process)
    contract = process.lots[0].contracts[0]
    contract.start, contract.end = start, start + timedelta(days=365)
    case.add(process)
    case.mark("built_before_tendered", form, process.won, process)


def _deep_discount(case: Case, form: Form) -> None:
    """A price on which nobody could deliver; it is made good by changes later."""
    process = case.tender()
    bids = _ranked(process)
    share = {"plain": 0.5, "hiding": 0.66, "twin": 0.93}[form]
    bids[0].price = _yuan(bids[1].price * share) + case.chance.randrange(100)
    process.lots[0].winner = bids[0]
    case.add(process)
    case.mark("deep_discount", form, bids[0].price, process)


def _identical(case: Case, form: Form) -> None:
    """Two firms hand in one price; the innocent pair bids alike for two different lots."""
    process = case.tender(firms=6)
    bids = _ranked(process)
    if form == "twin":
        second = [Bid(one.firm, _yuan(one.price * 0.87) + 7, one.at) for one in bids[3:]]
        process.lots = [Lot(bids[:3]), Lot(second)]
        process.items = process.items[:1]
        second[1].price = bids[1].price
    else:
        bids[3].price = bids[2].price
        if form == "hiding":
            bids[3].status = "disqualified"
    case.add(process)
    case.mark("identical_prices", form, bids[2].price, process)


def _unit_prices(case: Case, form: Form) -> None:
    """One list of unit prices made from another; three prescribed sums that all must write are innocent."""
    process = case.tender(trade=case.chance.choice(("办公设备", "建材", "水电安装")))
    first, second = process.bids[1], process.bids[3]
    if form == "twin":
        for one in process.bids:
            one.unit_prices[:3] = [item.usual for item in process.items[:3]]
            total(one, process)
    elif form == "hiding":
        second.unit_prices = [round(one * 1.037) for one in first.unit_prices]
    else:
        keep = len(process.items) - 2
        second.unit_prices = first.unit_prices[:keep] + [round(one * 1.06) for one in first.unit_prices[keep:]]
    total(second, process)
    case.add(process)
    case.mark("identical_unit_prices", form, second.price, process)


def _late(case: Case, form: Form) -> None:
    """The clerk takes a bid after the hour; the innocent one only looks late, its time is written in UTC."""
    process = case.tender()
    winner = _ranked(process)[0]
    late = {"plain": timedelta(hours=3, minutes=12), "hiding": timedelta(minutes=17), "twin": -timedelta(minutes=50)}
    winner.at, winner.is_utc = process.due + late[form], form != "plain"
    process.lots[0].winner = winner
    case.add(process)
    case.mark("late_bid_won", form, winner.price, process)


def _low_spread(case: Case, form: Form) -> None:
    """All agreed on a price and moved it by a little."""
    process = case.tender(firms=6)
    wide = {"plain": 0.0022, "hiding": 0.006, "twin": 0.045}[form]
    middle = process.estimate * 0.955
    for at, one in enumerate(_ranked(process)):
        one.price = round(middle * (1 + wide * ((at - 2.5) / 2.5 + case.chance.uniform(-0.19, 0.19))))
    case.add(process)
    case.mark("low_spread", form, process.won, process)


def _lowest_rejected(case: Case, form: Form) -> None:
    """The cheapest bid is thrown out and a dearer one wins; of the innocent one the dearest was."""
    process = case.tender(firms=6)
    bids = _ranked(process)
    out = {"plain": bids[:1], "hiding": bids[:2], "twin": bids[-1:]}[form]
    for one in out:
        one.status = "disqualified"
    winner = bids[0] if form == "twin" else bids[3]
    if form != "twin":
        winner.price = max(winner.price, _yuan(bids[0].price * 1.11))
        for at, one in enumerate(bids[4:], 1):
            one.price = max(one.price, _yuan(winner.price * (1 + 0.013 * at)))
    process.lots[0].winner = winner
    case.add(process)
    case.mark("lowest_rejected", form, max(winner.price - bids[0].price, 0), process)


def _new_firm(case: Case, form: Form) -> None:
    """A firm set up for the purpose takes the large award; the innocent newcomer begins small."""
    days = {"plain": case.chance.randrange(30, 90), "hiding": 160, "twin": case.chance.randrange(60, 140)}[form]
    if not case.market.newcomers:  # in a very small county nobody founds a firm
        return
    firm = case.market.newcomers.pop(0)
    others = case.market.bidders(firm.trade, 4)
    process = case.tender(trade=firm.trade, firms=[firm, *others], details="竞争性磋商")
    if form == "twin":
        estimate = process.estimate
        process.estimate = case.chance.randrange(1300, 1900) * 10_000
        for one in process.bids:
            one.price = _yuan(one.price * process.estimate / estimate)
    bids = process.bids
    for one in bids:
        one.unit_prices = []
    bids[0].price = min(_yuan(min(one.price for one in bids[1:]) * 0.985), bids[0].price)
    _move(process, workday(firm.founded + timedelta(days=days - 18)))
    process.lots[0].winner = bids[0]
    case.add(process)
    case.mark("new_firm_large_award", form, bids[0].price, process)


def _move(process: Process, published: date) -> None:
    """The whole purchase to another day."""
    by = published - process.published
    process.published = published
    process.due = datetime.combine(workday(process.due.date() + by), process.due.time())
    for one in process.bids:
        one.at = min(one.at + by, process.due - timedelta(minutes=20))


def _cover(case: Case, form: Form) -> None:
    """One works out a price, the others get theirs by telephone; innocent rivals differ."""
    process = case.tender(firms=5 if form == "plain" else 6)
    bids = _ranked(process)
    winner = bids[0]
    winner.price = _yuan(process.estimate * case.chance.uniform(0.865, 0.885))
    narrow = {"plain": 0.004, "hiding": 0.009, "twin": 0.055}[form]
    high = {"plain": 0.968, "hiding": 0.962, "twin": 0.93}[form]
    for one in bids[1:]:
        one.price = round(process.estimate * high * (1 + case.chance.uniform(-narrow, narrow)))
    case.add(process)
    case.mark("cover_bids", form, winner.price, process)


def _screens(case: Case, form: Form) -> None:
    """Covers in a row below the ceiling and one price apart."""
    process = case.tender(firms=7)
    bids = _ranked(process)
    bids[0].price = _yuan(process.estimate * {"plain": 0.84, "hiding": 0.88, "twin": 0.82}[form])
    low, high = {"plain": (0.962, 0.981), "hiding": (0.955, 0.982), "twin": (0.84, 0.985)}[form]
    for one in bids[1:]:
        one.price = round(process.estimate * case.chance.uniform(low, high))
    case.add(process)
    case.mark("price_screens", form, bids[0].price, process)


def _steps(case: Case, form: Form) -> None:
    """A ladder with one step, or one ratio; the innocent steps differ."""
    process = case.tender(firms=5)
    bids = _ranked(process)
    base, step = _yuan(process.estimate * 0.89), _yuan(process.estimate * 0.0137)
    for at, one in enumerate(bids):
        if form == "plain":
            one.price = base + at * step
        elif form == "hiding":
            one.price = _yuan(base * 1.0193**at) + case.chance.randrange(-4000, 4000)
        else:
            one.price = base + _yuan(step * (0, 1.31, 1.92, 3.77, 4.2)[at])
    case.add(process)
    case.mark("regular_price_steps", form, bids[0].price, process)


def _short(case: Case, form: Form) -> None:
    """Too few days for anybody who was not told; a consultation may be short by its rules."""
    process = case.tender(firms=3, details="竞争性磋商" if form == "twin" else "公开招标")
    if form != "twin":
        days = 18 if form == "hiding" else case.chance.randrange(6, 10)
        due = process.published + timedelta(days=days)
        process.due = datetime.combine(due, time(15))
        for one in process.bids:
            one.at = process.due - timedelta(hours=case.chance.randrange(1, 5), minutes=case.chance.randrange(60))
    case.add(process)
    case.mark("short_submission_period", form, process.won, process)


def _not_tendered(case: Case, form: Form) -> None:
    """Works above the limit are negotiated; a careful one calls them a service. Below the limit it is allowed."""
    details = "竞争性磋商" if form == "twin" else "竞争性谈判"
    process = case.tender(trade="建筑工程", firms=3, details=details)
    estimate = process.estimate
    process.estimate = {"plain": 624, "hiding": 548, "twin": 337}[form] * 1_000_000
    for one in process.bids:
        one.price = round(one.price * process.estimate / estimate)
    if form == "hiding":
        process.called, process.title = "services", "道路改造施工服务"
    case.add(process)
    case.mark("should_have_been_tendered", form, process.won, process)


def _signed_late(case: Case, form: Form) -> None:
    """Price or scope are moved while the paper waits; the innocent contract is signed on the last days."""
    process = case.tender()
    case.market.conclude(process)
    lot = process.lots[0]
    awarded, winner = lot.awarded, lot.winner
    if awarded is None or winner is None:
        raise AssertionError("it was concluded")
    after = {"plain": case.chance.randrange(48, 75), "hiding": 36, "twin": 26}[form]
    lot.contracts = [agreed(case.chance, winner.firm, winner.price, awarded, after=after)]
    case.add(process)
    case.mark("signed_late", form, winner.price, process)


def _single(case: Case, form: Form) -> None:
    """Terms that one firm can meet; a careful one publishes three tenderers. A published sole source is innocent."""
    if form == "twin":
        process = sole_source(case)
    else:
        process = case.tender(firms=1, details="公开招标")
        process.terms = "投标人须具有本县同类项目业绩三项以上且为指定品牌原厂授权，注册地在本县"
        process.bids[0].price = min(process.estimate, _yuan(process.estimate * 0.991))
        process.bids[0].unit_prices = []
        process.declared = 3 if form == "hiding" else 0
    case.add(process)
    case.mark("single_bidder", form, process.won, process)


def _ceiling(case: Case, form: Form) -> None:
    """The winner knows the ceiling and the others write it off; an innocent winner may come near it by its costs."""
    process = case.tender(firms=4)
    bids = _ranked(process)
    top = {"plain": 0.9988, "hiding": 0.9972, "twin": 0.972}[form]
    for at, one in enumerate(bids):
        one.price = _yuan(process.estimate * (top + (1 - top) * (0, 0.31, 0.42, 0.86)[at]))
    case.add(process)
    case.mark("won_at_ceiling", form, bids[0].price, process)


def _contract(case: Case, form: Form) -> None:
    """The contract is dearer than what was awarded; two contracts that add up to it are not."""
    process = case.market.conclude(case.tender())
    lot = process.lots[0]
    first = lot.contracts[0]
    if form == "twin":
        part = _yuan(first.amount * 0.6)
        rest = Contract(first.firm, first.amount - part, first.signed, first.start, first.end)
        first.amount = part
        lot.contracts.append(rest)
    else:
        first.amount = _yuan(first.amount * (1.026 if form == "hiding" else case.chance.uniform(1.08, 1.16)))
    case.add(process)
    case.mark("contract_differs_from_award", form, abs(first.amount - process.won), process)


def _changes(case: Case, form: Form) -> None:
    """Won low, made good by supplements; a careful one splits them. Less than a tenth is allowed."""
    process = case.add(case.tender(trade="建筑工程"))
    contract = process.lots[0].contracts[0]
    shares = {"plain": (0.09, 0.11), "hiding": (0.031, 0.036, 0.028, 0.034, 0.03), "twin": (0.035, 0.03)}[form]
    made = _supplements(case, process, [round(contract.amount * one) for one in shares], 70)
    case.mark("change_orders_over_10_percent", form, sum(one.amount for one in made), *made)


def _soon_changed(case: Case, form: Form) -> None:
    """What was left out of the price comes as a change within days; later, with a reason, it is innocent."""
    process = case.add(case.tender(trade="水电安装"))
    contract = process.lots[0].contracts[0]
    after = {"plain": case.chance.randrange(4, 12), "hiding": 24, "twin": 150}[form]
    share = {"plain": 0.078, "hiding": 0.046, "twin": 0.06}[form]
    made = _supplements(case, process, [round(contract.amount * share)], after)
    case.mark("first_change_soon_after_signing", form, made[0].amount, *made)


def _supplements(case: Case, process: Process, amounts: list[int], after: int) -> list[Change]:
    contract, made = process.lots[0].contracts[0], []
    before, day = contract.amount, contract.signed
    for amount in amounts:
        day = workday(day + timedelta(days=after))
        after = case.chance.randrange(20, 45)
        reason = case.chance.choice(("工程量清单漏项", "增加附属工程", "地下障碍物处理", "设计变更增加工程量"))
        made.append(Change(process, day, reason, before, amount))
        before += amount
    case.changes += made
    return made


def _debarred(case: Case, form: Form) -> None:
    """A firm on the list wins, or is the second member of a consortium that does; a sanction that ended is innocent."""
    process, firm = case.tender(), case.market.unseen()
    winner = _ranked(process)[0]
    if form == "hiding":
        winner.with_firm = firm
    else:
        winner.firm = firm
    process.lots[0].winner = winner
    since = process.due.date() - timedelta(days=980 if form == "twin" else case.chance.randrange(60, 300))
    until = since + timedelta(days=365 if form == "twin" else 1095)
    case.sanctions.append(Sanction(firm, since, until, "提供虚假材料谋取中标"))
    case.add(process)
    case.mark("debarred_firm_won", form, winner.price, process)


PLANTS: tuple[Plant, ...] = (
    _rejected, _built_before, _deep_discount, _identical, _unit_prices, _late, _low_spread,
    _lowest_rejected, _new_firm, _cover, _screens, _steps, _short, _not_tendered, _signed_late, _single, _ceiling,
    _contract, _changes, _soon_changed, _debarred,
)  # fmt: skip
