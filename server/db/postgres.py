"""PostgreSQL through psycopg 3: for groups that outgrow one machine."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from itertools import chain, islice
from typing import Any

import psycopg
from psycopg.adapt import Dumper, Loader
from psycopg.rows import dict_row, tuple_row

from server.db.errors import Broken, Busy, DbError, DiskFull, Unknown

# https://www.postgresql.org/docs/current/errcodes-appendix.html: states are matched, never constraint names
KINDS = {
    "23505": "unique", "23503": "foreign", "23514": "check", "23502": "check",
    "P0001": "guard", "22P02": "type", "22003": "type", "42804": "type", "42501": "guard",
}
BUSY = {"55P03", "57014", "40001", "40P01", "53300"}
PEN_WAIT_MS = 10_000
SOME = 2000
"""Up to so many rows go as one parameter: a COPY takes three round trips, and a value for each place is parsed anew."""
PARAMETER = re.compile(r"'(?:[^']|'')*'|::|\bin :([a-z_][a-z0-9_]*)|:([a-z_][a-z0-9_]*)|%", re.IGNORECASE)


class _Whole(Loader):
    """sum(bigint) is numeric: give back the whole number it is."""

    def load(self, data: Any) -> Any:
        text = bytes(data).decode()
        return int(text) if "." not in text else float(text)


class _Untyped(Dumper):
    """A float goes out as plain text: PostgreSQL then refuses it in a bigint instead of rounding it."""

    def dump(self, obj: Any) -> bytes:
        return repr(obj).encode()


ESCAPES = str.maketrans({"\\": r"\\", '"': r"\""})


class _Array(Dumper):
    """A list of texts or whole numbers as an array of the type its place wants."""

    def dump(self, obj: list[Any]) -> bytes:
        text = ",".join(["null" if one is None else f'"{str(one).translate(ESCAPES)}"' for one in obj])
        if "\x00" in text:
            raise psycopg.DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes")
        return f"{{{text}}}".encode()


def _hex(value: bytes) -> str:
    """Bytes inside JSON, as bytea reads them."""
    return f"\\x{value.hex()}"


JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_hex)


@lru_cache(maxsize=4096)
def translated_sql(sql: str) -> str:
    """`:name` as `%(name)s`, `in :names` as `= any(%(names)s)`; text in quotes and casts stay."""

    def swap(match: re.Match[str]) -> str:
        if match[1]:
            return f"= any(%({match[1]})s)"
        if match[2]:
            return f"%({match[2]})s"
        return match[0].replace("%", "%%")

    return PARAMETER.sub(swap, sql)


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except psycopg.Error as error:
        state = error.sqlstate or ""
        if state in KINDS:
            raise Broken(KINDS[state], str(error)) from error
        if state in BUSY:
            raise Busy(str(error)) from error
        if state.startswith("53"):
            raise DiskFull(str(error)) from error
        raise DbError(str(error)) from error


@lru_cache(maxsize=256)
def _insert(table: str, columns: tuple[str, ...], clash: str) -> str:
    names = ", ".join(f'"{column}"' for column in columns)
    # the row type by way of the table: a type `line` is PostgreSQL's own
    given = f'json_populate_recordset((select x from "{table}" x limit 0), %s::json)'
    return f'insert into "{table}" ({names}) select {names} from {given} {clash}'


class Postgres:
    """One connection, autocommit outside our own transactions."""

    name = "postgres"

    def __init__(self, url: str) -> None:
        self.path = url
        with _translated():
            self.connection = psycopg.connect(
                url, autocommit=True, row_factory=dict_row,
                options=f"-c statement_timeout={PEN_WAIT_MS * 3} -c lock_timeout={PEN_WAIT_MS}"
                " -c synchronous_commit=on -c timezone=UTC",
            )
        self.connection.adapters.register_loader("numeric", _Whole)
        self.connection.adapters.register_dumper(float, _Untyped)
        self.connection.adapters.register_dumper(list, _Array)

    def rows(self, sql: str, params: Mapping[str, Any]) -> list[dict[str, Any]]:
        with _translated():
            return self.connection.execute(translated_sql(sql), params).fetchall()

    def row(self, sql: str, params: Mapping[str, Any]) -> dict[str, Any] | None:
        with _translated():
            return self.connection.execute(translated_sql(sql), params).fetchone()

    def tuples(self, sql: str, params: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        with _translated(), self.connection.cursor(row_factory=tuple_row) as cursor:
            return cursor.execute(translated_sql(sql), params).fetchall()

    def execute(self, sql: str, params: Mapping[str, Any]) -> int:
        with _translated():
            return self.connection.execute(translated_sql(sql), params).rowcount

    def many(self, sql: str, rows: Sequence[Mapping[str, Any]]) -> int:
        with _translated(), self.connection.cursor() as cursor:
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
        named = rows if isinstance(rows[0], Mapping) else [dict(zip(columns, row, strict=True)) for row in rows]
        with _translated():
            return self.connection.execute(_insert(table, tuple(columns), clash), [JSON.encode(named)]).rowcount

    def _copy(self, table: str, columns: Sequence[str], rows: Iterable[Any]) -> int:
        names = ", ".join(f'"{column}"' for column in columns)
        count = 0
        sql = f'copy "{table}" ({names}) from stdin'
        with _translated(), self.connection.cursor() as cursor, cursor.copy(sql) as copy:
            for row in rows:
                copy.write_row([row[name] for name in columns] if isinstance(row, Mapping) else row)
                count += 1
        return count

    def begin(self) -> None:
        with _translated():
            self.connection.execute("begin")

    def begin_read(self) -> None:
        with _translated():
            self.connection.execute("begin isolation level repeatable read read only")

    def commit(self) -> None:
        try:
            self.connection.execute("commit")
        except psycopg.Error as error:
            raise Unknown(str(error)) from error

    def rollback(self) -> None:
        if not self.connection.closed:
            try:
                self.connection.execute("rollback")
            except psycopg.OperationalError:
                self.connection.close()  # the server is gone; so is the transaction

    def stream(self, sql: str, params: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        with _translated(), self.connection.cursor("stream") as cursor:
            cursor.itersize = 5000
            yield from cursor.execute(translated_sql(sql), params)

    def check_keys_late(self) -> None:
        """Nothing: a COPY checks its foreign keys when it ends."""

    def integrity(self) -> list[str]:
        """Nothing to ask: PostgreSQL checks its pages itself (data checksums)."""
        return []

    def script(self, text: str) -> None:
        with _translated():
            self.connection.execute(text)

    def migration_lock(self) -> None:
        self.connection.execute("select pg_advisory_xact_lock(7406253)")

    def patient(self) -> None:
        """No limit on a statement: a replay of all books takes its time. Waiting for a lock stays bounded."""
        with _translated():
            self.connection.execute("set statement_timeout = 0")

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
            with _translated():
                self.connection.execute(f'analyze "{row["relname"]}"')

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
        return not self.connection.closed

    def close(self) -> None:
        self.connection.close()
