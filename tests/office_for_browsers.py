"""Fills a workbench with the cast, for servers that browsers visit: python tests/office_for_browsers.py W."""

from __future__ import annotations

import json
import sys
from pathlib import Path


def main(root: Path) -> None:
    """Tables, units, people, and the list that opens the demo's door to them."""
    from bihuan.web.start import django

    django(root, migrate=True)
    from cast import OFFICE, OTHERS, make_cast, make_units

    make_cast(make_units())
    (root / "demo-people.json").write_text(json.dumps([*OFFICE, *OTHERS, "fang", "root"]), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
