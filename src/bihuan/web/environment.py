"""What the site takes from its surroundings: the workspace, the database's address, and switches in the environment."""

from __future__ import annotations

import ipaddress
import os
import secrets
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from bihuan import settings as settings_file
from bihuan.errors import WrongUse
from bihuan.settings import Settings

WORKSPACE = "BIHUAN_WORKSPACE"
DATABASE = "DATABASE_URL"
DEMO = "BIHUAN_DEMO"
BOUND = "BIHUAN_BOUND"  # the address that `bihuan serve` listens on
KEY_FILE = "web.key"
SQLITE_FILE = "workbench.sqlite3"

# The options without which SQLite loses writes to lock errors when eight people write at once.
SQLITE = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA temp_store=MEMORY; "
    "PRAGMA cache_size=-20000; PRAGMA mmap_size=134217728;",
}


def is_testing() -> bool:
    """Under pytest the database is in memory, passwords hash fast and nothing is kept; a server is no test."""
    return "pytest" in sys.modules


def workspace() -> Path | None:
    """The workspace's folder; None where only the code is looked at, as tests and type checkers do."""
    named = os.environ.get(WORKSPACE)
    return Path(named).resolve() if named and not is_testing() else None


def aside() -> Path:
    """Where a site without a workspace would keep files; not made until something is kept."""
    return Path(tempfile.gettempdir()) / f"bihuan-{os.getpid()}"


def place(folder: Path | None) -> Settings:
    """What `bihuan.toml` says."""
    return settings_file.read(folder) if folder else Settings()


def database(folder: Path | None) -> dict[str, object]:
    """PostgreSQL where DATABASE_URL names it, else SQLite in the workspace."""
    if address := os.environ.get(DATABASE):
        return _postgresql(address)
    name = str(_private(folder / SQLITE_FILE)) if folder else ":memory:"
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": name, "OPTIONS": SQLITE, "CONN_MAX_AGE": 600}


def _private(path: Path) -> Path:
    """A database file that only its owner reads; SQLite's files beside it follow its mode."""
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
    return path


def _postgresql(address: str) -> dict[str, object]:
    parts = urlsplit(address)
    if parts.scheme not in ("postgresql", "postgres"):
        raise WrongUse(f"{DATABASE} begins with {parts.scheme!r}. Write it like postgresql://user@host/name.")
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }


def key(folder: Path | None) -> str:
    """The key that signs cookies: made at first start, readable by its owner only."""
    if folder is None:
        return secrets.token_urlsafe(50)
    path = folder / "secrets" / KEY_FILE
    path.parent.mkdir(mode=0o700, exist_ok=True)
    try:
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(50))
    return path.read_text(encoding="ascii").strip()


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach that address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def is_demo(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether anyone may choose a role: asked for, and listening on this machine only."""
    return environ.get(DEMO) == "1" and is_loopback(environ.get(BOUND, ""))


def switch(name: str) -> bool:
    """A yes-or-no of the environment."""
    return os.environ.get(name, "").lower() in ("1", "true", "yes", "on")


def listed(name: str) -> list[str]:
    """A list of the environment, by commas."""
    return [one.strip() for one in os.environ.get(name, "").split(",") if one.strip()]


def number(name: str, default: int) -> int:
    """A number of the environment."""
    text = os.environ.get(name, "")
    if text and not text.isdigit():
        raise WrongUse(f"{name}={text!r} is not a number. Write it like {name}={default}.")
    return int(text or default)
