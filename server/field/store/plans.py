"""SQL of planning: proposals, what was planned for each door, past knocks."""

from __future__ import annotations

from collections.abc import Sequence

from server.db import Pen, Row, Sql

PROPOSAL = "id, date, state, asked, found, share, value, made_at, made_by, beat_at"


def knocks(db: Sql, c: str, first: str, until: str) -> list[Row]:
    """Visits of some days in order of time."""
    return db.all(
        "select v.home, v.route, v.staff, v.at, v.day, v.outcome, v.reason from visit v"
        " where v.community = :c and v.day >= :first and v.day < :until order by v.at, v.id",
        c=c, first=first, until=until,
    )


def put_proposal(pen: Pen, row: Row) -> None:
    pen.put("proposal", [row])


def proposal(db: Sql, c: str, id_: str) -> Row | None:
    return db.one(f"select {PROPOSAL} from proposal where community = :c and id = :id", c=c, id=id_)


def proposals(db: Sql, c: str, first: str) -> list[Row]:
    """Proposals of days from one on that were not published, newest first."""
    return db.all(
        f"select {PROPOSAL} from proposal where community = :c and date >= :first and state <> 'published'"
        " order by made_at desc, id desc limit 20",
        c=c, first=first,
    )


def beat(pen: Pen, id_: str, share: int, value: int) -> None:
    pen.run(
        "update proposal set share = :share, value = :value, beat_at = :at"
        " where community = :c and id = :id and state = 'solving'",
        c=pen.community, id=id_, share=share, value=value, at=pen.at,
    )


def set_proposal(pen: Pen, id_: str, state: str, asked: str, found: str, value: int) -> None:
    pen.run(
        "update proposal set state = :state, asked = :asked, found = :found, value = :value, share = 100,"
        " beat_at = :at where community = :c and id = :id",
        c=pen.community, id=id_, state=state, asked=asked, found=found, value=value, at=pen.at,
    )


def put_legs(pen: Pen, rows: Sequence[Row]) -> None:
    pen.put("leg", rows)


def legs(db: Sql, c: str, route: str) -> dict[str, Row]:
    """{home: knock, service, chance} as planned."""
    rows = db.all("select home, knock, service, chance from leg where community = :c and route = :r", c=c, r=route)
    return {row["home"]: row for row in rows}


def knocks_of_route(db: Sql, c: str, route: str) -> list[Row]:
    """Visits that name a route, to homes that stand or stood on it, in order of time."""
    return db.all(
        "select v.home, v.route, v.staff, v.at, v.day, v.outcome, v.reason from visit v"
        " join stop s on s.community = v.community and s.route = v.route and s.home = v.home"
        " where v.community = :c and v.route = :r order by v.at, v.id",
        c=c, r=route,
    )
