"""JSON read one record at a time: packages, arrays, bare objects and JSON Lines, in flat memory."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from bihuan.collect.desk import Desk
from bihuan.collect.encoding import as_utf8
from bihuan.collect.handed import Handed
from bihuan.errors import BadSource

CHUNK = 1 << 20
LONGEST = 1 << 27  # characters of one record, and of all that a package says beside its records
_BLANK = " \t\n\r"
# An error this near to the end of what was read may only mean that more must be read.
_NEAR = 16
_BEGUN = ("Unterminated string", "Invalid \\uXXXX escape", "Invalid \\escape")


@dataclass(frozen=True)
class Item:
    """One record of the file: its place and its value; `doubled` names keys that stand twice in one object."""

    line: int  # number in the package or array, physical line in JSON Lines; from 1
    value: Any
    raw: str
    doubled: tuple[str, ...] = ()
    fault: str = ""  # of a line of JSON Lines that is no JSON: where, what, what to do; `value` is None then


def records(handed: Handed, desk: Desk, arrays: Collection[str]) -> Iterator[Item]:
    """Every record: what stands in one of `arrays` of a package, in an outer array, or an outer object itself.

    Numbers with a point are Decimal. BadSource with the line for a file that is cut off, empty or no JSON; of JSON
    Lines a line that is no JSON is an item with its fault, since the lines around it stand for themselves.
    """
    source = _Source(handed, as_utf8(handed, desk))
    if not source.skip():
        raise BadSource(f"{handed.label}: the file is empty. Ask for it again.")
    if source.peek() not in ("{", "["):
        raise source.malformed(f"it begins with {source.peek()!r}")
    if source.peek() == "[":
        source.at += 1
        yield from source.array()
    else:
        yield from source.objects(frozenset(arrays))
    if source.skip():
        raise source.malformed("something stands after the end of the JSON")


@dataclass
class _Source:
    """The text of a file, a window of it in memory."""

    handed: Handed
    path: Path
    text: str = ""
    at: int = 0  # in `text`
    line: int = 1  # of `at`, physical
    doubled: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._file = self.path.open(encoding="utf-8-sig", newline="")
        self._decode = json.JSONDecoder(
            parse_float=Decimal, parse_constant=_no_number, object_pairs_hook=_keys_once(self.doubled)
        ).raw_decode

    def skip(self) -> bool:
        """Pass over blanks; whether something follows."""
        while True:
            start = self.at
            while self.at < len(self.text) and self.text[self.at] in _BLANK:
                self.at += 1
            self.line += self.text.count("\n", start, self.at)
            if self.at < len(self.text):
                return True
            if not self._more():
                return False

    def peek(self) -> str:
        """The next character that is no blank, "" at the end."""
        return self.text[self.at] if self.skip() else ""

    def value(self) -> tuple[Any, str]:
        """The next value and its text."""
        if not self.skip():
            raise self._cut_off()
        while True:
            self.doubled.clear()
            try:
                value, end = self._decode(self.text, self.at)
            except json.JSONDecodeError as error:
                self._go_on(error)
            except RecursionError:
                raise self.malformed("it is nested too deeply") from None
            except ValueError as error:
                raise self.malformed(str(error)) from None
            else:
                # A number at the edge of the window may have more digits behind it.
                if not isinstance(value, int | Decimal) or end + _NEAR < len(self.text) or not self._more():
                    break
        raw = self.text[self.at : end]
        self.line += raw.count("\n")
        self.at = end
        return value, raw

    def array(self) -> Iterator[Item]:
        """The elements of an array whose bracket is passed, numbered from 1."""
        if self.peek() == "]":
            self.at += 1
            return
        number = 0
        while True:
            number += 1
            value, raw = self.value()
            yield Item(number, value, raw, tuple(self.doubled))
            if self._take(",]") == "]":
                return

    def objects(self, arrays: frozenset[str]) -> Iterator[Item]:
        """One object, or one after another as in JSON Lines."""
        is_lines = self._is_lines()
        while self.skip():
            line = self.line
            if is_lines:
                yield self._of_line(line)
            else:
                yield from self._outer(line, arrays)
                is_lines = True

    def _of_line(self, line: int) -> Item:
        try:
            value, raw = self.value()
        except BadSource as error:
            raw = self._broken_line()
            if not raw:
                raise error
            self.at += len(raw)
            fault = f"{self.handed.label}, line {line}: the line is no JSON. Correct it, or ask for the file again."
            return Item(line, None, raw, fault=fault)
        return Item(line, value, raw, tuple(self.doubled))

    def _broken_line(self) -> str:
        """The line that begins here, if an object or nothing follows it; "" where the fault may be a larger one."""
        while (end := self.text.find("\n", self.at)) < 0 and self._more():
            pass
        following = self.text[end:].lstrip()[:1]
        return self.text[self.at : end] if end > 0 and following in ("{", "") else ""

    def _outer(self, line: int, arrays: frozenset[str]) -> Iterator[Item]:
        """An object read key by key: a package gives its records, any other object is a record itself."""
        members: dict[str, Any] = {}
        texts: list[str] = []
        doubled: list[str] = []
        is_package = False
        mark = self._take("{")
        while self.peek() != "}" or mark == ",":
            key, raw = self.value()
            if not isinstance(key, str):
                raise self.malformed(f"{raw[:40]} stands where a name in double quotes must stand")
            self._take(":")
            if key in arrays and "ocid" not in members and self.peek() == "[":
                self.at += 1
                is_package = True
                yield from self.array()
            else:
                doubled += [key] if key in members else []
                members[key], text = self.value()
                doubled += self.doubled
                texts.append(f"{raw}:{text}")
            mark = self._take(",}")
            if mark == "}":
                break
        else:
            self.at += 1
        if not is_package or "ocid" in members:
            yield Item(line, members, "{" + ",".join(texts) + "}", tuple(doubled))

    def _is_lines(self) -> bool:
        """Whether the first line is a whole object and something follows it."""
        end = self.text.find("\n", self.at)
        if end < 0 or not self.text[end:].strip():
            return False
        try:
            return self._decode(self.text[:end], self.at)[1] >= len(self.text[:end].rstrip())
        except (ValueError, RecursionError):
            return False

    def _take(self, wanted: str) -> str:
        found = self.peek()
        if not found:
            raise self._cut_off()
        if found not in wanted:
            raise self.malformed(f"{found!r} stands where one of {' '.join(wanted)} must stand")
        self.at += 1
        return found

    def _more(self) -> bool:
        """Widen the window by at least what it holds; whether there was more."""
        rest = self.text[self.at :]
        found = self._file.read(max(CHUNK, len(rest)))
        if len(rest) > LONGEST:
            raise BadSource(
                f"{self.handed.label}, line {self.line}: one record holds more than {LONGEST:,} characters. "
                "Ask for a file with one record a process."
            )
        self.text, self.at = rest + found, 0
        return bool(found)

    def _go_on(self, error: json.JSONDecodeError) -> None:
        """Read on if that can mend the error, else raise it."""
        near = error.pos + _NEAR >= len(self.text) or error.msg.startswith(_BEGUN)
        tail, reason = self.text[error.pos :].strip(), self.malformed(error.msg, error.pos)
        if near and self._more():
            return
        is_begun = any(word.startswith(tail) for word in ("true", "false", "null", "-")) or error.msg.startswith(_BEGUN)
        raise self._cut_off() if near and is_begun else reason

    def malformed(self, reason: str, position: int | None = None) -> BadSource:
        """The error of a place that is no JSON."""
        line = self.line + self.text.count("\n", self.at, position or self.at)
        return BadSource(f"{self.handed.label}, line {line}: no JSON ({reason}). Ask for the file again.")

    def _cut_off(self) -> BadSource:
        line = self.line + self.text.count("\n", self.at)
        size = self.handed.path.stat().st_size
        return BadSource(
            f"{self.handed.label}, line {line}, byte {size:,}: the file ends inside a value; it was cut off. "
            "Copy it again, whole."
        )


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no number of JSON")


def _keys_once(doubled: list[str]) -> Callable[[list[tuple[str, Any]]], dict[str, Any]]:
    """Makes objects, and notes the keys that stand twice; Python alone would keep the last and say nothing."""

    def made(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            names = [name for name, _ in pairs]
            doubled.extend(sorted({one for one in names if names.count(one) > 1}))
        return found

    return made
