"""SQLite's log beside the writers: it comes into the file, it stays short, and whoever writes is not held up."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.db import Db, connect, log
from server.db.turn import Turn
from tests.patience import PATIENCE, SECONDS, until

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
PAGE = 4096


@pytest.fixture
def path(db: Db) -> Path:
    return Path(db.engine.path)


@pytest.fixture
def beside(path: Path) -> Iterator[sqlite3.Connection]:
    """The connection of the thread, in the test's hands."""
    connection = sqlite3.connect(path, isolation_level=None, timeout=log.PATIENCE_S)
    yield connection
    connection.close()


def write(db: Db, community: str, pages: int = 10) -> None:
    """A commit of more than so many pages."""
    with db.write(community) as pen:
        pen.run("delete from counter where community = :c and name <> 'sum'", c=community)
        pen.put("counter", [(community, f"{k}-" + "x" * PAGE, k) for k in range(pages)], ("community", "name", "n"))


def length(path: Path) -> int:
    return path.with_name(f"{path.name}-wal").stat().st_size


def test_a_server_moves_its_log_without_a_writer(
    db: Db, path: Path, community: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "EVERY", 4)
    serving = connect(f"sqlite:///{path}")
    serving.serving()
    before = path.stat().st_size
    for _ in range(4):
        write(serving, community, 60)
    until(lambda: path.stat().st_size >= before + 60 * PAGE)
    serving.close()


def test_a_commit_of_a_server_leaves_the_log_alone(db: Db, path: Path, community: str) -> None:
    serving = connect(f"sqlite:///{path}")
    serving.serving()
    before = path.stat().st_size
    for _ in range(5):
        write(serving, community, 1000)  # more than a commit of anyone else leaves behind
    assert path.stat().st_size == before
    serving.close()
    write(db, community, 5000)
    assert path.stat().st_size > before


def test_a_long_log_is_begun_anew_though_somebody_is_always_writing(
    db: Db, path: Path, community: str, beside: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "ENOUGH", 100)
    turn, moved = Turn(str(path.resolve())), log._moved

    def meanwhile(connection: sqlite3.Connection, how: str) -> int:
        """As long as the turn is free, somebody is in the middle of a write that is in the log already."""
        if turn.held:
            return moved(connection, how)
        with db.write(community) as pen:
            pen.run("delete from counter where community = :c", c=community)
            pen.put("counter", [(community, f"{k}-" + "x" * PAGE, k) for k in range(400)], ("community", "name", "n"))
            return moved(connection, how)

    monkeypatch.setattr(log, "_moved", meanwhile)
    kept = log.Log(str(path.resolve()))
    lengths = []
    for _ in range(12):
        kept.move(beside, turn)
        write(db, community)
        lengths.append(length(path))
    assert lengths[-1] < 3 * lengths[0]


def test_a_very_long_log_waits_for_one_who_reads_old_pages(
    db: Db, path: Path, community: str, beside: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "ENOUGH", 10)
    monkeypatch.setattr(log, "TOO_MUCH", 20)
    beside.execute(f"pragma busy_timeout = {PATIENCE}").close()
    write(db, community, 30)
    reader = connect(f"sqlite:///{path}")
    snapshot = reader.snapshot()
    old = snapshot.__enter__()
    write(db, community, 10)
    assert old.one("select max(n) as n from counter") == {"n": 29}
    end = threading.Timer(0.2, snapshot.__exit__, (None, None, None))
    end.start()
    log.Log(str(path.resolve())).move(beside, Turn(str(path.resolve())))
    before = length(path)
    write(db, community)
    assert length(path) == before
    end.join()
    reader.close()


def test_one_who_does_not_stop_reading_holds_nobody_up_for_long(
    db: Db, path: Path, community: str, beside: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "ENOUGH", 10)
    monkeypatch.setattr(log, "TOO_MUCH", 20)
    asked, moved = [], log._moved
    monkeypatch.setattr(log, "_moved", lambda connection, how: asked.append(how) or moved(connection, how))
    kept, turn = log.Log(str(path.resolve())), Turn(str(path.resolve()))
    write(db, community, 30)
    reader = connect(f"sqlite:///{path}")
    with reader.snapshot() as old:
        for _ in range(3):
            write(db, community)
            kept.move(beside, turn)
        assert old.one("select max(n) as n from counter") == {"n": 29}
        write(db, community)
    reader.close()
    assert asked == ["passive", "restart", "passive", "passive", "passive", "passive"]


def test_a_short_log_takes_nobodys_turn(
    db: Db, path: Path, community: str, beside: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(db, community)
    turn = Turn(str(path.resolve()))
    monkeypatch.setattr(turn, "take", lambda: pytest.fail("it took the turn"))
    log.Log(str(path.resolve())).move(beside, turn)


def test_the_turn_is_given_back_when_the_log_cannot_be_moved(
    db: Db, path: Path, community: str, beside: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    turn = Turn(str(path.resolve()))

    def broken(connection: sqlite3.Connection, how: str) -> int:
        if turn.held:
            raise sqlite3.OperationalError("disk I/O error")
        return log.ENOUGH

    monkeypatch.setattr(log, "_moved", broken)
    with pytest.raises(sqlite3.OperationalError):
        log.Log(str(path.resolve())).move(beside, turn)
    write(db, community)


def test_a_thread_that_cannot_open_the_file_ends_and_later_commits_begin_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine_name: str
) -> None:
    monkeypatch.setattr(log, "EVERY", 1)
    kept = log.Log(str(tmp_path / "gone" / "koumen.db"))
    seen = set()
    for _ in range(2):
        kept.wrote()
        seen.add(kept._thread)
        assert kept._thread is not None
        kept._thread.join(SECONDS)
        assert not kept._thread.is_alive()
    assert len(seen) == 2
