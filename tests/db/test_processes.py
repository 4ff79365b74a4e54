"""Several processes at once on a real database: nothing lost, nothing locked, nothing missed, kill -9 included."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from server.db import Db
from tests.patience import SECONDS, until

WORKER = [sys.executable, "-m", "tests.db.worker"]
ROOT = Path(__file__).parents[2]


def start(*words: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([*WORKER, *words], cwd=ROOT, stderr=subprocess.PIPE)


def finish(workers: list[subprocess.Popen[bytes]]) -> list[str]:
    return [worker.communicate(timeout=5 * SECONDS)[1].decode() for worker in workers]


def test_four_processes_that_read_decide_and_write_lose_no_update(db: Db, db_url: str, community: str) -> None:
    with db.write(community) as pen:
        pen.put("counter", [{"community": community, "name": "sum", "n": 0}])
    workers = [start("read-write", db_url, community, "100") for _ in range(4)]
    errors = finish(workers)
    assert errors == [""] * 4
    assert db.one("select n from counter where community = :c", c=community) == {"n": 400}


def test_a_poller_misses_no_row_while_processes_write(db: Db, db_url: str, community: str) -> None:
    with db.write(community) as pen:
        pen.put("counter", [{"community": community, "name": "sum", "n": 0}])
    workers = [start("read-write", db_url, community, "100") for _ in range(3)]
    seen: set[str] = set()
    cursor = 0
    while True:
        running = any(worker.poll() is None for worker in workers)
        rows = db.all(
            "select id, n from touched where community = :c and type = 'counter' and n > :n order by n",
            c=community, n=cursor,
        )
        seen |= {row["id"] for row in rows}
        cursor = max([cursor, *(row["n"] for row in rows)])
        if not running and not rows:
            break
    assert finish(workers) == [""] * 3
    assert len(seen) == 300


@pytest.mark.parametrize("how", ["endless", "serving"])
def test_everything_acknowledged_before_kill_9_is_there(
    db: Db, db_url: str, community: str, tmp_path: Path, how: str
) -> None:
    acknowledged = tmp_path / "acknowledged"
    workers = [start(how, db_url, community, str(acknowledged)) for _ in range(2)]
    until(lambda: acknowledged.exists() and acknowledged.read_text().count("\n") >= 50, 2 * SECONDS)
    for worker in workers:
        worker.send_signal(signal.SIGKILL)
    finish(workers)
    said = acknowledged.read_text().splitlines()
    rows = db.all("select id from touched where community = :c and type = 'killed'", c=community)
    there = {row["id"] for row in rows}
    assert len(said) >= 50
    assert set(said) <= there
    with db.write(community) as pen:  # and the pen is free again
        assert pen.n > 50
