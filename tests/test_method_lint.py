"""What a method's SQL may not say, with the remedy for each."""

from __future__ import annotations

import pytest

from bihuan.errors import BadQuery
from bihuan.examine.lint import lint, schema
from bihuan.store.transpile import faults, parse, to_spark
from written_methods import method_with


def told(select: str, source: str = "payment AS p", tail: str = "") -> str:
    return "\n".join(str(one) for one in faults(parse(f"SELECT {select} AS x FROM {source} {tail}"), schema()))


def test_a_sound_method_has_no_fault():
    assert lint(method_with()) == []


# Everything that the stack's notes call silently different or failing on Spark, with the words of its remedy.
REFUSED = [
    ("count_if(amount > 0)", "count(*) FILTER (WHERE x)"),
    ("list_sort(list(amount ORDER BY paid_on))", "list_sort(list(x))"),
    ("list_sort(list(payee_id))", "FILTER (WHERE x IS NOT NULL)"),
    ("percentile_cont(0.5) WITHIN GROUP (ORDER BY amount)", "median(CAST(x AS DOUBLE))"),
    ("quantile_cont(amount, 0.5)", "median(CAST(x AS DOUBLE))"),
    ("quantile_disc(amount, 0.5)", "median(CAST(x AS DOUBLE))"),
    ("median(amount)", "median(CAST(x AS DOUBLE))"),
    ("regexp_replace(purpose, 'a', 'b')", "'g'"),
    ("date_diff('month', applied_on, paid_on)", "year(b) - year(a)"),
    ("date_diff('week', applied_on, paid_on)", "use 'day'"),
    ("CAST(amount AS BIGINT)", "CAST(round(x) AS BIGINT)"),
    ("CAST(amount * 100 AS INTEGER)", "CAST(round(x) AS BIGINT)"),
    ("dayofweek(paid_on)", "calendar"),
    ("isodow(paid_on)", "calendar"),
    ("extract(isodow FROM paid_on)", "calendar"),
    ("extract(week FROM paid_on)", "calendar"),
    ("hash(payee_id)", "md5"),
    ("substr(payee_id, 0, 2)", "count from 1"),
    ("trim(payee_name, '　')", "gone since collecting"),
    ("paid_on - applied_on", "date_diff('day'"),
    ("skewness(amount)", "compute it from sums"),
    ("paid_at AT TIME ZONE 'UTC'", "pinned in bihuan.toml"),
    ("string_agg(DISTINCT payee_id, ',' ORDER BY payee_id)", "list_sort(list(DISTINCT x))"),
    ("string_agg(payee_id, ',')", "ORDER BY"),
    ("len(payee_id)", "array_length()"),
    ("try_strptime(purpose, '%Y')", "use the date column"),
    ("amount / count(*)", "nullif(x, 0)"),
    ("amount % 7 // 2", "floor(a / nullif(b, 0))"),
    ("to_days(3)", "INTERVAL 1 DAY"),
    ("any_value(payee_id)", "min() or max()"),
    ("random()", "md5(concat('seed'"),
    ("now()", "dates in the books"),
    ("current_date", "dates in the books"),
    ("row_number() OVER (PARTITION BY payee_id)", "ORDER BY"),
    ("sum(amount) OVER (PARTITION BY payee_id ORDER BY paid_on)", "ROWS BETWEEN"),
    ("date_trunc('month', paid_on)", "CAST(date_trunc('month', x) AS DATE)"),
    ("levenshtein(payee_name, purpose)", "normalised names"),
    ("printf('%d', 1)", "docs/adding-a-method.md"),
    ("list_transform(list_sort(list(row_id)), lambda r: r + 1)", "docs/adding-a-method.md"),
    ("strftime(paid_on, '%j')", "%Y %m %d"),
]


@pytest.mark.parametrize(("select", "remedy"), REFUSED)
def test_what_differs_on_spark_is_refused_with_its_remedy(select, remedy):
    assert remedy in told(select)


ALLOWED = [
    "list_sort(list(row_id))",
    "list_sort(list(DISTINCT payee_id) FILTER (WHERE payee_id IS NOT NULL))",
    "array_to_string(list_sort(list(DISTINCT payee_id) FILTER (WHERE payee_id IS NOT NULL)), '、')",
    "array_length(list(DISTINCT payee_id) FILTER (WHERE payee_id IS NOT NULL))",
    "median(CAST(amount AS DOUBLE))",
    "stddev_samp(CAST(amount AS DOUBLE))",
    "regexp_replace(purpose, 'a', 'b', 'g')",
    "date_diff('day', applied_on, paid_on)",
    "CAST(round(amount * 100) AS BIGINT)",
    "CAST(substr(payee_id, 1, 2) AS INTEGER)",
    "CAST(count(*) AS BIGINT)",
    "amount / nullif(sum(amount), 0)",
    "amount / 100",
    "paid_on + INTERVAL 1 DAY * 3",
    "sum(amount) OVER (PARTITION BY payee_id ORDER BY paid_on ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)",
    "lag(paid_on) OVER (PARTITION BY payee_id ORDER BY paid_on, row_id)",
    "string_agg(payee_id, ',' ORDER BY payee_id)",
    "arg_max(payee_id, amount)",
    "count(*) FILTER (WHERE amount > 0)",
    "CAST(date_trunc('month', paid_on) AS DATE)",
    "md5(concat('seed', payee_id))",
    "split_part(payee_id, '-', 1)",
    "payee_id IS NOT DISTINCT FROM payee_name",
    "strftime(paid_on, '%Y-%m')",
]


@pytest.mark.parametrize("select", ALLOWED)
def test_what_agrees_on_spark_is_allowed(select):
    assert told(select) == ""


@pytest.mark.parametrize(
    ("source", "tail", "words"),
    [
        ("payment AS p ASOF JOIN invoice AS i ON p.paid_on >= i.issued_on", "", "keep the nearest row"),
        ("payment AS p", "LIMIT 5", "LIMIT without an order"),
        ("payment AS p TABLESAMPLE 10 PERCENT", "", "md5(concat('seed'"),
    ],
)
def test_joins_and_samples_that_differ_are_refused(source, tail, words):
    assert words in told("p.row_id", source, tail)


def test_rows_from_the_empty_side_of_an_outer_join_must_be_filtered():
    source = "payment AS p LEFT JOIN invoice AS i ON i.number = p.invoice_no"
    assert "FILTER" in told("list_sort(list(i.row_id))", source)
    assert told("list_sort(list(p.row_id))", source) == ""
    assert told("list_sort(list(i.row_id) FILTER (WHERE i.row_id IS NOT NULL))", source) == ""


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("DELETE FROM payment", "a DELETE where a SELECT is wanted"),
        ("SELECT 1; SELECT 2", "2 statements"),
        ("SELEC 1 FRO", "cannot be parsed"),
        ("SELECT * FROM read_csv('/etc/passwd')", "no table of the model"),
        ("SELECT i FROM range(5) AS r(i)", "no table of the model"),
        ("COPY payment TO 'x'", "where a SELECT is wanted"),
    ],
)
def test_only_one_select_over_the_books_is_a_query(sql, words):
    with pytest.raises(BadQuery, match=words):
        parse(sql)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("reads: [payment]", "reads: [payment, invoice]"), "`reads` lists 'invoice' but the SQL does not read it"),
        (("reads: [payment]", "reads: [payments]"), "no table 'payments' in the model"),
        (("FROM payment\n", "FROM payment SEMI JOIN invoice ON number = invoice_no\n"), "but `reads` does not list it"),
        (("params: {least: 100.00}", "params: {most: 100.00}"), "$least is used but not given"),
        (("params: {least: 100.00}", "params: {least: 1, most: 2}"), "$most is not used"),
        (("amount: at_risk", "amount: risk"), "the SELECT gives no column 'risk'"),
        (("was paid {times} times", "was paid {many} times"), "stands in one language only"),
        (("basis: [accounting]", "basis: [accounting-99]"), "no basis 'accounting-99'"),
        (("AS payment_rows", "AS found_rows"), "no table 'found'"),
        (("list_sort(list(row_id)) AS payment_rows", "1 AS one"), "gives no evidence"),
        (("table: payment, where: invoice_no IS NOT NULL", "table: invoice"), "does not stand in `reads`"),
        (("SELECT unit_id, payee_id", "SELECT *, unit_id, payee_id"), "name the columns"),
        (("where: invoice_no IS NOT NULL", "where: invoice_no IN (SELECT number FROM invoice)"), "reads"),
    ],
)
def test_header_and_sql_must_agree(change, words):
    assert words in "\n".join(lint(method_with(change)))


def subject_made_by(expression: str, source: str = "payment") -> str:
    changes = (
        ("SELECT unit_id, payee_id,", f"SELECT unit_id, {expression} AS payee_id,"),
        ("FROM payment\n", f"FROM {source}\n"),
        ("GROUP BY unit_id, payee_id, invoice_no, currency", "GROUP BY ALL"),
    )
    return "\n".join(lint(method_with(*changes)))


def test_a_personal_column_may_not_name_the_subject_however_it_is_renamed():
    stepped = "(SELECT unit_id, payee_account AS a, invoice_no, currency, paid_on, amount, row_id FROM payment) AS s"
    assert "personal column 'payee_account'" in subject_made_by("payee_account")
    assert "personal column 'payee_account'" in subject_made_by("a", stepped)
    assert "personal column 'payee_account'" in subject_made_by("upper(concat('x', a))", stepped)
    assert subject_made_by("md5(a)", stepped) == ""


def test_a_step_may_not_hide_a_table():
    change = ("SELECT unit_id, payee_id", "WITH invoice AS (SELECT row_id FROM payment) SELECT unit_id, payee_id")
    assert "called like a table" in "\n".join(lint(method_with(change)))


def test_an_office_may_keep_its_star_in_its_own_query():
    changes = (
        ("SELECT unit_id, payee_id", "WITH found AS (SELECT * FROM payment)\nSELECT unit_id, payee_id"),
        ("FROM payment\nWHERE", "FROM found\nWHERE"),
    )
    assert "name the columns" in "\n".join(lint(method_with(*changes)))
    assert lint(method_with(*changes, is_office=True)) == []


def test_spark_gets_the_same_question_with_its_constants_filled_in():
    spark = to_spark(method_with().sql, {"least": 100})
    assert "SORT(COLLECT_LIST(row_id))" in spark
    assert "amount >= 100" in spark
