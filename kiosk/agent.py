"""Keeps a lobby screen alive: starts Chromium full screen, serves page and last snapshot from loopback, restarts what
hangs. Standard library only, one file: copy it to the screen's computer.

    python3 agent.py --server https://km.example.com --token TOKEN [--home ~/.koumen-kiosk] [--chromium chromium]

Loopback is a secure context for the browser, so the service worker works even where the server speaks plain http, and a
cold start without network shows the last good content from disk. The token stays with the agent (file, mode 600).
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import http.client
import http.server
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

HANG = 45  # seconds without a report from the page before Chromium is started again
BACKOFF = (2, 5, 15, 30, 60)
KEPT = 1_500_000
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--kiosk", "--noerrdialogs", "--disable-infobars", "--no-first-run", "--disable-session-crashed-bubble",
    "--disable-translate", "--autoplay-policy=no-user-gesture-required", "--disable-features=Translate",
    "--check-for-update-interval=31536000", "--password-store=basic",
)


class Store:
    """Answers of the server on disk, each with its hash; written beside and moved, so never half."""

    def __init__(self, home: Path) -> None:
        self.folder = home / "cache"
        self.folder.mkdir(parents=True, exist_ok=True)

    def _path(self, path: str) -> Path:
        return self.folder / hashlib.sha256(path.encode()).hexdigest()[:24]

    def put(self, path: str, kind: str, body: bytes) -> None:
        if len(body) > KEPT:
            return
        head = json.dumps({"path": path, "kind": kind, "sum": hashlib.sha256(body).hexdigest()}).encode()
        target = self._path(path)
        beside = target.with_suffix(".new")
        with open(beside, "wb") as file:
            file.write(head + b"\n" + body)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, target)

    def get(self, path: str) -> tuple[str, bytes] | None:
        """(content type, body), or None when there is none or it is damaged."""
        try:
            head, _, body = self._path(path).read_bytes().partition(b"\n")
            words = json.loads(head)
        except (OSError, ValueError):
            return None
        if words.get("sum") != hashlib.sha256(body).hexdigest():
            return None
        return str(words["kind"]), body


class Agent:
    """What the doors and the watchdog share."""

    def __init__(self, server: str, token: str, home: Path) -> None:
        self.server = server.rstrip("/")
        self.token = token
        self.store = Store(home)
        self.reported = time.monotonic()

    def ask(self, method: str, path: str, body: bytes | None) -> tuple[int, str, bytes]:
        """The server's answer; what the page needs is kept, and given from disk when the server is gone."""
        request = urllib.request.Request(self.server + path, data=body, method=method)
        request.add_header("Authorization", f"Bearer {self.token}")
        if body is not None:
            request.add_header("Content-Type", "application/json")
        try:
            with urllib.request.urlopen(request, timeout=6) as answer:
                kind, data = answer.headers.get("Content-Type", "application/octet-stream"), answer.read()
        except urllib.error.HTTPError as error:
            if error.code < 500:
                return error.code, error.headers.get("Content-Type", "text/plain"), error.read()
        except (OSError, http.client.HTTPException):
            pass
        else:
            if method == "GET":
                self.store.put(path, kind, data)
            return 200, kind, data
        kept = self.store.get(path) if method == "GET" else None
        return (200, *kept) if kept else (502, "text/plain", b"")


def handler(agent: Agent) -> type[http.server.BaseHTTPRequestHandler]:
    """The loopback door: `/k/` and what is under it, nothing else."""

    class Door(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._pass("GET", None)

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            if length > 100_000:
                return self._answer(413, "text/plain", b"")
            body = self.rfile.read(length)
            if self.path == "/k/v1/beat":
                agent.reported = time.monotonic()
            return self._pass("POST", body)

        def _pass(self, method: str, body: bytes | None) -> None:
            path = self.path.split("?")[0]
            host = self.headers.get("Host", "").split(":")[0]
            if not path.startswith("/k/") or host not in ("127.0.0.1", "localhost"):
                return self._answer(404, "text/plain", b"")
            return self._answer(*agent.ask(method, path, body))

        def _answer(self, status: int, kind: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "no-cache")
            self.send_header("Content-Security-Policy", "default-src 'self'; object-src 'none'; base-uri 'none'")
            self.end_headers()
            with contextlib.suppress(BrokenPipeError):
                self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    return Door


class Browser:
    """One Chromium of our own, in its own process group and profile."""

    def __init__(self, program: str, url: str, profile: Path, extra: list[str]) -> None:
        self.command = [program, *FLAGS, f"--user-data-dir={profile}", *extra, url]
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.process = subprocess.Popen(
            self.command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def stop(self) -> None:
        """End it with everything it started; the hard way when it does not listen."""
        if self.process is None:
            return
        for sign in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, sign)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(5)
        self.process = None


def watch(agent: Agent, browser: Browser, stop: threading.Event, hang: float = HANG) -> None:
    """Start the browser, and again whenever it ended or its page says nothing; slower when that happens at once."""
    tries = 0
    while not stop.is_set():
        agent.reported = started = time.monotonic()
        browser.start()
        while not stop.wait(0.5) and browser.alive and time.monotonic() - agent.reported < hang:
            pass
        browser.stop()
        tries = 0 if time.monotonic() - started > 300 else tries + 1
        stop.wait(0 if stop.is_set() else BACKOFF[min(tries, len(BACKOFF)) - 1] if tries else 1)


def token_of(home: Path, given: str) -> str:
    """The token given now, or the one kept."""
    path = home / "token"
    if given:
        handle = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(given)
        return given
    try:
        return path.read_text("utf-8").strip()
    except OSError:
        sys.exit("缺少 --token：请在办公室登记这块屏并抄下令牌。")


def main(argv: list[str] | None = None) -> int:
    """Run until ended."""
    parser = argparse.ArgumentParser(description="叩门大厅屏看护程序")
    parser.add_argument("--server", required=True, help="服务器网址")
    parser.add_argument("--token", default="", help="屏幕令牌（第一次启动时给出）")
    parser.add_argument("--home", type=Path, default=Path.home() / ".koumen-kiosk")
    parser.add_argument("--chromium", default="")
    parser.add_argument("--port", type=int, default=7373)
    parser.add_argument("--hang", type=float, default=HANG, help="页面多少秒没有动静就重启浏览器")
    parser.add_argument("--flag", action="append", default=[], help="另给浏览器的参数，可重复")
    args = parser.parse_args(argv)
    args.home.mkdir(parents=True, exist_ok=True)
    program = args.chromium or next(filter(None, map(shutil.which, PROGRAMS)), "")
    if not program:
        sys.exit("没有找到 Chromium，请安装或用 --chromium 指明。")
    agent = Agent(args.server, token_of(args.home, args.token), args.home)
    door = http.server.ThreadingHTTPServer(("127.0.0.1", args.port), handler(agent))
    threading.Thread(target=door.serve_forever, daemon=True).start()
    stop = threading.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: stop.set())
    url = f"http://127.0.0.1:{door.server_address[1]}/k/"
    watch(agent, Browser(program, url, args.home / "profile", args.flag), stop, args.hang)
    door.shutdown()
    return 0


if __name__ == "__main__":
    sys.exit(main())
