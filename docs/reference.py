"""Writes the reference pages of docs/reference from the code, so that they cannot differ from it.

`python docs/reference.py` writes them; `--check` only names those that are out of date, for the tests.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from importlib import resources
from pathlib import Path
from typing import Any

import typer

from bihuan.cli import app
from bihuan.collect.formats import formats
from bihuan.collect.kind import Kind, kinds
from bihuan.examine.basis import Basis, all_bases, basis
from bihuan.examine.header import Example, Header, Method
from bihuan.examine.library import library
from bihuan.examine.packs import title
from bihuan.matters.diagram import drawn
from bihuan.matters.lifecycle import ACTS, Act
from bihuan.matters.requirements import REQUIREMENTS
from bihuan.matters.words import State
from bihuan.model.table import Column, Table, tables
from bihuan.settings import Settings

FOLDER = Path(__file__).parent / "reference"
MADE = "<!-- made by docs/reference.py; edit the source, not this page -->\n\n"
NOTHING = "—"


def pages() -> dict[str, str]:
    """Every generated page by its path below docs/reference."""
    held = library().methods
    found = {
        "tables.md": tables_page(),
        "commands.md": commands_page(),
        "settings.md": settings_page(),
        "basis.md": basis_page(),
        "formats.md": formats_page(),
        "parameters.md": parameters_page(),
        "lifecycle.md": lifecycle_page(),
        "methods.md": methods_page(held),
        **{f"methods/{one.pack}/{one.id}.md": method_page(one) for one in held},
    }
    return {name: MADE + text for name, text in found.items()}


def tables_page() -> str:
    """All tables of the model, with their columns and the headings they are known under."""
    words = (
        "# 数据表 Tables\n\n"
        "每张表是一个 YAML 文件（`src/bihuan/model/tables`）。每张表另有 `row_id`，由它可追到来源文件、工作表和行。"
        "类型后带 * 的是个人信息，默认遮盖。\n\n"
        "One YAML file a table. Each has a `row_id` besides, which leads back to source, sheet and line. "
        "A type with * is personal and masked by default.\n"
    )
    listing = grid(
        ["表 table", "", ""], [[_link(f"`{one.name}`", one.name), one.zh, one.en] for one in tables().values()]
    )
    return "\n".join([words, listing, *[_table(one) for one in tables().values()]])


def _table(one: Table) -> str:
    facts = grid(
        ["", ""],
        [
            ["一行是 a row is", f"{one.row_zh} {one.row_en}"],
            ["主键 key", ", ".join(one.key) or NOTHING],
            ["单位 unit", one.unit or NOTHING],
            ["日期 date", one.date or NOTHING],
            ["标准 standards", "；".join(one.standards) or NOTHING],
        ],
    )
    headings = ["列 column", "中文", "English", "类型 type", "导出表头 headings", "说明 note"]
    columns = grid(headings, [_column(held) for held in one.columns])
    return f"({_anchor(one.name)})=\n## {one.name} {one.zh}\n\n{facts}\n{columns}"


def _column(one: Column) -> list[str]:
    kind = one.type + (f", {one.measure}" if one.measure else "") + (" *" if one.personal else "")
    says = [one.note, " / ".join(one.values)]
    return [f"`{one.name}`", one.zh, one.en, kind, "、".join(one.aliases), "；".join(filter(None, says))]


def methods_page(held: Sequence[Method]) -> str:
    """The methods by pack."""
    lines = [
        "# 审计方法 Methods\n",
        "一个方法就是一个 SQL 文件。带 ° 的是旁证：只给别的疑点加分，本身不成疑点。\n\n"
        "One SQL file a method. ° corroborates: it raises the score of other leads and is none by itself.\n",
    ]
    for pack in sorted({one.pack for one in held}):
        words = title(pack)
        rows = [_listed(one) for one in held if one.pack == pack]
        lines += [
            f"## {pack} {words.zh} {words.en}".rstrip() + "\n",
            grid(["方法 method", "名称", "title", "级别 level"], rows),
        ]
    listing = "\n".join(f"methods/{one.pack}/{one.id}" for one in held)
    return "\n".join([*lines, f"```{{toctree}}\n:hidden:\n\n{listing}\n```\n"])


def _listed(one: Method) -> list[str]:
    header = one.header
    level = header.level + ("°" if header.role == "corroborates" else "")
    return [f"[{one.id}](methods/{one.pack}/{one.id}.md)", header.title.zh, header.title.en, level]


def method_page(one: Method) -> str:
    """One method: why it asks, what would explain the answer, what it reads and cites, examples, SQL."""
    header = one.header
    asked = [
        ("为什么问", "Why", header.why),
        ("可能的正当情形", "Not when", header.not_when),
        ("请单位提供", "Ask for", header.ask),
        ("疑点怎样说", "The lead says", header.reason),
    ]
    words = "\n\n".join(f"**{zh}**：{_plain(both.zh)}\n\n**{en}:** {_plain(both.en)}" for zh, en, both in asked if both)
    parts = [
        f"# {header.title.zh} {header.title.en}\n\n`{one.id}`\n\n{words}\n",
        grid(["", ""], _facts(one)),
        "## 例子 Examples\n",
        *[_example(held) for held in header.examples],
        f"## SQL\n\n```sql\n{one.sql}\n```\n",
    ]
    if header.remedy:
        parts.append(f"## 整改的行 Rows that answer an old hit\n\n```sql\n{header.remedy}\n```\n")
    return "\n".join(parts)


def _facts(one: Method) -> list[list[str]]:
    header = one.header
    return [
        ["专题 pack", one.pack],
        ["级别 level", header.level],
        ["作用 role", header.role],
        ["状态 status", header.status],
        ["读取 reads", _reads(header)],
        [
            "检验的行 population",
            header.population.table + (f": `{header.population.where}`" if header.population.where else ""),
        ],
        ["对象 subject", ", ".join(header.lead.subject)],
        ["参数 params", ", ".join(f"`{name} = {value}`" for name, value in header.params.items()) or NOTHING],
        ["依据 basis", "；".join(_cited(key) for key in header.basis) or NOTHING],
    ]


def _reads(header: Header) -> str:
    known = tables()
    required = [_link(name, name, "../../tables.md") if name in known else name for name in header.reads]
    return ", ".join([*required, *[f"{name}（可无 optional）" for name in header.optional]])


def _cited(key: str) -> str:
    one = basis(key)
    return f"{one.instrument.zh} {one.article}".strip()


def _example(one: Example) -> str:
    given = "、".join(f"{table} {len(rows)} 行" for table, rows in one.given.items()) or NOTHING
    head = [_plain(one.says) + "\n"] if one.says else []
    head.append(f"给定 given：{given}。\n")
    if not one.expect:
        return "\n".join([*head, "不得命中 nothing must be found.\n"])
    names = list(dict.fromkeys(name for row in one.expect for name in row))
    found = [[_value(row.get(name)) for name in names] for row in one.expect]
    return "\n".join([*head, "必须命中，且只命中 what must be found, and nothing else：\n", grid(names, found)])


def _value(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    return "" if value is None else str(value)


def basis_page() -> str:
    """What methods may cite."""
    rows = [_provision(one) for one in all_bases().values()]
    words = (
        "# 依据 Basis\n\n引用前须核对现行文本；不同时点适用不同条文。\n\n"
        "The text in force must be checked before it is quoted; the day of the event decides which text applies.\n\n"
    )
    return words + grid(
        ["key", "文件", "instrument", "条款", "要点", "in short", "施行 from", "已查到原文 found"], rows
    )


def _provision(one: Basis) -> list[str]:
    names = [one.key, one.instrument.zh, one.instrument.en, one.article, one.short.zh, one.short.en]
    return [*names, str(one.in_force_from or NOTHING), "是 yes" if one.checked else "请核对 check"]


def formats_page() -> str:
    """The formats that are read, and the exports of bookkeeping systems that are known."""
    read = [[f"`{one.NAME}`", one.ZH, one.EN, str(one.RANK)] for one in formats()]
    return (
        "# 格式与导出 Formats and exports\n\n## 读得了的格式 Formats\n\n"
        "按顺序号先专后通地试；一种格式一个文件（`src/bihuan/collect/formats`）。\n\n"
        "Asked in the order of rank, the special before the general; one file each.\n\n"
        + grid(["格式 format", "", "", "顺序 rank"], read)
        + "\n## 认得的财务软件导出 Known exports\n\n"
        "一种导出一个 SQL 文件（`src/bihuan/collect/kinds`）；单位可在工作区 `maps/` 加自己的。"
        "不认得的按表头对应，见[对应表](../maps.md)。\n\n"
        "One SQL file each; an office adds its own in `maps/`. "
        "What is not known is matched by its headings, see [maps](../maps.md).\n\n"
        + grid(
            ["导出 export", "", "", "系统 system", "成为 makes", "须有的表头 headings it is known by"], _known_exports()
        )
    )


def _known_exports() -> list[list[str]]:
    return [[f"`{one.id}`", one.zh, one.en, one.system, one.table, _known_by(one)] for one in kinds(FOLDER / "none")]


def _known_by(one: Kind) -> str:
    return ", ".join(one.main.needs)


def parameters_page() -> str:
    """The values that come with Bihuan, by name, place and date."""
    folder = resources.files("bihuan.examine") / "parameters"
    files = sorted((one for one in folder.iterdir() if one.name.endswith(".csv")), key=lambda one: one.name)
    rows = [row for one in files for row in csv.DictReader(one.read_text(encoding="utf-8").splitlines())]
    rows.sort(key=lambda row: (row["name"], row["place"], row["valid_from"]))
    headings = ["参数 name", "地区 place", "自 from", "至 to", "值 value", "依据 basis", "说明", "note"]
    names = ["name", "place", "valid_from", "valid_to", "value", "basis", "note_zh", "note_en"]
    return (
        "# 参数 Parameters\n\n随日期和地区而变的限额、标准、费率。"
        "工作区 `parameters/*.csv` 中同名同地区的行取代这些。\n\n"
        "Limits, standards and rates that depend on date and place. Rows of `parameters/*.csv` of the workspace "
        "replace those of the same name and place.\n\n"
        + grid(headings, [[row[name] or "" for name in names] for row in rows])
    )


def settings_page() -> str:
    """The settings of bihuan.toml."""
    rows = [
        [f"`{one.name}`", f"`{_default(one.default)}`", one.metadata["zh"], one.metadata["en"]]
        for one in fields(Settings)
    ]
    head = "# 设置 Settings\n\n工作区的 `bihuan.toml`。 The `bihuan.toml` of a workspace.\n\n"
    return head + grid(["设置 setting", "默认 default", "中文", "English"], rows)


def _default(value: object) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(_default(one) for one in value)}]"
    return f'"{value}"' if isinstance(value, str) else str(value)


def commands_page() -> str:
    """Every command with its arguments and options."""
    root = typer.main.get_command(app)
    words = (
        "# 命令 Commands\n\n表给人看；`--json` 每行一个对象给机器读。"
        "退出码：0 完成，1 未能完成，2 用法不对，3 触发了要求的关卡。\n\n"
        "Tables for people, `--json` lines for machines. "
        "Exit code 0 done, 1 could not, 2 wrongly asked, 3 a gate that was asked for.\n"
    )
    return "\n".join([words, *_commands(root, "bihuan")])


def _commands(command: Any, path: str) -> list[str]:
    lines = [f"## `{path}`\n\n{_plain((command.help or '').strip())}\n"]
    rows = [_option(one) for one in command.params if one.name not in ("help", "install_completion", "show_completion")]
    if rows:
        lines.append(grid(["", "说明", "默认 default"], rows))
    for name, child in sorted(getattr(command, "commands", {}).items()):
        lines += _commands(child, f"{path} {name}")
    return lines


def _option(one: Any) -> list[str]:
    shown = ", ".join(one.opts) if one.param_type_name == "option" else str(one.metavar or one.name.upper())
    default = one.default if isinstance(one.default, str | int | float) and one.default is not False else ""
    return [f"`{shown}`", getattr(one, "help", None) or "", str(default)]


def lifecycle_page() -> str:
    """The closed loop: states, the picture, every act with who may and what must be there."""
    words = (
        "# 办理流程 Life-cycle\n\n"
        "一个流程管所有事项；图、按钮、检查和测试都出自 `matters/lifecycle.py`。"
        "一人提出、另一人确认的，写明“第二人”。\n\n"
        "One life-cycle for every matter; picture, buttons, checks and tests are made from `matters/lifecycle.py`. "
        "Acts that a second person must sign say so.\n"
    )
    picture = f"```{{raw}} html\n{drawn('zh')}\n```\n"
    states = grid(["状态 state", "", ""], [[f"`{one}`", one.zh, one.en] for one in State])
    headings = ["事 act", "", "", "从 from", "到 to", "谁 who", "第二人 second", "须有 needs", "回避 not who did"]
    return "\n".join([words, picture, states, grid(headings, [_act(one) for one in ACTS.values()])])


def _act(one: Act) -> list[str]:
    every = "全部 any" if len(one.sources) > 5 else "、".join(state.zh for state in one.sources)
    who = "、".join(dict.fromkeys(f"{may.role.zh}（{may.side.zh}）" for may in one.may))
    second = "、".join(dict.fromkeys(may.role.zh for may in one.second.may)) if one.second else NOTHING
    needs = "；".join(REQUIREMENTS[need].missing.zh for need in one.needs) or NOTHING
    forbidden = [*one.not_who, *(one.second.not_who if one.second else ()), *(["本单位"] if one.not_of_unit else [])]
    target = one.target.zh if one.target else NOTHING
    return [
        f"`{one.name}`",
        one.words.zh,
        one.words.en,
        every,
        target,
        who,
        second,
        needs,
        "、".join(dict.fromkeys(forbidden)) or NOTHING,
    ]


def grid(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = ["| " + " | ".join(headings) + " |", "|" + "---|" * len(headings)]
    lines += ["| " + " | ".join(_plain(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def _plain(words: str) -> str:
    """Words that stand in one cell or paragraph and are no HTML."""
    text = " ".join(words.split()).replace("|", "\\|")
    return text if "`" in text else text.replace("<", "&lt;").replace("*", "\\*")


def _anchor(name: str) -> str:
    return f"table-{name.replace('_', '-')}"


def _link(words: str, table: str, page: str = "") -> str:
    return f"[{words}]({page}#{_anchor(table)})"


def stale(made: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """Pages that are missing or differ, and pages that nothing makes any more."""
    there = {path.relative_to(FOLDER).as_posix(): path for path in FOLDER.rglob("*.md")}
    differ = [name for name, text in made.items() if name not in there or there[name].read_text("utf-8") != text]
    return differ, sorted(set(there) - set(made))


def main(*, check: bool) -> int:
    """Write the pages, or name those that are out of date; an exit code."""
    made = pages()
    differ, extra = stale(made)
    if check:
        print("\n".join([*differ, *extra]))
        return 1 if differ or extra else 0
    for name in extra:
        (FOLDER / name).unlink()
    for name in differ:
        path = FOLDER / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(made[name], encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(check="--check" in sys.argv))
