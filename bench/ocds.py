"""Compiled OCDS releases of any size in which every one of Cardinal's eleven rules fires.

`python -m bench.ocds FILE MEGABYTES` writes JSON Lines. Three hundred and thirty processes of six buyers and nine firms
make a market; a larger file holds more markets, so shares, quartiles and outliers stay what they are in one.
"""

from __future__ import annotations

import copy
import itertools
import json
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

MARKET = 330
FIRMS = [f"S{n}" for n in range(9)]
CURRENCY = "CNY"


def market(seed: int, mark: str = "") -> list[dict[str, Any]]:
    """Ordinary processes of one market, one in ten with something odd; the same for one seed."""
    chance = random.Random(seed)
    held = [_ordinary(chance, at, mark) for at in range(MARKET)]
    for at, change in enumerate(CHANGES * 2):
        change(held[7 + at * 9], chance)
    for release in held:
        _marked(release, mark)
    return held


def _marked(release: dict[str, Any], mark: str) -> None:
    """Firms that a change put in belong to this market too: strangers would move its quartiles."""
    named = [*release["bids"]["details"], *release["awards"]]
    for one in [each for place in named for each in place.get("tenderers", place.get("suppliers", []))]:
        if not one["id"].startswith(mark):
            one["id"] = mark + one["id"]


def markets(seed: int = 1) -> Iterator[list[dict[str, Any]]]:
    """Markets without end, their releases as long as those that portals publish."""
    for number in itertools.count():
        yield [dressed(one, at) for at, one in enumerate(market(seed + number, f"M{number}-"))]


def write(path: Path, megabytes: float, seed: int = 1) -> int:
    """Fill a file with whole markets up to that size, at least one of 1.8 MB; gives the number of releases."""
    room, count = int(megabytes * 1e6), 0
    with path.open("wb") as out:
        for held in markets(seed):
            lines = b"".join(json.dumps(one, ensure_ascii=False).encode() + b"\n" for one in held)
            if count and room < len(lines):
                return count
            out.write(lines)
            room -= len(lines)
            count += len(held)
    return count


def dressed(release: dict[str, Any], at: int) -> dict[str, Any]:
    """The release with what the rules do not read: parties, documents, items, contracts."""
    who = [one for bid in release["bids"]["details"] for one in bid["tenderers"]]
    parties = [_party(one, ["tenderer"]) for one in {one["id"]: one for one in who}.values()]
    award, tender = release["awards"][0], release["tender"]
    tender |= {
        "description": f"{tender['title']}：" + "按照采购文件规定的技术参数、数量和交货期供货并安装调试。" * 3,
        "mainProcurementCategory": "goods", "awardCriteria": "ratedCriteria",
        "submissionMethod": ["electronicSubmission"],
        "value": {"amount": award["value"]["amount"] * 2, "currency": CURRENCY},
        "items": award["items"], "documents": [_document(at, n) for n in range(6)],
    }  # fmt: skip
    contract = {
        "id": f"C{at}", "awardID": award["id"], "title": tender["title"], "status": "active", "value": award["value"],
        "dateSigned": "2024-04-10T00:00:00Z", "items": award["items"], "documents": [_document(at, 9)],
    }  # fmt: skip
    buyer = _party(release["buyer"], ["buyer"])
    return release | {
        "parties": [buyer, *parties],
        "language": "zh",
        "initiationType": "tender",
        "contracts": [contract],
    }


def _party(one: dict[str, Any], roles: list[str]) -> dict[str, Any]:
    return {
        **one, "roles": roles, "identifier": {"scheme": "CN-USCC", "id": one["id"], "legalName": one["name"]},
        "address": {"streetAddress": "云禾路 1 号", "locality": "云禾", "region": "远山省", "countryName": "中国"},
        "contactPoint": {"name": "联系人", "email": f"{one['id']}@example.test", "telephone": "000-0000000"},
    }  # fmt: skip


def _document(at: int, number: int) -> dict[str, Any]:
    return {
        "id": f"{at}-{number}", "documentType": "tenderNotice", "title": f"采购文件{number}",
        "format": "application/pdf",
        "url": f"https://portal.example.test/documents/{at}/{number}.pdf", "language": "zh",
        "datePublished": "2024-03-01T08:00:00+08:00", "dateModified": "2024-03-02T08:00:00+08:00",
    }  # fmt: skip


def _ordinary(chance: random.Random, at: int, mark: str) -> dict[str, Any]:
    firms = [mark + one for one in FIRMS]
    winner, price = firms[at % 9], chance.randrange(100_000, 900_000)
    second = round(price * (1 + chance.randrange(500, 800) / 10_000), 2)
    rivals = [(chance.choice([one for one in firms if one != winner]), "valid", second)]
    if chance.random() < 0.5:
        rivals.append((f"{mark}L", "valid", round(second * 1.02, 2)))
    if chance.random() < 0.35:
        status = "disqualified" if chance.random() < 0.5 else "withdrawn"
        rivals.append((chance.choice(firms), status, round(second * 1.05, 2)))
    if at % 40 == 3:
        rivals += [(f"{mark}D", "disqualified", round(second * 1.1, 2))]
    if at % 6 == 5 and at % 4 == 1:
        rivals += [(f"{mark}X", "disqualified", round(second * (1.2 + n / 100), 2)) for n in range(6)]
    code = chance.randrange(10, 90) if at % 9 == 4 else 20 + at % 9 % 3 + chance.randrange(1 + at % 9 % 2)
    ocid, organiser = f"ocds-test-{mark}{at:04d}", 5 if at % 6 == 5 else at % 5
    return {
        "ocid": ocid, "id": f"{ocid}-1", "date": "2024-06-01T00:00:00Z", "tag": ["compiled"],
        "buyer": {"id": f"{mark}U{at % 6}", "name": f"单位{at % 6}"},
        "tender": {
            "id": f"T{at}", "title": f"采购{at}", "status": "complete", "numberOfTenderers": len(rivals) + 1,
            "procurementMethod": chance.choice(["open", "selective", "limited"]),
            "procuringEntity": {"id": f"{mark}E{organiser}", "name": f"中心{organiser}"},
            "tenderPeriod": {"startDate": "2024-03-01T08:00:00+08:00", "endDate": "2024-03-22T08:00:00+08:00"},
        },
        "bids": {"details": [_bid("B1", (winner,), "valid", price)]
                 + [_bid(f"B{n}", (who,), status, amount) for n, (who, status, amount) in enumerate(rivals, 2)]},
        "awards": [_award("A1", "active", (winner,), price, f"{code}101500")],
    }  # fmt: skip


def _bid(number: str, who: tuple[str, ...], status: str, amount: float, currency: str = "CNY") -> dict[str, Any]:
    return {
        "id": number, "date": "2024-03-20T09:00:00+08:00", "status": status,
        "tenderers": [{"id": one, "name": f"公司{one}"} for one in who],
        "value": {"amount": amount, "currency": currency},
    }  # fmt: skip


def _award(number: str, status: str, who: tuple[str, ...], amount: float, code: str) -> dict[str, Any]:
    return {
        "id": number, "status": status, "date": "2024-04-01T00:00:00Z", "value": {"amount": amount, "currency": "CNY"},
        "suppliers": [{"id": one, "name": f"公司{one}"} for one in who],
        "items": [{"id": "1", "description": "货物", "classification": {"scheme": "UNSPSC", "id": code}}],
    }  # fmt: skip


def _short(release: Any, chance: random.Random) -> None:
    release["tender"]["tenderPeriod"]["endDate"] = chance.choice(["2024-03-16T07:59:59+08:00", "2024-03-16T00:00:00Z"])


def _single(release: Any, _: random.Random) -> None:
    del release["bids"]["details"][1:]
    release["tender"] |= {"numberOfTenderers": 1, "procurementMethod": "open"}


def _single_in_fact(release: Any, _: random.Random) -> None:
    del release["bids"]["details"][1:]
    release["tender"] |= {"numberOfTenderers": 3, "procurementMethod": "open"}


def _second_at(share: float) -> Any:
    def change(release: Any, _: random.Random) -> None:
        first, *others = release["bids"]["details"]
        for one in others:
            one["value"]["amount"] = round(first["value"]["amount"] * share, 2)

    return change


def _same_price(release: Any, _: random.Random) -> None:
    first, second = release["bids"]["details"][:2]
    second["value"] = copy.deepcopy(first["value"])


def _dated(date: str) -> Any:
    def change(release: Any, _: random.Random) -> None:
        release["bids"]["details"][0]["date"] = date

    return change


def _others_rejected(release: Any, _: random.Random) -> None:
    for one in release["bids"]["details"][1:]:
        one["status"] = "disqualified"


def _lowest_rejected(release: Any, _: random.Random) -> None:
    release["bids"]["details"].append(_bid("B9", ("D",), "disqualified", 1.5))


def _status(value: str) -> Any:
    def change(release: Any, _: random.Random) -> None:
        release["tender"]["status"] = value
        _others_rejected(release, _)

    return change


def _pending(release: Any, _: random.Random) -> None:
    release["awards"].append(_award("A2", "pending", ("S1",), 5.0, "99101500"))


def _consortium(release: Any, _: random.Random) -> None:
    release["bids"]["details"].append(_bid("B9", ("S1", "S2"), "valid", 200_000.0))
    release["awards"][0]["suppliers"].append({"id": "S2", "name": "公司S2"})


def _currency(currency: str) -> Any:
    def change(release: Any, _: random.Random) -> None:
        for one in release["bids"]["details"][1:]:
            one["value"]["currency"] = currency
        release["bids"]["details"].append(_bid("B9", ("D",), "disqualified", 2.0, currency))

    return change


def _lots(release: Any, _: random.Random) -> None:
    bids, price = release["bids"]["details"], 50_000.0
    del bids[1:]
    bids[0]["relatedLots"] = release["awards"][0]["relatedLots"] = ["L1"]
    bids += [
        _bid("B2", ("S1",), "valid", bids[0]["value"]["amount"] * 1.7) | {"relatedLots": ["L1"]},
        _bid("B3", ("S2",), "valid", price) | {"relatedLots": ["L2"]},
        _bid("B4", ("S3",), "disqualified", price - 1) | {"relatedLots": ["L2"]},
        _bid("B5", ("S5",), "valid", bids[0]["value"]["amount"]) | {"relatedLots": ["L2"]},
    ]
    release["awards"].append(_award("A2", "active", ("S2",), price, "31101500") | {"relatedLots": ["L2"]})


CHANGES = [
    _short, _single, _single_in_fact, _second_at(1.001), _second_at(1.6), _same_price, _others_rejected,
    _dated("2024-03-22T09:30:00+10:00"), _dated("2024-03-21T23:30:00-02:00"), _lowest_rejected, _status("cancelled"),
    _pending, _consortium, _currency("USD"), _currency("EUR"), _lots,
]  # fmt: skip


if __name__ == "__main__":
    print(write(Path(sys.argv[1]), float(sys.argv[2])))
