"""SQLite through sqlite-utils: the default engine, no set-up, one file in WAL."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from server.db.errors import Broken, Busy, DbError, DiskFull, Unknown
from server.db.hand import Hand
from server.db.inserts import insert, stream
from server.db.log import NET, Log
from server.db.question import Tuples
from server.db.script import dialect, spread, statements
from server.db.turn import PEN_WAIT_S, Turn

if TYPE_CHECKING:
    import sqlite_utils

# https://www.sqlite.org/rescode.html#extrc
KINDS = {
    sqlite3.SQLITE_CONSTRAINT_UNIQUE: "unique",
    sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY: "unique",
    sqlite3.SQLITE_CONSTRAINT_ROWID: "unique",
    sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY: "foreign",
    sqlite3.SQLITE_CONSTRAINT_CHECK: "check",
    sqlite3.SQLITE_CONSTRAINT_NOTNULL: "check",
    sqlite3.SQLITE_CONSTRAINT_TRIGGER: "guard",
    3091: "type",  # SQLITE_CONSTRAINT_DATATYPE: a STRICT table refused the value
}


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except sqlite3.IntegrityError as error:
        raise Broken(KINDS.get(error.sqlite_errorcode, "check"), str(error)) from error
    except sqlite3.OperationalError as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise Busy(str(error)) from error
        if code == sqlite3.SQLITE_FULL:
            raise DiskFull(str(error)) from error
        raise DbError(str(error)) from error
    except sqlite3.DatabaseError as error:  # a damaged file, or one that is no database
        raise DbError(str(error)) from error


class Sqlite:
    """One connection to one file. WAL with synchronous=FULL: what is acknowledged is on disk."""

    name = "sqlite"

    def __init__(self, path: str) -> None:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        with _translated():
            connection = sqlite3.connect(
                path, timeout=PEN_WAIT_S, isolation_level=None, check_same_thread=False, cached_statements=512
            )
            # a server has a connection a thread, and the system keeps the pages once more: 500 KB each are enough
            for pragma in (
                "journal_mode = wal", "synchronous = full", "foreign_keys = on", "temp_store = memory",
                "cache_size = -500", "wal_autocheckpoint = 4000",
            ):
                connection.execute(f"pragma {pragma}").close()
        self.path = path
        self.turn = Turn(str(Path(path).resolve()))
        self.log: Log | None = None
        self.connection = connection

    @cached_property
    def utils(self) -> sqlite_utils.Database:
        """What answers for the schema; loaded when asked, for it loads pandas where that is installed."""
        import sqlite_utils
        return sqlite_utils.Database(self.connection)

    def rows(self, sql: str, params: Mapping[str, Any]) -> list[dict[str, Any]]:
        with _translated():
            cursor = self.connection.execute(*spread(sql, params))
            names = [column[0] for column in cursor.description or ()]
            return [dict(zip(names, row, strict=True)) for row in cursor]

    def row(self, sql: str, params: Mapping[str, Any]) -> dict[str, Any] | None:
        with _translated():
            cursor = self.connection.execute(*spread(sql, params))
            row = cursor.fetchone()
            found = None
            if row is not None:
                found = {column[0]: value for column, value in zip(cursor.description, row, strict=True)}
            cursor.close()  # an open cursor would keep the read transaction, and the WAL, alive
            return found

    def tuples(self, sql: str, params: Mapping[str, Any]) -> Tuples:
        with _translated():
            return self.connection.execute(*spread(sql, params)).fetchall()

    def together(self, asked: Sequence[tuple[str, Mapping[str, Any]]]) -> list[Tuples]:
        """One after the other: there is no way to save."""
        return [self.tuples(sql, params) for sql, params in asked]

    def execute(self, sql: str, params: Mapping[str, Any]) -> int:
        with _translated():
            return self.connection.execute(*spread(sql, params)).rowcount

    def many(self, sql: str, rows: Sequence[Mapping[str, Any]]) -> int:
        with _translated():
            return self.connection.executemany(sql, rows).rowcount

    def put(self, table: str, rows: Iterable[Any], columns: Sequence[str] = (), clash: str = "") -> int:
        with _translated():
            if not columns:
                return stream(self.connection, table, rows, clash)
            return insert(self.connection, table, tuple(columns), list(rows), clash)

    def tell(self, table: str, rows: Iterable[Any], columns: Sequence[str] = (), clash: str = "") -> None:
        self.put(table, rows, columns, clash)

    def say(self, sql: str, params: Mapping[str, Any]) -> None:
        self.execute(sql, params)

    def begin(self, community: str) -> None:
        """Whatever the community: a file is written by one."""
        self.turn.take()
        try:
            # immediate: a deferred transaction that reads, then writes, fails as locked instead of waiting
            with _translated():
                self.connection.execute("begin immediate")
        except DbError:
            self.turn.give()
            raise

    def begin_read(self) -> None:
        with _translated():
            self.connection.execute("begin")
            self.connection.execute("select n from pen limit 1").close()  # the snapshot starts here, not later

    def commit(self) -> None:
        try:
            self.connection.execute("commit")
        except sqlite3.Error as error:
            self.rollback()
            raise Unknown(str(error)) from error
        if self.log is not None:
            self.log.wrote()
        self.turn.give()

    def end_read(self) -> None:
        self.connection.execute("commit")

    def rollback(self) -> None:
        try:
            if self.connection.in_transaction:
                self.connection.execute("rollback")
        finally:
            self.turn.give()

    def stream(self, sql: str, params: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        with _translated():
            cursor = self.connection.execute(*spread(sql, params))
            names = [column[0] for column in cursor.description]
            for row in cursor:
                yield dict(zip(names, row, strict=True))

    def check_keys_late(self) -> None:
        """Check foreign keys at the commit of this transaction instead of row by row (restore only)."""
        self.connection.execute("pragma defer_foreign_keys = on")

    def integrity(self) -> list[str]:
        """What the file itself complains of; empty when it is sound."""
        found = [row[0] for row in self.connection.execute("pragma integrity_check(20)") if row[0] != "ok"]
        found += [f"foreign key: {row[0]} row {row[1]}" for row in self.connection.execute("pragma foreign_key_check")]
        return found[:20]

    def script(self, text: str) -> None:
        with _translated():
            for statement in statements(text):
                self.connection.execute(dialect(statement))

    def migration_lock(self) -> None:
        """Nothing: `begin immediate` holds everyone else off."""

    def patient(self) -> None:
        """Nothing: a statement may take its time."""

    def grown(self) -> None:
        """Nothing: keys are used whether or not there are statistics."""

    def serving(self) -> None:
        """Commits leave the log to a thread of this process; up to a limit, at which they do it themselves."""
        self.log = Log.of(self.turn.path)
        self.connection.execute(f"pragma wal_autocheckpoint = {NET}").close()

    def bulky(self) -> None:
        """A large estate's indexes change all over with every chunk: keep them in memory, and move them from the log
        to the file every quarter of a gigabyte instead of after each chunk. What is committed is on disk as ever."""
        for pragma in ("cache_size = -160000", "wal_autocheckpoint = 64000"):
            self.connection.execute(f"pragma {pragma}").close()

    @contextmanager
    def beside(self) -> Iterator[Hand]:
        """A process that writes, with a connection and a processor of its own; this connection goes on reading."""
        hand = Hand(self.path)
        try:
            yield hand
        finally:
            hand.close()

    def tables(self) -> list[str]:
        return list(self.utils.table_names())

    def alive(self) -> bool:
        return True

    def close(self) -> None:
        self.connection.close()
        self.turn.give()
        self.turn.close()
