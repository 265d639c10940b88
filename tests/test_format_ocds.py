"""OCDS: contracting processes in every shape in which they are published, and broken ones."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from bihuan.collect.desk import Desk
from bihuan.collect.formats import ocds
from bihuan.collect.handed import Handed, Reading
from bihuan.errors import BadSource
from readers import a_desk

RELEASE: dict[str, Any] = {
    "ocid": "ocds-qh-1",
    "id": "r1",
    "date": "2024-03-20T10:00:00+08:00",
    "tag": ["compiled"],
    "buyer": {"id": "U1", "name": "云禾县教育局"},
    "planning": {"budget": {"amount": {"amount": 500000, "currency": "CNY"}, "projectID": "P9"}},
    "parties": [
        {"id": "U1", "name": "云禾县教育局", "roles": ["buyer"]},
        {
            "id": "S1",
            "name": "远山文具店",
            "roles": ["tenderer", "supplier"],
            "identifier": {"id": "91410100MA00000001"},
            "contactPoint": {"name": "周远", "telephone": "13800000001", "email": "z@example.test"},
            "address": {"streetAddress": "云禾路 1 号"},
        },
        {"id": "S2", "name": "近水商贸有限公司", "roles": ["tenderer"]},
    ],
    "tender": {
        "id": "T1",
        "title": "课桌椅采购",
        "status": "complete",
        "procurementMethod": "open",
        "mainProcurementCategory": "goods",
        "value": {"amount": 480000.50, "currency": "CNY"},
        "tenderPeriod": {"startDate": "2024-02-01T00:00:00+08:00", "endDate": "2024-02-20T09:30:00+08:00"},
        "numberOfTenderers": 2,
        "lots": [{"id": "L1", "title": "第一包", "value": {"amount": 480000.5, "currency": "CNY"}}],
        "items": [{"id": "1", "description": "课桌", "quantity": 100, "relatedLot": "L1"}],
    },
    "bids": {
        "details": [
            {
                "id": "B1",
                "date": "2024-02-20T08:00:00+08:00",
                "status": "valid",
                "relatedLots": ["L1"],
                "value": {"amount": 470000, "currency": "CNY"},
                "tenderers": [{"id": "S1"}],
                "items": [
                    {"id": "1", "description": "课桌", "quantity": 100,
                     "unit": {"name": "张", "value": {"amount": 310.123456, "currency": "CNY"}}}
                ],
            },
            {"id": "B2", "date": "2024-02-20", "value": {"amount": 475000}, "tenderers": [{"id": "S2"}]},
        ]
    },
    "awards": [
        {
            "id": "A1",
            "status": "active",
            "date": "2024-03-01",
            "value": {"amount": 470000, "currency": "CNY"},
            "suppliers": [{"id": "S1", "name": "远山文具店"}, {"id": "S2", "name": "近水商贸有限公司"}],
        }
    ],
    "contracts": [
        {
            "id": "C1",
            "awardID": "A1",
            "status": "active",
            "dateSigned": "2024-03-15",
            "value": {"amount": 470000, "currency": "CNY"},
            "amendments": [{"id": "1", "date": "2024-05-01", "rationale": "增加数量"}],
            "implementation": {
                "transactions": [
                    {"id": "1", "value": {"amount": 100000.10, "currency": "CNY"}},
                    {"id": "2", "value": {"amount": 0.2, "currency": "CNY"}},
                ],
                "milestones": [
                    {"id": "M1", "title": "验收", "status": "notMet", "dueDate": "2024-06-01", "dateMet": "2024-06-10"}
                ],
            },
        }
    ],
}  # fmt: skip


@pytest.fixture
def desk(tmp_path):
    with a_desk(tmp_path) as found:
        yield found


def release(**changes: Any) -> dict[str, Any]:
    """The release above with other values; a path is written `tender__value`."""
    found = copy.deepcopy(RELEASE)
    for path, value in changes.items():
        *above, last = path.split("__")
        below: Any = found
        for key in above:
            below = below[int(key)] if isinstance(below, list) else below[key]
        below[int(last) if isinstance(below, list) else last] = value
    return found


def write(folder: Path, text: str, name: str = "ocds.json", encoding: str = "utf-8") -> Handed:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return Handed(path, name)


def package(*releases: Any, key: str = "releases") -> str:
    whole = {"uri": "https://example.test", "version": "1.1", "publisher": {"name": "云禾"}, key: list(releases)}
    return json.dumps(whole, ensure_ascii=False, indent=1)


def lines(*values: Any) -> str:
    return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in values)


def rows(desk: Desk, reading: Reading, table: str) -> list[dict[str, object]]:
    draft = next((one for one in reading.drafts if one.table == table), None)
    if draft is None:
        return []
    return [dict(zip(("sheet", "line", *draft.columns), row, strict=True)) for row in desk.engine.rows(draft.scan)]


def rejects(reading: Reading) -> list[Any]:
    return [*reading.rejects, *(one for draft in reading.drafts for one in draft.rejects)]


def titles(desk: Desk, reading: Reading) -> list[tuple[object, object]]:
    return [(one["line"], one["title"]) for one in rows(desk, reading, "tender")]


def test_a_tender_with_its_budget_and_times(desk, tmp_path):
    (row,) = rows(desk, ocds.read(write(tmp_path, package(RELEASE)), desk), "tender")
    assert (row["unit_id"], row["unit_name"], row["ocid"], row["tender_id"]) == (
        "U1",
        "云禾县教育局",
        "ocds-qh-1",
        "T1",
    )
    assert (row["amount"], row["budget_amount"], row["currency"]) == ("480000.5", "500000", "CNY")
    assert (row["tender_end"], row["bidders_declared"], row["lots"]) == ("2024-02-20T09:30:00+08:00", "2", "1")
    assert (row["method"], row["category"], row["project_code"]) == ("open", "goods", "P9")


def test_bids_take_names_and_contacts_from_the_parties(desk, tmp_path):
    first, second = rows(desk, ocds.read(write(tmp_path, package(RELEASE)), desk), "bid")
    assert (first["bidder_id"], first["bidder_name"], first["lot_id"]) == ("S1", "远山文具店", "L1")
    assert (first["contact"], first["phone"], first["address"]) == ("周远", "13800000001", "云禾路 1 号")
    assert (first["bid_on"], first["submitted_at"]) == ("2024-02-20T08:00:00+08:00",) * 2
    assert (second["bid_on"], second["submitted_at"]) == ("2024-02-20", None)


def test_a_consortium_has_a_row_for_each_member_and_its_amount_once(desk, tmp_path):
    found = rows(desk, ocds.read(write(tmp_path, package(RELEASE)), desk), "award")
    assert [(one["supplier_id"], one["member_no"], one["members"], one["amount"]) for one in found] == [
        ("S1", "1", "2", "470000"),
        ("S2", "2", "2", None),
    ]


def test_a_contract_names_the_supplier_of_its_award_and_what_was_paid(desk, tmp_path):
    (row,) = rows(desk, ocds.read(write(tmp_path, package(RELEASE)), desk), "contract")
    assert (row["contract_no"], row["award_id"], row["supplier_id"], row["amount"]) == ("C1", "A1", "S1", "470000")
    assert row["paid"] == "100000.3"


def test_amendments_items_lots_and_milestones_have_rows_of_their_own(desk, tmp_path):
    reading = ocds.read(write(tmp_path, package(RELEASE)), desk)
    (change,) = rows(desk, reading, "contract_change")
    assert (change["stage"], change["contract_no"], change["changed_on"], change["reason"]) == (
        "contract",
        "C1",
        "2024-05-01",
        "增加数量",
    )
    (item,) = rows(desk, reading, "bid_item")
    assert (item["bid_id"], item["bidder_id"], item["price"], item["measure"]) == ("B1", "S1", "310.123456", "张")
    (lot,) = rows(desk, reading, "lot")
    assert (lot["lot_id"], lot["amount"]) == ("L1", "480000.5")
    (wanted,) = rows(desk, reading, "purchase_item")
    assert (wanted["stage"], wanted["item"], wanted["lot_id"]) == ("tender", "课桌", "L1")
    (milestone,) = rows(desk, reading, "milestone")
    assert (milestone["contract_no"], milestone["status"], milestone["met_on"]) == ("C1", "not_met", "2024-06-10")


def test_parties_become_organisations_once(desk, tmp_path):
    reading = ocds.read(write(tmp_path, package(RELEASE, release(ocid="ocds-qh-2"))), desk)
    found = rows(desk, reading, "organization")
    assert [(one["org_id"], one["kind"]) for one in found] == [
        ("U1", "buyer"),
        ("S1", "tenderer; supplier"),
        ("S2", "tenderer"),
    ]
    assert found[1]["registration_no"] == "91410100MA00000001"


@pytest.mark.parametrize(
    "text",
    [
        package(RELEASE),
        package({"ocid": "ocds-qh-1", "releases": [{"url": "x"}], "compiledRelease": RELEASE}, key="records"),
        package({"ocid": "ocds-qh-1", "releases": [release(tag=["contract"])]}, key="records"),
        json.dumps(RELEASE),
        json.dumps(RELEASE, indent=2),
        json.dumps([RELEASE]),
        lines(RELEASE),
        "\ufeff" + lines(RELEASE),
    ],
    ids=["releases", "records", "record of releases", "bare", "bare, indented", "array", "lines", "byte order mark"],
)
def test_every_shape_gives_the_same_rows(desk, tmp_path, text):
    plain = ocds.read(write(tmp_path, lines(RELEASE), "plain.jsonl"), desk)
    handed = write(tmp_path, text)
    assert ocds.recognises(handed)
    reading = ocds.read(handed, desk)
    for table in (
        "tender",
        "lot",
        "bid",
        "bid_item",
        "award",
        "contract",
        "contract_change",
        "milestone",
        "organization",
    ):
        assert rows(desk, reading, table) == rows(desk, plain, table), table


def test_the_line_is_the_record_of_a_package_and_the_line_of_json_lines(desk, tmp_path):
    two = (RELEASE, release(ocid="ocds-qh-2", tender__title="二"))
    assert titles(desk, ocds.read(write(tmp_path, package(*two)), desk)) == [(1, "课桌椅采购"), (2, "二")]
    assert titles(desk, ocds.read(write(tmp_path, "\n\n" + lines(*two)), desk)) == [(3, "课桌椅采购"), (4, "二")]


def test_packages_may_stand_on_lines(desk, tmp_path):
    text = lines({"releases": [RELEASE]}, {"releases": [release(ocid="ocds-qh-2", tender__title="二")]})
    assert titles(desk, ocds.read(write(tmp_path, text), desk)) == [(1, "课桌椅采购"), (2, "二")]


def test_releases_of_one_process_are_merged_by_date(desk, tmp_path):
    early = {"ocid": "o1", "date": "2024-01-01", "tag": ["tender"],
             "tender": {"id": "T", "title": "旧", "status": "active"},
             "awards": [{"id": "A1", "status": "pending", "suppliers": [{"id": "S1", "name": "甲"}]}]}  # fmt: skip
    late = {"ocid": "o1", "date": "2024-02-01T00:00:00Z", "tag": ["award"], "tender": {"id": "T", "title": "新"},
            "awards": [{"id": "A1", "status": "active"},
                       {"id": "A2", "suppliers": [{"id": "S2", "name": "乙"}]}]}  # fmt: skip
    reading = ocds.read(write(tmp_path, package(late, early)), desk)
    (tender,) = rows(desk, reading, "tender")
    assert (tender["line"], tender["title"], tender["status"]) == (1, "新", "active")
    awards = rows(desk, reading, "award")
    assert [(one["award_id"], one["status"], one["supplier_name"]) for one in awards] == [
        ("A1", "active", "甲"),
        ("A2", None, "乙"),
    ]
    assert "more than once" in desk.notes[0]


def test_a_later_release_can_take_a_value_away(desk, tmp_path):
    early = release(tag=["tender"], date="2024-01-01")
    late = {
        "ocid": "ocds-qh-1",
        "date": "2024-02-01",
        "tag": ["tenderUpdate"],
        "tender": {"id": "T1", "numberOfTenderers": None},
    }
    (tender,) = rows(desk, ocds.read(write(tmp_path, package(early, late)), desk), "tender")
    assert (tender["bidders_declared"], tender["title"]) == (None, "课桌椅采购")


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_of_two_compiled_versions_the_later_counts_and_the_earlier_is_noted(desk, tmp_path, order):
    versions = [release(tender__title="早"), release(tender__title="晚", date="2024-03-20T02:00:01Z")]
    reading = ocds.read(write(tmp_path, lines(*(versions[one] for one in order))), desk)
    assert [title for _, title in titles(desk, reading)] == ["晚"]
    assert len(rows(desk, reading, "organization")) == 3
    assert reading.drafts[0].skipped == {"an earlier version of a process that stands again with a later date": 1}


def test_currencies_stay_what_they_are(desk, tmp_path):
    reading = ocds.read(write(tmp_path, package(release(awards__0__value={"amount": 70000, "currency": "USD"}))), desk)
    assert {one["currency"] for one in rows(desk, reading, "award")} == {"USD"}
    assert rows(desk, reading, "tender")[0]["currency"] == "CNY"


@pytest.mark.parametrize(
    ("change", "path", "table"),
    [
        ({"awards__0__value__amount": "12 thousand"}, "awards/0/value/amount", "award"),
        ({"awards__0__value": 12}, "awards/0/value", "award"),
        ({"awards__0": "A1"}, "awards/0", "award"),
        ({"awards": {"id": "A1"}}, "awards", "award"),
        ({"bids__details__0__tenderers": "远山文具店"}, "bids/details/0/tenderers", "bid"),
        ({"bids__details__0__tenderers": ["S1"]}, "bids/details/0/tenderers/0", "bid"),
        ({"tender__title": {"zh": "课桌"}}, "tender/title", "tender"),
        ({"tender__lots": "L1"}, "tender/lots", "tender"),
        ({"tender__value__amount": True}, "tender/value/amount", "tender"),
        ({"contracts__0__implementation__transactions": 3}, "contracts/0/implementation/transactions", "contract"),
    ],
)
def test_a_wrong_type_rejects_its_row_with_the_path_and_the_others_go_in(desk, tmp_path, change, path, table):
    good = release(ocid="ocds-qh-2")
    reading = ocds.read(write(tmp_path, package(release(**change), good)), desk)
    found = [one for one in rejects(reading) if one.table == table]
    assert [(one.line, f", {path}: " in one.reason) for one in found] == [(1, True)]
    assert found[0].raw
    for name in ("tender", "award", "contract"):
        assert any(one["ocid"] == "ocds-qh-2" for one in rows(desk, reading, name))
        assert name == table or any(one["ocid"] == "ocds-qh-1" for one in rows(desk, reading, name))


@pytest.mark.parametrize(
    ("value", "path"),
    [
        (release(ocid=None), "ocid"),
        (release(ocid=12), "ocid"),
        ("a text", ""),
        (release(buyer="教育局"), "buyer"),
        (release(tender="T1"), "tender"),
    ],
)
def test_a_record_that_is_no_release_is_rejected_whole(desk, tmp_path, value, path):
    reading = ocds.read(write(tmp_path, package(value, release(ocid="ocds-qh-2"))), desk)
    (reject,) = rejects(reading)
    assert (reject.line, f"record 1, {path}: " in reject.reason) == (1, True)
    assert titles(desk, reading) == [(2, "课桌椅采购")]


def test_a_name_that_stands_twice_in_an_object_rejects_the_record(desk, tmp_path):
    doubled = json.dumps(RELEASE, ensure_ascii=False).replace('"amount": 470000', '"amount": 1, "amount": 470000', 1)
    reading = ocds.read(write(tmp_path, f"{doubled}\n{json.dumps(release(ocid='o2'))}\n"), desk)
    (reject,) = rejects(reading)
    assert (reject.line, "stands once" in reject.reason) == (1, True)
    assert titles(desk, reading) == [(2, "课桌椅采购")]


def test_numbers_keep_every_digit(desk, tmp_path):
    text = lines(RELEASE).replace("480000.5", "9007199254740993.07", 1)
    assert rows(desk, ocds.read(write(tmp_path, text), desk), "tender")[0]["amount"] == "9007199254740993.07"


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.999])
def test_a_file_cut_off_is_refused_with_its_line(desk, tmp_path, share):
    text = package(RELEASE)
    cut = text[: int(len(text) * share)].rstrip()
    with pytest.raises(BadSource, match=rf"line {cut.count(chr(10)) + 1}, byte {len(cut.encode()):,}: .*cut off"):
        ocds.read(write(tmp_path, cut), desk)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (package(RELEASE).replace('"id": "T1"', '"id": T1'), package(RELEASE).split('"id": "T1"')[0].count("\n") + 1),
        (lines(RELEASE).replace("480000.5", "NaN"), 1),
        (package(RELEASE) + "]", None),
    ],
    ids=["no quotes", "NaN", "too many brackets"],
)
def test_what_is_no_json_is_refused_with_its_line(desk, tmp_path, text, line):
    with pytest.raises(BadSource, match=rf"line {line if line else text.count(chr(10)) + 1}: no JSON"):
        ocds.read(write(tmp_path, text), desk)


@pytest.mark.parametrize("broken", ["{'ocid': 1}", '{"ocid": "o2", "id"', '{"ocid": "o2", "tender": {"title": "课'])
def test_a_line_that_is_no_json_is_rejected_and_the_lines_around_it_are_read(desk, tmp_path, broken):
    text = f"{json.dumps(RELEASE)}\n{broken}\n{json.dumps(release(ocid='o3'))}\n"
    reading = ocds.read(write(tmp_path, text), desk)
    (reject,) = rejects(reading)
    assert (reject.line, reject.raw, "line 2: the line is no JSON" in reject.reason) == (2, broken, True)
    assert [line for line, _ in titles(desk, reading)] == [1, 3]


def test_a_last_line_without_its_end_is_a_file_cut_off(desk, tmp_path):
    text = f"{json.dumps(RELEASE)}\n{json.dumps(release(ocid='o2'))[:-30]}"
    with pytest.raises(BadSource, match="line 2"):
        ocds.read(write(tmp_path, text), desk)


def test_nesting_without_end_is_refused(desk, tmp_path):
    text = '{"ocid": "o", "tender": ' + "[" * 200_000
    with pytest.raises(BadSource, match="nested too deeply"):
        ocds.read(write(tmp_path, text), desk)


def test_a_package_without_releases_is_refused(desk, tmp_path):
    with pytest.raises(BadSource, match="no process"):
        ocds.read(write(tmp_path, package()), desk)


def test_a_release_may_be_longer_than_what_is_read_at_once(desk, tmp_path):
    long = release(tender__description="长" * 3_000_000)
    found = rows(desk, ocds.read(write(tmp_path, package(RELEASE, {**long, "ocid": "o2"})), desk), "tender")
    assert [len(str(one["description"] or "")) for one in found] == [0, 3_000_000]


def test_only_open_contracting_data_is_recognised(tmp_path):
    assert not ocds.recognises(write(tmp_path, '{"type": "FeatureCollection"}'))
    assert not ocds.recognises(write(tmp_path, "ocid,title\n1,2\n"))
    assert not ocds.recognises(write(tmp_path, ""))


def test_the_raw_record_of_a_row_is_its_release(desk, tmp_path):
    second = release(ocid="o2")
    for text in (package(RELEASE, second), lines(RELEASE, second)):
        assert json.loads(ocds.raw_record(write(tmp_path, text), desk, 2)) == second
