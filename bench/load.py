"""A load generator that costs little: kept connections, requests as bytes, one thread a client."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Call = Callable[[], None]
PAUSE_S = 0.3
"""Until servers have noticed that connections are closed: new ones go to whichever worker has fewer."""


class Link:
    """One kept connection to 127.0.0.1 and one token."""

    def __init__(self, port: int, token: str = "") -> None:
        self.peer = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.token = token

    def request(self, method: str, path: str, body: bytes = b"", **headers: str) -> bytes:
        """The bytes of one request."""
        lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}"]
        if body:
            lines.append("Content-Type: application/json")
        if self.token:
            lines.append(f"Authorization: Bearer {self.token}")
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + body

    def send(self, request: bytes) -> tuple[int, bytes, bytes]:
        """(status, headers, body) of the answer."""
        self.peer.sendall(request)
        data = b""
        while (end := data.find(b"\r\n\r\n")) < 0:
            data += self._more()
        head, parts = data[:end], [data[end + 4:]]
        lower = head.lower()
        if b"transfer-encoding: chunked" in lower:
            return int(head[9:12]), head, self._chunks(parts[0])
        at = lower.find(b"content-length:")
        left = (int(lower[at + 15:].split(b"\r\n", 1)[0]) if at >= 0 else 0) - len(parts[0])
        while left > 0:
            parts.append(self._more())
            left -= len(parts[-1])
        return int(head[9:12]), head, b"".join(parts)

    def _more(self) -> bytes:
        part = self.peer.recv(262144)
        if not part:
            raise ConnectionError("the server hung up")
        return part

    def _chunks(self, data: bytes) -> bytes:
        body: list[bytes] = []
        while True:
            while b"\r\n" not in data:
                data += self._more()
            line, _, data = data.partition(b"\r\n")
            size = int(line, 16)
            while len(data) < size + 2:
                data += self._more()
            if not size:
                return b"".join(body)
            body.append(data[:size])
            data = data[size + 2:]

    def json(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """One call that must succeed, read as JSON."""
        raw = b"" if body is None else json.dumps(body).encode()
        status, _, answer = self.send(self.request(method, path, raw, **headers))
        if status >= 300:
            raise RuntimeError(f"{method} {path}: {status} {answer[:300]!r}")
        return json.loads(answer) if answer else None


@dataclass
class Row:
    """One line of the table."""

    what: str
    clients: int
    rate: float
    p50: float
    p99: float

    def __str__(self) -> str:
        return f"| {self.what} | {self.clients} | {self.rate:.1f}/s | {self.p50:.1f} | {self.p99:.1f} |"


def at_once(count: int, work: Callable[[int], None]) -> float:
    """Run `work(i)` in so many threads; the seconds until all are through. What went wrong in one is raised here."""
    with ThreadPoolExecutor(count) as threads:
        begun = time.perf_counter()
        for done in [threads.submit(work, i) for i in range(count)]:
            done.result()
        return time.perf_counter() - begun


class Turns:
    """One row as it is measured: threads that call as fast as they are answered, for some seconds at a time."""

    def __init__(self, what: str, clients: int, make: Callable[[int], Call], each: int = 1) -> None:
        self.what, self.clients, self.make, self.each = what, clients, make, each
        self.calls: list[Call] = []
        self.times: list[float] = []
        self.spent = 0.0

    def run(self, seconds: float) -> None:
        """Go on for so long; the first time it connects and calls once unmeasured."""
        if not self.calls:
            self.calls = [self.make(k) for k in range(self.clients)]
            for call in self.calls:
                call()
        calls = self.calls
        end = time.monotonic() + seconds

        def one(k: int) -> None:
            while (begun := time.monotonic()) < end:
                for _ in range(self.each):
                    calls[k]()
                self.times.append(time.monotonic() - begun)

        self.spent += at_once(self.clients, one)

    def row(self) -> Row:
        """Rate, and the 50th and 99th percentile in ms, of all that was run."""
        times = sorted(self.times)
        p50, p99 = (times[min(len(times) - 1, int(len(times) * share))] * 1000 for share in (0.5, 0.99))
        return Row(self.what, self.clients, len(times) / self.spent, p50, p99)


def measure(what: str, clients: int, seconds: float, make: Callable[[int], Call], each: int = 1) -> Row:
    """A row by itself, printed; `each` calls count as one."""
    return in_turn([Turns(what, clients, make, each)], seconds, 1)[0]


def in_turn(sides: Sequence[Turns], seconds: float, rounds: int) -> list[Row]:
    """Rows that are compared with each other, printed: each side for its part of the seconds, over and over.

    A machine that is held back in the meantime holds back all of them."""
    for _ in range(rounds):
        for side in sides:
            side.run(seconds / rounds)
    rows = [side.row() for side in sides]
    print(*rows, sep="\n", flush=True)
    for side in sides:
        side.calls.clear()  # closes the connections
    time.sleep(PAUSE_S)
    return rows


def family(pid: int) -> Iterator[int]:
    """A process and everything it started."""
    yield pid
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        yield from family(int(child))


def memory(pid: int) -> float:
    """MiB of a process and its children: proportional set sizes, so that shared pages count once."""
    found = 0
    for one in family(pid):
        for line in Path(f"/proc/{one}/smaps_rollup").read_text().splitlines():
            found += int(line.split()[1]) if line.startswith("Pss:") else 0
    return found / 1024


def calibration() -> float:
    """Seconds that this machine takes now for ten million turns of an empty loop."""
    start, k = time.perf_counter(), 0
    while k < 10**7:
        k += 1
    return time.perf_counter() - start
