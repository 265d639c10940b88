"""公共资源交易中心: OCDS 1.1 releases with bids, one a line, gzip; and 发改局's projects as OC4IDS 0.9."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from bihuan.demo.books import ZERO, money
from bihuan.demo.companies import companies
from bihuan.demo.county import UNITS, YEAR, County, Firm, Unit
from bihuan.demo.days import next_workday, some_day
from bihuan.demo.truth import Place, Planted
from bihuan.demo.write import gzip_file

FOLDER = "11 交易中心 采购与项目"
TENDERS, PROJECTS = "交易中心2025.jsonl.gz", "发改局投资项目.json"
_KINDS = {17: "single_bidder", 58: "low_spread", 101: "signed_late"}  # which of the processes bear a problem
_OVERRUN = 6  # and which of the projects


def hand_over(county: County, folder: Path) -> list[Planted]:
    """150 processes and 20 projects."""
    (folder / FOLDER).mkdir(parents=True, exist_ok=True)
    chance = county.chance("trading centre")
    firms = _old_firms(county)
    planted: list[Planted] = []
    lines = []
    for at in range(county.many(150)):
        unit = chance.choice(list(UNITS.values()))
        kind = "" if county.is_clean else _KINDS.get(at, "")
        release = _release((at, kind), unit, firms, chance)
        lines.append(_json(release))
        if kind:
            planted.append(Planted(kind, "plain", unit.code, release["awards"][0]["value"]["amount"],
                                   (Place(TENDERS, "", at + 1),)))  # fmt: skip
    gzip_file(folder / FOLDER / TENDERS, ("\n".join(lines) + "\n").encode())
    projects, overrun = _projects(county)
    (folder / FOLDER / PROJECTS).write_text(projects, encoding="utf-8")
    return [*planted, *([] if county.is_clean else [overrun])]


def _old_firms(county: County) -> list[Firm]:
    """Those that had been there for a year."""
    founded = {one.credit_code: one.founded for one in companies(county)}
    return [one for one in county.firms if founded[one.credit_code] < date(YEAR - 1, 1, 1)]


def _release(which: tuple[int, str], unit: Unit, known: Sequence[Firm], chance: random.Random) -> dict[str, Any]:
    """One process from tender to contract, in the open with three to seven bids but for those with a problem."""
    at, kind = which
    ocid, opened = f"ocds-yh2025-{at:04d}", some_day(chance, chance.randrange(1, 10))
    estimate = money(chance, 620000, 0.6).quantize(Decimal(1)) + ZERO
    firms = chance.sample(known, 1 if kind == "single_bidder" else chance.randrange(3, 8))
    prices = _prices(estimate, len(firms), chance)
    if kind == "low_spread":
        prices = [prices[0] + step * (estimate / 10000).quantize(Decimal(1)) for step in range(len(firms))]
    due, awarded = opened + timedelta(days=21), opened + timedelta(days=24)
    signed = next_workday(awarded + timedelta(days=48 if kind == "signed_late" else 12))
    tender = {
        "id": f"YHZB{YEAR}{at:04d}", "title": f"{unit.name.removeprefix('云禾县')}{firms[0].trade}采购项目",
        "status": "complete",
        "procurementMethod": "open", "procurementMethodDetails": "公开招标", "mainProcurementCategory": "goods",
        "procuringEntity": _party(unit), "value": _value(estimate), "datePublished": _instant(opened, 9),
        "tenderPeriod": {"startDate": _instant(opened, 9), "endDate": _instant(due, 9)},
        "numberOfTenderers": len(firms),
    }  # fmt: skip
    winner = {"id": f"CN-USCC-{firms[0].credit_code}", "name": firms[0].name}
    return {
        "ocid": ocid, "id": f"{ocid}-1", "date": _instant(signed, 17), "tag": ["tender", "award", "contract"],
        "initiationType": "tender", "language": "zh",
        "parties": [{**_party(unit), "roles": ["buyer", "procuringEntity"]}],
        "buyer": _party(unit), "tender": tender,
        "bids": {"details": [_bid(n, one, prices[n], due, chance) for n, one in enumerate(firms)]},
        "awards": [{"id": f"{ocid}-A", "title": tender["title"], "status": "active", "date": _instant(awarded, 16),
                    "value": _value(prices[0]), "suppliers": [winner]}],
        "contracts": [{"id": f"CG{YEAR}-{at:04d}", "awardID": f"{ocid}-A", "title": tender["title"], "status": "active",
                       "dateSigned": _instant(signed, 10), "value": _value(prices[0])}],
    }  # fmt: skip


def _prices(estimate: Decimal, bids: int, chance: random.Random) -> list[Decimal]:
    """What each firm works out for itself, from the lowest; no two agree."""
    level = chance.uniform(0.88, 0.93)
    found: set[Decimal] = set()
    while len(found) < bids:
        share = min(level * chance.lognormvariate(0, 0.04), chance.uniform(0.95, 0.995))
        found.add((estimate * Decimal(share)).quantize(ZERO))
    return sorted(found)


def _bid(at: int, firm: Firm, price: Decimal, due: date, chance: random.Random) -> dict[str, Any]:
    sent = _instant(due - timedelta(days=chance.randrange(0, 3)), 8)
    tenderer = {"id": f"CN-USCC-{firm.credit_code}", "name": firm.name}
    return {"id": f"B{at + 1}", "date": sent, "status": "valid", "tenderers": [tenderer], "value": _value(price)}


def _projects(county: County) -> tuple[str, Planted]:
    """Public works; one cost far more at its end than was planned."""
    chance = county.chance("projects")
    names = (
        "中心小学扩建",
        "城东排水管网改造",
        "县医院门诊楼",
        "农村饮水安全",
        "县道改造",
        "文化馆修缮",
        "污水处理厂提标",
    )
    lines, overrun = [], None
    for at in range(20):
        planned = money(chance, 8_600_000, 0.5).quantize(Decimal(1)) + ZERO
        final = (
            planned
            * (Decimal("1.38") if at == _OVERRUN and not county.is_clean else Decimal(chance.randrange(93, 100)) / 100)
        ).quantize(ZERO)
        year = YEAR - 1 - at % 2
        unit = chance.choice(list(UNITS.values()))
        lines.append(_json(_project(at, unit, f"{names[at % 7]}工程（{at // 7 + 1}期）", (planned, final), year)))
        if at == _OVERRUN:
            place = Place(PROJECTS, "", at + 1)
            overrun = Planted("final_account_over_estimate", "plain", unit.code, final - planned, (place,))
    head = [
        "{",
        f'"uri": "https://example.org/yunhe/{YEAR}", "version": "0.9",'
        f' "publishedDate": "{_instant(date(YEAR, 12, 31), 9)}",'
        ' "publisher": {"name": "云禾县发展和改革局"},', '"projects": [',
    ]  # fmt: skip
    if overrun is None:
        raise AssertionError("the seventh project bears the problem")
    return "\n".join([*head, ",\n".join(lines), "]}", ""]), overrun


def _project(at: int, unit: Unit, title: str, cost: tuple[Decimal, Decimal], year: int) -> dict[str, Any]:
    planned, final = cost
    return {
        "id": f"oc4ids-yh-{at:03d}", "title": title, "status": "completed", "type": "construction",
        "sector": ["social"], "updated": _instant(date(YEAR, 12, 30), 9),
        "period": {"startDate": _instant(date(year, 3, 1), 9), "endDate": _instant(date(YEAR, 6, 30), 9)},
        "budget": {"amount": _value(planned), "approvalDate": _instant(date(year, 1, 20), 9)},
        "parties": [{**_party(unit), "roles": ["publicAuthority"]}], "publicAuthority": _party(unit),
        "completion": {"endDate": _instant(date(YEAR, 9, 30), 9), "finalValue": _value(final)},
    }  # fmt: skip


def _party(unit: Unit) -> dict[str, str]:
    return {"id": unit.code, "name": unit.name}


def _value(amount: Decimal) -> dict[str, Any]:
    return {"amount": amount, "currency": "CNY"}


def _instant(day: date, hour: int) -> str:
    return f"{day}T{hour:02d}:00:00+08:00"


def _json(value: dict[str, Any]) -> str:
    """JSON on one line; money keeps its digits."""
    return json.dumps(_plain(value), ensure_ascii=False)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return _Number(value) if isinstance(value, Decimal) else value


class _Number(float):
    """A float that is written with the two digits of its amount; `json` asks a float for its repr."""

    def __repr__(self) -> str:
        return f"{Decimal(super().__repr__()):.2f}"
