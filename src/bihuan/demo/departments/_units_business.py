"""A budget unit's ordinary year: quotas, wages, bills, costs, takings, advances, deposits, corrections, closing."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from bihuan.demo.companies import companies
from bihuan.demo.county import County
from bihuan.demo.days import SEASON
from bihuan.demo.departments._units import Books, Voucher, is_institution, next_workday, workdays

# code, median in yuan, weight, words
_WORDS = (
    ("01", 640.0, 22, ("付{firm}办公用品款", "购买打印纸及硒鼓（{person}）", "付{firm}办公耗材款",
      "购{place}用文件柜等")),
    ("02", 2100.0, 7, ("付{firm}材料印刷费", "付{thing}宣传册印刷费", "付{thing}表册印制费")),
    ("03", 8600.0, 2, ("付{firm}咨询费", "付{thing}法律咨询费")),
    ("07", 320.0, 4, ("付快递费（{person}）", "付邮寄费（{thing}）", "付短信平台费")),
    ("11", 1180.0, 30, ("{person}报销赴市里开会差旅费", "{person}等{n}人下乡检查差旅费", "{person}报销省外学习差旅费",
                        "{person}报销{thing}出差费用")),
    ("13", 3600.0, 8, ("付{firm}{place}维修款", "付{place}空调维修费", "付{firm}电梯维保费", "付{place}门窗修理费")),
    ("14", 4200.0, 2, ("付{thing}场地租用费", "付{firm}设备租赁费")),
    ("15", 5200.0, 3, ("付{thing}会议费", "付{thing}工作会场地费")),
    ("16", 4300.0, 5, ("付{thing}培训费", "付{firm}培训资料费", "付{thing}培训班住宿费")),
    ("17", 680.0, 7, ("付公务接待费（公函{n}号）", "付上级检查组用餐费（公函{n}号）")),
    ("18", 2900.0, 8, ("付{firm}专用材料款", "付{thing}耗材款")),
    ("26", 1500.0, 8, ("付{thing}临时用工劳务费", "付{thing}专家评审费", "付{place}保洁人员劳务费")),
    ("27", 11500.0, 5, ("付{firm}{thing}服务费", "付{thing}第三方评估费（{firm}）", "付{firm}检测费")),
    ("31", 820.0, 12, ("付公务用车加油费（{n}号车）", "付{firm}公务用车维修费", "付公务用车保险费（{n}号车）",
      "付过路费（{person}）")),
    ("39", 210.0, 10, ("报市内交通费（{person}）", "付租车费（{thing}）")),
)  # fmt: skip
_WEIGHTS = [one[2] for one in _WORDS]
_THINGS = (
    "信访维稳", "安全生产月", "普法宣传", "人居环境整治", "乡村振兴", "防汛抗旱", "森林防火", "秋粮收购", "统计普查",
    "健康体检",
    "档案整理", "项目申报", "绩效评价", "网络运维", "年度考核", "主题党日", "政务公开", "招商引资", "环保督察整改",
    "春季植树",
)  # fmt: skip
_PLACES = ("办公楼", "会议室", "食堂", "档案室", "值班室", "业务大厅", "车库", "培训室")
_MONTHLY = (("05", 1150.0, "付{month}月水费"), ("06", 5200.0, "付{month}月电费"), ("09", 14600.0, "付{month}月物业费"),
            ("07", 1850.0, "付{month}月电话及网络费"))  # fmt: skip
_TAKINGS = {
    "院": ("{day}日门诊收入", "{day}日住院结算收入", "{day}日体检收入"),
    "中学": ("住宿费收入（{day}日缴）", "教材代办结余收入（{day}日）"),
}
_OTHER_TAKINGS = ("{day}日服务收入", "{day}日检测收入", "{day}日培训收入")


@lru_cache(maxsize=2)
def firm_names(county: County) -> tuple[str, ...]:
    """Suppliers as summaries name them."""
    return tuple(one.name.removeprefix("云禾县") for one in companies(county)[:300])


def money(chance: random.Random, median: float, spread: float = 0.8) -> int:
    """A log-normal amount in fen of a median in yuan; many bills are round to the yuan or to ten."""
    fen = int(median * math.exp(chance.gauss(0, spread)) * 100)
    kind = chance.random()
    if kind < 0.3:
        fen = round(fen, -2)
    elif kind < 0.45 and fen > 10_000:
        fen = round(fen, -3)
    return max(fen, 50)


def odd(books: Books, code: str, fen: int) -> int:
    """The amount, or one near it when such a sum stands on the account already: two bills are hardly ever equal."""
    while fen >= 60_000 and (code, fen) in books.amounts:
        fen += books.chance.randrange(101, 9973)
    books.amounts.add((code, fen))
    return fen


def some_day(chance: random.Random, days: Sequence[date]) -> date:
    """A working day; later days of the month are somewhat likelier."""
    return days[int(len(days) * chance.random() ** 0.85)]


def ordinary(books: Books, county: County, dealings: int) -> None:
    """Everything but quotas and closing, which come in `finish` when it is known what was spent."""
    year = sum(SEASON)
    for month, weight in enumerate(SEASON[: books.months], start=1):
        _month(books, county, month, max(3, round(dealings * weight / year)))


def _month(books: Books, county: County, month: int, count: int) -> None:
    _wages(books, month)
    _bills(books, month)
    _costs(books, month, count, firm_names(county))
    _petty_cash(books, month, max(2, count // 14))
    for _ in range(max(1, count // 60)):
        _advance(books, month)
    _deposit(books, month, firm_names(county))
    _equipment(books, month, firm_names(county), max(1, count // 70))
    if is_institution(books.office):
        _takings(books, month, max(2, count // 8))
    else:
        _nontax(books, month, max(1, count // 40))
    _work_money(books, month)
    _prepayment(books, month, firm_names(county))
    _between_units(books, month)
    worn = int(books.size * 4_690_000) // 100 * 100
    books.post(workdays(books.year, month)[-1], f"计提{month}月固定资产折旧", ("500103", worn, 0), ("1602", 0, worn))


def _wages(books: Books, month: int) -> None:
    heads, days = len(books.office.staff), workdays(books.year, month)
    gross = heads * 683_450 + month * 121_000 + (books.year - 2024) * heads * 15_200
    kept, own = gross * 17 // 100, books.spending + "01"
    books.post(days[6], f"计提{month}月在职人员工资", ("500101", gross, 0), ("220101", 0, gross))
    books.post(
        days[9], f"发放{month}月在职人员工资", ("220101", gross, 0), ("1011", 0, gross - kept), ("230701", 0, kept),
        (own, gross - kept, 0), ("800101", 0, gross - kept),
    )  # fmt: skip
    books.post(days[11], f"缴纳{month}月代扣社保公积金及个税", ("230701", kept, 0), ("1011", 0, kept), (own, kept, 0),
               ("800101", 0, kept))  # fmt: skip
    insured, fund = gross * 21 // 100, gross * 12 // 100
    books.post(
        days[11], f"缴纳{month}月单位部分社保公积金", ("500101", insured + fund, 0), ("1011", 0, insured + fund),
        (own, insured + fund, 0), ("800101", 0, insured + fund),
    )  # fmt: skip


def _bills(books: Books, month: int) -> None:
    for code, usual, words in _MONTHLY:
        seasonal = 1.5 if code == "06" and month in (1, 7, 8, 12) else 1.0
        fixed = code == "09"
        fen = (
            int(usual * books.size) * 100
            if fixed
            else odd(books, code, money(books.chance, usual * seasonal * books.size, 0.09))
        )
        books.spend(workdays(books.year, month)[11], words.format(month=month), (code, fen))


def _costs(books: Books, month: int, count: int, firms: Sequence[str]) -> None:
    chance, staff, days = books.chance, books.office.staff, workdays(books.year, month)
    bank_share = 0.12 if is_institution(books.office) else 0.0
    for code, median, _, words in chance.choices(_WORDS, weights=_WEIGHTS, k=count):
        firm = firms[int(chance.random() ** 1.5 * len(firms))]
        summary = words[int(chance.random() * len(words))]
        party = firm if "{firm}" in summary else ""
        summary = summary.format(
            firm=firm, person=staff[int(chance.random() * len(staff))].name, n=1 + int(chance.random() * 48),
            thing=_THINGS[int(chance.random() * 20)], place=_PLACES[int(chance.random() * 8)],
        )  # fmt: skip
        fen = odd(books, code, money(chance, median * books.size))
        voucher = books.spend(some_day(chance, days), summary, (code, fen), party, bank=chance.random() < bank_share)
        if chance.random() < 0.004:
            _correct(books, voucher)


def _correct(books: Books, wrong: Voucher) -> None:
    """A clerk took the wrong account, sees it the day after, and says so."""
    code, fen, _, words, party = wrong.lines[0]
    right = "99" if code[-2:] != "99" else "01"
    day = next_workday(wrong.day)
    if day.month != wrong.day.month:
        return
    top = books.spending + "02"
    books.post(
        day, f"更正科目：{words}", (code, -fen, 0), (f"500102{right}", fen, 0), (top + code[-2:], -fen, 0),
        (top + right, fen, 0), party=party,
    )  # fmt: skip


def _petty_cash(books: Books, month: int, count: int) -> None:
    chance, days = books.chance, workdays(books.year, month)
    bills = [money(chance, 120, 0.5) for _ in range(count)]
    drawn = -(-sum(bills) // 50_000) * 50_000
    books.post(days[0], "提取备用金", ("1001", drawn, 0), ("1011", 0, drawn), ("800102", drawn, 0),
               ("800101", 0, drawn))  # fmt: skip
    for fen in bills:
        code = chance.choice(("01", "39", "07"))
        words = {"01": "零星购买办公用品", "39": "报市内交通费", "07": "付快递费"}[code]
        person, day = chance.choice(books.office.staff).name, max(days[1], some_day(chance, days))
        books.post(
            day, f"{words}（{person}，现金）", ("500102" + code, fen, 0), ("1001", 0, fen),
            (f"{books.spending}02{code}", fen, 0), ("800102", 0, fen),
        )  # fmt: skip


def _advance(books: Books, month: int) -> None:
    """A traveller takes an advance from the bank account and settles it within two months."""
    chance, person = books.chance, books.chance.choice(books.office.staff).name
    fen = odd(books, "11", chance.choice((200_000, 300_000, 500_000)) + chance.randrange(0, 400) * 100)
    later = min(books.months, month + chance.choice((0, 0, 1)))
    books.post(workdays(books.year, month)[2], f"{person}出差借款", ("121801", fen, 0), ("1002", 0, fen), party=person)
    books.post(
        workdays(books.year, later)[13], f"{person}出差归来报账，冲借款", ("50010211", fen, 0), ("121801", 0, fen),
        (books.spending + "0211", fen, 0), ("800102", 0, fen), party=person,
    )  # fmt: skip


def _deposit(books: Books, month: int, firms: Sequence[str]) -> None:
    """A bidder's deposit comes and goes back in the month after: money of others, no budgetary entry."""
    chance, firm = books.chance, books.chance.choice(firms)
    fen = odd(books, "230702", chance.randrange(20, 400) * 10_000)
    books.post(workdays(books.year, month)[4], f"收{firm}投标保证金", ("1002", fen, 0), ("230702", 0, fen), party=firm)
    later = min(books.months, month + 1)
    books.post(workdays(books.year, later)[14], f"退{firm}投标保证金", ("230702", fen, 0), ("1002", 0, fen), party=firm)


def _equipment(books: Books, month: int, firms: Sequence[str], count: int) -> None:
    chance, days = books.chance, workdays(books.year, month)
    for _ in range(count):
        firm, thing = chance.choice(firms), chance.choice(("电脑", "打印机", "空调", "文件柜", "监控设备", "会议桌椅"))
        account = "160103" if thing in ("文件柜", "会议桌椅") else "160101"
        fen, day = odd(books, account, money(chance, 6800 * books.size, 0.6)), some_day(chance, days[:-4])
        own = books.spending + "03"
        if chance.random() < 0.6:
            books.post(day, f"付{firm}{thing}购置款", (account, fen, 0), ("1011", 0, fen), (own, fen, 0),
                       ("800101", 0, fen), party=firm)  # fmt: skip
            continue
        books.post(day, f"购入{thing}，款未付（{firm}）", (account, fen, 0), ("2302", 0, fen), party=firm)
        books.post(days[-2], f"付{firm}{thing}欠款", ("2302", fen, 0), ("1011", 0, fen), (own, fen, 0),
                   ("800101", 0, fen), party=firm)  # fmt: skip


def _prepayment(books: Books, month: int, firms: Sequence[str]) -> None:
    """Fuel cards, newspapers and goods are paid before they come, and come within two months."""
    chance, firm, days = books.chance, books.chance.choice(firms), workdays(books.year, month)
    words, code = chance.choice((("公务用车油卡充值", "31"), ("下半年报刊订阅款", "01"), ("专用材料款", "18")))
    fen, own = odd(books, "1214", money(chance, 7200 * books.size, 0.5)), books.spending + "02"
    books.post(
        days[5], f"预付{firm}{words}", ("1214", fen, 0), ("1011", 0, fen), (own + code, fen, 0), ("800101", 0, fen),
        party=firm,
    )  # fmt: skip
    later = min(books.months, month + chance.choice((0, 1, 1)))
    books.post(workdays(books.year, later)[15], f"{firm}{words}冲预付", ("500102" + code, fen, 0), ("1214", 0, fen),
               party=firm)  # fmt: skip


def _between_units(books: Books, month: int) -> None:
    """A deposit is paid for a hall and comes back; a unit's share of a meeting is paid first and returned; a sum is
    received for somebody else and passed on."""
    chance, days = books.chance, workdays(books.year, month)
    fen = odd(books, "121803", chance.randrange(5, 60) * 10_000)
    books.post(days[3], f"付会场租用押金（{month}月）", ("121803", fen, 0), ("1002", 0, fen), party="县会议中心")
    books.post(days[12], f"收回会场租用押金（{month}月）", ("1002", fen, 0), ("121803", 0, fen), party="县会议中心")
    fen = odd(books, "121802", money(chance, 9000 * books.size, 0.4))
    books.post(days[4], f"代垫联合执法{month}月经费", ("121802", fen, 0), ("1002", 0, fen), party="县联合执法办")
    books.post(days[13], f"收回代垫联合执法{month}月经费", ("1002", fen, 0), ("121802", 0, fen), party="县联合执法办")
    fen = odd(books, "230703", money(chance, 4200 * books.size, 0.4))
    books.post(days[6], f"代收{month}月职工互助金", ("1002", fen, 0), ("230703", 0, fen), party="县总工会")
    books.post(days[14], f"转交{month}月职工互助金", ("230703", fen, 0), ("1002", 0, fen), party="县总工会")


def _takings(books: Books, month: int, count: int) -> None:
    chance, name = books.chance, books.office.name
    words = next((found for end, found in _TAKINGS.items() if name.endswith(end)), _OTHER_TAKINGS)
    for _ in range(count):
        day = some_day(chance, workdays(books.year, month))
        fen = odd(books, "4101", money(chance, 5200 * books.size, 0.7))
        books.post(
            day, f"收{month}月{chance.choice(words).format(day=day.day)}", ("1002", fen, 0), ("4101", 0, fen),
            ("800102", fen, 0), ("6101", 0, fen),
        )  # fmt: skip


def _nontax(books: Books, month: int, count: int) -> None:
    """Fees are taken for the treasury and go there within days."""
    chance, days = books.chance, workdays(books.year, month)
    total = 0
    for _ in range(count):
        fen = odd(books, "2103", money(chance, 2400, 0.8))
        total += fen
        books.post(some_day(chance, days[:-4]), f"收{month}月行政事业性收费", ("1002", fen, 0), ("2103", 0, fen))
    books.post(days[-2], f"上缴{month}月非税收入", ("2103", total, 0), ("1002", 0, total))


def _work_money(books: Books, month: int) -> None:
    """The city's bureau gives a little towards the work, which pays for what the bank account pays."""
    if month % 3 == 2:
        fen = int(books.size * 4_000_000) + books.chance.randrange(0, 900) * 1000
        books.post(workdays(books.year, month)[5], f"收市局拨付{month}月工作经费", ("1002", fen, 0), ("4601", 0, fen),
                   ("800102", fen, 0), ("6601", 0, fen))  # fmt: skip


def finish(books: Books, returned: int = 0) -> int:
    """Quotas, the year's closing, the numbers. `returned`: last year's quota that is given again; gives this year's."""
    left = _quotas(books, returned)
    if books.months == 12:
        _close(books, left)
    books.number()
    return left


def _quotas(books: Books, returned: int) -> int:
    """Each month's quota comes on its first working day, enough for what is spent; gives what is left at the end."""
    first = workdays(books.year, 1)[0]
    if returned:
        books.post(
            first, "恢复上年财政应返还额度", ("1011", returned, 0), ("1201", 0, returned), ("800101", returned, 0),
            ("800103", 0, returned),
        )  # fmt: skip
    moved, left = books.moved().get("1011", [0] * 24), returned
    for month in range(1, books.months + 1):
        needed = moved[2 * month - 1] - (moved[2 * month - 2] - (returned if month == 1 else 0))
        fen = -(-int(needed * 1.004) // 100_000) * 100_000
        left += fen - needed
        books.post(
            workdays(books.year, month)[0], f"收到{month}月授权支付用款额度", ("1011", fen, 0), ("4001", 0, fen),
            ("800101", fen, 0), ("6001", 0, fen),
        )  # fmt: skip
    return left


def _close(books: Books, left: int) -> None:
    day = workdays(books.year, 12)[-1]
    books.post(day, "年末注销零余额账户用款额度", ("1201", left, 0), ("1011", 0, left), ("800103", left, 0),
               ("800101", 0, left))  # fmt: skip
    carry(books, day, ("4",), "3301", "收入")
    carry(books, day, ("5",), "3301", "费用")
    carry(books, day, ("3301",), "3001", "盈余")
    carry(books, day, ("6001",), "8101", "财政拨款预算收入")
    carry(books, day, ("6101", "66"), "8201", "非财政预算收入")
    carry(books, day, ("7",), "8101", "预算支出")


def carry(books: Books, day: date, first: tuple[str, ...], result: str, words: str) -> Voucher | None:
    """A closing voucher: the accounts to nought, their sum to `result`."""
    held = books.held(first)
    if not held:
        return None
    total = sum(held.values())
    sides = [(code, max(-fen, 0), max(fen, 0)) for code, fen in sorted(held.items())]
    return books.post(day, f"{books.year}年末结转本期{words}", *sides, (result, max(total, 0), max(-total, 0)))
