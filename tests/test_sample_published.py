"""Sizes and limits as others published them: every cell of the AICPA Audit Guide's tables A-1 to A-4 and C-1 (2017)."""

from __future__ import annotations

from fractions import Fraction

import pytest

from bihuan.errors import NotFound, WrongUse
from bihuan.sample import limits, tables
from bihuan.sample.sizes import attribute_size, money_size

# Columns as printed: sample sizes from expected rate 0 downwards for each tolerable rate, as far as the guide goes.
A_1 = """
2: 149 236 313 386 590 1030
3: 99 157 157 208 257 303 392 562 846 1466
4: 74 117 117 117 156 156 192 227 294 390 513 722 1098 1936
5: 59 93 93 93 93 124 124 153 181 208 234 286 361 458 624 877 1348
6: 49 78 78 78 78 78 103 103 127 127 150 173 195 238 280 341 421 1580
7: 42 66 66 66 66 66 66 88 88 88 109 109 129 148 167 185 221 478 1832
8: 36 58 58 58 58 58 58 77 77 77 77 95 95 112 112 129 146 240 532
9: 32 51 51 51 51 51 51 51 68 68 68 68 84 84 84 100 100 158 266 585
10: 29 46 46 46 46 46 46 46 46 61 61 61 61 61 76 76 89 116 179 298 649
15: 19 30 30 30 30 30 30 30 30 30 30 30 30 30 40 40 40 40 50 68 85 110 150 576
20: 14 22 22 22 22 22 22 22 22 22 22 22 22 22 22 22 22 30 30 37 37 44 50 88 193 720
"""
# Two cells are not the guide's: at 7 % tolerable, 3.25 and 3.5 % expected, it is said to print 112, where four
# deviations still have a chance above 10 %; the formula, and we, say 113.
A_2 = """
2: 114 194 194 265 398 708 1463
3: 76 129 129 129 176 221 265 390 590 974
4: 57 96 96 96 96 132 132 166 198 262 353 471 730 1258
5: 45 77 77 77 77 77 105 105 132 132 158 209 258 306 400 583 873
6: 38 64 64 64 64 64 64 88 88 88 110 132 132 153 194 235 274 1019
7: 32 55 55 55 55 55 55 55 75 75 75 94 94 113 113 131 149 318 1150
8: 28 48 48 48 48 48 48 48 48 65 65 65 65 82 82 98 98 160 349 1300
9: 25 42 42 42 42 42 42 42 42 42 58 58 58 58 73 73 73 115 182 385 1437
10: 22 38 38 38 38 38 38 38 38 38 38 52 52 52 52 52 65 78 116 199 424 1577
15: 15 25 25 25 25 25 25 25 25 25 25 25 25 25 25 25 25 34 43 52 60 77 100 368
20: 11 18 18 18 18 18 18 18 18 18 18 18 18 18 18 18 18 18 25 25 25 32 38 63 126 457
"""
# Rows as printed: sample size, then upper limits in percent for 0 to 10 deviations.
A_3 = """
20 14.0 21.7 28.3 34.4 40.2 45.6 50.8 55.9 60.7 65.4 69.9
25 11.3 17.7 23.2 28.2 33.0 37.6 42.0 46.3 50.4 54.4 58.4
30 9.6 14.9 19.6 23.9 28.0 31.9 35.8 39.4 43.0 46.6 50.0
35 8.3 12.9 17.0 20.7 24.3 27.8 31.1 34.4 37.5 40.6 43.7
40 7.3 11.4 15.0 18.3 21.5 24.6 27.5 30.4 33.3 36.0 38.8
45 6.5 10.2 13.4 16.4 19.2 22.0 24.7 27.3 29.8 32.4 34.8
50 5.9 9.2 12.1 14.8 17.4 19.9 22.4 24.7 27.1 29.4 31.6
55 5.4 8.4 11.1 13.5 15.9 18.2 20.5 22.6 24.8 26.9 28.9
60 4.9 7.7 10.2 12.5 14.7 16.8 18.8 20.8 22.8 24.8 26.7
65 4.6 7.1 9.4 11.5 13.6 15.5 17.5 19.3 21.2 23.0 24.7
70 4.2 6.6 8.8 10.8 12.7 14.5 16.3 18.0 19.7 21.4 23.1
75 4.0 6.2 8.2 10.1 11.8 13.6 15.2 16.9 18.5 20.1 21.6
80 3.7 5.8 7.7 9.5 11.1 12.7 14.3 15.9 17.4 18.9 20.3
90 3.3 5.2 6.9 8.4 9.9 11.4 12.8 14.2 15.5 16.9 18.2
100 3.0 4.7 6.2 7.6 9.0 10.3 11.5 12.8 14.0 15.2 16.4
125 2.4 3.8 5.0 6.1 7.2 8.3 9.3 10.3 11.3 12.3 13.2
150 2.0 3.2 4.2 5.1 6.0 6.9 7.8 8.6 9.5 10.3 11.1
200 1.5 2.4 3.2 3.9 4.6 5.2 5.9 6.5 7.2 7.8 8.4
300 1.0 1.6 2.1 2.6 3.1 3.5 4.0 4.4 4.8 5.2 5.6
400 0.8 1.2 1.6 2.0 2.3 2.7 3.0 3.3 3.6 3.9 4.3
500 0.6 1.0 1.3 1.6 1.9 2.1 2.4 2.7 2.9 3.2 3.4
"""
A_4 = """
20 10.9 18.1 24.5 30.5 36.1 41.5 46.8 51.9 56.8 61.6 66.2
25 8.8 14.7 20.0 24.9 29.5 34.0 38.4 42.6 46.8 50.8 54.8
30 7.4 12.4 16.8 21.0 24.9 28.8 32.5 36.2 39.7 43.2 46.7
35 6.4 10.7 14.5 18.2 21.6 24.9 28.2 31.4 34.5 37.6 40.6
40 5.6 9.4 12.8 16.0 19.0 22.0 24.9 27.7 30.5 33.2 35.9
45 5.0 8.4 11.4 14.3 17.0 19.7 22.3 24.8 27.3 29.8 32.2
50 4.6 7.6 10.3 12.9 15.4 17.8 20.2 22.5 24.7 27.0 29.2
55 4.2 6.9 9.4 11.8 14.1 16.3 18.4 20.5 22.6 24.6 26.7
60 3.8 6.4 8.7 10.8 12.9 15.0 16.9 18.9 20.8 22.7 24.6
65 3.5 5.9 8.0 10.0 12.0 13.9 15.7 17.5 19.3 21.0 22.8
70 3.3 5.5 7.5 9.3 11.1 12.9 14.6 16.3 18.0 19.6 21.2
75 3.1 5.1 7.0 8.7 10.4 12.1 13.7 15.2 16.8 18.3 19.8
80 2.9 4.8 6.6 8.2 9.8 11.3 12.8 14.3 15.8 17.2 18.7
90 2.6 4.3 5.9 7.3 8.7 10.1 11.5 12.8 14.1 15.4 16.7
100 2.3 3.9 5.3 6.6 7.9 9.1 10.3 11.5 12.7 13.9 15.0
125 1.9 3.1 4.3 5.3 6.3 7.3 8.3 9.3 10.2 11.2 12.1
150 1.6 2.6 3.6 4.4 5.3 6.1 7.0 7.8 8.6 9.4 10.1
200 1.2 2.0 2.7 3.4 4.0 4.6 5.3 5.9 6.5 7.1 7.6
300 0.8 1.3 1.8 2.3 2.7 3.1 3.5 3.9 4.3 4.7 5.1
400 0.6 1.0 1.4 1.7 2.0 2.4 2.7 3.0 3.3 3.6 3.9
500 0.5 0.8 1.1 1.4 1.6 1.9 2.1 2.4 2.6 2.9 3.1
"""
# Rows as printed: risk, ratio of expected to tolerable, then sizes for each tolerable share of the population.
C_1 = """
5% 0.00 6 10 30 38 50 60 75 100 150 300 600
5% 0.10 8 13 37 46 62 74 92 123 184 368 736
5% 0.20 10 16 47 58 78 93 116 155 232 463 925
5% 0.30 12 20 60 75 100 120 150 200 300 600 1199
5% 0.40 17 27 81 102 135 162 203 270 405 809 1618
5% 0.50 24 39 116 145 193 231 289 385 577 1154 2308
10% 0.00 5 8 24 29 39 47 58 77 116 231 461
10% 0.20 7 12 35 43 57 69 86 114 171 341 682
10% 0.30 9 15 44 55 73 87 109 145 217 433 866
10% 0.40 12 20 58 72 96 115 143 191 286 572 1144
10% 0.50 16 27 80 100 134 160 200 267 400 799 1597
15% 0.00 4 7 19 24 32 38 48 64 95 190 380
15% 0.20 6 10 28 35 46 55 69 91 137 273 545
15% 0.30 7 12 35 43 57 69 86 114 171 341 681
15% 0.40 9 15 45 56 74 89 111 148 221 442 883
15% 0.50 13 21 61 76 101 121 151 202 302 604 1208
20% 0.00 4 6 17 21 27 33 41 54 81 161 322
20% 0.20 5 8 23 29 38 46 57 76 113 226 451
20% 0.30 6 10 28 35 47 56 70 93 139 277 554
20% 0.40 8 12 36 45 59 71 89 118 177 354 707
20% 0.50 10 16 48 60 80 95 119 159 238 475 949
25% 0.00 3 5 14 18 24 28 35 47 70 139 278
25% 0.20 4 7 19 24 32 38 48 64 95 190 380
25% 0.30 5 8 23 29 39 46 58 77 115 230 460
25% 0.40 6 10 29 37 49 58 73 97 145 289 578
25% 0.50 8 13 38 48 64 76 95 127 190 380 760
30% 0.00 3 5 13 16 21 25 31 41 61 121 241
30% 0.20 4 6 17 21 27 33 41 54 81 162 323
30% 0.40 5 8 24 30 40 48 60 80 120 239 477
30% 0.60 9 15 43 54 71 85 107 142 213 425 850
35% 0.00 3 4 11 14 18 21 27 35 53 105 210
35% 0.20 3 5 14 18 23 28 35 46 69 138 276
35% 0.40 4 7 20 25 34 40 50 67 100 199 397
35% 0.60 7 12 34 43 57 68 85 113 169 338 676
50% 0.00 2 3 7 9 12 14 18 24 35 70 139
50% 0.20 2 3 9 11 15 18 22 29 44 87 173
50% 0.40 3 4 12 15 19 23 29 38 57 114 228
50% 0.60 4 6 17 22 29 34 43 57 85 170 340
"""
# Items, expected and tolerable rate in percent, confidence in percent, size; AuditSampler's published comparison.
WITHOUT_REPLACEMENT = """
500 1 8 90 46 | 500 1 6 90 61 | 500 1 4 90 90 | 500 2 5 90 99
500 1 8 95 55 | 500 1 6 95 73 | 500 1 4 95 140 | 500 2 5 95 139
500 3 6 95 158 | 500 4 7 95 170 | 500 5 8 95 178 | 500 6 9 95 196
5000 1 8 95 58 | 5000 1 6 95 77 | 5000 1 4 95 154 | 15000 1 6 95 78 | 36000 1 4 95 156
"""


@pytest.mark.parametrize(("name", "printed"), [("A-1", A_1), ("A-2", A_2)])
def test_sample_sizes_for_tests_of_controls_are_the_guides_in_every_cell(name: str, printed: str) -> None:
    wanted = dict(line.split(": ") for line in printed.strip().splitlines())
    columns = list(zip(*tables.grid(name).rows, strict=True))[1:]
    found = {
        heading.removesuffix("%"): " ".join(cell.partition("(")[0] for cell in column).strip()
        for heading, column in zip(tables.grid(name).headings[1:], columns, strict=True)
    }
    assert found == wanted


def test_the_guides_expected_deviations_stand_beside_the_size() -> None:
    cells = {(row[0], heading): row[at] for row in tables.grid("A-1").rows
             for at, heading in enumerate(tables.grid("A-1").headings)}  # fmt: skip
    wanted = {("0%", "2%"): "149(0)", ("1%", "5%"): "93(1)", ("1.75%", "4%"): "227(4)", ("5%", "9%"): "158(8)"}
    assert {key: cells[key] for key in wanted} == wanted


@pytest.mark.parametrize(("name", "printed"), [("A-3", A_3), ("A-4", A_4), ("C-1", C_1)])
def test_limits_and_monetary_unit_sizes_are_the_guides_in_every_cell(name: str, printed: str) -> None:
    wanted = [tuple(line.split()) for line in printed.strip().splitlines()]
    assert list(tables.grid(name).rows) == wanted


def test_c_1_has_all_its_cells() -> None:
    assert sum(len(row) - 2 for row in tables.grid("C-1").rows) == 418


def test_poisson_factors_at_95_percent() -> None:
    assert [f"{limits.poisson_factor(one, 0.95):.2f}" for one in range(6)] == [
        "3.00", "4.74", "6.30", "7.75", "9.15", "10.51"
    ]  # fmt: skip


def test_binomial_upper_bounds_of_sixty() -> None:
    assert [f"{limits.binomial_upper(60, one, 0.95):.2%}" for one in range(3)] == ["4.87%", "7.66%", "10.12%"]


@pytest.mark.parametrize("case", [one for line in WITHOUT_REPLACEMENT.strip().splitlines() for one in line.split("|")])
def test_sizes_without_replacement(case: str) -> None:
    items, expected, tolerable, confidence, size = (int(one) for one in case.split())
    found = attribute_size(
        Fraction(tolerable, 100), Fraction(expected, 100), Fraction(confidence, 100),
        law="hypergeometric", population=items,
    )  # fmt: skip
    assert found.size == size


def test_an_exact_number_of_expected_deviations_is_not_rounded_up() -> None:
    # 3.5 % of 400 is 14; in binary fractions it is a hair more, which would ask for 423.
    assert attribute_size(Fraction("0.05"), Fraction("0.035"), Fraction("0.9")).size == 400


@pytest.mark.parametrize("k", [0, 3, 17])
def test_the_hypergeometric_limit_is_the_first_rate_that_the_sample_rules_out(k: int) -> None:
    upper = round(limits.hypergeometric_upper(200, 50, k, 0.95) * 200)
    assert limits.hypergeometric(200, upper, 50, k) > 0.05 >= limits.hypergeometric(200, upper + 1, 50, k)


def test_the_limits_have_a_chance_of_just_the_risk() -> None:
    for size, k in ((60, 0), (60, 2), (400, 31)):
        assert limits.binomial(limits.binomial_upper(size, k, 0.95), size, k) == pytest.approx(0.05)
        assert limits.poisson(limits.poisson_upper(size, k, 0.95), size, k) == pytest.approx(0.05)
        if k:
            assert limits.binomial(limits.binomial_lower(size, k, 0.95), size, k - 1) == pytest.approx(0.95)


def test_the_binomial_law_needs_a_little_less_money_than_the_poisson_law() -> None:
    rates = Fraction("0.05"), Fraction("0.01"), Fraction("0.95")
    assert money_size(*rates).size == 93
    assert 80 < money_size(*rates, law="binomial").size < 93


@pytest.mark.parametrize(
    ("tolerable", "expected", "confidence"), [("0", "0", "0.95"), ("0.05", "0.05", "0.95"), ("0.05", "0", "1")]
)
def test_what_cannot_be_planned_is_refused_with_its_value(tolerable: str, expected: str, confidence: str) -> None:
    for size in (attribute_size, money_size):
        with pytest.raises(WrongUse, match="%"):
            size(Fraction(tolerable), Fraction(expected), Fraction(confidence))


def test_a_table_that_is_not_in_the_guide_is_not_found() -> None:
    with pytest.raises(NotFound, match="A-1"):
        tables.grid("Z-9")
