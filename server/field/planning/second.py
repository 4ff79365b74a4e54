"""The process behind a `Beside`: searches stage by stage what it is asked, until its starter is gone.

    python -m server.field.planning.second FILENO      as `Beside` starts it
"""

from __future__ import annotations

import os
import sys
import time
from contextlib import suppress
from multiprocessing.connection import Connection

from server.field.planning import solver
from server.field.planning.stage import Found, Look, Task, stage

NICE = 5
"""Requests go before it."""


def main() -> None:
    """Serve until the other side is gone."""
    os.nice(NICE)
    pipe = Connection(int(sys.argv[1]))
    with suppress(EOFError, OSError):
        task, ticks = pipe.recv()
        solver.NOW = getattr(time, ticks)
        while True:
            pipe.send(_found(pipe, task, *pipe.recv()))


def _found(pipe: Connection, task: Task, look: Look, begin: Found, seconds: float, asked: float) -> Found:
    """`asked`: when, by the clock of the starter; what starting took is not searched longer."""
    late = max(0.0, solver.NOW() - asked)
    return stage(task, look, begin, max(0.1, seconds - late), lambda share, fen: _listen(pipe))


def _listen(pipe: Connection) -> None:
    """Nothing is said during a search: when there is something to hear, it is that nobody is left."""
    if pipe.poll():
        raise EOFError


if __name__ == "__main__":
    main()
