"""Consumer trade-in of 云禾县 while it is made up: shops, goods, buyers, sales with claims, invoices and stock."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from itertools import accumulate

from bihuan.demo.companies import Company, companies
from bihuan.demo.county import YEAR, County
from bihuan.demo.offices import offices
from bihuan.demo.residents import Resident, residents, workers
from bihuan.demo.truth import Form, Marked

CLAIMS, BARE_SALES = 60_000, 10_000  # at scale 1: subsidised, and without a subsidy
FEWEST = 3_000  # claims, however small the county
FIRST = date(YEAR, 1, 20)  # the day on which the subsidy for appliances began
OPENED = date(YEAR - 1, 11, 25)  # the day on which the shops' stock books begin
DAYS = tuple(FIRST + timedelta(days=n) for n in range((date(YEAR, 12, 31) - FIRST).days + 1))
FEASTS = {(1, 25): 3, (5, 1): 4, (6, 18): 7, (10, 1): 4, (11, 11): 8, (12, 31): 2}  # times an ordinary day
RESERVED = 520  # adults who buy nothing in ordinary business, so that plants may use them
CAP = 200_000  # cents: the most that one appliance is subsidised with
KINDS = (  # kind, share, usual price in yuan, brands with the letters of their serials, models of each
    ("空调", 0.22, 3100, (("格力", "GR"), ("美的", "MD"), ("海尔", "HR")), 3),
    ("电视", 0.15, 3600, (("海信", "HX"), ("创维", "CW"), ("小米", "XM")), 3),
    ("冰箱", 0.14, 3300, (("海尔", "HR"), ("美的", "MD"), ("容声", "RS")), 3),
    ("洗衣机", 0.14, 2400, (("小天鹅", "XE"), ("海尔", "HR"), ("美的", "MD")), 3),
    ("热水器", 0.1, 1900, (("美的", "MD"), ("万和", "WH")), 3),
    ("吸油烟机", 0.08, 2300, (("方太", "FT"), ("老板", "LB")), 3),
    ("电脑", 0.08, 4700, (("联想", "LX"), ("华为", "HW")), 3),
    ("燃气灶", 0.06, 1300, (("方太", "FT"), ("华帝", "HD")), 3),
)  # fmt: skip
CARS = 0.03  # share of cars among the claims


@dataclass(frozen=True, slots=True)
class Model:
    """Goods of one kind and make."""

    kind: str
    brand: str
    letters: str
    code: str
    price: int  # cents, before any subsidy
    grade: int  # energy grade: 1 is subsidised with 20 %, 2 with 15 %


@dataclass(slots=True, eq=False)
class Claim:
    """One claim of a subsidy for goods bought at a shop."""

    shop: Company
    model: Model
    name: str
    id_no: str
    phone: str
    address: str
    payer: str
    serial: str
    day: date
    second: int  # of the day
    price: int  # cents
    subsidy: int
    invoice: str = ""
    status: str = "已拨付"
    number: str = ""
    paid: date | None = None
    car: Car | None = None


@dataclass(slots=True, eq=False)
class Car:
    """What a claim for a car says of the new car and of the old one."""

    vin: str
    plate: str
    old_vin: str
    old_plate: str
    fuel: str
    old_from: date
    scrap_no: str
    scrapped: date
    really_from: date | None = None  # as the scrap yard's book has it, where the claim says otherwise


@dataclass(slots=True, eq=False)
class Invoice:
    """One invoice of a shop; a red one has a negative amount and names the one that it reverses."""

    shop: Company
    number: str
    day: date
    name: str
    id_no: str
    model: Model
    gross: int  # cents
    status: str = "正常"
    reverses: str = ""
    reversed_on: date | None = None
    note: str = ""


@dataclass(slots=True, eq=False)
class Moved:
    """One row of a shop's stock book."""

    shop: Company
    day: date
    is_in: bool
    how: str
    model: Model
    serial: str
    quantity: int
    price: int  # cents
    supplier: str = ""


@dataclass(slots=True, eq=False)
class Paid:
    """A payout to a shop, or money that came back from it."""

    shop: Company
    day: date
    amount: int  # cents
    words: str
    status: str = "已支付"


Goods = tuple[Company, Model]  # a model at a shop


@dataclass(frozen=True, slots=True)
class How:
    """What is out of the ordinary about a sale: whether the shop had the goods, who pays, whose serial number."""

    is_stocked: bool = True
    payer: str = ""
    serial: str = ""


ORDINARY = How()
NO_STOCK = How(is_stocked=False)


@dataclass
class Trade:
    """The year of trade-in, and the marks of what is planted in it."""

    county: County
    chance: random.Random
    unit: tuple[str, str]  # code and name of the bureau of commerce
    shops: tuple[Company, ...]
    dealers: tuple[Company, ...]
    models: dict[str, tuple[Model, ...]]
    staff: dict[str, tuple[Resident, ...]]  # by the shop's credit code
    spare: Iterator[Resident]  # adults who have bought nothing
    claims: list[Claim] = field(default_factory=list)
    invoices: list[Invoice] = field(default_factory=list)
    moved: list[Moved] = field(default_factory=list)
    paid: list[Paid] = field(default_factory=list)
    dead: list[tuple[str, str, date]] = field(default_factory=list)
    bought: list[tuple[Company, Model, str, date]] = field(default_factory=list)  # what needs stock
    marks: list[Marked] = field(default_factory=list)
    issued: int = 0

    def keeps_serials(self, shop: Company) -> bool:
        """Whether the shop's stock book has every item with its serial number."""
        return self.shops.index(shop) % 9 < 4

    def invoice(self, claim: Claim, day: date | None = None) -> Invoice:
        """The shop's invoice for a claim's goods."""
        self.issued += 1
        number = f"2513{self.chance.randrange(10**9):09d}{self.issued:07d}"
        made = Invoice(claim.shop, number, day or claim.day, claim.name, claim.id_no, claim.model, claim.price)
        self.invoices.append(made)
        return made

    def mark(self, kind: str, form: Form, amount: int, *things: object) -> None:
        """Remember what was planted; `amount` in cents."""
        self.marks.append(Marked(kind, form, self.unit[0], Decimal(amount) / 100, things))


def trade(county: County) -> Trade:
    """The ordinary year."""
    chance = county.chance("tradein")
    shops, dealers = _shops(county)
    staff = _staff(county, (*shops, *dealers))
    insiders = {one.id_no for of in staff.values() for one in of}
    adults = [one for one in residents(county) if 22 <= one.age() <= 62 and one.id_no not in insiders]
    chance.shuffle(adults)
    office = offices(county)[8]
    made = Trade(county, chance, (office.code, office.name), shops, dealers, _models(chance), staff,
                 iter(adults[:RESERVED]))  # fmt: skip
    _ordinary(made, adults[RESERVED:])
    _cars(made, adults[RESERVED:])
    _bare(made, adults[RESERVED:])
    return made


def subsidy(model: Model, price: int) -> int:
    """Cents: 20 % of the price for grade 1, else 15 %, at most the cap; a fixed sum for a car."""
    if model.kind == "汽车":
        return 2_000_000 if model.grade == 1 else 1_500_000
    return min(CAP, price * (20 if model.grade == 1 else 15) // 100)


def sell(made: Trade, goods: Goods, buyer: Resident, day: date, how: How = ORDINARY) -> Claim:
    """One subsidised sale with its invoice, and with its stock where there is any."""
    chance, (shop, model) = made.chance, goods
    price = _price(model, chance)
    claim = Claim(
        shop, model, buyer.name, buyer.id_no, buyer.phone, buyer.address, how.payer or buyer.card,
        how.serial or f"{model.letters}{chance.getrandbits(44):011X}", day,
        int(chance.triangular(32_400, 77_400, 66_000)), price, subsidy(model, price),
    )  # fmt: skip
    claim.invoice = made.invoice(claim).number
    if how.is_stocked:
        made.bought.append((shop, model, claim.serial, day))
    made.claims.append(claim)
    return claim


def workday(day: date) -> date:
    """The day, or the Monday after it."""
    return day + timedelta(days=max(0, 7 - day.weekday())) if day.weekday() > 4 else day


def fill_stock(made: Trade) -> None:
    """Receipts and issues for whatever was bought and had stock: by serial, or by the batch."""
    chance, waiting = made.chance, dict[tuple[str, str], list[tuple[date, Company, Model]]]()
    serials = {one.credit_code: made.keeps_serials(one) for one in made.shops}
    for shop, model, serial, day in made.bought:
        if serials[shop.credit_code]:
            came = max(OPENED, day - timedelta(days=int(chance.expovariate(0.06)) + 1))
            made.moved.append(Moved(shop, came, True, "采购入库", model, serial, 1, model.price * 86 // 100))
        else:
            waiting.setdefault((shop.credit_code, model.code), []).append((day, shop, model))
    for sold in waiting.values():
        sold.sort(key=lambda one: one[0])
        for at, (day, shop, model) in enumerate(sold):
            if at % 8 == 0:
                came = max(OPENED, day - timedelta(days=chance.randrange(3, 15)))
                made.moved.append(Moved(shop, came, True, "采购入库", model, "", 8, model.price * 86 // 100))
            made.moved.append(Moved(shop, day, False, "销售出库", model, "", 1, model.price))
    for one in made.moved:
        one.supplier = one.supplier or f"{one.model.brand}电器云州销售有限公司"


def _ordinary(made: Trade, adults: list[Resident]) -> None:
    chance = made.chance
    total = max(FEWEST, made.county.many(CLAIMS))
    days = list(accumulate(FEASTS.get((day.month, day.day), 1 + (day.weekday() > 4) * 0.5) for day in DAYS))
    sizes = list(accumulate(0.5 + (at * 7 % 12) / 8 for at in range(len(made.shops))))
    for kind, share, *_ in KINDS:
        models = made.models[kind]
        buyers = chance.sample(adults, min(len(adults), round(total * share)))
        shops = chance.choices(made.shops, cum_weights=sizes, k=len(buyers))
        when = chance.choices(DAYS, cum_weights=days, k=len(buyers))
        for buyer, shop, day in zip(buyers, shops, when, strict=True):
            claim = sell(made, (shop, models[int(len(models) * chance.random() ** 1.3)]), buyer, day)
            luck = chance.random()
            if luck < 0.012:
                _taken_back(made, claim)
            elif luck < 0.02:
                claim.serial = claim.serial.lower() if luck < 0.016 else f"{claim.serial[:2]}-{claim.serial[2:]}"


def _taken_back(made: Trade, claim: Claim) -> None:
    """The buyer gave the goods back within days: the invoice is reversed, the claim withdrawn, nothing is paid."""
    invoice = made.invoices[-1]
    day = claim.day + timedelta(days=made.chance.randrange(1, 7))
    claim.status, invoice.status, invoice.reversed_on = "已撤销（退货）", "已红冲", day
    _red(made, invoice, day, "商品退回")


def _red(made: Trade, invoice: Invoice, day: date, note: str) -> Invoice:
    made.issued += 1
    number = f"2513{made.chance.randrange(10**9):09d}{made.issued:07d}"
    red = Invoice(invoice.shop, number, day, invoice.name, invoice.id_no, invoice.model, -invoice.gross, "正常",
                  invoice.number, None, note)  # fmt: skip
    made.invoices.append(red)
    return red


def reverse(made: Trade, number: str, day: date, note: str = "销货退回", *, is_told: bool = True) -> Invoice:
    """The red invoice for an invoice; `is_told`: the first one bears the state of having been reversed."""
    invoice = next(one for one in made.invoices if one.number == number)
    if is_told:
        invoice.status, invoice.reversed_on = "已红冲", day
    return _red(made, invoice, day, note)


def _cars(made: Trade, adults: list[Resident]) -> None:
    """Old cars are scrapped for new ones."""
    chance = made.chance
    for buyer in chance.sample(adults, max(60, round(made.county.many(CLAIMS) * CARS))):
        day = chance.choice(DAYS[20:])
        car_claim(made, chance.choice(made.dealers), buyer, day)


def car_claim(
    made: Trade, dealer: Company, buyer: Resident, day: date, old: tuple[str, date | None] = ("", None)
) -> Claim:
    """One claim for a car whose old one, of that fuel and age, was scrapped before; innocent unless told otherwise."""
    chance = made.chance
    fuel = old[0] or chance.choices(("汽油", "柴油", "新能源"), (88, 4, 8))[0]
    latest = {"汽油": date(2012, 6, 30), "柴油": date(2014, 6, 30), "新能源": date(2018, 12, 31)}[fuel]
    old_from = old[1] or latest - timedelta(days=int(chance.triangular(0, 2000, 500)))
    model = chance.choice(made.models["汽车"])
    claim = Claim(
        dealer, model, buyer.name, buyer.id_no, buyer.phone, buyer.address, buyer.card, "", day,
        int(chance.triangular(32_400, 64_800, 54_000)), _price(model, chance), subsidy(model, 0),
    )  # fmt: skip
    scrapped = max(date(YEAR, 1, 6), day - timedelta(days=chance.randrange(2, 60)))
    claim.car = Car(
        _vin(chance), _plate(chance), _vin(chance), _plate(chance), fuel, old_from,
        f"BF13{chance.randrange(10**9):09d}", scrapped,
    )  # fmt: skip
    claim.invoice = made.invoice(claim).number
    made.claims.append(claim)
    return claim


def _vin(chance: random.Random) -> str:
    return "L" + "".join(chance.choices("ABCDEFGHJKLMNPRSTUVWXYZ0123456789", k=10)) + f"{chance.randrange(10**6):06d}"


def _plate(chance: random.Random) -> str:
    return f"冀Z{chance.choice('ABCDEFGHJK')}{chance.randrange(10**4):04d}"


def _bare(made: Trade, adults: list[Resident]) -> None:
    """Sales without a subsidy: before it began, and small ones afterwards."""
    chance = made.chance
    kinds = [one[0] for one in KINDS]
    before = [FIRST - timedelta(days=n) for n in range(1, 50)]
    for at in range(max(900, made.county.many(BARE_SALES))):
        shop = made.shops[at % len(made.shops)]
        model = chance.choice(made.models[kinds[at * 5 % len(kinds)]])
        day, buyer = chance.choice(before if at % 3 else DAYS), chance.choice(adults)
        claim = Claim(shop, model, buyer.name, buyer.id_no, "", "", "", f"{model.letters}{chance.getrandbits(44):011X}",
                      day, 0, _price(model, chance), 0)  # fmt: skip
        made.invoice(claim)
        made.bought.append((shop, model, claim.serial, day))


def _price(model: Model, chance: random.Random) -> int:
    """What a shop asks: a few parts in a hundred about the usual price, ending in 9 yuan."""
    return int(model.price * (1 + chance.gauss(0, 0.018))) // 1000 * 1000 + 900


def _models(chance: random.Random) -> dict[str, tuple[Model, ...]]:
    made: dict[str, tuple[Model, ...]] = {}
    for kind, _, usual, brands, each in KINDS:
        made[kind] = tuple(
            Model(kind, brand, letters, f"{letters}-{chance.randrange(100, 999)}{'ABW'[at]}{at}",
                  int(usual * chance.lognormvariate(0, 0.35)) * 100, 1 if chance.random() < 0.7 else 2)
            for brand, letters in brands for at in range(each)
        )  # fmt: skip
    cars = (("长安", "CA"), ("吉利", "JL"), ("比亚迪", "BD"), ("五菱", "WL"))
    made["汽车"] = tuple(
        Model("汽车", brand, letters, f"{letters}{7000 + at}", int(95_000 * chance.lognormvariate(0, 0.3)) * 100,
              1 if brand == "比亚迪" else 2)
        for at, (brand, letters) in enumerate(cars)
    )  # fmt: skip
    return made


def _shops(county: County) -> tuple[tuple[Company, ...], tuple[Company, ...]]:
    """36 shops for appliances and 4 car dealers, none of them among the sixty old suppliers."""
    firms = companies(county)[60:]
    dealers = [one for one in firms if one.trade == "汽车服务"][:4]
    dealers += [one for one in firms if one.trade == "园林绿化"][: 4 - len(dealers)]
    first = ("商贸", "信息技术", "办公设备", "家具", "水电安装")
    rest = [one for one in firms if one.trade in first] + [one for one in firms if one.trade not in first]
    return tuple([one for one in rest if one not in dealers][:36]), tuple(dealers)


def _staff(county: County, shops: tuple[Company, ...]) -> dict[str, tuple[Resident, ...]]:
    """Owner, supervisor and six employees of each shop, employees from the end of `workers`."""
    people, found = workers(county), {}
    for at, shop in enumerate(shops):
        own = [shop.legal, *(one for one, _ in shop.holders), *people[len(people) - 6 * at - 6 : len(people) - 6 * at]]
        found[shop.credit_code] = tuple({one.id_no: one for one in own}.values())
    return found


def settle_claims(made: Trade) -> None:
    """Number the claims by time, and pay in the month after next whatever was granted by then."""
    made.claims.sort(key=lambda one: (one.day, one.second))
    due: dict[tuple[str, int], int] = {}
    shops = {one.credit_code: one for one in (*made.shops, *made.dealers)}
    for at, one in enumerate(made.claims, start=1):
        one.number = f"YJHX{one.day:%y%m%d}{at:06d}"
        months = one.day.month + 1
        if one.status == "已拨付" and months <= 12:
            one.paid = workday(date(YEAR, months, 25))
            due[one.shop.credit_code, months] = due.get((one.shop.credit_code, months), 0) + one.subsidy
        elif one.status == "已拨付":
            one.status = "审核通过待拨付"
    for (code, month), cents in sorted(due.items(), key=lambda one: (one[0][1], one[0][0])):
        words = f"{YEAR}年{month - 1}月消费品以旧换新补贴清算"
        made.paid.append(Paid(shops[code], workday(date(YEAR, month, 25)), cents, words))
