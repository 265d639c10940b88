"""What the schools do with the meal money in spring and in autumn, and what of it is put right in between."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from statistics import median
from typing import TypeVar

from bihuan.demo.books import ZERO
from bihuan.demo.county import County
from bihuan.demo.meals import cast
from bihuan.demo.meals.books import (
    CENT,
    Books,
    Delivered,
    Fed,
    Habits,
    Paid,
    Receipt,
    Served,
    keep,
    market,
    open_books,
    pay,
)
from bihuan.demo.meals.cast import AUTUMN, SPRING, Pupil
from bihuan.demo.truth import Form

Row = TypeVar("Row", Served, Delivered, Fed, Pupil)
HEADS, LEFT, DAYS = "heads_over_enrolment", "paid_after_transfer_or_graduation", "days_over_school_calendar"
COST, PRICE = "cost_per_meal_below_standard", "unit_price_over_market_median"
GOODS, REGULAR, OTHER = "purchase_without_goods_received", "goods_quantities_too_regular", "fund_used_for_other_purpose"
_HONEST = Habits()
_SPRING = {
    "301": Habits(phantoms=0.30),
    "302": Habits(phantoms=0.12, phantom_weekdays=(0, 1, 2), grade="有机", dear={"白菜": 1.5, "西红柿": 1.5}),
    "303": Habits(phantoms=0.20),
    "304": Habits(meals=(("早餐", Decimal("2.00")), ("午餐", Decimal("3.00"))), regular="猪肉"),
    "305": Habits(newcomers=12, food_by_month={4: 0.84, 5: 1.16}),
    "306": Habits(leavers=4, left_on=date(2025, 3, 14), claims_leavers=True),
    "307": Habits(
        leavers=2, left_on=date(2025, 5, 16), claims_leavers=True, hides_numbers=True,
        dear={"白菜": 1.6, "西红柿": 1.55},
    ),
    "308": Habits(leavers=3, left_on=date(2025, 4, 18), food=0.76, reports_full_cost=True),
    "309": Habits(extra_days=tuple(date(2025, 7, day) for day in (7, 8, 9, 10))),
    "310": Habits(
        extra_days=(date(2025, 3, 15), date(2025, 4, 4), date(2025, 5, 17)), in_jin="猪肉", dear={"猪肉": 1.42}
    ),
    "312": Habits(food=0.74),
}  # fmt: skip
_AUTUMN = {
    "303": Habits(phantoms=0.20),
    "309": Habits(claims_graduates=5),
    "310": Habits(in_jin="猪肉", dear={"猪肉": 1.42}),
}
_INNOCENT = {
    "304": Habits(meals=_SPRING["304"].meals),
    "302": Habits(grade="有机", dear=_SPRING["302"].dear),
    "305": _SPRING["305"],
    "308": Habits(leavers=3, left_on=date(2025, 4, 18)),
}  # what the same schools do in a county without problems
_SWAPPED = date(2025, 4, 27)  # a Sunday that was worked in exchange for a holiday


def spring(county: County) -> Books:
    """The term of the first hand-over, with its problems."""
    books = open_books(county, SPRING)
    for one in cast.schools(county):
        pupils = [_until_summer(pupil) for pupil in cast.pupils(county, one, books.chance)]
        keep(books, one, pupils, _habits(county, _SPRING, one.code))
    pay(books)
    if not county.is_clean:
        for plant in (_heads, _leavers, _days, _food, _prices, _purchases, _other_uses):
            plant(books)
    return books


def autumn(county: County, before: Books) -> Books:
    """The next term: money that came back for the spring, what was repeated, and what is new."""
    books = open_books(county, AUTUMN)
    for one in cast.schools(county):
        stay = [replace(pupil, grade=pupil.grade + 1) for pupil in _of(before.roll, one.code) if pupil.until is None]
        new = [cast.pupil(one, 0, books.chance) for _ in range(cast.size(county, one) - len(stay))]
        keep(books, one, [*stay, *(replace(pupil, grade=1) for pupil in new)], _habits(county, _AUTUMN, one.code))
    pay(books)
    if county.is_clean:
        return books
    _graduates(books, before)
    dear = [one for one in _of(books.delivered, "310") if one.item == "猪肉"]
    books.mark(PRICE, "hiding", "310", _dearer(books, dear), dear)
    claimed = _of(books.served, "303")
    books.mark(HEADS, "plain", "303", _over_roll(books, "303", claimed), claimed)
    _put_right(books, before)
    return books


def _habits(county: County, term: Mapping[str, Habits], code: str) -> Habits:
    return (_INNOCENT if county.is_clean else term).get(code, _HONEST)


def risk(books: Books, kind: str, code: str) -> Decimal:
    """What was planted of that kind at that school, in yuan."""
    return next(one.amount for one in books.marks if one.kind == kind and one.unit == code and one.form != "twin")


def _until_summer(pupil: Pupil) -> Pupil:
    return replace(pupil, until=SPRING.last, status="毕业") if pupil.grade == 6 else pupil


def _of(rows: Iterable[Row], code: str) -> list[Row]:
    return [one for one in rows if (one.pupil if isinstance(one, Fed) else one).school.code == code]


def _over_roll(books: Books, code: str, claimed: list[Served]) -> Decimal:
    """What is claimed for more heads than the school has pupils: what the files themselves show."""
    roll = _of(books.roll, code)
    on_roll = {day: sum(one.is_on_roll(day) for one in roll) for day in {one.day for one in claimed}}
    return sum((max(one.heads - on_roll[one.day], 0) * one.price for one in claimed), ZERO)


def _heads(books: Books) -> None:
    """All term; on three days a week; two meals a day; pupils who came in April."""
    plans: tuple[tuple[str, Form], ...] = (("301", "plain"), ("302", "hiding"), ("303", "plain"))
    for code, form in plans:
        habits = _SPRING[code]
        claimed = [one for one in _of(books.served, code) if one.day.weekday() in habits.phantom_weekdays]
        books.mark(HEADS, form, code, _over_roll(books, code, claimed), claimed)
    for code in ("304", "305"):
        books.mark(HEADS, "twin", code, ZERO, _of(books.served, code))


def _leavers(books: Books) -> None:
    """Four since March; two since May, their numbers left out; three who left and were not claimed for."""
    plans: tuple[tuple[str, Form], ...] = (("306", "plain"), ("307", "hiding"), ("308", "twin"))
    for code, form in plans:
        left = [one for one in _of(books.fed, code) if one.pupil.status == "转出"]
        after = [one for one in left if one.pupil.until and one.month > one.pupil.until]
        shown = after or left
        books.mark(LEFT, form, code, sum((one.amount for one in after), ZERO), [*shown, *{one.pupil for one in shown}])


def _graduates(books: Books, before: Books) -> None:
    """Pupils who left in July are fed in autumn."""
    gone = [one for one in _of(before.roll, "309") if one.status == "毕业"]
    for pupil in gone[: _AUTUMN["309"].claims_graduates]:
        books.fed += [Fed(pupil, month, 18) for month in books.term.months]
    after = [one for one in _of(books.fed, "309") if one.pupil.status == "毕业"]
    books.mark(LEFT, "plain", "309", sum((one.amount for one in after), ZERO), after)


def _days(books: Books) -> None:
    """Four days of the holidays; two Saturdays and a public holiday; a Sunday that was a school day."""
    plans: tuple[tuple[str, Form], ...] = (("309", "plain"), ("310", "hiding"))
    for code, form in plans:
        served = [one for one in _of(books.served, code) if one.day in _SPRING[code].extra_days]
        books.mark(DAYS, form, code, sum((one.amount for one in served), ZERO), served)
    served = [one for one in _of(books.served, "311") if one.day == _SWAPPED]
    books.mark(DAYS, "twin", "311", ZERO, served)


def _food(books: Books) -> None:
    """Too little food, and told so; told in full, but not bought; a lean April before a rich May."""
    plans: tuple[tuple[str, Form], ...] = (("312", "plain"), ("308", "hiding"), ("305", "twin"))
    for code, form in plans:
        served = _of(books.served, code)
        bought = sum((one.amount for one in _of(books.delivered, code)), ZERO)
        short = sum((one.amount for one in served), ZERO) - bought
        books.mark(COST, form, code, ZERO if form == "twin" else short, served)


def _prices(books: Books) -> None:
    """Vegetables at one and a half times the market's price; pork by the 斤; organic vegetables. Pork by rote."""
    plans: tuple[tuple[str, Form, str], ...] = (
        ("307", "plain", "白菜西红柿"), ("310", "hiding", "猪肉"), ("302", "twin", "白菜西红柿")
    )  # fmt: skip
    for code, form, items in plans:
        dear = [one for one in _of(books.delivered, code) if one.item in items]
        books.mark(PRICE, form, code, ZERO if form == "twin" else _dearer(books, dear), dear)
    rote = [one for one in _of(books.delivered, "304") if one.item == "猪肉"]
    books.mark(REGULAR, "plain", "304", sum((one.amount for one in rote), ZERO), rote)
    eggs = [one for one in _of(books.delivered, "311") if one.item == "鸡蛋"]
    books.mark(REGULAR, "twin", "311", ZERO, eggs)


def _dearer(books: Books, rows: list[Delivered]) -> Decimal:
    """What was paid above the middle of the month's prices at the market."""
    seen: dict[tuple[str, int], list[Decimal]] = {}
    for one in market(books):
        seen.setdefault((one.item, one.day.month), []).append(one.price)
    usual = {key: median(prices) for key, prices in seen.items()}
    total = ZERO
    for row in rows:
        price = row.price * (2 if row.measure == "斤" else 1)
        total += (row.quantity * row.price * (1 - usual[row.item, row.day.month] / price)).quantize(CENT, ROUND_HALF_UP)
    return total


def _purchases(books: Books) -> None:
    """An invoice for which nothing came; one of which half came; one that is written otherwise on the payment."""
    grain = books.suppliers[cast.GRAIN]
    day, number = date(2025, 5, 21), str(books.chance.randrange(10**7, 10**8))
    bought = Paid(cast.school("311"), day, grain, Decimal("18640.00"), "付学生营养餐大米、食用油款", number)
    books.paid.append(bought)
    books.mark(GOODS, "plain", "311", bought.amount, [bought])
    bill = _bill(books, "304", cast.VEGETABLES, 5)
    came = [one for one in books.delivered if one.invoice == bill.invoice and one.school is bill.school]
    lost = {one for one in came if one.day.day > 15}
    books.delivered = [one for one in books.delivered if one not in lost]
    missing = sum((one.amount for one in lost), ZERO)
    books.mark(GOODS, "hiding", "304", missing, [bill, *(one for one in came if one not in lost)])
    bill = _bill(books, "312", cast.MEAT, 4)
    written = replace(bill, invoice=f"No.{bill.invoice}")
    books.paid[books.paid.index(bill)] = written
    books.mark(GOODS, "twin", "312", ZERO, [written])


def _bill(books: Books, code: str, supplier: int, month: int) -> Paid:
    """The payment of a month's bill."""
    words, payee = f"付{month}月学生营养餐食材款", books.suppliers[supplier]
    return next(one for one in books.paid if one.school.code == code and one.payee is payee and one.purpose == words)


def _other_uses(books: Books) -> None:
    """Guests and pans out of the meal money; guests called food; a cook paid from the school's own money."""
    hotel, shop = (
        books.suppliers[cast.HOTEL],
        replace(books.suppliers[cast.HOTEL], name="云禾县鑫源厨具商行", account="130001777000311"),
    )
    guests = Paid(cast.school("311"), date(2025, 4, 16), hotel, Decimal("4860.00"), "公务接待餐费", "33100217")
    pans = Paid(cast.school("311"), date(2025, 6, 18), shop, Decimal("12380.00"), "购置食堂炊具、消毒柜", "33104419")
    called = Paid(cast.school("309"), date(2025, 6, 20), hotel, Decimal("7920.00"), "付学生营养餐食材款", "33100658")
    cook = replace(guests, purpose="食堂厨师劳务费", amount=Decimal("9600.00"), project="公用经费", invoice="33190001")
    books.paid += [guests, pans, called, cook]
    books.mark(OTHER, "plain", "311", guests.amount, [guests])
    books.mark(OTHER, "plain", "311", pans.amount, [pans])
    books.mark(OTHER, "hiding", "309", called.amount, [called])
    books.mark(GOODS, "plain", "309", called.amount, [called])
    books.mark(OTHER, "twin", "311", ZERO, [cook])


def _put_right(books: Books, before: Books) -> None:
    """One school pays all back, one by a slip of the finance bureau, one only half of it."""
    fund = replace(books.suppliers[cast.GRAIN], name="云禾县学生营养改善计划资金专户", account="13001019900201077")
    heads, left, days = risk(before, HEADS, "301"), risk(before, LEFT, "306"), risk(before, DAYS, "309")
    words = "退回2025年春季学期学生营养改善计划补助（{}）"
    books.paid.append(
        Paid(cast.school("301"), date(2025, 8, 27), fund, -heads, words.format("多报供餐人数"), number="TK2025080301")
    )
    half = (days / 2).quantize(CENT)
    books.paid.append(
        Paid(cast.school("309"), date(2025, 8, 28), fund, -half, words.format("假期供餐天数"), number="TK2025080309")
    )
    books.receipts.append(
        Receipt(cast.school("306"), date(2025, 8, 26), "JK2025080306", left, words.format("转学学生补助"))
    )
