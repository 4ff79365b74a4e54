"""Our migrations as SQLite reads them: single statements, and its own words for our types."""

from __future__ import annotations

import re
import sqlite3


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
