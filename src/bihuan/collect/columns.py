"""What the columns of a draft are: those of the model, and those that only carry a value to one of them."""

from __future__ import annotations

from dataclasses import dataclass

from bihuan.model.table import Table

UNKNOWN = "?"  # a word of a coded column that stands for none of its values; it is not blank, so no default fills it

# Columns that a draft may give instead of the model's: a direction with one amount, or balances split by side.
_CARRIED = {
    "journal_line": {"dc": "dc", "amount": "money"},
    "account_balance": {
        "dc": "dc",
        "opening_dc": "dc",
        "closing_dc": "dc",
        "opening_debit": "money",
        "opening_credit": "money",
        "closing_debit": "money",
        "closing_credit": "money",
    },
}
# What a spreadsheet turns into a number although its digits name something.
_FORMS = frozenset({"identity", "account", "credit_code", "code"})
_EXACT = _FORMS - {"code"}  # a person, an account, a firm: one digit less is another one
_NAMING = ("_no", "_id", "_code", "_account", "account", "code", "id_no")


@dataclass(frozen=True)
class Cell:
    """A column on its way: its type is the model's, or `coded` where only certain values are allowed."""

    name: str
    type: str
    required: bool = False  # of a coded column: a word that is not known makes the row a reject
    values: tuple[str, ...] = ()
    form: str | None = None

    @property
    def names_something(self) -> bool:
        """Whether it holds codes or numbers that name, so that 1001.0 is 1001."""
        return self.type == "text" and (self.form in _FORMS or self.name.endswith(_NAMING))

    @property
    def is_long_number(self) -> bool:
        """Whether it holds numbers of persons or accounts, which each department groups in a way of its own."""
        return self.type == "text" and self.form in ("identity", "account")

    @property
    def needs_every_digit(self) -> bool:
        """Whether a number whose last digits were lost would match the wrong person, account or firm."""
        return self.type == "text" and self.form in _EXACT


def cells_of(table: Table, names: tuple[str, ...]) -> tuple[Cell, ...]:
    """The columns of a draft with their types; NotFound for one that neither the model nor the list above knows."""
    carried = _CARRIED.get(table.name, {})
    return tuple(_carried(name, carried[name]) if name in carried else _of_model(table, name) for name in names)


def _carried(name: str, type_: str) -> Cell:
    if type_ == "dc":
        return Cell(name, "coded", required=True, values=("debit", "credit", "flat"))
    return Cell(name, type_)


def _of_model(table: Table, name: str) -> Cell:
    column = table.column(name)
    type_ = "coded" if column.values else column.type
    return Cell(name, type_, column.required, column.values, column.form)
