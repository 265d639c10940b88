"""Problems of ledgers as people commit them: what is booked twice, hidden among claims, taken back, made up."""

from __future__ import annotations

from bihuan.demo.departments._units import (
    BalanceAt,
    Books,
    Thing,
    Voucher,
    all_lines,
    financial,
    next_workday,
    rest_day,
    workdays,
)  # fmt: skip
from bihuan.demo.departments._units_business import odd
from bihuan.demo.departments._units_pen import Pen


def booked_twice(pen: Pen) -> None:
    """One bill is booked by each clerk; hidden, a month later in other words; the twin is a rent by quarters."""
    books, fen, firm, month = pen.new, pen.sum(24_000, "02"), pen.firm(), pen.month(3, 9)
    if pen.is_twin:
        rents = [
            books.spend(workdays(books.year, at)[4], f"付{firm}第{name}季度库房租金", ("14", fen), firm)
            for at, name in ((1, "一"), (4, "二"), (7, "三"), (10, "四"))
        ]
        return pen.mark(fen, [(one, 0) for one in rents])
    days = workdays(books.year, month)
    first = books.spend(days[3], f"付{firm}宣传栏制作费", ("02", fen), firm)
    if pen.is_plain:
        second = books.spend(days[9], f"付{firm}宣传栏制作费", ("02", fen), firm)
    else:
        second = books.spend(workdays(books.year, month + 1)[8], f"付 {firm}宣传栏制作款（补）", ("02", fen), firm)
    return pen.mark(fen, [(first, 0), (second, 0)])


def rare_account(pen: Pen) -> None:
    """The chief of finance books a round sum on a Sunday into an account that nobody uses; the twin is a donation."""
    books, month = pen.new, pen.month(4, 10)
    if pen.is_twin:
        fen = pen.sum(90_000, "4603")
        gift = books.post(
            pen.day(month), f"收县慈善会捐赠救灾款（云政函〔{books.year}〕{month}号）", ("1002", fen, 0),
            ("4603", 0, fen), ("800102", fen, 0), ("6609", 0, fen), party="县慈善会",
        )  # fmt: skip
        return pen.mark(fen, [(gift, 0), (gift, 1)])
    fen = pen.chance.randrange(18, 40) * 1_000_000 if pen.is_plain else pen.sum(190_000, "5901")
    day, words = (rest_day(books.year, month), "付款") if pen.is_plain else (pen.day(month), "支付相关费用")
    voucher = books.post(day, words, ("5901", fen, 0), ("1002", 0, fen), ("7901", fen, 0), ("800102", 0, fen))
    if pen.is_plain:
        voucher.by = books.office.staff[7].name
    return pen.mark(fen, [(voucher, 0), (voucher, 1)])


def new_account(pen: Pen) -> None:
    """A transit account is opened in mid-year for one sum; the twin came with the chart of the new year."""
    books = pen.new
    if pen.is_twin:
        books.names["500104"] = "对企业补助费用"
        books.names[f"{books.spending}04"] = "对企业补助支出"
        made = [_subsidy(pen, month) for month in range(1, 13)]
        return pen.mark(sum(one.lines[0][1] for one in made[:2]), [(one, 0) for one in made[:2]])
    code, month, firm = "230708", pen.month(6, 9), pen.firm()
    books.names[code] = "过渡户" if pen.is_plain else "其他往来"
    fen = pen.sum(460_000, code)
    made = []
    if not pen.is_plain:
        small = pen.sum(900, code)
        made.append(books.post(pen.day(month - 1), "收其他往来款", ("1002", small, 0), (code, 0, small)))
    day = workdays(books.year, month)[6]
    made.append(books.post(day, "收项目结余资金", ("1002", fen, 0), (code, 0, fen)))
    half = fen * pen.chance.randrange(40, 60) // 100
    for at, part in ((month, half), (month + 1, fen - half)):
        out = books.post(workdays(books.year, at)[12], f"付{firm}款", (code, part, 0), ("1002", 0, part), party=firm)
        made.append(out)
    return pen.mark(fen, [_on(one, code) for one in made])


def _subsidy(pen: Pen, month: int) -> Voucher:
    fen, firm = pen.sum(16_000, "500104"), pen.firm()
    return pen.new.post(
        pen.day(month), f"付{firm}{month}月稳岗补助", ("500104", fen, 0), ("1011", 0, fen),
        (f"{pen.new.spending}04", fen, 0), ("800101", 0, fen), party=firm,
    )  # fmt: skip


def _on(voucher: Voucher, code: str) -> Thing:
    return voucher, next(at for at, line in enumerate(voucher.lines) if line[0] == code)


_RUSH = ("购置办公设备", "预付明年培训费", "付课题研究委托费", "购买办公耗材一批", "付宣传制作费", "付调研委托费")


def december_rush(pen: Pen) -> None:
    """The budget is used up in the last days; hidden, in many bills over December; the twin settles heat each year."""
    books = pen.new
    goods = sum(line[1] for one in books.vouchers for line in one.lines if line[0].startswith("500102"))
    if pen.is_twin:
        made = [_rush_bill(one, "付全年供暖结算款", "06", goods // 8, -3) for one in (pen.old, pen.new)]
        return pen.mark(goods // 8, all_lines(made[1]))
    count, share = (12, 45) if pen.is_plain else (40, 50)
    extra, last = goods * share // 100, len(workdays(books.year, 12))
    found = []
    for at in range(count):
        fen = extra // count * pen.chance.randrange(80, 120) // 100
        words, code = (
            (_RUSH[at % 6], "27")
            if pen.is_plain
            else (_RUSH[at % 6] + f"（{pen.firm()}）", ["01", "27", "26", "16"][at % 4])
        )
        day = -1 - at % 4 if pen.is_plain else -1 - at % (last - 2)
        found.append(_rush_bill(books, words, code, fen, day))
    return pen.mark(extra, all_lines(*found))


def _rush_bill(books: Books, words: str, code: str, fen: int, day: int) -> Voucher:
    return books.spend(workdays(books.year, 12)[day], words, (code, odd(books, code, fen)))


def taken_back(pen: Pen) -> None:
    """Income is booked at the end of a period and taken back in the next; the twin is a bill estimated every month."""
    if pen.is_twin:
        return _estimates(pen)
    fen, month = pen.sum(380_000, "4101"), pen.month(3, 11)
    over_year = pen.is_plain and pen.chance.random() < 0.5
    before, after = (pen.old, pen.new) if over_year else (pen.new, pen.new)
    last, first = (12, 1) if over_year else (month, month + 1)
    words = pen.chance.choice(("技术服务收入", "场地收入", "检测收入"))
    booked = before.post(workdays(before.year, last)[-1], f"确认{words}", ("121802", fen, 0), ("4101", 0, fen))
    days = workdays(after.year, first)
    if pen.is_plain:
        back = [after.post(days[2], f"冲回确认{words}", ("121802", -fen, 0), ("4101", 0, -fen))]
    else:
        part = fen * 6 // 10
        back = [
            after.post(days[at], "调整往来款项", ("4101", one, 0), ("121802", 0, one))
            for at, one in ((3, part), (6, fen - part))
        ]
    return pen.mark(fen, financial(booked, *back))


def _estimates(pen: Pen) -> None:
    """Water is estimated at every month's end, and the estimate comes back when the bill is there."""
    marked: list[Voucher] = []
    for month in range(1, 12):
        fen = pen.sum(2_600, "05e")
        words = f"暂估{month}月水费"
        one = pen.new.post(workdays(pen.new.year, month)[-1], words, ("50010205", fen, 0), ("2302", 0, fen))
        back = pen.new.post(
            workdays(pen.new.year, month + 1)[0], f"冲回{words}", ("50010205", -fen, 0), ("2302", 0, -fen)
        )
        if month == 6:
            marked = [one, back]
    pen.mark(marked[0].lines[0][1], financial(*marked))


def reentered(pen: Pen) -> None:
    """A payment is reversed and entered again for somebody else; the twin corrects the account and says so."""
    books, fen, month = pen.new, pen.sum(46_000, "27"), pen.month()
    day, first, second = workdays(books.year, month)[7], pen.firm(), pen.firm()
    paid = books.spend(day, f"付{first}委托服务费", ("27", fen), first)
    if pen.is_twin:
        own = books.spending
        right = books.post(
            next_workday(day), f"更正科目：付{first}委托服务费应列咨询费", ("50010227", -fen, 0), ("50010203", fen, 0),
            (f"{own}0227", -fen, 0), (f"{own}0203", fen, 0), party=first,
        )  # fmt: skip
        return pen.mark(fen, [(paid, 0), (right, 0), (right, 1)])
    if pen.is_plain:
        back = books.spend(day, f"冲销付{first}委托服务费", ("27", -fen), first)
        again = books.spend(day, f"付{second}委托服务费", ("27", fen), second)
    else:
        later, own = next_workday(next_workday(day)), books.spending
        back = books.post(later, "调整列支", ("1011", fen, 0), ("50010227", 0, fen), ("800101", fen, 0),
                          (f"{own}0227", 0, fen), party=first)  # fmt: skip
        again = books.spend(later, f"付{second}调研服务费", ("27", fen), second)
    return pen.mark(fen, [(paid, 0), _on(back, "50010227"), (again, 0)])


def old_claim(pen: Pen) -> None:
    """A loan to a firm that nobody asks back; hidden, it is moved to another account each December."""
    books, fen, firm = pen.old, pen.sum(260_000, "1218"), pen.firm()
    if pen.is_twin:
        words = f"付{firm}办公用房租赁押金（租期至2030年12月）"
        lent = books.post(pen.day(2, books), words, ("121803", fen, 0), ("1002", 0, fen), party=firm)
        return pen.mark(fen, [(lent, 0)])
    if pen.is_plain and pen.chance.random() < 0.5:
        code = "121806"
        for one in (pen.old, pen.new):
            one.names[code] = "原企业借款"
        books.opening[code] = fen
        books.opening["3001"] -= fen
        return pen.mark(fen, [BalanceAt(pen.new.year, code, 12)])
    lent = books.post(pen.day(1, books), f"借给{firm}周转款", ("121802", fen, 0), ("1002", 0, fen), party=firm)
    if pen.is_plain:
        return pen.mark(fen, [(lent, 0)])
    moved = [
        one.post(workdays(one.year, 12)[-3], f"{firm}款项调整", (to, fen, 0), (of, 0, fen), party=firm)
        for one, of, to in ((pen.old, "121802", "121803"), (pen.new, "121803", "121802"))
    ]
    return pen.mark(fen, [(lent, 0), *((one, at) for one in moved for at in (0, 1))])


def no_cash(pen: Pen) -> None:
    """Cash is paid that is not there; the twin draws it on the same day, a number later."""
    books, month, fen = pen.new, pen.month(2, 10), pen.sum(36_000, "01")
    days, own = workdays(books.year, month), books.spending
    parts = [fen] if pen.form != "hiding" else [fen // 3, fen // 4, fen - fen // 3 - fen // 4]
    paid = [
        books.post(days[8 + at], f"现金支付{words}", ("50010201", one, 0), ("1001", 0, one), (f"{own}0201", one, 0),
                   ("800102", 0, one))
        for at, (one, words) in enumerate(zip(parts, ("慰问品款", "活动用品款", "零星用品款"), strict=False))
    ]  # fmt: skip
    drawn = {"plain": workdays(books.year, month + 1)[2], "hiding": days[-2], "twin": days[8]}[pen.form]
    books.post(drawn, "提取现金", ("1001", fen, 0), ("1011", 0, fen), ("800102", fen, 0), ("800101", 0, fen))
    month_end = [BalanceAt(books.year, "1001", month)] if pen.is_plain else []
    pen.mark(fen, [*((one, 1) for one in paid), *month_end])


def cost_as_claim(pen: Pen) -> None:
    """Spending without budget stands among the claims; hidden, as three loans to staff; the twin is settled."""
    books, month = pen.new, pen.month(2, 8)
    if pen.is_twin:
        fen, firm = pen.sum(80_000, "1214"), pen.firm()
        early = books.post(workdays(books.year, month)[6], f"预付{firm}设备定金", ("1214", fen, 0), ("1011", 0, fen),
                           (f"{books.spending}03", fen, 0), ("800101", 0, fen), party=firm)  # fmt: skip
        come = workdays(books.year, month + 1)[9]
        books.post(come, f"{firm}设备到货，冲预付款", ("160101", fen, 0), ("1214", 0, fen), party=firm)
        return pen.mark(fen, [(early, 0)])
    if pen.is_plain:
        fen, firm = pen.sum(230_000, "121802"), pen.firm()
        words = pen.chance.choice(("付机关食堂维修款", "付会议中心装修款", "付院墙修缮工程款"))
        one = books.post(pen.day(month), words, ("121802", fen, 0), ("1002", 0, fen), party=firm)
        return pen.mark(fen, [(one, 0)])
    made = []
    for at, words in enumerate(("借支付食堂维修材料款", "借款付食堂维修工钱", "借支食堂维修尾款")):
        fen, name = pen.sum(48_000, "121801"), pen.person()
        made.append(books.post(pen.day(month + at), f"{name}{words}", ("121801", fen, 0), ("1002", 0, fen), party=name))
    return pen.mark(sum(one.lines[0][1] for one in made), [(one, 0) for one in made])


def parked_at_year_end(pen: Pen) -> None:
    """Unspent money is expensed into other payables in the last days, and so stands for later."""
    books, day, own = pen.new, workdays(pen.new.year, 12)[-3], pen.new.spending
    if pen.is_twin:
        fen, firm = pen.sum(60_000, "230702"), pen.firm()
        words = f"付{firm}维修工程款，扣留质保金（保修期至{books.year + 1}年12月）"
        kept = fen * 3 // 100
        one = books.post(day, words, ("50010213", fen, 0), ("1011", 0, fen - kept), ("230702", 0, kept),
                         (f"{own}0213", fen - kept, 0), ("800101", 0, fen - kept), party=firm)  # fmt: skip
        return pen.mark(kept, [(one, 2)])
    parts = [pen.sum(540_000, "27")] if pen.is_plain else [pen.sum(150_000, "27") for _ in range(3)]
    made = []
    for at, fen in enumerate(parts):
        words = "列支项目经费转暂存" if pen.is_plain else ("计提课题研究费", "计提培训费", "计提业务委托费")[at]
        made.append(books.post(day, words, ("50010227", fen, 0), ("230703", 0, fen)))
    return pen.mark(sum(parts), financial(*made))


def income_in_payables(pen: Pen) -> None:
    """Rents go to other payables and are spent from there; the twin collects a donation and passes it on."""
    books, month = pen.new, pen.month(2, 8)
    incoming, outgoing = {
        "plain": ("收临街门面房租金收入", "付职工节日慰问品及聚餐费"),
        "hiding": (f"收{pen.firm()}款", "付用品款"),
        "twin": ("代收职工爱心捐款", "代收职工爱心捐款转交县慈善会"),
    }[pen.form]
    received = [pen.sum(26_000, "230703") for _ in range(2)]
    spent = [sum(received)] if pen.is_twin else [one * 8 // 10 for one in received]
    made = [
        books.post(pen.day(month + at), incoming, ("1002", fen, 0), ("230703", 0, fen))
        for at, fen in enumerate(received)
    ]
    made += [
        books.post(pen.day(month + 2 + at), outgoing, ("230703", fen, 0), ("1002", 0, fen))
        for at, fen in enumerate(spent)
    ]
    pen.mark(sum(received), [_on(one, "230703") for one in made])


def invented_amounts(pen: Pen) -> None:
    """A clerk makes up labour bills of one sum, three a month; hidden, of three sums in turn; the twin pays guards."""
    books = pen.new
    sums = {"plain": (198_000,), "hiding": (197_000, 198_000, 199_000), "twin": (240_000,)}[pen.form]
    names = [one.name for one in books.office.staff[-3:]]
    made = []
    for month in range(2, 12):
        for at in range(3):
            words = f"付{names[at]}{month}月值班补助" if pen.is_twin else "付临时用工劳务费"
            day = workdays(books.year, month)[15] if pen.is_twin else pen.day(month)
            made.append(books.spend(day, words, ("26", sums[(month + at) % len(sums)])))
    pen.mark(sum(one.lines[0][1] for one in made), [(one, 0) for one in made])


def growing_advances(pen: Pen) -> None:
    """Money is lent to a town's company month by month and hardly any comes back; the twin is lent and settled."""
    code, firm = "121805", "城关镇建设服务公司"
    for one in (pen.old, pen.new):
        one.names[code] = "镇级单位借款"
    for one in (pen.old, pen.new):
        for month in range(1, 13):
            fen = pen.sum(38_000, code)
            one.post(pen.day(month, one), f"拨付{firm}{month}月周转资金", (code, fen, 0), ("1002", 0, fen), party=firm)
            back = fen // 3 if pen.form == "hiding" and month % 3 == 0 else fen if pen.is_twin else 0
            if back:
                day = workdays(one.year, month)[-1]
                one.post(day, f"收回{firm}周转资金", ("1002", back, 0), (code, 0, back), party=firm)
    ends = [BalanceAt(pen.old.year, code, 12), BalanceAt(pen.new.year, code, 12)]
    pen.mark(0, ends)
