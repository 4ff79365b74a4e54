"""Workers that share new connections evenly.

Workers listen on one socket and whoever wakes first accepts: the one that is awake already. Sixteen phones with kept
connections ended on one of two workers and stayed there, while the other slept.
"""

from __future__ import annotations

import mmap
import time
from collections.abc import Callable
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

SLOTS = 64
HEAD_START_S = 0.002
"""How long a busier worker stands back before it takes a new connection after all."""


class Crowd:
    """How many connections each worker has, in memory that workers share with their master."""

    def __init__(self) -> None:
        self.page = mmap.mmap(-1, SLOTS * 4)
        self.counts = memoryview(self.page).cast("i")
        for slot in range(SLOTS):
            self.forget(slot)

    def say(self, worker: int, count: int) -> None:
        """A worker (by its age, which the master counts up) has so many."""
        self.counts[worker % SLOTS] = count

    def forget(self, worker: int) -> None:
        """It is gone."""
        self.counts[worker % SLOTS] = -1

    def least(self) -> int:
        """What the worker with the fewest has; 0 when there is none."""
        return min((count for count in self.counts if count >= 0), default=0)


class Polite(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn's threads; whoever has more connections than another lets that one go first."""

    crowd: Crowd
    sleep: Callable[[float], None] = staticmethod(time.sleep)

    def notify(self) -> None:
        self.crowd.say(self.age, self.nr_conns)
        super().notify()

    def accept(self, listener: Any) -> None:
        """Take a connection, unless a less busy worker took it meanwhile."""
        self.crowd.say(self.age, self.nr_conns)
        if self.nr_conns > self.crowd.least():
            self.sleep(HEAD_START_S)
        super().accept(listener)


def polite(crowd: Crowd) -> type[Polite]:
    """The class of workers of one crowd, as gunicorn wants it: a class of its own."""
    return type("Polite", (Polite,), {"crowd": crowd})
