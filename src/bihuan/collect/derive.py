"""What the model says is made when collecting: sides, sequence numbers, periods, defaults, signed balances."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bihuan.collect.columns import UNKNOWN
from bihuan.collect.convert import ITEM, Typed
from bihuan.collect.desk import Desk
from bihuan.collect.handed import Draft
from bihuan.model.table import Table
from bihuan.store.engine import quoted, text

Made = dict[str, str]  # column → SQL expression over `t`, a row of the typed draft

# Chinese government accounting since 2019 keeps budgetary accounts beside the financial ones. These four-digit accounts
# exist there only, so their presence tells such books from an enterprise's, whose profit and loss begin with 6 too.
_GOVERNMENT = ("7101", "7201", "7301", "7401", "7501", "7601", "7901", "8001", "8101", "8201", "8401", "8501", "8701")
# The tables that tell the sides of parallel accounting apart, and their column of account codes.
_CODES = {"journal_line": "account_code", "account_balance": "account_code", "account": "code"}
# From these other columns are made, so that a value of theirs which is read otherwise changes more than itself.
SPRINGS = frozenset(
    {"unit_id", "unit_name", "book_id", "currency", "voucher_no", "voucher_word", "account_code", "code"}
)
_YUAN = ("人民币", "RMB", "本位币", "人民币元", "元", "CNY")
_WORD_AND_NUMBER = "^([一-龥]+?)字?第?[-－ ]?([0-9]+)号?$"


@dataclass(frozen=True)
class Rows:
    """Rows of a model table, complete: what goes to the parts, and the fault of what does not."""

    draft: Draft
    table: Table
    scan: str  # SQL giving sheet, line, `columns` and fault
    columns: tuple[str, ...]
    is_plain: bool  # no line comes twice

    @property
    def good(self) -> str:
        """SQL of the rows that can be read."""
        return f"SELECT * EXCLUDE (fault) FROM ({self.scan}) WHERE fault IS NULL"


def government(drafts: Sequence[Typed], desk: Desk) -> str | None:
    """SQL giving unit and book of the sets of books that keep parallel accounts; None where there are none."""
    held = [one for one in drafts if one.table.name in _CODES and _CODES[one.table.name] in one.names]
    if not held or not desk.settings.place.startswith(("CN", *"123456789")):
        return None
    roots = ", ".join(map(text, _GOVERNMENT))
    found = " UNION ".join(
        f"SELECT {made['unit_id']} AS unit, {made.get('book_id', 'NULL')} AS book FROM ({one.scan}) AS t "
        f"WHERE left({quoted(_CODES[one.table.name])}, 4) IN ({roots})"
        for one in held
        for made in [_unit({name: f"t.{quoted(name)}" for name in one.names}, one, desk)]
    )
    place = desk.aside(".parquet")
    desk.engine.run(f"COPY (SELECT DISTINCT unit, CAST(book AS VARCHAR) AS book FROM ({found})) TO {text(str(place))}")
    read = f"SELECT unit, book FROM read_parquet({text(str(place))})"
    return read if desk.engine.rows(f"{read} LIMIT 1") else None


def has_government_codes(typed: Typed, desk: Desk) -> bool:
    """Whether any account of the rows is one that only parallel books have: each code is looked at once."""
    column = _CODES.get(typed.table.name)
    if column not in typed.names:
        return False
    codes = f"SELECT DISTINCT {quoted(column)} AS code FROM ({typed.scan})"
    roots = ", ".join(map(text, _GOVERNMENT))
    return bool(desk.engine.rows(f"SELECT 1 FROM ({codes}) WHERE left(code, 4) IN ({roots}) LIMIT 1"))


def derive(typed: Typed, desk: Desk, *, parallel: str | None) -> Rows:
    """The typed draft with its derived columns; `parallel` is what `government` gave."""
    made = {name: f"t.{quoted(name)}" for name in typed.names}
    for step in (_unit, _money, *_STEPS.get(typed.table.name, ()), _coded):
        made = step(made, typed, desk)
    join = ""
    if typed.table.name in _CODES:
        made, join = _side(made, typed.table, parallel)
    columns = tuple(name for name in typed.table.names if name in made)
    chosen = ", ".join(f"{made[name]} AS {quoted(name)}" for name in columns)
    scan = f"SELECT t.sheet, t.line, {chosen}, {_fault(made, typed.table)} AS fault FROM ({typed.scan}) AS t {join}"
    return Rows(typed.draft, typed.table, scan, columns, typed.is_plain)


def default_unit(draft: Draft, desk: Desk) -> str:
    """The unit of rows that name none: as the auditor says, else the file's name."""
    return desk.options.unit or Path(draft.file.inner or draft.file.name).name.split(".")[0]


def _unit(made: Made, typed: Typed, desk: Desk) -> Made:
    if typed.table.unit != "unit_id":
        return made
    named = [made[name] for name in ("unit_id", "unit_name") if name in made]
    if not named and not desk.options.unit:
        desk.note(
            f"{typed.draft.file.label}: no column and no title names the unit; {default_unit(typed.draft, desk)!r}, "
            "after the file, is used. Name it with --unit."
        )
    default = text(default_unit(typed.draft, desk))
    return {**made, "unit_id": f"coalesce({', '.join([*named, default])})"}


def _money(made: Made, typed: Typed, desk: Desk) -> Made:
    if "currency" not in typed.table.names:
        return made
    home = text(desk.settings.currency)
    if "currency" not in made:
        return {**made, "currency": home}
    yuan = ", ".join(map(text, _YUAN))
    known = f"CASE WHEN {made['currency']} IN ({yuan}) THEN 'CNY' ELSE {made['currency']} END"
    return {**made, "currency": f"coalesce({known}, {home})"}


def _journal_amounts(made: Made, typed: Typed, desk: Desk) -> Made:
    """Debit and credit from a side with one amount; where one of the two is written, the other is nought."""
    if "amount" in made and "dc" in made:
        side, amount = made["dc"], made["amount"]
        made = {
            **made,
            "debit": f"CASE {side} WHEN 'debit' THEN {amount} WHEN 'credit' THEN 0 END",
            "credit": f"CASE {side} WHEN 'credit' THEN {amount} WHEN 'debit' THEN 0 END",
        }
    debit, credit = made.get("debit", "NULL"), made.get("credit", "NULL")
    nought = "CAST(0 AS DECIMAL(18,2))"
    return {
        **made,
        "debit": f"coalesce({debit}, CASE WHEN {credit} IS NOT NULL THEN {nought} END)",
        "credit": f"coalesce({credit}, CASE WHEN {debit} IS NOT NULL THEN {nought} END)",
    }


def _voucher(made: Made, typed: Typed, desk: Desk) -> Made:
    """Word and number from 记-0001 where no column holds the word; the number at the end counts the vouchers."""
    if "voucher_no" not in made:
        return made
    number = made["voucher_no"]
    if "voucher_word" not in made:
        word = f"nullif(regexp_extract({number}, '{_WORD_AND_NUMBER}', 1), '')"
        plain = f"coalesce(nullif(regexp_extract({number}, '{_WORD_AND_NUMBER}', 2), ''), {number})"
        made, number = {**made, "voucher_word": word, "voucher_no": plain}, plain
    whole = f"TRY_CAST({number} AS BIGINT)"
    tail = f"TRY_CAST(nullif(regexp_extract({number}, '([0-9]+)[^0-9]*$', 1), '') AS BIGINT)"
    has_more = f"contains({number}, '.') OR {whole} IS NULL"
    return {**made, "voucher_seq": f"CASE WHEN {has_more} THEN {tail} ELSE {whole} END"}


def _year_and_period(made: Made, typed: Typed, desk: Desk) -> Made:
    day = made.get("voucher_date", "CAST(NULL AS DATE)")
    return {
        **made,
        "fiscal_year": f"coalesce({made.get('fiscal_year', 'NULL')}, year({day}))",
        "period": f"coalesce({made.get('period', 'NULL')}, month({day}))",
    }


def _balances(made: Made, typed: Typed, desk: Desk) -> Made:
    """Signed balances: debit positive, credit negative; a blank amount beside others is nought."""
    for name in ("opening", "closing"):
        if f"{name}_debit" in made or f"{name}_credit" in made:
            debit, credit = made.get(f"{name}_debit", "NULL"), made.get(f"{name}_credit", "NULL")
            made[name] = f"(coalesce({debit}, 0) - coalesce({credit}, 0))"
        elif name in made and (side := made.get(f"{name}_dc") or made.get("dc")):
            amount = made[name]
            made[name] = f"CASE {side} WHEN 'credit' THEN -({amount}) ELSE {amount} END"
    held = [name for name in ("opening", "debit", "credit", "closing") if name in made]
    if held:
        some = f"coalesce({', '.join(made[name] for name in held)})"
        made |= {name: f"coalesce({made[name]}, CASE WHEN {some} IS NOT NULL THEN 0 END)" for name in held}
    money = "CAST({} AS DECIMAL(18,2))"
    return made | {name: money.format(made[name]) for name in held}


def _period_end(made: Made, typed: Typed, desk: Desk) -> Made:
    if "fiscal_year" not in made:
        return made
    year, period = made["fiscal_year"], made.get("period", "0")
    month = f"CASE WHEN {period} BETWEEN 1 AND 12 THEN {period} ELSE 12 END"
    day = f"CASE WHEN {year} BETWEEN 1 AND 9999 THEN last_day(make_date({year}, {month}, 1)) END"
    return {**made, "period": f"coalesce({made.get('period', 'NULL')}, 0)", "period_end": day}


def _year_end(made: Made, typed: Typed, desk: Desk) -> Made:
    if "fiscal_year" not in made:
        return made
    year = made["fiscal_year"]
    day = f"CASE WHEN {year} BETWEEN 1 AND 9999 THEN make_date({year}, 12, 31) END"
    return {**made, "year_end": f"coalesce({made.get('year_end', 'NULL')}, {day})"}


def _journal_status(made: Made, typed: Typed, desk: Desk) -> Made:
    return {**made, "status": f"coalesce({made.get('status', 'NULL')}, 'valid')"}


def _movement_amounts(made: Made, typed: Typed, desk: Desk) -> Made:
    """What came in and what went out of an account, from a side with one amount; without a side, from its sign."""
    if "amount" not in made or {"in_amount", "out_amount"} & set(made):
        return made
    amount, side = made["amount"], made.get("side")
    if side is None:
        came, went = f"CASE WHEN {amount} > 0 THEN {amount} END", f"CASE WHEN {amount} < 0 THEN -({amount}) END"
    else:
        came, went = (f"CASE {side} WHEN '{one}' THEN {amount} END" for one in ("in", "out"))
    money = "CAST({} AS DECIMAL(18,2))"
    return {**made, "in_amount": money.format(came), "out_amount": money.format(went)}


def _purchase_method(made: Made, typed: Typed, desk: Desk) -> Made:
    """The class of a purchase's method from its words, the longest first, where the source names no code."""
    if "method_details" not in made:
        return made
    said = made["method_details"]
    words = sorted(typed.table.column("method").words, key=lambda one: (-len(one[0]), one[0]))
    told = "".join(f" WHEN contains({said}, {text(word)}) THEN {text(value)}" for word, value in words if len(word) > 1)
    given = f"nullif({made['method']}, {text(UNKNOWN)})" if "method" in made else "NULL"
    return {**made, "method": f"coalesce({given}, CASE{told} END)"}


def _payment_status(made: Made, typed: Typed, desk: Desk) -> Made:
    return {**made, "status": f"coalesce({made.get('status', 'NULL')}, 'paid')"}


def _coded(made: Made, typed: Typed, desk: Desk) -> Made:
    coded = [one.name for one in typed.table.columns if one.values and one.name in made]
    return {**made, **{name: f"nullif({made[name]}, '{UNKNOWN}')" for name in coded}}


def _side(made: Made, table: Table, parallel: str | None) -> tuple[Made, str]:
    """Financial or budgetary, and the join that tells which books keep both."""
    given = made.get("side", "NULL")
    code = made.get("account_code") or made.get("code")
    if parallel is None or code is None:
        return {**made, "side": f"coalesce({given}, 'financial')"}, ""
    book = made.get("book_id", "CAST(NULL AS VARCHAR)")
    join = f"LEFT JOIN ({parallel}) AS g ON g.unit = {made['unit_id']} AND g.book IS NOT DISTINCT FROM {book}"
    budgetary = f"g.unit IS NOT NULL AND left({code}, 1) IN ('6', '7', '8')"
    return {**made, "side": f"coalesce({given}, CASE WHEN {budgetary} THEN 'budgetary' ELSE 'financial' END)"}, join


def side_of(typed: Typed, parallel: str) -> tuple[str, str]:
    """SQL of the side of rows `t` that are derived already, and the join it needs."""
    made = {name: f"t.{quoted(name)}" for name in typed.names if name != "side"}
    made, join = _side(made, typed.table, parallel)
    return made["side"], join


def _fault(made: Made, table: Table) -> str:
    """The row's fault from converting, or the first required column that is empty."""
    lacking = "".join(
        f" WHEN {made.get(one.name, 'NULL')} IS NULL THEN "
        + text(ITEM.join([one.name, "", f"{one.zh} ({one.en}) is empty, and every row needs it"]))
        for one in table.columns
        if one.required
    )
    return f"coalesce(t.fault, CASE{lacking} END)" if lacking else "t.fault"


Step = Callable[[Made, Typed, Desk], Made]
_STEPS: dict[str, tuple[Step, ...]] = {
    "final_account": (_year_end,),
    "journal_line": (_journal_amounts, _voucher, _year_and_period, _journal_status),
    "account_balance": (_balances, _period_end),
    "payment": (_payment_status,),
    "bank_transaction": (_movement_amounts,),
    "tender": (_purchase_method,),
}
