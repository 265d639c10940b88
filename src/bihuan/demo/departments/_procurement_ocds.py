"""A purchase as one OCDS 1.1 release with the extensions for bids and lots, on one line."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from typing import Any

from bihuan.demo.companies import Company
from bihuan.demo.departments._procurement_market import Bid, Buyer, Contract, Item, Lot, Process, desk_phone

_METHODS = {"公开招标": "open", "邀请招标": "selective", "单一来源": "direct"}


def line(process: Process, at: int) -> str:
    """The release of the `at`-th process."""
    return json.dumps(_release(process, f"ocds-yh-{process.published.year}-{at:05d}"), ensure_ascii=False)


def _release(one: Process, ocid: str) -> dict[str, Any]:
    several = len(one.lots) > 1
    firms = {bid.firm.credit_code: bid for lot in one.lots for bid in lot.bids}
    partners = [bid.with_firm for lot in one.lots for bid in lot.bids if bid.with_firm]
    last = max(contract.signed for lot in one.lots for contract in lot.contracts)
    return {
        "ocid": ocid, "id": f"{ocid}-1", "date": _instant(last, 17), "tag": ["tender", "award", "contract"],
        "initiationType": "tender", "language": "zh",
        "parties": [{**_buyer(one.buyer), "roles": ["buyer", "procuringEntity"]}, *map(_tenderer, firms.values()),
                    *({**_firm(firm), "roles": ["tenderer"]} for firm in partners)],
        "buyer": _buyer(one.buyer), "tender": _tender(one, len(firms)),
        "bids": {"details": [_bid(n, bid, lot, one) for lot in one.lots for n, bid in enumerate(lot.bids, 1)]},
        "awards": [_award(n, lot, one, ocid, several) for n, lot in enumerate(one.lots, 1)],
        "contracts": [_contract(contract, n, one, (ocid, several)) for n, lot in enumerate(one.lots, 1)
                      for contract in lot.contracts],
    }  # fmt: skip


def _tender(one: Process, tenderers: int) -> dict[str, Any]:
    direct = one.details == "单一来源"
    tender = {
        "id": one.number, "title": f"{one.buyer.name}{one.title}", "status": "complete",
        "procurementMethod": _METHODS.get(one.details, "limited"), "procurementMethodDetails": one.details,
        "mainProcurementCategory": one.category, "procuringEntity": _buyer(one.buyer), "value": _value(one.estimate),
        "datePublished": _instant(one.published, 9), "numberOfTenderers": one.declared or tenderers,
        "tenderPeriod": {"startDate": _instant(one.published, 9), "endDate": _time(one.due)},
        "items": [_item(n, item) for n, item in enumerate(one.items, 1)],
    }  # fmt: skip
    if direct:
        del tender["tenderPeriod"]
    if one.rationale:
        tender["procurementMethodRationale"] = one.rationale
    if one.terms:
        tender["eligibilityCriteria"] = one.terms
    if len(one.lots) > 1:
        tender["lots"] = [
            {"id": str(n), "title": f"第{n}包", "status": "complete"} for n in range(1, len(one.lots) + 1)
        ]
    return tender


def _item(at: int, item: Item) -> dict[str, Any]:
    code = {"scheme": "政府采购品目", "id": item.code}
    return {"id": str(at), "description": item.name, "quantity": item.quantity, "classification": code}


def _bid(at: int, bid: Bid, lot: Lot, one: Process) -> dict[str, Any]:
    several = len(one.lots) > 1
    where = one.lots.index(lot) + 1
    made: dict[str, Any] = {
        "id": f"B{where}-{at}" if several else f"B{at}", "date": _time(bid.at, is_utc=bid.is_utc),
        "status": bid.status, "tenderers": [_firm(bid.firm)], "value": _value(bid.price),
    }  # fmt: skip
    if bid.with_firm:
        made["tenderers"].append(_firm(bid.with_firm))
    if several:
        made["relatedLots"] = [str(where)]
    if bid.unit_prices:
        made["items"] = [
            {"id": str(n), "description": item.name, "quantity": item.quantity, "unit": {"value": _value(price)}}
            for n, (item, price) in enumerate(zip(one.items, bid.unit_prices, strict=True), 1)
        ]
    return made


def _award(at: int, lot: Lot, one: Process, ocid: str, several: bool) -> dict[str, Any]:
    winner = lot.winner
    if winner is None or lot.awarded is None:
        raise AssertionError("a process is concluded before it is written")
    suppliers = [_firm(winner.firm), *([_firm(winner.with_firm)] if winner.with_firm else [])]
    made: dict[str, Any] = {
        "id": f"{ocid}-A{at}", "title": one.title, "status": "active", "date": _instant(lot.awarded, 16),
        "value": _value(winner.price), "suppliers": suppliers,
        "items": [_item(1, one.items[0])],
    }  # fmt: skip
    if several:
        made["relatedLots"] = [str(at)]
    return made


def _contract(contract: Contract, at: int, one: Process, of: tuple[str, bool]) -> dict[str, Any]:
    ocid, several = of
    made = {
        "id": contract.number, "awardID": f"{ocid}-A{at}", "title": f"{one.title}合同", "status": "active",
        "dateSigned": _instant(contract.signed, 10), "value": _value(contract.amount),
        "period": {"startDate": _instant(contract.start, 0), "endDate": _instant(contract.end, 0)},
    }  # fmt: skip
    if several:
        made["relatedLots"] = [str(at)]
    return made


def _tenderer(bid: Bid) -> dict[str, Any]:
    firm = bid.firm
    return {
        **_firm(firm), "roles": ["tenderer"],
        "identifier": {"scheme": "CN-USCC", "id": firm.credit_code, "legalName": firm.name},
        "address": {"streetAddress": f"{firm.address.removeprefix('云禾县')}{desk_phone(firm)[-3:]}室"},
        "contactPoint": {"name": bid.contact or firm.legal.name, "telephone": bid.phone or desk_phone(firm)},
    }  # fmt: skip


def _firm(firm: Company) -> dict[str, str]:
    return {"id": firm.credit_code, "name": firm.name}


def _buyer(buyer: Buyer) -> dict[str, str]:
    return {"id": buyer.code, "name": buyer.name}


def _value(cents: int) -> dict[str, Any]:
    return {"amount": cents / 100, "currency": "CNY"}


def _instant(day: date, hour: int) -> str:
    return f"{day}T{hour:02d}:00:00+08:00"


def _time(at: datetime, *, is_utc: bool = False) -> str:
    return f"{(at - timedelta(hours=8)).isoformat()}Z" if is_utc else f"{at.isoformat()}+08:00"
