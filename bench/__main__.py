"""`python -m bench [SCALE] [NAME …]`: measure and write docs/bench.md; SCALE 1 is the size of the targets."""

from __future__ import annotations

import platform
import sys
from datetime import UTC, datetime
from pathlib import Path

from bench import collecting, examining, linking, ocds_speed, pandas_peer, workbench

SECTIONS = {
    "collect": collecting.run,
    "examine": examining.run,
    "pandas": pandas_peer.run,
    "ocds": ocds_speed.run,
    "link": linking.run,
    "workbench": workbench.run,
}
PAGE = Path(__file__).parents[1] / "docs" / "bench.md"
HEAD = """# 速度 Speed

由 `make bench` 写出：每个数字旁边是同一次运行里的对照。机器共用，请看比值，不看绝对秒数。
Written by `make bench`, each figure beside its peer in the same run. The machine is shared: read ratios, not seconds.

{machine}, Python {python}, {day}; scale {scale:g} of the targets' size.

"""


def main(arguments: list[str]) -> int:
    """Run the sections named (all by default)."""
    scale = next((float(one) for one in arguments if one.replace(".", "").isdigit()), 1.0)
    wanted = [one for one in arguments if one in SECTIONS] or list(SECTIONS)
    head = HEAD.format(
        machine=platform.machine(), python=platform.python_version(), day=datetime.now(UTC).date(), scale=scale
    )
    parts = []
    for name in wanted:
        print(f"{name} …", file=sys.stderr, flush=True)
        parts.append(SECTIONS[name](scale))
        print(parts[-1], flush=True)
    if wanted == list(SECTIONS):
        PAGE.write_text(head + "\n".join(parts), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
