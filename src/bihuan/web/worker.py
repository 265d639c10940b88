"""The job worker: a child of `bihuan serve` that takes one long run after another and ends with the server."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

from bihuan.web import children
from bihuan.web.environment import WORKSPACE
from bihuan.web.start import django

LOOK_EVERY = 2  # seconds


def main() -> None:
    """Serve the queue until the parent's pipe closes."""
    children.end_with_parent()
    django(Path(os.environ[WORKSPACE]))
    from bihuan.web import jobs
    from bihuan.web.queue import queue

    jobs.forget_dead()
    consumer = queue.create_consumer(workers=1, periodic=True, max_delay=1.0)
    threading.Thread(target=_beat, args=(jobs.beat_file(),), daemon=True).start()
    threading.Thread(target=_take_up, daemon=True).start()
    consumer.run()


def _beat(path: Path) -> None:
    from bihuan.web.queue import BEAT_EVERY

    while True:
        path.touch()
        time.sleep(BEAT_EVERY)


def _take_up() -> None:
    """Jobs that a page wrote down without queueing them, or that a lost queue forgot; twice does no harm."""
    from django.db import close_old_connections

    from bihuan.web import jobs

    queued: set[int] = set()
    while True:
        close_old_connections()
        for number in jobs.waiting():
            if number not in queued:
                queued.add(number)
                jobs.carry_out(number)
        time.sleep(LOOK_EVERY)


if __name__ == "__main__":
    main()
