"""XML read as a stream of flat records: flat memory, true line numbers, no DTD, no entities, no network.

Expat is used and not lxml, because libxml2 keeps only 16 bits of an element's line number and a ledger has
millions of lines. Whatever the encoding, Python decodes it, so that a bad byte is reported with its line.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from xml.parsers import expat

from bihuan.collect.desk import Desk
from bihuan.collect.handed import Handed
from bihuan.collect.unpack import limit
from bihuan.errors import BadSource, BadWorkspace

MEMORY = "300MB"  # of the query engine, beside what reading takes
CHUNK = 1 << 18
DEEPEST = 100  # elements inside one another; a real export has about ten
LONGEST = 1 << 22  # characters of one record; a real one has thousands
JOINT = "; "  # between texts of an element that is repeated in a record

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_CHINESE = frozenset({"gb2312", "gbk", "gb18030", "cp936", "936"})

CUT_OFF = frozenset(
    {
        expat.errors.codes[expat.errors.XML_ERROR_NO_ELEMENTS],
        expat.errors.codes[expat.errors.XML_ERROR_UNCLOSED_TOKEN],
        expat.errors.codes[expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION],
        expat.errors.codes[expat.errors.XML_ERROR_PARTIAL_CHAR],
    }
)


def keep_flat(desk: Desk) -> None:
    """Have the engine go to the disk early, so that a file of any size takes as much memory as a small one.

    A workspace that allows less keeps its own limit.
    """
    with suppress(BadWorkspace):  # a share of the machine, such as 80%
        if limit(desk.settings.memory_limit) > limit(MEMORY):
            desk.engine.run(f"SET memory_limit = '{MEMORY}'")


@dataclass(slots=True)
class Record:
    """One element with what stands in it: path below it → text, repeats joined by `JOINT`."""

    name: str  # the element's own name, without namespace
    place: str  # its way from the outermost element
    line: int  # where its tag begins, from 1
    values: dict[str, str] = field(default_factory=dict)
    parent: Record | None = None  # the record that it stands in, as far as that is read

    def get(self, path: str, default: str = "") -> str:
        """The text at `path` below the element (`DebitAmount/Amount`), or `default`."""
        return self.values.get(path, default)


class _Step(dict[str, "_Step"]):
    """One place in the tree of names: the places below it by tag, each made when its path occurs for the first time."""

    __slots__ = ("depth", "make", "name", "opens", "path", "place", "up")

    def __init__(self, make: Callable[[_Step, str], _Step], up: _Step | None = None, name: str = "") -> None:
        super().__init__()
        self.make = make
        self.up = self if up is None else up
        self.name = name
        self.depth: int = 0 if up is None else up.depth + 1
        self.place: str = name if up is None or not up.place else f"{up.place}/{name}"  # from the outermost element
        self.path: str = name if up is None or not up.path else f"{up.path}/{name}"  # below the record
        self.opens = False  # it is a record of its own

    def __missing__(self, tag: str) -> _Step:
        self[tag] = self.make(self, tag)
        return self[tag]


@dataclass(frozen=True)
class Root:
    """What the outermost element says of itself."""

    name: str
    namespace: str
    attributes: dict[str, str]


def opening(handed: Handed) -> str:
    """The first 64 KiB as text, odd bytes replaced; "" where the encoding is not known."""
    head = handed.head
    try:
        return codecs.getincrementaldecoder(_encoding(head))("replace").decode(head).lstrip("\ufeff")
    except LookupError:
        return ""


def root(handed: Handed) -> Root | None:
    """The outermost element, looked for in the first 64 KiB; None if the file is not XML."""
    text = opening(handed)
    if not text.lstrip().startswith("<"):
        return None
    found: list[Root] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        if not found:
            namespace, _, name = tag.rpartition("}")
            found.append(Root(name, namespace, {key.rpartition("}")[2]: value for key, value in attributes.items()}))

    parser = expat.ParserCreate("utf-8", "}")
    parser.StartElementHandler = start
    with suppress(expat.ExpatError):
        parser.Parse(text.encode(errors="replace"), False)
    return found[0] if found else None


def records(handed: Handed, names: Collection[str]) -> Iterator[Record]:
    """Every element of one of `names`, in the order in which they end.

    A name stands for the element wherever it is; a name with `/` in it is the whole way from the outermost element.
    What stands in a record is not part of the record around it; that one is its `parent`, holding what was read so
    far. Text outside every record is passed over. BadSource with the line for a file that is cut off, not
    well-formed, wrongly encoded, or that brings a document type (as entity bombs do).
    """
    reader = _Reader(handed, names)
    for text in _texts(handed, reader):
        yield from reader.feed(text)
    yield from reader.feed("", last=True)


def element_at(handed: Handed, line: int, names: Collection[str]) -> str:
    """The text of the first element of one of `names` that begins on that line, as it stands in the file."""
    known = "|".join(re.escape(one) for one in sorted({name.rpartition("/")[2] for name in names}, reverse=True))
    begin = re.compile(rf"<((?:[\w.-]+:)?(?:{known}))(?=[\s/>])")
    text, at = "", 1
    with handed.path.open(encoding=_encoding(handed.head), errors="replace", newline="\n") as file:
        for one in file:
            if at >= line:
                text += one
                if ((found := begin.search(text)) and (end := _end_of(text, found))) or len(text) > LONGEST:
                    return text[found.start() : end] if found else text
            at += 1
    return text


def _end_of(text: str, begin: re.Match[str]) -> int:
    """Where the element that begins there ends, 0 if that is not in the text."""
    tag = text.find(">", begin.end())
    if tag > 0 and text[tag - 1] == "/":
        return tag + 1
    close = f"</{begin[1]}>"
    return text.find(close) + len(close) if close in text else 0


class _Reader:
    """An expat parser, what it has finished, and how to say where it stands."""

    def __init__(self, handed: Handed, names: Collection[str]) -> None:
        self.label = handed.label
        self.names = frozenset(names)
        self.done: list[Record] = []
        self.current: Record | None = None  # begun and not ended
        self._since = 0  # characters since a record ended
        self.parser = expat.ParserCreate("utf-8")  # prefixes are cut off once a path, not once an element
        self.parser.buffer_text = True
        self.parser.buffer_size = 1 << 16
        self.parser.ordered_attributes = True
        self.parser.StartDoctypeDeclHandler = self._refuse
        _attach(self)

    def feed(self, text: str, *, last: bool = False) -> list[Record]:
        """The records that end in `text`."""
        try:
            self.parser.Parse(text.encode(), last)
        except expat.ExpatError as error:
            raise self._unreadable(error) from None
        self._since = 0 if self.done else self._since + len(text)
        if self.current is not None and self._since > LONGEST:
            raise self._too_long(self.current)
        done = self.done[:]
        self.done.clear()
        return done

    def step(self, above: _Step, tag: str) -> _Step:
        """The step below `above`; BadSource where it is too deep."""
        name = _bare(tag)
        if above.depth >= DEEPEST:
            raise BadSource(
                f"{self.label}, line {self.parser.CurrentLineNumber}: <{name}> is the {above.depth + 1}th element "
                "inside one another. No ledger is as deep; ask for the file again."
            )
        made = _Step(self.step, above, name)
        if name in self.names or made.place in self.names:
            made.opens, made.path = True, ""
        return made

    def _refuse(self, name: str, system: str | None, public: str | None, internal: int) -> None:
        raise BadSource(
            f"{self.label}, line {self.parser.CurrentLineNumber}: <!DOCTYPE {name}> brings its own entities or asks "
            "for an outside file; it is not read. Ask for the file without the DOCTYPE."
        )

    def _too_long(self, record: Record) -> BadSource:
        return BadSource(
            f"{self.label}, line {record.line}: <{record.name}> holds more than {LONGEST:,} characters. "
            "No ledger has such a record; ask for the file again."
        )

    def _unreadable(self, error: expat.ExpatError) -> BadSource:
        reason = expat.ErrorString(error.code)
        if error.code in CUT_OFF:
            return BadSource(
                f"{self.label}, line {error.lineno}: the file ends before its outermost element is closed; "
                "it was cut off. Copy it again, whole."
            )
        return BadSource(
            f"{self.label}, line {error.lineno}, column {error.offset + 1}: not well-formed XML ({reason}). "
            "Ask for the file again, or correct this place."
        )


def _attach(reader: _Reader) -> None:
    """Give the parser its handlers: closures, since these few lines run for every element of gigabytes."""
    parser, done = reader.parser, reader.done
    texts: list[str] = []
    step = _Step(reader.step)
    record: Record | None = None

    def start(tag: str, attributes: list[str]) -> None:
        nonlocal step, record
        step = step[tag]
        if texts:
            texts.clear()
        if step.opens:
            record = reader.current = Record(step.name, step.place, parser.CurrentLineNumber, {}, record)
        if attributes and record is not None:
            for key, value in zip(attributes[::2], attributes[1::2], strict=True):
                if key != "xmlns" and not key.startswith("xmlns:"):
                    record.values[f"{step.path}@{_bare(key)}"] = value

    def end(tag: str) -> None:
        nonlocal step, record
        ended = step
        step = ended.up
        if record is None:
            return
        if texts:
            text = texts[0].strip() if len(texts) == 1 else "".join(texts).strip()
            texts.clear()
            if text:
                path, values = ended.path, record.values
                values[path] = f"{values[path]}{JOINT}{text}" if path in values else text
        if ended.opens:
            done.append(record)
            record = reader.current = record.parent

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = texts.append


def _bare(tag: str) -> str:
    """A name without its prefix."""
    return tag.rpartition(":")[2]


def _texts(handed: Handed, reader: _Reader) -> Iterator[str]:
    encoding = _encoding(handed.head)
    try:
        decoder = codecs.getincrementaldecoder(encoding)()
    except LookupError:
        raise BadSource(
            f"{handed.label}, line 1: the encoding {encoding!r} is not known. Ask for the file in UTF-8 or GB18030."
        ) from None
    with handed.path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield _decoded(decoder, chunk, reader)
    yield _decoded(decoder, b"", reader)


def _decoded(decoder: codecs.IncrementalDecoder, chunk: bytes, reader: _Reader) -> str:
    try:
        return decoder.decode(chunk, not chunk)
    except UnicodeDecodeError as error:
        line = reader.parser.CurrentLineNumber + chunk[: error.start].count(b"\n")
        if not chunk or (error.end >= len(error.object) and "incomplete" in error.reason):
            raise BadSource(f"{reader.label}: the file ends in the middle of a character; it was cut off.") from None
        raise BadSource(
            f"{reader.label}, about line {line}: byte 0x{error.object[error.start]:02x} is not {error.encoding}. "
            "Ask for the file in the encoding that its first line declares."
        ) from None


def _encoding(head: bytes) -> str:
    for mark, name in _BOMS:
        if head.startswith(mark):
            return name
    declared = _DECLARED.search(head)
    if declared is None:
        return "utf-8"
    name = declared[1].decode("ascii").lower()
    return "gb18030" if name in _CHINESE else name
