"""A second search in a process of its own: Python's lock lets one thread search, and there are more cores.

It is a gain, not a need: when it cannot be started, dies or does not answer, that is logged and the first search goes
on alone. The process keeps nothing and ends with whoever started it.
"""

from __future__ import annotations

import logging
import os
import subprocess
import time
from dataclasses import replace
from multiprocessing import Pipe
from typing import Any

from server.apart import started
from server.field.planning import solver
from server.field.planning.stage import Found, Look, Task

PATIENCE = 2
"""Times the seconds of a stage: it ends by the same clock, so this is only for one that hangs."""
log = logging.getLogger(__name__)


def spare() -> bool:
    """Whether there is a core that the first search does not use."""
    return hasattr(os, "sched_getaffinity") and len(os.sched_getaffinity(0)) > 1


class Beside:
    """The starter's side of `server.field.planning.second`; ends the process on leaving."""

    def __init__(self, task: Task) -> None:
        self.process: subprocess.Popen[bytes] | None = None
        self._until = 0.0
        self._pipe, theirs = Pipe()
        try:
            self.process = started(
                "server.field.planning.second", theirs, OPENBLAS_NUM_THREADS="1")  # it multiplies no matrices
        except OSError as error:
            self._lost("cannot be started", error)
        finally:
            theirs.close()
        self._tell(replace(task, seed=task.seed + 1), solver.NOW.__name__)

    def __enter__(self) -> Beside:
        return self

    def __exit__(self, *_: object) -> None:
        """It has nothing to lose, so nobody waits for the end of its stage."""
        self._pipe.close()
        if self.process:
            self.process.kill()
            self.process.wait()

    def ask(self, look: Look, begin: Found, seconds: float) -> None:
        """Search from here, for so many seconds from now."""
        self._until = time.monotonic() + PATIENCE * seconds
        self._tell(look, begin, seconds, solver.NOW())

    def answer(self) -> Found | None:
        """What it found; None when it is gone."""
        try:
            if not self._pipe.closed and self._pipe.poll(max(0.0, self._until - time.monotonic())):
                found: Found = self._pipe.recv()
                return found
        except (EOFError, OSError) as error:
            self._lost("has ended", error)
        else:
            self._lost("does not answer")
        return None

    def _tell(self, *said: Any) -> None:
        try:
            if not self._pipe.closed:
                self._pipe.send(said)
        except OSError as error:
            self._lost("has ended", error)

    def _lost(self, what: str, error: Exception | None = None) -> None:
        """Said once; from then on nothing is asked of it."""
        if not self._pipe.closed:
            self._pipe.close()
            log.warning("the second search %s, the first one goes on alone: %r", what, error)
