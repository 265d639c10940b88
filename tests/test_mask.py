"""Masking: what is personal is starred, and whoever unmasks is written down."""

from __future__ import annotations

import json

import pytest

from at_the_desk import bihuan, examined, twice
from bihuan.leads.mask import mask_row, masked

ACCOUNT = "6228480012345678901"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("110101199003074518", "110*************18"),
        ("王芳", "王*"),
        ("欧阳小雨", "欧***"),
        ("王", "*"),
        ("", ""),
        (None, None),
        (13800138000, "138******00"),
    ],
)
def test_the_middle_of_a_personal_value_is_starred(value, shown):
    assert masked(value) == shown


def test_only_personal_columns_of_the_tables_that_are_read_are_masked():
    row = {"payee_account": ACCOUNT, "amount": 5, "name": "库存现金"}
    assert mask_row(row, ["payment", "account"]) == {**row, "payee_account": "622**************01"}


def test_a_lead_is_shown_masked_unless_a_reason_is_given_and_recorded(tmp_path):
    made = examined(tmp_path, twice("甲公司", "001", "100.00", payee_account=ACCOUNT))
    name = bihuan(made, "leads", "--json").records[0]["lead_id"]
    assert ACCOUNT not in bihuan(made, "leads", "show", name).out
    assert not (made.root / "unmasked.jsonl").exists()
    assert ACCOUNT in bihuan(made, "leads", "show", name, "--unmask", "核对账户").out.replace("\n", "").replace(" ", "")
    (entry,) = [json.loads(line) for line in (made.root / "unmasked.jsonl").read_text(encoding="utf-8").splitlines()]
    assert entry["reason"] == "核对账户"
    assert name in entry["what"]
    assert entry["by"]
    assert entry["at"]
