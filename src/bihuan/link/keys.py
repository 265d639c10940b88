"""Typed key columns beside the raw values of a profile: the forms by which two writings meet.

What collecting cleaned is not cleaned again. A plain value takes a pattern in SQL; the distinct odd ones, and all names
and addresses, go through `model.values` once each and are joined back.
"""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import fields
from typing import Self

import pyarrow as pa

from bihuan.link.rules import Rules
from bihuan.model.values import accounts, addresses, companies, credit_code, emails, hanzi, identity, persons, phones
from bihuan.model.values.style import BadValue
from bihuan.store.engine import Engine

# Keys of all kinds; what a kind has not is NULL.
KEYS = {
    "verified": "VARCHAR",  # a valid identity number of 18 digits; of firms the organisation code of 9 characters
    "plain": "VARCHAR", "sound": "VARCHAR", "look": "VARCHAR", "surname": "VARCHAR", "given": "VARCHAR",
    "brand": "VARCHAR", "region": "VARCHAR", "industry": "VARCHAR", "form": "VARCHAR", "branch": "VARCHAR",
    "is_full": "BOOLEAN",
    "phone_key": "VARCHAR", "account_key": "VARCHAR", "address_key": "VARCHAR", "email_key": "VARCHAR",
}  # fmt: skip
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_BATCH = 50_000
CORES = os.cpu_count() or 1
Ask = dict[str, Callable[[str], str | None]] | Callable[[str], tuple[object, ...]]
# A number of 18 digits whose check digit and day hold, told without leaving SQL.
_SUM = " + ".join(f"CAST(substr(number, {at}, 1) AS INTEGER) * {weight}" for at, weight in enumerate(_WEIGHTS, start=1))
VALID_NUMBER = (
    "CASE WHEN regexp_full_match(number, '[1-9]\\d{5}(18[5-9]|19\\d|20\\d)\\d(0[1-9]|1[0-2])\\d{5}[\\dX]') THEN "
    f"substr('10X98765432', ({_SUM}) % 11 + 1, 1) = right(number, 1) AND "
    "TRY_CAST(concat_ws('-', substr(number, 7, 4), substr(number, 11, 2), substr(number, 13, 2)) AS DATE) IS NOT NULL "
    "ELSE false END"
)


# Most phones and accounts are digits already; the same digit over and over is no number of anybody's.
MOBILE = "regexp_full_match(phone, '1[3-9]\\d{9}')"
DIGITS = "regexp_full_match(account, '\\d{9,34}')"


def add_keys(engine: Engine, rules: Rules) -> None:
    """Replace `fresh` by itself with KEYS; `number` and `born` are brought to one writing."""
    with _Askers() as askers:
        _keyed(askers, engine, rules)


def _keyed(askers: _Askers, engine: Engine, rules: Rules) -> None:
    _map = askers.map
    _map(engine, "name", "form_of", _forms(rules.kind))
    _map(engine, "address", "home_of", {"address_key": addresses.key})
    _map(engine, "email", "email_of", {"email_key": emails.key})
    _map(engine, "phone", "phone_of", {"phone_key": _phone}, where=f"NOT {MOBILE}")
    _map(engine, "account", "account_of", {"account_key": _account}, where=f"NOT {DIGITS}")
    if rules.kind == "person":
        _map(engine, "number", "number_of", {"verified": _identity}, where="length(number) = 15")
        verified = f"CASE WHEN {VALID_NUMBER} THEN number ELSE number_of.verified END"
        head = "fresh.head"
    else:
        _map(engine, "number", "number_of", {"verified": credit_code.organisation_code})
        _map(engine, "other_number", "other_of", {"other_verified": credit_code.organisation_code})
        _map(engine, "registration", "old_of", {"old_number": _registration})
        _map(engine, "head", "head_of", {"head_key": hanzi.simplified})
        verified = "coalesce(number_of.verified, other_of.other_verified)"
        head = "head_of.head_key"
    engine.run(f"CREATE OR REPLACE TABLE keyed AS {_select(rules.kind, verified, head)}")
    for name in ("form", "home", "phone", "account", "email", "number", "other", "old", "head"):
        engine.run(f"DROP TABLE IF EXISTS {name}_of")
    engine.run("DROP TABLE fresh")
    engine.run("ALTER TABLE keyed RENAME TO fresh")


def _select(kind: str, verified: str, head: str) -> str:
    held = {"person": [one.name for one in fields(persons.Compared)], "organization": list(_COMPANY)}[kind]
    plain = ("verified", "phone_key", "account_key", "address_key", "email_key")
    forms = [_form(key, held) for key in KEYS if key not in plain]
    joins = "".join(
        f" LEFT JOIN {made} ON {made}.value = fresh.{name}"
        for name, made in (
            ("name", "form_of"),
            ("address", "home_of"),
            ("email", "email_of"),
            ("phone", "phone_of"),
            ("account", "account_of"),
        )
    )
    joins += " LEFT JOIN number_of ON number_of.value = fresh.number"
    if kind == "organization":
        joins += "".join(
            f" LEFT JOIN {made} ON {made}.value = fresh.{name}"
            for name, made in (("other_number", "other_of"), ("registration", "old_of"), ("head", "head_of"))
        )
    number = f"coalesce({verified}, fresh.number)" if kind == "person" else "fresh.number"
    old = "old_of.old_number" if kind == "organization" else "CAST(NULL AS VARCHAR)"
    inner = (
        f"SELECT fresh.profile_id, fresh.name, {number} AS number, fresh.born, fresh.phone, fresh.account, "
        "fresh.address, "
        f"{head} AS head, {old} AS registration, {verified} AS verified, {', '.join(forms)}, "
        f"{_plain('phone', MOBILE)} AS phone_key, {_plain('account', DIGITS)} AS account_key, home_of.address_key, "
        "fresh.email, email_of.email_key "
        f"FROM fresh{joins}"
    )
    return f"SELECT * REPLACE ({_BORN} AS born) FROM ({inner})"


def _plain(name: str, pattern: str) -> str:
    """The key of a plain value in SQL, of an odd one as `_map` found it."""
    varied = f"length(translate(substr(fresh.{name}, 2), substr(fresh.{name}, 2, 1), '')) > 0"
    return (
        f"CASE WHEN {pattern.replace(name, 'fresh.' + name)} THEN CASE WHEN {varied} THEN fresh.{name} END ELSE "
        f"{name}_of.{name}_key END"
    )


_BORN = (
    "coalesce(left(born, 10), CASE WHEN regexp_full_match(number, '\\d{17}[\\dX]') "
    "THEN concat_ws('-', substr(number, 7, 4), substr(number, 11, 2), substr(number, 13, 2)) END)"
)
_PERSON = ("plain", "surname", "given", "sound", "look")
_COMPANY = ("plain", "brand", "region", "industry", "form", "branch", "sound", "look", "is_full")


def _form(key: str, held: list[str]) -> str:
    held = ["plain" if one == "name" else one for one in held]
    return f"form_of.{key}" if key in held else f"CAST(NULL AS {KEYS[key]}) AS {key}"


def _forms(kind: str) -> Ask:
    return _person if kind == "person" else _company


def _person(name: str) -> tuple[object, ...]:
    one = persons.compared(name)
    return (one.name, one.surname, one.given, one.sound, one.look)


def _company(name: str) -> tuple[object, ...]:
    one = companies.compared(name)
    # A public body's name is its whole; 教育局 alone is no brand.
    full = one.is_full or (companies.kind_of(name) == "organ" and bool(one.region) and len(one.name) >= 6)
    # 有限责任公司 and 有限公司 are one legal form.
    return (
        one.name.replace("有限责任公司", "有限公司"),
        one.brand,
        one.region,
        one.industry,
        one.form,
        one.branch,
        one.sound,
        one.look,
        full,
    )


class _Askers:
    """Asks `model.values` about distinct values: here where they are few, by all cores where they fill batches."""

    def __init__(self) -> None:
        # Spawned, not forked: the engine's threads would not live on in a fork. No process starts before it is asked.
        self._pool = ProcessPoolExecutor(CORES, mp_context=multiprocessing.get_context("spawn"))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(cancel_futures=True)

    def map(self, engine: Engine, column: str, made: str, ask: Ask, *, where: str = "true") -> None:
        """The table `made`: each distinct value of a column of `fresh`, and what `ask` makes of it."""
        names = list(ask) if isinstance(ask, dict) else [*(_PERSON if ask is _person else _COMPANY)]
        typed = ", ".join(f"{name} {KEYS.get(name, 'VARCHAR')}" for name in names)
        engine.run(f"CREATE OR REPLACE TABLE {made} (value VARCHAR, {typed})")
        query = f"SELECT DISTINCT {column} AS value FROM fresh WHERE {column} IS NOT NULL AND {where}"
        batches = (one["value"] for one in engine.cursor().arrow(query, batch=_BATCH))
        for values, answers in self._asked(batches, ask):
            engine.register("told", pa.table([values, *answers], names=["value", *names]))
            engine.run(f"INSERT INTO {made} SELECT * FROM told")
            engine.unregister("told")

    def _asked(self, batches: Iterable[pa.Array], ask: Ask) -> Iterator[tuple[pa.Array, list[pa.Array]]]:
        waiting: deque[tuple[pa.Array, Future[list[pa.Array]]]] = deque()
        for values in batches:
            if CORES == 1 or (not waiting and len(values) < _BATCH // 2):
                yield values, _answers(values, ask)
                continue
            waiting.append((values, self._pool.submit(_answers, values, ask)))
            if len(waiting) > CORES:
                held, future = waiting.popleft()
                yield held, future.result()
        for held, future in waiting:
            yield held, future.result()


def _answers(values: pa.Array, ask: Ask) -> list[pa.Array]:
    held = values.to_pylist()
    if isinstance(ask, dict):
        return [pa.array([one(value) for value in held], pa.string()) for one in ask.values()]
    return [pa.array(column) for column in zip(*map(ask, held), strict=True)]


def _identity(number: str) -> str | None:
    try:
        return identity.parse(number)
    except BadValue:
        return None


def _phone(number: str) -> str | None:
    """A telephone number in its one writing; one digit over and over is none."""
    try:
        found = phones.parse(number)
    except BadValue:
        return None
    return found if len(set(found[1:])) > 1 else None


def _account(number: str) -> str | None:
    """An account; one digit over and over is none."""
    try:
        found = accounts.parse(number)
    except BadValue:
        return None
    return found if len(set(found[1:])) > 1 else None


def _registration(number: str) -> str | None:
    return number if credit_code.is_registration_number(number) else None
