"""PostgreSQL's words: parameters and values as it takes them, and what its errors mean here."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import psycopg
from psycopg.adapt import Dumper, Loader
from psycopg.types.numeric import NumericBinaryLoader

from server.db.errors import Broken, Busy, DbError, DiskFull

# https://www.postgresql.org/docs/current/errcodes-appendix.html: states are matched, never constraint names
KINDS = {
    "23505": "unique", "23503": "foreign", "23514": "check", "23502": "check",
    "P0001": "guard", "22P02": "type", "22003": "type", "42804": "type", "42501": "guard",
}
BUSY = {"55P03", "57014", "40001", "40P01", "53300"}
PARAMETER = re.compile(r"'(?:[^']|'')*'|::|\bin :([a-z_][a-z0-9_]*)|:([a-z_][a-z0-9_]*)|%", re.IGNORECASE)


class Whole(Loader):
    """sum(bigint) is numeric: give back the whole number it is."""

    def load(self, data: Any) -> Any:
        text = bytes(data).decode()
        return int(text) if "." not in text else float(text)


class WholeBinary(NumericBinaryLoader):
    """The same, where rows come as bytes."""

    def load(self, data: Any) -> Any:
        found = super().load(data)
        return int(found) if found == found.to_integral_value() else float(found)


class Untyped(Dumper):
    """A float goes out as plain text: PostgreSQL then refuses it in a bigint instead of rounding it."""

    def dump(self, obj: Any) -> bytes:
        return repr(obj).encode()


ESCAPES = str.maketrans({"\\": r"\\", '"': r"\""})


def _plain(text: str) -> bool:
    """Whether it stands in quotes as it is."""
    return not ("\\" in text or '"' in text or "\x00" in text)


class Array(Dumper):
    """A list of texts or whole numbers as an array of the type its place wants."""

    def dump(self, obj: list[Any]) -> bytes:
        if set(map(type, obj)) == {str} and _plain("".join(obj)):  # ids mostly: fifteen times as fast
            return ('{"' + '","'.join(obj) + '"}').encode()
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
def translated() -> Iterator[None]:
    try:
        yield
    except psycopg.Error as error:
        if isinstance(error, psycopg.errors.PipelineAborted) and isinstance(error.__context__, psycopg.Error):
            error = error.__context__  # what came before it in the same round trip is the reason
        state = error.sqlstate or ""
        if state in KINDS:
            raise Broken(KINDS[state], str(error)) from error
        if state in BUSY:
            raise Busy(str(error)) from error
        if state.startswith("53"):
            raise DiskFull(str(error)) from error
        raise DbError(str(error)) from error


@lru_cache(maxsize=256)
def insert(table: str, columns: tuple[str, ...], clash: str) -> str:
    """A statement for rows as `named` gives them."""
    names = ", ".join(f'"{column}"' for column in columns)
    # the row type by way of the table: a type `line` is PostgreSQL's own
    row = f'json_populate_record((select x from "{table}" x limit 0), %s::json)'
    return f'insert into "{table}" ({names}) select {names} from json_populate_recordset({row}, %s::json) {clash}'


def named(columns: Sequence[str], rows: Sequence[Any]) -> tuple[str, str]:
    """Rows as JSON, which PostgreSQL takes apart by the names of the columns: what is the same in all of them, and the
    rest of each. Of an op's 21 values six differ within a push."""
    values = [list(map(row.__getitem__, columns)) for row in rows] if isinstance(rows[0], Mapping) else rows
    same, places = {}, []
    for place, column in enumerate(zip(*values, strict=True)):
        if column.count(column[0]) == len(column):
            same[columns[place]] = column[0]
        else:
            places.append(place)
    names = [columns[place] for place in places]
    rest = [dict(zip(names, [row[place] for place in places], strict=True)) for row in values]
    return JSON.encode(same), JSON.encode(rest)
