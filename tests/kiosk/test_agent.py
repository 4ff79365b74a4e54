"""The agent beside the screen: starts a real Chromium, brings it back when it dies or hangs, serves from disk."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from kiosk import acts, agent
from server.db import Db
from tests.kiosk.browser import House, chromium
from tests.patience import SECONDS, until

FLAGS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage")


@pytest.fixture
def engine_name() -> str:
    """The agent does not know the engine: one is enough here."""
    return "sqlite"


@pytest.fixture
def door(house: House, screen: dict[str, Any], tmp_path: Path) -> Iterator[str]:
    """The loopback door of an agent without a browser; its URL."""
    made = ThreadingHTTPServer(("127.0.0.1", 0), agent.handler(agent.Agent(house.url, screen["token"], tmp_path)))
    threading.Thread(target=made.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{made.server_address[1]}"
    made.shutdown()
    made.server_close()


def get(url: str) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(url, timeout=SECONDS) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def test_the_token_is_the_agents_and_the_page_needs_none(door: str) -> None:
    assert get(f"{door}/k/v1/snapshot")[0] == 200
    assert get(f"{door}/k/")[0] == 200


def test_nothing_but_the_lobby_goes_through(door: str) -> None:
    assert get(f"{door}/api/v1/announcements")[0] == 404
    assert get(f"{door}/office/")[0] == 404


def test_without_server_page_and_snapshot_come_from_disk(door: str, house: House) -> None:
    before = [get(f"{door}{path}") for path in ("/k/", "/k/app.js", "/k/v1/snapshot")]
    house.stop()
    assert [get(f"{door}{path}") for path in ("/k/", "/k/app.js", "/k/v1/snapshot")] == before
    assert get(f"{door}/k/icon.svg")[0] == 502


def test_a_revoked_screen_is_not_served_from_disk(
    door: str, db: Db, community: str, screen: dict[str, Any]
) -> None:
    assert get(f"{door}/k/v1/snapshot")[0] == 200
    with db.write(community) as pen:
        acts.revoke_screen(pen, screen["screen"])
    assert get(f"{door}/k/v1/snapshot")[0] == 401


def test_a_damaged_file_is_not_served(tmp_path: Path) -> None:
    store = agent.Store(tmp_path)
    store.put("/k/", "text/html", b"page")
    assert store.get("/k/") == ("text/html", b"page")
    (path,) = store.folder.iterdir()
    path.write_bytes(path.read_bytes()[:-1])
    assert store.get("/k/") is None


def test_the_token_is_kept_for_the_owner_only(tmp_path: Path) -> None:
    assert agent.token_of(tmp_path, "T") == agent.token_of(tmp_path, "") == "T"
    assert (tmp_path / "token").stat().st_mode & 0o777 == 0o600


def children(pid: int) -> list[int]:
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(one) for one in found]


@pytest.mark.browser
def test_a_browser_that_dies_is_started_again(
    house: House, screen: dict[str, Any], db: Db, community: str, tmp_path: Path
) -> None:
    command = [sys.executable, agent.__file__, "--server", house.url, "--token", screen["token"], "--port", "0",
               "--home", str(tmp_path), "--chromium", chromium(), *(f"--flag={flag}" for flag in FLAGS)]
    running = subprocess.Popen(command)
    try:
        first = until(lambda: children(running.pid))[0]
        until(lambda: acts.screens(db, community)[0]["slide"])
        os.kill(first, signal.SIGKILL)
        second = until(lambda: [pid for pid in children(running.pid) if pid != first])[0]
        seen = acts.screens(db, community)[0]["seen_at"]
        until(lambda: acts.screens(db, community)[0]["seen_at"] > seen)
        running.terminate()
        running.wait(SECONDS)
        assert not Path(f"/proc/{second}").exists()
    finally:
        running.kill()
        running.wait()


class Silent:
    """A browser whose page never reports."""

    def __init__(self) -> None:
        self.starts = 0
        self.alive = False

    def start(self) -> None:
        self.starts += 1
        self.alive = True

    def stop(self) -> None:
        self.alive = False


def test_a_browser_that_hangs_is_started_again(tmp_path: Path) -> None:
    browser, stop = Silent(), threading.Event()
    keeper = agent.Agent("http://127.0.0.1:9", "T", tmp_path)
    thread = threading.Thread(target=agent.watch, args=(keeper, browser, stop, 0.2))
    thread.start()
    until(lambda: browser.starts >= 2)
    stop.set()
    thread.join(SECONDS)
    assert not thread.is_alive()
    assert not browser.alive
