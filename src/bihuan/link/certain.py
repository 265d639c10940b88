"""The first tier: keys that settle it, guarded against numbers that many share and names that do not fit.

certain   left, right, why: profiles that a key makes one
hub       kind, value, parties: values that too many share, which therefore tie nobody
disputed  profile_id, number, name, other_name: one number, names that cannot be one person's; for review
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import pyarrow as pa

from bihuan.link.rules import SHARED, Rules
from bihuan.model.values import persons
from bihuan.store.engine import Engine, text


@dataclass(frozen=True)
class Holder:
    """A profile that claims a number."""

    name: str
    profile: int
    is_new: bool
    born_otherwise: bool | None  # another day of birth stands beside the number


# A day of birth that was only read from a number is not believed when the number is not.
_OWN_BORN = "CASE WHEN replace(born, '-', '') <> substr(number, 7, 8) THEN born END"
_NAME = {"person": "sound", "organization": "brand"}
# Keys, and the columns whose values they consist of. Rows with one key are one party unless two numbers stand in it.
_KEYS = {
    "person": {"number": ("verified",), "account": ("account_key", "sound")},
    "organization": {
        "number": ("verified", "branch"),
        "registration": ("registration", "branch"),
        "name": ("CASE WHEN is_full THEN plain END",),
    },
}


def known_by(rules: Rules) -> list[str]:
    """Columns in which this tier looks for known profiles beside a new one: those of the keys and those of hubs."""
    keys = (columns[0] for columns in _KEYS[rules.kind].values())
    return list(dict.fromkeys([*_hub_columns(rules).values(), *keys]))


def _hub_columns(rules: Rules) -> dict[str, str]:
    # Also a number that is not valid ties persons who share it; of firms only codes that are valid count.
    number = "number" if rules.kind == "person" else "verified"
    columns = {"number": number, **SHARED}
    return {kind: columns[kind] for kind in rules.hubs}


def find_hubs(engine: Engine, rules: Rules) -> None:
    """Make `hub`, and take its values and those of `old_hub` out of the keys of new profiles."""
    name, columns = _NAME[rules.kind], _hub_columns(rules)
    engine.run("CREATE OR REPLACE TABLE hub (kind VARCHAR, value VARCHAR, parties BIGINT)")
    for kind, most in rules.hubs.items():
        key = columns[kind]
        engine.run(
            f"""INSERT INTO hub
            WITH often AS (SELECT {key} FROM profile WHERE {key} <> '' GROUP BY {key}
              HAVING count(*) > {most} AND bool_or(is_new))
            SELECT {text(kind)}, {key}, count(DISTINCT {name}) FROM profile SEMI JOIN often USING ({key})
            GROUP BY {key} HAVING count(DISTINCT {name}) > {most}"""
        )
    for kind, key in columns.items():
        values = " UNION ".join(f"SELECT value FROM {one} WHERE kind = {text(kind)}" for one in ("hub", "old_hub"))
        if engine.one(f"SELECT count(*) FROM ({values})")[0]:
            emptied = f"verified = NULL, number = NULL, born = {_OWN_BORN}" if kind == "number" else f"{key} = NULL"
            engine.run(f"UPDATE fresh SET {emptied} WHERE {key} IN ({values})")


def find_disputed(engine: Engine, rules: Rules) -> None:
    """Make `disputed`: new profiles whose number is another's by its name; they lose it, and the day of birth in it."""
    engine.run("CREATE OR REPLACE TABLE disputed (profile_id BIGINT, number VARCHAR, name VARCHAR, other_name VARCHAR)")
    if rules.kind != "person":
        return
    found = engine.rows(
        """WITH several AS (
          SELECT verified FROM profile WHERE verified IN (SELECT verified FROM fresh WHERE verified IS NOT NULL)
          GROUP BY verified HAVING min(sound) <> max(sound)
        )
        SELECT verified, plain, profile_id, is_new, replace(born, '-', '') <> substr(number, 7, 8) AS born_otherwise
        FROM profile SEMI JOIN several USING (verified) ORDER BY verified, profile_id"""
    )
    by_number: dict[str, list[Holder]] = {}
    for number, *rest in found:
        by_number.setdefault(number, []).append(Holder(*rest))
    told = [one for number, held in by_number.items() for one in _disputed(number, held)]
    if told:
        names = ["profile_id", "number", "name", "other_name"]
        engine.register("told", pa.table(dict(zip(names, map(list, zip(*told, strict=True)), strict=True))))
        engine.run("INSERT INTO disputed SELECT * FROM told")
        engine.unregister("told")
        engine.run(
            f"UPDATE fresh SET verified = NULL, number = NULL, born = {_OWN_BORN} "
            "WHERE profile_id IN (SELECT profile_id FROM disputed)"
        )


def _disputed(number: str, held: list[Holder]) -> list[tuple[int, str, str, str]]:
    """The number is believed of the name that stands beside it most often, the earliest of equals."""
    counts = Counter(one.name for one in held)
    names = [one.name for one in held]
    owner = max(counts, key=lambda one: (counts[one], -names.index(one)))
    return [(one.profile, number, one.name, owner) for one in held if one.is_new and not _fits(one, owner)]


def _fits(one: Holder, owner: str) -> bool:
    """A name that differs is only believed where no other day of birth stands beside it."""
    if one.name == owner:
        return True
    named, owned = persons.compared(one.name), persons.compared(owner)
    if one.born_otherwise:
        return named.sound == owned.sound or named.look == owned.look
    return persons.is_compatible(named, owned)


def find_certain(engine: Engine, rules: Rules) -> None:
    """Make `certain`: a star of edges around the first profile of each key that a new profile has."""
    engine.run("CREATE OR REPLACE TABLE certain (left_id BIGINT, right_id BIGINT, why VARCHAR)")
    for why, columns in _KEYS[rules.kind].items():
        key = " || '|' || ".join(columns)
        engine.run(
            f"""INSERT INTO certain
            WITH keyed AS (SELECT {key} AS key, profile_id, verified, is_new FROM profile WHERE ({key}) IS NOT NULL),
            stars AS (
              SELECT key, min(profile_id) AS first_id FROM keyed GROUP BY key
              HAVING count(*) > 1 AND bool_or(is_new) AND coalesce(min(verified) = max(verified), true)
            )
            SELECT first_id, profile_id, {text(why)} FROM keyed JOIN stars USING (key) WHERE first_id <> profile_id"""
        )
