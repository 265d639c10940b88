"""The command line as an auditor uses it, and small real books with a run on them."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any
from unittest.mock import patch

from bihuan.cli import main
from bihuan.examine.header import Method
from bihuan.examine.run import examine
from bihuan.store.snapshot import head
from bihuan.store.workspace import Workspace
from small_books import Rows, workspace
from written_methods import method_with


@dataclass(frozen=True)
class Said:
    """What a command said, and how it ended."""

    code: int
    out: str
    err: str

    @property
    def records(self) -> list[dict[str, Any]]:
        return [json.loads(line, parse_float=Decimal) for line in self.out.splitlines()]


def bihuan(made: Workspace, *words: str) -> Said:
    """Run a command on the workspace, from the words typed to the exit code."""
    out, err = io.StringIO(), io.StringIO()
    code = 0
    with (
        redirect_stdout(out),
        redirect_stderr(err),
        patch.object(sys, "argv", ["test", "-w", str(made.root), *words]),
    ):
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
    return Said(code, out.getvalue(), err.getvalue())


def payment(payee: str, invoice: str, amount: str, on: str, **more: Any) -> dict[str, Any]:
    """A payment of unit U1 in yuan."""
    return {"payee_id": payee, "payee_name": payee, "invoice_no": invoice, "amount": amount, "paid_on": on, **more}


def twice(payee: str, invoice: str, amount: str, **more: Any) -> Rows:
    """One invoice paid twice, in January and in February."""
    return [
        payment(payee, invoice, amount, "2024-01-05", **more),
        payment(payee, invoice, amount, "2024-02-05", **more),
    ]


def second_method(*changes: tuple[str, str], name: str = "paid_much", role: str = "lead") -> Method:
    """Another method that asks for the same payments."""
    return method_with(
        ("id: paid_twice", f"id: {name}"),
        ("{zh: 重复付款, en: Paid twice}", f"{{zh: 大额付款, en: {name}}}"),
        ("level: high", f"role: {role}\nlevel: medium"),
        *changes,
        name=name,
    )


def examined(folder: Path, rows: Rows, methods: Iterable[Method] = (), **settings: Any) -> Workspace:
    """A workspace with these payments and one run of the methods, by default the one that finds invoices paid twice."""
    made = workspace(folder, {"payment": rows}, **settings)
    examine(made, head(made), list(methods) or [method_with()])
    return made
