"""The tables of the model: every file is held to the same bar."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from importlib import resources
from typing import Any

import jsonschema
import pytest
import yaml

from bihuan.errors import NotFound
from bihuan.model.table import SQL_TYPES, Column, Table, table, tables
from bihuan.model.values import FORMS, READERS
from bihuan.settings import Settings
from bihuan.store.engine import connect

FOLDER = resources.files("bihuan.model")
FILES = sorted((one for one in (FOLDER / "tables").iterdir() if one.name.endswith(".yaml")), key=lambda one: one.name)
SCHEMA = json.loads((FOLDER / "table.schema.json").read_text(encoding="utf-8"))
each_file = pytest.mark.parametrize("file", FILES, ids=[one.name for one in FILES])
each_table = pytest.mark.parametrize("one", tables().values(), ids=list(tables()))

# fmt: off
OF_THE_DESIGN = [
    "organization", "person", "official", "kinship", "relation", "bank_account", "account", "journal_line",
    "account_balance", "budget_indicator", "budget_line", "payment", "nontax_income", "invoice", "payroll",
    "asset_card", "bond", "tender", "bid", "bid_item", "award", "contract", "contract_change", "project", "milestone",
    "programme", "benefit_payment", "policy", "school_roll", "meal_day", "goods_received", "claim", "loan",
    "repayment", "hospital_stay",
]
# fmt: on


def heading(text: str) -> str:
    """How two headings are compared: without width, case and blanks."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).casefold()


def headings(column: Column) -> set[str]:
    return {heading(one) for one in (column.name, column.zh, *column.aliases)}


def raw(file: Any) -> dict[str, Any]:
    return yaml.safe_load(file.read_text(encoding="utf-8"))


def columns() -> Iterator[tuple[Table, Column]]:
    return ((one, column) for one in tables().values() for column in one.columns)


@each_file
def test_each_table_file_keeps_to_the_schema(file: Any) -> None:
    jsonschema.Draft202012Validator(SCHEMA).validate(raw(file))


@each_file
def test_each_table_is_named_as_its_file(file: Any) -> None:
    assert f"{raw(file)['table']}.yaml" == file.name


@each_file
def test_no_column_is_written_twice(file: Any) -> None:
    names = re.findall(r"^  (\w+): \{", file.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(names) == sorted(raw(file)["columns"])


@each_table
def test_key_unit_and_date_are_columns_of_the_table(one: Table) -> None:
    assert set(one.key) <= set(one.names)
    assert one.unit is None or one.column(one.unit).type == "text"
    assert one.date is None or one.column(one.date).type == "date"


@each_table
def test_a_heading_leads_to_one_column_only(one: Table) -> None:
    owner: dict[str, str] = {}
    for column in one.columns:
        for name in headings(column):
            assert owner.setdefault(name, column.name) == column.name, f"{one.name}: {name}"


@each_table
def test_money_comes_with_its_currency(one: Table) -> None:
    assert not one.sums or "currency" in one.names or one.name == "account_balance"


@each_table
def test_the_unit_is_the_first_column(one: Table) -> None:
    assert one.unit is None or one.names[0] == one.unit


@each_table
def test_a_word_stands_for_one_value_only(one: Table) -> None:
    for column in one.columns:
        meaning: dict[str, str] = {}
        for word, value in column.words:
            assert meaning.setdefault(heading(word), value) == value, f"{one.name}.{column.name}: {word}"
            assert value in column.values


def test_words_of_real_exports_stand_for_the_values_of_coded_columns() -> None:
    assert dict(table("person").column("sex").words)["女"] == "female"
    assert dict(table("bank_transaction").column("side").words)["借"] == "out"
    assert dict(table("tender").column("method").words)["竞争性磋商"] == "limited"


def test_every_name_can_be_written_in_sql_without_quotes() -> None:
    with connect(Settings()) as engine:
        for name in sorted({column.name for _, column in columns()} | set(tables())):
            assert engine.rows(f'SELECT t.{name} FROM (SELECT 1 AS "{name}") AS t WHERE {name} = 1') == [(1,)]


def test_all_tables_of_the_design_are_there() -> None:
    assert not set(OF_THE_DESIGN) - set(tables())


def test_every_identity_number_phone_and_home_is_personal() -> None:
    sensitive = re.compile(r"(^|_)(id_no|phone|email|address|residence|guardian|born_on)$")
    bare = [f"{one.name}.{column.name}" for one, column in columns() if sensitive.search(column.name)]
    assert len(bare) > 50
    open_ones = [name for name in bare if not table(name.split(".")[0]).column(name.split(".")[1]).personal]
    assert open_ones == []


@pytest.mark.parametrize("name", ["person", "payroll", "benefit_payment", "school_roll", "official", "death"])
def test_names_of_persons_are_personal(name: str) -> None:
    assert table(name).column("name").personal


@pytest.mark.parametrize(
    "name", ["unit_name", "supplier_name", "bidder_name", "agency_name", "seller_name", "shop_name", "contractor_name"]
)
def test_names_of_organisations_are_not(name: str) -> None:
    found = [column for _, column in columns() if column.name == name]
    assert found
    assert not any(column.personal for column in found)


def test_types_and_forms_are_those_that_the_values_read() -> None:
    assert set(SQL_TYPES) == set(READERS)
    assert set(SCHEMA["$defs"]["column"]["properties"]["type"]["enum"]) == set(READERS)
    assert set(SCHEMA["$defs"]["column"]["properties"]["form"]["enum"]) == set(FORMS)
    assert {column.form for _, column in columns()} - {None} == set(FORMS)


@pytest.mark.parametrize(
    ("name", "written", "column"),
    [
        ("journal_line", "ino_id", "voucher_no"),
        ("journal_line", "贷方金额", "credit"),
        ("payment", "PayeeAcctName", "payee_name"),
        ("benefit_payment", "户主姓名", "name"),
        ("benefit_payment", "打款账号", "account"),
        ("death", "SZZJH", "id_no"),
        ("social_insurance", "aae002", "month"),
        ("hospital_stay", "setl_id", "settlement_id"),
        ("treatment_item", "det_item_fee_sumamt", "amount"),
        ("bid", "硬盘序列号", "disk_no"),
        ("tender", "tender/tenderPeriod/endDate", "tender_end"),
        ("contract", "已累计付款金额（第 次）", "paid"),
        ("loan", "dubil_id", "loan_id"),
    ],
)
def test_headings_of_real_exports_are_known(name: str, written: str, column: str) -> None:
    assert [one.name for one in table(name).columns if heading(written) in headings(one)] == [column]


def test_a_table_or_column_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(NotFound, match="journal_line"):
        table("journal")
    with pytest.raises(NotFound, match="voucher_no"):
        table("journal_line").column("voucher_number")
