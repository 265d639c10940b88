"""XML as accounting programs write it: a record a line, so that a line number finds it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from xml.sax.saxutils import escape


class Lines:
    """The lines of an XML file while they are written."""

    def __init__(self, *head: str) -> None:
        self._lines = list(head)

    def add(self, line: str) -> int:
        """One more line; gives its number, from 1."""
        self._lines.append(line)
        return len(self._lines)

    def encoded(self, encoding: str) -> bytes:
        """The file's bytes."""
        return ("\n".join(self._lines) + "\n").encode(encoding)


def element(name: str, content: Mapping[str, object] | Iterable[tuple[str, object]]) -> str:
    """An element with its children on one line; a child that is None is left out."""
    pairs = content.items() if isinstance(content, Mapping) else content
    return f"<{name}>{''.join(leaf(tag, one) for tag, one in pairs if one is not None)}</{name}>"


def leaf(name: str, value: object) -> str:
    """One element with text."""
    return f"<{name}>{escape(str(value))}</{name}>"
