"""Who is eligible under a policy: one rule, written once in the policy's row, asked of everybody or of one.

A rule is a condition over the columns of `declaration`, in Chinese labels or column names. `check` proves it without
data, `who` asks it of the books, `ask` of one enterprise or person. Methods read the answers in the table `eligible`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

from bihuan.errors import BadMethod, BadQuery
from bihuan.model.table import table
from bihuan.settings import Settings
from bihuan.store.condition import Condition, Vocabulary, parse_condition
from bihuan.store.engine import Engine, EngineError, connect

FACTS = "declaration"
ELIGIBLE = {"policy_row": "BIGINT", "declaration_row": "BIGINT", "is_eligible": "BOOLEAN"}
_WHO_IT_IS = ("subject_name", "subject_no", "currency")  # who is asked, not what is asked

Place = Callable[[int], str]  # row_id of a policy → where its row stands, in words


@cache
def attributes() -> Vocabulary:
    """What a rule may ask for: every column of `declaration` that does not say who somebody is."""
    columns = [one for one in table(FACTS).columns if one.name not in _WHO_IT_IS]
    return Vocabulary(
        FACTS,
        {one.zh: one.name for one in columns} | {one.name: one.name for one in columns},
        {one.name: one.sql_type for one in columns},
        {one.name: dict(one.words) for one in columns if one.words},
    )


@cache
def _parsed(rule: str) -> Condition:
    return parse_condition(rule, attributes())


def check(rule: str) -> list[str]:
    """All faults of a rule in words, each with its remedy; none means that it may be asked."""
    try:
        condition = _parsed(rule)
        with connect(Settings()) as engine:
            return _of_wrong_type(engine, condition)
    except BadQuery as error:
        return [str(error)]


def who(rule: str) -> str:
    """A query of `row_id` and `is_eligible` for every row of `declaration`; NULL where too little was declared."""
    return f"SELECT row_id, ({_parsed(rule).sql}) AS is_eligible FROM {FACTS}"


def ask(rule: str, facts: Mapping[str, object]) -> bool | None:
    """Whether somebody of whom these facts are known is eligible; None where they do not suffice to tell.

    Facts go by label or column name: {"企业规模": "小型", "employees": 12}. BadQuery names one that no rule asks for.
    """
    known = attributes()
    strange = sorted(set(facts) - set(known.columns))
    if strange:
        raise BadQuery(f"no attribute {strange[0]!r}. There are: {'、'.join(known.types)}.")
    given = {known.columns[name]: value for name, value in facts.items()}
    values = {name: _as_value(name, value) for name, value in given.items()}
    cells = ", ".join(f'CAST(${name} AS {kind}) AS "{name}"' for name, kind in known.types.items())
    with connect(Settings()) as engine:
        try:
            sql = f"SELECT ({_parsed(rule).sql}) FROM (SELECT {cells}) AS {FACTS}"
            found: bool | None = engine.one(sql, {name: values.get(name) for name in known.types})[0]
        except EngineError as error:
            raise BadQuery(f"the rule cannot be asked of these facts: {_short(error)}") from None
    return found


def missing(rule: str, facts: Mapping[str, object]) -> list[str]:
    """The labels of what the rule asks for and the facts do not tell."""
    known = attributes()
    told = {known.columns[name] for name, value in facts.items() if name in known.columns and value is not None}
    asked = _parsed(rule).columns
    return [one.zh for one in table(FACTS).columns if one.name in asked - told]


def install(engine: Engine, place: Place = lambda _: "") -> str:
    """Make `eligible` in the session from every rule in `policy`; gives the faults, each with its policy and place.

    A rule with a fault has no answers, so a method that reads `eligible` must not run while there are any.
    """
    typed = ", ".join(f"{name} {kind}" for name, kind in ELIGIBLE.items())
    engine.run(f"CREATE OR REPLACE TABLE eligible ({typed})")
    faults = []
    for row, number, measure, rule in rules(engine):
        try:
            engine.run(f"INSERT INTO eligible SELECT {row}, row_id, is_eligible FROM ({who(rule)})")
        except (BadQuery, EngineError) as error:
            where = place(row)
            named = f"policy {number}" + (f", measure {measure}" if measure else "") + (f" ({where})" if where else "")
            faults.append(f"{named}: the rule {rule!r}: {_short(error)}")
    return "\n".join(faults)


def rules(engine: Engine) -> list[tuple[int, str, str | None, str]]:
    """Row, number, measure and rule of every policy that has a rule, in order of row."""
    return engine.rows(
        "SELECT row_id, policy_no, measure_no, trim(rule) FROM policy WHERE trim(coalesce(rule, '')) <> '' "
        "ORDER BY row_id"
    )


def require(faults: str) -> None:
    """Raise BadMethod where a rule has a fault."""
    if faults:
        raise BadMethod(
            f"{faults}\nCorrect the rule in the list of policies and collect it again; see docs/eligibility.md."
        )


def _of_wrong_type(engine: Engine, condition: Condition) -> list[str]:
    cells = ", ".join(f'CAST(NULL AS {kind}) AS "{name}"' for name, kind in attributes().types.items())
    try:
        sql = f"SELECT ({condition.sql}) AS held FROM (SELECT {cells}) AS {FACTS}"
        ((_, kind),) = engine.columns(sql)
    except EngineError as error:
        return [f"values of different kinds are compared: {_short(error)}"]
    return [] if kind == "BOOLEAN" else [f"it gives {kind} where yes or no is wanted. Compare it with something."]


def _as_value(name: str, value: object) -> object:
    words = attributes().words.get(name, {})
    if isinstance(value, str) and words:
        if value not in words and value not in words.values():
            raise BadQuery(f"{value!r} is no value of {table(FACTS).column(name).zh}. It has: {'、'.join(words)}.")
        return words.get(value, value)
    return value if value is None or isinstance(value, bool) else str(value)


def _short(error: Exception) -> str:
    lines = [one.strip() for one in str(error).splitlines() if one.strip() and not one.startswith(("LINE ", " "))]
    return " ".join(lines)[:500]
