"""`bihuan score`: every figure on books so small that they can be counted by hand."""

from __future__ import annotations

import json
import sys
import zipfile
from math import comb
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bihuan.cli import app
from bihuan.errors import BadSource, NotFound
from bihuan.leads.places import Shelf
from bihuan.leads.truth import Spot, read
from bihuan.store.snapshot import Part, Snapshot, Source, head
from small_books import add, workspace
from test_examine import run_own
from written_methods import written

DAY = "2024-03-05"


def payment(payee: str, invoice: str, amount: object, **more: object) -> dict[str, object]:
    return {"payee_id": payee, "invoice_no": invoice, "amount": f"{amount}", "paid_on": DAY, **more}


def single(line: int, amount: object = 1) -> dict[str, object]:
    return payment(f"S{line}", f"S{line}", amount)


# Forty payments: s1.csv, lines 1 to 40. The method finds invoices that were paid twice.
BOOKS = [
    *(payment("P1", "001", 5000) for _ in range(2)),  # 1, 2
    *(payment("P2", "002", 4000) for _ in range(2)),  # 3, 4
    single(5), single(6),
    *(payment("P3", "003", 3000) for _ in range(2)),  # 7, 8
    *(payment("P4", "004", 2000) for _ in range(2)),  # 9, 10
    single(11, 9999), single(12), single(13),
    *(payment("P5", "005", 110) for _ in range(21)),  # 14 to 34
    *(single(line) for line in range(35, 41)),
]  # fmt: skip


def places(*lines: int, source: str = "s1.csv") -> list[dict[str, object]]:
    return [{"source": source, "sheet": "", "line": line} for line in lines]


def planted(kind: str, form: str, rows: list[dict[str, object]], **more: object) -> dict[str, object]:
    return {"kind": kind, "form": form, "unit": "U1", "amount": "100.00", "rows": rows, **more}


TRUTH = [
    planted("paid_twice", "plain", places(1, 2, source="./handed-over\\S1.CSV")),
    planted("paid_twice", "hiding", [{"source": "s1.csv", "line": line} for line in (3, 4, 5, 6)]),  # half is enough
    planted("paid_twice", "twin", places(7, 8)),
    planted("too_large", "plain", places(11)),  # nobody asks for it
    planted("too_large", "hiding", [*places(12, 13, 99), *places(1, source="gone.csv")]),  # two rows are lost
    planted("drowned", "plain", places(14)),  # its lead holds twenty more rows
]


def write(path: Path, lines: list[Any]) -> Path:
    path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in lines), encoding="utf-8")
    return path


def scored(root: Path, *words: str) -> dict[str, Any]:
    ran = CliRunner().invoke(app, ["-w", str(root), "score", "--json", *words], catch_exceptions=False)
    assert ran.exit_code == 0, ran.output
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    books = workspace(tmp_path_factory.mktemp("score"), {"payment": BOOKS})
    written(books.methods)
    run_own(books)
    write(books.root / "truth.jsonl", TRUTH)
    return books.root


@pytest.fixture(scope="module")
def found(made: Path) -> dict[str, Any]:
    return scored(made)


def test_recall_counts_half_of_the_rows_and_refuses_leads_that_hold_far_more(found: dict[str, Any]) -> None:
    assert found["recall"] == {"plain": 0.3333, "hiding": 0.5}
    assert found["planted"] == {"plain": 3, "hiding": 2, "twin": 1}


def test_a_lead_on_nothing_planted_or_on_a_twin_is_false(found: dict[str, Any]) -> None:
    assert found["leads"] == 5
    assert found["precision_at"] == {"10": 0.4, "50": 0.4, "200": 0.4}
    assert found["considered_at"] == {"10": 5, "50": 5, "200": 5}
    assert found["twins_at_200"] == 0.2
    assert [(one["rank"], one["twin_truth_lines"]) for one in found["false_leads"]] == [(3, [3]), (4, []), (5, [])]
    assert {one["method"] for one in found["false_leads"]} == {"paid_twice"}


def test_leads_are_told_for_every_100000_rows(found: dict[str, Any]) -> None:
    assert found["rows"] == 40
    assert found["leads_per_100k"] == 12500
    assert found["by_level"] == {"high": 12500, "medium": 0, "low": 0}


def test_every_kind_says_who_found_it_and_where_the_missed_ones_begin(found: dict[str, Any]) -> None:
    none = {"planted": 0, "found": 0}
    one_missed = {"planted": 1, "found": 0}
    assert found["by_kind"] == [
        {"kind": "drowned", "plain": one_missed, "hiding": none, "twin": none, "methods": [],
         "missed": [{"truth_line": 6, "form": "plain", "unit": "U1", "amount": 100, "rows": 1,
                     "place": places(14)[0]}]},
        {"kind": "paid_twice", "plain": {"planted": 1, "found": 1}, "hiding": {"planted": 1, "found": 1},
         "twin": {"planted": 1, "found": 1}, "methods": ["paid_twice"], "missed": []},
        {"kind": "too_large", "plain": one_missed, "hiding": one_missed, "twin": none, "methods": [],
         "missed": [{"truth_line": 4, "form": "plain", "unit": "U1", "amount": 100, "rows": 1,
                     "place": places(11)[0]},
                    {"truth_line": 5, "form": "hiding", "unit": "U1", "amount": 100, "rows": 4,
                     "place": places(1, source="gone.csv")[0]}]},
    ]  # fmt: skip
    assert found["by_method"] == [{"method": "paid_twice", "level": "high", "leads": 5, "true": 2, "twins": 1}]


def test_rows_that_stand_nowhere_are_told_and_not_dropped(found: dict[str, Any]) -> None:
    lost = [{"truth_line": 5, **places(1, source="gone.csv")[0]}, {"truth_line": 5, **places(99)[0]}]
    assert found["lost"] == {"rows": 2, "problems": 1, "sources": ["gone.csv"], "sheets": [], "places": lost}


def test_the_random_sample_finds_what_chance_says(found: dict[str, Any]) -> None:
    """29 of the 40 rows are shown; a problem is found with half of its rows, of which two of the fifth are lost."""
    beside = found["beside"]
    assert beside["rows"] == 29

    def least(wanted: int, standing: int) -> float:
        ways = sum(comb(standing, hit) * comb(40 - standing, 29 - hit) for hit in range(wanted, standing + 1))
        return ways / comb(40, 29)

    plain, hiding = (least(1, 2) + least(1, 1) * 2) / 3, (least(2, 4) + least(2, 2)) / 2
    assert beside["random"]["expected"] == {"plain": round(plain, 4), "hiding": round(hiding, 4)}
    assert set(beside["random"]) == {"plain", "hiding", "expected", "seed"}


def test_the_largest_amounts_are_the_largest(found: dict[str, Any]) -> None:
    """The 29 largest: line 11, the four pairs, and twenty of the 21 rows of 110 yuan, the first of them line 14."""
    assert found["beside"]["largest"] == {"plain": 1.0, "hiding": 0.5}


def test_the_forest_looks_at_as_many_rows_and_is_the_same_every_time(made: Path, found: dict[str, Any]) -> None:
    forest = found["beside"]["isolation_forest"]
    assert forest["seed"] == 1
    assert forest["plain"] >= 0.3333  # line 11 is ten thousand times the ordinary amount
    assert scored(made) == found


def test_it_says_whose_truth_and_which_run(made: Path, found: dict[str, Any]) -> None:
    assert found["truth"] == str(made / "truth.jsonl")
    assert found["run"] == (made / "runs" / "HEAD").read_text().strip()
    assert found["snapshot"] == (made / "books" / "HEAD").read_text().strip()
    assert "retests" not in found
    assert set(found) == {
        "recall", "precision_at", "twins_at_200", "leads_per_100k", "by_level", "by_kind", "by_method", "false_leads",
        "rows", "leads", "considered_at", "planted", "lost", "beside", "truth", "run", "snapshot",
    }  # fmt: skip


def test_without_scikit_learn_the_forest_is_null_and_it_says_how_to_get_it(
    made: Path, found: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "sklearn", None)
    assert scored(made) == {**found, "beside": {**found["beside"], "isolation_forest": None}}
    ran = CliRunner().invoke(app, ["-w", str(made), "score"])
    assert "bihuan[score]" in ran.stderr and "未装" in ran.stdout


def test_people_read_tables_in_both_languages(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = CliRunner().invoke(app, ["-w", str(made), "score"])
    for words in ("直白 3", "33.3%", "前 10 个疑点中属实", "40.0%", "没有查出的 3 个", "疑点的证据共 29 行"):
        assert words in ran.stdout
    assert "gone.csv" in ran.stderr and "疑点只有 5 个" in ran.stderr
    monkeypatch.setenv("BIHUAN_LANG", "en")
    english = CliRunner().invoke(app, ["-w", str(made), "score"])
    for words in ("plain 3", "true among the first 10", "3 missed"):
        assert words in english.stdout
    assert "stand nowhere in the books" in english.stderr


def test_a_lead_of_which_the_run_keeps_a_part_counts_in_full(tmp_path: Path) -> None:
    """1,100 rows of evidence, of which 1,000 are kept: three times 360 rows are fewer, three times 400 more."""
    books = workspace(tmp_path, {"payment": [payment("P1", "001", 150) for _ in range(1100)]})
    written(books.methods)
    run_own(books)
    few, many = (planted("paid_twice", "plain", places(*range(1, size + 1))) for size in (360, 400))
    write(books.root / "truth.jsonl", [few, many])
    assert scored(books.root)["recall"]["plain"] == 0.5
    assert [one["truth_line"] for one in scored(books.root)["by_kind"][0]["missed"]] == [1]


@pytest.mark.parametrize("line, said", [
    ("{", "no JSON"),
    ("[1]", "not a JSON object"),
    ('{"form": "plain", "rows": []}', "'kind' is None"),
    ('{"kind": "k", "form": "open", "rows": []}', "'form' is 'open'"),
    ('{"kind": "k", "form": "plain"}', "'rows' is no list"),
    ('{"kind": "k", "form": "plain", "rows": []}', "`rows` is empty"),
    ('{"kind": "k", "form": "plain", "rows": [{"sheet": "", "line": 2}]}', "rows 1: no 'source'"),
    ('{"kind": "k", "form": "plain", "rows": [{"source": "a.csv", "line": 0}]}', "'line' is 0"),
    ('{"kind": "k", "form": "plain", "rows": [{"source": "a.csv", "line": "3"}]}', "'line' is '3'"),
    ('{"kind": "k", "form": "plain", "amount": "much", "rows": [{"source": "a", "line": 1}]}', "'amount' is 'much'"),
    ('{"kind": "k", "form": "plain", "retest": "maybe", "rows": [{"source": "a", "line": 1}]}', "'retest' is 'maybe'"),
])  # fmt: skip
def test_a_malformed_line_is_named_with_its_number(tmp_path: Path, line: str, said: str) -> None:
    path = tmp_path / "truth.jsonl"
    path.write_text(json.dumps(TRUTH[0]) + "\n\n" + line + "\n", encoding="utf-8")
    with pytest.raises(BadSource, match=r"truth\.jsonl, line 3: ") as raised:
        read(path)
    assert said in str(raised.value)


def test_a_truth_that_is_not_there_or_no_text_is_an_error_with_its_path(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="--truth FILE"):
        read(tmp_path / "none.jsonl")
    (tmp_path / "odd.jsonl").write_bytes('{"kind": "重复"}'.encode("gb18030"))
    with pytest.raises(BadSource, match="not UTF-8"):
        read(tmp_path / "odd.jsonl")


def test_an_empty_truth_has_no_recall_and_all_leads_are_false(made: Path, tmp_path: Path) -> None:
    found = scored(made, "--truth", str(write(tmp_path / "clean.jsonl", [])))
    assert found["recall"] == {"plain": None, "hiding": None}
    assert found["precision_at"]["50"] == 0 and found["twins_at_200"] == 0 and found["by_kind"] == []


# ---- spellings of other people


def shelf(*sources: tuple[str, tuple[str, ...]], is_later: bool = False) -> Shelf:
    held = [
        Source(number, name, name, f"{number:064d}", "csv", "", "", sheets)
        for number, (name, sheets) in enumerate(sources, 1)
    ]
    parts = tuple(Part("payment", one.number, None, 1, "", (), (), None, None) for one in held)
    return Shelf(Snapshot("s", None, "", tuple(held), parts), is_later=is_later)


ARCHIVE = ("报送.zip", ("一月/支付.csv", "二月/支付.csv", "账.xlsx!凭证", "账.xlsx!科目"))


@pytest.mark.parametrize("source, sheet, expected", [
    ("支付.csv", "", [(2, 0)]),  # two members are called so as well, but this is a file
    ("C:\\交来\\支付.CSV", "", [(2, 0)]),
    ("./handed-over/支付.csv", "Sheet1", [(2, 0)]),  # one sheet without a name: whatever it is called
    ("报送.zip", "一月/支付.csv", [(1, 0)]),
    ("报送.zip!一月/支付.csv", "", [(1, 0)]),
    ("x/报送.zip/二月/支付.csv", "", [(1, 1)]),
    ("一月/支付.csv", "", [(1, 0)]),
    ("账.xlsx", "科目", [(1, 3)]),
    ("报送.ZIP", "账.xlsx!科目", [(1, 3)]),
    ("账.xlsx", "", []),  # two sheets, and none is named
    ("账.xlsx", "余额", []),
    ("e\u0301tat.csv", "", [(3, 0)]),  # the accent as a character of its own
    ("état.csv", "", [(3, 0)]),
    ("付.csv", "", []),
    ("发布.jsonl", "", [(4, 0)]),  # packed or not, it is that file
    ("发布.jsonl.gz", "", [(4, 0)]),
])  # fmt: skip
def test_files_are_found_however_they_are_spelt(source: str, sheet: str, expected: list[tuple[int, int]]) -> None:
    held = shelf(ARCHIVE, ("支付.csv", ("",)), ("état.csv", ("",)), ("发布.jsonl.gz", ("发布.jsonl",)))
    spot = Spot(source, sheet, 1)
    found = held.sheets(spot, held.files(spot))
    assert found == expected


def test_of_two_hand_overs_with_one_name_the_truth_of_the_later_means_the_later() -> None:
    two = (("支付.csv", ("",)), ("支付.csv", ("",)))
    spot = Spot("支付.csv", "", 5)
    assert [one.files(spot) for one in (shelf(*two), shelf(*two, is_later=True))] == [[(1, 0), (2, 0)], [(2, 0)]]


def test_of_files_of_one_name_the_one_with_the_bytes_at_the_path_is_meant(tmp_path: Path) -> None:
    from bihuan.store.canonical import file_digest

    for name in ("甲", "乙"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "支付.csv").write_text(name, encoding="utf-8")
    sources = tuple(
        Source(number, "支付.csv", name, file_digest(tmp_path / name / "支付.csv"), "csv", "", "")
        for number, name in enumerate(("甲", "乙"), 1)
    )
    parts = tuple(Part("payment", number, None, 1, "", (), (), None, None) for number in (1, 2))
    held = Shelf(Snapshot("s", None, "", sources, parts), (tmp_path,))
    assert held.files(Spot("乙/支付.csv", "", 1)) == [(2, 0)]


def test_members_of_a_collected_archive_are_scored_by_their_names(tmp_path: Path) -> None:
    """Two members in one source: here a row's id is no line, and a lead may span both."""
    headings = "支付日期,预算单位编码,支付凭证号,收款人编码,收款人名称,发票号,支付金额"
    rows = {
        "一月.csv": [
            "2025-01-03,203,ZF001,P1,宏达建材公司,F01,12600.00",
            "2025-01-04,203,ZF002,P2,瑞丰公司,F02,300.00",
        ],
        "二月.csv": [
            "2025-02-04,203,ZF003,P3,远山公司,F03,260.00",
            "2025-02-03,203,ZF004,P1,宏达建材公司,F01,12600.00",
        ],
    }
    with zipfile.ZipFile(tmp_path / "支付.zip", "w") as archive:
        for name, lines in rows.items():
            archive.writestr(f"明细/{name}", "\n".join([headings, *lines]) + "\n")
    books = workspace(tmp_path, {})
    written(books.methods)
    ran = CliRunner().invoke(app, ["-w", str(books.root), "collect", str(tmp_path / "支付.zip")])
    assert ran.exit_code == 0, ran.output
    run_own(books)
    truth = [
        planted("paid_twice", "plain", [*places(2, source="一月.csv"), *places(3, source="支付.zip!明细/二月.csv")]),
        planted("paid_twice", "hiding", [{"source": "一月.csv", "sheet": "", "line": 3}]),
        planted("paid_twice", "hiding", [{"source": "支付.zip", "sheet": "三月.csv", "line": 3}]),
    ]  # fmt: skip
    found = scored(books.root, "--truth", str(write(tmp_path / "t.jsonl", truth)))
    assert found["recall"] == {"plain": 1.0, "hiding": 0.0}
    assert found["lost"]["sheets"] == [{"source": "支付.zip", "sheet": "三月.csv"}] and found["lost"]["rows"] == 1


# ---- the second hand-over

REMEDY = """remedy: |
  SELECT unit_id, payee_id, invoice_no, list_sort(list(row_id)) AS payment_rows
  FROM payment WHERE amount < 0 GROUP BY unit_id, payee_id, invoice_no
examples:
"""


def twice(payee: str, **more: object) -> list[dict[str, object]]:
    return [payment(payee, "001", 500, **more) for _ in range(2)]


@pytest.fixture(scope="module")
def again(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """U1 returned for P1 and paid P2 twice again; U2 handed over nothing; what P9 got was never found."""
    books = workspace(
        tmp_path_factory.mktemp("again"),
        {"payment": [*twice("P1"), *twice("P2"), *twice("P3", unit_id="U2"), single(7), *twice("P4")]},
    )
    written(books.methods, ("examples:\n", REMEDY))
    run_own(books)
    later = {"paid_on": "2024-07-01"}
    back = [payment(one, "001", -500, paid_on="2024-06-01") for one in ("P1", "P2")]
    add(books, {"payment": [*back, *twice("P2", **later), *twice("P5", **later), payment("S9", "S9", 5, **later)]})
    run_own(books)
    second = "s2.csv"
    write(books.root / "truth-2.jsonl", [
        planted("paid_twice", "plain", places(1, source=second), first=places(1, 2), retest="pass"),
        planted("paid_twice", "plain", places(3, 4, source=second), first=places(3, 4), retest="fail"),
        planted("paid_twice", "plain", [], first=places(5, 6), retest="inconclusive"),
        planted("paid_twice", "plain", [], first=places(7), retest="pass"),  # no lead ever
        planted("paid_twice", "hiding", [], first=places(8, 9), retest="pass"),  # in truth nothing came back
        planted("paid_twice", "plain", places(5, 6, source=second)),  # new
    ])  # fmt: skip
    return books.root


def test_retests_are_scored_against_what_became_of_the_problems(again: Path) -> None:
    found = scored(again, "--truth", str(again / "truth-2.jsonl"))
    first = sorted(one.name for one in (again / "runs").glob("2*"))[0]
    wrong = found["retests"].pop("wrong")
    assert found["retests"] == {
        "pass": {"right": 1, "of": 3, "without_lead": 1},
        "fail": {"right": 1, "of": 1, "without_lead": 0},
        "inconclusive": {"right": 1, "of": 1, "without_lead": 0},
        "first_run": first,
    }
    assert [(one["truth_line"], one["outcome"]) for one in wrong] == [(4, None), (5, "fail")]


def test_a_truth_of_the_second_hand_over_judges_the_leads_on_its_files(again: Path) -> None:
    """What was put right is not to be found; what was repeated and what is new is. The old leads are not asked."""
    found = scored(again, "--truth", str(again / "truth-2.jsonl"))
    assert found["planted"] == {"plain": 2, "hiding": 0, "twin": 0} and found["recall"]["plain"] == 1.0
    assert (found["leads"], found["rows"], found["precision_at"]["10"]) == (2, 7, 1.0)
    assert found["leads_per_100k"] == 28571.4286
    assert found["beside"]["rows"] == 4  # of the newer file
    # All six of 500 yuan are alike, so the first four lines are taken: the money that came back, and what P2 got.
    assert found["beside"]["largest"] == {"plain": 0.5, "hiding": None}


def test_a_mistyped_date_does_not_move_the_day_from_which_things_should_be_right(tmp_path: Path) -> None:
    """One of 201 rows of the first hand-over is dated 2042; the second one covers the months after the first."""
    ordinary = [single(line) for line in range(3, 202)]
    books = workspace(tmp_path, {"payment": [*twice("P1"), *ordinary[1:], single(999) | {"paid_on": "2042-01-01"}]})
    written(books.methods, ("examples:\n", REMEDY))
    run_own(books)
    add(books, {"payment": [payment("P1", "001", -500, paid_on="2024-06-01")]})
    run_own(books)
    lines = [planted("paid_twice", "plain", [], first=places(1, 2), retest="pass")]
    found = scored(books.root, "--truth", str(write(books.root / "t.jsonl", lines)))
    assert found["retests"]["pass"] == {"right": 1, "of": 1, "without_lead": 0}


def test_the_first_run_may_be_named_and_must_be_there(again: Path, made: Path) -> None:
    named = sorted(one.name for one in (again / "runs").glob("2*"))[0]
    truth = ["--truth", str(again / "truth-2.jsonl")]
    assert scored(again, *truth, "--first-run", named)["retests"]["first_run"] == named
    with pytest.raises(NotFound, match="--first-run"):
        scored(made, *truth)
    said = CliRunner().invoke(app, ["-w", str(again), "score", *truth]).stdout
    assert "未通过" in said and "1 / 3" in said


def test_the_books_are_not_touched(made: Path, found: dict[str, Any]) -> None:
    assert head(workspace_of(made)).id == found["snapshot"]
    assert [one.name for one in (made / "runs" / "tmp").iterdir()] == []


def workspace_of(root: Path):
    from bihuan.store.workspace import open_workspace

    return open_workspace(root)
