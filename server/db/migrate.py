"""Numbered plain SQL, forward only, one transaction each; then the engine's guards."""

from __future__ import annotations

import re
import secrets
from importlib.resources import files

from server.db.core import Db
from server.errors import Refusal

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def steps() -> list[tuple[str, str]]:
    """(name, text) of every step, in order."""
    folder = files("server.db") / "steps"
    found = [(item.name, item.read_text("utf-8")) for item in folder.iterdir() if item.name.endswith(".sql")]
    return sorted(found)


def tables(mark: str) -> list[str]:
    """Names of the tables marked `-- global` or `-- community` in the steps, parents first."""
    text = "\n".join(text for _, text in steps())
    pattern = rf"(?:\A|\n)[ \t]*\n--\s*{mark}\b[^\n]*\n(?:\s*--[^\n]*\n)*\s*create table (?:if not exists )?(\w+)"
    return re.findall(pattern, text)


def migrate(db: Db) -> list[str]:
    """Bring the database up to date; the names of the steps done now. Safe to call at every start."""
    _check_order(db)
    done = _done(db)
    missing = [(name, text) for name, text in steps() if name not in done]
    if not missing:
        return []
    made = []
    for name, text in missing:
        with db.write() as sql:
            db.engine.migration_lock()
            if name in _done(db):
                continue  # another process was quicker
            db.engine.script(text)
            sql.run("insert into step (name) values (:name)", name=name)
            made.append(name)
    _guards(db)
    _first_words(db)
    return made


def _done(db: Db) -> set[str]:
    if "step" not in db.engine.tables():
        return set()
    return {row["name"] for row in db.all("select name from step")}


def _check_order(db: Db) -> None:
    row = db.one("select case when 'a' > 'B' then 1 else 0 end as ok")
    if row is None or not row["ok"]:
        raise Refusal("db_collation")


def _guards(db: Db) -> None:
    guards = files("server.db") / "guards" / f"{db.engine.name}.sql"
    if guards.is_file():
        with db.write():
            db.engine.migration_lock()
            db.engine.script(guards.read_text("utf-8"))


def _first_words(db: Db) -> None:
    epoch = "".join(secrets.choice(ALPHABET) for _ in range(4))
    with db.write() as sql:
        sql.run(
            "insert into meta (name, value) values ('epoch', :epoch) on conflict (name) do nothing", epoch=epoch
        )
        if "body" in db.engine.tables():
            sql.run("delete from body")  # the cache of bodies as they go out: shapes may have changed


def new_epoch(db: Db) -> str:
    """After a restore: phones see another epoch, forget their cursors and send again what may be lost."""
    epoch = "".join(secrets.choice(ALPHABET) for _ in range(4))
    with db.write() as sql:
        sql.run(
            "insert into meta (name, value) values ('epoch', :epoch)"
            " on conflict (name) do update set value = excluded.value", epoch=epoch,
        )
    return epoch


def epoch(db: Db) -> str:
    """The epoch now in force, four characters."""
    row = db.one("select value from meta where name = 'epoch'")
    return str(row["value"]) if row else ""
