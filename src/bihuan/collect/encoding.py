"""Which encoding a text file has, and the same text as UTF-8: BOM, then strict UTF-8, else GB18030."""

from __future__ import annotations

import codecs
from pathlib import Path

from bihuan.collect.desk import Desk
from bihuan.collect.handed import Handed
from bihuan.errors import BadSource, WrongUse

CHUNK = 4 << 20
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# GB18030 text is almost never valid as three-byte UTF-8, so a file with this many was UTF-8 before it was damaged.
_SURELY_UTF8 = 3


def encoding_of(handed: Handed, asked: str | None = None) -> str:
    """Python's name of the file's encoding; BadSource with byte and line where it is in none that we know."""
    if asked:
        return _known(asked)
    head = handed.head
    for bom, name in _BOMS:
        if head.startswith(bom):
            return name
    fault = _fault(handed.path, "utf-8")
    if fault is None:
        return "utf-8"
    if _wide_characters(handed.path, fault) >= _SURELY_UTF8:
        raise _bad(handed, fault, "UTF-8")
    return "gb18030"


def as_utf8(handed: Handed, desk: Desk) -> Path:
    """The file itself where it is UTF-8, else its text as UTF-8 in the scratch folder."""
    name = encoding_of(handed, desk.options.encoding)
    if name == "utf-8" and not desk.options.encoding:
        return handed.path
    place = desk.aside(".txt")
    decoder = codecs.getincrementaldecoder(name)("strict")
    done = 0
    with handed.path.open("rb") as source, place.open("wb") as target:
        while True:
            chunk = source.read(CHUNK)
            pending = len(decoder.getstate()[0])
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeError as error:
                start = error.start if isinstance(error, UnicodeDecodeError) else 0
                raise _bad(handed, done - pending + start, _label(name, desk.options.encoding)) from None
            target.write(text.encode("utf-8", "replace"))
            done += len(chunk)
            if not chunk:
                return place


def _label(name: str, asked: str | None) -> str:
    return name.upper() if asked or name != "gb18030" else "UTF-8 or GB18030"


def _known(name: str) -> str:
    try:
        return codecs.lookup(name).name
    except LookupError:
        raise WrongUse(f"--encoding {name!r} is not known. Write it like utf-8, gb18030, utf-16.") from None


def _fault(path: Path, name: str) -> int | None:
    """The offset of the first byte that is not valid, or None."""
    decoder = codecs.getincrementaldecoder(name)("strict")
    done = 0
    with path.open("rb") as file:
        while True:
            chunk = file.read(CHUNK)
            pending = len(decoder.getstate()[0])
            try:
                decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                return done - pending + error.start
            done += len(chunk)
            if not chunk:
                return None


def _wide_characters(path: Path, end: int) -> int:
    """How many characters of three or more bytes stand in the 64 KiB before `end`, which is valid UTF-8."""
    with path.open("rb") as file:
        file.seek(max(0, end - 65536))
        text = file.read(min(end, 65536)).decode("utf-8", "ignore")
    return sum(one > "\u07ff" for one in text)


def _bad(handed: Handed, offset: int, name: str) -> BadSource:
    with handed.path.open("rb") as file:
        before = file.read(offset)
        bad = file.read(4)
    line = before.count(b"\n") + 1
    return BadSource(
        f"{handed.label}, line {line}, byte {offset}: the bytes {bad.hex(' ')} are not {name}. "
        "The file is damaged, or say its encoding with --encoding."
    )
