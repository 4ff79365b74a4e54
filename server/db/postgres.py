"""PostgreSQL through psycopg 3: for groups that outgrow one machine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain, islice
from typing import Any, ClassVar

from server.db.dialect import insert, named, translated_sql
from server.db.errors import Broken, Busy, DbError, Unknown
from server.db.fair import Fair
from server.db.line import Line
from server.db.question import Tuples

PEN_WAIT_MS = 10_000
SOME = 2000
"""Up to so many rows go as one parameter: a COPY takes three round trips, and a value for each place is parsed anew."""


class Postgres:
    """One connection, autocommit outside our own transactions."""

    name = "postgres"
    _doors: ClassVar[dict[tuple[str, str], Fair]] = {}

    def __init__(self, url: str) -> None:
        self.path = url
        self.line = Line(url, f"-c statement_timeout={PEN_WAIT_MS * 3} -c lock_timeout={PEN_WAIT_MS}"
                              " -c synchronous_commit=on -c timezone=UTC")
        self._door: Fair | None = None

    def rows(self, sql: str, params: Mapping[str, Any]) -> list[dict[str, Any]]:
        return self.line.ask(translated_sql(sql), params).fetchall()

    def row(self, sql: str, params: Mapping[str, Any]) -> dict[str, Any] | None:
        found: dict[str, Any] | None = self.line.ask(translated_sql(sql), params).fetchone()
        return found

    def tuples(self, sql: str, params: Mapping[str, Any]) -> Tuples:
        return self.line.ask(translated_sql(sql), params, tuples=True).fetchall()

    def together(self, asked: Sequence[tuple[str, Mapping[str, Any]]]) -> list[Tuples]:
        """All said before the first is heard."""
        with self.line.heard():
            cursors = [self.line.say(translated_sql(sql), params, tuples=True) for sql, params in asked]
        return [cursor.fetchall() for cursor in cursors]

    def execute(self, sql: str, params: Mapping[str, Any]) -> int:
        return self.line.ask(translated_sql(sql), params).rowcount

    def many(self, sql: str, rows: Sequence[Mapping[str, Any]]) -> int:
        with self.line.quiet() as connection, connection.cursor() as cursor:
            cursor.executemany(translated_sql(sql), rows)
            return cursor.rowcount

    def put(self, table: str, rows: Iterable[Any], columns: Sequence[str] = (), clash: str = "") -> int:
        iterator = iter(rows)
        batch = list(islice(iterator, SOME + 1))
        if not batch:
            return 0
        columns = columns or list(batch[0])
        if len(batch) > SOME and not clash:
            return self._copy(table, columns, chain(batch, iterator))
        count = 0
        while batch:
            count += self._put_some(table, columns, batch, clash)
            batch = list(islice(iterator, SOME))
        return count

    def _put_some(self, table: str, columns: Sequence[str], rows: list[Any], clash: str) -> int:
        """One statement, one parameter, one round trip. PostgreSQL reads each value as its column wants it."""
        return self.line.ask(insert(table, tuple(columns), clash), named(columns, rows)).rowcount

    def tell(self, table: str, rows: Iterable[Any], columns: Sequence[str] = (), clash: str = "") -> None:
        """The server inserts these while the next are made ready; every question waits for what was told before it."""
        batch = list(rows)
        if len(batch) > SOME:
            self.put(table, batch, columns, clash)
        elif batch:
            columns = columns or list(batch[0])
            self.line.say(insert(table, tuple(columns), clash), named(columns, batch))

    def say(self, sql: str, params: Mapping[str, Any]) -> None:
        self.line.say(translated_sql(sql), params)

    def _copy(self, table: str, columns: Sequence[str], rows: Iterable[Any]) -> int:
        names = ", ".join(f'"{column}"' for column in columns)
        count = 0
        sql = f'copy "{table}" ({names}) from stdin'
        with self.line.quiet() as connection, connection.cursor() as cursor, cursor.copy(sql) as copy:
            for row in rows:
                copy.write_row([row[name] for name in columns] if isinstance(row, Mapping) else row)
                count += 1
        return count

    def begin(self, community: str) -> None:
        """Threads of this process queue for a community's pen here: PostgreSQL lets any of those who wait have it, and
        each of them keeps a backend busy."""
        if community:
            door = self._doors.setdefault((self.path, community), Fair())
            if not door.take(PEN_WAIT_MS / 1000):
                raise Busy("the pen was not free in time")
            self._door = door
        try:
            self.line.say("begin")
        except DbError:
            self._give()
            raise

    def _give(self) -> None:
        if self._door is not None:
            door, self._door = self._door, None
            door.give()

    def begin_read(self) -> None:
        self.line.say("begin isolation level repeatable read read only")

    def end_read(self) -> None:
        """Nothing can go wrong that matters to who has read: nobody waits for it."""
        self.line.say("commit")

    def commit(self) -> None:
        """Told rows go along: where one is refused nothing is committed, and that is known."""
        try:
            self.line.ask("commit")
        except DbError as error:
            self.rollback()
            if isinstance(error, Broken):
                raise
            raise Unknown(str(error)) from error
        self._give()

    def rollback(self) -> None:
        try:
            self.line.undo()
        finally:
            self._give()

    def stream(self, sql: str, params: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        with self.line.quiet() as connection, connection.cursor("stream") as cursor:
            cursor.itersize = 5000
            yield from cursor.execute(translated_sql(sql), params)

    def check_keys_late(self) -> None:
        """Nothing: a COPY checks its foreign keys when it ends."""

    def integrity(self) -> list[str]:
        """Nothing to ask: PostgreSQL checks its pages itself (data checksums)."""
        return []

    def script(self, text: str) -> None:
        with self.line.quiet() as connection:
            connection.execute(text)

    def migration_lock(self) -> None:
        with self.line.quiet() as connection:
            connection.execute("select pg_advisory_xact_lock(7406253)")

    def patient(self) -> None:
        """No limit on a statement: a replay of all books takes its time. Waiting for a lock stays bounded."""
        with self.line.quiet() as connection:
            connection.execute("set statement_timeout = 0")

    def grown(self) -> None:
        """Look at tables that are twice as large as when they were last looked at, or never were.

        Without it the planner takes them for empty: a key is checked, and a page of the journal read, through the whole
        community. What is small, or was looked at, costs nothing.
        """
        outgrown = (
            "select relname from pg_class where relnamespace = current_schema()::regnamespace and relkind = 'r'"
            " and pg_relation_size(oid) > 8192 * 2 * greatest(relpages, 1) order by relname"
        )
        for row in self.rows(outgrown, {}):
            with self.line.quiet() as connection:
                connection.execute(f'analyze "{row["relname"]}"')

    def serving(self) -> None:
        """Nothing: the server keeps its log."""

    @contextmanager
    def beside(self) -> Iterator[None]:
        """Nothing: the server is a process of its own."""
        yield None

    def tables(self) -> list[str]:
        sql = "select tablename from pg_tables where schemaname = current_schema() order by tablename"
        return [row["tablename"] for row in self.rows(sql, {})]

    def alive(self) -> bool:
        return not self.line.connection.closed

    def close(self) -> None:
        self.line.close()
