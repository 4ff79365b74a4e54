"""Sync under fire: model phones, an office, a proxy that breaks requests, a server that is killed. Prints its seed."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from server.db import Db, connect
from server.estate import acts as estate
from server.field import acts
from tests.field.world import Phone, World

FAULTS = ("drop", "cut", "double", "delay", "truncate", "busy")


class Server:
    """A real gunicorn master with two workers, in a process of its own."""

    def __init__(self, env: Mapping[str, str], broken: str = "") -> None:
        self.env, self.broken = {**os.environ, **env}, broken
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "tests.sync.serve", "--port", str(self.port), "--break", self.broken]
        for _ in range(40):
            self.process = subprocess.Popen(command, env=self.env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
            assert self.process.stdout
            if self.process.stdout.readline().strip() == b"ready":
                return
            self.process.wait()
            time.sleep(0.25)  # workers of a killed master may still hold the port for a moment
        raise AssertionError("the server does not start")

    def workers(self) -> list[int]:
        """Process ids of what the master started."""
        assert self.process
        path = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(word) for word in path.read_text().split()] if path.exists() else []

    def kill_worker(self, dice: random.Random) -> None:
        if found := self.workers():
            _kill(dice.choice(found))

    def kill_all(self) -> None:
        """kill -9 of the master and what it started, nothing else."""
        assert self.process
        for child in self.workers():
            _kill(child)
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()


def _kill(process: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)


class Proxy(threading.Thread):
    """In front of the server: one connection a request; what goes wrong with each is drawn from the seed."""

    def __init__(self, port: int, dice: random.Random) -> None:
        super().__init__(daemon=True)
        self.upstream, self.dice, self.rate = port, dice, 0.0
        self.counts: dict[str, int] = {}
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]

    def run(self) -> None:
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            fault = self.dice.choice(FAULTS) if self.dice.random() < self.rate else "pass"
            self.counts[fault] = self.counts.get(fault, 0) + 1
            threading.Thread(target=self._serve, args=(client, fault, self.dice.random()), daemon=True).start()

    def _serve(self, client: socket.socket, fault: str, share: float) -> None:
        with client:
            try:
                self._relay(client, fault, share)
            except OSError:
                return

    def _relay(self, client: socket.socket, fault: str, share: float) -> None:
        client.settimeout(20)
        request = _message(client)
        if fault == "drop":
            return
        if fault == "busy":
            client.sendall(b"HTTP/1.1 503 x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            return
        if fault == "delay":
            time.sleep(share * 0.4)
        if fault == "double":
            self._ask(request)
        answer = self._ask(request)
        if fault == "cut":
            return
        client.sendall(answer[:int(len(answer) * share)] if fault == "truncate" else answer)

    def _ask(self, request: bytes) -> bytes:
        with socket.create_connection(("127.0.0.1", self.upstream), timeout=20) as up:
            up.sendall(request)
            return _message(up)


def _message(peer: socket.socket) -> bytes:
    """A whole HTTP message with Content-Length."""
    data = b""
    while b"\r\n\r\n" not in data:
        part = peer.recv(65536)
        if not part:
            return data
        data += part
    head, _, rest = data.partition(b"\r\n\r\n")
    length = next((int(line.split(b":")[1]) for line in head.lower().split(b"\r\n")
                   if line.startswith(b"content-length:")), 0)
    while len(rest) < length:
        part = peer.recv(65536)
        if not part:
            break
        rest += part
    return head + b"\r\n\r\n" + rest


class Broken(Exception):
    """The network failed; the phone tries again later."""


@dataclass
class Walker:
    """A model phone in the hands of somebody who records, sends, pulls and resends at random."""

    phone: Phone
    dice: random.Random
    model: str = ""
    outbox: dict[str, dict[str, Any]] = field(default_factory=dict)
    acked: dict[str, tuple[dict[str, Any], tuple[str, str]]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def step(self) -> None:
        try:
            self.dice.choice([self.record, self.record, self.send, self.send, self.fetch, self.resend])()
        except (Broken, OSError, http.client.HTTPException, ValueError):
            time.sleep(self.dice.random() * 0.05)
        except AssertionError as error:
            self.wrong.append(str(error))

    def doors(self) -> list[tuple[str, str]]:
        return [(name.removeprefix("route:"), body["household"])
                for (name, type_, _), (_, body) in list(self.phone.rows.items())
                if type_ == "stop" and name.startswith("route:")]

    def record(self) -> None:
        doors = self.doors()
        if not doors:
            return
        route, home = self.dice.choice(doors)
        op = self.phone.visit(route, home, self.dice.choice(["refused", "not_home", "hardship"]),
                              note=f"{self.dice.random()}")
        self.outbox[op["op"]] = op
        if self.dice.random() < 0.2:
            op = self.phone.op("visit.correct", route, home, data={"visit": op["op"], "data": {"outcome": "other"}})
            self.outbox[op["op"]] = op

    def send(self) -> None:
        ops = list(self.outbox.values())
        self.dice.shuffle(ops)
        ops = ops[:self.dice.randint(1, 20)]
        if ops and self.dice.random() < 0.2:
            ops.append(self.dice.choice(ops))
        self._push(ops)

    def resend(self) -> None:
        """An answered op gets its answer again."""
        if self.acked:
            self._push([self.dice.choice(list(self.acked.values()))[0]])

    def _push(self, ops: list[dict[str, Any]]) -> None:
        for result, op in zip(self.phone.push(*ops)["results"], ops, strict=True):
            word = (result["status"], result.get("code", ""))
            before = self.acked.get(op["op"])
            if before and before[1] != word:
                self.wrong.append(f"{op['op']} was answered {before[1]}, then {word}")
            if result["status"] != "retry":
                self.acked[op["op"]] = (op, word)
                self.outbox.pop(op["op"], None)

    def fetch(self) -> None:
        before, epoch = dict(self.phone.cursors), self.phone.epoch
        self.phone.page(self.dice.choice([1, 2, 5, 50, 500]))
        if epoch == self.phone.epoch:
            for name, text in self.phone.cursors.items():
                if name in before and _place(text) < _place(before[name]):
                    self.wrong.append(f"cursor of {name} went back: {before[name]} → {text}")

    def settle(self) -> None:
        """Everything goes up, everything comes down; the network is well again."""
        for _ in range(400):
            try:
                while self.outbox:
                    self._push(list(self.outbox.values())[:50])
                self.phone.pull(self.dice.choice([1, 3, 100]))
                return
            except (Broken, OSError, http.client.HTTPException, ValueError):
                time.sleep(0.05)
        raise AssertionError("a phone cannot settle on a healthy network")


def _place(cursor: str) -> tuple[int, bool, str]:
    n, _, rest = cursor.partition(".")[2].partition("~")
    return int(n), not rest, rest


class Forgetful(Phone):
    """A phone that does it wrong: keeps what left its scope (`tombstone`), or removes by id alone (`by_id`)."""

    wrong_way = ""

    def page(self, limit: int) -> dict[str, Any]:
        kept = dict(self.rows)
        answer = super().page(limit)
        if self.wrong_way == "tombstone":
            gone = {key: row for key, row in kept.items() if key[0] not in answer["scope"]}
            self.rows = {**gone, **self.rows}
        return answer

    def _apply(self, name: str, bucket: dict[str, Any]) -> None:
        if self.wrong_way == "by_id":
            removed = {(c["type"], c["id"]) for c in bucket["changes"] if c["op"] == "remove"}
            self.rows = {key: row for key, row in self.rows.items() if key[1:] not in removed}
        super()._apply(name, bucket)


def post_over(port: int) -> Any:
    """`post` over a real connection; a short or failed answer is `Broken`."""

    def post(path: str, body: Any, token: str) -> tuple[int, bytes]:
        link = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        try:
            link.request("POST", path, json.dumps(body), {
                "Authorization": f"Bearer {token}", "Content-Type": "application/json", "Connection": "close"})
            answer = link.getresponse()
            raw = answer.read()
        finally:
            link.close()
        if answer.status == 503 and b"busy" in raw:
            BUSY.append(1)
        if answer.status >= 500:
            if answer.status == 500:
                FIVE.append(raw[:200])
            raise Broken
        return answer.status, raw

    return post


BUSY: list[int] = []
FIVE: list[bytes] = []


class Office(threading.Thread):
    """Reassigns routes, adds and drops doors, edits homes, books payments, through its own connection."""

    def __init__(self, url: str, world: World, routes: list[str], dice: random.Random) -> None:
        super().__init__(daemon=True)
        self.db: Db = connect(url)
        self.world, self.routes, self.dice = world, routes, dice
        self.stop = threading.Event()
        self.done = 0

    def run(self) -> None:
        while not self.stop.is_set():
            self.act()
            self.done += 1
            time.sleep(self.dice.random() * 0.03)
        self.db.close()

    def act(self) -> None:
        route, home = self.dice.choice(self.routes), self.dice.choice(list(self.world.homes.values()))
        with self.db.write("C1", who="office") as pen:
            deed = self.dice.randrange(5)
            if deed == 0:
                acts.change_route(pen, route, staff=self.dice.choice(list(self.world.staff.values())))
            elif deed == 1:
                acts.drop_stops(pen, route, [home])
            elif deed == 2:
                acts.add_stops(pen, route, [home])
            elif deed == 3:
                estate.edit_home(pen, home, {"note": str(self.dice.random())})
            else:
                acts.drop_stops(pen, route, [home])
                acts.add_stops(pen, route, [home])


@dataclass
class Fire:
    """One run: who takes part, how long, what is broken."""

    seed: int
    seconds: float = 6.0
    phones: int = 3
    rate: float = 0.3
    kills: int = 3
    broken: str = ""
    model: str = ""


def burn(fire: Fire, world: World, url: str, env: Mapping[str, str], truth: Any) -> dict[str, Any]:
    """Run, settle, check; what was seen. AssertionError names the seed."""
    print(f"sync harness seed {fire.seed}")
    BUSY.clear()
    FIVE.clear()
    dice = random.Random(fire.seed)
    server = Server(env, fire.broken)
    proxy = Proxy(server.port, random.Random(fire.seed + 1))
    proxy.start()
    homes = list(world.homes.values())
    names = list(world.staff)
    routes = [world.route(names[k % len(names)], homes[k:k + 4]) for k in range(4)]
    walkers = []
    for k in range(fire.phones):
        device, token = world.token(names[k % len(names)])
        phone = Forgetful(post_over(proxy.port), token, device)
        phone.wrong_way = fire.model
        walkers.append((names[k % len(names)], Walker(phone, random.Random(fire.seed * 100 + k))))
    office = Office(url, world, routes, random.Random(fire.seed + 2))
    try:
        _under_fire(fire, dice, server, proxy, [w for _, w in walkers], office)
        return _checked(fire, world, proxy, walkers, truth, office)
    finally:
        office.stop.set()
        proxy.listener.close()
        server.kill_all()


def _under_fire(
    fire: Fire, dice: random.Random, server: Server, proxy: Proxy, walkers: list[Walker], office: Office
) -> None:
    end = time.monotonic() + fire.seconds
    proxy.rate = fire.rate
    threads = [threading.Thread(target=_walk, args=(w, end)) for w in walkers]
    for thread in [*threads, office]:
        thread.start()
    for k in range(fire.kills):
        time.sleep(fire.seconds / (fire.kills + 1))
        if k % 3 == 2:
            server.kill_all()
            server.start()
        else:
            server.kill_worker(dice)
    for thread in threads:
        thread.join()
    office.stop.set()
    office.join()
    proxy.rate = 0.0
    if fire.broken == "deferred":
        return
    for walker in walkers:
        walker.settle()


def _walk(walker: Walker, end: float) -> None:
    while time.monotonic() < end:
        walker.step()


def _odd(held: dict[Any, Any], true: dict[Any, Any]) -> list[Any]:
    """What a phone holds and should not, lacks, or holds otherwise: (key, held, true)."""
    return [(key, held.get(key), true.get(key)) for key in sorted({*held, *true}) if held.get(key) != true.get(key)]


def _checked(
    fire: Fire, world: World, proxy: Proxy, walkers: list[tuple[str, Walker]], truth: Any, office: Office
) -> dict[str, Any]:
    sign = f"(seed {fire.seed})"
    wrong = [text for _, walker in walkers for text in walker.wrong]
    assert not wrong, f"{wrong[:3]} {sign}"
    assert not BUSY, f"{len(BUSY)} writes were refused as locked {sign}"
    assert not FIVE, f"{FIVE[:2]} {sign}"
    kept = {row["op"]: row for row in world.db.all("select op, status, code, kind from op where community = 'C1'")}
    visits = {row["id"] for row in world.db.all("select id from visit where community = 'C1'")}
    for name, walker in walkers:
        for op, (body, word) in walker.acked.items():
            assert op in kept, f"an acknowledged op of {name} is lost {sign}"
            assert (kept[op]["status"], kept[op]["code"]) == word, sign
            if body["kind"] == "visit.record" and word[0] != "rejected":
                assert op in visits, f"an acknowledged visit has no effect {sign}"
        assert walker.phone.push()["missing_count"] == 0, f"numbers of {name} are missing {sign}"
    for name, walker in walkers:
        walker.phone.pull()
        assert (odd := _odd(walker.phone.rows, truth(world.staff[name]))) == [], (
            f"{name} holds something else {sign}: {odd[:2]}")
    contacts = world.db.one("select count(*) as n from contact where community = 'C1' and kind = 'visit'")
    assert contacts == {"n": len(visits)}, f"effects and visits differ {sign}"
    return {"seed": fire.seed, "ops": len(kept), "visits": len(visits), "office": office.done, "faults": proxy.counts}
