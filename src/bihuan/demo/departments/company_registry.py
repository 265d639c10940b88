"""市场监督管理局 登记: firms and traders, their shareholders and officers, and changes of owners, as JSON Lines."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from bihuan.demo.companies import Company, by_credit_code, companies
from bihuan.demo.county import County
from bihuan.demo.departments._people import Trader, traders
from bihuan.demo.departments._people_cases import welfare
from bihuan.demo.owners import Former, ownership
from bihuan.demo.residents import Resident
from bihuan.demo.truth import Planted

FOLDER = "32 市场监督管理局 企业登记"
FIRMS, TIES, CHANGES = "企业登记信息.jsonl", "股东及主要人员.jsonl", "企业变更登记.jsonl"
_INDUSTRIES = {
    "建筑工程": "建筑业",
    "信息技术": "信息传输、软件和信息技术服务业",
    "物业服务": "房地产业",
    "食品": "批发和零售业",
}


def hand_over(county: County, folder: Path) -> list[Planted]:
    """Three files; the problems that they help to see lie elsewhere."""
    place = folder / FOLDER
    place.mkdir(parents=True, exist_ok=True)
    small = [*traders(county), *(one for one, _ in welfare(county).firms)]
    _json_lines(place / FIRMS, [*map(_firm, companies(county)), *map(_trader, small)])
    _json_lines(place / TIES, [*_ties(county), *_former(county), *(tie for one in small for tie in _of_trader(one))])
    _json_lines(place / CHANGES, _changes(county))
    return []


def _json_lines(path: Path, rows: list[dict[str, object]]) -> None:
    path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in rows), encoding="utf-8")


def _firm(one: Company) -> dict[str, object]:
    return {
        "企业名称": one.name, "统一社会信用代码": one.credit_code, "企业类型": "有限责任公司",
        "行业": _INDUSTRIES.get(one.trade, "批发和零售业"), "经营范围": f"{one.trade}及相关服务",
        "法定代表人": one.legal.name, "法定代表人身份证号": one.legal.id_no, "注册资本(万元)": one.capital // 10_000,
        "成立日期": str(one.founded), "经营状态": "存续（在营、开业、在册）", "注销日期": None, "住所": one.address,
        "联系电话": one.phone, "登记机关": "云禾县市场监督管理局",
    }  # fmt: skip


def _trader(one: Trader) -> dict[str, object]:
    is_firm = one.name.endswith("公司")
    return {
        "企业名称": one.name, "统一社会信用代码": one.credit_code,
        "企业类型": "有限责任公司（自然人独资）" if is_firm else "个体工商户", "行业": "批发和零售业",
        "经营范围": "日用百货销售",
        "法定代表人": one.owner.name, "法定代表人身份证号": one.owner.id_no, "注册资本(万元)": one.capital / 10_000,
        "成立日期": str(one.founded), "经营状态": "注销" if one.closed else "存续（在营、开业、在册）",
        "注销日期": str(one.closed) if one.closed else None, "住所": one.owner.address, "联系电话": one.owner.phone,
        "登记机关": "云禾县市场监督管理局",
    }  # fmt: skip


def _ties(county: County) -> Iterator[dict[str, object]]:
    known = by_credit_code(county)
    for one in companies(county):
        firm, span = (one.name, one.credit_code), (one.founded, None)
        for who, share in one.holders:
            yield _tie(firm, who, ("股东", "股东"), span, (share, one.capital))
        if one.parent:
            yield _holding(one, known[one.parent])
        yield _tie(firm, one.legal, ("法定代表人", "执行董事兼经理"), span)
        yield _tie(firm, one.supervisor, ("监事", "监事"), span)


def _tie(
    firm: tuple[str, str], who: Resident, role: tuple[str, str], span: tuple[date, date | None],
    stake: tuple[float, int] | None = None,
) -> dict[str, object]:  # fmt: skip
    """Name and code of the firm, kind and post of the role, from when to when, share and the firm's capital in yuan."""
    return {
        "企业名称": firm[0], "统一社会信用代码": firm[1], "股东名称": who.name, "股东类型": "自然人",
        "证件号码": who.id_no,
        "关系类型": role[0], "职位": role[1], "出资比例": stake[0] if stake else None,
        "认缴出资额(万元)": round(stake[0] * stake[1] / 10_000, 2) if stake else None, "出资日期": str(span[0]),
        "退出日期": str(span[1]) if span[1] else None,
    }  # fmt: skip


def _holding(one: Company, parent: Company) -> dict[str, object]:
    """The share of one firm in another."""
    share = round(1 - sum(part for _, part in one.holders), 2)
    return {
        "企业名称": one.name, "统一社会信用代码": one.credit_code, "股东名称": parent.name, "股东类型": "企业法人",
        "证件号码": parent.credit_code, "关系类型": "股东", "职位": "股东", "出资比例": share,
        "认缴出资额(万元)": round(one.capital * share / 10_000, 2), "出资日期": str(one.founded), "退出日期": None,
    }  # fmt: skip


def _former(county: County) -> Iterator[dict[str, object]]:
    for one in _sold(county):
        firm = companies(county)[one.firm]
        stake = (one.share, firm.capital)
        yield _tie((firm.name, firm.credit_code), one.holder, ("股东", "股东"), (one.since, one.until), stake)


def _of_trader(one: Trader) -> Iterator[dict[str, object]]:
    firm, span, is_firm = (one.name, one.credit_code), (one.founded, one.closed), one.name.endswith("公司")
    if is_firm:
        yield _tie(firm, one.owner, ("股东", "股东"), span, (1.0, one.capital))
    yield _tie(firm, one.owner, ("法定代表人", "执行董事") if is_firm else ("经营者", "经营者"), span)


def _sold(county: County) -> list[Former]:
    return ownership(county).former


def _changes(county: County) -> list[dict[str, object]]:
    """Sales of shares, and some changes of address."""
    chance, firms = county.chance("changes"), companies(county)
    rows = [_change(firms[one.firm], one.until, "投资人变更", one.holder.name, firms[one.firm].holders[0][0].name)
            for one in _sold(county)]  # fmt: skip
    for one in firms:
        if chance.random() < 0.05 and one.founded.year < 2023:
            on = date(chance.randrange(2023, 2026), chance.randrange(1, 13), chance.randrange(1, 28))
            rows.append(_change(one, on, "住所变更", f"云禾县城关镇人民路{chance.randrange(1, 300)}号", one.address))
    return rows


def _change(firm: Company, on: date, item: str, before: str, after: str) -> dict[str, object]:
    return {
        "企业名称": firm.name, "统一社会信用代码": firm.credit_code, "变更日期": str(on), "变更事项": item,
        "变更前内容": before, "变更后内容": after,
    }  # fmt: skip
