"""`bihuan books ledger`: turn the pages of a unit's books."""

from __future__ import annotations

from typing import Annotated

import typer

from bihuan.cli.books import books_app
from bihuan.cli.console import emit, note, say, show
from bihuan.report import browse
from bihuan.report.browse import AccountLine, Book, Entry, Subsidiary
from bihuan.store.books import open_books
from bihuan.store.snapshot import head


@books_app.command("ledger")
def ledger(
    ctx: typer.Context,
    unit: Annotated[str | None, typer.Argument(help="单位代码；不写则列出账套 / unit")] = None,
    account: Annotated[str | None, typer.Argument(help="科目代码，含下级；不写则为总账 / account")] = None,
    book: Annotated[str | None, typer.Option(help="账套号 / set of books")] = None,
    year: Annotated[int | None, typer.Option(help="会计年度 / fiscal year")] = None,
    period: Annotated[int | None, typer.Option(help="会计期间 / period")] = None,
    voucher: Annotated[str | None, typer.Option(help="凭证，如 记-12 / a voucher")] = None,
    json: Annotated[bool, typer.Option("--json", help="每行一个 JSON / one JSON object a line")] = False,
) -> None:
    """查账：总账 → 明细账 → 凭证 / General ledger, subsidiary ledger, voucher."""
    workspace = ctx.obj.workspace()
    with open_books(workspace, head(workspace)) as engine:
        if unit is None:
            _units(browse.units(engine), json=json)
            return
        pages = Book(unit, book, year, period)
        if voucher is not None:
            _entries(browse.voucher(engine, pages, voucher), say(f"凭证 {voucher}", f"Voucher {voucher}"), json=json)
        elif account is not None:
            _subsidiary(browse.subsidiary_ledger(engine, pages, account), unit, account, json=json)
        else:
            _accounts(browse.general_ledger(engine, pages), say(f"{unit} 总账", f"{unit}: general ledger"), json=json)


def _units(rows: list[tuple[str, str | None, str | None, int, int, int]], *, json: bool) -> None:
    names = ("unit", "name", "book", "first_year", "last_year", "lines")
    if json:
        for row in rows:
            emit(dict(zip(names, row, strict=True)))
        return
    headings = say("单位 名称 账套 起 止 分录数", "unit name book from to lines").split()
    shown = [[unit, name, book, str(first), str(last), lines] for unit, name, book, first, last, lines in rows]
    show(say("可查的账套", "Books that can be opened"), headings, shown)


def _accounts(rows: list[AccountLine], title: str, *, json: bool) -> None:
    if json:
        for row in rows:
            emit(vars(row))
        return
    headings = say(
        "账套 科目 名称 币种 期初 借方 贷方 期末 分录数 账面期末 相符",
        "book code name currency opening debit credit closing lines stated agrees",
    ).split()
    show(title, headings, [[*vars(row).values(), _agrees(row)] for row in rows])
    differing = sum(row.handed_over not in (None, row.closing) for row in rows)
    compared = sum(row.handed_over is not None for row in rows)
    note(
        say(
            f"{len(rows)} 个科目，与所交余额核对 {compared} 个，不符 {differing} 个。",
            f"{len(rows)} accounts, {compared} compared with the balances handed over, {differing} differ.",
        )
    )


def _agrees(row: AccountLine) -> str:
    if row.handed_over is None:
        return "—"
    return "✓" if row.handed_over == row.closing else f"{row.closing - row.handed_over:,.2f}"


def _subsidiary(found: Subsidiary, unit: str, account: str, *, json: bool) -> None:
    opens = "；".join(f"{book} {amount:,.2f} {currency}".strip() for (book, currency), amount in found.openings.items())
    title = say(f"{unit} 明细账 {account}，期初 {opens}", f"{unit}: subsidiary ledger {account}, opening {opens}")
    _entries(found.entries, title, json=json)


def _entries(rows: list[Entry], title: str, *, json: bool) -> None:
    if json:
        for row in rows:
            emit(vars(row))
        return
    headings = say(
        "行号 账套 日期 凭证 摘要 科目 科目名称 币种 借方 贷方 余额 对方 制单 审核 状态",
        "row book on voucher description account name currency debit credit balance counter prepared approved status",
    ).split()
    show(title, headings, [[str(row.row_id), *list(vars(row).values())[1:]] for row in rows])
