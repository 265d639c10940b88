"""Numbers of persons and accounts: one number, whichever way a department writes it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bihuan.collect.desk import Options
from bihuan.collect.handed import Handed
from bihuan.collect.pipeline import collect
from bihuan.settings import Settings
from bihuan.store.books import open_books
from bihuan.store.snapshot import head
from bihuan.store.workspace import init

HEAD = "单位编码,补贴项目,姓名,身份证号,银行卡号,实发金额,发放日期\n"


@pytest.mark.parametrize(
    ("written", "card", "id_no", "account"),
    [
        ("33010619800506001x", "6228 4800 0100 0000 018", "33010619800506001X", "6228480001000000018"),
        ("330106-19800506-001X", "6228-4800-0100-0000-018", "33010619800506001X", "6228480001000000018"),
        ("'33010619800506001x", "`6228480001000000018", "33010619800506001X", "6228480001000000018"),
        ("E-1234567", "折 子12", "E-1234567", "折 子12"),
        ("330106198005060018 330106198005060034", "62284800-1", "330106198005060018 330106198005060034", "622848001"),
    ],
)
def test_a_number_is_one_however_it_is_grouped(
    tmp_path: Path, written: str, card: str, id_no: str, account: str
) -> None:
    (tmp_path / "in").mkdir()
    path = tmp_path / "in" / "发放表.csv"
    path.write_text(f"{HEAD}001,农村低保,王芳,{written},{card},500.00,2024-03-05\n", encoding="utf-8")
    workspace = init(tmp_path / "w", Settings(name="W"))
    collect(workspace, [Handed(path, path.name)], Options())
    with open_books(workspace, head(workspace)) as books:
        assert books.rows("SELECT id_no, account FROM benefit_payment") == [(id_no, account)]
