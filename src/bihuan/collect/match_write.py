"""The matcher's proposal as a YAML file that a person corrects: every line says how sure it is."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from bihuan.collect.map import signature
from bihuan.collect.match_headings import words
from bihuan.model.table import Table, table

if TYPE_CHECKING:
    from bihuan.collect.match import Proposal


def write(proposal: Proposal, folder: Path) -> Path:
    """Put the proposal into `folder`; a file of that name about the same headings stays, for someone may be at it."""
    folder.mkdir(parents=True, exist_ok=True)
    name = re.sub(r"[^\w.\-（）()]+", "_", ".".join(filter(None, [proposal.sheet.file.name, proposal.sheet.name])))
    number = 1
    while True:
        path = folder / (f"{name}.yaml" if number == 1 else f"{name}-{number}.yaml")
        if not path.exists():
            path.write_text(yaml_of(proposal, path), encoding="utf-8")
            return path
        if _is_about(path, proposal):
            return path
        number += 1


def why(proposal: Proposal, path: Path) -> str:
    """The message of Unsure: file, sheet, doubts, and the command to go on."""
    doubts = "; ".join(proposal.doubts) or _unsure(proposal)
    read = f" read as {proposal.table}" if proposal.table else ""
    return (
        f"{proposal.sheet.label}{read}: {doubts}. The proposal lies in {path}: correct it, then "
        f"bihuan collect {proposal.sheet.file.name} --map {path}"
    )


def _unsure(proposal: Proposal) -> str:
    """What keeps the sureness low where nothing speaks against the proposal."""
    weak = [one for one in proposal.columns.values() if one.weight <= proposal.sureness + 0.001]
    if not weak:
        return f"认得的标题不多，把握 {proposal.sureness:.2f} / few of its headings are known"
    said = "、".join(f"“{one.heading}”({one.column})" for one in weak)
    return (
        f"{said}的把握只有 {proposal.sureness:.2f}，请核对该列的标题和值 / not sure enough of these columns: "
        "look at their headings and values"
    )


def yaml_of(proposal: Proposal, path: Path) -> str:
    """The YAML text with its comments."""
    sheet = proposal.sheet
    lines = [
        "# 由闭环提出的列对应关系，请核对、改正 / proposed by Bihuan: please check and correct",
        f"# 文件 file: {sheet.label}，标题在第 {sheet.line} 行 / heading on line {sheet.line}",
        f"# 把握 sureness: {proposal.sureness:.2f}",
        *(f"# 疑问 doubt: {one}" for one in proposal.doubts),
        f"# 改好后 / then: bihuan collect {sheet.file.name} --map {path}",
        "# 写法见 docs/maps.md / how a map is written: docs/maps.md",
        "format: 1",
    ]
    if proposal.table is None:
        lines += ["table:   # 请填写 / fill in", "confirmed: false", f"signature: {_flow(signature(sheet.headings))}"]
        lines += ["columns:", *(f"  # : {_flow({'from': one})}" for one in sheet.headings)]
        return "\n".join(lines) + "\n"
    found = table(proposal.table)
    lines += [
        f"table: {found.name}   # {found.zh} {found.en}",
        "confirmed: false   # 核对后改为 true，以后同样标题的文件自动照此读 / true: used by itself",
        f"signature: {_flow(proposal.raw['signature'])}",
        "columns:",
        *_columns(proposal, found, proposal.raw["columns"], "  "),
    ]
    if "split" in proposal.raw:
        lines.append("split:")
        for side in ("debit", "credit"):
            lines += [f"  {side}:", *_columns(proposal, found, proposal.raw["split"][side], "    ")]
    lines += _free(proposal, found)
    return "\n".join(lines) + "\n"


def _columns(proposal: Proposal, found: Table, columns: dict[str, Any], indent: str) -> list[str]:
    lines = []
    for name, entry in columns.items():
        pair = proposal.columns.get(name)
        label = found.column(name).zh if name in found.names else "由程序换算 worked out when collecting"
        sure = f"把握 {pair.weight:.2f}" if pair and "from" in entry else "取自表头说明 from the title"
        lines.append(f"{indent}{name}: {_flow(entry)}   # {label}，{sure}")
    return lines or [f"{indent}# 没有 / none"]


def _free(proposal: Proposal, found: Table) -> list[str]:
    lines = ["# 近似的标题，确认后移到 columns 下 / headings that nearly fit; move them up if they are meant:"]
    lines += [f"#   {one.column}: {_flow({'from': one.heading})}   # 近似 {one.name:.2f}" for one in proposal.also]
    given = set(proposal.raw["columns"])
    supplied = words().supplied
    lacking = [one for one in found.columns if one.required and one.name not in given and one.name not in supplied]
    lines += [f"# 必需 required: {one.name}: {{from: }}   # {one.zh} {one.en}" for one in lacking]
    return [*(lines if len(lines) > 1 else []), f"ignored: {_flow(proposal.raw['ignored'])}"]


def _flow(value: object) -> str:
    return yaml.safe_dump(value, allow_unicode=True, default_flow_style=True, width=10_000).strip()


def _is_about(path: Path, proposal: Proposal) -> bool:
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    except (yaml.YAMLError, UnicodeDecodeError):
        return False
    return isinstance(raw, dict) and raw.get("signature") == signature(proposal.sheet.headings)
