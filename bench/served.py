"""Servers to measure, in processes of their own: koumen, and a bare Flask view on the same settings of gunicorn."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

from server import config, create_app
from server.keep import serve as keep

ROOT = Path(__file__).parents[1]


@contextmanager
def running(what: str, worker: str, **env: str) -> Iterator[tuple[int, int]]:
    """(port, process) of a server with two workers: koumen itself, or a bare Flask view on the same settings."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.served", what, worker],
        env={**os.environ, **env}, stdout=subprocess.PIPE, cwd=ROOT)
    assert process.stdout
    try:
        yield int(process.stdout.readline()), process.pid
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


def serve(what: str, worker: str) -> None:
    if worker == "gevent":
        from gevent import monkey  # for the comparison in docs/decisions.md: pip install gevent

        monkey.patch_all()  # before connections and locks are made, for the app is loaded in the master
    listener = keep.listen("127.0.0.1", 0)
    port = listener.getsockname()[1]
    options = keep.options(listener, 2, lambda: print(port, flush=True))
    if worker:
        options["worker_class"] = worker

    def small() -> Flask:
        app = Flask("bare")
        app.add_url_rule("/", "bare", lambda: "ok")
        return app

    keep.serve(small if what == "bare" else lambda: create_app(config.load()), options)


if __name__ == "__main__":
    serve(*sys.argv[1:3])
