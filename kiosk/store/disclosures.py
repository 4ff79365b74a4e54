"""Disclosures of income and expense, and their lines."""

from __future__ import annotations

from typing import Any

from server.db import Row, Sql, listed

COLUMNS = (
    "d.id, d.fund, d.regime, d.period, d.opening_fen, d.in_fen, d.out_fen, d.closing_fen, d.prepared_by,"
    " d.checked_by, d.published_at, d.published_day, d.public_until, d.corrects, d.reason, k.id as corrected_by"
)
SOURCE = (
    "from disclosure d left join disclosure k on d.community = k.community and k.corrects = d.id"
    " where d.community = :c"
)


def put(db: Sql, community: str, row: dict[str, Any], lines: list[dict[str, Any]]) -> None:
    db.put("disclosure", [{"community": community, **row}])
    if lines:
        db.put("disclosure_line", [{"community": community, "disclosure": row["id"], **line} for line in lines])


def one(db: Sql, community: str, id_: str) -> Row | None:
    return db.one(f"select {COLUMNS} {SOURCE} and d.id = :id", c=community, id=id_)


def every(db: Sql, community: str) -> list[Row]:
    """All, newest first, corrected ones too."""
    return db.all(f"select {COLUMNS} {SOURCE} order by d.published_at desc, d.id desc", c=community)


def public(db: Sql, community: str, day: str) -> list[Row]:
    """Those in their publicity period, corrected ones too: a correction stays visible beside what it corrects."""
    return db.all(
        f"select {COLUMNS} {SOURCE} and d.public_until >= :day order by d.published_at desc, d.id desc",
        c=community, day=day,
    )


def lines(db: Sql, community: str, ids: list[str]) -> list[Row]:
    frag, params = listed("disclosure", ids, "d")
    return db.all(
        f"select disclosure, side, head, fen from disclosure_line where community = :c and {frag}"
        " order by disclosure, side, seq",
        c=community, **params,
    )
