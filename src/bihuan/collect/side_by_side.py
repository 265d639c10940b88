"""Several files worked on at once, each on a session of its own; what comes back is in the order of the files.

Most of the time goes into many small queries, which run on one core each: two files at once keep two cores busy. What
a file makes it leaves in files aside, so that no session has to see another one's tables.
"""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from queue import SimpleQueue
from typing import Any, Generic, TypeVar, cast

from bihuan.collect.desk import Desk
from bihuan.store.engine import OutOfMemory

AT_ONCE = 2  # files; each holds its rows in memory for a while
AHEAD = 4  # files worked on before they are asked for: what they leave aside takes room on the disk
_SWITCH = 0.0005  # seconds; a thread whose query has ended shall not wait long for one that computes

Item = TypeVar("Item")
Made = TypeVar("Made")


@dataclass(frozen=True)
class _Done(Generic[Made]):
    """What a session beside came to, and what it has to tell."""

    made: Made | None
    error: Exception | None
    notes: Sequence[str]


@dataclass(frozen=True)
class Work(Generic[Item, Made]):
    """What is done with one item; `result` waits for it."""

    item: Item
    _doing: Future[_Done[Made]]
    _again: Callable[[], Made]
    _desk: Desk

    def result(self) -> Made:
        """What came of it, or what it raised; its notes are told now. Too little memory: once more, alone."""
        done = self._doing.result()
        if isinstance(done.error, OutOfMemory) or (done.error and isinstance(done.error.__cause__, OutOfMemory)):
            return self._again()
        for words in done.notes:
            self._desk.note(words)
        if done.error is not None:
            raise done.error
        return cast(Made, done.made)


@dataclass
class SideBySide:
    """The sessions of one command beside its own; see `opened`."""

    desk: Desk
    _pool: ThreadPoolExecutor
    _desks: SimpleQueue[Desk]
    _under_way: list[Future[Any]] = field(default_factory=list)

    def over(self, items: Iterable[Item], work: Callable[[Item, Desk], Made]) -> Iterator[Work[Item, Made]]:
        """Each item with its work, in their order; a few of them are begun ahead."""
        begun: deque[Work[Item, Made]] = deque()
        for item in items:
            begun.append(self._begin(item, work))
            if len(begun) > AHEAD:
                yield begun.popleft()
        while begun:
            yield begun.popleft()

    def _begin(self, item: Item, work: Callable[[Item, Desk], Made]) -> Work[Item, Made]:
        doing = self._pool.submit(self._at_a_desk, item, work)
        self._under_way = [*(one for one in self._under_way if not one.done()), doing]
        return Work(item, doing, lambda: self._alone(item, work), self.desk)

    def _at_a_desk(self, item: Item, work: Callable[[Item, Desk], Made]) -> _Done[Made]:
        held = self._desks.get()
        desk = replace(held, notes=[])
        try:
            return _Done(work(item, desk), None, desk.notes)
        except Exception as error:
            return _Done(None, error, desk.notes)
        finally:
            self._desks.put(held)

    def _alone(self, item: Item, work: Callable[[Item, Desk], Made]) -> Made:
        wait(self._under_way)
        return work(item, self.desk)


@contextmanager
def opened(desk: Desk) -> Iterator[SideBySide]:
    """Sessions beside that of `desk`, on the same database; what has not begun when it ends is left undone."""
    count = min(AT_ONCE, desk.settings.threads or AT_ONCE)  # an office that allows one core gets one
    cursors: Sequence[Desk] = [replace(desk, engine=desk.engine.cursor()) for _ in range(count)]
    desks: SimpleQueue[Desk] = SimpleQueue()
    for one in cursors:
        desks.put(one)
    before = sys.getswitchinterval()
    sys.setswitchinterval(_SWITCH)
    pool = ThreadPoolExecutor(count, thread_name_prefix="collect")
    try:
        yield SideBySide(desk, pool, desks)
    finally:
        pool.shutdown(cancel_futures=True)
        sys.setswitchinterval(before)
        for one in cursors:
            one.engine.close()
