"""Rows of the journal: numbers, entries, lines, seals, closed days."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from server.db import Row, Sql, listed

LINE = ("community", "entry", "seq", "lines", "account", "fen", "prev", "before", "after", "home", "bill", "payment")


def number(db: Sql, c: str, name: str, count: int = 1) -> int:
    """Take `count` numbers from a counter; the first of them."""
    row = db.one(
        "insert into counter (community, name, n) values (:c, :name, :count)"
        " on conflict (community, name) do update set n = counter.n + excluded.n returning n",
        c=c, name=name, count=count,
    )
    assert row is not None
    return int(row["n"]) - count + 1


def last_seal(db: Sql, c: str) -> Row | None:
    return db.one("select no, hash from seal where community = :c order by no desc limit 1", c=c)


def last_numbers(db: Sql, c: str, names: Sequence[str]) -> dict[str, int]:
    """The last number that each of these counters gave out; 0 where it gave none."""
    where, values = listed("name", names)
    found = db.all(f"select name, n from counter where community = :c and {where}", c=c, **values)
    return {**dict.fromkeys(names, 0), **{row["name"]: row["n"] for row in found}}


def hash_of(db: Sql, c: str, no: int) -> str | None:
    """The hash of an entry; none of entry 0."""
    row = db.one("select hash from seal where community = :c and no = :no", c=c, no=no) if no else None
    return row["hash"] if row else None


def chain_end(db: Sql, c: str, count: int) -> tuple[int, str | None]:
    """Make room for `count` entries: the number and hash of the last one there is, (0, None) at the beginning.

    The number comes from a counter of its own. Where the end of the chain was cut off, no seal has it any more, and
    the keys refuse whatever would follow.
    """
    last = number(db, c, "entry", count) - 1
    return last, hash_of(db, c, last)


def add_entries(
    db: Sql, entries: list[dict[str, Any]], lines: list[tuple[Any, ...]], seals: list[dict[str, Any]]
) -> None:
    """Headers, lines (values in the order of `LINE`), seals: each hangs from the one before by a foreign key."""
    db.put("entry", entries)
    db.put("line", lines, LINE)
    db.put("seal", seals)


def last_closed(db: Sql, c: str) -> str | None:
    row = db.one("select max(day) as day from book_day where community = :c", c=c)
    return row["day"] if row else None


def item_accounts(db: Sql, c: str) -> dict[str, str]:
    """Charge item → its income account."""
    return {r["name"]: r["account"] for r in db.all("select name, account from item where community = :c", c=c)}


def add_items(db: Sql, c: str, rows: list[dict[str, Any]]) -> None:
    db.run(
        "insert into item (community, name, account, fund) values (:c, :name, :account, :fund)"
        " on conflict (community, name) do nothing", many=[{**row, "c": c} for row in rows],
    )
