"""县教育局: who won the schools' food, who leads the schools, whom the winners belong to, and where money went back."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from bihuan.demo import county as cast_of_county
from bihuan.demo import meals
from bihuan.demo.books import ZERO
from bihuan.demo.county import County
from bihuan.demo.meals import cast
from bihuan.demo.meals.cast import School, Supplier
from bihuan.demo.residents import Resident, households, workers
from bihuan.demo.truth import Form, Place, Planted
from bihuan.demo.write import Cell, Workbook, csv_file

FOLDER = "13 教育局 食材采购与人员"
TENDERS, HEADS = "食材采购开标评标记录.xlsx", "学校及营养办负责人任职名册.xlsx"
KIN, OWNERS, FLOWS = "领导干部家庭成员申报表.csv", "食材供应商股东及主要人员.csv", "食材供应商对公账户流水.csv"
_OPENED = date(2025, 1, 8)
_PACKAGES = (
    ("粮油", cast.GRAIN, 46),
    ("肉蛋", cast.MEAT, 118),
    ("蔬菜", cast.VEGETABLES, 64),
)  # thousand yuan a school
_GONE = date(2023, 3, 6)  # when a principal's brother sold his share


@dataclass
class _Files:
    """The rows of this department while they are made up, and what was planted."""

    bids: list[tuple[Cell, ...]] = field(default_factory=list)
    heads: list[tuple[Cell, ...]] = field(default_factory=list)
    kin: list[tuple[Cell, ...]] = field(default_factory=list)
    owners: list[tuple[Cell, ...]] = field(default_factory=list)
    flows: list[tuple[Cell, ...]] = field(default_factory=list)
    planted: list[Planted] = field(default_factory=list)


def hand_over(county: County, folder: Path) -> list[Planted]:
    """Tenders of the towns for three packages of food, the people behind, and the winners' accounts."""
    (folder / FOLDER).mkdir(parents=True, exist_ok=True)
    files, chance = _Files(), county.chance("meal suppliers")
    principals = _people(county, files)
    _tenders(county, files, chance)
    _ties(county, files, principals)
    _money(county, files, principals, chance)
    _write(folder / FOLDER, files)
    return files.planted


def _people(county: County, files: _Files) -> dict[str, Resident]:
    """A principal for each school and the head of the meal office, from the end of the list of workers."""
    people = _from_the_end(county)
    found = dict(zip([one.code for one in cast.schools(county)], people, strict=False))
    office = people[90]
    posts = [(cast.school(code), one, "校长", date(2021, 8, 20)) for code, one in found.items()]
    for school, one, post, since in posts:
        files.heads.append(
            (len(files.heads) + 1, school.code, school.name, one.name, one.id_no, post, since, one.phone)
        )
    head = ("201", "云禾县教育局", office.name, office.id_no, "学生营养办主任", date(2022, 5, 10), office.phone)
    files.heads.append((len(files.heads) + 1, *head))
    for one in found.values():
        for other in households(county)[one.household]:
            if other is not one:
                files.kin.append((one.name, one.id_no, other.name, other.id_no, _kin(one, other), date(2025, 1, 20)))
    return found


def _from_the_end(county: County) -> tuple[Resident, ...]:
    """Workers whom no office and no firm on the registry has: those are taken from the beginning and the middle."""
    return workers(county)[::-1]


def _kin(one: Resident, other: Resident) -> str:
    """What the other is to the one, as the form has it."""
    if {one.relation, other.relation} == {"户主", "配偶"}:
        return "夫妻"
    if other.born > one.born:
        return "子女"
    return "父母"


def _tenders(county: County, files: _Files, chance: random.Random) -> None:
    """Every town opens bids for three packages; vegetables are won everywhere by one firm that brought its company."""
    towns = [one for one in cast.schools(county) if one.name.endswith("中心小学")]
    ours = cast.suppliers(county)
    fair = [
        _firm(f"云禾县{name}有限公司", chance) for name in ("惠民粮油", "佳谷粮油", "田园食品", "鲜达食品", "正源肉类")
    ]
    company = [_firm(f"云禾县{name}配送有限公司", chance) for name in ("鑫农蔬菜", "盛菜源", "青叶果蔬")]
    for words, supplier, thousand in _PACKAGES:
        is_rigged = supplier == cast.VEGETABLES and not county.is_clean
        lines: list[Place] = []
        for at, school in enumerate(towns):
            estimate = Decimal(thousand * 1000 + chance.randrange(-4000, 4000))
            rivals = company[:2] if is_rigged else chance.sample([*fair, *company], 3)
            prices = _ladder(estimate, at) if is_rigged else _rivalry(estimate, len(rivals), chance)
            firms = [ours[supplier], *rivals] if is_rigged or at % 6 else [rivals[0], ours[supplier], *rivals[1:]]
            lines += _open(files, school, words, firms, prices)
        if is_rigged:
            fed = meals.delivered_by(county, ours[supplier].name)
            kind = "one_supplier_for_all_schools_by_fixed_bids"
            files.planted.append(Planted(kind, "plain", "201", fed, tuple(lines)))
        elif supplier == cast.GRAIN:  # wins everywhere too, against changing rivals at prices that scatter
            kind = "one_supplier_for_all_schools_by_fixed_bids"
            files.planted.append(Planted(kind, "twin", "201", ZERO, tuple(lines)))


def _ladder(estimate: Decimal, at: int) -> list[Decimal]:
    """The winner names its price; the others add one and two per cent, as agreed."""
    first = (estimate * Decimal("0.988")).quantize(Decimal(10))
    return [first + ZERO, (first * Decimal("1.010")).quantize(ZERO), (first * Decimal("1.020")).quantize(ZERO) + at % 3]


def _rivalry(estimate: Decimal, rivals: int, chance: random.Random) -> list[Decimal]:
    first = estimate * Decimal(chance.randrange(8700, 9300)) / 10000
    others = [estimate * Decimal(chance.randrange(9350, 10600)) / 10000 for _ in range(rivals)]
    return [one.quantize(ZERO) for one in (first, *others)]


def _open(files: _Files, school: School, words: str, firms: list[Supplier], prices: list[Decimal]) -> list[Place]:
    """The lines of one opening; the first firm wins."""
    day = _OPENED + timedelta(days=int(school.code) % 12)
    number, title = f"YHJY2025-{school.code}-{words}", f"{school.name}2025年春季学期学生营养餐食材（{words}）采购"
    places = []
    for at, (firm, price) in enumerate(zip(firms, prices, strict=True)):
        files.bids.append(
            (len(files.bids) + 1, number, title, school.code, school.name, day, firm.name, firm.credit_code,
             "有效", price, "是" if at == 0 else "否")
        )  # fmt: skip
        places.append(Place(TENDERS, "开标记录", len(files.bids) + 3))
    return places


def _firm(name: str, chance: random.Random) -> Supplier:
    made = cast_of_county.firm(f"{name}食品", chance)
    return Supplier(name, made.credit_code, made.account)


def _ties(county: County, files: _Files, principals: dict[str, Resident]) -> None:
    """One supplier belongs to a principal's wife or husband, one once belonged to another's, one shares a surname."""
    grain, meat, vegetables = cast.suppliers(county)[:3]
    strangers = iter(_from_the_end(county)[100:140])
    couples = [
        (code, spouse)
        for code, one in principals.items()
        for spouse in households(county)[one.household]
        if _kin(one, spouse) == "夫妻" and spouse is not one
    ]
    (code, spouse), (former_code, former) = couples[0], couples[1]
    rows: tuple[tuple[Supplier, Resident, str, str, date, date | None], ...] = (
        (grain, next(strangers), "股东", "70%", date(2016, 4, 11), None),
        (grain, next(strangers), "监事", "", date(2016, 4, 11), None),
        (meat, next(strangers), "股东", "100%", date(2018, 9, 3), None),
        (meat, former, "股东", "40%", date(2018, 9, 3), _GONE),
        (vegetables, next(strangers), "股东", "20%", date(2020, 6, 15), None),
    )
    owner = next(strangers) if county.is_clean else spouse
    for firm, holder, kind, share, since, until in (*rows, (vegetables, owner, "股东", "80%", date(2020, 6, 15), None)):
        files.owners.append((firm.name, firm.credit_code, holder.name, holder.id_no, kind, share, since, until))
    kind = "supplier_related_to_school_or_bureau"
    last, sold = len(files.owners) + 1, len(files.owners) - 1
    kin = _line(files.kin, principals[code].id_no, spouse.id_no)
    head = next(at for at, row in enumerate(files.heads, start=4) if row[1] == code)
    if not county.is_clean:
        goods, amount = meals.delivered_to(county, code, vegetables.name)
        places = (Place(OWNERS, "", last), Place(KIN, "", kin), Place(HEADS, "负责人", head), *goods)
        files.planted.append(Planted(kind, "plain", code, amount, places))
    kin = _line(files.kin, principals[former_code].id_no, former.id_no)
    files.planted.append(Planted(kind, "twin", former_code, ZERO, (Place(OWNERS, "", sold - 1), Place(KIN, "", kin))))


def _line(rows: list[tuple[Cell, ...]], one: str, other: str) -> int:
    return next(at for at, row in enumerate(rows, start=2) if (row[1], row[3]) == (one, other))


def _money(county: County, files: _Files, principals: dict[str, Resident], chance: random.Random) -> None:
    """The winners' accounts: sales in, wages and goods out; after the schools' money, something for two principals."""
    for firm in cast.suppliers(county)[:3]:
        _ordinary(files, firm, chance, county)
    meat, vegetables = cast.suppliers(county)[1:3]
    given: tuple[tuple[str, Form, Supplier, tuple[tuple[date, str], ...], str], ...] = (
        ("305", "plain", meat, ((date(2025, 4, 18), "6000.00"), (date(2025, 5, 20), "6000.00")), "业务费"),
        ("310", "hiding", vegetables,
         ((date(2025, 4, 25), "1800.00"), (date(2025, 5, 23), "2350.00"), (date(2025, 6, 27), "1560.00")), "往来款"),
    )  # fmt: skip
    for code, form, firm, amounts, words in () if county.is_clean else given:
        lines = []
        for day, amount in amounts:
            lines.append(_pay(files, firm, day, Decimal(amount), (principals[code], words)))
        total = sum((Decimal(amount) for _, amount in amounts), ZERO)
        files.planted.append(Planted("supplier_pays_back", form, code, total, tuple(lines)))
    driver = _from_the_end(county)[145]  # drives for the firm and is paid every month
    paid = Decimal("4200.00")
    lines = [_pay(files, meat, date(2025, month, 10), paid, (driver, "代发工资")) for month in (3, 4, 5, 6)]
    files.planted.append(Planted("supplier_pays_back", "twin", "201", ZERO, tuple(lines)))


def _ordinary(files: _Files, firm: Supplier, chance: random.Random, county: County) -> None:
    farmers = chance.sample(_from_the_end(county)[150:340], 12)
    for month in range(3, 8):
        for farmer in farmers:
            amount = Decimal(chance.randrange(80_000, 950_000)) / 100
            _pay(files, firm, date(2025, month, chance.randrange(1, 28)), amount, (farmer, "货款"))


def _pay(files: _Files, firm: Supplier, day: date, amount: Decimal, to: tuple[Resident, str]) -> Place:
    """One payment from a firm's account to a person's card, for what its words say."""
    payee, words = to
    at = len(files.flows) + 1
    time = datetime(day.year, day.month, day.day, 9 + at % 8, at * 7 % 60, at * 13 % 60)
    files.flows.append(
        (firm.account, firm.name, f"LS{at:07d}", day, f"{time:%Y-%m-%d %H:%M:%S}", ZERO, amount, payee.name,
         payee.card, words)
    )  # fmt: skip
    return Place(FLOWS, "", len(files.flows) + 1)


def _write(place: Path, files: _Files) -> None:
    book = Workbook(place / TENDERS)
    book.sheet(
        "开标记录", "学生营养餐食材采购开标评标记录", ("填报单位：云禾县教育局", "单位：元"),
        ("序号", "项目编号", "项目名称", "采购单位编码", "采购单位", "开标日期", "投标人名称", "投标人统一社会信用代码",
         "投标状态", "投标报价", "是否中标"), files.bids,
    )  # fmt: skip
    book.close()
    book = Workbook(place / HEADS)
    headings = ("序号", "单位编码", "任职单位", "姓名", "身份证号", "职务", "任职时间", "联系电话")
    book.sheet("负责人", "学校及营养办负责人任职名册", ("填报单位：云禾县教育局", ""), headings, files.heads)
    book.close()
    csv_file(
        place / KIN,
        ("干部姓名", "本人身份证号", "家庭成员姓名", "家庭成员身份证号", "与本人关系", "登记日期"),
        files.kin,
    )
    owners = ("企业名称", "统一社会信用代码", "股东姓名", "证件号码", "人员类型", "持股比例", "开始日期", "退出日期")
    csv_file(place / OWNERS, owners, files.owners)
    flows = ("账号", "户名", "流水号", "交易日期", "交易时间", "收入金额", "支出金额", "对方户名", "对方账号", "摘要")
    csv_file(place / FLOWS, flows, files.flows)
