"""A file that must be refused, so that a newcomer sees what a refusal looks like."""

from __future__ import annotations

from pathlib import Path

from bihuan.demo.write import delimited

_HEADINGS = ("支付日期", "预算单位编码", "预算单位名称", "收款人名称", "支付金额", "用途")
_ROWS = (
    ("2025-03-03", "203", "云禾县水利局", "云禾县宏达建材有限公司", "12600.00", "付砂石款"),
    ("2025-03-04", "203", "云禾县水利局", "云禾县瑞丰印务有限公司", "3480.00", "付印刷费"),
)
_README = """这里的文件是坏的，特意放着给您看一次“拒收”。/ The file here is broken on purpose, to show a refusal.

试一试 / Try:  bihuan -w {workspace} collect "{file}"

它按国库的样子导出，但拷贝时断在一个汉字中间：最后一个字节不是完整的 GB18030 字符。闭环会指出是哪个文件、
第几行、第几个字节，告诉您怎么办，退出码为 1；账本里一行也不会多，原件和原因都会留存。
It was exported like the treasury's file, but the copy broke off in the middle of a character. Bihuan says which file,
which line and which byte, and what to do; exit code 1. Not a row enters the books; original and reason are kept.
"""


def hand_over(folder: Path, workspace: Path) -> Path:
    """The broken file and a README beside it; gives the file."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "国库支付（拷贝中断）.csv"
    file.write_bytes(delimited(_HEADINGS, _ROWS).encode("gb18030").removesuffix("费\r\n".encode("gb18030")) + b"\xb7")
    readme = _README.format(workspace=workspace, file=file)
    (folder / "README.txt").write_text(readme, encoding="utf-8")
    return file
