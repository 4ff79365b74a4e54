"""Databases to measure on: empty, on the disk, each commit waits for it; gone with the bench."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path


def engines(stack: ExitStack, names: Sequence[str]) -> Iterator[tuple[str, str]]:
    """(name, URL of an empty database) of `sqlite` and `postgres`, as asked for."""
    if "sqlite" in names:
        folder = tempfile.mkdtemp(dir="/var/tmp")
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        yield "SQLite", f"sqlite:///{folder}/b.db"
    if "postgres" in names:
        from tests.postgres import create, running  # not sooner: a process that is measured imports this file too

        folder = tempfile.mkdtemp()
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        server = stack.enter_context(running(Path(folder), print, durable=True))
        yield "PostgreSQL", create(server, "bench")
