"""A made-up million of persons and 100,000 firms in six departments, with the truth, for measuring linking.

Errors come in two sorts: those that the comparators were made for (`KNOWN`), and those that they were not (`STRANGE`).
Everything is drawn from one seed; the persons and firms are of nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏"
    "苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵"
    "万覃武钱戴严莫孔向常汤"
)
GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红梅建国志文辉力鹏飞宇浩然子轩雨涵欣怡"
    "梓萱思远晓东海燕春花秋月冬雪云龙凤珍珠琴棋书画金银铜铁山川林森水木火土佳佳慧心德贵荣福寿康"
    "宁安定成功胜利和平友谊爱民忠诚信义仁礼智勤俭朴素清廉洁白光亮红星卫东跃进永生长青松柏竹菊莲"
    "荷"
)
TRADITIONAL = {
    "张": "張",
    "刘": "劉",
    "陈": "陳",
    "杨": "楊",
    "黄": "黃",
    "赵": "趙",
    "吴": "吳",
    "孙": "孫",
    "马": "馬",
    "罗": "羅",
    "郑": "鄭",
    "谢": "謝",
    "许": "許",
    "韩": "韓",
    "邓": "鄧",
    "冯": "馮",
    "伟": "偉",
    "丽": "麗",
    "强": "強",
    "军": "軍",
    "艳": "艷",
    "涛": "濤",
    "华": "華",
    "兰": "蘭",
    "红": "紅",
    "国": "國",
    "辉": "輝",
    "鹏": "鵬",
    "飞": "飛",
    "东": "東",
    "凤": "鳳",
    "书": "書",
    "画": "畫",
    "宁": "寧",
    "贵": "貴",
    "荣": "榮",
}
HOMOPHONES = {
    "芳": "方",
    "娜": "那",
    "敏": "闵",
    "静": "净",
    "丽": "莉",
    "磊": "雷",
    "军": "君",
    "洋": "阳",
    "勇": "永",
    "艳": "燕",
    "杰": "洁",
    "涛": "桃",
    "明": "铭",
    "霞": "侠",
    "平": "萍",
    "刚": "钢",
    "英": "瑛",
    "华": "桦",
    "玉": "钰",
    "兰": "岚",
    "梅": "玫",
    "建": "健",
    "志": "智",
    "文": "雯",
    "辉": "晖",
    "鹏": "朋",
    "飞": "菲",
    "宇": "雨",
    "浩": "皓",
    "佳": "嘉",
    "慧": "惠",
    "荣": "蓉",
    "福": "富",
    "成": "诚",
    "春": "椿",
    "珍": "真",
}
LOOKALIKES = {
    "未": "末",
    "芳": "芬",
    "玲": "铃",
    "晴": "睛",
    "侯": "候",
    "治": "冶",
    "清": "请",
    "菊": "掬",
    "莲": "连",
    "洁": "浩",
    "佳": "住",
    "俊": "峻",
    "林": "材",
    "梅": "悔",
    "健": "建",
    "贵": "责",
    "荣": "菜",
    "王": "玉",
    "静": "青",
    "伟": "纬",
    "龙": "尤",
    "朋": "明",
    "雪": "雷",
    "兰": "三",
}
KNOWN = (
    "clean",
    "id_missing",
    "id_mistyped",
    "id_swapped",
    "id_15",
    "homophone",
    "lookalike",
    "traditional",
    "phone_new",
    "phone_mistyped",
    "moved",
    "address_rewritten",
    "char_missing",
)
STRANGE = (
    "nickname",
    "masked_name",
    "householder_name",
    "birth_year_off",
    "no_id_and_moved_and_renamed",
    "id_of_spouse",
)
DEPARTMENTS = {
    "person": 0.7,
    "benefit_payment": 0.25,
    "social_insurance": 0.3,
    "payroll": 0.03,
    "hospital_stay": 0.15,
    "school_roll": 0.12,
}
COUNTIES = [
    "330106",
    "330108",
    "330109",
    "330182",
    "330203",
    "330212",
    "330302",
    "330326",
    "330402",
    "330481",
    "330502",
    "330522",
]
ROADS = [
    "文三路",
    "解放路",
    "人民路",
    "中山北路",
    "建设路",
    "和平街",
    "新华路",
    "青年路",
    "环城东路",
    "学院路",
    "滨江大道",
    "幸福巷",
]
VILLAGES = [
    "王家村",
    "李庄村",
    "青山村",
    "河西村",
    "石桥村",
    "大塘村",
    "柳林村",
    "前进村",
    "东湖村",
    "红旗村",
    "杨家湾村",
    "白沙村",
]
WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])


@dataclass(frozen=True)
class People:
    """Rows by table, each with `truth` (number of the person) and `error` beside the model's columns."""

    rows: dict[str, pa.Table]


def make(count: int, seed: int = 1) -> People:
    """Records of `count` persons."""
    chance = np.random.default_rng(seed)
    whole = _persons(count, chance)
    tables, held = {}, np.zeros(count, bool)
    for name, share in DEPARTMENTS.items():
        taken = chance.random(count) < share
        held |= taken
        tables[name] = np.flatnonzero(taken)
    tables["person"] = np.sort(np.concatenate([tables["person"], np.flatnonzero(~held)]))
    return People({name: _department(name, whole, at, chance) for name, at in tables.items()})


def _persons(count: int, chance: np.random.Generator) -> dict[str, np.ndarray]:
    surnames, given = np.array(list(SURNAMES)), np.array(list(dict.fromkeys(GIVEN)))
    weights = 1 / (np.arange(len(surnames)) + 4.0)
    liked = 1 / (np.arange(len(given)) + 40.0)
    first = chance.choice(given, count, p=liked / liked.sum())
    second = np.where(chance.random(count) < 0.72, chance.choice(given, count, p=liked / liked.sum()), "")
    household = np.sort(chance.integers(0, max(count // 3, 1), count))
    surname = chance.choice(surnames, count, p=weights / weights.sum())
    county = chance.integers(0, len(COUNTIES), max(count // 3, 1))[household]
    born = np.datetime64("1935-01-01") + chance.integers(0, 29_500, count).astype("timedelta64[D]")
    phones = (
        13_000_000_000
        + chance.permutation(6 * count)[:count].astype(np.int64)
        + chance.integers(0, 8, count) * 100_000_000 * 7
    )
    own = chance.random(count) < 0.8
    of_household = np.full(household.max() + 1, 0, np.int64)
    of_household[household] = phones
    return {
        "name": np.char.add(np.char.add(surname, first), second),
        "born": born,
        "id": _numbers(np.array(COUNTIES)[county], born, chance),
        "phone": np.where(own, phones, of_household[household]).astype(str),
        "account": np.char.add("62284800", chance.permutation(np.arange(10**9, 10**9 + count)).astype(str)),
        "household": household,
        "county": county,
    }


def _numbers(county: np.ndarray, born: np.ndarray, chance: np.random.Generator) -> np.ndarray:
    days = np.char.replace(np.datetime_as_string(born, unit="D"), "-", "")
    order = np.char.zfill(chance.integers(1, 1000, len(born)).astype(str), 3)
    seventeen = np.char.add(np.char.add(county, days), order)
    digits = seventeen.astype("U17").view("U1").reshape(-1, 17).astype(int)
    return np.char.add(seventeen, np.array(list("10X98765432"))[(digits @ WEIGHTS) % 11])


def _department(name: str, whole: dict[str, np.ndarray], at: np.ndarray, chance: np.random.Generator) -> pa.Table:
    """One department's rows: what it holds of each person, with its share of errors."""
    count = len(at)
    kinds = np.array([*KNOWN, *STRANGE])
    rare = 0.004 if name == "person" else 0.03
    odds = np.array([0.0, 2.5, 0.8, 0.3, 0.5, 0.7, 0.5, 0.5, 2.0, 0.5, 2.0, 3.0, 0.4] + [0.12] * len(STRANGE)) * rare
    odds[0] = 1 - odds.sum()
    error = chance.choice(len(kinds), count, p=odds)
    cells = {key: value[at].tolist() for key, value in whole.items()}
    rows = [
        _written(cells, i, kinds[error[i]], chance_value, whole)
        for i, chance_value in enumerate(chance.integers(0, 2**31, count).tolist())
    ]
    order = chance.permutation(count)
    columns: dict[str, list[Any]] = {
        key: [rows[i][j] for i in order] for j, key in enumerate(("name", "id", "born", "phone", "account", "address"))
    }
    return pa.table({**columns, "truth": at[order], "error": kinds[error][order].tolist()})


def _written(  # noqa: PLR0912 - one branch a kind of error
    cells: dict[str, Any], i: int, kind: str, dice: int, whole: dict[str, np.ndarray]
) -> tuple[Any, ...]:
    name, number, born = cells["name"][i], cells["id"][i], cells["born"][i].isoformat()
    phone, account = cells["phone"][i], cells["account"][i]
    home = (
        cells["household"][i] if kind not in ("moved", "no_id_and_moved_and_renamed") else dice % 1_000_003 + 2_000_000
    )
    address = _address(home, cells["county"][i], dice if kind == "address_rewritten" else 0)
    if dice % 5 == 0 and kind == "clean":
        phone = None
    if dice % 7 < 5:
        account = None
    if kind in (
        "id_missing",
        "nickname",
        "masked_name",
        "no_id_and_moved_and_renamed",
        "householder_name",
        "birth_year_off",
    ):
        number = None
        born = born if kind in ("birth_year_off", "masked_name") or dice % 3 else None
    if kind == "id_mistyped":
        place = 6 + dice % 11
        number = number[:place] + str((int(number[place]) + 1 + dice % 8) % 10) + number[place + 1 :]
    elif kind == "id_swapped":
        place = 8 + dice % 8
        number = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    elif kind == "id_15" and number[6:8] == "19":
        number = number[:6] + number[8:17]
    elif kind == "homophone":
        name, number = "".join(HOMOPHONES.get(mark, mark) for mark in name), None if dice % 2 else number
    elif kind == "lookalike":
        name, number = "".join(LOOKALIKES.get(mark, mark) for mark in name), None if dice % 2 else number
    elif kind == "traditional":
        name, number = "".join(TRADITIONAL.get(mark, mark) for mark in name), None if dice % 2 else number
    elif kind == "phone_new":
        phone, number = str(15_000_000_000 + dice % 999_999_999), None if dice % 4 == 0 else number
    elif kind == "phone_mistyped":
        place = 3 + dice % 8
        phone, number = (
            phone[:place] + str((int(phone[place]) + 1) % 10) + phone[place + 1 :],
            None if dice % 2 else number,
        )
    elif kind == "moved":
        number = None if dice % 3 == 0 else number
    elif kind == "char_missing" and len(name) == 3:
        name, number = name[0] + name[2], None if dice % 2 else number
    elif kind == "nickname":
        name = name[0] + "阿" + name[-1]
    elif kind == "masked_name":
        name = name[0] + "某" + name[2:]
    elif kind == "householder_name":
        name = str(whole["name"][max(dice % 3, 0)]) if dice % 50 == 0 else name[0] + "建国"
    elif kind == "birth_year_off":
        born = f"{int(born[:4]) + (1 if dice % 2 else -1)}{born[4:]}"
        born = born.replace("-02-29", "-02-28")
    elif kind == "no_id_and_moved_and_renamed":
        name, phone = name[0] + "小" + name[-1], str(15_000_000_000 + dice % 999_999_999)
    elif kind == "id_of_spouse":
        number = str(whole["id"][(dice * 31) % len(whole["id"])])
    if dice % 11 == 3 and number:
        born = None
    return name, number, born, phone, account, address


def _address(home: int, county: int, rewritten: int) -> str:
    place = COUNTIES[county]
    number, room = home // 97 % 300 + 1, home % 97
    if home % 2:
        village = VILLAGES[home // 30_000 % len(VILLAGES)]
        if rewritten:
            return f"{village}{home // 1000 % 12 + 1}组{home % 1000 + 1}号"
        return (
            f"浙江省{_county(place)}{home // 30_000 % 9 + 1}号镇{village}{home // 1000 % 12 + 1}组{home % 1000 + 1}号"
        )
    road = ROADS[home // 30_000 % len(ROADS)]
    if rewritten:
        return f"{road}{number}号{room // 10 + 1}栋{room + 101}"
    return f"浙江省{_county(place)}{road}{number}号{room // 10 + 1}幢{room + 101}室"


def _county(code: str) -> str:
    from bihuan.model.values.regions import regions

    city = regions()[code[:4] + "00"].name
    return city + regions()[code].name if city else regions()[code].name
