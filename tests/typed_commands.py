"""Commands as our pages show them: found in the text, and tried."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from typer.testing import CliRunner

from bihuan.cli import app

HOME = Path(__file__).resolve().parent.parent
_FENCE = re.compile(r"^```(?P<language>\w*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`(bihuan [^`\n]+)`")


@dataclass(frozen=True)
class Typed:
    """One command at the prompt, and the lines that the page shows below it."""

    command: str
    output: tuple[str, ...]

    @property
    def words(self) -> list[str]:
        return shlex.split(self.command, comments=True)


def blocks(text: str) -> Iterator[tuple[str, str]]:
    """Language and body of each fenced block."""
    for found in _FENCE.finditer(text):
        yield found["language"], found["body"]


def commands(text: str) -> list[str]:
    """Every `bihuan …` that a page shows, at the start of a line of code or between backticks."""
    lines = text.replace("\\\n", " ").splitlines()
    shown = [line.strip().removeprefix("$ ") for line in lines]
    return [one for one in shown if one.startswith("bihuan ")] + _INLINE.findall(text)


def typed(body: str) -> list[Typed]:
    """The commands of a console block, each with its output."""
    found: list[Typed] = []
    for line in body.replace("\\\n", " ").splitlines():
        if line.startswith("$ "):
            found.append(Typed(line[2:], ()))
        else:
            found[-1] = Typed(found[-1].command, (*found[-1].output, line))
    return found


def fault(command: str) -> str:
    """What the program says against a command, or nothing; with --help it is parsed and not run."""
    words = shlex.split(command, comments=True)[1:]
    done = CliRunner().invoke(app, [*words, "--help"])
    return "" if done.exit_code == 0 else f"{command}: {done.output.strip().splitlines()[-1]}"
