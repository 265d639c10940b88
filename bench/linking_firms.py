"""Made-up firms of four departments with the truth: branches, new names, short forms, homophones, missing codes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from stdnum.cn import uscc

from bench.linking_people import HOMOPHONES, LOOKALIKES, TRADITIONAL

BRANDS = (
    "宏达鑫源诚信华盛泰安恒瑞天润金桥博文兴隆永昌瑞丰万通中科新锐东升光明长城正大银海嘉禾同创方"
    "圆佳美康宁锦绣德隆盛世凯旋腾飞智远云帆星河蓝天绿洲"
)
INDUSTRIES = [
    "建材",
    "建筑工程",
    "商贸",
    "信息技术",
    "园林绿化",
    "市政工程",
    "食品",
    "物流",
    "医疗器械",
    "办公用品",
    "餐饮管理",
    "机电设备",
    "装饰工程",
    "文化传媒",
    "农业开发",
    "环保科技",
]
REGIONS = [
    "浙江",
    "杭州",
    "杭州市",
    "宁波市",
    "温州市",
    "嘉兴市",
    "湖州市",
    "浙江省",
    "绍兴市",
    "金华市",
    "杭州市西湖区",
    "宁波市海曙区",
]
FORMS = ["有限公司"] * 8 + ["股份有限公司", "经营部", "商行"]
TABLES = {"organization": 0.7, "payment": 0.6, "invoice": 0.4, "bid": 0.2}
KNOWN = (
    "clean",
    "code_missing",
    "form_rewritten",
    "region_missing",
    "homophone",
    "lookalike",
    "traditional",
    "renamed",
)
STRANGE = ("abbreviated", "industry_changed", "characters_swapped", "note_in_name")
CODE = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def make(count: int, seed: int = 1) -> dict[str, pa.Table]:
    """Rows of `count` firms, a tenth of them with a branch; each with `truth` and `error`."""
    chance = np.random.default_rng(seed)
    firms, names = [], set()
    while len(firms) < count:  # a registered name is borne by one firm of the place
        firm = _firm(len(firms), chance)
        if firm["name"] not in names:
            firms.append(firm)
            names.add(firm["name"])
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in TABLES}
    for truth, firm in enumerate(firms):
        shown = [name for name, share in TABLES.items() if chance.random() < share] or ["organization"]
        for name in shown:
            rows[name].append(_row(name, firm, truth, chance))
    return {name: pa.Table.from_pylist(held) for name, held in rows.items()}


def _firm(number: int, chance: np.random.Generator) -> dict[str, Any]:
    marks = list(BRANDS)
    brand = "".join(chance.choice(marks, chance.integers(2, 5)))
    region, form = str(chance.choice(REGIONS)), str(chance.choice(FORMS))
    name = f"{region}{brand}{chance.choice(INDUSTRIES)}{form}"
    is_branch = chance.random() < 0.05
    seventeen = "91330" + f"{chance.integers(100, 999)}" + "".join(chance.choice(list(CODE), 9))
    return {
        "name": name + (f"{chance.choice(['宁波', '温州', '台州', '丽水'])}分公司" if is_branch else ""),
        "old_name": f"{region}{''.join(chance.choice(marks, 3))}{chance.choice(INDUSTRIES)}{form}",
        "brand": brand,
        "code": seventeen + uscc.calc_check_digit(seventeen),
        "phone": str(13_000_000_000 + number * 7919 % 999_999_999),
        "account": f"3301{number:012d}",
        "address": f"杭州市西湖区文三路{number % 900 + 1}号{number // 900 + 101}室",
        "head": "".join(chance.choice(list("王李张刘陈杨黄赵吴周"), 1))
        + "".join(chance.choice(list("伟芳娜敏静丽强磊军洋勇艳杰涛明超霞平刚桂英"), 2)),
    }


def _row(table: str, firm: dict[str, Any], truth: int, chance: np.random.Generator) -> dict[str, Any]:
    odds = [0.0, 0.04, 0.03, 0.02, 0.004, 0.004, 0.004, 0.01, *[0.002] * len(STRANGE)]
    odds[0] = 1 - sum(odds)
    error = str(chance.choice([*KNOWN, *STRANGE], p=odds))
    has_code = {"organization": 1.0, "payment": 0.05, "invoice": 0.97, "bid": 0.5}[table] > chance.random()
    code = firm["code"] if has_code and error not in ("code_missing", *STRANGE) else None
    name = _named(firm, error)
    if error == "renamed" and code is None:
        name, error = firm["name"], "clean"
    account = firm["account"] if table in ("payment", "invoice") and chance.random() < 0.9 else None
    contact = table in ("organization", "bid")
    return {
        "name": name, "code": code, "account": account,
        "phone": firm["phone"] if contact and chance.random() < 0.8 else None,
        "address": firm["address"] if contact and chance.random() < 0.9 else None,
        "head": firm["head"] if contact and chance.random() < 0.9 else None, "truth": truth, "error": error,
    }  # fmt: skip


def _named(firm: dict[str, Any], error: str) -> str:
    name, brand = firm["name"], firm["brand"]
    if error == "form_rewritten":
        return name.replace("有限公司", "有限责任公司")
    if error == "region_missing":
        return name[name.index(brand) :]
    if error == "renamed":
        return firm["old_name"]
    for kind, folded in (("homophone", HOMOPHONES), ("lookalike", LOOKALIKES), ("traditional", TRADITIONAL)):
        if error == kind:
            return name.replace(brand, "".join(folded.get(mark, mark) for mark in brand))
    if error == "abbreviated":
        return name[name.index(brand) :].replace("有限公司", "").replace("股份", "")
    if error == "industry_changed":
        return name.replace("工程", "建设").replace("商贸", "贸易").replace("科技", "技术")
    if error == "characters_swapped":
        return name.replace(brand, brand[1] + brand[0] + brand[2:])
    return name + "（农民工工资专户）" if error == "note_in_name" else name
