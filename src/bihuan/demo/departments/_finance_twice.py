"""Paid twice, split, or kept just below a limit: as clerks and bosses do it, in disguise, and innocent look-alikes."""

from __future__ import annotations

from dataclasses import replace

from bihuan.demo.companies import Company
from bihuan.demo.departments import _finance as f
from bihuan.demo.departments._finance import Pay, Payee
from bihuan.demo.departments._finance_desk import Desk, on
from bihuan.demo.truth import HIDING, PLAIN, TWIN

_TRADES = (
    ("商贸", "日用品款"), ("印务", "资料印刷费"), ("信息技术", "网络维护费"), ("食品", "会议用餐费"),
    ("广告传媒", "宣传品制作费"), ("建材", "零星维修材料款"), ("园林绿化", "绿化养护费"), ("水电安装", "水电维修费"),
)  # fmt: skip


def plant(desk: Desk) -> None:
    """All of them."""
    _twice(desk)
    _twice_in_disguise(desk)
    _not_twice(desk)
    _near_names(desk)
    _not_near_names(desk)
    _split(desk)
    _split_in_disguise(desk)
    _not_split(desk)
    _below_limit(desk)


def again(paid: Pay, day: str, words: str = "") -> Pay:
    """The same order once more; the caller adds it to the books."""
    return replace(paid, day=day, words=words or paid.words)


def _twice(desk: Desk) -> None:
    """A clerk files the same invoice two times; another pays a bill again since it was handed in twice without one."""
    one, firm = desk.unit(3), desk.firm("建材", 3)
    first = desk.pay(one, on(2025, 3, 5), 86_400_00, firm, "付办公区道路维修水泥款")
    desk.bill(first, firm)
    second = desk.book.pay(again(first, on(2025, 4, 8)))
    desk.book.mark("duplicate_payment", PLAIN, first.cents, first, second)
    one, firm = desk.unit(27, 2024), desk.firm("办公设备", 2)
    first = desk.pay(one, on(2024, 9, 4), 45_680_00, firm, "付投影仪及幕布款")
    second = desk.book.pay(again(first, on(2024, 9, 11)))
    desk.book.mark("duplicate_payment", PLAIN, first.cents, first, second)


def _twice_in_disguise(desk: Desk) -> None:
    """Across the turn of the year with the number written otherwise; and the second time in two parts."""
    firm = desk.firm("医疗器械", 1)
    first = desk.pay(desk.unit(28, 2024), on(2024, 12, 17), 54_720_00, firm, "付检验试剂款")
    bill = desk.bill(first, firm)
    second = desk.pay(desk.unit(28), on(2025, 1, 11), 54_720_00, firm, "付试剂及低值耗材款（2024年12月）")
    second.invoice = f"No.{bill.number[:10]} {bill.number[10:]}"
    desk.book.mark("duplicate_payment", HIDING, first.cents, first, second)
    one, firm = desk.unit(60), desk.firm("信息技术", 4)
    first = desk.pay(one, on(2025, 6, 3), 63_240_00, firm, "付业务系统接口开发费")
    desk.bill(first, firm)
    parts = [
        desk.pay(one, on(2025, 7, 2 + at), cents, firm, "付接口开发费")
        for at, cents in enumerate((40_000_00, 23_240_00))
    ]
    for part in parts:
        part.invoice = first.invoice
    desk.book.mark("duplicate_payment", HIDING, first.cents, first, *parts)


def _not_twice(desk: Desk) -> None:
    """Returned by the bank and paid again; two cars insured for one price; the fixed fee of every month."""
    one, firm = desk.unit(41), desk.firm("水电安装", 2)
    first = desk.pay(one, on(2025, 8, 2), 31_500_00, firm, "付闸门维修款")
    desk.bill(first, firm)
    back = desk.book.pay(
        replace(again(first, on(2025, 8, 5), "账号有误退回：付闸门维修款"), cents=-first.cents, status="退回")
    )
    second = desk.book.pay(again(first, on(2025, 8, 8)))
    desk.book.mark("duplicate_payment", TWIN, first.cents, first, back, second)
    one, insurer = desk.unit(52), Payee("中国人民财产保险股份有限公司云禾支公司", "13007779900010001", f.AGENT_BANK)
    cars = [
        desk.pay(one, on(2025, 5, 6), 3_862_50, insurer, f"付公务用车冀X{plate}保险费") for plate in ("A2107", "A3359")
    ]
    for at, paid in enumerate(cars):
        desk.bill(paid, desk.firm("汽车服务", at), item="机动车保险")
    desk.book.mark("duplicate_payment", TWIN, cars[0].cents, *cars)
    fees = [
        paid for paid in desk.book.payments if paid.indicator is desk.unit(30).basic[1] and "物业服务费" in paid.words
    ]
    desk.book.mark("duplicate_payment", TWIN, fees[0].cents, *fees)


def _near_names(desk: Desk) -> None:
    """One bill to one account under two writings; to a name with a letter left out; to a homophone's other account."""
    one, firm = desk.unit(6), desk.firm("广告传媒", 1)
    first = desk.pay(one, on(2025, 4, 3), 28_650_00, firm, "付政策宣传栏制作费")
    second = desk.book.pay(again(first, on(2025, 4, 14), "宣传栏制作"))
    second.payee = first.payee._replace(name=firm.name.removeprefix("云禾县").replace("有限公司", "公司"))
    desk.book.mark("duplicate_payment_fuzzy_payee", PLAIN, first.cents, first, second)
    one, firm = desk.unit(35, 2024), desk.firm("印务", 2)
    first = desk.pay(one, on(2024, 5, 3), 31_900_00, firm, "付普查表册印刷费")
    second = desk.book.pay(again(first, on(2024, 5, 15)))
    second.payee = first.payee._replace(name=firm.name.replace("云禾县", "云禾"))
    desk.book.mark("duplicate_payment_fuzzy_payee", PLAIN, first.cents, first, second)
    one, firm = desk.unit(66), desk.firm("园林绿化", 1)
    first = desk.pay(one, on(2025, 9, 4), 57_320_00, firm, "付单位庭院绿化款")
    other = firm.name.replace("园林绿化", "园林录化")
    second = desk.pay(
        one, on(2025, 10, 9), 57_320_00, Payee(other, "13008812094417730", f.CREDIT_UNION), "付院内苗木栽植费"
    )
    second.economic = first.economic
    desk.book.mark("duplicate_payment_fuzzy_payee", HIDING, first.cents, first, second)


def _not_near_names(desk: Desk) -> None:
    """Two filling stations of one chain; three rangers of one list."""
    one = desk.unit(14)
    stations = [
        desk.pay(one, on(2025, 2, 9), 5_000_00, Payee(f"中国石化云禾第{at}加油站", f"130077700{number}", f.AGENT_BANK),
                 f"公务用车加油卡充值（第{at}加油站）")
        for at, number in (("一", 1101), ("二", 1102))
    ]  # fmt: skip
    desk.book.mark("duplicate_payment_fuzzy_payee", TWIN, 5_000_00, *stations)
    one, forest = desk.unit(22), desk.granted(desk.unit(22), "森林防火与护林")
    people = [Payee(name, f"62170012345678{at}", f.CREDIT_UNION) for name, at in
              (("刘建国", 11117), ("刘建军", 22226), ("刘建民", 33335))]  # fmt: skip
    rangers = [one.pay(forest, on(2025, 6, 9), 1_500_00, who, ("30226", "5月护林员劳务补助")) for who in people]
    desk.book.mark("duplicate_payment_fuzzy_payee", TWIN, 1_500_00, *rangers)


def _split(desk: Desk) -> None:
    """One purchase in pieces below 50,000, and one on a single day below 20,000."""
    one, firm = desk.unit(8), desk.firm("家具", 1)
    cents = (49_800_00, 48_500_00, 49_300_00)
    pieces = [desk.pay(one, on(2025, 5, 6 + at % 2), each, firm, "付文体活动室桌椅款") for at, each in enumerate(cents)]
    _bill_each(desk, pieces, firm)
    desk.book.mark("split_below_approval_limit", PLAIN, sum(cents), *pieces)
    one, firm = desk.unit(33, 2024), desk.firm("信息技术", 2)
    cents5 = (19_600_00, 19_480_00, 19_850_00, 19_200_00, 19_270_00)
    pieces = [desk.pay(one, on(2024, 11, 8), each, firm, "付监控设备采购安装款") for each in cents5]
    _bill_each(desk, pieces, firm)
    desk.book.mark("split_below_approval_limit", PLAIN, sum(cents5), *pieces)


def _split_in_disguise(desk: Desk) -> None:
    """Over three payees; and over a week, with other words for each part."""
    one = desk.unit(19)
    firms = [desk.firm(trade, 3) for trade in ("办公设备", "商贸", "信息技术")]
    cents = (46_800_00, 47_950_00, 45_620_00)
    pieces = [
        desk.pay(one, on(2025, 9, 4 + at % 2), each, firm, "购置电子阅览设备")
        for at, (each, firm) in enumerate(zip(cents, firms, strict=True))
    ]
    desk.book.mark("split_below_approval_limit", HIDING, sum(cents), *pieces)
    one, firm = desk.unit(47), desk.firm("办公设备", 5)
    parts = (("会议室音响设备款", 28_900_00), ("会议室音响调试及线材款", 27_650_00), ("会议室话筒及功放款", 29_400_00),
             ("会议室音响配套机柜款", 26_880_00))  # fmt: skip
    pieces = [desk.pay(one, on(2025, 3, 2 + at), each, firm, words) for at, (words, each) in enumerate(parts)]
    _bill_each(desk, pieces, firm)
    desk.book.mark("split_below_approval_limit", HIDING, sum(each for _, each in parts), *pieces)


def _not_split(desk: Desk) -> None:
    """Parts of a contract as they were accepted; and a quarter's three monthly bills paid on one day."""
    one, firm = desk.unit(55), desk.firm("广告传媒", 4)
    contract = desk.contract(one, firm, "展厅布置分批验收", 144_000_00, on(2025, 6, 1))
    parts = [
        desk.under(one, contract, on(2025, 7, 3 + at), 48_000_00, f"展厅布置第{at + 1}批验收款") for at in range(3)
    ]
    desk.book.mark("split_below_approval_limit", TWIN, 144_000_00, *parts)
    one, firm = desk.unit(62), desk.firm("物业服务", 3)
    months = [desk.pay(one, on(2025, 4, 5), 16_800_00, firm, f"付{month}月办公楼保洁服务费") for month in (1, 2, 3)]
    _bill_each(desk, months, firm)
    desk.book.mark("split_below_approval_limit", TWIN, 50_400_00, *months)


def _below_limit(desk: Desk) -> None:
    """Bills that gather below 10,000, 50,000 and, spread out with odd cents, 20,000; the twin is one fixed price."""
    for at, year, count, least, most, form in (
        (10, 2025, 40, 9_320_00, 9_999_00, PLAIN),
        (72, 2024, 32, 48_600_00, 49_990_00, PLAIN),
        (84, 2025, 30, 18_900_00, 19_997_00, HIDING),
    ):
        one, chance = desk.unit(at, year), desk.county.chance(f"finance/below/{at}")
        pieces = []
        for n in range(count):
            trade, words = _TRADES[(n * 3 + at) % 8]
            firm = desk.firm(trade, n * 7)
            day = on(year, 1 + n * 5 % 12, chance.randrange(16))
            cents = chance.randrange(least, most) // (1 if form == HIDING else 100) * (1 if form == HIDING else 100)
            pieces.append(desk.pay(one, day, cents, firm, f"付{words}"))
            desk.bill(pieces[-1], firm)
        desk.book.mark("just_below_limit", form, sum(one.cents for one in pieces), *pieces)
    one, clinic = desk.unit(49), desk.firm("医疗器械", 6)
    checks = [
        desk.pay(one, on(2025, 1 + at % 12, 3 + at), 9_800_00, clinic, f"第{at + 1}批职业健康体检费")
        for at in range(14)
    ]
    _bill_each(desk, checks, clinic)
    desk.book.mark("just_below_limit", TWIN, 9_800_00 * 14, *checks)


def _bill_each(desk: Desk, pieces: list[Pay], firm: Company) -> None:
    for one in pieces:
        desk.bill(one, firm)
