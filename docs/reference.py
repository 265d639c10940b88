"""Writes the reference pages of docs/reference from the code: tables, methods, commands, settings, parameters.

`python docs/reference.py` writes them; `--check` only says which are out of date, for the tests.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path

import click
import typer

from bihuan.cli import app
from bihuan.examine.basis import all_basis
from bihuan.examine.library import methods
from bihuan.model.table import Table, tables
from bihuan.settings import Settings

FOLDER = Path(__file__).parent / "reference"
MADE = "<!-- made by docs/reference.py; edit the source, not this page -->\n"


def pages() -> dict[str, str]:
    """Every generated page by its path below docs/reference."""
    found = {"tables.md": tables_page(), "commands.md": commands_page(), "settings.md": settings_page()}
    found["basis.md"] = basis_page()
    library = methods()
    found["methods.md"] = methods_index(library)
    found |= {f"methods/{one.pack}/{one.id}.md": method_page(one) for one in library}
    return {name: MADE + text for name, text in found.items()}


def tables_page() -> str:
    """All tables of the model with their columns and the headings they are known under."""
    parts = [
        "# 数据表 Tables\n\n每张表一个 YAML 文件（`src/bihuan/model/tables`）。每张表另有 `row_id`，由它可追到来源文件、工作表和行。\n"
    ]
    return "\n".join([*parts, *[_table(one) for one in tables().values()]])


def _table(one: Table) -> str:
    head = f"\n## {one.name} {one.zh}\n\n{one.row_zh}；{one.row_en}.\n\n"
    facts = f"主键 key: {', '.join(one.key) or '—'}；单位 unit: {one.unit or '—'}；日期 date: {one.date or '—'}\n\n"
    rows = [
        [
            f"`{c.name}`",
            c.zh,
            c.en,
            c.type + (" *" if c.personal else ""),
            "、".join(c.aliases),
            c.note or ("/".join(c.values) if c.values else ""),
        ]
        for c in one.columns
    ]
    return (
        head
        + facts
        + grid(["列 column", "中文", "English", "类型 type（* 个人信息）", "导出表头 headings", "说明 note"], rows)
    )


def methods_index(library: Iterable) -> str:
    """The list of methods by pack."""
    lines = ["# 审计方法 Methods\n"]
    held = list(library)
    for pack in sorted({one.pack for one in held}):
        rows = [
            [f"[{one.id}](methods/{pack}/{one.id}.md)", one.title["zh"], one.title["en"], one.level, one.role]
            for one in held
            if one.pack == pack
        ]
        lines += [f"\n## {pack}\n", grid(["方法 method", "名称", "title", "级别 level", "作用 role"], rows)]
    listing = "\n".join(f"methods/{one.pack}/{one.id}" for one in held)
    return "\n".join([*lines, f"\n```{{toctree}}\n:hidden:\n\n{listing}\n```\n"])


def method_page(one) -> str:
    """One method: why, what it reads, how, what it cites, its SQL."""
    both = [("为什么问", "why", one.why), ("可能的正当情形", "not when", one.not_when), ("请单位提供", "ask", one.ask)]
    facts = [
        ["专题 pack", one.pack],
        ["级别 level", one.level],
        ["作用 role", one.role],
        ["状态 status", one.status],
        ["所需数据 reads", ", ".join(one.reads)],
        ["参数 params", ", ".join(f"{name} = {value}" for name, value in one.params.items()) or "—"],
        ["适用依据 basis", "；".join(_cited(key) for key in one.basis) or "—"],
    ]
    words = "\n\n".join(
        f"**{zh}** {text.get('zh', '')}\n\n**{en}** {text.get('en', '')}" for zh, en, text in both if text
    )
    return (
        f"# {one.title['zh']} {one.title['en']}\n\n`{one.id}`\n\n{grid(['', ''], facts)}\n\n{words}\n\n"
        f"**疑点表述** {one.reason['zh']}\n\n**Reason** {one.reason['en']}\n\n```sql\n{one.sql.strip()}\n```\n"
    )


def _cited(key: str) -> str:
    one = all_basis()[key]
    return f"{one.instrument['zh']} {one.article}".strip()


def basis_page() -> str:
    """What may be cited."""
    rows = [
        [
            key,
            one.instrument["zh"],
            one.article,
            one.says["zh"],
            one.says["en"],
            str(one.checked_on or "请核对 to be checked"),
        ]
        for key, one in all_basis().items()
    ]
    return "# 可引用的依据 Basis\n\n" + grid(["key", "文件", "条款", "要点", "in short", "核对日期 checked"], rows)


def settings_page() -> str:
    """The settings of bihuan.toml."""
    rows = [[f"`{one.name}`", repr(one.default), one.metadata["zh"], one.metadata["en"]] for one in fields(Settings)]
    return "# 设置 Settings\n\n工作区的 `bihuan.toml`。\n\n" + grid(
        ["设置 setting", "默认 default", "中文", "English"], rows
    )


def commands_page() -> str:
    """Every command with its arguments and options."""
    root = typer.main.get_command(app)
    return "# 命令 Commands\n\n" + "\n".join(_commands(root, "bihuan"))


def _commands(command: click.Command, path: str) -> list[str]:
    lines = [f"## `{path}`\n\n{(command.help or '').strip()}\n"]
    rows = [_option(one) for one in command.params if not _plumbing(one)]
    if rows:
        lines.append(grid(["", "说明"], rows) + "\n")
    for name, child in sorted(getattr(command, "commands", {}).items()):
        lines += _commands(child, f"{path} {name}")
    return lines


def _plumbing(one: click.Parameter) -> bool:
    return one.name in ("help", "install_completion", "show_completion")


def _option(one: click.Parameter) -> list[str]:
    shown = ", ".join(one.opts) if one.param_type_name == "option" else str(one.name).upper()
    return [f"`{shown}`", getattr(one, "help", None) or ""]


def grid(headings: list[str], rows: list[list[str]]) -> str:
    """A Markdown table."""
    lines = ["| " + " | ".join(headings) + " |", "|" + "---|" * len(headings)]
    lines += [
        "| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in row) + " |" for row in rows
    ]
    return "\n".join(lines) + "\n"


def main(check: bool) -> int:
    """Write the pages, or say which differ."""
    made = pages()
    stale = [
        name
        for name, text in made.items()
        if not (FOLDER / name).exists() or (FOLDER / name).read_text("utf-8") != text
    ]
    extra = [
        str(one.relative_to(FOLDER)) for one in FOLDER.rglob("*.md") if one.relative_to(FOLDER).as_posix() not in made
    ]
    if check:
        print("\n".join([*stale, *extra]))
        return 1 if stale or extra else 0
    for name in extra:
        (FOLDER / name).unlink()
    for name in stale:
        (FOLDER / name).parent.mkdir(parents=True, exist_ok=True)
        (FOLDER / name).write_text(made[name], encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv))
