"""住建局's renovation of old estates: three batches, an extract of the property register, the fund, and appeals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path

from bihuan.demo.county import TODAY, County
from bihuan.demo.departments._estates import BATCHES, Grant, Home, Listed, Spent, Town, register, town
from bihuan.demo.departments._estates_problems import Renewal, plant
from bihuan.demo.departments._works import Appeal, answer
from bihuan.demo.residents import workers
from bihuan.demo.truth import Place, Planted, settle
from bihuan.demo.write import Cell, Workbook, csv_file

FOLDER = "47 住建局 老旧小区改造"
LISTS, HOMES, GRANTS = "老旧小区改造计划楼栋明细.xlsx", "改造片区不动产登记摘录.csv", "老旧小区改造资金指标.xlsx"
PAYMENTS, APPEALS = "老旧小区改造资金支付.csv", "改造小区居民诉求.csv"
DAYS_TO_ANSWER = 15
Places = dict[object, Place]


def hand_over(county: County, folder: Path) -> list[Planted]:
    """Five files."""
    made = Renewal(town(county))
    plant(made)
    _ordinary_appeals(made)
    places: Places = {}
    place = folder / FOLDER
    place.mkdir(parents=True, exist_ok=True)
    _lists(place / LISTS, made.town.listed, places)
    _homes(place / HOMES, register(made.town), places)
    _grants(place / GRANTS, made.town, places)
    _payments(place / PAYMENTS, made.town.spent, places)
    _appeals(place / APPEALS, made.appeals, places)
    return settle(made.marks, places)


_USUAL = ("想了解改造进度", "停水时间太长", "施工车辆堵住通道", "希望增加停车位", "门禁不好用")


def _ordinary_appeals(made: Renewal) -> None:
    """Residents ask and are answered in time."""
    chance, people = made.town.chance, workers(made.town.county)
    for _ in range(made.town.county.many(500)):
        estate, words = chance.choice(made.town.estates[23:30]), chance.choice(_USUAL)
        day = date(estate.batch, 5, 1) + timedelta(days=chance.randrange(230))
        where = f"{estate.name}{chance.choice(estate.buildings).number}栋"
        said = Appeal(
            day, estate.unit, "咨询求助", f"{estate.name}{words}", f"{where}{words}", where, chance.choice(people)
        )
        made.appeals.append(answer(said, chance))


def _lists(path: Path, listed: Iterable[Listed], places: Places) -> None:
    """A sheet for each batch; codes count on through them."""
    headings = ("项目编码", "项目名称", "批次", "小区名称", "楼栋号", "建成年份", "改造户数", "改造面积", "计划总投资",
                "项目类型",
                "实施单位", "单位代码")  # fmt: skip
    book = Workbook(path)
    for batch in BATCHES:
        sheet, rows = f"{batch}年计划", list[tuple[Cell, ...]]()
        of = sorted((one for one in listed if one.batch == batch), key=lambda one: (one.estate.address, one.name))
        for line, one in enumerate(of, start=4):
            places[one] = Place(LISTS, sheet, line)
            rows.append((f"LJ{batch}-{line - 3:03d}", *_listed(one)))
        book.sheet(
            sheet,
            f"云禾县{batch}年城镇老旧小区改造计划",
            ("填报单位：云禾县住房和城乡建设局", "单位：元"),
            headings,
            rows,
        )
    book.close()


def _listed(one: Listed) -> tuple[Cell, ...]:
    name, owner = one.name or one.estate.name, one.estate.unit
    return (f"{one.batch}年城镇老旧小区改造", f"{one.batch}年第一批", name, one.building, one.built, one.homes,
            one.homes * 72, one.invested, one.kind, owner.name, owner.code)  # fmt: skip


def _homes(path: Path, homes: Iterable[Home], places: Places) -> None:
    headings = ("不动产单元号", "坐落", "小区楼栋", "建筑面积", "用途", "权利类型", "竣工年份", "登记日期", "权属状态")

    def rows() -> Iterator[tuple[Cell, ...]]:
        for line, one in enumerate(homes, start=2):
            places[one] = Place(HOMES, "", line)
            building = f"{one.estate.name}{one.building.number}栋"
            yield (
                one.number, f"{one.estate.address}{building}{one.room}", building, one.area, "成套住宅",
                "国有建设用地使用权/房屋所有权", one.building.built, one.registered, "现势",
            )  # fmt: skip

    csv_file(path, headings, rows())


def _grants(path: Path, made: Town, places: Places) -> None:
    headings = ("指标编号", "预算单位编码", "预算单位名称", "指标文号", "下达日期", "项目名称", "指标说明", "支出类型",
                "资金性质",
                "指标金额", "已收回金额")  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    for line, one in enumerate(sorted(made.grants, key=lambda one: (one.day, one.number)), start=4):
        places[one] = Place(GRANTS, "指标", line)
        left = one.cents - sum(two.cents for two in made.spent if two.grant is one)
        rows.append((*_grant(line, one), left // 100 if one.batch == BATCHES[0] else 0))
    book = Workbook(path)
    book.sheet("指标", "老旧小区改造资金指标下达情况", ("填报单位：云禾县财政局", "单位：元"), headings, rows)
    book.close()


def _grant(line: int, one: Grant) -> tuple[Cell, ...]:
    words = f"{one.batch}年城镇老旧小区改造{one.words}"
    return (one.number, one.unit.code, one.unit.name, f"云财建〔{one.day.year}〕{20 + line}号", one.day, words,
            f"下达{words}补助资金", "项目支出", "中央财政城镇保障性安居工程补助资金", one.cents // 100)  # fmt: skip


def _payments(path: Path, spent: list[Spent], places: Places) -> None:
    spent.sort(key=lambda one: (one.day, one.grant.number, one.purpose))
    headings = ("支付凭证号", "支付日期", "预算单位编码", "预算单位名称", "项目名称", "指标编号", "支出类型",
                "收款人名称", "收款人账号",
                "收款人开户银行", "支付金额", "资金用途", "资金性质")  # fmt: skip

    def rows() -> Iterator[tuple[Cell, ...]]:
        for line, one in enumerate(spent, start=2):
            places[one] = Place(PAYMENTS, "", line)
            grant = one.grant
            yield (
                f"LJZF{one.day.year}{line:05d}", one.day, grant.unit.code, grant.unit.name,
                f"{grant.batch}年城镇老旧小区改造{grant.words}", grant.number, "项目支出", one.payee, one.account,
                one.bank,
                f"{one.cents // 100}.{one.cents % 100:02d}", one.purpose, "中央财政城镇保障性安居工程补助资金",
            )  # fmt: skip

    csv_file(path, headings, rows())


def _appeals(path: Path, said: list[Appeal], places: Places) -> None:
    said.sort(key=lambda one: (one.day, one.title, one.by.id_no))
    headings = ("工单编号", "受理日期", "诉求渠道", "诉求类型", "工单标题", "诉求内容", "小区名称", "求助人员",
                "求助号码", "主办单位",
                "主办单位代码", "办结期限", "答复日期", "办理结果", "满意度", "工单状态")  # fmt: skip

    def rows() -> Iterator[tuple[Cell, ...]]:
        for line, one in enumerate(said, start=2):
            places[one] = Place(APPEALS, "", line)
            yield (
                f"LJ{one.day:%Y%m%d}{line:05d}", one.day, one.channel, one.kind, one.title, one.content, one.site,
                one.by.name,
                one.by.phone, one.unit.name, one.unit.code, one.day + timedelta(days=DAYS_TO_ANSWER),
                min(one.answered, TODAY) if one.answered else None, one.answer, one.satisfied, one.status,
            )  # fmt: skip

    csv_file(path, headings, rows())
