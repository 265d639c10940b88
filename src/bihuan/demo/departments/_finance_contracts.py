"""Contracts, invoices and prepayments gone wrong: plain, in disguise, and innocent look-alikes."""

from __future__ import annotations

from dataclasses import replace

from bihuan.demo.companies import Company
from bihuan.demo.departments import _finance as f
from bihuan.demo.departments._finance import Invoice, Pay, Payee
from bihuan.demo.departments._finance_desk import Desk, on
from bihuan.demo.truth import HIDING, PLAIN, TWIN


def plant(desk: Desk) -> None:
    """All of them."""
    _before(desk)
    _more(desk)
    _somebody_else(desk)
    _prepaid(desk)
    _late(desk)
    _not_late(desk)
    _void(desk)
    _reused(desk)
    _runs(desk)


def _before(desk: Desk) -> None:
    """The firm is paid first and the contract is made up afterwards; the twin is paid on the day itself."""
    for at, form, written in ((7, PLAIN, "{}"), (40, PLAIN, "{}"), (73, HIDING, " {} 号")):
        one, firm = desk.unit(at), desk.firm("建筑工程", at)
        contract = desk.contract(one, firm, f"第{at}号院外墙修缮", 680_000_00 + at * 1000_00, on(2025, 6, 12))
        cents = contract.cents * (20 if form == HIDING else 30) // 100
        paid = desk.under(one, contract, on(2025, 5, 9 + at % 3), cents, f"{contract.title}预付款")
        paid.contract = written.format(contract.number.replace("HT", "ht-") if form == HIDING else contract.number)
        desk.book.mark("paid_before_contract", form, cents, paid, contract)
    one, firm = desk.unit(17), desk.firm("信息技术", 9)
    contract = desk.contract(one, firm, "档案数字化加工服务", 180_000_00, on(2025, 4, 7))
    paid = desk.under(one, contract, contract.signed, 54_000_00, "档案数字化加工服务首付款")
    desk.book.mark("paid_before_contract", TWIN, paid.cents, paid, contract)


def _more(desk: Desk) -> None:
    """Paid beyond the price, once by many small sums; the twin's price was raised by a supplement."""
    for at, form, parts in ((16, PLAIN, (128_000_00,) * 3), (51, PLAIN, (190_000_00, 170_000_00)),
                            (77, HIDING, (60_500_00, 71_200_00, 48_900_00, 66_300_00, 58_700_00, 49_800_00)),
                            (26, TWIN, (128_000_00,) * 3)):  # fmt: skip
        one, firm = desk.unit(at), desk.firm("建筑工程", at + 3)
        contract = desk.contract(one, firm, f"第{at}号公厕及管网改造", 320_000_00, on(2025, 3, 4))
        if form == TWIN:
            contract.changed = 384_000_00
        paid = [desk.under(one, contract, on(2025, 4 + n, 3 + n), cents) for n, cents in enumerate(parts)]
        if form == HIDING:
            for one_paid in paid[3:]:
                one_paid.contract, one_paid.words = contract.number.lower(), "公厕及管网改造零星签证款"
        desk.book.mark("paid_more_than_contract", form, sum(parts) - 320_000_00, contract, *paid)


def _somebody_else(desk: Desk) -> None:
    """The work was passed on, and who does it is paid; in disguise the site manager's brother is; the twins are the
    workers' wages account that the rules demand, and the contractor under its new name."""
    for at, form in ((9, PLAIN), (43, PLAIN), (70, HIDING)):
        one, firm = desk.unit(at), desk.firm("建筑工程", at + 5)
        contract = desk.contract(one, firm, f"第{at}号片区排水管网清淤", 450_000_00, on(2025, 2, 8))
        desk.under(one, contract, on(2025, 3, 5), 135_000_00)
        wrong = desk.under(one, contract, on(2025, 4, 6), 225_000_00 if form == PLAIN else 96_000_00)
        wrong.payee = f.of_firm(desk.firm("水电安装", at))
        if form == HIDING:
            wrong.payee = Payee(firm.name.replace("云禾县", "邻禾县"), "13002217730094126", f.CREDIT_UNION)
        desk.book.mark("payee_is_not_the_contractor", form, wrong.cents, wrong, contract)
    one, firm = desk.unit(24), desk.firm("建筑工程", 8)
    contract = desk.contract(one, firm, "集镇道路拓宽", 520_000_00, on(2025, 3, 8))
    paid = desk.under(one, contract, on(2025, 5, 5), 104_000_00, "集镇道路拓宽农民工工资")
    paid.payee = Payee(f"{firm.name}农民工工资专户", f"{firm.account[:-3]}909", firm.bank)
    desk.book.mark("payee_is_not_the_contractor", TWIN, paid.cents, paid, contract)
    one, firm = desk.unit(38), desk.firm("信息技术", 12)
    contract = desk.contract(one, firm, "政务专网改造", 260_000_00, on(2025, 1, 8))
    desk.under(one, contract, on(2025, 2, 9), 52_000_00, "政务专网改造首付款")
    paid = desk.under(one, contract, on(2025, 3, 9), 78_000_00, "政务专网改造款（乙方已更名）")
    paid.payee = f.of_firm(firm)._replace(name=firm.name.replace("信息技术有限公司", "数字科技有限公司"))
    desk.book.mark("payee_is_not_the_contractor", TWIN, paid.cents, paid, contract)


def _prepaid(desk: Desk) -> None:
    """December pays for next year; in disguise without the word; the twins are newspapers and heating."""
    for at, form, trade, cents, words in (
        (11, PLAIN, "印务", 168_000_00, "预付2026年印刷服务费"),
        (44, PLAIN, "广告传媒", 236_000_00, "预付明年宣传制作费"),
        (68, HIDING, "信息技术", 312_000_00, "2026年度系统运维服务费"),
    ):
        paid = desk.pay(desk.unit(at), on(2025, 12, 20 + at % 2), cents, desk.firm(trade, at), words)
        paid.is_prepayment = form == PLAIN and at == 11
        desk.book.mark("year_end_prepayment", form, cents, paid)
    post = Payee("中国邮政集团有限公司云禾县分公司", "13007778800020002", f.AGENT_BANK)
    paper = desk.pay(desk.unit(18), on(2025, 12, 16), 23_600_00, post, "付2026年度党报党刊征订费")
    paper.economic = "30201"
    desk.book.mark("year_end_prepayment", TWIN, paper.cents, paper)
    heat = Payee("云禾县热力有限公司", "13007778800030003", f.AGENT_BANK)
    paid = desk.pay(desk.unit(50), on(2025, 12, 14), 86_400_00, heat, "付2025-2026年度采暖费")
    paid.economic = "30208"
    desk.book.mark("year_end_prepayment", TWIN, paid.cents, paid)


def _late(desk: Desk) -> None:
    """A small firm waits for months; one is asked to write its invoice anew so that it looks young."""
    for at, year, before in ((13, 2025, 96), (36, 2024, 140)):
        one, firm = desk.unit(at, year), _small(desk, at)
        paid = desk.pay(one, on(year, 10, 6), 73_500_00 + at * 110_00, firm, "付会务及印制服务款")
        bill = desk.bill(paid, firm, before=before)
        desk.book.mark("sme_paid_late", PLAIN, paid.cents, paid, bill)
    one, firm = desk.unit(58), _small(desk, 61)
    day, numbers = on(2025, 3, 4), ("25137000000990410027", "25137000000991410027")
    bills = [
        Invoice(one.office, number, day, firm, cents, "绿化管护服务")
        for number, cents in zip(numbers, (38_200_00, 41_650_00), strict=True)
    ]
    desk.book.invoices += bills
    parts = [desk.pay(one, on(2025, 3, 12), 8_200_00, firm, "付绿化管护费（部分）"),
             desk.pay(one, on(2025, 9, 8), 30_000_00, firm, "付绿化管护费余款"),
             desk.pay(one, on(2025, 9, 9), 41_650_00, firm, "付绿化管护费")]  # fmt: skip
    for paid, bill in zip(parts, (bills[0], bills[0], bills[1]), strict=True):
        paid.invoice = bill.number
    desk.book.mark("sme_paid_late", HIDING, 71_650_00, *parts[1:], *bills)


def _not_late(desk: Desk) -> None:
    """Sixty days as the contract says; a large enterprise; the money kept back until the warranty ends."""
    one, firm = desk.unit(20), _small(desk, 90)
    contract = desk.contract(one, firm, "食堂设备采购", 118_000_00, on(2025, 3, 3))
    contract.terms = "收到发票后60日内支付"
    paid = desk.under(one, contract, on(2025, 6, 8), 118_000_00, "食堂设备采购款")
    bill = desk.bill(paid, firm, before=37)
    desk.book.mark("sme_paid_late", TWIN, paid.cents, paid, bill, contract)
    one, firm = desk.unit(31), _small(desk, 33)
    contract = desk.contract(one, firm, "机房改造", 210_000_00, on(2025, 1, 6))
    first = desk.under(one, contract, on(2025, 3, 6), 199_500_00, "机房改造款")
    bill = desk.bill(first, firm)
    rest = desk.under(one, contract, on(2025, 12, 4), 10_500_00, "机房改造质保金")
    rest.invoice = bill.number
    bill.cents = 210_000_00
    desk.book.mark("sme_paid_late", TWIN, rest.cents, rest, bill)


def _void(desk: Desk) -> None:
    """A void invoice is paid; one is turned red after it was paid; the twin was replaced before it was paid."""
    for at, year in ((21, 2025), (64, 2024)):
        one, firm = desk.unit(at, year), desk.firm("商贸", at)
        paid = desk.pay(one, on(year, 7, 4), 26_480_00 + at * 90_00, firm, "付慰问物资款")
        bill = desk.bill(paid, firm)
        bill.status = "作废"
        desk.book.mark("invoice_void_or_reused", PLAIN, paid.cents, paid, bill)
    one, firm = desk.unit(79), desk.firm("食品", 2)
    paid = desk.pay(one, on(2025, 4, 4), 38_940_00, firm, "付培训班用餐费")
    bill = desk.bill(paid, firm)
    bill.status = "已全额红冲"
    red = Invoice(
        one.office, "25137000000098800417", on(2025, 5, 12), firm, -bill.cents, bill.item, "红字", bill.number
    )
    desk.book.invoices.append(red)
    desk.book.mark("invoice_void_or_reused", HIDING, paid.cents, paid, bill, red)
    one, firm = desk.unit(5), desk.firm("食品", 5)
    paid = desk.pay(one, on(2025, 6, 14), 17_260_00, firm, "付会议用餐费")
    right = desk.bill(paid, firm, before=3)
    wrong = Invoice(one.office, "25137000000098800533", on(2025, 6, 3), firm, paid.cents, right.item, "已全额红冲")
    red = replace(wrong, number="25137000000098800534", cents=-paid.cents, status="红字", reverses=wrong.number)
    desk.book.invoices += [wrong, red]
    desk.book.mark("invoice_void_or_reused", TWIN, paid.cents, paid, right, wrong, red)


def _reused(desk: Desk) -> None:
    """One invoice serves two units, once with the number written apart; the twin is paid in two parts by one."""
    firm = desk.firm("家具", 4)
    for at, other, form, month in ((23, 53, PLAIN, 5), (29, 57, HIDING, 8)):
        paid = desk.pay(desk.unit(at), on(2025, month, 6), 19_860_00 + at * 70_00, firm, "付文件柜款")
        bill = desk.bill(paid, firm)
        copy = desk.pay(desk.unit(other), on(2025, month + 1, 9), paid.cents, firm, "付档案柜款")
        copy.invoice = bill.number if form == PLAIN else f"{bill.number[:8]}-{bill.number[8:]}"
        desk.book.mark("invoice_void_or_reused", form, paid.cents, paid, copy)
    one, firm = desk.unit(46), desk.firm("家具", 7)
    parts = [
        desk.pay(one, on(2025, 3, 3 + 8 * at), 12_400_00 + at * 600_00, firm, f"付会议桌款（第{at + 1}次）")
        for at in (0, 1)
    ]
    bill = desk.bill(parts[0], firm)
    bill.cents, parts[1].invoice = parts[0].cents + parts[1].cents, bill.number
    desk.book.mark("invoice_void_or_reused", TWIN, bill.cents, *parts)


def _runs(desk: Desk) -> None:
    """A shell that sells to nobody else: its paper invoices run on, in disguise with gaps of one; the twin wrote all
    of them on one day."""
    for at, year, step, form in ((15, 2024, 1, PLAIN), (48, 2024, 1, PLAIN), (75, 2024, 2, HIDING)):
        one, firm = desk.unit(at, year), desk.firm("印务" if at == 15 else "商贸", at + 2)
        paid = [desk.pay(one, on(year, 2 + n, 6 + n % 5), (7_850 + n * 931 % 4100) * 100 + at, firm,
                         f"付{n + 2}月资料费") for n in range(9)]  # fmt: skip
        number = 40_117_300 + at * 1000
        for n, each in enumerate(paid):
            number += step if n % 3 else 1
            _on_paper(desk, each, firm, number)
        desk.book.mark("invoice_number_runs", form, sum(each.cents for each in paid), *paid)
    one, firm = desk.unit(2, 2024), desk.firm("汽车服务", 6)
    paid = [desk.pay(one, on(2024, 6, 8), 1_180_00 + n * 57_00, firm, f"付执法车辆{n + 1}号车维修费") for n in range(6)]
    for n, each in enumerate(paid):
        _on_paper(desk, each, firm, 55_230_100 + n)
    desk.book.mark("invoice_number_runs", TWIN, sum(each.cents for each in paid), *paid)


def _on_paper(desk: Desk, paid: Pay, firm: Company, number: int) -> None:
    bill = desk.bill(paid, firm, before=2, number=str(number))
    bill.code = "013002300104"


def _small(desk: Desk, at: int) -> Company:
    firms = [
        one for one in f.suppliers(desk.county) if one.size != "中型" and one.trade in ("印务", "商贸", "广告传媒")
    ]
    return firms[at % len(firms)]
