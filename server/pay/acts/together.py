"""Messages that come at once share one commit: whoever holds the pen takes in what waits behind him.

A commit waits for the disk; fifty notifications in fifty commits wait fifty times. Everyone is answered only after the
commit that holds his message. When one of a batch fails, nothing of the batch is written, and each is tried alone.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from server.db import Busy, Db, DbError
from server.errors import Refusal

MOST = 64
"""The pen is never held longer than it takes to book this many."""

Work = Callable[[Db, str, Sequence[Any]], list[dict[str, Any]]]


@dataclass
class Waiting:
    """One message and what became of it. `called`: it is answered, or it is its turn to lead."""

    item: Any
    answer: dict[str, Any] | None = None
    error: Exception | None = None
    called: threading.Event = field(default_factory=threading.Event)

    @property
    def done(self) -> bool:
        return self.answer is not None or self.error is not None


class _Queue:
    """Who waits for one community's pen in this process, and whether somebody leads them."""

    def __init__(self) -> None:
        self.waiting: list[Waiting] = []
        self.led = False


_mutex = threading.Lock()
_queues: dict[tuple[str, str], _Queue] = defaultdict(_Queue)


def together(db: Db, community: str, item: Any, work: Work) -> dict[str, Any]:
    """Let `work(db, community, items)` take in `item`, perhaps with others in one transaction; its own answer.

    `work` commits before it returns the answers in the order of the items.
    """
    mine = Waiting(item)
    with _mutex:
        queue = _queues[db.engine.path, community]
        queue.waiting.append(mine)
        lead = not queue.led
        queue.led = True
    if not lead:
        mine.called.wait()
    if not mine.done:
        _lead(db, community, queue, work)
    if mine.error is not None:
        raise mine.error
    assert mine.answer is not None
    return mine.answer


def _lead(db: Db, community: str, queue: _Queue, work: Work) -> None:
    """Answer the first of those who wait; the leader is one of them, or they are all answered."""
    with _mutex:
        batch = queue.waiting[:MOST]
        del queue.waiting[:MOST]
    try:
        _do(db, community, batch, work)
        for waiting in batch:
            if not waiting.done:
                _do(db, community, [waiting], work)
    finally:
        with _mutex:
            # a bug took the leader away with his own message, the first: the others go on
            queue.waiting[:0] = [waiting for waiting in batch[1:] if not waiting.done]
            queue.led = bool(queue.waiting)
            called = queue.waiting[:1]
        for waiting in (*(waiting for waiting in batch if waiting.done), *called):
            waiting.called.set()


def _do(db: Db, community: str, batch: list[Waiting], work: Work) -> None:
    """All or none; a batch of one keeps its error, and a pen that was not free is everybody's."""
    try:
        answers = work(db, community, [waiting.item for waiting in batch])
    except (Refusal, DbError) as error:
        if len(batch) == 1 or isinstance(error, Busy):
            for waiting in batch:
                waiting.error = error
        return
    for waiting, answer in zip(batch, answers, strict=True):
        waiting.answer = answer
