"""`bihuan books`: what the books hold."""

from __future__ import annotations

import typer

books_app = typer.Typer(help="账本：总数、表、拒收、查账、SQL / the books: totals, tables, rejects, ledger, SQL", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the command and its parts."""
    app.add_typer(books_app, name="books")
