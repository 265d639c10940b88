"""Drawing a sample: the seed decides, every item has its due chance, and what was drawn can be proved."""

from __future__ import annotations

import json
import math
import statistics
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

import pytest

from bihuan.errors import BadQuery, BadWorkspace, NotFound, WrongUse
from bihuan.model.table import tables
from bihuan.sample import kept, statement
from bihuan.sample.draw import draw
from bihuan.sample.plan import Plan, Population, plan
from bihuan.sample.population import facts, opened
from bihuan.sample.sized import sized
from bihuan.store.books import columns_of
from bihuan.store.snapshot import head
from bihuan.store.transpile import faults, parse
from bihuan.store.workspace import Workspace
from small_books import workspace

AMOUNTS = [Decimal(one * one) + Decimal("0.37") for one in range(1, 201)]  # 1.37 to 40,000.37
TOTAL = sum(AMOUNTS)


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    paid = [{"payment_no": str(n), "paid_on": "2024-01-05", "amount": one, "payee_name": f"商户{n}"}
            for n, one in enumerate(AMOUNTS)]  # fmt: skip
    odd = [{"payment_no": "r", "paid_on": "2024-02-05", "amount": "-50.00"},
           {"payment_no": "z", "paid_on": "2024-02-05", "amount": "0.00"}]  # fmt: skip
    lines = [
        {"voucher_no": str(v), "voucher_date": "2024-03-01", "account_code": "1002", "debit": f"{v}.00", "credit": "0"}
        for v in range(1, 31) for _ in range(v % 3 + 1)
    ]  # fmt: skip
    return workspace(tmp_path_factory.mktemp("books"), {"payment": [*paid, *odd], "journal_line": lines})


def planned(kind: str = "attribute", table: str = "payment", **more: Any) -> Plan:
    of = {name: more.pop(name) for name in ("where", "by", "strata", "strata_by", "amount") if name in more}
    said = {"confidence": Fraction("0.95"), "tolerable": None, "expected": Fraction(0), **more}
    return plan(kind, Population(table, **of), **said)


def drawn(books: Workspace, one: Plan, seed: str = "7") -> kept.Sample:
    snapshot = head(books)
    with opened(books, snapshot, one.population) as engine:
        held = facts(engine, one)
        size = sized(engine, one, held)
        return kept.keep(books, snapshot, seed, (one, held, size, draw(engine, one, held, size, seed)))


def test_the_same_seed_draws_the_same_sample_and_another_seed_another(books):
    one = planned(size=40)
    assert drawn(books, one) == drawn(books, one)
    assert {item.item for item in drawn(books, one).items} != {item.item for item in drawn(books, one, "8").items}


@pytest.mark.parametrize("how", ["random", "systematic"])
def test_an_attribute_sample_has_the_size_asked_for_and_no_item_twice(books, how):
    items = [one.item for one in drawn(books, planned(size=60, how=how)).items]
    assert len(items) == len(set(items)) == 60
    assert items == sorted(items)


def test_a_systematic_sample_takes_every_nth(books):
    items = [one.item for one in drawn(books, planned(size=40, how="systematic")).items]
    gaps = {after - before for before, after in pairwise(items)}
    assert gaps <= {5, 6}  # 202 items in 40 steps


def test_random_sampling_gives_every_item_the_same_chance(books):
    one, hits = planned(size=50), Counter()
    with opened(books, head(books), one.population) as engine:
        held = facts(engine, one)
        size = sized(engine, one, held)
        for seed in range(200):
            hits.update(row[0] for row in engine.rows(statement.statement(one, held, size, str(seed))))
    assert len(hits) == 202
    # Binomial with n = 200 and p = 50/202: mean 49.5, standard deviation 6.1; five of them on either side.
    assert min(hits.values()) > 19 and max(hits.values()) < 81


@pytest.mark.parametrize("how", ["fixed", "cell", "random"])
def test_money_is_hit_in_proportion_to_its_amount(books, how):
    one, hits = planned("money", size=40, how=how), Counter()
    with opened(books, head(books), one.population) as engine:
        held = facts(engine, one)
        size = sized(engine, one, held)
        for seed in range(60):
            for _, amount, _, _, count in engine.rows(statement.statement(one, held, size, str(seed))):
                hits[amount >= 20000] += count
    sampled = [amount for amount in AMOUNTS if amount < size.certain_from]
    share = sum(amount for amount in sampled if amount >= 20000) / sum(sampled)
    assert sum(hits.values()) == 60 * size.size
    assert hits[True] / sum(hits.values()) == pytest.approx(float(share), abs=0.03)


@pytest.mark.parametrize("how", ["fixed", "cell", "random"])
@pytest.mark.parametrize("size", [1, 7, 90])
def test_the_items_hit_are_those_that_hold_the_points(books, how, size):
    one = planned("money", size=size, how=how)
    with opened(books, head(books), one.population) as engine:
        held = facts(engine, one)
        found = sized(engine, one, held)
        rows = engine.rows(statement.statement(one, held, found, "9"))
    sampled = [int(amount * 100) for amount in AMOUNTS if amount < found.certain_from]
    points = statement._points(how, "9", sum(sampled), found.size)
    ends = list(accumulate(sampled))
    wanted = Counter(next(at for at, end in enumerate(ends) if point <= end) for point in points)
    assert {row[0] & 0xFFFFFFFF: row[4] for row in rows} == {at + 1: count for at, count in wanted.items()}


def test_fixed_points_lie_one_interval_apart_and_cells_hold_one_point_each():
    fixed = statement._points("fixed", "7", 1000, 8)
    assert {after - before for before, after in pairwise(fixed)} == {125}
    for seed in map(str, range(50)):
        assert [(one - 1) // 100 for one in statement._points("cell", seed, 1000, 10)] == list(range(10))
        assert all(
            1 <= one <= 1003 for how in ("fixed", "cell", "random") for one in statement._points(how, seed, 1003, 10)
        )


def test_the_largest_items_are_all_examined_and_the_rest_is_sampled_no_wider(books):
    sample = drawn(books, planned("money", tolerable=Fraction("0.02")))
    large = {one.amount for one in sample.items if one.is_certain}
    assert sample.size.certain_from == (TOTAL / 150).quantize(Decimal("0.01"), rounding="ROUND_UP")
    assert large == {one for one in AMOUNTS if one >= sample.size.certain_from}
    assert len(large) == sample.size.certain > 0
    assert sample.size.certain_amount == sum(large)
    assert sample.size.interval <= TOTAL / 150
    assert not any(one.hits for one in sample.items if one.is_certain)


def test_money_sampling_says_what_has_no_chance_to_be_drawn(books):
    held = drawn(books, planned("money", size=20)).facts
    assert (held.items, held.amount) == (200, TOTAL)
    assert held.left_out == {"negative": (1, Decimal("-50.00")), "zero": (1, Decimal("0.00"))}


def test_rows_that_may_not_count_are_named_and_stay_unless_left_out(tmp_path):
    rows = [
        {"paid_on": "2024-01-05", "amount": "10.00", "status": one}
        for one in ("paid", None, "returned", "void", "void")
    ]
    made = workspace(tmp_path, {"payment": rows})
    held = drawn(made, planned(size=2)).facts
    assert (held.items, held.doubtful) == (5, {"returned": 1, "void": 2})
    held = drawn(made, planned(size=2, where="coalesce(status, 'paid') = 'paid'")).facts
    assert (held.items, held.doubtful) == (2, {})


def test_a_tolerable_amount_is_taken_as_a_share_of_the_value(books):
    by_amount = drawn(books, planned("money", tolerable=TOTAL / 20)).size
    assert by_amount == drawn(books, planned("money", tolerable=Fraction("0.05"))).size


def test_vouchers_are_drawn_whole(books):
    sample = drawn(books, planned(table="journal_line", by=("voucher",), size=12))
    assert sample.facts.items == 30
    for one in sample.items:
        assert len(one.rows) == one.lines == int(one.amount) // one.lines % 3 + 1
        assert one.item == min(one.rows)


def test_strata_are_drawn_by_items_and_spread(books):
    sample = drawn(books, planned("variables", strata=(Decimal(1000), Decimal(10000)), size=60, where="amount > 0"))
    counts = Counter(one.stratum for one in sample.items)
    assert [counts[one.name] for one in sample.facts.strata] == list(sample.size.parts)
    assert [one.items for one in sample.facts.strata] == [31, 68, 101]
    assert sample.size.parts[0] < sample.size.parts[1] < sample.size.parts[2]


def test_strata_may_be_the_values_of_a_column(books):
    sample = drawn(books, planned("variables", "journal_line", strata_by="voucher_no", amount="debit", size=61))
    assert len(sample.facts.strata) == 30
    assert {one.stratum for one in sample.items} == {str(one) for one in range(1, 31)}


def test_the_size_for_a_precision_is_cochrans(books):
    # n0 = (z N s / A)^2 and n = n0 / (1 + n0 / N), Cochran (1977) 4.2.
    for share in (0.05, 0.10):
        first = (1.959964 * 200 * statistics.stdev(map(float, AMOUNTS)) / (share * float(TOTAL))) ** 2
        found = drawn(books, planned("variables", where="amount > 0", tolerable=Fraction(str(share)))).size.size
        assert found == math.ceil(first / (1 + first / 200))


def test_the_selection_means_the_same_on_spark(books):
    schema = {name: columns_of(one) for name, one in tables().items()}
    plans = [
        planned(size=5), planned(size=5, how="systematic"), planned("money", size=5),
        planned("variables", size=9, strata=(Decimal(100),)),
        planned(table="journal_line", by=("voucher",), size=5, where="debit > 1"),
    ]  # fmt: skip
    for one in plans:
        with opened(books, head(books), one.population) as engine:
            held = facts(engine, one)
            size = sized(engine, one, held)
        texts = [statement.statement(one, held, size, "s'1"), statement.rows_of(one, [1, 2])]
        texts += [statement.certain(one, size)] if size.certain else []
        assert [fault for sql in texts for fault in faults(parse(sql), schema)] == []


def test_a_kept_sample_is_never_written_again_and_a_changed_one_is_refused(books):
    sample = drawn(books, planned(size=9), seed="kept")
    folder = kept.folder_of(books, sample.id)
    before = (folder / "manifest.json").read_bytes()
    assert drawn(books, planned(size=9), seed="kept").created_at == sample.created_at
    assert (folder / "manifest.json").read_bytes() == before
    selection = json.loads((folder / "selection.json").read_text(encoding="utf-8"))
    selection[0]["amount"] = "1.00"
    (folder / "selection.json").chmod(0o644)
    (folder / "selection.json").write_text(json.dumps(selection), encoding="utf-8")
    with pytest.raises(BadWorkspace, match="altered"):
        kept.load(books, sample.id)
    (folder / "manifest.json").unlink()


def test_the_manifest_holds_the_statement_that_drew(books):
    one = planned(size=7)
    sample = drawn(books, one)
    raw = json.loads((kept.folder_of(books, sample.id) / "manifest.json").read_text(encoding="utf-8"))
    with opened(books, head(books), one.population) as engine:
        assert [row[0] for row in engine.rows(raw["statement"])] == [item.item for item in sample.items]


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: planned("guess", size=1), "guess"),
        (lambda: planned(size=0), "--size 0"),
        (planned, "neither --tolerable nor --size"),
        (lambda: planned(tolerable=Decimal(5)), "needs a rate. Write it like 5%"),
        (lambda: planned("money", how="systematic", size=1), "systematic"),
        (lambda: planned("money", law="hypergeometric", size=1), "hypergeometric"),
        (lambda: planned("money", size=1, amount="payee_name"), "no money column"),
        (lambda: planned("attribute", size=1, strata=(Decimal(1),)), "strata are for variables"),
        (lambda: planned("attribute", size=1, by=("voucher",)), "no vouchers"),
        (lambda: planned("variables", size=1, strata_by="payee_account"), "personal"),
        (lambda: planned("money", "official", size=1), "no money column"),
        (lambda: planned(size=1, confidence=Fraction(1)), "confidence"),
    ],
)
def test_a_plan_whose_parts_do_not_fit_is_refused(make: Callable[[], Plan], words: str):
    with pytest.raises(WrongUse, match=words):
        make()


def test_a_condition_can_reach_nothing_but_the_books(books, tmp_path: Path):
    (tmp_path / "x.csv").write_text("a\n1\n", encoding="utf-8")
    for bad in (f"amount > (SELECT a FROM read_csv('{tmp_path}/x.csv'))", "1=1); DROP TABLE payment; --", "amount >>"):
        with pytest.raises(BadQuery):
            drawn(books, planned(size=5, where=bad))


def test_an_unknown_table_and_an_empty_population_are_told_apart(books):
    with pytest.raises(NotFound, match="the books hold no bid"):
        drawn(books, planned(table="bid", size=5))
    with pytest.raises(WrongUse, match="no item"):
        drawn(books, planned(size=5, where="amount > 1000000"))


def test_several_currencies_are_never_added_up(tmp_path):
    rows = [{"paid_on": "2024-01-05", "amount": "10.00", "currency": one} for one in ("CNY", "USD", "USD")]
    made = workspace(tmp_path, {"payment": rows})
    with pytest.raises(WrongUse, match="currency = 'CNY'"):
        drawn(made, planned("money", size=2))
    assert drawn(made, planned("money", size=2, where="currency = 'USD'")).facts.amount == 20
    assert drawn(made, planned(size=2)).facts.amount == 0  # attributes need no sum


def test_more_than_the_population_draws_all_of_it(books):
    assert len(drawn(books, planned(size=5000)).items) == 202
    assert len(drawn(books, planned("money", size=10_000_000)).items) == 200
