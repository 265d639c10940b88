"""Money spent on something else, beyond what was granted, or not at all: plain, in disguise, and look-alikes."""

from __future__ import annotations

from bihuan.demo.departments import _finance as f
from bihuan.demo.departments._finance import Indicator, Pay, Payee
from bihuan.demo.departments._finance_desk import Desk, on
from bihuan.demo.departments._finance_year import UnitYear
from bihuan.demo.truth import HIDING, PLAIN, TWIN

_POWER = Payee("国网云禾县供电公司", "1300777302060001", f.AGENT_BANK)


def plant(desk: Desk) -> None:
    """All of them."""
    _earmarked(desk)
    _idle(desk)
    _exceeded(desk)
    _squeezed(desk)
    _projects_in_basic(desk)
    _other_purpose(desk)
    _below_half(desk)


def _spend(desk: Desk, one: UnitYear, from_: Indicator, what: tuple[int, int, str, str], to: Payee) -> Pay:
    """Month, cents, economic class and words."""
    month, cents, economic, words = what
    return one.pay(from_, on(one.year, month, 7), cents, to, (economic, words))


def _earmarked(desk: Desk) -> None:
    """Grants buy a car, a banquet, air conditioners; in disguise as costs of working on the project; the twin is its
    supervision and its tendering."""
    plans = (
        (0, "乡村振兴衔接资金", PLAIN, "汽车服务", (5, 168_000_00, "31013", "购置公务用车款")),
        (36, "义务教育学校校舍维修", PLAIN, "食品", (9, 24_600_00, "30217", "付公务接待用餐费")),
        (45, "残疾人康复补助", HIDING, "办公设备", (6, 38_400_00, "31002", "项目工作经费（局机关办公空调）")),
        (10, "高标准农田建设补助", HIDING, "广告传媒", (10, 46_200_00, "30227", "付机关文化长廊建设款")),
        (20, "水利工程维修养护", TWIN, "工程咨询", (8, 31_800_00, "31005", "水利工程维修养护项目监理费")),
        (30, "农村公路养护", TWIN, "工程咨询", (4, 12_600_00, "31006", "农村公路养护项目招标代理费")),
    )
    for at, name, form, trade, what in plans:
        one = desk.unit(at)
        paid = _spend(desk, one, desk.granted(one, name), what, f.of_firm(desk.firm(trade, at)))
        desk.book.mark("earmarked_fund_used_for_other_purpose", form, paid.cents, paid)


def _idle(desk: Desk) -> None:
    """Of a grant nothing was spent, or a fraction for show; the twins: just arrived, taken back."""
    for at, year, month, form, name in (
        (2, 2024, 6, PLAIN, "农村饮水安全巩固提升"), (57, 2024, 9, PLAIN, "社区养老服务设施建设"),
        (24, 2024, 5, HIDING, "产业园区污水管网"), (48, 2025, 12, TWIN, "冬春农田水利建设"),
        (62, 2024, 7, TWIN, "乡镇文化站提升"),
    ):  # fmt: skip
        one = desk.unit(at, year)
        made = desk.grant(one, name, cents=1_800_000_00 + at * 10_000_00, on=on(year, month, 4), function="2130199")
        paid = []
        if form == HIDING:
            paid = [
                _spend(
                    desk,
                    one,
                    made,
                    (month + 2, 26_000_00, "31005", f"{name}前期费"),
                    f.of_firm(desk.firm("工程咨询", at)),
                )
            ]
        if at == 62:
            made.reduced = made.cents
        desk.book.mark("fund_idle", form, made.cents, made, *paid)


def _exceeded(desk: Desk) -> None:
    """Paid beyond the indicator, by one large order or by many small ones; the twin got the last one back."""
    for at, form, cents, parts in (
        (5, PLAIN, 400_000_00, (212_000_00, 188_000_00, 185_000_00)),
        (37, PLAIN, 260_000_00, (170_000_00, 182_000_00)),
        (59, HIDING, 300_000_00, (148_000_00, 139_000_00, 14_200_00, 11_800_00, 13_650_00, 12_900_00)),
        (28, TWIN, 300_000_00, (160_000_00, 139_000_00, 92_000_00)),
    ):  # fmt: skip
        one = desk.unit(at)
        name = f"{('应急物资储备', '服务大厅改造', '基层站所能力建设')[at % 3]}（{at}）"
        made = desk.grant(one, name, cents=cents)
        firm = desk.firm("商贸" if at % 3 == 0 else "建筑工程", at)
        economic = "30218" if at % 3 == 0 else "31001"
        paid = [
            _spend(desk, one, made, (4 + n, each, economic, f"{name}第{n + 1}批款"), f.of_firm(firm))
            for n, each in enumerate(parts)
        ]
        if form == TWIN:  # the last order was returned at once
            back = _spend(desk, one, made, (6, -parts[-1], "31001", f"账户不符退回：{name}第3批款"), f.of_firm(firm))
            back.day, back.status = f.later(paid[-1].day, 2), "退回"
            paid.append(back)
        over = [each for n, each in enumerate(paid) if sum(parts[: n + 1]) > made.cents]
        desk.book.mark("indicator_exceeded", form, sum(parts) - made.cents, made, *over)


def _squeezed(desk: Desk) -> None:
    """The running costs are used up, so projects pay for power and the staff's bonus; in disguise as management costs;
    the twin is a project that is about street lamps."""
    one = desk.unit(11)
    project = desk.granted(one, "基本公共卫生服务补助")
    paid = [_spend(desk, one, project, (month, cents, "30206", f"{month}月办公楼电费（补）"), _POWER)
            for month, cents in ((10, 38_200_00), (11, 41_650_00), (12, 46_900_00))]  # fmt: skip
    desk.book.mark("basic_spending_squeezes_project", PLAIN, sum(each.cents for each in paid), *paid)
    one = desk.unit(39, 2024)
    bank = Payee("云禾县在职人员工资代发户", f"130077730101{one.office.code}", f.AGENT_BANK)
    bonus = _spend(
        desk, one, desk.granted(one, "污染防治专项"), (12, 187_500_00, "30103", "发放在职人员年终绩效"), bank
    )
    desk.book.mark("basic_spending_squeezes_project", PLAIN, bonus.cents, bonus)
    one = desk.unit(53)
    project, keeper = desk.granted(one, "职业技能提升培训"), one.firms["物业服务"][0]
    hidden = [_spend(desk, one, project, (month, cents, "30227", words), f.of_firm(keeper)) for month, cents, words in
              ((9, 16_300_00, "项目管理费（机关物业）"), (10, 17_150_00, "项目办公场所物业管理费"))]  # fmt: skip
    desk.book.mark("basic_spending_squeezes_project", HIDING, sum(each.cents for each in hidden), *hidden)
    one = desk.unit(27)
    lamps = desk.grant(one, "城区路灯照明运行")
    paid = [
        _spend(desk, one, lamps, (month, 52_000_00 + month * 770_00, "30206", f"{month}月城区路灯电费"), _POWER)
        for month in range(1, 12)
    ]
    desk.book.mark("basic_spending_squeezes_project", TWIN, sum(each.cents for each in paid), *paid)


def _projects_in_basic(desk: Desk) -> None:
    """Works and equipment out of running costs; in disguise as upkeep; the twin is upkeep."""
    for at, year, form, trade, month, cents, economic, words in (
        (13, 2025, PLAIN, "建筑工程", 6, 386_000_00, "31001", "付业务用房新建工程款"),
        (56, 2024, PLAIN, "信息技术", 8, 218_500_00, "31007", "付指挥平台建设款"),
        (77, 2025, HIDING, "建筑工程", 9, 164_000_00, "30213", "付院落改扩建工程款（维修）"),
        (23, 2025, TWIN, "水电安装", 5, 8_600_00, "30213", "付办公楼漏水维修费"),
    ):
        one = desk.unit(at, year)
        paid = _spend(desk, one, one.basic[1], (month, cents, economic, words), f.of_firm(desk.firm(trade, at)))
        desk.book.mark("project_spending_in_basic", form, cents, paid)


def _other_purpose(desk: Desk) -> None:
    """Orders on an indicator of another class: the office's, or equipment out of relief; the twin's is the same."""
    for at, form, name, function, what in (
        (29, PLAIN, "", "2050299", (7, 45_300_00, "30201", "付机关办公用品款")),
        (46, PLAIN, "", "2130505", (8, 132_000_00, "31002", "付车载设备款")),
        (70, HIDING, "", "2010302", (11, 28_700_00, "30227", "付项目服务款")),
        (33, TWIN, "", "2010301", (4, 6_300_00, "30201", "付打印耗材款")),
    ):
        one = desk.unit(at)
        source = one.basic[2] if form == PLAIN and at == 46 else one.basic[1]
        paid = _spend(desk, one, source, what, f.of_firm(desk.firm("办公设备", at)))
        paid.function, paid.project = function, name
        desk.book.mark("purpose_differs_from_indicator", form, paid.cents, paid, source)


def _below_half(desk: Desk) -> None:
    """A third was spent by December; in disguise it was paid out and came back; the twin was reduced."""
    for at, year, form, cents, parts in (
        (4, 2025, PLAIN, 900_000_00, (160_000_00, 140_000_00)),
        (66, 2024, PLAIN, 620_000_00, (118_000_00, 64_000_00)),
        (34, 2025, HIDING, 800_000_00, (180_000_00, 310_000_00)),
        (55, 2025, TWIN, 800_000_00, (180_000_00, 150_000_00)),
    ):  # fmt: skip
        one, name = desk.unit(at, year), f"农贸市场标准化改造（{at}）"
        made = desk.grant(one, name, cents=cents, function="2160299")
        firm = f.of_firm(desk.firm("建筑工程", at + 1))
        paid = [_spend(desk, one, made, (5 + 6 * n, each, "31005", f"{name}款"), firm) for n, each in enumerate(parts)]
        if form == HIDING:
            back = _spend(desk, one, made, (12, -parts[1], "31005", f"退回：{name}款"), firm)
            back.day, back.status = on(year, 12, 20), "退回"
            paid.append(back)
        if form == TWIN:
            made.reduced = 420_000_00
        desk.book.mark("programme_spent_below_half_at_december", form, cents, made, *paid)
