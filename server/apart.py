"""Processes of our own beside this one: Python's lock lets one thread of a process compute."""

from __future__ import annotations

import os
import subprocess
import sys
from multiprocessing.connection import Connection
from pathlib import Path

ROOT = Path(__file__).parents[1]


def started(module: str, pipe: Connection, *words: str, **environment: str) -> subprocess.Popen[bytes]:
    """`python -m module FILENO words…` with one end of a pipe: a new program, no fork, as servers have many threads.

    What it is told comes over the pipe, and it ends when the other end is gone. OSError where it cannot be started."""
    number = pipe.fileno()
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]  # it finds this very package
    return subprocess.Popen(
        [sys.executable, "-m", module, str(number), *words], pass_fds=[number], stdin=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths), **environment},
        start_new_session=True,  # Ctrl-C is for whoever started it
    )
