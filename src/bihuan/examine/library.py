"""The methods there are: built-in packs, and the office's own under `W/methods/<pack>/`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from bihuan.errors import BadMethod, NotFound
from bihuan.examine.header import Method, load
from bihuan.store.workspace import Workspace

OFF = "off.txt"  # ids of methods that the office has switched off, one a line


@dataclass(frozen=True)
class Broken:
    """A file that is no method yet, and why."""

    id: str
    pack: str
    path: Path
    reason: str


@dataclass(frozen=True)
class Library:
    """All methods in order of pack and id; `off` are switched off by the office."""

    methods: tuple[Method, ...]
    broken: tuple[Broken, ...] = ()
    off: frozenset[str] = frozenset()

    def method(self, name: str) -> Method:
        """The method of that id, or NotFound; a broken file tells its fault."""
        for one in self.methods:
            if one.id == name:
                return one
        for bad in self.broken:
            if bad.id == name:
                raise BadMethod(bad.reason)
        raise NotFound(f"no method {name!r}. List them with: bihuan methods list")

    def pack(self, name: str) -> tuple[Method, ...]:
        """The methods of a pack, or NotFound."""
        found = tuple(one for one in self.methods if one.pack == name)
        if not found and not any(one.pack == name for one in self.broken):
            packs = sorted({one.pack for one in self.methods})
            raise NotFound(f"no pack {name!r}. There are: {', '.join(packs)}.")
        return found


def built_in() -> Path:
    """The folder of the packs that come with Bihuan."""
    return Path(str(resources.files("bihuan.examine"))) / "methods"


def library(workspace: Workspace | None = None) -> Library:
    """The built-in methods and, with a workspace, the office's; the same id twice makes the office's file broken."""
    methods, broken = _read(built_in().glob("*/*.sql"), is_office=False)
    if workspace is None:
        return Library(*_ordered(methods, broken))
    own, bad = _read(workspace.methods.glob("*/*.sql"), is_office=True)
    taken = {one.id: one for one in methods}
    for one in own:
        if one.id in taken:
            reason = (
                f"{one.path}: the id {one.id!r} is taken by {taken[one.id].path}. Rename yours, or switch that one off."
            )
            bad.append(Broken(one.id, one.pack, one.path, reason))
        else:
            taken[one.id] = one
            methods.append(one)
    return Library(*_ordered(methods, [*broken, *bad]), off=switched_off(workspace))


def switched_off(workspace: Workspace) -> frozenset[str]:
    """The ids that the office has switched off."""
    path = workspace.methods / OFF
    return frozenset(path.read_text(encoding="utf-8").split()) if path.exists() else frozenset()


def switch(workspace: Workspace, method: Method, *, on: bool) -> None:
    """Switch a method on or off for this office."""
    with workspace.locked("methods"):
        held = switched_off(workspace)
        held = held - {method.id} if on else held | {method.id}
        aside = workspace.methods / f".{OFF}"
        aside.write_text("".join(f"{one}\n" for one in sorted(held)), encoding="utf-8")
        aside.replace(workspace.methods / OFF)


def files(place: Path) -> list[Path]:
    """The method files that a path means: itself, or all below a folder."""
    if place.is_dir():
        return sorted(place.rglob("*.sql"))
    if place.exists():
        return [place]
    raise NotFound(f"{place}: no such file, folder or method. List methods with: bihuan methods list")


def _read(paths: Iterable[Path], *, is_office: bool) -> tuple[list[Method], list[Broken]]:
    methods: list[Method] = []
    broken: list[Broken] = []
    for path in sorted(paths):
        try:
            methods.append(load(path, is_office=is_office))
        except BadMethod as error:
            broken.append(Broken(path.stem, path.parent.name, path, str(error)))
    return methods, broken


def _ordered(methods: list[Method], broken: list[Broken]) -> tuple[tuple[Method, ...], tuple[Broken, ...]]:
    return (
        tuple(sorted(methods, key=lambda one: (one.pack, one.id))),
        tuple(sorted(broken, key=lambda one: (one.pack, one.id))),
    )
