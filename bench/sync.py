"""Sync, measured on real gunicorn: push of 50 visits, pull of 200 changes, first pull of 2,000, idle head.

    python -m bench.sync [--seconds 4] [--clients 1,4,16] [--engines sqlite,postgres] [--no-peer] [--worker gevent]

Durable (SQLite synchronous=FULL; PostgreSQL with fsync), with authentication, scope and effects. Beside it in the same
run: a bare Flask view on the same server settings, and PocketBase when pip has it (bench.peer says how it is asked).
What is compared is measured in turn, a second of each over and over: a machine that is held back for a while holds back
all of them.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any

from bench.engines import engines
from bench.estate import PEOPLE, Estate
from bench.load import Call, Link, Row, Turns, calibration, in_turn, memory
from bench.peer import PocketBase, binary
from bench.served import running
from server.db import connect

HEADING = "| what | clients | rate | p50 ms | p99 ms |\n| --- | --- | --- | --- | --- |"


def push(port: int, made: Estate, k: int) -> Call:
    link = Link(port)

    def call() -> None:
        person = made.fresh(k)
        link.token, ops = made.tokens[person], made.ops(person)
        body = json.dumps({"client": {"app": "b"}, "epoch": None, "n_high": ops[-1]["n"], "pending": 0, "ops": ops})
        status, _, raw = link.send(link.request("POST", "/api/v1/sync/push", body.encode()))
        assert status == 200, raw[:300]
        assert raw.count(b'"status": "applied"') == 50, raw[:300]
    return call


Pages = list[tuple[int, bytes]]


def pages(port: int, token: str, route: str, count: int) -> Pages:
    """[(changes, request)] of so many changes of a route from its beginning; everything else is at head."""
    link = Link(port, token)
    cursors, more = {}, True
    while more:
        answer = link.json("POST", "/api/v1/sync/pull", {"limit": 1000, "buckets": cursors})
        cursors |= {name: bucket["cursor"] for name, bucket in answer["buckets"].items()}
        more = not answer["complete"]
    cursors[f"route:{route}"] = f"{answer['epoch']}.0"
    asked = []
    for start in range(0, count, 1000):
        size = min(1000, count - start)
        body = {"limit": size, "buckets": dict(cursors)}
        asked.append((size, link.request("POST", "/api/v1/sync/pull", json.dumps(body).encode())))
        answer = link.json("POST", "/api/v1/sync/pull", body)
        cursors |= {name: bucket["cursor"] for name, bucket in answer["buckets"].items()}
    return asked


def pull(port: int, asked: Pages) -> Call:
    """The pages, one after the other."""
    link = Link(port)

    def call() -> None:
        for size, request in asked:
            status, _, raw = link.send(request)
            assert status == 200, raw[:300]
            assert raw.count(b'{"op":"put"') == size, raw[:300]
    return call


def changes(port: int, token: str, route: str) -> list[dict[str, Any]]:
    """What a first pull of a route brings, for the peer to hold."""
    link, found, cursors, more = Link(port, token), [], {}, True
    while more:
        answer = link.json("POST", "/api/v1/sync/pull", {"limit": 1000, "buckets": cursors})
        cursors |= {name: bucket["cursor"] for name, bucket in answer["buckets"].items()}
        found += answer["buckets"].get(f"route:{route}", {"changes": []})["changes"]
        more = not answer["complete"]
    return found


def head(port: int, token: str) -> Call:
    link = Link(port, token)
    _, text, _ = link.send(link.request("GET", "/api/v1/sync/head"))
    tag = next(line for line in text.split(b"\r\n") if line.lower().startswith(b"etag:"))[5:].strip().decode()
    request = link.request("GET", "/api/v1/sync/head", If_None_Match=tag)

    def call() -> None:
        assert link.send(request)[0] == 304
    return call


def bare(port: int) -> Call:
    link = Link(port)
    request = link.request("GET", "/")

    def call() -> None:
        assert link.send(request)[0] == 200
    return call


PUSH, PULL, HEAD, FIRST = "push of 50 visits", "pull of 200 changes", "idle head (304)", "first pull of 2,000"
Doing = dict[str, Callable[[int], Call]]
HISTORY = 12
"""Pushes before anything is measured: each home was visited six times, and a phone gets the last five."""


def ours(made: Estate, port: int) -> Doing:
    """What is measured of us, by client."""
    short = [pages(port, made.tokens[k], made.routes[k], 200) for k in range(PEOPLE)]
    long = pages(port, made.large, made.large_route, 2000)
    return {
        PUSH: lambda k: push(port, made, k), PULL: lambda k: pull(port, short[k]),
        HEAD: lambda k: head(port, made.tokens[k]), FIRST: lambda _: pull(port, long),
    }


def settled(url: str, does: Doing) -> None:
    """Everybody has pushed so often that a home's body does not grow any more: the peer holds what we send.

    PostgreSQL has looked at what grew, as it does by itself within a minute: without statistics it takes every table
    for a small one."""
    for k in range(PEOPLE):
        call = does[PUSH](k)
        for _ in range(HISTORY):
            call()
    db = connect(url)
    db.grown()
    db.close()


def theirs(peer: PocketBase, made: Estate, port: int) -> Doing:
    """What is measured of PocketBase; `port` is ours, whose bodies it is given to hold."""
    for k in range(PEOPLE):
        peer.hold(k, changes(port, made.tokens[k], made.routes[k]))
    peer.hold(PEOPLE, changes(port, made.large, made.large_route))
    turns = [0] * PEOPLE
    return {
        PUSH: lambda k: peer.push(k, partial(made.ops, turns=turns)), PULL: lambda k: peer.pull(k, 1, 200),
        FIRST: lambda _: peer.pull(PEOPLE, 2, 1000),
    }


def table(doing: dict[str, Doing], clients: Sequence[int], seconds: float, rounds: int) -> list[Row]:
    """All rows; those of one kind are measured in turn."""
    rows: list[Row] = []
    for count in clients:
        for what in (PUSH, PULL, HEAD):
            sides = [Turns(f"{name}: {what}", count, _others(does[what], count))
                     for name, does in doing.items() if what in does]
            rows += in_turn(sides, seconds, rounds)
    sides = [Turns(f"{name}: {FIRST}", 1, does[FIRST]) for name, does in doing.items() if FIRST in does]
    return rows + in_turn(sides, seconds, rounds)


def _others(make: Callable[[int], Call], count: int) -> Callable[[int], Call]:
    """Clients who are other people in each row: nobody runs out of days to visit on."""
    return lambda k: make((k + count) % PEOPLE)


def compared(rows: list[Row]) -> None:
    """Ratios between the rows of one run."""
    found = {(row.what, row.clients): row for row in rows}
    print("\n| ratio | clients | times |\n| --- | --- | --- |")
    pairs = [("SQLite", "PocketBase"), ("PostgreSQL", "SQLite"), ("SQLite", "bare Flask")]
    for (what, clients), row in found.items():
        for left, right in pairs:
            other = found.get((what.replace(left, right, 1), clients))
            if what.startswith(left) and other:
                print(f"| {what} ÷ {right} | {clients} | {row.rate / other.rate:.2f} |")


def alone(url: str, made: Estate, worker: str) -> float:
    """MiB of a server that runs by itself, so that it shares pages with no other, after all of it was asked for."""
    with serving(url, worker) as (port, process):
        for what, make in ours(made, port).items():
            Turns(what, 1 if what == FIRST else PEOPLE, make).run(2)
        return memory(process)


@contextmanager
def serving(url: str, worker: str) -> Iterator[tuple[int, int]]:
    """(port, process) of koumen on this database."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        env = {"KOUMEN_DB": url, "KOUMEN_HOME": folder, "KOUMEN_SECRET": "b" * 40}
        with running("koumen", worker, **env) as found:
            yield found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=4.0, help="of each row, a second at a time")
    parser.add_argument("--clients", default="1,4,16")
    parser.add_argument("--engines", default="sqlite,postgres")
    parser.add_argument("--no-peer", action="store_true")
    parser.add_argument("--worker", default="", help="another class of gunicorn's workers: gthread, gevent, sync")
    args = parser.parse_args()
    print(f"calibration: {calibration():.2f} s for 10^7 turns of an empty loop\n\n{HEADING}", flush=True)
    with ExitStack() as databases:
        places = {name: (url, Estate(url)) for name, url in engines(databases, args.engines.split(","))}
        with ExitStack() as servers:
            doing: dict[str, Doing] = {}
            for name, (url, made) in places.items():
                port, _ = servers.enter_context(serving(url, args.worker))
                doing[name] = ours(made, port)
                settled(url, doing[name])
                if name == "SQLite" and not args.no_peer and (program := binary()):
                    peer = PocketBase(program, PEOPLE + 1)
                    servers.callback(peer.close)
                    doing["PocketBase"] = theirs(peer, made, port)
            small, _ = servers.enter_context(running("bare", args.worker))
            doing["bare Flask"] = {HEAD: lambda _: bare(small)}
            clients = [int(word) for word in args.clients.split(",")]
            compared(table(doing, clients, args.seconds, max(1, round(args.seconds))))
        print()
        for name, (url, made) in places.items():
            print(f"{name}: {alone(url, made, args.worker):.0f} MiB in two workers and their master (PSS)", flush=True)
    print(f"calibration: {calibration():.2f} s")


if __name__ == "__main__":
    main()
