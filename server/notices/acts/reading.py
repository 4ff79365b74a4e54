"""What was printed: printings with their PDFs, notices of a home or route with their deliveries."""

from __future__ import annotations

import json
from collections.abc import Sequence

from server.db import Row, Sql
from server.errors import refuse
from server.notices import store


def printings(db: Sql, community: str, route: str | None = None) -> list[Row]:
    """The newest hundred printings; `messages` is a list."""
    return [{**row, "messages": json.loads(row["messages"])} for row in store.printings(db, community, route)]


def printing_pdf(db: Sql, community: str, printing: str) -> bytes:
    """The PDF of a printing. Refusals: not_found, printing_unfinished (or thrown away after its time)."""
    row = store.printing(db, community, printing)
    if row is None:
        refuse("not_found")
    data = store.pdf(db, community, row["sha"]) if row["sha"] else None
    if data is None:
        refuse("printing_unfinished")
    return data


def notice(db: Sql, community: str, id_or_number: str) -> Row:
    """One notice by id or number, with its deliveries. Refusal notice_unknown."""
    row = store.notice(db, community, id_or_number) or store.notice_by_number(db, community, id_or_number)
    if row is None:
        refuse("notice_unknown")
    return {**row, "deliveries": store.deliveries(db, community, [row["id"]])}


def notices_of_home(db: Sql, community: str, home: str) -> list[Row]:
    """All notices of a home, newest first, each with its deliveries."""
    return _with_deliveries(db, community, store.notices_of_home(db, community, home))


def notices_of_route(db: Sql, community: str, route: str) -> list[Row]:
    """All notices printed for a route, newest first, each with its deliveries."""
    return _with_deliveries(db, community, store.notices_of_route(db, community, route))


def _with_deliveries(db: Sql, community: str, rows: list[Row]) -> list[Row]:
    ids = [row["id"] for row in rows]
    found = store.deliveries(db, community, ids) if ids else []
    return [{**row, "deliveries": [d for d in found if d["notice"] == row["id"]]} for row in rows]


def homes_of(db: Sql, community: str, ids: Sequence[str]) -> dict[str, str]:
    """{notice: its home}; unknown ones are absent."""
    return store.homes_of(db, community, ids)
