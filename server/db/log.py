"""SQLite's log (WAL), moved into the file beside the writers: a commit that did it kept everyone waiting for it."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import suppress
from typing import ClassVar

from server.db.errors import Busy
from server.db.turn import Turn

EVERY = 16
"""Commits of this process between two looks at the log."""
ENOUGH = 4000
"""Pages (4 KiB) in the log from which it is moved to its end, so that the next writer begins it anew."""
TOO_MUCH = 12_000
"""From here on those who read old pages are waited for, shortly: while they read, the log cannot be begun anew."""
NET = 16_000
"""Where a commit does the work itself after all: nobody did it in time."""
PATIENCE_S = 0.5


class Log:
    """The log of one file as a server's process keeps it: one thread, woken by commits.

    Whatever fails is tried again with the next commits; until then the log is longer than it need be, and as durable.
    """

    _kept: ClassVar[dict[str, Log]] = {}

    @classmethod
    def of(cls, path: str) -> Log:
        """The log of the database at this path, one for the whole process."""
        return cls._kept.setdefault(path, cls(path))

    def __init__(self, path: str) -> None:
        self.path = path
        self.limit = TOO_MUCH
        self._commits = 0
        self._woken = threading.Event()
        self._thread: threading.Thread | None = None

    def wrote(self) -> None:
        """A transaction was committed, under the turn."""
        self._commits += 1
        if self._commits % EVERY:
            return
        if self._thread is None or not self._thread.is_alive():  # the first time, or in a process that was forked
            self._woken = threading.Event()
            self._thread = threading.Thread(target=self._run, args=(self._woken,), name="log", daemon=True)
            self._thread.start()
        self._woken.set()

    def _run(self, woken: threading.Event) -> None:
        try:
            connection = sqlite3.connect(self.path, timeout=PATIENCE_S, isolation_level=None, check_same_thread=False)
            connection.execute("pragma synchronous = full").close()
            turn = Turn(self.path)
        except (sqlite3.Error, OSError):  # no file handle left, or no file any more: later commits begin another thread
            return
        while woken.wait():
            woken.clear()
            with suppress(sqlite3.Error, Busy):
                self.move(connection, turn)

    def move(self, connection: sqlite3.Connection, turn: Turn) -> None:
        """Move what is in the log. While others write there is always a rest, so a long log is ended under the turn."""
        pages = _moved(connection, "passive")
        if pages < ENOUGH:
            return
        turn.take()
        try:
            if pages < self.limit:
                _moved(connection, "passive")
            else:  # a backup reads for minutes: it is not waited for again until the log is twice as long
                self.limit = TOO_MUCH if _moved(connection, "restart") >= 0 else 2 * pages
        finally:
            turn.give()


def _moved(connection: sqlite3.Connection, how: str) -> int:
    """How many pages the log has; -1 when another process is at it."""
    busy, pages, _ = connection.execute(f"pragma wal_checkpoint({how})").fetchone()
    return -1 if busy else int(pages)
