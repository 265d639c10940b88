"""What `bihuan.toml` says about a workspace: place, time zone, currency, languages, limits."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path
from zoneinfo import ZoneInfo

from bihuan.errors import BadWorkspace

FILE = "bihuan.toml"


def _setting(default: object, zh: str, en: str) -> object:
    return field(default=default, metadata={"zh": zh, "en": en})


@dataclass(frozen=True)
class Settings:
    """The settings of one workspace; each field's metadata documents it in both languages."""

    name: str = _setting("", "工作区名称", "what the workspace is called")  # type: ignore[assignment]
    time_zone: str = _setting(  # type: ignore[assignment]
        "Asia/Shanghai", "时区：日期与时刻都按它解释", "zone in which dates and instants are read and shown"
    )
    place: str = _setting(  # type: ignore[assignment]
        "CN",
        "所在地：CN 或行政区划代码，决定适用哪一级的限额和标准",
        "CN or an administrative code; chooses limits and standards by place",
    )
    currency: str = _setting("CNY", "本位币", "currency of amounts that name none")  # type: ignore[assignment]
    languages: tuple[str, ...] = _setting(("zh", "en"), "页面语言，首个为默认", "languages, the first is default")  # type: ignore[assignment]
    memory_limit: str = _setting("2GB", "查询引擎可用内存", "memory that the query engine may use")  # type: ignore[assignment]
    threads: int = _setting(0, "查询引擎线程数，0 为全部核心", "threads of the query engine, 0 for all cores")  # type: ignore[assignment]
    max_unpacked: str = _setting("64GB", "压缩包解开后的上限", "most that an archive may unpack to")  # type: ignore[assignment]


def read(folder: Path) -> Settings:
    """The settings of the workspace in `folder`. An unknown or ill-typed setting is an error, not a surprise."""
    path = folder / FILE
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise BadWorkspace(f"{folder}: no {FILE} here. Make a workspace with: bihuan init {folder}") from None
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadWorkspace(f"{path}: {error}. Correct the line.") from None
    return _checked(path, raw)


def write(folder: Path, settings: Settings) -> None:
    """Write `bihuan.toml` with one commented line a setting."""
    lines = ["# 闭环工作区设置 / settings of this workspace"]
    for one in fields(settings):
        lines += [
            f"# {one.metadata['zh']} / {one.metadata['en']}",
            f"{one.name} = {_toml(getattr(settings, one.name))}",
        ]
    (folder / FILE).write_text("\n".join(lines) + "\n", encoding="utf-8")


def _checked(path: Path, raw: dict[str, object]) -> Settings:
    known = {one.name: one for one in fields(Settings)}
    for name, value in raw.items():
        if name not in known:
            raise BadWorkspace(f"{path}: {name!r} is not a setting. Known are: {', '.join(known)}.")
        if type(value) is not type(_plain(known[name].default)):
            raise BadWorkspace(
                f"{path}: {name} = {value!r} is of the wrong type. Write it like {_toml(known[name].default)}."
            )
    settings = Settings(**{k: tuple(v) if isinstance(v, list) else v for k, v in raw.items()})  # type: ignore[arg-type]
    try:
        ZoneInfo(settings.time_zone)
    except (KeyError, ValueError, OSError):
        raise BadWorkspace(
            f"{path}: time_zone {settings.time_zone!r} is not known. Write it like Asia/Shanghai."
        ) from None
    return settings


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def _toml(value: object) -> str:
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, tuple):
        return "[" + ", ".join(_toml(one) for one in value) + "]"
    return str(value)
