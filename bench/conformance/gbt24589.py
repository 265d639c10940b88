"""GB/T 24589.1-2010: the reader knows every table and field of the published list, under its id."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path

import yaml

from bench.conformance.workspace import must


def check(samples: Path) -> None:
    """40 tables, 318 fields, each under the id of the list."""
    listed = json.loads((samples / "gbt24589" / "24589.1.table.json").read_text(encoding="utf-8"))
    known = yaml.safe_load(
        (resources.files("bihuan.collect") / "standards" / "gbt24589_1_2010.yaml").read_text(encoding="utf-8")
    )
    tables = {f"table-{place}": table["elements"] for place, table in known["tables"].items()}
    must("GB/T 24589.1 tables", len(tables), len(listed))
    must("GB/T 24589.1 fields", sum(map(len, tables.values())), sum(len(one["field"]) for one in listed.values()))
    differing = [name for name, one in listed.items() if sorted(one["field"]) != sorted(tables.get(name, []))]
    must("GB/T 24589.1 tables whose fields differ", differing, [])
    named = json.loads((samples / "gbt24589" / "24589.1.element.json").read_text(encoding="utf-8"))
    must("GB/T 24589.1 elements without a name here", sorted(set(named) - set(known["elements"])), [])
