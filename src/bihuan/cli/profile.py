"""`bihuan profile`: what a table or its columns look like, before any question is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated

import typer

from bihuan.cli.console import emit, note, say, show
from bihuan.errors import WrongUse
from bihuan.leads.mask import masked
from bihuan.report.profile_page import BANDS, TESTS, WEEKDAYS, write_page
from bihuan.sample.profile.asked import Asked, session
from bihuan.sample.profile.benford import DigitTest
from bihuan.sample.profile.digits import Digits
from bihuan.sample.profile.fields import Fields
from bihuan.sample.profile.gaps import Gaps
from bihuan.sample.profile.numbers import Numbers
from bihuan.sample.profile.periods import Periods, Slice
from bihuan.sample.profile.profile import Profile, Profiled, profile
from bihuan.sample.profile.values import Values
from bihuan.store.snapshot import head
from bihuan.store.workspace import Workspace

TOP = 10


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("profile")(profile_command)


def profile_command(
    ctx: typer.Context,
    what: Annotated[
        list[str],
        typer.Argument(help="表，可加列名；或 表.列 / a table and columns of it", metavar="TABLE [COLUMN]..."),
    ],
    where: Annotated[str | None, typer.Option(help="只看满足此 SQL 条件的行 / SQL condition")] = None,
    by: Annotated[
        list[str] | None, typer.Option(help="按这些列分组：金额分组、断号 / groups of amounts and numbers")
    ] = None,
    least: Annotated[str, typer.Option(help="数字检验只看不小于此数的 / least number whose digits are tested")] = "10",
    negative: Annotated[bool, typer.Option("--negative", help="检验负数的数字 / test the negative numbers")] = False,
    as_of: Annotated[str | None, typer.Option(help="账龄截止日，如 2025-12-31 / day to count ages from")] = None,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", help="另写成带图的网页 / a page with pictures, too")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="每行一个 JSON / one JSON object a line")] = False,
) -> None:
    """数据概貌：字段、控制数、本福特与数字检验、重复、分层、趋势、账龄、断号 / What the data look like."""
    workspace: Workspace = ctx.obj.workspace()
    snapshot = head(workspace)
    table, columns = _named(what)
    asked = Asked(
        table,
        where,
        tuple(one for word in by or () for one in word.replace("，", ",").split(",")),
        least=_number(least),
        is_negative=negative,
        as_of=None if as_of is None else _day(as_of),
        shown=masked,
    )
    with session(workspace, snapshot, asked) as engine:
        found = profile(engine, asked, columns)
    if out is not None:
        out.parent.mkdir(parents=True, exist_ok=True)
        write_page(out, found, workspace, snapshot)
        note(say(f"概貌已写出：{out}", f"The profile: {out}"))
    if as_json:
        _emit(found)
    elif out is None:
        _print(found)


def _named(what: list[str]) -> tuple[str, list[str]]:
    """`payment amount paid_on`, `payment.amount` and `payment.amount payment.paid_on` all name columns of payment."""
    table = what[0].partition(".")[0]
    columns = []
    for word in what if "." in what[0] else what[1:]:
        owner, dot, column = word.rpartition(".")
        if dot and owner != table:
            raise WrongUse(f"{word}: the columns must be of one table, here {table}. Ask for {owner} by itself.")
        columns.append(column)
    return table, columns


def _number(words: str) -> Decimal:
    try:
        found = Decimal(words)
        if found.is_finite() and found > 0:
            return found
    except InvalidOperation:
        pass
    raise WrongUse(f"--least {words!r} must be a number above 0. Write it like 10.")


def _day(words: str) -> date:
    try:
        return date.fromisoformat(words)
    except ValueError:
        raise WrongUse(f"--as-of {words!r} is not a day. Write it like 2025-12-31.") from None


def _emit(found: Profile) -> None:
    if found.fields:
        for one in found.fields.fields:
            emit({"table": found.asked.table, "rows": found.fields.rows, **vars(one)})
    for column in found.columns:
        emit({"table": found.asked.table, **column.as_json})


def _print(found: Profile) -> None:
    if found.fields:
        _print_fields(found.fields, say(found.asked.model.zh, found.asked.model.en))
    for column in found.columns:
        _print_column(column)


def _print_fields(held: Fields, name: str) -> None:
    headings = say(
        "列 名称 类型 有值 空 不同值 最小 最大 合计 零 负",
        "column label type filled empty distinct low high total zero negative",
    ).split()
    rows = [
        [one.name, say(one.zh, one.en), one.type, one.filled, one.empty, one.distinct, _text(one.low), _text(one.high),
         one.total, one.zero, one.negative]
        for one in held.fields
    ]  # fmt: skip
    show(say(f"{name} {held.rows:,} 行", f"{name}: {held.rows:,} rows"), headings, rows)


def _print_column(one: Profiled) -> None:
    typer.echo(f"── {say(one.column.zh, one.column.en)} {one.column.name}")
    if one.numbers:
        _print_numbers(one.numbers)
    if one.gaps:
        _print_gaps(one.gaps)
    if one.periods:
        _print_periods(one.periods)
    if one.values:
        _print_values(one.values)


def _print_numbers(held: Numbers) -> None:
    names = [("全部", "all"), ("正数", "positive"), ("零", "zero"), ("负数", "negative")]
    totals = (held.all, held.positive, held.zero, held.negative)
    rows = [[say(*name), one.rows, one.amount] for name, one in zip(names, totals, strict=True)]
    show("", ["", say("行数", "rows"), say("合计", "total")], [*rows, [say("空", "empty"), held.empty, None]])
    spread = {"min": held.least, **held.quantiles, "max": held.most, say("平均", "mean"): held.mean}
    show(say("分布", "spread"), list(spread), [list(spread.values())])
    _print_digits(held.digits)
    headings = say("从 到 行数 金额", "from to rows amount").split()
    show(say("分层", "strata"), headings, [[one.low, one.high, one.rows, one.amount] for one in held.bands])
    _print_repeats(held)
    _print_groups(held)


def _print_repeats(held: Numbers) -> None:
    rows = [[one.value, one.rows] for one in held.repeated[:TOP]]
    show(say("重复最多的数", "numbers that repeat most"), say("数 次数", "number times").split(), rows)
    if held.round_shares:
        shares = [[name, f"{share:.2%}"] for name, share in held.round_shares.items()]
        show(say("整数倍", "multiples"), say("倍数 占比", "multiple share").split(), shares)


def _print_groups(held: Numbers) -> None:
    if not held.groups:
        return
    headings = ["", *say("行数 金额 占比 重复系数", "rows amount share repeats").split()]
    rows = [
        [" ".join(one.names), one.rows, one.amount, "" if one.share is None else f"{one.share:.2%}",
         f"{one.frequency_factor:.3f}"]
        for one in held.groups
    ]  # fmt: skip
    show(say("分组", "groups"), headings, rows)


def _print_digits(held: Digits) -> None:
    headings = say(
        "检验 数目 平均绝对偏差 符合程度 卡方 超出最多", "test numbers MAD conformity chi2 most_in_excess"
    ).split()
    rows = [
        [say(*TESTS[one.name]), one.numbers, f"{one.deviation:.5f}", say(*BANDS[one.band]) if one.band else "",
         f"{one.chi_square:,.1f}", _largest(one)]
        for one in held.tests
    ]  # fmt: skip
    if held.sums:
        sums = " ".join(f"{one.digits} ({one.share:.1%})" for one in held.largest_sums[:6])
        rows.append([say(*TESTS["summation"]), held.numbers, "", "", "", sums])
    show(say("数字检验", "digits"), headings, rows)
    if held.mantissa:
        one = held.mantissa
        typer.echo(
            say(
                f"尾数：平均 {one.mean:.3f}（0.5），方差 {one.variance:.3f}（0.083），弧长检验 L² {one.arc:.5f}；"
                f"失真 {one.distortion:+.2f}%",
                f"Mantissa: mean {one.mean:.3f} (0.5), variance {one.variance:.3f} (0.083), arc L² {one.arc:.5f}; "
                f"distortion {one.distortion:+.2f}%",
            )
        )
    if not held.is_reliable:
        typer.echo(
            say(
                "可检验的数不足 1000 个，或跨度不到三个数量级：数字检验仅供参考。",
                "Fewer than 1,000 numbers, or less than three orders of magnitude: take the tests of digits with care.",
            )
        )


def _largest(test: DigitTest) -> str:
    return " ".join(f"{one.digits} ({one.excess:+,.0f})" for one in test.largest[:5] if one.excess > 0)


def _print_gaps(held: Gaps) -> None:
    headings = [*held.by, *say("缺号从 到", "missing_from to").split()]
    rows = [[*one.group, str(one.first), str(one.last)] for one in held.listed]
    words = say(
        f"断号：缺 {held.missing:,} 个，{held.groups} 组", f"gaps: {held.missing:,} missing, {held.groups} groups"
    )
    show(words, headings, rows)


def _print_periods(held: Periods) -> None:
    typer.echo(
        say(
            f"{_text(held.first)} 至 {_text(held.last)}，空 {held.empty:,}；缺月份：{_listed(held.missing_months)}",
            f"{_text(held.first)} to {_text(held.last)}, {held.empty:,} empty; months without a row: "
            f"{_listed(held.missing_months)}",
        )
    )
    _print_slices(say("各月", "months"), held.months, str)
    _print_slices(say("星期", "days of the week"), held.weekdays, lambda name: say(f"周{WEEKDAYS[name]}", name))
    _print_slices(say(f"账龄（天，截至 {held.as_of}）", f"age in days as of {held.as_of}"), held.ages, str)


def _print_slices(title: str, rows: Sequence[Slice], name: Callable[[str], str]) -> None:
    headings = ["", *say("行数 金额", "rows amount").split()]
    show(title, headings, [[name(one.name), one.rows, one.amount] for one in rows])


def _print_values(held: Values) -> None:
    typer.echo(
        say(
            f"有值 {held.filled:,}，空 {held.empty:,}，不同 {held.distinct:,}，只出现一次 {held.once:,}，"
            f"长度 {held.shortest}–{held.longest}",
            f"{held.filled:,} filled, {held.empty:,} empty, {held.distinct:,} different, {held.once:,} only once, "
            f"length {held.shortest}–{held.longest}",
        )
    )
    headings = say("值 行数", "value rows").split()
    show(say("最常见", "most frequent"), headings, [[one.value, one.rows] for one in held.top])
    show(say("样式", "shapes"), headings, [[one.value, one.rows] for one in held.shapes])


def _listed(names: Sequence[str]) -> str:
    return "、".join(_some(names)) or say("无", "none")


def _some(names: Sequence[str]) -> Iterator[str]:
    yield from names[:24]
    if len(names) > 24:
        yield "…"


def _text(value: object) -> str:
    return "" if value is None else str(value)
