"""Our SQL as SQLite reads it: migrations statement by statement, its own words for our types, lists as JSON."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Mapping
from typing import Any


def statements(text: str) -> list[str]:
    """Split a script; a trigger's body keeps its semicolons."""
    found, current = [], ""
    for line in text.splitlines(keepends=True):
        current += line
        if line.rstrip().endswith(";") and sqlite3.complete_statement(current):
            found.append(current)
            current = ""
    return [s for s in (*found, current) if re.sub(r"--.*", "", s).strip()]


def dialect(statement: str) -> str:
    """Our SQL as SQLite wants it: STRICT tables (else '12abc' enters an integer column), clustered by key."""
    bare = re.sub(r"--[^\n]*", "", statement).strip()
    if not re.match(r"create table", bare, re.IGNORECASE):
        return bare
    bare = re.sub(r"\bbigint\b", "integer", bare)
    bare = re.sub(r"\bbytea\b", "blob", bare).rstrip(";").rstrip()
    if bare.endswith("/* clustered */"):
        return bare.removesuffix("/* clustered */") + " strict, without rowid"
    return bare + " strict"


def spread(sql: str, params: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    """SQLite knows no arrays: a list goes as JSON. Binding a thousand values by name takes twice as long."""
    lists = [name for name, value in params.items() if type(value) is list]
    if not lists:
        return sql, params
    flat = dict(params)
    for name in lists:
        text = json.dumps(flat[name])
        if "\\u0000" in text:  # json_each ends a text at U+0000; no key has one
            text = json.dumps([one for one in flat[name] if type(one) is not str or "\x00" not in one])
        flat[name] = text
        sql = sql.replace(f"in :{name}", f"in (select value from json_each(:{name}))")
    return sql, flat
