"""检查一份导出的日志包，只用 Python 标准库。 / Checks an exported journal, with Python's standard library only.

    python verifier.py BUNDLE.zip [--checkpoint DAY.json] [--language zh|en]

Python 3.9 or newer; nothing to install, no server, no network. Exit code 0: all fits; 1: something does not;
2: wrongly asked.

A bundle holds entries one after the other. Each carries the hash of the one before it, so whoever changes one must
change all that follow; and on every day the newest hash was signed. Give the last checkpoint that you were handed
outside the office's machines: then even somebody who rewrote the whole chain and signed it anew is found out.
What cannot be seen: entries cut off after the last checkpoint that you hold.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import zipfile
import zlib
from collections.abc import Iterator
from functools import lru_cache
from itertools import zip_longest
from typing import Any, NamedTuple

GOOD, BAD, WRONGLY_ASKED = 0, 1, 2
FIRST = "0" * 64
HASHES = ("sha256", "sm3")
PARTS = ("manifest.json", "keys.json", "checkpoints.jsonl", "journal.jsonl", "columns.jsonl", "matters.jsonl")
BROKEN = (ValueError, KeyError, TypeError, AttributeError, RecursionError, EOFError, zlib.error)
REPEATED = ("seq", "at", "actor", "role", "act", "matter", "source", "target")
BODY = {*REPEATED, "v", "prev", "evidence", "texts", "facts"}
SHOWN = 50  # faults that are printed; the rest are counted


class Unreadable(Exception):
    """The file is not a bundle or not a checkpoint."""


class Fault(NamedTuple):
    """One thing that does not fit: where, and in both languages what."""

    where: str
    zh: str
    en: str


class Key(NamedTuple):
    """A public key, the first day on which it signed and the first day of the key after it."""

    public: bytes
    since: str
    until: str = ""


class Checkpoint(NamedTuple):
    """The chain's head on one day, signed. `where` tells the bundle's own from the one that was kept elsewhere."""

    where: str
    body: str
    signature: str
    day: str
    seq: int
    hash: str
    key: str


class Standing(NamedTuple):
    """Where the journal left a matter: by which entry, in which state; its resolution where the entry says it."""

    seq: int
    state: str
    resolution: str | None


class Report:
    """What was looked at, and what does not fit."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.entries = 0
        self.seq = 0
        self.hash = FIRST
        self.matters = 0
        self.checkpoints = 0
        self.signed_seq = 0  # the last entry that a sound checkpoint covers
        self.signed_day = ""

    def fault(self, where: str, zh: str, en: str) -> None:
        """Remember one thing that does not fit."""
        self.faults.append(Fault(where, zh, en))


def verify(bundle: str, checkpoint: str = "") -> Report:
    """Check a bundle, against a checkpoint that was kept elsewhere where one is given.

    Raises Unreadable where a file is no bundle or no checkpoint at all.
    """
    report = Report()
    try:
        kept = _kept(checkpoint) if checkpoint else None
        parts = zipfile.ZipFile(bundle)
    except (OSError, zipfile.BadZipFile, *BROKEN) as error:
        raise Unreadable(str(error)) from error
    with parts:
        if missing := sorted(set(PARTS) - set(parts.namelist())):
            raise Unreadable(f"{bundle}: no {', '.join(missing)}")
        try:
            _check(parts, kept, report)
        except (zipfile.BadZipFile, *BROKEN) as error:
            words = f"{type(error).__name__}: {error}"
            report.fault(f"bundle, after entry {report.seq}", f"读不下去：{words}", f"cannot be read on: {words}")
    return report


def _check(parts: zipfile.ZipFile, kept: Checkpoint | None, report: Report) -> None:
    manifest = json.loads(parts.read("manifest.json"))
    keys = _trusted_keys(json.loads(parts.read("keys.json")), report)
    own = [_checkpoint(json.loads(one), "checkpoint {}") for one in _lines(parts, "checkpoints.jsonl")]
    if kept:
        _check_kept(kept, own, report)
    sound = [one for one in (*own, *([kept] if kept else [])) if _is_sound(one, keys, report)]
    chain = Chain(_hash_name(manifest), sound, report)
    for line, column in zip_longest(_lines(parts, "journal.jsonl"), _lines(parts, "columns.jsonl")):
        chain.take(line, column)
    _check_matters(parts, chain.standings, report)
    _check_end(manifest, sound, report)


def _trusted_keys(listed: list[dict[str, str]], report: Report) -> dict[str, Key]:
    """The first key signs itself, each later one is signed by the one before it; others are not trusted."""
    found: dict[str, Key] = {}
    last = ""
    for one in listed:
        name, public = one["id"], bytes.fromhex(one["public"])
        by = found[last] if last else Key(public, "")
        said = _canonical({part: one[part] for part in ("id", "public", "from", "signed_by")})
        if hashlib.sha256(public).hexdigest()[:16] != name:
            report.fault(f"key {name}", "编号与公钥不符", "the id is not that of its public key")
        elif one["signed_by"] != (last or name) or not is_signed(by.public, said, one["signature"]):
            report.fault(f"key {name}", "换钥没有前一密钥的有效签名", "the rotation is not signed by the key before it")
        else:
            if last:
                found[last] = by._replace(until=one["from"])
            found[name], last = Key(public, one["from"]), name
    return found


def _is_sound(one: Checkpoint, keys: dict[str, Key], report: Report) -> bool:
    """Whether a checkpoint was truly signed, by a key in force on that day."""
    key = keys.get(one.key)
    if key is None:
        report.fault(one.where, f"签名密钥 {one.key} 不在可信密钥之列", f"signed by an unknown key, {one.key}")
    elif not is_signed(key.public, one.body.encode(), one.signature):
        report.fault(one.where, "签名无效", "the signature is not valid")
    elif one.day < key.since or (key.until and one.day > key.until):
        report.fault(one.where, f"密钥 {one.key} 当日不在使用期", f"key {one.key} was not in use on that day")
    else:
        return True
    return False


def _check_kept(kept: Checkpoint, own: list[Checkpoint], report: Report) -> None:
    """The bundle must hold the very checkpoint that was kept; else its own were removed or made anew."""
    same_day = [one.body for one in own if one.day == kept.day]
    if not same_day:
        report.fault(kept.where, "日志包内没有这一天的检查点", "the bundle holds no checkpoint of that day")
    elif kept.body not in same_day:
        report.fault(kept.where, "日志包内这一天的检查点与此不同", "the bundle's checkpoint of that day is another")


class Chain:
    """The walk along the entries: each against the one before it, its columns, its checkpoints, its matter."""

    def __init__(self, name: str, sound: list[Checkpoint], report: Report) -> None:
        self.name = name
        self.report = report
        self.standings: dict[str, Standing] = {}
        self.awaited: dict[int, list[Checkpoint]] = {}
        for one in sound:
            self.awaited.setdefault(one.seq, []).append(one)

    def take(self, line: bytes, column: bytes) -> None:
        """Check the next entry; what is found is named after its number in the table."""
        columns = json.loads(column)
        where = f"entry {columns['seq']}"
        body = self._read(where, line, columns)
        held = hashlib.new(self.name, line).hexdigest()
        self._check_body(where, body, columns, held)
        self._check_place(where, body, columns)
        for one in self.awaited.get(columns["seq"], ()):
            self._check_checkpoint(where, one, held)
        self._follow(where, body)
        # Where the body was edited, the hash that stood before the edit is what the next entry holds.
        self.report.entries += 1
        self.report.seq, self.report.hash = columns["seq"], columns["hash"]

    def _read(self, where: str, line: bytes, columns: dict[str, Any]) -> dict[str, Any]:
        """The body; where it is none, what the columns say, so that the walk can go on."""
        try:
            body = json.loads(line)
            if isinstance(body, dict) and set(body) == BODY and isinstance(body["facts"], dict):
                return body
        except ValueError:
            pass
        self.report.fault(where, "正文不是日志条目", "its body is not that of an entry")
        return {**columns, "prev": self.report.hash, "facts": {}}

    def _check_body(self, where: str, body: dict[str, Any], columns: dict[str, Any], held: str) -> None:
        if columns["hash"] != held:
            self.report.fault(where, "正文与其哈希不符：被改动", "the body was edited: its hash is another")
        for name in REPEATED:
            if columns[name] != body[name]:
                zh = f"列 {name} 为 {columns[name]!r}，正文为 {body[name]!r}"
                self.report.fault(where, zh, f"column {name} is {columns[name]!r}, the body says {body[name]!r}")

    def _check_place(self, where: str, body: dict[str, Any], columns: dict[str, Any]) -> None:
        expected = self.report.seq + 1
        if columns["seq"] != expected:
            self.report.fault(where, f"缺号：此处应为第 {expected} 条", f"a gap: entry {expected} should stand here")
        elif body["prev"] != self.report.hash:
            en = "the hash that it holds of the one before it is another"
            self.report.fault(where, "所记前一条的哈希不符，链在此断开", en)

    def _check_checkpoint(self, where: str, one: Checkpoint, held: str) -> None:
        if one.hash != held:
            zh = f"不是{one.where}所签的那一条，此条或之前被改写"
            self.report.fault(where, zh, f"not the one that {one.where} signed: it or one before it was rewritten")
        elif one.seq >= self.report.signed_seq:
            self.report.signed_seq, self.report.signed_day = one.seq, one.day
        self.report.checkpoints += 1

    def _follow(self, where: str, body: dict[str, Any]) -> None:
        """Where the matter stood must be where this entry takes it from."""
        code, source, target = body["matter"], body["source"], body["target"]
        if not (code and target):
            return
        before = self.standings.get(code, Standing(0, "", None))
        if source != before.state:
            zh = f"事项 {code} 自“{source}”起，而其前状态为“{before.state}”"
            self.report.fault(where, zh, f"takes {code} from {source!r}, but it stood at {before.state!r}")
        resolution = body["facts"].get("resolution", before.resolution if source == target else None)
        self.standings[code] = Standing(body["seq"], target, resolution)


def _check_matters(parts: zipfile.ZipFile, standings: dict[str, Standing], report: Report) -> None:
    seen = set()
    for line in _lines(parts, "matters.jsonl"):
        matter = json.loads(line)
        seen.add(matter["code"])
        for zh, en in _unlike(matter, standings.get(matter["code"])):
            report.fault(f"matter {matter['code']}", zh, en)
    report.matters = len(seen)
    for code in sorted(standings.keys() - seen):
        report.fault(f"matter {code}", "日志中有，事项表中没有", "the journal knows it, the table does not hold it")


def _unlike(matter: dict[str, Any], standing: Standing | None) -> Iterator[tuple[str, str]]:
    """In what the table's row differs from where the journal left the matter."""
    state, entry, resolution = matter["state"], matter["entry"], matter["resolution"]
    if standing is None:
        yield "日志中没有此事项", "the journal does not know it"
        return
    last = f"entry {standing.seq}"
    if state != standing.state:
        yield f"状态为“{state}”，{last} 为“{standing.state}”", f"is {state!r}, its last {last} says {standing.state!r}"
    if not 0 < entry <= standing.seq:
        yield f"所指条目 {entry} 不对", f"points to entry {entry}, its last is {last}"
    if standing.resolution not in (None, resolution):
        yield f"办结方式为“{resolution}”，{last} 不同", f"ended as {resolution!r}, {last} says {standing.resolution!r}"


def _check_end(manifest: dict[str, Any], sound: list[Checkpoint], report: Report) -> None:
    if (manifest["entries"], manifest["seq"], manifest["hash"]) != (report.entries, report.seq, report.hash):
        zh = f"清单所记末条 {manifest['seq']} 与实际末条 {report.seq} 不符"
        report.fault("manifest", zh, f"it names {manifest['seq']} as the last entry, here it is {report.seq}")
    for one in sound:
        if one.seq > report.seq:
            zh = f"链只到 {report.seq}，而此检查点签到 {one.seq}：尾部被截去"
            report.fault(one.where, zh, f"it signed entry {one.seq}, the chain ends at {report.seq}: its tail was cut")


def _lines(parts: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    with parts.open(name) as lines:
        for line in lines:
            yield line.rstrip(b"\n")


def _checkpoint(signed: dict[str, str], where: str) -> Checkpoint:
    body = json.loads(signed["body"])
    parts = [body[name] for name in ("day", "seq", "hash", "key")]
    return Checkpoint(where.format(body["day"]), signed["body"], signed["signature"], *parts)


def _kept(path: str) -> Checkpoint:
    with open(path, encoding="utf-8") as file:  # noqa: PTH123 (few imports)
        return _checkpoint(json.load(file), "checkpoint FILE {}")


def _canonical(said: dict[str, str]) -> bytes:
    """RFC 8785 for an object of plain texts."""
    return json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _hash_name(manifest: dict[str, Any]) -> str:
    name = str(manifest.get("hash_name", "sha256"))
    if name not in HASHES or name not in hashlib.algorithms_available:
        raise Unreadable(f"hash {name}: this Python does not know it")
    return name


# Ed25519, RFC 8032. Points are (X, Y, Z, T) with x = X/Z, y = Y/Z, x·y = T/Z. Nothing here is secret, so nothing
# need take the same time.

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
ROOT = pow(2, (P - 1) // 4, P)  # of -1
Point = tuple[int, int, int, int]
ZERO: Point = (0, 1, 1, 0)


def is_signed(public: bytes, message: bytes, signature: str) -> bool:
    """Whether the signature (hex) of the message is by the owner of the public key (32 bytes)."""
    try:
        given = bytes.fromhex(signature)
    except ValueError:
        return False
    owner = _point(public)
    if owner is None or len(given) != 64:
        return False
    factor = int.from_bytes(given[32:], "little")
    if factor >= L:
        return False
    digest = hashlib.sha512(given[:32] + public + message).digest()
    challenge = int.from_bytes(digest, "little") % L
    # S·B = R + k·A is asked as R = S·B − k·A, since R is given as bytes.
    minus: Point = (P - owner[0], owner[1], owner[2], P - owner[3])
    return _bytes(_add(_times(factor, BASE), _times(challenge, minus))) == given[:32]


def _add(one: Point, other: Point) -> Point:
    a = (one[1] - one[0]) * (other[1] - other[0]) % P
    b = (one[1] + one[0]) * (other[1] + other[0]) % P
    c = 2 * one[3] * other[3] * D % P
    d = 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _times(number: int, point: Point) -> Point:
    """The point added to itself that many times, by sixteenths: one addition a hexadecimal digit."""
    total = ZERO
    for row in _multiples(point):
        total = _add(total, row[number & 15])
        number >>= 4
    return total


@lru_cache(maxsize=8)
def _multiples(point: Point) -> list[list[Point]]:
    """Row i holds 0 … 15 times 16^i times the point; made once a key, since one key signs many days."""
    rows = []
    for _ in range(64):
        row = [ZERO]
        for _ in range(15):
            row.append(_add(row[-1], point))
        rows.append(row)
        point = _add(row[-1], point)
    return rows


def _point(encoded: bytes) -> Point | None:
    """The point that 32 bytes stand for: y, and in the top bit whether x is odd."""
    if len(encoded) != 32:
        return None
    number = int.from_bytes(encoded, "little")
    y, is_odd = number & ((1 << 255) - 1), number >> 255
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if (x * x - square) % P or (x == 0 and is_odd):
        return None
    if x & 1 != is_odd:
        x = P - x
    return x, y, 1, x * y % P


def _bytes(point: Point) -> bytes:
    inverse = pow(point[2], -1, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


BASE: Point = _point((4 * pow(5, -1, P) % P).to_bytes(32, "little")) or ZERO


def words(report: Report, language: str = "zh") -> str:
    """The report to read."""
    index = 2 if language == "en" else 1
    lines = [f"{one[0]}: {one[index]}" for one in report.faults[:SHOWN]]
    return "\n".join([*lines, (_summary_en if language == "en" else _summary_zh)(report)])


def short(hash_: str) -> str:
    """The first 16 digits in groups of four, as slips and reports print them."""
    return " ".join(hash_[start : start + 4] for start in range(0, 16, 4))


def _summary_zh(report: Report) -> str:
    seen = f"已查 {report.entries} 条（末条 {report.seq}，{short(report.hash)}）、{report.matters} 个事项。"
    limit = f"检查点至 {report.signed_day}（第 {report.signed_seq} 条）。此后若有条目被截去，无从发现。"
    if not report.signed_day:
        limit = "没有可用的检查点：只能说明链内自洽，不能说明没有被整体改写。"
    return seen + limit + (f"\n不符：{len(report.faults)} 处。" if report.faults else "\n相符。")


def _summary_en(report: Report) -> str:
    seen = f"Looked at {report.entries} entries (to {report.seq}, {short(report.hash)}), {report.matters} matters. "
    limit = f"Signed up to {report.signed_day} (entry {report.signed_seq}); a tail cut off after it does not show."
    if not report.signed_day:
        limit = "No sound checkpoint: the chain fits itself, but all of it may have been made anew."
    return seen + limit + (f"\nDoes not fit: {len(report.faults)} faults." if report.faults else "\nAll fits.")


def main(arguments: list[str] | None = None) -> int:
    """Check the bundle that the arguments name; gives the exit code."""
    parser = argparse.ArgumentParser(description="检查日志包 / check an exported journal")
    parser.add_argument("bundle", help="日志包 / the bundle (.zip)")
    parser.add_argument("--checkpoint", default="", help="另行保存的检查点 / a checkpoint that was kept elsewhere")
    parser.add_argument("--language", choices=("zh", "en"), default="zh", help="语言 / language")
    asked = parser.parse_args(arguments)
    try:
        report = verify(asked.bundle, asked.checkpoint)
    except Unreadable as error:
        print(("无法读取：" if asked.language == "zh" else "cannot be read: ") + str(error), file=sys.stderr)
        return WRONGLY_ASKED
    print(words(report, asked.language))
    return BAD if report.faults else GOOD


if __name__ == "__main__":
    sys.exit(main())
