"""Messages that come at once share one commit: whoever holds the pen takes in what waits behind him.

A commit waits for the disk; fifty notifications in fifty commits wait fifty times. Everyone is answered only after the
commit that holds his message. When one of a batch fails, nothing of the batch is written, and each is tried alone.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from server.db import Db, DbError, Pen
from server.errors import Refusal

MOST = 16
"""The pen is never held longer than it takes to book this many."""


@dataclass
class Waiting:
    """One message and what became of it."""

    act: Callable[[Pen], dict[str, Any]]
    answer: dict[str, Any] | None = None
    error: Exception | None = None

    @property
    def done(self) -> bool:
        return self.answer is not None or self.error is not None


_mutex = threading.Lock()
_queues: dict[tuple[str, str], list[Waiting]] = defaultdict(list)
_leaders: dict[tuple[str, str], threading.Lock] = defaultdict(threading.Lock)


def write_together(db: Db, community: str, verb: str, act: Callable[[Pen], dict[str, Any]]) -> dict[str, Any]:
    """Run `act` under the community's pen, perhaps with others in one transaction; its answer, after the commit."""
    key, mine = (db.engine.path, community), Waiting(act)
    with _mutex:
        _queues[key].append(mine)
        leader = _leaders[key]
    while not mine.done:
        with leader:
            if not mine.done:
                _lead(db, community, verb, key, mine)
    if mine.error is not None:
        raise mine.error
    assert mine.answer is not None
    return mine.answer


def _lead(db: Db, community: str, verb: str, key: tuple[str, str], mine: Waiting) -> None:
    with _mutex:
        batch = _queues[key][:MOST]
        del _queues[key][:MOST]
    try:
        _write(db, community, verb, batch)
        for waiting in batch:
            if not waiting.done:
                _write(db, community, verb, [waiting])
    finally:
        left = [waiting for waiting in batch if not waiting.done and waiting is not mine]
        with _mutex:
            _queues[key][:0] = left  # a bug took the leader away with his own message: the others go on


def _write(db: Db, community: str, verb: str, batch: list[Waiting]) -> None:
    """All or none; a batch of one keeps its error."""
    try:
        with db.write(community, verb=verb) as pen:
            answers = [waiting.act(pen) for waiting in batch]
    except (Refusal, DbError) as error:
        if len(batch) == 1:
            batch[0].error = error
        return
    for waiting, answer in zip(batch, answers, strict=True):
        waiting.answer = answer
