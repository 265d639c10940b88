"""The guided tour: its commands typed again on a fresh county print what its pages show."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from counties import bihuan
from typed_commands import HOME

TOUR = HOME / "docs" / "tour"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("tour", HOME / "docs" / "tour.py")
    assert spec and spec.loader
    made = importlib.util.module_from_spec(spec)
    sys.modules["tour"] = made  # its dataclasses look themselves up there
    spec.loader.exec_module(made)
    return made


@pytest.mark.slow
def test_every_page_of_the_tour_shows_what_its_commands_print(tmp_path: Path, script: ModuleType) -> None:
    root = tmp_path / "D"
    bihuan(root, "demo", "--scale", script.SCALE, "--seed", script.SEED)
    made = script.pages(script.Tour(root))
    shown = {one.name: one.read_text(encoding="utf-8") for one in TOUR.glob("*.md")}
    assert set(made) == set(shown)
    for name in made:
        assert made[name] == shown[name], f"{name}: make it anew with: python docs/tour.py D"


def test_the_tour_has_a_page_and_a_picture_for_every_pack(script: ModuleType) -> None:
    packs = {one.parent.name for one in (HOME / "src/bihuan/examine/methods").glob("*/pack.yaml")}
    assert packs == set(script.ORDER)
    for pack in packs:
        assert (TOUR / f"{pack}.md").exists()
        assert (HOME / "docs/images" / f"tour-{pack}.png").exists()
