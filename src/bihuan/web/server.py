"""The web server: granian over WSGI, a child of `bihuan serve`, with no database connection of its own to inherit."""

from __future__ import annotations

import sys

from granian import Granian
from granian.constants import Interfaces

from bihuan.web import children

THREADS = 4  # granian's own number takes a gigabyte
KILL_AFTER = 10  # seconds that a request has to end when the server stops


def main(host: str, port: str, workers: str) -> None:
    """Serve until stopped."""
    children.end_with_parent()
    Granian(
        "bihuan.web.wsgi:application",
        address=host,
        port=int(port),
        interface=Interfaces.WSGI,
        workers=int(workers),
        blocking_threads=THREADS,
        websockets=False,
        log_enabled=False,
        respawn_failed_workers=True,
        workers_kill_timeout=KILL_AFTER,
    ).serve()


if __name__ == "__main__":
    main(*sys.argv[1:])
