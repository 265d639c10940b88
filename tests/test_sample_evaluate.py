"""What a sample says of the whole: hand-worked figures, exact cases, and limits that hold as often as they promise."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest

from bihuan.errors import WrongUse
from bihuan.sample import attribute, classical, money
from bihuan.sample.classical import Sampled
from bihuan.sample.limits import Law
from bihuan.sample.money import Found, Points

MILLION = Points(Decimal(1_000_000), 100)  # one point stands for 10,000


def found(book: str, audited: str, item: int = 1, hits: int = 1, *, is_certain: bool = False) -> Found:
    return Found(item, Decimal(book), Decimal(audited), hits, is_certain)


def test_no_error_leaves_the_basic_precision_alone():
    one = money.evaluate([found("500", "500")], points=MILLION, confidence=0.95, tolerable=Decimal(30_000))
    assert (one.likely, one.over.projected, one.over.upper) == (0, 0, Decimal("29957.32"))
    assert one.over.upper == one.over.basic == one.over.gamma == one.precision
    assert one.supports is True


def test_taintings_are_ranked_projected_and_bounded_as_worked_by_hand():
    errors = [found("5000", "4000", 1), found("2000", "0", 2), found("400", "380", 3), found("900", "900", 4)]
    one = money.evaluate(errors, points=MILLION, confidence=0.95, tolerable=Decimal(50_000))
    assert [(rank.item, rank.tainting, rank.projected) for rank in one.over.ranking] == [
        (2, 1.0, Decimal(10_000)), (1, 0.2, Decimal(2_000)), (3, 0.05, Decimal(500))
    ]  # fmt: skip
    assert one.likely == one.over.projected == 12_500
    # Poisson factors 2.9957, 4.7439, 6.2958, 7.7537 from any table: growth 1.7482, 1.5519, 1.4579.
    assert float(one.over.upper) == pytest.approx(
        10_000 * (2.9957 + 1.7482 * 1.0 + 1.5519 * 0.2 + 1.4579 * 0.05), abs=2
    )
    assert one.over.upper == one.over.basic + one.over.projected + one.over.incremental
    assert one.supports is False


def test_the_gamma_limit_counts_the_sum_of_the_taintings():
    whole = money.evaluate([found("100", "0")], points=MILLION, confidence=0.95)
    halves = money.evaluate([found("100", "50", 1), found("100", "50", 2)], points=MILLION, confidence=0.95)
    assert whole.over.gamma == halves.over.gamma
    assert abs(whole.over.gamma - whole.over.upper) <= Decimal("0.01")  # of one whole error both say 4.74 intervals
    assert float(whole.over.gamma) == pytest.approx(47_439, abs=1)
    assert halves.over.gamma > halves.over.upper  # the factor grows fastest at first


def test_an_item_hit_twice_counts_twice():
    twice = money.evaluate([found("15000", "7500", hits=2)], points=MILLION, confidence=0.95)
    assert [one.rank for one in twice.over.ranking] == [1, 2]
    assert twice.over.projected == 10_000


def test_what_was_examined_for_certain_adds_its_error_and_no_risk():
    errors = [found("20000", "15000", 1, 0, is_certain=True), found("100", "50", 2)]
    one = money.evaluate(errors, points=MILLION, confidence=0.95)
    without = money.evaluate(errors[1:], points=MILLION, confidence=0.95)
    assert one.over.known == 5_000
    assert one.over.upper == without.over.upper + 5_000
    assert one.over.likely == 10_000


def test_over_and_understatement_are_bounded_apart():
    one = money.evaluate(
        [found("100", "50", 1), found("100", "175", 2)], points=MILLION, confidence=0.95, tolerable=Decimal(46_000)
    )
    assert (one.over.projected, one.under.projected, one.likely) == (5_000, 7_500, -2_500)
    assert one.under.upper > one.over.upper
    assert one.supports is (one.under.upper <= 46_000)


def test_the_binomial_law_gives_a_little_less_than_the_poisson_law():
    poisson, binomial = (
        money.evaluate([found("100", "50")], points=MILLION, confidence=0.95, law=law)
        for law in ("poisson", "binomial")
    )
    assert binomial.over.upper < poisson.over.upper
    assert float(binomial.over.basic) == pytest.approx(1_000_000 * (1 - 0.05 ** (1 / 100)), abs=1)


def test_everything_examined_leaves_no_risk():
    one = money.evaluate([found("100", "0", 1, 0, is_certain=True)], points=Points(Decimal(0), 0), confidence=0.95)
    assert (one.over.upper, one.over.known, one.interval) == (100, 100, 0)


def test_the_stringer_limit_holds_at_least_as_often_as_it_promises():
    chance = random.Random(5)
    books = [Decimal(chance.randint(100, 90_000)) for _ in range(400)]
    audited = [one if chance.random() > 0.08 else one * chance.randint(0, 9) / 10 for one in books]
    total, wrong = sum(books), sum(books) - sum(audited)
    held = 0
    for _ in range(150):
        drawn = chance.choices(range(400), weights=[float(one) for one in books], k=60)
        errors = [found(str(books[item]), str(audited[item]), item) for item in drawn]
        held += money.evaluate(errors, points=Points(total, 60), confidence=0.95).over.upper >= wrong
    assert held >= 143


def test_two_deviations_in_sixty():
    one = attribute.evaluate(60, 2, 0.95, tolerable=0.10)
    assert f"{one.rate:.2%} {one.upper:.2%} {one.precision:.2%}" == "3.33% 10.12% 6.79%"
    assert one.interval[0] < one.rate < one.upper < one.interval[1]
    assert one.supports is False
    assert attribute.evaluate(60, 2, 0.95, tolerable=0.102).supports is True
    assert attribute.evaluate(60, 2, 0.95).supports is None


def test_a_small_population_narrows_the_limit_and_a_whole_one_leaves_none():
    assert attribute.evaluate(60, 2, 0.95, law=Law("hypergeometric", 100)).upper < 0.08
    assert attribute.evaluate(100, 2, 0.95, law=Law("hypergeometric", 100)).upper == 0.02
    assert attribute.evaluate(60, 60, 0.95).upper == 1


@pytest.mark.parametrize("wrong", [(60, 61), (60, -1), (0, 0)])
def test_impossible_counts_are_refused(wrong):
    with pytest.raises(WrongUse, match="not possible"):
        attribute.evaluate(*wrong, 0.95)


def stratum(pairs: list[tuple[int, Decimal | int]], items: int, book: int, name: str = "1") -> Sampled:
    return Sampled(name, items, Decimal(book), tuple((Decimal(one), Decimal(other)) for one, other in pairs))


def by_name(strata: list[Sampled], **more: Decimal) -> dict[str, classical.Estimate]:
    return {one.name: one for one in classical.evaluate(strata, 0.95, **more)}


def test_books_without_error_are_estimated_without_doubt():
    found = by_name([stratum([(10, 10), (20, 20), (40, 40)], 100, 2_500)], tolerable=Decimal(1))
    for name in ("difference", "ratio", "regression"):
        assert (found[name].total, found[name].precision, found[name].misstatement) == (2_500, 0, 0)
        assert found[name].supports is True
    assert found["mean"].precision > 0 and found["mean"].supports is False


def test_a_tenth_too_much_everywhere_is_found_exactly_by_ratio_and_regression():
    found = by_name([stratum([(10, 9), (20, 18), (40, 36)], 100, 2_500)], tolerable=Decimal(200))
    assert found["ratio"].total == found["regression"].total == 2_250
    assert found["ratio"].misstatement == 250
    assert found["ratio"].supports is False


def test_mean_difference_and_ratio_as_worked_by_hand():
    found = by_name([stratum([(100, 100), (200, 180), (300, 300), (400, 360)], 40, 10_000)])
    # Differences 0, -20, 0, -40: mean -15, s^2 = 1100 / 3; se = 40 x sqrt(366.67 / 4 x 0.9) = 363.32; t(3) = 3.1824.
    assert found["difference"].total == 9_400
    assert found["difference"].error == Decimal("363.32")
    assert float(found["difference"].precision) == pytest.approx(363.32 * 3.18245, abs=0.02)
    # Audited 100, 180, 300, 360: mean 235, s^2 = 41,100 / 3; se = 40 x sqrt(13,700 / 4 x 0.9) = 2,220.81.
    assert (found["mean"].total, found["mean"].error) == (9_400, Decimal("2220.81"))
    # Ratio 940 / 1000; residuals 6, -8, 18, -16: sum of squares 680.
    assert (found["ratio"].total, found["ratio"].error) == (9_400, Decimal("285.66"))


def test_strata_add_up_and_their_errors_add_in_squares():
    one, two = stratum([(10, 9), (20, 20), (30, 29)], 50, 1_000), stratum([(100, 90), (300, 310)], 20, 4_000, "2")
    apart = [by_name([each])["difference"] for each in (one, two)]
    together = by_name([one, two])["difference"]
    assert together.total == sum(each.total for each in apart)
    assert float(together.error) == pytest.approx(sum(float(each.error) ** 2 for each in apart) ** 0.5, abs=0.02)
    assert "regression" not in by_name([one, two])  # two answers do not make a line


def test_a_stratum_of_a_single_item_is_known():
    found = by_name([stratum([(10, 9), (20, 20)], 50, 800), stratum([(5_000, 4_000)], 1, 5_000, "2")])
    assert found["difference"].misstatement == Decimal("25") + 1_000


def test_one_answer_of_many_is_too_few():
    with pytest.raises(WrongUse, match="at least two"):
        classical.evaluate([stratum([(10, 9)], 50, 800)], 0.95)


def test_the_difference_interval_holds_as_often_as_it_promises():
    chance = random.Random(3)
    books = [chance.randint(100, 9_000) for _ in range(500)]
    audited = [one - chance.randint(-50, 300) for one in books]
    held = 0
    for _ in range(200):
        drawn = chance.sample(range(500), 50)
        found = by_name([stratum([(books[one], audited[one]) for one in drawn], 500, sum(books))])["difference"]
        held += found.low <= sum(audited) <= found.high
    assert 183 <= held <= 198  # 95 % of 200, three standard deviations on either side
