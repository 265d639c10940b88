"""Three small banks: loans, repayments, statements, wages, owners and net capital, as their systems export them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

from bihuan.demo.county import County
from bihuan.demo.departments import _banks_limits, _banks_names, _banks_ordinary
from bihuan.demo.departments._banks_cast import BANKS, LAST, Bank, Books, Loan, Row, staff
from bihuan.demo.residents import residents
from bihuan.demo.truth import Place, Planted

FOLDER = "55 中小银行 信贷"
_LOANS = (
    "机构代码,机构名称,借据编号,合同编号,客户编号,客户名称,证件号码,客户类型,集团名称,联系电话,地址,借据金额,借据余额,"
    "执行利率,发放日期,到期日期,展期到期日,发放方式,原借据编号,结清日期,五级分类,逾期天数,约定还款方式,担保方式,担保人,"
    "担保人证件号码,贷款入账账号,受托支付对象,受托支付账号,还款账号,贷款用途,客户经理,经办网点,数据日期"
)
_REPAYMENTS = (
    "机构代码,还款流水号,借据编号,客户名称,交易日期,交易时间,扣款账户,还款人,实还本金,实还利息,实还罚息,还款金额,"
    "还款方式,柜员,交易网点"
)
_MOVEMENTS = "机构代码,账号,户名,流水号,交易日期,交易时间,借贷标志,交易金额,对方户名,对方账号,摘要,交易渠道"
_WAGES = "单位代码,单位名称,工资月份,工号,姓名,身份证号,部门,岗位,工资卡号,应发合计,代扣合计,实发合计"
_HOLDERS = "企业名称,统一社会信用代码,关系类型,股东名称,股东类型,证件号码,职务,出资额,持股比例"
_DEATHS = "姓名,身份证号,性别,死亡日期,户籍地址,登记机关"
_CAPITAL = "机构代码,机构名称,报告期,核心一级资本净额,资本净额,风险加权资产,资本充足率"
_QUARTERS = (date(2024, 12, 31), date(2025, 3, 31), date(2025, 6, 30), date(2025, 9, 30), LAST)


def hand_over(county: County, folder: Path) -> list[Planted]:
    """Per bank its loans, repayments and statements; of all three wages, owners, capital, and who has died."""
    books = keep(county)
    place = folder / FOLDER
    place.mkdir(parents=True, exist_ok=True)
    places: dict[object, Place] = {}
    for bank in BANKS:
        loans = sorted((one for one in books.loans if one.bank is bank), key=lambda one: one.id)
        _write(place / f"{bank.short}借据明细20251231.csv", _LOANS, [(one, _loan(one)) for one in loans], places)
        _ordered(place / f"{bank.short}还款流水2025.csv", _REPAYMENTS, bank, books.repayments, places)
        _ordered(place / f"{bank.short}账户交易明细2025.csv", _MOVEMENTS, bank, books.movements, places)
    wages = [(None, one) for one in _banks_ordinary.wages(books)]
    _write(place / "中小银行工资发放表2025.csv", _WAGES, wages, places)
    _write(place / "中小银行资本净额2025.csv", _CAPITAL, [(None, one) for one in _capital()], places)
    for name, heading, rows in (
        ("中小银行股东及高管名册", _HOLDERS, books.holders),
        ("授信企业股东及高管", _HOLDERS, books.client_holders),
        ("公安局户籍注销（银行核查用）", _DEATHS, books.deaths),
    ):
        _write(place / f"{name}2025.csv", heading, [(one, one.text) for one in rows], places)
    return [
        Planted(
            one.kind,
            one.form,
            one.unit,
            Decimal(one.amount).quantize(Decimal("0.01")),
            tuple(places[thing] for thing in one.things),
        )
        for one in books.marks
    ]


def keep(county: County) -> Books:
    """A year of the three banks: ordinary business first, so that problems do not change it."""
    chance = county.chance("banks")
    people = [one for one in residents(county) if 24 <= one.age() <= 58]
    chance.shuffle(people)
    books = Books(county, chance, staff(chance), people)
    _banks_ordinary.lend(books)
    for plant in (_banks_names.plant, _banks_limits.plant):
        books.chance = county.chance(plant.__module__)
        plant(books)
    return books


def _ordered(path: Path, heading: str, bank: Bank, rows: Sequence[Row], places: dict[object, Place]) -> None:
    own = sorted((one for one in rows if one.bank == bank.code), key=lambda one: one.key)
    _write(path, heading, [(one, one.text) for one in own], places)


def _write(
    path: Path, heading: str, rows: Sequence[tuple[Loan | Row | None, str]], places: dict[object, Place]
) -> None:
    """A CSV in GB18030; the place of each row is remembered."""
    text = heading + "\r\n" + "".join(one for _, one in rows)
    path.write_bytes(text.encode("gb18030"))
    places.update({one: Place(path.name, "", at) for at, (one, _) in enumerate(rows, start=2) if one is not None})


def _loan(one: Loan) -> str:
    party, bank = one.party, one.bank
    return (
        f"{bank.code},{bank.name},{one.id},HT{one.id},{party.number},{party.name},{one.id_no or party.id_no},"
        f"{party.kind},{one.group},{party.phone},{party.address},{one.amount}.00,{one.balance}.00,{one.rate:.2f},{one.start},{one.due},"
        f"{one.extended or ''},{one.how},{one.extends},{one.settled or ''},{one.grade},{one.overdue},{one.plan},"
        f"{one.security},{one.guarantor},{one.guarantor_id},{party.account},{one.entrusted},{one.entrusted_account},"
        f"{one.repay_account},{one.purpose},{one.officer},{one.branch},{LAST}\r\n"
    )


def _capital() -> Iterable[str]:
    for bank in BANKS:
        yield from (_quarter(bank, at, day) for at, day in enumerate(_QUARTERS))


def _quarter(bank: Bank, at: int, day: date) -> str:
    net = bank.capital - (len(_QUARTERS) - 1 - at) * bank.capital // 100
    weighted = net * 100 // (1290 - at * 7) * 10
    return f"{bank.code},{bank.name},{day},{net * 87 // 100}.00,{net}.00,{weighted}.00,{net / weighted * 100:.2f}%\r\n"
