"""Announcements and their versions."""

from __future__ import annotations

from typing import Any

from server.db import Row, Sql

COLUMNS = (
    "id, title, text, kind, from_day, to_day, pinned, weekdays, hours, buildings, source, held, version,"
    " made_at, made_by, approved_at, approved_by, until_at, withdrawn_at, withdrawn_by"
)


def put(db: Sql, community: str, row: dict[str, Any]) -> None:
    """A new announcement, version 1."""
    db.put("announcement", [{"community": community, **row}])


def keep_version(db: Sql, community: str, id_: str, at: str, who: str) -> None:
    """Copy what stands now into the history."""
    db.run(
        "insert into announcement_version (community, announcement, version, title, text, kind, from_day, to_day,"
        " pinned, at, who) select community, id, version, title, text, kind, from_day, to_day, pinned, :at, :who"
        " from announcement where community = :c and id = :id",
        c=community, id=id_, at=at, who=who,
    )


def change(db: Sql, community: str, row: dict[str, Any]) -> None:
    """The next version; a confirmation given to the words before does not hold for these."""
    db.run(
        "update announcement set title = :title, text = :text, kind = :kind, from_day = :from_day,"
        " to_day = :to_day, pinned = :pinned, weekdays = :weekdays, hours = :hours, buildings = :buildings,"
        " held = :held, version = version + 1, approved_at = null, approved_by = null, until_at = null"
        " where community = :c and id = :id",
        c=community, **row,
    )


def approve(db: Sql, community: str, id_: str, at: str, who: str, until: str | None) -> None:
    db.run(
        "update announcement set approved_at = :at, approved_by = :who, until_at = :until, held = ''"
        " where community = :c and id = :id",
        c=community, id=id_, at=at, who=who, until=until,
    )


def withdraw(db: Sql, community: str, id_: str, at: str, who: str) -> None:
    db.run(
        "update announcement set withdrawn_at = :at, withdrawn_by = :who"
        " where community = :c and id = :id and withdrawn_at is null",
        c=community, id=id_, at=at, who=who,
    )


def one(db: Sql, community: str, id_: str) -> Row | None:
    return db.one(f"select {COLUMNS} from announcement where community = :c and id = :id", c=community, id=id_)


def every(db: Sql, community: str) -> list[Row]:
    """All, newest first."""
    return db.all(
        f"select {COLUMNS} from announcement where community = :c order by from_day desc, id desc", c=community
    )


def current(db: Sql, community: str, day: str, ahead: str) -> list[Row]:
    """What shows on `day` or begins by `ahead`: neither withdrawn nor held nor over."""
    return db.all(
        f"select {COLUMNS} from announcement where community = :c and to_day >= :day and from_day <= :ahead"
        " and withdrawn_at is null and held = '' order by from_day desc, id desc",
        c=community, day=day, ahead=ahead,
    )


def versions(db: Sql, community: str, id_: str) -> list[Row]:
    """Every version that was ever published, first to last."""
    return db.all(
        "select version, title, text, kind, from_day, to_day, pinned, at, who from announcement_version"
        " where community = :c and announcement = :id order by version",
        c=community, id=id_,
    )
