"""The header of a method: a YAML comment atop its SQL, read, validated and hashed."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema
import yaml

from bihuan.errors import BadMethod
from bihuan.store.canonical import digest

Constant = int | str | bool | Decimal | date
MAX_SHARE = Decimal("0.05")

# Words for people, and what does not change the rows that are found: no part of a method's version.
_NOT_MEANING = ("title", "why", "not_when", "ask", "reason", "examples", "status")
_HEADER = re.compile(r"\A\ufeff?\s*/\*(?P<yaml>.*?)\*/(?P<sql>.*)\Z", re.DOTALL)
_TOKEN = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|--[^\n]*|/\*.*?\*/|\s+|.", re.DOTALL)


@dataclass(frozen=True)
class Words:
    """The same words in both languages."""

    zh: str
    en: str


@dataclass(frozen=True)
class Population:
    """The rows that count as examined: those of `table` for which `where` holds."""

    table: str
    where: str | None = None


@dataclass(frozen=True)
class LeadColumns:
    """Which columns of the result hold what a lead consists of."""

    unit: str
    subject: tuple[str, ...]
    amount: str | None = None
    currency: str | None = None
    on: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """All columns named, in order, without repetition."""
        held = (self.unit, *self.subject, self.amount, self.currency, self.on)
        return tuple(dict.fromkeys(one for one in held if one))


@dataclass(frozen=True)
class Example:
    """Rows of the model, and what must be found in them and nothing else."""

    given: Mapping[str, list[dict[str, Any]]]
    expect: list[dict[str, Any]]
    remedied: list[dict[str, Any]] | None = None
    says: str = ""


@dataclass(frozen=True)
class Header:
    """What a method says of itself; see `header.schema.json` for each key."""

    id: str
    title: Words
    status: str
    role: str
    level: str
    basis: tuple[str, ...]
    why: Words
    not_when: Words | None
    ask: Words | None
    reads: tuple[str, ...]
    optional: tuple[str, ...]
    population: Population
    max_share: Decimal
    scope: str
    params: Mapping[str, Constant]
    lead: LeadColumns
    reason: Words
    remedy: str | None
    examples: tuple[Example, ...]


@dataclass(frozen=True)
class Method:
    """One method: its header, its SQL, and the text of the whole file."""

    header: Header
    sql: str
    text: str
    version: str  # hash of the SQL and of the header's meaning
    pack: str
    path: Path
    is_office: bool = False  # the office's own, not built in

    @property
    def id(self) -> str:
        """The method's id, which is its file's name."""
        return self.header.id


def load(path: Path, *, is_office: bool = False) -> Method:
    """The method in a file; its folder is its pack. BadMethod says which key is wrong and how."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadMethod(f"{path}: not UTF-8 at byte {error.start}. Save the file as UTF-8.") from None
    return parse(text, path, is_office=is_office)


def parse(text: str, path: Path, *, is_office: bool = False) -> Method:
    """The method that `text` holds, as if it stood in `path`."""
    found = _HEADER.match(text)
    if found is None:
        raise BadMethod(
            f"{path}: no header. The file must begin with /* id: …, a YAML comment; see: bihuan methods new"
        )
    raw = _yaml(found["yaml"], path)
    _validate(raw, path)
    if raw["id"] != path.stem:
        raise BadMethod(f"{path}: id is {raw['id']!r} but the file is called {path.name}. Make them the same.")
    sql = found["sql"].strip().rstrip(";").rstrip()
    version = digest({"sql": normalised(sql), "header": _meaning(raw)})
    return Method(_header(raw, path), sql, text, version, path.resolve().parent.name, path, is_office)


def normalised(sql: str) -> str:
    """The SQL without comments and with single spaces, so that layout does not make a new version."""
    held: list[str] = []
    for token in _TOKEN.findall(sql):
        one = " " if token.isspace() or token.startswith(("--", "/*")) else token
        if one != " " or (held and held[-1] != " "):
            held.append(one)
    return "".join(held).strip()


def _unrepeated(loader: Any, node: yaml.MappingNode) -> dict[Any, Any]:
    keys = [key.value for key, _ in node.value]
    twice = sorted({one for one in keys if keys.count(one) > 1})
    if twice:
        raise yaml.constructor.ConstructorError(None, None, f"{twice[0]!r} stands twice", node.start_mark)
    found: dict[Any, Any] = loader.construct_mapping(node, deep=True)
    return found


def _loader() -> Any:
    """A safe YAML loader, in C where there is one, for which `on` and `no` are words, 0.05 a Decimal and 001 text."""
    made: Any = type("HeaderLoader", (getattr(yaml, "CSafeLoader", yaml.SafeLoader),), {"yaml_implicit_resolvers": {}})
    for tag, pattern, first in (
        ("bool", r"true|false", "tf"),
        ("int", r"-?(?:0|[1-9][0-9]*)", "-0123456789"),
        ("float", r"-?[0-9]+\.[0-9]+", "-0123456789"),
        ("null", r"~|null|", ["~", "n", ""]),
        ("merge", r"<<", "<"),
        ("timestamp", r"[0-9]{4}-[0-9]{2}-[0-9]{2}", "0123456789"),
    ):
        made.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(f"^(?:{pattern})$"), list(first))
    made.add_constructor("tag:yaml.org,2002:float", lambda _, node: Decimal(node.value))
    made.add_constructor("tag:yaml.org,2002:map", _unrepeated)
    return made


_LOADER = _loader()


def _yaml(text: str, path: Path) -> dict[str, Any]:
    try:
        raw = yaml.load(text, Loader=_LOADER)  # noqa: S506  a SafeLoader with fewer types
    except yaml.YAMLError as error:
        raise BadMethod(
            f"{path}: the header is not YAML: {' '.join(str(error).split())}. Quote text with : or {{."
        ) from None
    if not isinstance(raw, dict):
        raise BadMethod(f"{path}: the header holds no keys. Begin with: id: {path.stem}")
    return raw


@cache
def schema() -> dict[str, Any]:
    """The JSON schema of a header."""
    text = (resources.files("bihuan.examine") / "header.schema.json").read_text(encoding="utf-8")
    held: dict[str, Any] = json.loads(text)
    return held


def _validate(raw: dict[str, Any], path: Path) -> None:
    validator = jsonschema.Draft202012Validator(schema())
    errors = sorted(validator.iter_errors(raw), key=lambda one: [str(key) for key in one.absolute_path])
    if errors:
        raise BadMethod("\n".join(f"{path}: {_told(one)}" for one in errors))


def _told(error: jsonschema.ValidationError) -> str:
    place = ".".join(str(key) for key in error.absolute_path) or "header"
    if error.validator == "required":
        return f"{place}: {error.message.split()[0]} is missing. Add it; docs/adding-a-method.md shows how."
    if error.validator == "additionalProperties":
        known = ", ".join(error.schema.get("properties", {})) if isinstance(error.schema, dict) else ""
        return f"{place}: {error.message}. Known keys: {known}."
    if error.context:
        return f"{place}: " + "; ".join(sorted({one.message for one in error.context}))
    return f"{place}: {error.message}."


def _meaning(raw: dict[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in raw.items() if key not in _NOT_MEANING}
    kept["remedy"] = normalised(raw.get("remedy", ""))
    return kept


def _header(raw: dict[str, Any], path: Path) -> Header:
    examples = raw["examples"] if isinstance(raw["examples"], list) else [raw["examples"]]
    lead = raw["lead"]
    return Header(
        id=raw["id"],
        title=Words(**raw["title"]),
        status=raw["status"],
        role=raw.get("role", "lead"),
        level=raw["level"],
        basis=tuple(raw.get("basis", ())),
        why=Words(**raw["why"]),
        not_when=_words(raw.get("not_when")),
        ask=_words(raw.get("ask")),
        reads=tuple(raw["reads"]),
        optional=tuple(raw.get("optional", ())),
        population=Population(**raw["population"]),
        max_share=Decimal(str(raw.get("max_share", MAX_SHARE))),
        scope=raw["scope"],
        params=_params(raw.get("params") or {}, path),
        lead=LeadColumns(**{**lead, "subject": tuple(lead["subject"])}),
        reason=Words(**raw["reason"]),
        remedy=raw["remedy"].strip().rstrip(";") if raw.get("remedy") else None,
        examples=tuple(Example(**one) for one in examples),
    )


def _words(raw: dict[str, str] | None) -> Words | None:
    return None if raw is None else Words(**raw)


def _params(raw: dict[str, Any], path: Path) -> dict[str, Constant]:
    for name, value in raw.items():
        if not isinstance(value, int | str | bool | Decimal | date):
            raise BadMethod(
                f"{path}: params.{name}: {value!r} is no constant. Give a number, a text, a date, true or false."
            )
    return dict(raw)
