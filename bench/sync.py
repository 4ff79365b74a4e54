"""Sync, measured: push of 50 visits, pull of 200 changes, idle head, at 1, 4 and 16 clients, on real gunicorn.

    python bench/sync.py [--seconds 4] [--postgres URL]

Durable (SQLite synchronous=FULL), with authentication, scope and effects. The bare row is a Flask view that answers
two bytes on the same server settings.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from server import clock  # noqa: E402  # the path comes first
from server.db import connect, new_id  # noqa: E402
from server.db.migrate import migrate  # noqa: E402
from server.estate import acts as estate  # noqa: E402
from tests.field.world import World  # noqa: E402
from tests.sync.harness import Server  # noqa: E402

CLIENTS = (1, 4, 16)
HOMES = 800


class Client:
    """One kept connection and one phone's token."""

    def __init__(self, port: int, token: str) -> None:
        self.link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, bytes, Any]:
        text = None if body is None else json.dumps(body)
        self.link.request(method, path, text, {**self.headers, **headers})
        answer = self.link.getresponse()
        return answer.status, answer.read(), answer.headers


def visits(route: str, homes: list[str], count: int) -> dict[str, Any]:
    return {"client": {"app": "b"}, "epoch": None, "n_high": 0, "pending": 0, "ops": [
        {"op": new_id(), "n": 1, "kind": "visit.record", "schema": 1, "at": clock.instant(), "route": route,
         "household": homes[k % len(homes)], "data": {"outcome": "refused", "note": "在家，不愿意缴"}}
        for k in range(count)]}


def measure(name: str, clients: int, seconds: float, make: Callable[[int], Callable[[], None]]) -> None:
    """Requests a second, and the 50th and 99th percentile in milliseconds."""
    times: list[float] = []
    calls = [make(k) for k in range(clients)]
    for call in calls:
        call()
    end = time.monotonic() + seconds

    def run(call: Callable[[], None]) -> None:
        while time.monotonic() < end:
            start = time.monotonic()
            call()
            times.append(time.monotonic() - start)

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    start = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    spent = time.monotonic() - start
    times.sort()
    p50, p99 = (times[min(len(times) - 1, int(len(times) * share))] * 1000 for share in (0.5, 0.99))
    print(f"| {name} | {clients} | {len(times) / spent:.0f}/s | {p50:.1f} | {p99:.1f} |", flush=True)


def own_memory(process: int) -> float:
    """MiB that only this process holds."""
    text = Path(f"/proc/{process}/smaps_rollup").read_text()
    return sum(int(line.split()[1]) for line in text.splitlines() if line.startswith("Private_")) / 1024


def bench(url: str, seconds: float) -> None:
    db = connect(url)
    migrate(db)
    estate.make_community(db, f"测试{os.getpid()}")
    world = World(db)
    for building in range(1, 9):
        world.add_homes(str(building), HOMES // 8)
    homes = list(world.homes.values())
    tokens, routes = [], []
    for k in range(max(CLIENTS)):
        world.add_staff(f"员工{k}")
        routes.append(world.route(f"员工{k}", homes[k * 50:k * 50 + 100]))
        tokens.append(world.token(f"员工{k}")[1])
    folder = tempfile.mkdtemp()
    server = Server({"KOUMEN_DB": url, "KOUMEN_HOME": folder, "KOUMEN_SECRET": "b" * 40})
    try:
        for clients in CLIENTS:
            _rows(server.port, tokens, routes, homes, clients, seconds)
        print(f"\nworkers' own memory: {sum(map(own_memory, server.workers())):.0f} MiB")
    finally:
        server.kill_all()
        db.close()


def _rows(port: int, tokens: list[str], routes: list[str], homes: list[str], clients: int, seconds: float) -> None:
    def push(k: int) -> Callable[[], None]:
        client, mine = Client(port, tokens[k]), homes[k * 50:k * 50 + 100]

        def call() -> None:
            status, raw, _ = client.call("POST", "/api/v1/sync/push", visits(routes[k], mine, 50))
            assert status == 200, raw
        return call

    def pull(k: int) -> Callable[[], None]:
        client = Client(port, tokens[k])

        def call() -> None:
            status, raw, _ = client.call("POST", "/api/v1/sync/pull", {"limit": 300, "buckets": {}})
            assert status == 200, raw
        return call

    def head(k: int) -> Callable[[], None]:
        client = Client(port, tokens[k])
        tag = client.call("GET", "/api/v1/sync/head")[2]["ETag"]

        def call() -> None:
            assert client.call("GET", "/api/v1/sync/head", **{"If-None-Match": tag})[0] == 304
        return call

    def bare(k: int) -> Callable[[], None]:
        client = Client(port, "")

        def call() -> None:
            client.call("GET", "/nowhere")
        return call

    measure("push of 50 visits", clients, seconds, push)
    measure("pull of 200 changes", clients, seconds, pull)
    measure("idle head (304)", clients, seconds, head)
    measure("bare Flask (404)", clients, seconds, bare)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--postgres", default="", help="the URL of an empty database, measured beside SQLite")
    args = parser.parse_args()
    for name, url in (("SQLite", f"sqlite:///{tempfile.mkdtemp(dir='/var/tmp')}/b.db"), ("PostgreSQL", args.postgres)):
        if url:
            print(f"\n## {name}\n\n| what | clients | rate | p50 ms | p99 ms |\n| --- | --- | --- | --- | --- |")
            bench(url, args.seconds)


if __name__ == "__main__":
    main()
