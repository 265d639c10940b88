"""The sandbox: an auditor's SQL reads the books of one snapshot, and nothing else can be read, written or changed."""

from __future__ import annotations

import hashlib
from decimal import Decimal

import pytest

from at_the_desk import bihuan, payment
from bihuan.errors import BadQuery
from bihuan.leads.mask import personal_columns
from bihuan.store.disclosure import personal_positions
from bihuan.store.sandbox import answer, checked, open_sandbox
from bihuan.store.snapshot import head, part_path
from small_books import add, workspace

ACCOUNT = "6228480012345678901"


@pytest.fixture
def made(tmp_path):
    rows = [payment("甲公司", "001", "150.00", "2024-01-05", payee_account=ACCOUNT)]
    return workspace(tmp_path, {"payment": rows, "organization": [{"name": "甲公司"}]})


def part(made):
    return part_path(made, next(one.hash for one in head(made).parts if one.table == "payment"))


def digests(made):
    return {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in made.books.rglob("*") if path.is_file()}


REFUSED = [
    "COPY payment TO '{folder}/out.csv'",
    "COPY (SELECT 1) TO '{part}'",
    "ATTACH '{folder}/x.db'",
    "INSTALL httpfs",
    "LOAD json",
    "SET threads = 1",
    "RESET ALL",
    "PRAGMA database_list",
    "CALL pragma_version()",
    "USE memory",
    "EXPLAIN SELECT 1",
    "CREATE TABLE t AS SELECT 1",
    "CREATE MACRO f(x) AS x",
    "DROP VIEW payment",
    "DELETE FROM payment",
    "UPDATE payment SET amount = 0",
    "WITH x AS (SELECT 1) INSERT INTO payment SELECT * FROM x",
    "EXPORT DATABASE '{folder}/out'",
    "SELECT 1; SELECT 2",
    "SELECT 1; DROP VIEW payment",
    "",
    "/* nothing */",
    "SELECT (",
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM read_blob('{root}/bihuan.toml')",
    "SELECT * FROM '/etc/passwd'",
    "SELECT * FROM glob('/*')",
    "SELECT * FROM read_parquet('{part}')",
    "FROM '{part}'",
    "SELECT * FROM parquet_metadata('{part}')",
    "SELECT * FROM sniff_csv('/etc/passwd')",
    "SELECT * FROM query('SELECT 1')",
    "SELECT * FROM duckdb_settings()",
    "SELECT * FROM duckdb_secrets()",
    "SELECT * FROM information_schema.tables",
    "SELECT getenv('HOME')",
    "SELECT (SELECT content FROM read_text('/etc/passwd'))",
    "WITH x AS (SELECT * FROM read_csv('/etc/passwd')) SELECT * FROM x",
    "SELECT amount FROM payment UNION ALL SELECT content FROM read_text('/etc/passwd')",
    "SELECT * FROM payment WHERE purpose IN (SELECT file FROM glob('/etc/*'))",
    "SELECT no_such_column FROM payment",
    "SELECT * FROM nowhere",
    "SELECT CAST('x' AS INTEGER)",
]


@pytest.mark.parametrize("query", REFUSED)
def test_what_is_no_question_to_the_books_is_refused_and_changes_nothing(made, tmp_path, query):
    before = digests(made)
    words = query.format(folder=tmp_path, root=made.root, part=part(made))
    said = bihuan(made, "books", "sql", words)
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith("bihuan: ")
    assert "Traceback" not in said.err
    assert "root:" not in said.err
    assert digests(made) == before
    assert not list(tmp_path.glob("out*"))


@pytest.mark.parametrize(
    "query", [q for q in REFUSED if q.startswith(("COPY", "ATTACH", "SET", "SELECT * FROM read_"))]
)
def test_the_engine_itself_refuses_what_the_first_wall_would_let_through(made, tmp_path, query):
    if "{part}" in query and query.startswith("SELECT"):
        query = query.replace("{part}", "/etc/passwd")
    with open_sandbox(made, head(made)) as engine, pytest.raises(Exception, match=r"(?i)error|cannot|denied") as found:
        engine.rows(query.format(folder=tmp_path, root=made.root, part=part(made)))
    assert "Permission" in str(found.value) or "locked" in str(found.value) or "rror" in type(found.value).__name__
    assert not list(tmp_path.glob("out*"))


ALLOWED = [
    ("SELECT amount FROM payment", [(Decimal("150.00"),)]),
    ("FROM payment SELECT unit_id;", [("U1",)]),
    ("select count(*) from PAYMENT -- how many", [(1,)]),
    ("WITH big AS (SELECT * FROM payment WHERE amount > 100) SELECT count(*) FROM big", [(1,)]),
    ("SELECT sum(n) FROM range(4) AS t(n)", [(6,)]),
    ("SELECT unnest([1, 2])", [(1,), (2,)]),
    ("SELECT '；;' AS x", [("；;",)]),
    ("SELECT list(row_id) FROM payment", [([(1 << 40) + 1],)]),
]


@pytest.mark.parametrize(("query", "rows"), ALLOWED)
def test_a_question_to_the_books_is_answered(made, query, rows):
    with open_sandbox(made, head(made)) as engine:
        assert list(answer(engine, checked(query, head(made).tables)).rows) == rows


def test_an_older_snapshot_is_out_of_reach_of_the_newest(made):
    older = head(made)
    add(made, {"account": [{"code": "1001"}]})
    with open_sandbox(made, older) as engine, pytest.raises(BadQuery, match="no table 'account'"):
        answer(engine, checked("SELECT * FROM account", older.tables))
    unseen = next(one for one in head(made).parts if one.table == "account")
    with open_sandbox(made, older) as engine, pytest.raises(Exception, match="Permission"):
        engine.rows(f"SELECT * FROM read_parquet('{part_path(made, unseen.hash)}')")


def test_rows_are_read_as_they_are_used(made):
    with open_sandbox(made, head(made)) as engine:
        found = answer(engine, checked("SELECT n FROM range(10000000000) AS t(n)", head(made).tables)).rows
        assert [next(found), next(found)] == [(0,), (1,)]


PERSONAL = [
    ("SELECT payee_account, amount FROM payment", {0}),
    ("SELECT PAYEE_ACCOUNT FROM payment", {0}),
    ("SELECT amount, 'x' || payee_account AS y FROM payment", {1}),
    ("SELECT upper(payee_account) FROM payment", {0}),
    ("SELECT y, amount FROM (SELECT payee_account AS y, amount FROM payment)", {0}),
    ("WITH a AS (SELECT payee_account AS y FROM payment), b AS (SELECT y AS z FROM a) SELECT z FROM b", {0}),
    ("SELECT purpose FROM payment UNION ALL SELECT payee_account FROM payment", {0}),
    ("SELECT p FROM payment AS p", {0}),
    ("SELECT max(payee_account) FROM payment", {0}),
    ("SELECT list(payee_account) FROM payment", {0}),
    ("SELECT {'a': payee_account} AS s FROM payment", {0}),
    ("SELECT CASE WHEN amount > 1 THEN payee_account END FROM payment", {0}),
    ("SELECT (SELECT payee_account FROM payment) AS y", {0}),
    ("SELECT count(DISTINCT payee_account), count(*) FROM payment", set()),
    ("SELECT amount FROM payment WHERE payee_account LIKE '62%' ORDER BY payee_account", set()),
    ("SELECT payee_account = '6' FROM payment", set()),
    ("SELECT name FROM organization", set()),
    ("WITH a(y) AS (SELECT payee_account FROM payment) SELECT y FROM a", None),
    ("SELECT y FROM (SELECT payee_account FROM payment) AS t(y)", None),
    ("SELECT COLUMNS('payee.*') FROM payment", None),
    ("SELECT * RENAME (payee_account AS y) FROM payment", None),
    ("SELECT * FROM (SELECT lower(payee_account) FROM payment)", None),
]


@pytest.mark.parametrize(("query", "positions"), PERSONAL)
def test_what_a_query_makes_of_personal_columns_is_followed(made, query, positions):
    tables = head(made).tables
    asked = checked(query, tables)
    with open_sandbox(made, head(made)) as engine:
        names = [name for name, _ in answer(engine, asked).columns]
    assert personal_positions(asked, names, {name: personal_columns((name,)) for name in tables}) == positions


@pytest.mark.parametrize("query", [query for query, positions in PERSONAL if positions != set()])
def test_no_personal_value_is_shown_unasked(made, query):
    said = bihuan(made, "books", "sql", query, "--json")
    assert said.code == 0, said.err
    assert ACCOUNT not in said.out
    assert "8480012345" not in said.out
    assert "--unmask" in said.err
