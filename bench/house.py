"""A house to measure: homes, bills, orders; gunicorn in a process of its own that notes how long each answer took.

Used by bench.money.
"""

from __future__ import annotations

import os
import signal
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import urllib3

from server import create_app
from server.config import Config
from server.db import Db, connect
from server.db.migrate import migrate
from server.estate import acts as estate
from server.keep.serve import base_url, listen, options, serve
from server.ledger import acts as ledger
from server.pay.acts.orders import new_number

SECRET = b"bench-only-" + b"0" * 32
WORKERS = 2


def make(url: str, homes: int) -> tuple[str, list[str]]:
    """A community with homes of six bills each."""
    db = connect(url)
    migrate(db)
    c = estate.make_community(db, "测速小区")
    with db.write(c) as pen:
        ids = list(estate.put_homes(pen, [
            {"building": "1", "unit": "1", "room": f"{i:05d}", "area": 9_000, "owners": [], "tenants": []}
            for i in range(homes)
        ])["ids"].values())
        ledger.add_bills(pen, [
            {"home": id_, "item": "物业服务费", "period": f"2026-{month:02d}", "due": f"2026-{month:02d}-25",
             "fen": 20_000, "basis": ""} for id_ in ids for month in range(1, 7)
        ])
    db.grown()
    db.close()
    return c, ids


def orders(db: Db, c: str, homes: list[str], count: int) -> list[str]:
    """Orders that wait for their money."""
    with db.write(c) as pen:
        numbers = [new_number(c, "N", pen.day) for _ in range(count)]
        pen.put("pay_order", [
            {"community": c, "number": number, "home": homes[i % len(homes)], "fen": 20_000, "bills": "[]",
             "subject": "", "merchant": "sim-wechat", "channel": "wechat", "way": "native", "source": "bench",
             "client_key": number, "hash": "", "at": pen.at, "expires": "2999-01-01T00:00:00.000000Z", "n": pen.n}
            for i, number in enumerate(numbers)
        ])
        pen.put("order_now", [
            {"community": c, "number": number, "state": "awaiting", "events": 0, "tries": 0, "asked_at": None,
             "due_at": None, "lease": None, "ticket": "", "payment": None, "transaction_id": None}
            for number in numbers
        ])
    db.grown()
    return numbers


def forked(work: Callable[[], None]) -> int:
    """Run it in a child process; its id."""
    child = os.fork()
    if not child:
        try:
            work()
        finally:
            os._exit(0)
    return child


@contextmanager
def running(work: Callable[[], None]) -> Iterator[int]:
    """A child process that is ended when we are through."""
    child = forked(work)
    try:
        yield child
    finally:
        os.kill(child, signal.SIGTERM)
        os.waitpid(child, 0)


class Provider(threading.local):
    """Seconds that the answer of this thread has waited for the provider."""

    seconds = 0.0


provider = Provider()


def wait_for_provider(ask: Any) -> Any:
    """urllib3's request, and how long it took."""
    def asked(*words: Any, **more: Any) -> Any:
        start = time.perf_counter()
        try:
            return ask(*words, **more)
        finally:
            provider.seconds += time.perf_counter() - start

    return asked


class Timed:
    """The application, and a line for each answer: its kind, ms from call to answer without the provider's, ms of CPU.
    """

    def __init__(self, app: Any, log: Path) -> None:
        self.app = app
        self.log = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        start, cpu, provider.seconds = time.perf_counter(), time.thread_time(), 0.0
        body = self.app(environ, start_response)
        answer = b"".join(body)
        body.close()
        wall, cpu = time.perf_counter() - start - provider.seconds, time.thread_time() - cpu
        name = kind(environ["REQUEST_METHOD"], environ["PATH_INFO"])
        os.write(self.log, f"{name} {wall * 1000:.3f} {cpu * 1000:.3f}\n".encode())
        return [answer]


def kind(method: str, path: str) -> str:
    """Which of the table's lines a request belongs to."""
    parts = path.strip("/").split("/")
    if parts[0] != "n":
        return "notify" if "notify" in parts else "other"
    return "page" if len(parts) == 2 else "order" if method == "POST" else "state"


class Served:
    """gunicorn as `koumen serve` runs it; `taken` gives the times since it was last asked."""

    def __init__(self, home: Path, db: str) -> None:
        self.listener = listen("127.0.0.1", 0)
        self.cfg = Config(home, db, base_url(self.listener, "127.0.0.1"), SECRET)
        self.log = Path(tempfile.mkstemp(dir=home)[1])
        self.seen = 0

    def run(self) -> None:
        """In the child."""
        ask = wait_for_provider(urllib3.PoolManager.request)
        with mock.patch.object(urllib3.PoolManager, "request", ask):
            serve(lambda: Timed(create_app(self.cfg), self.log), options(self.listener, WORKERS, lambda: None))

    def taken(self) -> dict[str, list[tuple[float, float]]]:
        """Kind → [(ms, ms of CPU)], sorted."""
        text = self.log.read_text()
        found: dict[str, list[tuple[float, float]]] = defaultdict(list)
        for line in text[self.seen:].splitlines():
            name, wall, cpu = line.split()
            found[name].append((float(wall), float(cpu)))
        self.seen = len(text)
        return {name: sorted(times) for name, times in found.items()}


def at(times: list[float], share: float) -> float:
    """A percentile."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
