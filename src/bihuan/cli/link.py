"""`bihuan link`: who is the same across departments, who stands behind whom, what a person says of doubts."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import typer

from bihuan.cli.console import emit, note, progress, say, show
from bihuan.errors import NotFound, WrongUse
from bihuan.leads.mask import masked, record_unmasking
from bihuan.link import decisions, explain, ftm, graph, picture, run
from bihuan.link.flows import Limits, find_flows, number_accounts
from bihuan.link.rules import KINDS, Rules, rules
from bihuan.model.table import table
from bihuan.store.books import open_books
from bihuan.store.engine import Engine
from bihuan.store.snapshot import Snapshot, head
from bihuan.store.workspace import Workspace

Json = Annotated[bool, typer.Option("--json", help="每行一个 JSON 对象 / one JSON object a line")]
Unmask = Annotated[str | None, typer.Option(help="显示个人信息的理由，将被记录 / reason, recorded")]
TIES = {value: value for value in table("tie").column("kind").values} | {
    "shareholder": "股东", "legal_person": "法定代表人", "officer": "高管", "controller": "实际控制", "kin": "亲属",
    "employed": "任职", "branch": "分支", "phone": "电话", "account": "账号", "address": "地址", "email": "邮箱",
    "number": "号码", "contact": "联络", "paid": "付款", "bid_together": "同场投标",
}  # fmt: skip


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(help="归并同一人和同一单位，查关系 / link persons and organisations", rich_markup_mode=None)
    group.callback(invoke_without_command=True)(start)
    commands: dict[str, Callable[..., None]] = {
        "review": review, "decide": decide, "show": shown, "path": path, "around": around, "behind": behind,
        "flows": flows, "communities": communities, "ftm": export,
    }  # fmt: skip
    for name, command in commands.items():
        group.command(name)(command)
    app.add_typer(group, name="link")


def start(
    ctx: typer.Context,
    again: Annotated[bool, typer.Option(help="全部重新归并，编号不变 / link all rows anew; ids stay")] = False,
    as_json: Json = False,
) -> None:
    """跨部门归并人员和单位，生成关系 / Link persons and organisations across departments."""
    if ctx.invoked_subcommand:
        return
    workspace: Workspace = ctx.obj.workspace()
    with workspace.locked("books"), progress() as bar:
        task = bar.add_task(say("归并", "link"), total=None)
        done = run.link(workspace, head(workspace), again=again, tell=lambda kind: bar.update(task, description=kind))
    _told(done, as_json=as_json)


def _told(done: run.Linked, *, as_json: bool) -> None:
    kinds = [kind for kind in done.told if kind != "tie"]
    if as_json:
        for kind in kinds:
            hubs = [{**one, "value": mask(one["value"])} for one in done.told[kind]["hubs"]]
            emit({"kind": kind, **done.told[kind], "hubs": hubs})
        emit({"snapshot": done.snapshot.id, "ties": done.told.get("tie", {}), "is_new": done.is_new})
        return
    names = ("mentions", "profiles", "entities", "by_key", "by_model", "doubts", "merges", "splits")
    headings = say(
        "类别 行 写法 实体 按键 按模型 待核 合并 拆分",
        "kind rows profiles entities by_key by_model doubts merges splits",
    )
    rows = [[say(rules(kind).zh, rules(kind).en), *(done.told[kind][name] for name in names)] for kind in kinds]
    show("", headings.split(), rows)
    for kind in kinds:
        hubs = sorted(done.told[kind]["hubs"], key=lambda one: one["kind"].startswith("block "))
        for hub in hubs[:5]:
            note(_hub(rules(kind), hub))
    last = say("下一步：bihuan link review，bihuan examine", "Next: bihuan link review, bihuan examine")
    note(last if done.is_new else say("没有新的行。", "No new rows.") + last)


def _hub(held: Rules, hub: dict[str, Any]) -> str:
    """One value that too many share, in words."""
    value, parties = mask(hub["value"]), hub["parties"]
    block = next((one for one in held.blocks if hub["kind"] == f"block {one.name}"), None)
    if block:
        return say(
            f"过于常见：{value}（{block.zh}）有{parties}种写法，单凭它不逐一比对",
            f"too common: {parties} profiles share {value} ({block.en}); by it alone none are compared",
        )
    return say(
        f"公共节点：{value}（{TIES.get(hub['kind'], hub['kind'])}）出现于{parties}方，不作为联系",
        f"hub: {value} ({hub['kind']}) stands at {parties} parties and ties nobody",
    )


def review(
    ctx: typer.Context,
    most: Annotated[int, typer.Option(help="最多列出 / most to list")] = 30,
    unmask: Unmask = None,
    as_json: Json = False,
) -> None:
    """待核对的可能同一人或同一单位 / Pairs that a person should decide."""
    workspace: Workspace = ctx.obj.workspace()
    full = _is_unmasked(workspace, "the review queue", unmask)
    found = explain.doubts(workspace, head(workspace), most=most)[:most]
    if as_json:
        for one in found:
            emit(_pair(one, unmask=full))
        return
    rows = [[f"{one.kind}:{one.left}:{one.right}", _words(one, unmask=full)] for one in found]
    show("", [say("对", "pair"), say("说明", "why")], rows)
    note(
        say(
            "判断：bihuan link decide 对 same|different --by 姓名",
            "Decide with: bihuan link decide PAIR same|different --by NAME",
        )
    )


def decide(
    ctx: typer.Context,
    pair: Annotated[str, typer.Argument(help="review 中的编号 / as review lists it", metavar="KIND:LEFT:RIGHT")],
    verdict: Annotated[str, typer.Argument(help="same | different | open")],
    by: Annotated[str, typer.Option(help="谁判断 / who decides")],
    why: Annotated[str, typer.Option(help="理由 / reason")] = "",
) -> None:
    """人的判断，模型从不改写 / A person's word, which no model overwrites."""
    kind, *ids = pair.split(":")
    if len(ids) != 2 or not all(one.isdecimal() for one in ids) or kind not in KINDS:
        raise WrongUse(f"{pair!r} is no pair. Copy one from: bihuan link review")
    decisions.decide(ctx.obj.workspace(), decisions.Decision(kind, int(ids[0]), int(ids[1]), verdict, by, why))
    note(say("已记录；下次 bihuan link --again 生效", "Kept. It takes effect with: bihuan link --again"))


def shown(ctx: typer.Context, who: str, unmask: Unmask = None, as_json: Json = False) -> None:
    """一个实体由哪些行归并而成，为什么 / Which rows make an entity, and why."""
    workspace: Workspace = ctx.obj.workspace()
    full = _is_unmasked(workspace, f"entity {who}", unmask)
    books = head(workspace)
    with open_books(workspace, books) as engine:
        node = graph.find(engine, who)
    found = explain.links_of(workspace, books, node)
    if as_json:
        emit(_node(node, unmask=full))
        for one in found:
            emit(_pair(one, unmask=full))
        return
    place = explain.places(workspace, books, [row for one in found for row in one.said.rows])
    rows = [[_words(one, unmask=full), "; ".join(_place(row, place) for row in one.said.rows)] for one in found]
    show(_label(node, unmask=full), [say("说明", "why"), say("所在行", "rows")], rows)


def path(ctx: typer.Context, a: str, b: str, unmask: Unmask = None, as_json: Json = False) -> None:
    """两方之间最短的联系 / The shortest chain of ties between two parties."""
    workspace: Workspace = ctx.obj.workspace()
    full = _is_unmasked(workspace, f"path {a} {b}", unmask)
    books = head(workspace)
    with _opened(workspace, books) as engine:
        start_, end = graph.find(engine, a), graph.find(engine, b)
        found = graph.path(engine, start_, end)
    if found is None:
        raise NotFound(f"{a}, {b}: no chain of ties between them in snapshot {books.id}.")
    _steps(workspace, books, found.nodes, found.steps, unmask=full, as_json=as_json)


def around(
    ctx: typer.Context,
    who: str,
    hops: Annotated[int, typer.Option(min=1, max=3)] = 2,
    most: Annotated[int, typer.Option(help="最多列出 / most parties")] = 60,
    svg: Annotated[Path | None, typer.Option(help="另存为图片 / write a self-contained picture")] = None,
    unmask: Unmask = None,
    as_json: Json = False,
) -> None:
    """一方周围两步之内的人、单位和共用的电话账号 / What lies within two ties of a party."""
    workspace: Workspace = ctx.obj.workspace()
    full = _is_unmasked(workspace, f"around {who}", unmask)
    books = head(workspace)
    with _opened(workspace, books) as engine:
        found = graph.around(engine, graph.find(engine, who), hops=hops, most=most)
    if svg is not None:
        drawn = found if full else graph.masked(found, mask)
        svg.write_text(picture.draw(drawn, {name: say(zh, name) for name, zh in TIES.items()}), encoding="utf-8")
    _steps(workspace, books, found.nodes, found.steps, unmask=full, as_json=as_json)
    for hub in found.hubs:
        note(
            say(
                f"未经过公共节点 {mask(hub.name)}（{hub.mentions}方）",
                f"not walked through the hub {mask(hub.name)} ({hub.mentions} parties)",
            )
        )
    if found.left_out:
        note(say(f"另有 {found.left_out} 方未列出", f"{found.left_out} more left out"))


def behind(ctx: typer.Context, firm: str, unmask: Unmask = None, as_json: Json = False) -> None:
    """最终控制人及其有效持股 / Who stands behind a firm, with effective shares."""
    workspace: Workspace = ctx.obj.workspace()
    full = _is_unmasked(workspace, f"behind {firm}", unmask)
    with _opened(workspace, head(workspace)) as engine:
        found = graph.controllers(engine, graph.find(engine, firm))
    if as_json:
        for one in found:
            emit({**_node(one.node, unmask=full), "share": one.share})
        return
    show(
        "",
        [say("最终持有人", "holder"), say("有效持股", "effective share")],
        [[_label(one.node, unmask=full), f"{one.share:.2%}"] for one in found],
    )


def flows(
    ctx: typer.Context,
    least: Annotated[int, typer.Option(help="最小金额 / least amount")] = 10_000,
    days: Annotated[int, typer.Option(help="多少日内回到起点 / days until it is back")] = 30,
    hops: Annotated[int, typer.Option(min=2, max=6)] = 4,
    unmask: Unmask = None,
    as_json: Json = False,
) -> None:
    """资金回流：转出后经几手又回到原账户 / Money that comes back to where it left."""
    workspace: Workspace = ctx.obj.workspace()
    full = _is_unmasked(workspace, "circular flows", unmask)
    with open_books(workspace, head(workspace)) as engine:
        number_accounts(engine, TRANSFERS)
        found = find_flows(engine, Limits(least=Decimal(least), days=days, hops=hops))
    for one in found.flows:
        accounts = list(one.accounts) if full else [mask(each) for each in one.accounts]
        line = {
            "accounts": accounts,
            "sent": one.sent,
            "returned": one.returned,
            "first_on": one.first_on,
            "last_on": one.last_on,
            "rows": list(one.rows),
        }
        if as_json:
            emit(line)
        else:
            note(f"{one.first_on} – {one.last_on}  {one.sent:,.2f} → {one.returned:,.2f}  {' → '.join(accounts)} ↺")
    if found.stopped_after:
        note(
            say(
                f"转手过多，只查到 {found.stopped_after} 手",
                f"too many chains: searched to {found.stopped_after} hops only",
            )
        )


# One transfer may stand on the statements of both accounts: it counts as often as it stands on the fuller of the two.
TRANSFERS = """
WITH stated AS (
  SELECT row_id, out_amount > 0 AS is_out, coalesce(nullif(out_amount, 0), in_amount) AS amount,
    transacted_on AS paid_on,
    CASE WHEN out_amount > 0 THEN account_no ELSE other_account END AS payer,
    CASE WHEN out_amount > 0 THEN other_account ELSE account_no END AS payee
  FROM bank_transaction WHERE other_account IS NOT NULL AND coalesce(out_amount, 0) + coalesce(in_amount, 0) > 0
),
placed AS (
  SELECT *, row_number() OVER (PARTITION BY payer, payee, amount, paid_on, is_out ORDER BY row_id) AS place FROM stated
)
SELECT min(row_id) AS row_id, payer, payee, amount, paid_on FROM placed GROUP BY payer, payee, amount, paid_on, place"""


def communities(ctx: typer.Context, as_json: Json = False) -> None:
    """经常同场的投标人群 / Bidders that meet again and again."""
    workspace: Workspace = ctx.obj.workspace()
    with _opened(workspace, head(workspace)) as engine:
        groups = graph.communities(engine)
        known = {one.id: one for one in graph.nodes(engine, [each for held in groups for each in held])}
    for held in groups:
        names = [known[one].name for one in held]
        if as_json:
            emit({"size": len(held), "names": names})
        else:
            note(f"{len(held)}  {'、'.join(names)}")


def export(
    ctx: typer.Context,
    out: Annotated[Path, typer.Argument(help="JSON Lines 文件 / file to write")],
    unmask: Annotated[str, typer.Option(help="导出个人信息的理由，将被记录 / reason, recorded")],
) -> None:
    """导出为 FollowTheMoney，供 Aleph 读取 / Export as FollowTheMoney for Aleph and OpenSanctions, names in full."""
    workspace: Workspace = ctx.obj.workspace()
    record_unmasking(workspace, what=f"FollowTheMoney export to {out.name}", reason=unmask)
    with _opened(workspace, head(workspace)) as engine:
        count = ftm.export(engine, out)
    note(say(f"{count} 个对象写入 {out}", f"{count} objects written to {out}"))


def mask(value: str) -> str:
    """A personal text with its middle starred."""
    return str(masked(value))


def _is_unmasked(workspace: Workspace, what: str, reason: str | None) -> bool:
    if reason:
        record_unmasking(workspace, what=f"link: {what}", reason=reason)
    return bool(reason)


def _opened(workspace: Workspace, books: Snapshot) -> Engine:
    if "entity" not in books.tables:
        raise NotFound(f"{workspace.root}: the books are not linked yet. First: bihuan -w {workspace.root} link")
    engine = open_books(workspace, books)
    if "tie" not in books.tables:
        raise NotFound(f"{workspace.root}: no ties were found in these books.")
    return engine


def _steps(
    workspace: Workspace,
    books: Snapshot,
    nodes: tuple[graph.Node, ...],
    steps: tuple[graph.Step, ...],
    *,
    unmask: bool,
    as_json: bool,
) -> None:
    known = {one.id: one if unmask else graph.masked_node(one, mask) for one in nodes}
    said = [explain.of_step(one, known) for one in steps]
    place = explain.places(workspace, books, [row for one in said for row in one.rows])
    if as_json:
        for step, words in zip(steps, said, strict=True):
            ends = {
                "from": graph.code_of(known[step.start].kind, step.start),
                "to": graph.code_of(known[step.end].kind, step.end),
            }
            emit(
                {
                    "kind": step.kind,
                    **ends,
                    "zh": words.zh,
                    "en": words.en,
                    "rows": [_place(row, place) for row in words.rows],
                }
            )
        return
    show(
        "",
        [say("联系", "tie"), say("依据", "shown by")],
        [[say(one.zh, one.en), "; ".join(_place(row, place) for row in one.rows)] for one in said],
    )


def _place(row: tuple[str, int], places: dict[int, Any]) -> str:
    where = places.get(row[1])
    return (
        f"{row[0]} {row[1]}"
        if where is None
        else f"{where.source}{' ' + where.sheet if where.sheet else ''}:{where.line} ({row[0]})"
    )


def _label(node: graph.Node, *, unmask: bool) -> str:
    shown_node = node if unmask else graph.masked_node(node, mask)
    return f"{graph.code_of(node.kind, node.id)} {shown_node.name} {shown_node.number or ''}".strip()


def _node(node: graph.Node, *, unmask: bool) -> dict[str, Any]:
    held = node if unmask else graph.masked_node(node, mask)
    return {
        "entity": graph.code_of(node.kind, node.id),
        "kind": node.kind,
        "name": held.name,
        "number": held.number,
        "mentions": node.mentions,
    }


def _pair(one: explain.Link, *, unmask: bool) -> dict[str, Any]:
    words = {"zh": one.said.zh, "en": one.said.en}
    if not unmask and one.kind == "person":
        words = {
            name: text.replace(one.left_name, mask(one.left_name)).replace(one.right_name, mask(one.right_name))
            for name, text in words.items()
        }
    return {
        "pair": f"{one.kind}:{one.left}:{one.right}",
        "why": one.tier,
        "probability": one.probability,
        **words,
        "rows": [list(row) for row in one.said.rows],
    }


def _words(one: explain.Link, *, unmask: bool) -> str:
    held = _pair(one, unmask=unmask)
    return say(held["zh"], held["en"])
