"""One sentence in both languages for every link and every tie, with the rows that show it."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bihuan.link.graph import Node, Step
from bihuan.link.rules import rules
from bihuan.link.score import model
from bihuan.link.state import scan, state_of
from bihuan.link.tables import EMPTY
from bihuan.store.books import open_books
from bihuan.store.engine import Engine
from bihuan.store.origin import Place, locate
from bihuan.store.snapshot import Snapshot
from bihuan.store.workspace import Workspace

_TIES = {
    "shareholder": ("{a}持有{b}{share}股份", "{a} holds {share} of {b}"),
    "legal_person": ("{a}是{b}的法定代表人", "{a} is the legal representative of {b}"),
    "officer": ("{a}在{b}任高管", "{a} is an officer of {b}"),
    "controller": ("{a}实际控制{b}", "{a} controls {b}"),
    "kin": ("{a}与{b}是亲属", "{a} and {b} are kin"),
    "employed": ("{a}在{b}工作", "{a} works at {b}"),
    "branch": ("{b}是{a}的分支机构", "{b} is a branch of {a}"),
    "contact": ("{a}为{b}办理投标或联络", "{a} acts for {b}"),
    "phone": ("{a}使用电话{b}", "{a} uses the phone {b}"),
    "account": ("{a}使用银行账号{b}", "{a} uses the account {b}"),
    "address": ("{a}登记在地址{b}", "{a} is at the address {b}"),
    "email": ("{a}使用邮箱{b}", "{a} uses the mailbox {b}"),
    "paid": ("{a}向{b}付款{times}笔共{amount}", "{a} paid {b} {times} times, {amount} in all"),
    "bid_together": ("{a}与{b}同场投标{times}次", "{a} and {b} bid in the same contest {times} times"),
}
_KEYS = {
    "number": ("证件号码相同且姓名相符", "the same valid number and names that fit"),
    "account": ("银行账号和姓名相同", "the same account and name"),
    "registration": ("注册号相同", "the same registration number"),
    "name": ("登记全称相同", "the same full registered name"),
}
_DOUBTS = {
    "unsure": ("相似但把握不足", "alike, but not surely one"),
    "several": ("同样像另一个人", "as much like another one"),
    "two_numbers": ("归并后会有两个不同的有效号码", "joined, they would bear two different valid numbers"),
    "number_of_another": ("号码有效但属于另一姓名", "a valid number that stands beside another name"),
}


@dataclass(frozen=True)
class Said:
    """A sentence in both languages, and the rows behind it."""

    zh: str
    en: str
    rows: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Link:
    """Why two profiles are held for one, or why they may be."""

    kind: str
    left: int
    right: int
    left_name: str
    right_name: str
    tier: str
    said: Said
    probability: float | None = None


def of_step(step: Step, known: Mapping[int, Node]) -> Said:
    """The sentence of a tie."""
    share = f"{step.share * 100:.2f}%".replace(".00%", "%") if step.share is not None else ""
    amount = f"{step.amount:,.2f} {step.currency or ''}".strip() if step.amount is not None else ""
    words = {
        "a": known[step.start].name,
        "b": known[step.end].name,
        "share": share,
        "amount": amount,
        "times": step.times,
    }
    zh, en = _TIES[step.kind]
    return Said(zh.format(**words), en.format(**words), ((step.in_table, step.in_row),))


def of_fields(kind: str, fields: str) -> tuple[str, str]:
    """The answers that weighed most in a model's link, in both languages, each with its bits."""
    said: list[tuple[float, str, str]] = []
    weights = model(rules(kind))["weights"]
    for name, (base, whole) in json.loads(fields).items():
        one = next((each for each in rules(kind).comparisons if each.name == name), None)
        if one is None or not base:
            continue
        bits = [math.log2(m / u) for m, u in weights[name]]
        level = one.levels[min(range(len(bits)), key=lambda at: abs(bits[at] - base))]
        said.append((whole, level.zh, level.en))
    said.sort(key=lambda each: -abs(each[0]))
    return "、".join(f"{zh}({bits:+.1f})" for bits, zh, _ in said), ", ".join(
        f"{en} ({bits:+.1f})" for bits, _, en in said
    )


def links_of(workspace: Workspace, snapshot: Snapshot, node: Node) -> list[Link]:
    """Every link that holds an entity together."""
    held = state_of(snapshot).kind(node.kind)
    if held.clusters is None:
        return []
    with open_books(workspace, snapshot) as engine:
        _open(workspace, engine, snapshot, node.kind)
        rows = engine.rows(
            f"""SELECT left_id, right_id, a.name, b.name, tier, why, probability FROM edges
            JOIN profiles AS a ON a.profile_id = left_id JOIN profiles AS b ON b.profile_id = right_id
            JOIN clusters AS c ON c.profile_id = left_id JOIN clusters AS d ON d.profile_id = right_id
            WHERE c.entity_id = {node.id} AND d.entity_id = {node.id} ORDER BY tier, left_id, right_id"""
        )
        return [_link(engine, node.kind, row) for row in rows]


def doubts(workspace: Workspace, snapshot: Snapshot, *, most: int = 50) -> list[Link]:
    """The review queue of all kinds, the likeliest first."""
    found: list[Link] = []
    for kind in state_of(snapshot).kinds:
        held = state_of(snapshot).kind(kind)
        if held.doubts is None:
            continue
        with open_books(workspace, snapshot) as engine:
            _open(workspace, engine, snapshot, kind)
            rows = engine.rows(
                f"""SELECT left_id, right_id, a.name, b.name, d.why, d.fields, d.probability
                FROM ({scan(workspace, (held.doubts,), "")}) AS d
                JOIN profiles AS a ON a.profile_id = left_id JOIN profiles AS b ON b.profile_id = right_id
                ORDER BY d.probability DESC NULLS LAST, left_id, right_id LIMIT {most}"""
            )
            found += [_doubt(engine, kind, row) for row in rows]
    return found


def places(workspace: Workspace, snapshot: Snapshot, rows: Iterable[tuple[str, int]]) -> dict[int, Place]:
    """Where the rows stand in what was handed over."""
    return locate(workspace, snapshot, [row for _, row in rows])


def _link(engine: Engine, kind: str, row: tuple[Any, ...]) -> Link:
    left, right, a, b, tier, why, probability = row
    zh, en = _KEYS[why] if tier == "key" else of_fields(kind, why)
    chance = "" if probability is None else f"，概率{probability:.4f}"
    said = Said(
        f"{a}与{b}是同一{rules(kind).zh}：{zh}{chance}",
        f"{a} and {b} are one {rules(kind).en}: "
        f"{en}{'' if probability is None else f'; probability {probability:.4f}'}",
        _rows(engine, left, right),
    )
    return Link(kind, left, right, a, b, tier, said, probability)


def _doubt(engine: Engine, kind: str, row: tuple[Any, ...]) -> Link:
    left, right, a, b, why, fields, probability = row
    zh, en = _DOUBTS[why]
    weighed = of_fields(kind, fields) if probability is not None else ("", "")
    said = Said(
        f"{a}与{b}：{zh}。{weighed[0]}".rstrip("。") + "。",
        f"{a} and {b}: {en}. {weighed[1]}".strip(),
        _rows(engine, left, right),
    )
    return Link(kind, left, right, a, b, why, said, probability)


def _rows(engine: Engine, left: int, right: int) -> tuple[tuple[str, int], ...]:
    found = engine.rows(
        f"""SELECT in_table, in_row FROM mentions WHERE profile_id IN ({left}, {right})
        QUALIFY row_number() OVER (PARTITION BY profile_id ORDER BY in_table, in_row) <= 3 ORDER BY ALL"""
    )
    return tuple((name, row) for name, row in found)


def _open(workspace: Workspace, engine: Engine, snapshot: Snapshot, kind: str) -> None:
    held = state_of(snapshot).kind(kind)
    lists = {"profiles": held.profiles, "mentions": held.mentions, "edges": held.edges}
    for name, hashes in {**lists, "clusters": (held.clusters,) if held.clusters else ()}.items():
        engine.run(f"CREATE OR REPLACE TEMP VIEW {name} AS {scan(workspace, hashes, EMPTY[name])}")
