"""The two READMEs name commands that there are, and files that there are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bihuan.examine.library import library
from typed_commands import HOME, commands, fault

READMES = ("README.md", "README.zh-CN.md")
_LINK = re.compile(r"\]\((?P<target>[^)\s]+)\)")
_TARGET = re.compile(r"^(?:make|python3 run\.py) ([a-z-]+)", re.MULTILINE)


@pytest.mark.parametrize("name", READMES)
def test_every_command_exists_with_these_options(name: str) -> None:
    shown = commands((HOME / name).read_text(encoding="utf-8"))
    assert len(shown) >= 12
    assert [said for one in shown if (said := fault(one))] == []


def test_an_unknown_option_would_be_noticed() -> None:
    assert "--colour" in fault("bihuan -w W leads --colour red")
    assert fault("bihuan -w W lead") != ""


@pytest.mark.parametrize("name", READMES)
def test_every_link_points_to_a_file(name: str) -> None:
    targets = _LINK.findall((HOME / name).read_text(encoding="utf-8"))
    local = [one.partition("#")[0] for one in targets if "://" not in one]
    assert len(local) >= 8
    assert [one for one in local if not (HOME / one).exists()] == []


@pytest.mark.parametrize("name", READMES)
def test_every_make_target_exists_in_both_ways_of_running_it(name: str) -> None:
    makefile, run = (Path(HOME / one).read_text(encoding="utf-8") for one in ("Makefile", "run.py"))
    targets = set(_TARGET.findall((HOME / name).read_text(encoding="utf-8")))
    assert {"demo", "test"} <= targets
    for one in targets:
        assert re.search(rf"^(?:[a-z -]+ )?{one}(?: [a-z -]+)?:", makefile, re.MULTILINE)
        assert f'"{one}":' in run


@pytest.mark.parametrize("name", READMES)
def test_every_pack_is_named(name: str) -> None:
    text = (HOME / name).read_text(encoding="utf-8")
    assert [pack for pack in sorted({one.pack for one in library().methods}) if f"**{pack}**" not in text] == []


def test_both_languages_show_the_same_commands() -> None:
    chinese, english = (
        [re.split(r"\s+#", one)[0] for one in commands((HOME / name).read_text(encoding="utf-8"))] for name in READMES
    )
    plain = {"疑点编号": "LEAD"}
    assert [plain.get(one, one) for line in english for one in line.split()] == [
        plain.get(one, one) for line in chinese for one in line.split()
    ]
