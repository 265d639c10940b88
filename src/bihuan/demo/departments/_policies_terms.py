"""What tenders of 云禾县 ask of those who want to bid: fair terms, terms that keep strangers out, and look-alikes."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from bihuan.demo.county import UNITS, County
from bihuan.demo.truth import Form, Place, Planted

FOLDER, FILE = "57 招标文件 资格条件", "招标文件资格和评分条件2025.csv"
_HEADING = "采购项目编号,采购项目名称,采购人代码,采购人,采购方式,采购类别,公告日期,投标截止时间,预算金额,资格条件"
_THINGS = (
    "办公楼空调维保",
    "信息系统运行维护",
    "窗口服务外包",
    "绿化养护",
    "档案数字化",
    "道路清扫保洁",
    "宣传片制作",
    "检验检测服务",
    "食堂餐饮服务",
    "测绘服务",
    "电梯维护",
    "实验室设备",
    "图书采购",
    "应急物资",
    "监控设备更新",
)
_FAIR = (
    "符合政府采购法第二十二条规定；未被列入失信被执行人名单；不接受联合体投标。",
    "具有独立承担民事责任的能力；具有履行合同所必需的设备和专业技术能力；本项目专门面向中小企业采购。",
    "具备建筑工程施工总承包三级及以上资质，项目经理具有二级建造师证书；近三年完成过类似项目业绩的每个得2分，最多6分。",
    "具有有效的营业执照；具有良好的商业信誉和健全的财务会计制度；参加采购活动前三年内没有重大违法记录。",
    "提供质量管理体系认证得1分；服务方案优得10分、良得6分、一般得3分；价格分30分。",
)
_PLAIN: tuple[str, ...] = (
    "投标人须为在云禾县行政区域内注册的独立法人；未被列入失信名单。",
    "符合政府采购法规定；本地企业投标的加5分；价格分30分。",
    "投标人须在云禾县设立分公司或子公司并提供营业执照；近三年无重大违法记录。",
    "近三年在本县范围内承担过同类项目的，每个得3分，最多9分；服务方案20分。",
)
_HIDING: tuple[str, ...] = (
    "具有独立法人资格；须提供在项目所在地税务机关近六个月的纳税证明和员工在当地缴纳社会保险的证明；价格分30分。",
    "投标时须提供在本市城区的固定办公场所租赁合同，租期不少于两年；服务方案20分。",
    "投标人须为县公共资源交易中心备选库内的企业；获得过本省名牌产品称号的得4分。",
)
_TWINS: tuple[str, ...] = (
    "不得以注册地、所有制形式限制潜在投标人；近三年完成过同类项目的每个得2分，不限业绩所在地区。",
    "中标后十五日内在云禾县设立服务网点，并配备两名以上维修人员；价格分30分。",
    "服务地点：云禾县城关镇；中标人应遵守本地交通管理规定；具有独立法人资格。",
)


def hand_over(county: County, folder: Path) -> list[Planted]:
    """One list with the terms of every tender of the year."""
    chance = county.chance("tender terms")
    plans: list[tuple[str, Form]] = [(one, "twin") for one in _TWINS]
    if not county.is_clean:
        plans += [*((one, "plain") for one in _PLAIN), *((one, "hiding") for one in _HIDING)]
    count = max(60, county.many(600))
    at_line = dict(zip(chance.sample(range(count), len(_TWINS) + len(_PLAIN) + len(_HIDING)), plans, strict=False))
    lines, planted = [], []
    for at in range(count):
        unit = chance.choice(list(UNITS.values()))
        published = date(2025, 1, 6) + timedelta(days=chance.randrange(330))
        budget = chance.randrange(60, 380) * 10_000 + chance.randrange(100) * 100
        terms, form = at_line.get(at, ("".join(chance.sample(_FAIR, 2)), None))
        title = f"{unit.name.removeprefix('云禾县')}{chance.choice(_THINGS)}项目（{at + 1}号）"
        lines.append(
            f"YHZC2025{at:05d},{title},{unit.code},{unit.name},公开招标,服务,"
            f"{published},{published + timedelta(days=26)} 09:30:00,{budget}.00,{terms}\r\n"
        )
        if form:
            place = Place(FILE, "", at + 2)
            planted.append(Planted("local_protection_in_tender_terms", form, unit.code, Decimal(budget), (place,)))
    (folder / FOLDER).mkdir(parents=True, exist_ok=True)
    (folder / FOLDER / FILE).write_bytes((_HEADING + "\r\n" + "".join(lines)).encode("gb18030"))
    return planted
