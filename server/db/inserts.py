"""Rows into SQLite: values by place, and many rows in one statement where there are many."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import chain
from operator import itemgetter
from typing import Any

MOST = 1024  # rows of a statement; SQLite takes 32,766 values


def by_place(rows: Iterable[Any]) -> tuple[tuple[str, ...], Iterable[Sequence[Any]]]:
    """Columns and values of rows that all have the keys of the first; no columns when there is no row.

    Binding 100,000 rows by name takes twice as long."""
    iterator = iter(rows)
    first = next(iterator, None)
    if first is None:
        return (), ()
    columns = tuple(first)
    values = itemgetter(*columns) if len(columns) > 1 else lambda row: (row[columns[0]],)
    return columns, map(values, chain([first], iterator))


def insert(
    connection: sqlite3.Connection, table: str, columns: tuple[str, ...], rows: list[Sequence[Any]], clash: str = "",
) -> int:
    """How many went in, in statements of 1,024, 512, 256 … rows, so that few are ever prepared.

    Less work than row by row, and Python's lock is free for milliseconds at a time instead of microseconds."""
    done = count = 0
    while left := len(rows) - done:
        size = min(MOST, 1 << left.bit_length() - 1)
        values = list(chain.from_iterable(rows[done:done + size]))
        cursor = connection.execute(_statement(table, columns, size, clash), values)
        count += max(0, cursor.rowcount)
        cursor.close()
        done += size
    return count


def stream(connection: sqlite3.Connection, table: str, rows: Iterable[Any], clash: str = "") -> int:
    """Insert one after the other, without holding them all: rows may be photos."""
    columns, values = by_place(rows)
    return max(0, connection.executemany(_statement(table, columns, 1, clash), values).rowcount) if columns else 0


@lru_cache(maxsize=512)
def _statement(table: str, columns: tuple[str, ...], rows: int, clash: str) -> str:
    names = ", ".join(f'"{column}"' for column in columns)
    row = f"({', '.join('?' * len(columns))})"
    return f'insert into "{table}" ({names}) values {", ".join([row] * rows)} {clash}'
