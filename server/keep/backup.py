"""One consistent file while everything runs, and back again; the same file on both engines."""

from __future__ import annotations

import base64
import contextlib
import errno
import hashlib
import io
import json
import os
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from server import clock
from server.config import Config
from server.db import Db, Reader, connect
from server.db.migrate import epoch, migrate, new_epoch, steps, tables
from server.errors import Refusal

Say = Callable[[str], None]
FORMAT = 1
# caches and what only this running house needs
SKIPPED = {"step", "body", "throttle"}
# in this order: whoever reads a new secret finds the one before it
WHY = {
    errno.ENOSPC: "磁盘已满", errno.EDQUOT: "磁盘配额已用完", errno.EFBIG: "文件超过了允许的大小",
    errno.EACCES: "没有写入的权限", errno.EPERM: "没有写入的权限", errno.EROFS: "磁盘是只读的",
    errno.EISDIR: "这是一个文件夹", errno.ENOTDIR: "路径中间有一个文件",
}
SECRETS = ("secret.old", "secret")


def backup(db: Db, settings: Config, target: Path, say: Say) -> dict[str, Any]:
    """Write everything to one zip, readable by its owner only; `{file, rows, bytes, epoch}`.

    One snapshot, so the file is consistent while phones and cashiers go on. It holds the secret when Koumen keeps it
    itself (SQLite): without it no printed code could be verified again. Keep the file like cash. Refusal
    backup_not_written when there is no room or no right; what lay there before lies there still.
    """
    part = target.with_name(f"{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        facts = _written(db, settings, part, say)
        part.replace(target)
    except OSError as error:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise Refusal("backup_not_written", file=target, reason=WHY.get(error.errno or 0, error.strerror)) from error
    return {"file": str(target), **facts, "bytes": target.stat().st_size}


def _written(db: Db, settings: Config, part: Path, say: Say) -> dict[str, Any]:
    with os.fdopen(os.open(part, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive, db.snapshot() as snapshot:
            files = dict(_write_all(archive, db, snapshot, say))
            mark = epoch(db)
            manifest = {"format": FORMAT, "at": clock.instant(), "epoch": mark, "steps": [n for n, _ in steps()],
                        "files": files}
            for name in SECRETS:
                if (settings.home / name).is_file():
                    archive.writestr(name, (settings.home / name).read_text("utf-8"))
            archive.writestr("manifest.json", json.dumps(manifest, ensure_ascii=False))
        file.flush()
        os.fsync(file.fileno())
    return {"rows": sum(facts["rows"] for facts in files.values()), "epoch": mark}


def _write_all(
    archive: zipfile.ZipFile, db: Db, snapshot: Reader, say: Say
) -> Iterator[tuple[str, dict[str, Any]]]:
    """One file for each global table, one for each table of each community."""
    for table in _tables(db, "global"):
        yield _write_table(archive, f"global/{table}.jsonl", snapshot.stream(f"select * from {table}"))
    for row in snapshot.all("select community from pen order by community"):
        community = row["community"]
        say(f"备份 {community} …")
        for table in _tables(db, "community"):
            rows = snapshot.stream(f"select * from {table} where community = :c", c=community)
            yield _write_table(archive, f"{community}/{table}.jsonl", rows)


def _tables(db: Db, mark: str) -> list[str]:
    there = set(db.engine.tables())
    return [name for name in dict.fromkeys(tables(mark)) if name in there and name not in SKIPPED]


def _write_table(archive: zipfile.ZipFile, name: str, rows: Iterator[dict[str, Any]]) -> tuple[str, dict[str, Any]]:
    count, digest = 0, hashlib.sha256()
    with archive.open(name, "w", force_zip64=True) as file:
        for row in rows:
            line = json.dumps(row, ensure_ascii=False, default=_bytes).encode() + b"\n"
            digest.update(line)
            file.write(line)
            count += 1
    return name, {"rows": count, "sha256": digest.hexdigest()}


def _bytes(value: Any) -> dict[str, str]:
    return {"base64": base64.b64encode(bytes(value)).decode()}


def restore(settings: Config, source: Path, say: Say) -> dict[str, Any]:
    """Put a backup into an empty house and begin a new epoch: phones then send again what may be lost.

    SQLite: the old file is kept beside the new one. PostgreSQL: the database must be empty. Errors: Refusal
    backup_unreadable (names what is wrong; nothing was changed), restore_not_empty, restore_running.
    """
    manifest = check(source)
    path = settings.db.removeprefix("sqlite:///") if settings.db.startswith("sqlite:") else ""
    fresh = f"{path}.restoring" if path else settings.db
    if path:
        _drop(Path(fresh))
    db = connect(f"sqlite:///{fresh}" if path else fresh)
    try:
        migrate(db)
        _refuse_when_filled(db, source)
        rows = _fill(db, source, manifest, say)
        mark = new_epoch(db)
    finally:
        db.close()
    kept = _swap(Path(path), Path(fresh)) if path else ""
    _put_secrets(settings, source)
    return {"rows": rows, "epoch": mark, "kept": kept}


def check(source: Path) -> dict[str, Any]:
    """The manifest, after every table's bytes were compared with their hash. Refusal backup_unreadable."""
    try:
        with zipfile.ZipFile(source) as archive:
            manifest: dict[str, Any] = json.loads(archive.read("manifest.json"))
            if manifest.get("format") != FORMAT:
                raise Refusal("backup_unreadable", reason="版本不认识")
            for name, facts in manifest["files"].items():
                if _digest(archive, name) != facts["sha256"]:
                    raise Refusal("backup_unreadable", reason=f"{name} 与校验和不符")
            return manifest
    except FileNotFoundError as error:
        raise Refusal("backup_unreadable", reason=f"没有 {source} 这个文件") from error
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise Refusal("backup_unreadable", reason=f"不是叩门的备份，或已损坏（{error}）") from error


def _digest(archive: zipfile.ZipFile, name: str) -> str:
    digest = hashlib.sha256()
    with archive.open(name) as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


def _refuse_when_filled(db: Db, source: Path) -> None:
    """An empty house only, or the same backup begun before and cut short."""
    begun = db.one("select value from meta where name = 'restoring'")
    if begun and begun["value"] == source.name:
        return
    if db.one("select community from pen limit 1"):
        raise Refusal("restore_not_empty")


def _fill(db: Db, source: Path, manifest: dict[str, Any], say: Say) -> int:
    """Global tables in one transaction, then each community in one of its own."""
    with zipfile.ZipFile(source) as archive:
        parts = _parts(db, manifest)
        rows = _fill_global(db, archive, parts.pop("global", []), source)
        for community, names in parts.items():
            if db.one("select n from pen where community = :c", c=community):
                continue  # done before the restore was cut short
            say(f"恢复 {community} …")
            with db.write() as sql:
                db.engine.check_keys_late()
                rows += sum(sql.put(table, _read_table(archive, f"{community}/{table}.jsonl")) for table in names)
        with db.write() as sql:
            sql.run("delete from meta where name = 'restoring'")
    return rows


def _fill_global(db: Db, archive: zipfile.ZipFile, names: list[str], source: Path) -> int:
    if db.one("select value from meta where name = 'restoring'"):
        return 0
    with db.write() as sql:
        db.engine.check_keys_late()
        sql.run("delete from meta")
        rows = sum(sql.put(table, _read_table(archive, f"global/{table}.jsonl")) for table in names)
        sql.run("insert into meta (name, value) values ('restoring', :name)", name=source.name)
    return rows


def _parts(db: Db, manifest: dict[str, Any]) -> dict[str, list[str]]:
    """Part (global or a community) → its tables with rows, parents first."""
    known = [*_tables(db, "global"), *_tables(db, "community")]
    parts: dict[str, list[str]] = {}
    for name, facts in manifest["files"].items():
        part, _, table = name.removesuffix(".jsonl").partition("/")
        if table not in known:
            raise Refusal("backup_unreadable", reason=f"有这个版本不认识的表 {table}")
        if facts["rows"]:
            parts.setdefault(part, []).append(table)
    return {part: sorted(names, key=known.index) for part, names in parts.items()}


def _read_table(archive: zipfile.ZipFile, name: str) -> Iterator[dict[str, Any]]:
    with archive.open(name) as file:
        for line in io.TextIOWrapper(file, "utf-8"):
            row = json.loads(line)
            for column, value in row.items():
                if isinstance(value, dict):
                    row[column] = base64.b64decode(value["base64"])
            yield row


def _swap(path: Path, fresh: Path) -> str:
    kept = ""
    if path.exists():
        kept = f"{path}.before-{clock.instant().replace(':', '').replace('-', '')[:15]}"
        for tail in ("-wal", "-shm"):
            beside = path.with_name(path.name + tail)
            if beside.exists():
                beside.replace(f"{kept}{tail}")
        path.replace(kept)
    for tail in ("-wal", "-shm", "-turn"):
        fresh.with_name(fresh.name + tail).unlink(missing_ok=True)
    fresh.replace(path)
    return kept


def _drop(path: Path) -> None:
    for tail in ("", "-wal", "-shm"):
        path.with_name(path.name + tail).unlink(missing_ok=True)


def _put_secrets(settings: Config, source: Path) -> None:
    with zipfile.ZipFile(source) as archive:
        for name in set(SECRETS) & set(archive.namelist()):
            put_secret(settings.home / name, archive.read(name))


def put_secret(path: Path, text: bytes) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    part = path.with_name(f"{path.name}.part")
    with os.fdopen(os.open(part, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
