"""`koumen serve`: gunicorn with settings for a small machine."""

from __future__ import annotations

import contextlib
import ctypes
import dataclasses
import errno
import gc
import os
import socket
from collections.abc import Callable
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from server.config import Config
from server.errors import Refusal
from server.keep.authority import Papers
from server.keep.crowd import Crowd, polite

THREADS = 4
"""In each worker. Each keeps a connection with its cache; more of them waited for the pen, not for the processor."""
MALLOC = {-8: 1, -3: 256 * 1024}
"""Settings of glibc's mallopt. M_ARENA_MAX: with an arena for each thread, what one gave back no other could use.
M_MMAP_THRESHOLD: larger pieces, such as answers to first pulls, go back to the system when they are done with."""


class Gunicorn(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn over a socket that is ours already, so that a taken port is a sentence and port 0 is known."""

    def __init__(self, make: Callable[[], Flask], options: dict[str, Any]) -> None:
        self.make = make
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return self.make()


def listen(host: str, port: int) -> socket.socket:
    """A listening socket. Refusals: port_taken when another program answers there, address_wrong."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except (socket.gaierror, OverflowError) as error:
        listener.close()
        raise Refusal("address_wrong", host=host, port=port) from error
    except OSError as error:
        listener.close()
        if error.errno not in (errno.EADDRINUSE, errno.EACCES):
            raise Refusal("address_wrong", host=host, port=port) from error
        raise Refusal("port_taken", host=host, port=port) from error
    listener.listen(1024)
    return listener


def base_url(listener: socket.socket, host: str) -> str:
    """Where a browser on this machine reaches it."""
    port = listener.getsockname()[1]
    return f"http://{'127.0.0.1' if host in ('0.0.0.0', '::') else host}:{port}"


def with_url(settings: Config, url: str) -> Config:
    """The settings with the URL we really listen on, where KOUMEN_URL does not say another."""
    return settings if settings.pinned else dataclasses.replace(settings, url=url)


def run(
    settings: Config, listener: socket.socket, workers: int, ready: Callable[[], None],
    papers: Papers | None = None,
) -> None:
    """Serve until a signal ends it, https with `papers`. `ready` is called once, when the workers are about to start.
    """
    from server import create_app

    serve(lambda: create_app(settings), options(listener, workers, ready, papers))


def options(
    listener: socket.socket, workers: int, ready: Callable[[], None], papers: Papers | None = None
) -> dict[str, Any]:
    """gunicorn's settings for a small machine."""

    def started(_server: Any) -> None:
        gc.collect()
        gc.freeze()  # what the master has loaded stays shared between the workers
        ready()

    def gone(_server: Any, worker: Any) -> None:
        crowd.forget(worker.age)

    crowd = Crowd()
    found: dict[str, Any] = {
        "bind": f"fd://{listener.detach()}",  # gunicorn owns and closes it from here on
        "workers": workers,
        "worker_class": polite(crowd),
        "child_exit": gone,
        "threads": THREADS,
        "keepalive": 30,
        "timeout": 120,
        "graceful_timeout": 3,
        "preload_app": True,
        "when_ready": started,
        "worker_tmp_dir": "/dev/shm",
        "control_socket_disable": True,
        "loglevel": "warning",
        "limit_request_line": 4094,
        "forwarded_allow_ips": "127.0.0.1",
    }
    if papers:
        found |= {"certfile": str(papers.certificate), "keyfile": str(papers.key)}
    return found


def serve(make: Callable[[], Flask], settings: dict[str, Any]) -> None:
    """Run gunicorn until a signal ends it."""
    master = os.getpid()
    with contextlib.suppress(OSError, AttributeError):  # a C library without arenas
        for setting, value in MALLOC.items():
            ctypes.CDLL(None).mallopt(setting, value)
    try:
        Gunicorn(make, settings).run()
    except SystemExit as ended:
        if os.getpid() != master:
            # a worker that ends comes back up this very stack: what the master will clean up is not the worker's
            os._exit(ended.code if isinstance(ended.code, int) else 0)
        if ended.code:
            raise
