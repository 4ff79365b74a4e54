"""Whose turn it is to write to a SQLite file, in a fair order over threads and processes."""

from __future__ import annotations

import fcntl
import os
import weakref
from typing import ClassVar

from server.db.errors import Busy
from server.db.fair import Fair

PEN_WAIT_S = 10.0


class Turn:
    """Whose turn it is to write, in a fair order, over threads and processes.

    SQLite waits by sleeping and trying again, longer each time: with sixteen writers the slowest of a hundred waited
    two seconds, with a lock that wakes the next one a quarter of that or less. Threads of one process wait for a
    bounded time; one of them at most stands in the operating system's queue, which the death of a process moves on.
    """

    _doors: ClassVar[dict[str, Fair]] = {}

    def __init__(self, path: str) -> None:
        self.path = path
        self.door = self._doors.setdefault(path, Fair())
        self.file = os.open(f"{path}-turn", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        self.close = weakref.finalize(self, os.close, self.file)
        self.held = False

    def take(self) -> None:
        if not self.door.take(PEN_WAIT_S):
            raise Busy("the pen was not free in time")
        try:
            fcntl.flock(self.file, fcntl.LOCK_EX)
        except BaseException:
            self.door.give()
            raise
        self.held = True

    def give(self) -> None:
        if self.held:
            self.held = False
            fcntl.flock(self.file, fcntl.LOCK_UN)
            self.door.give()
