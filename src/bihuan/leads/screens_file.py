"""The office's model of price screens as a file, with what it was learnt from and how it was judged."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from bihuan import __version__
from bihuan.errors import BadWorkspace, NotFound
from bihuan.leads.screens import SCREENS, Judged, Key, Model
from bihuan.leads.tender_verdicts import Verdicts
from bihuan.store.canonical import digest, read_json, write_json
from bihuan.store.workspace import Workspace

FORMAT = 1
DIGITS = 12  # of the weights: what follows differs from one machine to the next


def path_of(workspace: Workspace) -> Path:
    """Where the model lies; none is shipped."""
    return workspace.root / "screens-model.json"


def content(model: Model, verdicts: Verdicts, used: Mapping[Key, bool], judged: Sequence[Judged]) -> dict[str, Any]:
    """What the file says: weights, each label as a hash, figures of the judging."""
    return {
        "format": FORMAT,
        "bihuan": __version__,
        "screens": list(SCREENS),
        "means": _numbers(model.means),
        "scales": _numbers(model.scales),
        "weights": _numbers(model.weights),
        "contests": model.labels,
        "labels": {
            "file": verdicts.name,
            "file_hash": verdicts.hash,
            "established": sum(used.values()),
            "dismissed": len(used) - sum(used.values()),
            "hash": hash_of(used),
            "hashes": [hash_of({key: used[key]}) for key in sorted(used)],
        },
        "judged": {one.by: {name: value for name, value in asdict(one).items() if name != "by"} for one in judged},
    }


def hash_of(verdicts: Mapping[Key, bool]) -> str:
    """A hash of verdicts, by which it is seen that they changed."""
    return digest([[*key, verdicts[key]] for key in sorted(verdicts)])


def keep(workspace: Workspace, said: Mapping[str, Any]) -> Path:
    """Write the file with its own hash, in place of the one before."""
    path = path_of(workspace)
    aside = path.with_name(f".{path.name}")
    with workspace.locked("screens"):
        write_json(aside, {**said, "hash": digest(_text(said))})
        aside.replace(path)
    return path


def read(workspace: Workspace) -> tuple[Model, dict[str, Any]]:
    """The model and what its file says; one that was altered or that other screens were learnt for is refused."""
    path = path_of(workspace)
    if not path.exists():
        raise NotFound(f"{path}: no model yet; none is shipped. Learn from your verdicts: bihuan screens train")
    try:
        said = dict(read_json(path))
        is_whole = said.pop("hash") == digest(_text(said)) and said["format"] == FORMAT
    except (ValueError, KeyError, TypeError):
        is_whole = False
    if not is_whole or said["screens"] != list(SCREENS):
        raise BadWorkspace(f"{path}: altered, or of another version. Learn it anew: bihuan screens train")
    means, scales, weights = (np.array(said[name], dtype=np.float64) for name in ("means", "scales", "weights"))
    return Model(means, scales, weights, said["contests"]), said


def _numbers(values: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> list[float]:
    return [float(f"{one:.{DIGITS}g}") for one in values]


def _text(said: Mapping[str, Any]) -> str:
    """Everything that is said, as one text; canonical JSON of ours holds no floats."""
    return json.dumps(said, ensure_ascii=False, sort_keys=True)
