"""Backup while everything runs, restore into an empty house: every row, a new epoch, and nothing half done."""

from __future__ import annotations

import dataclasses
import threading
import zipfile
from pathlib import Path
from typing import Any

import pytest

from server.config import Config
from server.db import Db, connect
from server.db.migrate import epoch, migrate, tables
from server.errors import Refusal
from server.keep import backup as keeping
from tests.patience import SECONDS


def filled(db: Db, community: str) -> None:
    with db.write(community) as pen:
        pen.put("counter", [{"community": community, "name": f"名{i}", "n": i} for i in range(50)])
        pen.put("blob", [{"community": community, "sha": "aa", "kind": "image/jpeg", "bytes": bytes(range(256)),
                          "at": pen.at}])
        pen.touch("household", "h1")


def dump(db: Db) -> dict[str, list[tuple[Any, ...]]]:
    names = [name for name in dict.fromkeys([*tables("global"), *tables("community")]) if name not in keeping.SKIPPED]
    found = {}
    for name in names:
        rows = [tuple(bytes(v) if isinstance(v, memoryview) else v for v in row.values())
                for row in db.all(f"select * from {name}")]
        found[name] = sorted(rows, key=repr)
    found["meta"] = [row for row in found["meta"] if row[0] != "epoch"]
    return found


@pytest.fixture
def other(tmp_path: Path) -> Config:
    """An empty SQLite house: what is backed up on either engine restores here."""
    home = tmp_path / "other"
    home.mkdir()
    return Config(home, f"sqlite:///{home / 'koumen.db'}", "http://localhost", b"x" * 32)


def quiet(text: str) -> None:
    """Say nothing."""


def test_what_is_restored_is_what_was_there(
    db: Db, community: str, settings: Config, other: Config, tmp_path: Path
) -> None:
    filled(db, community)
    answer = keeping.backup(db, settings, tmp_path / "b.zip", quiet)
    assert answer["rows"] > 50
    before = epoch(db)
    restored = keeping.restore(other, tmp_path / "b.zip", quiet)
    copy = connect(other.db)
    assert dump(copy) == dump(db)
    assert restored["epoch"] == epoch(copy) != before
    copy.close()


def test_the_same_file_moves_a_house_to_the_other_engine(
    db: Db, community: str, settings: Config, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if db.engine.name == "postgres":
        pytest.skip("this is the way from SQLite to PostgreSQL; the other way is every restore of this file")
    from tests.postgres import create, drop

    filled(db, community)
    keeping.backup(db, settings, tmp_path / "b.zip", quiet)
    server = request.getfixturevalue("postgres_server")
    target = dataclasses.replace(settings, db=create(server, "moved"))
    keeping.restore(target, tmp_path / "b.zip", quiet)
    copy = connect(target.db)
    assert dump(copy) == dump(db)
    copy.close()
    drop(server, "moved")


def test_a_backup_is_one_moment_while_others_write(
    db: Db, db_url: str, community: str, settings: Config, other: Config, tmp_path: Path
) -> None:
    stop, begun = threading.Event(), threading.Event()

    def write() -> None:
        own = connect(db_url)
        while not stop.is_set():
            with own.write(community) as pen:
                pen.touch("household", f"h{pen.n}")
            begun.set()
        own.close()

    writer = threading.Thread(target=write)
    writer.start()
    assert begun.wait(SECONDS)
    try:
        keeping.backup(db, settings, tmp_path / "b.zip", quiet)
    finally:
        stop.set()
        writer.join()
    keeping.restore(other, tmp_path / "b.zip", quiet)
    copy = connect(other.db)
    pen = copy.one("select n from pen where community = :c", c=community)
    newest = copy.one("select max(n) as n from touched where community = :c", c=community)
    audit = copy.one("select count(*) as n from audit where community = :c", c=community)
    copy.close()
    assert pen is not None
    assert newest is not None
    assert audit is not None
    assert pen["n"] >= newest["n"]
    assert audit["n"] == pen["n"]  # every number has its row: nothing of a later moment, nothing missing


def test_one_changed_byte_is_found_before_anything_is_touched(
    db: Db, community: str, settings: Config, other: Config, tmp_path: Path
) -> None:
    filled(db, community)
    keeping.backup(db, settings, tmp_path / "b.zip", quiet)
    with zipfile.ZipFile(tmp_path / "b.zip") as whole, zipfile.ZipFile(tmp_path / "bad.zip", "w") as bad:
        for name in whole.namelist():
            data = whole.read(name)
            bad.writestr(name, data.replace(b'"n": 7', b'"n": 8') if name.endswith("counter.jsonl") else data)
    with pytest.raises(Refusal) as refusal:
        keeping.restore(other, tmp_path / "bad.zip", quiet)
    assert refusal.value.code == "backup_unreadable"
    assert not Path(other.db.removeprefix("sqlite:///")).exists()


@pytest.mark.parametrize("data", [b"", b"not a zip", b"PK\x03\x04broken"])
def test_what_is_no_backup_is_refused(other: Config, tmp_path: Path, data: bytes) -> None:
    (tmp_path / "x.zip").write_bytes(data)
    with pytest.raises(Refusal) as refusal:
        keeping.restore(other, tmp_path / "x.zip", quiet)
    assert refusal.value.code == "backup_unreadable"


def test_on_sqlite_the_old_file_is_kept(
    db: Db, community: str, settings: Config, other: Config, tmp_path: Path
) -> None:
    filled(db, community)
    keeping.backup(db, settings, tmp_path / "b.zip", quiet)
    old = connect(other.db)
    migrate(old)
    mark = epoch(old)
    old.close()
    kept = keeping.restore(other, tmp_path / "b.zip", quiet)["kept"]
    before = connect(f"sqlite:///{kept}")
    assert epoch(before) == mark
    before.close()


def test_a_filled_database_is_never_overwritten_on_postgresql(
    db: Db, community: str, settings: Config, tmp_path: Path
) -> None:
    if db.engine.name == "sqlite":
        pytest.skip("on SQLite the old file is kept beside the new one instead")
    keeping.backup(db, settings, tmp_path / "b.zip", quiet)
    with pytest.raises(Refusal) as refusal:
        keeping.restore(settings, tmp_path / "b.zip", quiet)
    assert refusal.value.code == "restore_not_empty"


def test_the_backup_is_its_owners_only_and_brings_the_secret(
    db: Db, community: str, settings: Config, other: Config, tmp_path: Path
) -> None:
    (settings.home / "secret").write_text("s" * 64)
    keeping.backup(db, settings, tmp_path / "b.zip", quiet)
    assert (tmp_path / "b.zip").stat().st_mode & 0o077 == 0
    keeping.restore(other, tmp_path / "b.zip", quiet)
    assert (other.home / "secret").read_text() == "s" * 64
    assert (other.home / "secret").stat().st_mode & 0o077 == 0


def test_a_backup_that_cannot_be_written_is_said_and_leaves_the_old_one(
    db: Db, community: str, settings: Config, tmp_path: Path
) -> None:
    filled(db, community)
    kept = tmp_path / "kept.zip"
    kept.write_bytes(b"the one of yesterday")
    (tmp_path / "kept.zip.part").mkdir()
    for target in (kept, kept / "inside.zip"):
        with pytest.raises(Refusal, match="backup_not_written"):
            keeping.backup(db, settings, target, lambda text: None)
    assert kept.read_bytes() == b"the one of yesterday"


def test_a_disk_that_fills_up_leaves_no_half_backup(tmp_path: Path, home_dir: Path) -> None:
    import subprocess
    import sys

    from tests.keep.test_cli import ROOT, environment, koumen

    assert koumen(home_dir, "migrate").returncode == 0
    limited = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        " from server.__main__ import main; from server.keep import backup;"
        " put = backup._written;"
        " backup._written = lambda *a: (resource.setrlimit(resource.RLIMIT_FSIZE, (64, 64)), put(*a))[1];"
        f" sys.exit(main(['backup', {str(tmp_path / 'b.zip')!r}]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", limited], cwd=ROOT, env=environment(home_dir), capture_output=True, text=True,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    assert "没有备份成" in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.glob("b.zip*"))
