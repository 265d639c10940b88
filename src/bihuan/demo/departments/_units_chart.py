"""The chart of accounts of the budget units (政府会计制度), codes 4-2-2."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

COSTS = {
    "01": "办公费", "02": "印刷费", "03": "咨询费", "05": "水费", "06": "电费", "07": "邮电费", "09": "物业管理费",
    "11": "差旅费", "13": "维修（护）费", "14": "租赁费", "15": "会议费", "16": "培训费", "17": "公务接待费",
    "18": "专用材料费", "26": "劳务费", "27": "委托业务费", "31": "公务用车运行维护费", "39": "其他交通费用",
    "99": "其他商品和服务支出",
}  # fmt: skip
_TOP = {
    "1001": "库存现金", "1002": "银行存款", "1011": "零余额账户用款额度", "1201": "财政应返还额度", "1214": "预付账款",
    "1218": "其他应收款", "1302": "库存物品", "1601": "固定资产", "1602": "固定资产累计折旧", "1891": "待处理财产损溢",
    "2103": "应缴财政款",
    "2201": "应付职工薪酬", "2302": "应付账款", "2307": "其他应付款", "3001": "累计盈余", "3301": "本期盈余",
    "4001": "财政拨款收入", "4101": "事业收入", "4601": "非同级财政拨款收入", "4603": "捐赠收入", "4609": "其他收入",
    "5001": "业务活动费用", "5301": "资产处置费用", "5901": "其他费用", "6001": "财政拨款预算收入",
    "6101": "事业预算收入",
    "6601": "非同级财政拨款预算收入", "6609": "其他预算收入", "7101": "行政支出", "7201": "事业支出",
    "7901": "其他支出",
    "8001": "资金结存", "8101": "财政拨款结转", "8201": "非财政拨款结转",
}  # fmt: skip
_LOWER = {
    "121801": "职工借款", "121802": "单位往来", "121803": "押金", "160101": "通用设备", "160102": "专用设备",
    "160103": "家具用具", "220101": "基本工资", "220102": "社会保险费", "220103": "住房公积金", "230701": "代扣代缴",
    "230702": "保证金",
    "230703": "暂收款", "500101": "工资福利费用", "500102": "商品和服务费用", "500103": "固定资产折旧费",
    "800101": "零余额账户用款额度", "800102": "货币资金", "800103": "财政应返还额度",
}  # fmt: skip
_SPENDING = {"01": "工资福利支出", "02": "商品和服务支出", "03": "资本性支出"}
CHART: dict[str, str] = {
    **_TOP,
    **_LOWER,
    **{f"500102{code}": name for code, name in COSTS.items()},
    **{f"{top}{code}": name for top in ("7101", "7201") for code, name in _SPENDING.items()},
    **{f"{top}02{code}": name for top in ("7101", "7201") for code, name in COSTS.items()},
}
_CREDIT = ("1602", "2", "3", "4", "6", "8101", "8201")


def is_credit(code: str) -> bool:
    """Whether its balance stands in credit."""
    return code.startswith(_CREDIT)


def parents(code: str, names: Mapping[str, str]) -> Iterator[str]:
    """The accounts above, the nearest first."""
    for length in (6, 4):
        if length < len(code) and code[:length] in names:
            yield code[:length]


def full_name(code: str, names: Mapping[str, str]) -> str:
    """Names from the top, joined by a hyphen."""
    return "-".join(names[one] for one in [*reversed(list(parents(code, names))), code])


def level(code: str) -> int:
    """1 for an account of the highest level."""
    return len(code) // 2 - 1


def is_leaf(code: str, names: Mapping[str, str]) -> bool:
    """Whether vouchers may use it."""
    return not any(other != code and other.startswith(code) for other in names)
