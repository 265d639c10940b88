"""Problems in the form of books: numbers, periods, sides, balances, the parallel entries, the final account."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from bihuan.demo.departments._units import (
    BalanceAt,
    Books,
    FinalAt,
    Voucher,
    all_lines,
    financial,
    next_workday,
    workdays,
)  # fmt: skip
from bihuan.demo.departments._units_pen import Pen


def unbalanced(pen: Pen) -> None:
    """Two digits were swapped; hidden, the budgetary side makes it good; the twin was cancelled half-typed."""
    books, fen, own = pen.new, pen.sum(45_000, "16"), pen.new.spending
    wrong = fen + pen.chance.choice((27_000, 45_000, 90_000))
    small = fen - (wrong - fen) if pen.form == "hiding" else fen
    voucher = books.post(pen.day(pen.month()), "付会议室音响设备款", ("160101", wrong, 0), ("1011", 0, fen),
                         (f"{own}03", small, 0), ("800101", 0, fen))  # fmt: skip
    if pen.is_twin:
        voucher.void()
    pen.mark(wrong - fen, financial(voucher) if pen.is_plain else all_lines(voucher))


def gap(pen: Pen) -> None:
    """A voucher was taken out after numbering; hidden, two in a row; the twin is void and keeps its number."""
    books, month, fen = pen.new, pen.month(), pen.sum(52_000, "27")
    voucher = books.spend(workdays(books.year, month)[11], "付委托业务费", ("27", fen))
    if pen.is_twin:
        voucher.void()
        return pen.mark(fen, [(voucher, 0)])
    more = [books.spend(voucher.day, "付资料费", ("02", pen.sum(700, "02")))] if pen.form == "hiding" else []
    for one in (voucher, *more):
        one.is_lost, one.counts = True, False
    books.after_numbers.append(lambda: pen.mark(fen, _around(books, (voucher, *more))))
    return None


def _around(books: Books, lost: tuple[Voucher, ...]) -> list[tuple[Voucher, int]]:
    numbers = sorted(one.number for one in lost)
    kept = {
        one.number: one
        for one in books.vouchers
        if one.period == lost[0].period and one.word == "记" and not one.is_lost
    }
    return [(kept[numbers[0] - 1], 0), (kept[numbers[-1] + 1], 0)]


def same_number(pen: Pen) -> None:
    """A voucher was put in under a number that another has; the twin has another word (付) before the same number."""
    books, month, fen = pen.new, pen.month(), pen.sum(31_000, "13")
    own = [one for one in books.vouchers if one.period == month]
    first = pen.chance.choice(own[5:-5])
    second = books.spend(first.day, f"付{pen.firm()}维修款", ("13", fen))
    if pen.is_twin:
        second.word = "付"
        books.after_numbers.append(lambda: pen.mark(fen, [*_number_one(books, month), *all_lines(second)]))
        return

    def repeat() -> None:
        second.number = first.number
        if pen.form == "hiding":
            second.day = next_workday(second.day) if second.day.day < 20 else second.day
        pen.mark(fen, all_lines(first, second))

    books.after_numbers.append(lambda: _close_up(books, second, repeat))


def _number_one(books: Books, month: int) -> tuple[tuple[Voucher, int], ...]:
    one = next(one for one in books.vouchers if (one.period, one.word, one.number) == (month, "记", 1))
    return tuple((one, at) for at in range(len(one.lines)))


def _close_up(books: Books, taken: Voucher, then: Callable[[], object]) -> None:
    """The numbers after the one that goes elsewhere move up, as if it had never been numbered."""
    for one in books.vouchers:
        if (one.period, one.word) == (taken.period, taken.word) and one.number > taken.number:
            one.number -= 1
    then()


def outside_period(pen: Pen) -> None:
    """A bill of the next month is booked in this one; hidden, by a day or two; the twin is void."""
    books, month, fen = pen.new, pen.month(), pen.sum(120_000, "27")
    day = workdays(books.year, month + 1)[0 if pen.form == "hiding" else 4]
    voucher = books.spend(day, f"付{pen.firm()}委托业务费", ("27", fen))
    voucher.period = month
    if pen.is_twin:
        voucher.void()
    pen.mark(fen, all_lines(voucher))


def does_not_roll(pen: Pen) -> None:
    """A closing was altered; hidden, the year's opening of two accounts, so that all adds up; the twin is void."""
    books, month, fen = pen.new, pen.month(), pen.sum(90_000, "roll")
    if pen.is_twin:
        books.spend(pen.day(month), "付零星维修款", ("13", fen // 20))  # else the account may have no balance to show
        voucher = books.spend(pen.day(month), "付办公楼防水款", ("13", fen))
        voucher.void()
        return pen.mark(fen, [BalanceAt(books.year, "50010213", month)])
    if pen.is_plain:
        books.altered["1002", month] = fen
        return pen.mark(fen, [BalanceAt(books.year, "1002", month)])
    books.reopened |= {"1002": -fen, "3001": fen}
    rows = [
        BalanceAt(year, code, at) for code in ("1002", "3001") for year, at in ((pen.old.year, 12), (books.year, 1))
    ]
    return pen.mark(fen, rows)


def after_close(pen: Pen) -> None:
    """After the year's closing a cost came in; hidden, with a second closing; the twin was typed a day late."""
    books, fen, own = pen.new, pen.sum(98_000, "16"), pen.new.spending
    if pen.is_twin:
        day = workdays(books.year, 6)[-1]
        late = books.spend(day, f"付{pen.firm()}培训费", ("16", fen))
        late.entered = datetime.combine(next_workday(day), datetime.min.time()) + timedelta(hours=9)
        return pen.mark(fen, all_lines(late))

    def slip() -> None:
        day = workdays(books.year, 12)[-1]
        made = books.spend(day, f"补记{pen.firm()}培训费", ("16", fen), bank=True)
        if pen.form == "hiding":
            books.post(day, "补结转费用", ("3001", fen, 0), ("50010216", 0, fen), ("8101", fen, 0),
                       (f"{own}0216", 0, fen))  # fmt: skip
        pen.mark(fen, all_lines(made))

    return books.before_numbers.append(slip)


def typed_in_later(pen: Pen) -> None:
    """Months after the period was reported a voucher is put into it, its number between the others."""
    books, month, fen = pen.new, pen.month(3, 6), pen.sum(76_000, "13")
    voucher = books.spend(pen.day(month), f"付{pen.firm()}维修款", ("13", fen))
    later = workdays(books.year, month + (4 if pen.is_plain else 2))[5]
    voucher.entered = datetime.combine(later, datetime.min.time()) + timedelta(hours=19, minutes=42)
    pen.mark(fen, all_lines(voucher))


def no_budget_side(pen: Pen) -> None:
    """Money is spent without its budgetary entry; hidden, the entry has half the sum; the twin returns a deposit."""
    books, fen, firm, own = pen.new, pen.sum(64_000, "18"), pen.firm(), pen.new.spending
    sides: list[tuple[str, int, int]] = [("50010218", fen, 0), ("1011", 0, fen)]
    if pen.is_twin:
        day = pen.day(pen.month())
        books.post(workdays(books.year, 1)[8], f"收{firm}履约保证金", ("1002", fen, 0), ("230702", 0, fen), party=firm)
        back = books.post(day, f"退{firm}履约保证金", ("230702", fen, 0), ("1002", 0, fen), party=firm)
        return pen.mark(fen, all_lines(back))
    if pen.form == "hiding":
        sides += [(f"{own}0218", fen // 2, 0), ("800101", 0, fen // 2)]
    voucher = books.post(pen.day(pen.month()), f"付{firm}绿化养护费", *sides, party=firm)
    return pen.mark(fen, all_lines(voucher))


def only_budget_side(pen: Pen) -> None:
    """To use the budget up a cost stands on the budgetary side only; the twin's money leaves a day after its entry."""
    books, fen, own = pen.new, pen.sum(150_000, "27"), pen.new.spending
    month = 12 if pen.is_plain else pen.month(4, 9)
    day = workdays(books.year, month)[-5]
    words = "列支专项工作经费" if pen.is_plain else f"付{month}月专项业务费"
    made = books.post(day, words, (f"{own}0227", fen, 0), ("800101", 0, fen))
    if pen.is_twin:
        books.post(next_workday(day), words, ("50010227", fen, 0), ("1011", 0, fen))
    pen.mark(fen, all_lines(made))


def final_account(pen: Pen) -> None:
    """The final account says more than the books; hidden, little more; the twin is rounded to the yuan."""
    pen.mark({"plain": 86_000_000, "hiding": 1_230_000, "twin": 0}[pen.form], [FinalAt(pen.new.year)])
