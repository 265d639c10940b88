"""Write the guided tour from a demo that was run: `python docs/tour.py FOLDER`, with pictures where Chromium is.

The pages show what the commands printed, so that a test can type them again. Lines are cut at 96 columns with “…”.
"""

from __future__ import annotations

import json
import shlex
import shutil
import sys
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from playwright.sync_api import sync_playwright
from typer.testing import CliRunner

from bihuan.cli import app
from bihuan.examine.library import built_in, library
from bihuan.examine.packs import FILE

HERE = Path(__file__).resolve().parent / "tour"
PICTURES = Path(__file__).resolve().parent / "images"
SCALE, SEED = "0.02", "1"
MADE = "<!-- made by docs/tour.py from the demo; edit the script, not this page -->\n\n"
WIDTH, LINES = 96, 9
ORDER = (
    "meals", "ledger", "budget", "payments", "procurement", "project", "renovation", "benefit", "tradein", "bank",
    "policy",
)  # fmt: skip


@dataclass(frozen=True)
class Tour:
    """The demo's folder, as it is typed (`D`) and as it is."""

    root: Path

    def run(self, command: str) -> list[str]:
        """What `bihuan -w D …` prints."""
        words = [str(self.root) if one == "D" else one for one in shlex.split(command)[1:]]
        done = CliRunner().invoke(app, words)
        if done.exit_code:
            raise SystemExit(f"{command}: {done.output}")
        return [line.rstrip() for line in done.stdout.splitlines() if line.strip()]

    def leads(self, pack: str) -> list[dict[str, Any]]:
        """The pack's leads, weightiest first."""
        return [json.loads(line) for line in self.run(f"bihuan -w D leads --pack {pack} --json")]


def main() -> None:
    """All pages and their pictures."""
    tour = Tour(Path(sys.argv[1]).resolve())
    HERE.mkdir(exist_ok=True)
    for name, page in pages(tour).items():
        (HERE / name).write_text(page, encoding="utf-8")
    picture(tour)


def pages(tour: Tour) -> dict[str, str]:
    """Every page by its file name."""
    return {"index.md": MADE + _index(tour), **{f"{pack}.md": MADE + _pack(tour, pack) for pack in packs(tour)}}


def packs(tour: Tour) -> list[str]:
    """The packs that found something, in the order of the tour."""
    found = {json.loads(line)["pack"] for line in tour.run("bihuan -w D leads packs --json")}
    return [one for one in ORDER if one in found]


def _index(tour: Tour) -> str:
    listing = "\n".join(packs(tour))
    return f"""# 云禾县一圈 A tour of the county

云禾县是虚构的：各部门按平时的样子交来文件，里面种下了已知的问题。下面每一条命令都可以照着做；`D` 是一个新文件夹。
`make demo` 做的是同一个县，业务量是这里的 50 倍，数字因此不同。

The county is fictional: its departments hand over files as they really look, with known problems planted in them.
Every command below can be repeated; `D` is a new folder. `make demo` makes the same county with fifty times the
business, so its figures differ.

```console
$ bihuan -w D demo --scale {SCALE} --seed {SEED}
```

一步做完五件事：造文件，收进账本，归并人员和单位，用全部方法检查每一行，和真相对一遍。
Five steps in one: the files, the books, people and firms linked, every row examined by every method, and all
compared with the truth.

## 查到什么 What was found

{_console(tour, "bihuan -w D leads packs")}

报告可离线打开：`bihuan -w D report run -o report.html`。
The report opens offline.

![各专题查到什么](../images/tour.png)

## 对得上真相吗 Does it agree with the truth?

{_console(tour, "bihuan -w D score")}

`score` 对任何工作区、任何同样格式的真相文件都能算，见[打分](../score.md)。
`score` compares any workspace with any truth file of that shape.

## 一个专题一页 One page a pack

```{{toctree}}
:maxdepth: 1

{listing}
```

钱怎样追回来、怎样证明真的改了：[五分钟看闭环](../five-minutes.md)。
How the money comes back, and how it is proved: [the loop in five minutes](../five-minutes.md).
"""


def _pack(tour: Tour, pack: str) -> str:
    said = yaml.safe_load((built_in() / pack / FILE).read_text(encoding="utf-8"))
    lead = next(iter(tour.leads(pack)))
    name, reason = str(lead["lead_id"])[:10], lead["reason"]
    return f"""# {said["title"]["zh"]} {said["title"]["en"]}

{said["about"]["zh"]}

{said["about"]["en"]}

{_console(tour, f"bihuan -w D leads packs {pack}")}

![{said["title"]["zh"]}](../images/tour-{pack}.png)

## 最该先看的一条 The first lead

{reason["zh"]}

{reason["en"]}

{_console(tour, f"bihuan -w D leads show {name}")}

## 追到原件哪一行 Back to the line it came from

{_console(tour, f"bihuan -w D trace {name} --most 2")}

## 这个专题的方法 Its methods

{_methods(pack)}

依据、参数、何时不算，都在各方法的页上。
Basis, parameters and known false positives stand on the page of each.
"""


def _methods(pack: str) -> str:
    held = [(one.id, one.header.title) for one in library().pack(pack)]
    return "\n".join(f"- [{title.zh}](../reference/methods/{pack}/{name}.md) {title.en}" for name, title in held)


def _console(tour: Tour, command: str) -> str:
    return "```console\n$ " + command + "\n" + "\n".join(_shown(tour.run(command))) + "\n```"


def _shown(lines: list[str]) -> Iterator[str]:
    """The first lines, each cut to the width of a page; what differs from run to run is left out."""
    for line in lines[:LINES]:
        words = " ".join(line.split())
        if words.startswith(("运行 ", "Run ")):
            words = words.split(" ", 1)[0] + " …"
        yield _cut(words)
    if len(lines) > LINES:
        yield "…"


def _cut(words: str) -> str:
    width = 0
    for at, letter in enumerate(words):
        width += 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        if width > WIDTH:
            return words[:at] + "…"
    return words


def picture(tour: Tour) -> None:
    """The report's page, whole and at each pack, where Chromium is installed."""
    browser = shutil.which("chromium")
    if browser is None:
        print("no chromium: the pictures stay as they are", file=sys.stderr)
        return
    path = tour.root / "tour.html"
    tour.run(f"bihuan -w D report run -o {path}")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox", "--disable-gpu"])
        page = chromium.new_page(viewport={"width": 1180, "height": 760})
        for name, anchor in [("tour", ""), *((f"tour-{one}", f"#pack-{one}") for one in packs(tour))]:
            page.goto("about:blank")
            page.goto(f"{path.as_uri()}{anchor}")
            page.screenshot(path=PICTURES / f"{name}.png")
        chromium.close()


if __name__ == "__main__":
    main()
