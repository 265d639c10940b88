"""A new method: an empty one to fill in, or an auditor's own query with a header around it, its text unchanged."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bihuan.errors import BadMethod, BadQuery
from bihuan.examine.examples import make_empty
from bihuan.examine.lint import AIDS, evidence_columns, schema
from bihuan.model.table import Table, tables
from bihuan.settings import Settings
from bihuan.store.engine import EngineError, connect
from bihuan.store.transpile import Query, parse

_EMPTY = """SELECT
  unit_id, payment_no, max(amount) AS amount, min(currency) AS currency, max(paid_on) AS paid_on,
  list_sort(list(row_id)) AS payment_rows
FROM payment
WHERE payment_no IS NOT NULL
GROUP BY unit_id, payment_no
HAVING count(*) > 1
"""


@dataclass(frozen=True)
class Scaffold:
    """The text of a new method file and, in words, what was done around the query."""

    text: str
    done_zh: str
    done_en: str


@dataclass(frozen=True)
class _Lead:
    unit: str
    subject: tuple[str, ...]
    amount: str | None
    currency: str | None
    on: str | None


def scaffold(name: str, sql: str | None = None) -> Scaffold:
    """The file of a new method called `name`; BadMethod where the query can give no evidence."""
    body = (sql or _EMPTY).strip().rstrip(";").rstrip()
    try:
        query = parse(body)
        kinds = _kinds(query)
    except (BadQuery, EngineError) as error:
        raise BadMethod(f"{name}: {error}") from None
    main = _main(name, query)
    if evidence_columns(tuple(kinds)):
        lead = _guessed(main, kinds)
        return Scaffold(_text(name, query, lead, body), "查询原样成为方法。", "The query is the method as it stands.")
    return _wrapped(name, query, main, kinds)


def _kinds(query: Query) -> dict[str, str]:
    """Names and types of what the query gives, told by binding it against empty tables."""
    if query.constants:
        raise BadMethod(f"${sorted(query.constants)[0]} has no value. Write the value, and make it a constant later.")
    unknown = sorted(query.tables - set(schema()))
    if unknown:
        raise BadMethod(f"no table {unknown[0]!r} in the model. It has: {', '.join(schema())}.")
    with connect(Settings()) as engine:
        make_empty(engine, {one: schema()[one] for one in query.tables})
        return dict(engine.columns(query.sql))


def _main(name: str, query: Query) -> Table:
    found = query.main_table
    if found not in tables() or found in AIDS:
        raise BadMethod(f"{name}: the query reads no table of the model first. Begin with FROM payment, or another.")
    return tables()[found]


def _wrapped(name: str, query: Query, main: Table, kinds: dict[str, str]) -> Scaffold:
    """The query as the step `found`, joined to the rows that it speaks of."""
    names = ("row_id",) if "row_id" in kinds else _shared(query, main, kinds)
    if not names:
        raise BadMethod(
            f"{name}: the query gives neither row_id nor a column of {main.name}, so no row can be shown as evidence. "
            "Add row_id to its SELECT."
        )
    lead = _guessed(main, kinds)
    body = _joined(query, main, lead, names)
    held = _Lead(
        "unit_id", lead.subject, "amount" if lead.amount else None, "currency", "on_date" if main.date else None
    )
    return Scaffold(
        _text(name, query, held, body),
        f"查询原样放在步骤 found 中，按 {'、'.join(names)} 接回 {main.name} 的记录作为证据。",
        f"The query stands unchanged as the step `found`; {', '.join(names)} leads back to the rows of {main.name}.",
    )


def _shared(query: Query, main: Table, kinds: dict[str, str]) -> tuple[str, ...]:
    """Columns of the table that the query gives as they stand, by which its rows are found again."""
    plain = set(kinds) if "*" in query.columns else query.plain_columns
    return tuple(one for one in kinds if one in main.names and one in plain)


def _joined(query: Query, main: Table, lead: _Lead, names: tuple[str, ...]) -> str:
    """The method's SQL: the query as `found`, each of its rows once as `told`, and the rows that they speak of."""
    told = list(dict.fromkeys((*names, *lead.subject)))
    largest = f", max({lead.amount}) AS told_amount" if lead.amount else ""
    unit = [f"evidence.{main.unit}"] if main.unit else []
    groups = [*unit, *(f"told.{one}" for one in lead.subject)]
    selects = [f"{unit[0]} AS unit_id" if unit else "CAST(NULL AS VARCHAR) AS unit_id"]
    selects += [f"told.{one}" for one in lead.subject]
    if lead.amount:
        selects.append(f"CAST({_total(query, main, lead.amount, names)} AS DECIMAL(18,2)) AS amount")
    selects.append("min(evidence.currency) AS currency" if "currency" in main.names else "'CNY' AS currency")
    if main.date:
        selects.append(f"CAST(max(evidence.{main.date}) AS DATE) AS on_date")
    selects.append(f"list_sort(list(evidence.row_id)) AS {main.name}_rows")
    on = "\n  AND ".join(f"evidence.{one} IS NOT DISTINCT FROM told.{one}" for one in names)
    columns = ", ".join(told)
    # The lines of one voucher look alike in few columns: only those that the query itself lets through are evidence.
    chosen = None if names == ("row_id",) else query.considered
    step = f", chosen AS (\n  {chosen}\n)" if chosen else ""
    also = "JOIN chosen ON chosen.row_id = evidence.row_id\n" if chosen else ""
    return (
        f"WITH found AS (\n{query.sql}\n), told AS (\n  SELECT {columns}{largest} FROM found GROUP BY {columns}\n)"
        f"{step}\n"
        f"SELECT\n  {f',{chr(10)}  '.join(selects)}\nFROM told\nJOIN {main.name} AS evidence\n  ON {on}\n{also}"
        f"GROUP BY {', '.join(groups)}\n"
    )


def _total(query: Query, main: Table, amount: str, names: tuple[str, ...]) -> str:
    """What a subject's amount is: of found rows their sum, of a group what the query says."""
    if names == ("row_id",):
        return "sum(told.told_amount)"
    if not query.is_grouped and amount in main.sums and amount in names:
        return f"sum(evidence.{amount})"
    return "max(told.told_amount)"


def _guessed(main: Table, kinds: dict[str, str]) -> _Lead:
    """Which columns are the unit, the subject, the amount, the currency and the day."""
    personal = {one.name for one in main.columns if one.personal}
    unit = main.unit if main.unit in kinds else "unit_id"
    money = [one for one, kind in kinds.items() if kind.startswith("DECIMAL(18,2)") or kind.startswith("DECIMAL(38,2)")]
    days = [one for one, kind in kinds.items() if kind == "DATE"]
    told = [one for one in main.key if one in kinds and one not in (unit, *personal)]
    texts = [one for one, kind in kinds.items() if kind == "VARCHAR" and one not in (unit, "currency", *personal)]
    subject = tuple(told or texts or days)
    if not subject:
        raise BadMethod(f"the query names no subject. Add what is asked about, such as {', '.join(main.key)}.")
    return _Lead(
        unit=unit,
        subject=subject,
        amount=money[0] if money else None,
        currency="currency" if "currency" in kinds else None,
        on=days[0] if days else None,
    )


def _text(name: str, query: Query, lead: _Lead, body: str) -> str:
    reads = sorted(query.tables - set(AIDS))
    amount = f", amount: {lead.amount}, currency: {lead.currency}" if lead.amount and lead.currency else ""
    on = f", on: {lead.on}" if lead.on else ""
    shown = "、".join(f"{{{one}}}" for one in lead.subject)
    lines = [
        "/*",
        f"id: {name}",
        f"title: {{zh: {name}, en: {name}}}",
        "status: trial            # draft → trial → stable → retired",
        "level: medium            # low, medium, high",
        "basis: []",
        "why: {zh: 请写明为什么值得核实。, en: Say why this is worth a visit.}",
        "not_when: {zh: 请写明哪些情形属于正常。, en: Say when this is innocent.}",
        "ask: {zh: 请写明应调取的资料。, en: Say what to ask the unit for.}",
        f"reads: [{', '.join(reads)}]",
        f"population: {{table: {query.main_table}}}",
        "scope: all",
        f"lead: {{unit: {lead.unit}, subject: [{', '.join(lead.subject)}]{amount}{on}}}",
        f'reason: {{zh: "{name}：{shown}", en: "{name}: {shown}"}}',
        "examples:                # 写出应当查出的和不应查出的记录 / rows that must and must not be found",
        f"  given: {{{reads[0]}: []}}",
        "  expect: []",
        "*/",
    ]
    return "\n".join([*lines, body.rstrip("\n"), ""])


def write(folder: Path, made: Scaffold, name: str) -> Path:
    """Write the new file; an existing one is not overwritten."""
    path = folder / f"{name}.sql"
    if path.exists():
        raise BadMethod(f"{path}: is there already. Choose another id, or edit that file.")
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text(made.text, encoding="utf-8")
    return path
