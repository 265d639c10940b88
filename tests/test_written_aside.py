"""A file written aside is whole, whoever else writes it at the same moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

from bihuan.matters.aside import write_aside

WRITERS, TIMES = 8, 25


def test_threads_that_write_one_file_at_once_leave_one_of_them_whole_and_no_part(tmp_path: Path) -> None:
    path, start = tmp_path / "checkpoints" / "2026-11-29.json", Barrier(WRITERS)
    contents = [bytes([writer]) * 5000 for writer in range(WRITERS)]

    def write(content: bytes) -> None:
        start.wait()
        for _ in range(TIMES):
            write_aside(path, content)

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(write, contents))
    assert path.read_bytes() in contents
    assert [one.name for one in path.parent.iterdir()] == [path.name]
