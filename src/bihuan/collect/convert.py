"""Text to types, in SQL: plain values by a fast pattern, the distinct odd ones by `model.values`, joined back.

A value that a fast pattern reads is cast by SQL. The others, each once, are read in Python, where the one meaning of
all values lives, and come back by a join. What cannot be read makes the row's `fault`. Nothing is written but the odd
values: the typed rows are SQL over the draft, run when the parts are written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from bihuan.collect.columns import UNKNOWN, Cell, cells_of
from bihuan.collect.desk import Desk, Spool
from bihuan.collect.handed import Draft
from bihuan.collect.words import meaning
from bihuan.model.table import SQL_TYPES, Table, table
from bihuan.model.values import READERS, BadValue, Style, style_of
from bihuan.model.values.text import BLANKS, bare
from bihuan.store.engine import quoted, text

FIELD, ITEM = "\x1f", "\x1e"  # between the faults of a row; between the parts of a fault
_SERIAL = r"[2-6][0-9]{4}(\.[0-9]+)?"  # 1954 to 2091 as Excel counts days

# What makes a scan too dear to run more than once, or gives a line more than one row.
_HEAVY = re.compile(r"\b(join|union|group|over|distinct|having|limit|unnest|read_csv)\b", re.I)

_SOME = 20_000  # rows by which it is judged whether values repeat
_FEW = 50  # words of a column of words

# What means the same whichever way the column is written. One mark before exactly three digits is left to the readers.
_MONEY = r"-?[0-9]{1,15}(\.[0-9]{1,2})?"
_GROUPED = r"-?[0-9]{1,3}(,[0-9]{3}){1,4}\.[0-9]{1,2}"
_NUMBER = r"-?[0-9]{1,11}(\.([0-9]{1,2}|[0-9]{4,6}))?"
_WHOLE = r"-?[0-9]{1,15}"
_DAY = r"[12][0-9]{3}-[0-9]{2}-[0-9]{2}"
# Text that cleaning leaves as it is: no blanks at the ends or in a row, nothing full-width, hidden or led by = or '.
_CLEAN = "[0-9A-Za-z一-龥(][!-~一-龥、。《》“”]*( [!-~一-龥、。《》“”]+)*"
# China has had one offset, and no summer time, since 1992: elsewhere a clock's time needs the rules of its zone.
_ONE_OFFSET, _MOMENT = "Asia/Shanghai", r"20[0-9]{2}-[0-9]{2}-[0-9]{2} ([01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2}"
_LOST = r"[0-9](\.[0-9]+)?[eE]\+[0-9]{2}"
_ROUNDED = re.compile(_LOST)
_LONG_NUMBER = re.compile(r"[0-9]{8,33}[0-9X]", re.ASCII)
_LOOSE = "[a-z''\"` -]"  # what `_one_writing` takes away, as a literal of SQL


@dataclass(frozen=True)
class Typed:
    """A draft whose values have types; the derived columns are not made yet."""

    draft: Draft
    table: Table
    scan: str  # SQL giving sheet, line, the draft's columns typed, and fault VARCHAR (NULL: the row can be read)
    names: tuple[str, ...]
    is_plain: bool  # the draft only picks and names columns, so that no line comes twice


def convert(draft: Draft, desk: Desk) -> Typed:
    """The draft's rows with types. Nothing is dropped: a row that cannot be read has its fault."""
    cells = cells_of(table(draft.table), draft.columns)
    read = f"({draft.scan})" if not _HEAVY.search(draft.scan) else f"({_materialised(draft.scan, desk)})"
    odd = {one.name: _read_odd(one, read, draft, desk) for one in _with_odd(cells, read, draft, desk)}
    scan = _joined(cells, read, odd, draft, desk)
    return Typed(draft, table(draft.table), scan, draft.columns, is_plain=read == f"({draft.scan})")


def convert_plain(draft: Draft, desk: Desk, *, but: str = "") -> Typed | None:
    """The rows typed by the fast patterns alone, in one pass; a value that needs more stops it with an EngineError.

    For large files, of which nearly all are plain: if every row turns out to be, nothing is lost by not having looked
    before. Texts are passed as they stand: ask `odd_texts` of the rows written. None where the draft is more than
    a choice of columns of `but`, the SQL of what may be read once only.
    """
    if _HEAVY.search(draft.scan.replace(but, "", 1) if but else draft.scan):
        return None
    cells = cells_of(table(draft.table), draft.columns)
    words = _sure_words([one for one in cells if one.type in ("coded", "flag")], draft, desk)
    made = {one.name: _plain_column(one, _base_style(one, draft, desk), words.get(one.name)) for one in cells}
    # The voucher word may be cut from the number, whose oddness would not show in what is written.
    cut = [one for one in cells if one.name == "voucher_no" and "voucher_word" not in draft.columns]
    made |= {one.name: f"CASE WHEN {_are_odd([one])} THEN error('odd') ELSE {made[one.name]} END" for one in cut}
    columns = ", ".join(f"{value} AS {quoted(name)}" for name, value in made.items())
    scan = f"SELECT t.sheet, t.line, {columns}, CAST(NULL AS VARCHAR) AS fault FROM ({draft.scan}) AS t"
    return Typed(draft, table(draft.table), scan, draft.columns, is_plain=True)


def odd_texts(draft: Draft, read: str, desk: Desk) -> list[Cell]:
    """The columns of `read` (SQL of rows of the draft) with a text that the readers would clean or leave blank."""
    cells = cells_of(table(draft.table), draft.columns)
    texts, found = [one for one in cells if one.type == "text"], []
    held = ", ".join(f"count(DISTINCT {quoted(one.name)})" for one in texts)
    kinds = desk.engine.one(f"SELECT {held} FROM (SELECT * FROM ({read}) LIMIT {_SOME})") if texts else ()
    for one, count in zip(texts, kinds, strict=True):
        # Where values repeat, each is looked at once.
        once = f"SELECT DISTINCT {quoted(one.name)} FROM ({read})" if count < _SOME // 3 else read
        if _any(f"({once})", [_is_odd(one, _base_style(one, draft, desk))], desk)[0]:
            found.append(one)
    return found


def mended(cell: Cell, read: str, draft: Draft, desk: Desk) -> Spool | None:
    """The odd texts of a column, each once (`raw`), as the readers have them (`value`).

    None where one of them cannot be read or is to be told to the person, which the thorough way does.
    """
    base = _base_style(cell, draft, desk)
    query = f"SELECT DISTINCT {quoted(cell.name)} FROM ({read}) WHERE {_is_odd(cell, base)}"
    spool = _spooled(
        cell, (one for batch in desk.engine.arrow(query) for one in batch.column(0).to_pylist()), base, desk
    )
    told = f"OR regexp_full_match(raw, '{_LOST}')" if cell.names_something else ""
    return None if desk.engine.rows(f"SELECT 1 FROM ({spool.scan}) WHERE fault IS NOT NULL {told} LIMIT 1") else spool


def _sure_words(few: list[Cell], draft: Draft, desk: Desk) -> dict[str, dict[str, str | None]]:
    """What the words in columns of few words mean, as the first rows have them; one that is not known is left out."""
    if not few:
        return {}
    lists = ", ".join(f"list(DISTINCT {quoted(one.name)})" for one in few)
    held = desk.engine.one(f"SELECT {lists} FROM (SELECT * FROM ({draft.scan}) LIMIT {_SOME})")
    found: dict[str, dict[str, str | None]] = {}
    for cell, values in zip(few, held, strict=True):
        said = sorted(one for one in values or () if one is not None)
        found[cell.name] = _sure(cell, said, draft, desk) if len(said) <= _FEW else {}
    return found


def _sure(cell: Cell, words: list[str], draft: Draft, desk: Desk) -> dict[str, str | None]:
    if cell.type == "coded":
        known = {one: meaning(draft.table, cell.name, one, cell.values) for one in words}
        return {word: value for word, value in known.items() if value is not None or bare(word) is None}
    read = {one: _meaning(cell, one, _base_style(cell, draft, desk)) for one in words}
    return {word: value for word, (value, fault) in read.items() if fault is None}


def _plain_column(cell: Cell, style: Style, words: Mapping[str, str | None] | None = None) -> str:
    """The value of a plain cell, or of one of `words`; any other stops the query.

    Text that the type writes in the same way is plain.
    """
    name = f"t.{quoted(cell.name)}"
    if cell.type == "text":
        return name
    kind, fast = SQL_TYPES.get(cell.type, "VARCHAR"), _fast(cell, style)
    cast = f"TRY_CAST({name} AS {kind})"
    same = f"WHEN CAST({cast} AS VARCHAR) = {name} THEN {cast} "
    if cell.type == "money":  # the noughts of the other side
        same = f"WHEN {name} = '0' THEN CAST(0 AS {kind}) {same}"
    if cell.type not in ("money", "integer") or fast.startswith("CAST(NULL"):
        same = "".join(
            f"WHEN {name} = {text(word)} THEN CAST({'NULL' if value is None else text(value)} AS {kind}) "
            for word, value in (words or {}).items()
        )
    odd = f"CAST(error('odd') AS {kind})"
    return f"CASE WHEN {name} IS NULL THEN NULL {same}ELSE coalesce({fast}, {odd}) END"


def _base_style(cell: Cell, draft: Draft, desk: Desk) -> Style:
    stated = draft.styles.get(cell.name)
    if stated is not None:
        return replace(stated, time_zone=desk.settings.time_zone, binary_noise=stated.binary_noise or draft.binary)
    return Style(currency=desk.settings.currency, time_zone=desk.settings.time_zone, binary_noise=draft.binary)


def _with_odd(cells: tuple[Cell, ...], read: str, draft: Draft, desk: Desk) -> list[Cell]:
    """The columns that hold any value which the fast pattern does not read, found in one pass.

    The texts of a row are looked at together first: one match a row instead of one a cell.
    """
    texts = [one for one in cells if one.type == "text"]
    others = [one for one in cells if one.type != "text"]
    tests = [_is_odd(one, _base_style(one, draft, desk)) for one in others]
    any_text, *found = _any(read, [_are_odd(texts) if texts else "false", *tests], desk)
    odd = [one for one, is_odd in zip(others, found, strict=True) if is_odd]
    if any_text:
        tests = [_is_odd(one, _base_style(one, draft, desk)) for one in texts]
        odd += [one for one, is_odd in zip(texts, _any(read, tests, desk), strict=True) if is_odd]
    return odd


def _any(read: str, tests: list[str], desk: Desk) -> tuple[bool | None, ...]:
    return desk.engine.one(f"SELECT {', '.join(f'bool_or({one})' for one in tests)} FROM {read}")


def _are_odd(texts: list[Cell]) -> str:
    """Whether any text of a row may need the readers; it may say yes too often, never no."""
    joined = f"concat_ws('{FIELD}', {', '.join(quoted(one.name) for one in texts)})"
    blanks = "|".join(re.escape(one) for one in sorted(BLANKS) if re.fullmatch(_CLEAN, one))
    suspects = rf"(^|{FIELD})({blanks})($|{FIELD})|\.0($|{FIELD})|[0-9][eE]\+[0-9]{{2}}"
    clean = f"regexp_full_match({joined}, '({_CLEAN}({FIELD}{_CLEAN})*)?')"
    long = [quoted(one.name) for one in texts if one.is_long_number]
    loose = f" OR regexp_matches(concat_ws('', {', '.join(long)}), '{_LOOSE}')" if long else ""
    return f"NOT {clean} OR regexp_matches({joined}, {text(suspects)}){loose}"


def _is_odd(cell: Cell, style: Style) -> str:
    name = quoted(cell.name)
    if cell.type != "text":
        return f"{name} IS NOT NULL AND {_fast(cell, style)} IS NULL"
    blanks = ", ".join(text(one) for one in sorted(BLANKS))
    odd = f"NOT regexp_full_match({name}, '{_CLEAN}') OR {name} IN ({blanks})"
    if not cell.names_something:
        return f"{name} IS NOT NULL AND ({odd})"
    odd += f" OR ends_with({name}, '.0') OR regexp_full_match({name}, '{_LOST}')"
    odd += f" OR regexp_matches({name}, '{_LOOSE}')" if cell.is_long_number else ""
    return f"CASE WHEN {name} IS NULL OR regexp_full_match({name}, '[0-9]+') THEN false ELSE {odd} END"


def _fast(cell: Cell, style: Style) -> str:
    name, kind = quoted(cell.name), SQL_TYPES.get(cell.type, "VARCHAR")
    if style.excel_serial or (style.scale != 1 and cell.type in ("money", "price")) or style.decimal_comma:
        return f"CAST(NULL AS {kind})"
    if cell.type == "money":
        return (
            f"CASE WHEN regexp_full_match({name}, '{_MONEY}') THEN TRY_CAST({name} AS {kind}) "
            f"WHEN regexp_full_match({name}, '{_GROUPED}') THEN TRY_CAST(replace({name}, ',', '') AS {kind}) END"
        )
    if cell.type == "instant" and style.time_zone == _ONE_OFFSET:
        return f"CASE WHEN regexp_full_match({name}, '{_MOMENT}') THEN TRY_CAST({name} || '+08' AS {kind}) END"
    patterns = {"price": _NUMBER, "quantity": _NUMBER, "integer": _WHOLE, "date": _DAY}
    if cell.type not in patterns:
        return f"CAST(NULL AS {kind})"
    return f"CASE WHEN regexp_full_match({name}, '{patterns[cell.type]}') THEN TRY_CAST({name} AS {kind}) END"


def _read_odd(cell: Cell, read: str, draft: Draft, desk: Desk) -> Spool:
    """The odd values of a column, each once, with their meaning (`value` as text) or fault."""
    base = _base_style(cell, draft, desk)
    query = f"SELECT DISTINCT {quoted(cell.name)} FROM {read} WHERE {_is_odd(cell, base)}"
    if cell.type == "text":
        _note_rounded(cell, read, draft, desk)
        batches = desk.engine.arrow(query)
        return _spooled(cell, (one for batch in batches for one in batch.column(0).to_pylist()), base, desk)
    held = sorted(row[0] for row in desk.engine.rows(query))
    if cell.type == "coded":
        return _coded(cell, held, draft, desk)
    return _spooled(cell, held, _style(cell, held, read, draft, desk), desk)


def _style(cell: Cell, values: list[str], read: str, draft: Draft, desk: Desk) -> Style:
    """How the column is written. Where some values show a decimal comma and others a point, 1,234 is neither."""
    base = _base_style(cell, draft, desk)
    style = style_of(cell.type, values, base)
    if cell.type in ("money", "price", "quantity") and cell.name not in draft.styles:
        nothing = replace(base, decimal_comma=None)
        shown = {style_of(cell.type, [one], nothing).decimal_comma for one in values}
        if True in shown and False not in shown:
            points = desk.engine.one(f"SELECT count(*) FROM {read} WHERE {_fast(cell, base)} % 1 <> 0")[0]
            shown |= {False} if points else set()
        style = nothing if {True, False} <= shown else style
    if cell.type in ("date", "instant") and _are_serials(values, desk):
        style = replace(style, excel_serial=True)
    return style


def _are_serials(values: list[str], desk: Desk) -> bool:
    query = f"SELECT bool_and(regexp_full_match(trim(v), '{_SERIAL}')) FROM (SELECT unnest($values) AS v)"
    return bool(desk.engine.one(query, {"values": values})[0])


def _spooled(cell: Cell, values: Iterable[str], style: Style, desk: Desk) -> Spool:
    spool = desk.spool(("raw", "value", "fault"))
    for index, raw in enumerate(values):
        spool.add(index, (raw, *_meaning(cell, raw, style)))
    return spool


def _meaning(cell: Cell, raw: str, style: Style) -> tuple[str | None, str | None]:
    """The value as text that SQL casts back, and the fault."""
    try:
        found = READERS["text" if cell.type == "coded" else cell.type](raw, style)
    except BadValue as error:
        return None, f"{error.en} ({error.zh})"
    if found is None:
        return None, None
    if cell.names_something:
        return _name(cell, str(found))
    return (found.isoformat() if isinstance(found, date | datetime) else str(found)), None


def _coded(cell: Cell, values: Iterable[str], draft: Draft, desk: Desk) -> Spool:
    """Like `_spooled`, by the words of `words.yaml`; a word that is not known is noted, or a fault."""
    spool = desk.spool(("raw", "value", "fault"))
    for index, raw in enumerate(values):
        found, blank = meaning(draft.table, cell.name, raw, cell.values), bare(raw) is None
        fault = None
        if found is None and not blank:
            known = ", ".join(cell.values)
            if cell.required:
                fault = f"not one of {known}, nor a word that stands for one (无法识别的代码)"
            else:
                desk.note(f"{draft.file.label}: {cell.name} {raw!r} stands for none of {known}; it was left blank.")
        spool.add(index, (raw, None if blank else found or UNKNOWN, fault))
    return spool


def _name(cell: Cell, found: str) -> tuple[str | None, str | None]:
    """A code or number that names; one whose digits a spreadsheet rounded away would match the wrong people."""
    if cell.needs_every_digit and _ROUNDED.fullmatch(found):
        return None, (
            "digits were lost to scientific notation; set the column to text and export again "
            "(科学计数法已丢失末位数字，请将该列设为文本后重新导出)"
        )
    if cell.is_long_number:
        found = _one_writing(found)
    return (found[:-2] if found.endswith(".0") and found[:-2].isdigit() else found), None


def _one_writing(found: str) -> str:
    """The number of a person or account as all departments can write it: 6217 0001 …x and 62170001…X are one.

    What is no such number (several in a cell, a foreign passport, words) stays as it stands.
    """
    compact = re.sub(r"[-'\"` ]", "", found).upper()
    return compact if _LONG_NUMBER.fullmatch(compact) else found


def _note_rounded(cell: Cell, read: str, draft: Draft, desk: Desk) -> None:
    """A code like 2.11101E+11 may be what the department wrote, so its row stays; the person is told."""
    if not cell.names_something or cell.needs_every_digit:
        return
    lost = f"regexp_full_match({quoted(cell.name)}, '{_LOST}')"
    count, one = desk.engine.one(f"SELECT count(*), min({quoted(cell.name)}) FROM {read} WHERE {lost}")
    if count:
        desk.note(
            f"{draft.file.label}: {cell.name} 有 {count} 个值形如 {one}，可能被表格软件存成科学计数法，已按原样保留 / "
            f"{count} values look like {one}, as a spreadsheet writes long numbers; they are kept as they stand. "
            "If digits matter, ask for the column as text."
        )


def _joined(cells: tuple[Cell, ...], read: str, odd: dict[str, Spool], draft: Draft, desk: Desk) -> str:
    style = {one.name: _base_style(one, draft, desk) for one in cells}
    columns = ["t.sheet", "t.line", *(_column(one, style[one.name], one.name in odd) for one in cells)]
    joins = [
        f"LEFT JOIN ({odd[one.name].scan}) AS {quoted(f'{one.name}!')} "
        f"ON {quoted(f'{one.name}!')}.raw = {_key(one, style[one.name])}"
        for one in cells
        if one.name in odd
    ]
    faults = [_fault(name) for name in odd]
    fault = f"nullif(concat_ws('{FIELD}', {', '.join(faults)}), '')" if faults else "CAST(NULL AS VARCHAR)"
    return f"SELECT {', '.join(columns)}, {fault} AS fault FROM {read} AS t {' '.join(joins)}"


def _key(cell: Cell, style: Style) -> str:
    name = quoted(cell.name)
    return f"t.{name}" if cell.type == "text" else f"CASE WHEN {_fast(cell, style)} IS NULL THEN t.{name} END"


def _column(cell: Cell, style: Style, has_odd: bool) -> str:
    name, found = quoted(cell.name), quoted(f"{cell.name}!")
    if cell.type == "text":
        return (
            f"CASE WHEN {found}.raw IS NULL THEN t.{name} ELSE {found}.value END AS {name}" if has_odd else f"t.{name}"
        )
    kind, fast = SQL_TYPES.get(cell.type, "VARCHAR"), _fast(cell, style)
    return f"coalesce({fast}, CAST({found}.value AS {kind})) AS {name}" if has_odd else f"{fast} AS {name}"


def _fault(name: str) -> str:
    found = quoted(f"{name}!")
    parts = f" || '{ITEM}' || ".join([text(name), f"{found}.raw", f"{found}.fault"])
    return f"CASE WHEN {found}.fault IS NOT NULL THEN {parts} END"


def _materialised(scan: str, desk: Desk) -> str:
    place = desk.aside(".parquet")
    desk.engine.run(f"COPY ({scan}) TO {text(str(place))} (FORMAT parquet, COMPRESSION lz4)")
    return f"SELECT * FROM read_parquet({text(str(place))})"
