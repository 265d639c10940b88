"""Makes `.venv` with everything that uv.lock names, on a machine that has only Python 3.11 or newer.

uv does the work. It is taken from PATH, else installed by pip into a folder of ours, else unpacked from the wheel
that uv.lock itself names, checked against the hash there. Standard library only; nothing is written outside here.
"""

from __future__ import annotations

import compileall
import hashlib
import io
import os
import platform
import shutil
import subprocess
import sys
import tomllib
import urllib.request
import venv
import zipfile
from pathlib import Path

HOME = Path(__file__).resolve().parent
TOOLS = HOME / ".venv-uv"
WINDOWS = os.name == "nt"


def main(arguments: list[str]) -> int:
    """Make or refresh the environment.

    `--no-dev` leaves out what only tests and docs need, `--group bench` adds the peers of `make bench`.
    """
    if sys.version_info < (3, 11):  # noqa: UP036  a user may well start it with an older one
        found = platform.python_version()
        print(f"bootstrap: Python {found} is too old. Install Python 3.11 or newer.", file=sys.stderr)
        return 1
    extra = ["--inexact"] if arguments else []
    options = ["--frozen", "--quiet", "--extra", "workbench", "--compile-bytecode", "--python", sys.executable]
    command = [find_uv(), "sync", *options]
    environment = os.environ | {"UV_PYTHON_DOWNLOADS": "never", "UV_PROJECT_ENVIRONMENT": str(HOME / ".venv")}
    environment.pop("VIRTUAL_ENV", None)
    code = subprocess.run([*command, *extra, *arguments], cwd=HOME, env=environment, check=False).returncode
    # Compiled once here, since a machine may forbid to write byte code while running.
    compileall.compile_dir(HOME / "src", quiet=1)
    return code


def find_uv() -> str:
    """The path of a uv that can be run."""
    ours = TOOLS / ("Scripts/uv.exe" if WINDOWS else "bin/uv")
    on_path = shutil.which("uv")
    if on_path or ours.exists():
        return on_path or str(ours)
    locked = locked_uv()
    print("bootstrap: fetching uv …", file=sys.stderr)
    return by_pip(locked["version"], ours) or by_wheel(locked, ours)


def locked_uv() -> dict:
    """What uv.lock says about uv itself."""
    packages = tomllib.loads((HOME / "uv.lock").read_text(encoding="utf-8"))["package"]
    return next(one for one in packages if one["name"] == "uv")


def by_pip(version: str, ours: Path) -> str | None:
    """uv installed by pip into our folder; None where Debian left out ensurepip or pip cannot reach an index."""
    try:
        venv.create(TOOLS, with_pip=True, clear=True)
        python = ours.with_name("python.exe" if WINDOWS else "python")
        subprocess.run([python, "-m", "pip", "install", "--quiet", f"uv=={version}"], check=True, capture_output=True)
    except (subprocess.CalledProcessError, OSError, ImportError):
        return None
    return str(ours) if ours.exists() else None


def by_wheel(locked: dict, ours: Path) -> str:
    """uv taken out of its wheel, whose hash must be the one in uv.lock."""
    wheel = next((one for one in locked["wheels"] if fits(one["url"])), None)
    if wheel is None:
        raise SystemExit(f"bootstrap: no uv wheel for {sys.platform} {platform.machine()}. Install uv by hand.")
    with urllib.request.urlopen(wheel["url"], timeout=180) as answer:
        content = answer.read()
    if "sha256:" + hashlib.sha256(content).hexdigest() != wheel["hash"]:
        raise SystemExit("bootstrap: the uv wheel is not the one that uv.lock names. Try again on a trusted network.")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        name = next(one for one in archive.namelist() if Path(one).name == ours.name)
        ours.parent.mkdir(parents=True, exist_ok=True)
        ours.write_bytes(archive.read(name))
    ours.chmod(0o755)
    return str(ours)


def fits(url: str) -> bool:
    """Whether a wheel's name says that it runs on this machine."""
    name = url.rsplit("/", 1)[-1]
    machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(platform.machine().lower(), platform.machine().lower())
    if sys.platform == "linux":
        return "manylinux" in name and name.split(".whl")[0].endswith(machine)
    if sys.platform == "darwin":
        return "macosx" in name and ("arm64" if machine == "aarch64" else "x86_64") in name
    return "win_" + {"x86_64": "amd64", "aarch64": "arm64"}.get(machine, machine) in name


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
