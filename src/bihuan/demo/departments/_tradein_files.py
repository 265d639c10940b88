"""The year of trade-in as its offices hand it over: platform, shops, taxes, prices, treasury, funeral home."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from bihuan.demo.county import YEAR
from bihuan.demo.departments._tradein import KINDS, OPENED, Claim, Trade
from bihuan.demo.departments._tradein_xlsx import FIRST as FIRST_ROW
from bihuan.demo.departments._tradein_xlsx import numbers, words, workbook
from bihuan.demo.residents import given_name, identity
from bihuan.demo.truth import Place

COMMERCE, CHECKS = "50 商务局 消费品以旧换新", "52 殡仪馆与报废车回收 以旧换新核查"
CLAIMS, CARS = f"家电数码以旧换新补贴申领明细{YEAR}.csv", f"汽车报废更新补贴申领明细{YEAR}.csv"
STOCK, INVOICES = f"以旧换新门店进销存{YEAR}.xlsx", f"以旧换新门店开票{YEAR}.jsonl"
PRICES, PAYOUTS, STAFF = "家电零售价格监测.csv", "以旧换新补贴清算支付.csv", "以旧换新门店参保人员.csv"
FUNERALS, SCRAPPED = "以旧换新核查_火化名单.csv", "报废机动车回收台账.csv"
Places = dict[object, Place]


def write(made: Trade, folder: Path) -> Places:
    """All files; where each thing stands in them."""
    places: Places = {}
    for name in (COMMERCE, CHECKS):
        (folder / name).mkdir(parents=True, exist_ok=True)
    commerce, checks = folder / COMMERCE, folder / CHECKS
    for act in (_claims, _cars, _stock, _invoices, _prices, _payouts, _staff):
        act(made, commerce, places)
    for act in (_funerals, _scrapped):
        act(made, checks, places)
    return places


def _csv(path: Path, headings: Sequence[str], lines: Sequence[str]) -> None:
    path.write_bytes("\r\n".join((",".join(headings), *lines, "")).encode("gb18030"))


def yuan(cents: int) -> str:
    """1234.50"""
    sign, cents = ("-", -cents) if cents < 0 else ("", cents)
    return f"{sign}{cents // 100}.{cents % 100:02d}"


def _clock(claim: Claim) -> str:
    second = claim.second
    return f"{claim.day} {second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}"


def _claims(made: Trade, folder: Path, places: Places) -> None:
    headings = (
        "申请编号", "主管部门编码", "主管部门", "补贴项目", "商品品类", "申请人姓名", "身份证号", "手机号码",
        "收货地址", "商户统一社会信用代码", "门店名称", "商品名称", "型号", "能效等级", "SN码", "购买日期", "支付时间",
        "商品原价",
        "补贴金额", "实付金额", "付款账号", "发票号码", "审核状态", "补贴拨付日期",
    )  # fmt: skip
    code, name = made.unit
    lines: list[str] = []
    for one in made.claims:
        if one.car:
            continue
        places[one] = Place(CLAIMS, "", len(lines) + 2)
        model, shop = one.model, one.shop
        lines.append(
            f"{one.number},{code},{name},家电数码以旧换新,{model.kind},{one.name},{one.id_no},{one.phone},{one.address},"
            f"{shop.credit_code},{shop.name},{model.brand}{model.kind},{model.code},{model.grade}级,{one.serial},"
            f"{one.day},{_clock(one)},{yuan(one.price)},{yuan(one.subsidy)},{yuan(one.price - one.subsidy)},"
            f"{one.payer},{one.invoice},{one.status},{one.paid or ''}"
        )
    _csv(folder / CLAIMS, headings, lines)


def _cars(made: Trade, folder: Path, places: Places) -> None:
    headings = (
        "申请编号", "主管部门编码", "主管部门", "补贴项目", "车主姓名", "车主身份证号", "手机号码", "联系地址",
        "销售企业统一社会信用代码", "销售企业", "新车型号", "新车VIN", "新车号牌", "新车价格", "新车发票号码",
        "报废车辆号牌",
        "报废车辆VIN", "旧车燃料类型", "旧车注册日期", "报废机动车回收证明编号", "报废日期", "购车日期", "补贴金额",
        "审核状态", "拨付日期",
    )  # fmt: skip
    code, name = made.unit
    lines: list[str] = []
    for one in made.claims:
        car = one.car
        if not car:
            continue
        places[one] = Place(CARS, "", len(lines) + 2)
        lines.append(
            f"{one.number},{code},{name},汽车报废更新,{one.name},{one.id_no},{one.phone},{one.address},"
            f"{one.shop.credit_code},{one.shop.name},{one.model.brand}{one.model.code},{car.vin},{car.plate},"
            f"{yuan(one.price)},{one.invoice},{car.old_plate},{car.old_vin},{car.fuel},{car.old_from},{car.scrap_no},"
            f"{car.scrapped},{one.day},{yuan(one.subsidy)},{one.status},{one.paid or ''}"
        )
    _csv(folder / CARS, headings, lines)


def _stock(made: Trade, folder: Path, places: Places) -> None:
    headings = ("商户统一社会信用代码", "门店名称", "业务类型", "单据编号", "日期", "商品名称", "型号", "SN码",
                "供应商", "数量", "单价", "金额")  # fmt: skip
    made.moved.sort(key=lambda one: one.day)
    sheets: dict[str, list[str]] = {f"{OPENED.year}年末": [], f"{YEAR}上半年": [], f"{YEAR}下半年": []}
    names, middle = list(sheets), date(YEAR, 7, 1)
    for at, one in enumerate(made.moved, start=1):
        name = names[0] if one.day < date(YEAR, 1, 1) else names[1] if one.day < middle else names[2]
        rows, model = sheets[name], one.model
        places[one] = Place(STOCK, name, len(rows) + FIRST_ROW)
        letter = "RK" if one.is_in else "CK"
        rows.append(
            words(one.shop.credit_code, one.shop.name, one.how, f"{letter}{at:07d}", str(one.day),
                  f"{model.brand}{model.kind}", model.code, one.serial, one.supplier)
            + numbers(str(one.quantity), yuan(one.price), yuan(one.price * one.quantity))
        )  # fmt: skip
    workbook(folder / STOCK, f"以旧换新门店进销存明细{YEAR}年", headings, sheets)


def _invoices(made: Trade, folder: Path, places: Places) -> None:
    made.invoices.sort(key=lambda one: (one.day, one.number))
    lines = []
    for line, one in enumerate(made.invoices, start=1):
        places[one] = Place(INVOICES, "", line)
        net = (abs(one.gross) * 100 + 56) // 113
        sign = "-" if one.gross < 0 else ""
        lines.append(
            f'{{"单位名称": "国家税务总局云禾县税务局", "数电票号码": "{one.number}", "开票日期": "{one.day}", '
            f'"销方识别号": "{one.shop.credit_code}", '
            f'"销方名称": "{one.shop.name}", "购方名称": "{one.name}", "购方识别号": "{one.id_no}", '
            f'"货物名称": "*家用电器*{one.model.brand}{one.model.kind}", "规格型号": "{one.model.code}", '
            f'"数量": "{sign}1", "金额": "{sign}{yuan(net)}", "税额": "{sign}{yuan(abs(one.gross) - net)}", '
            f'"价税合计": "{yuan(one.gross)}", "发票状态": "{one.status}", '
            f'"是否正数发票": "{"否" if one.gross < 0 else "是"}", "对应蓝字发票号码": "{one.reverses}", '
            f'"红冲日期": "{one.reversed_on or ""}", "备注": "{one.note}"}}'
        )
    (folder / INVOICES).write_text("\n".join(lines) + "\n", encoding="utf-8")


def _prices(made: Trade, folder: Path, places: Places) -> None:
    """The price office asks at two markets every Wednesday."""
    del places
    chance = made.county.chance("tradein/prices")
    raised, since = made.models["洗衣机"][6], date(YEAR, 9, 1)
    lines, day = [], OPENED + timedelta(days=(2 - OPENED.weekday()) % 7)
    while day.year <= YEAR:
        for kind, *_ in KINDS:
            for model in made.models[kind]:
                for market in ("云禾县中心商场", "云禾县家电城"):
                    cents = model.price * (113 if model is raised and day >= since else 100) // 100
                    cents = int(cents * (1 + chance.gauss(0, 0.01))) // 1000 * 1000 + 900
                    lines.append(f"{market},{day},{model.brand}{kind},{model.code},台,{yuan(cents)}")
        day += timedelta(days=7)
    _csv(folder / PRICES, ("监测点", "采价日期", "商品名称", "规格型号", "计量单位", "平均价"), lines)


def _payouts(made: Trade, folder: Path, places: Places) -> None:
    headings = ("支付凭证号", "支付日期", "单位编码", "单位名称", "收款人名称", "收款人账号", "支付金额", "用途",
                "项目名称", "支付状态")  # fmt: skip
    code, name = made.unit
    lines = []
    for line, one in enumerate(sorted(made.paid, key=lambda one: one.day), start=2):
        places[one] = Place(PAYOUTS, "", line)
        lines.append(
            f"QS{YEAR}{line:06d},{one.day},{code},{name},{one.shop.name},{one.shop.account},{yuan(one.amount)},{one.words},"
            f"消费品以旧换新补贴资金,{one.status}"
        )
    _csv(folder / PAYOUTS, headings, lines)


def _staff(made: Trade, folder: Path, places: Places) -> None:
    """Who is insured through which shop; two left the last shop in March."""
    del places
    headings = ("险种", "单位编号", "单位名称", "统一社会信用代码", "姓名", "社会保障号码", "费款所属期", "缴费基数",
                "个人缴费", "参保日期", "停保日期", "手机号码")  # fmt: skip
    lines = []
    for at, shop in enumerate((*made.shops, *made.dealers)):
        people = made.staff[shop.credit_code]
        for n, one in enumerate(people):
            base = 412_500 + (at * 7 + n) % 12 * 25_000
            left = date(YEAR, 3, 31) if shop is made.shops[-1] and n >= len(people) - 2 else None
            month = f"{YEAR}03" if left else f"{YEAR}12"
            since = date(2019 + (at + n) % 5, 1 + (at * 5 + n) % 12, 1)
            lines.append(
                f"企业职工基本养老保险,SB13{at:06d},{shop.name},{shop.credit_code},{one.name},{one.id_no},{month},"
                f"{yuan(base)},{yuan(base * 8 // 100)},{since},{left or ''},{one.phone}"
            )
    _csv(folder / STAFF, headings, lines)


def _funerals(made: Trade, folder: Path, places: Places) -> None:
    """The funeral home's list; nobody on it is on the civil registry any more."""
    chance = made.county.chance("tradein/funerals")
    dead = list(made.dead)
    for at in range(60):
        born = date(1931 + at % 20, 1 + at % 12, 1 + at % 28)
        name = chance.choice("王李张刘陈杨赵黄周吴") + given_name(chance, "男" if at % 2 else "女")
        dead.append((name, identity(born, 500 + at), date(YEAR, 1, 2) + timedelta(days=chance.randrange(350))))
    lines = []
    for at, (name, id_no, died) in enumerate(sorted(dead, key=lambda one: (one[2], one[1])), start=1):
        places[id_no] = Place(FUNERALS, "", at + 1)
        told = "" if at % 7 == 3 else str(died)  # some relatives bring no certificate; the day of cremation is known
        lines.append(f"{name},{id_no},{told},{died + timedelta(days=3)},HH{YEAR}{at:05d},云禾县殡仪馆")
    _csv(folder / FUNERALS, ("逝者姓名", "逝者证件号", "死亡日期", "火化日期", "火化证编号", "殡仪馆"), lines)


def _scrapped(made: Trade, folder: Path, places: Places) -> None:
    """The scrap yard's book has each old car with the day on which it was first registered."""
    headings = (
        "号牌号码",
        "车辆识别代号",
        "所有人",
        "身份证明号码",
        "车辆类型",
        "初次登记日期",
        "注销日期",
        "机动车状态",
    )
    lines: list[str] = []
    seen: set[str] = set()
    for one in made.claims:
        car = one.car
        if car and car.old_vin not in seen:
            seen.add(car.old_vin)
            places[car] = Place(SCRAPPED, "", len(lines) + 2)
            lines.append(
                f"{car.old_plate},{car.old_vin},{one.name},{one.id_no},小型轿车,{car.really_from or car.old_from},"
                f"{car.scrapped},报废注销"
            )
    _csv(folder / SCRAPPED, headings, lines)
