"""What phones have to bear: a server that is killed, and a proxy before it that breaks requests."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path

FAULTS = ("drop", "cut", "double", "delay", "truncate", "busy")


class Server:
    """A real gunicorn master with two workers, in a process of its own."""

    def __init__(self, env: Mapping[str, str], broken: str = "") -> None:
        self.env, self.broken = {**os.environ, **env}, broken
        self.port = 0
        self.process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        """On a port of its own, and on the same again."""
        command = [sys.executable, "-m", "tests.sync.serve", "--port", str(self.port), "--break", self.broken]
        for _ in range(40):
            self.process = subprocess.Popen(command, env=self.env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
            assert self.process.stdout
            if said := self.process.stdout.readline():
                self.port = int(said)
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
