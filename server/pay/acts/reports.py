"""Reports of codes that look forged: by owners on the page, by staff on patrol, by the office."""

from __future__ import annotations

from server.db import Pen, Row, Sql
from server.errors import refuse
from server.pay.store import codes as store

POSTS_A_DAY = 20


def report_code(
    pen: Pen, *, id: str, scanned: str, place: str, source: str, handle: str | None = None
) -> str:
    """Keep what was scanned and where (source owner, patrol or office). The same id again changes nothing."""
    store.add_report(pen, {
        "community": pen.community, "id": id, "handle": handle, "scanned": scanned[:500],
        "place": place[:200], "source": source, "at": pen.at,
    })
    return id


def count_post(pen: Pen, handle: str) -> None:
    """One more thing sent from a code's page today. Refusal too_many after POSTS_A_DAY."""
    if store.posts(pen, pen.community, handle, pen.day) >= POSTS_A_DAY:
        refuse("too_many")
    store.count(pen, pen.community, "page.post", handle, pen.day)


def open_reports(db: Sql, community: str) -> list[Row]:
    """Reports nobody dealt with: [{id, handle, scanned, place, source, at, home}], newest first."""
    return store.open_reports(db, community)


def close_report(pen: Pen, report: str) -> None:
    """Somebody looked. Refusal not_found."""
    if not store.close_report(pen, pen.community, report, pen.at, pen.who):
        refuse("not_found")
