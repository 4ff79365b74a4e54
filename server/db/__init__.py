"""The only door to the database: its verbs are the same on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from server.db.core import Db, Engine, Pen, Reader, Row, Sql
from server.db.errors import Broken, Busy, DbError, DiskFull, Unknown
from server.db.ids import new_id
from server.db.question import Answers, Question, Tuples, nothing

__all__ = [
    "Answers", "Broken", "Busy", "Db", "DbError", "DiskFull", "Pen", "Question", "Reader", "Row", "Sql", "Tuples",
    "Unknown", "connect", "engine_of", "listed", "new_id", "nothing",
]


def connect(url: str) -> Db:
    """Open one connection. `url` is `sqlite:///path` (or a plain path) or `postgresql://…`.

    A `Db` belongs to one thread at a time. Errors: `DbError` when nothing answers there.
    """
    return Db(engine_of(url)(url.removeprefix("sqlite:///")))


def engine_of(url: str) -> Callable[[str], Engine]:
    """The engine of a URL, loaded: who forks workers loads it before, and they share it."""
    if url.startswith(("postgresql://", "postgres://")):
        from server.db.postgres import Postgres  # psycopg is an optional extra: only loaded when named

        return Postgres
    from server.db.sqlite import Sqlite

    return Sqlite


def listed(column: str, values: Sequence[str | int], prefix: str = "v") -> tuple[str, dict[str, Any]]:
    """`column in …` as a fragment and its parameter, for lists of bounded length; each engine spells it its own way.

    An empty list gives a fragment that is never true.
    """
    if not values:
        return "1 = 0", {}
    name = f"{prefix}_all"
    return f"{column} in :{name}", {name: list(values)}
