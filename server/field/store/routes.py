"""SQL of routes, their stops and who had them."""

from __future__ import annotations

from collections.abc import Sequence

from server.db import Pen, Row, Sql, listed


def route(db: Sql, c: str, id_: str) -> Row | None:
    return db.one("select * from route where community = :c and id = :id", c=c, id=id_)


def routes(db: Sql, c: str, date: str | None, staff: str | None, first: str | None) -> list[Row]:
    """Routes by day, newest first, with when they were started and finished and how many doors they have."""
    where, params = "", {}
    for column, sign, value in (("date", "=", date), ("staff", "=", staff), ("date", ">=", first)):
        if value is not None:
            name = f"{column}_{'from' if sign == '>=' else 'is'}"
            where += f" and r.{column} {sign} :{name}"
            params[name] = value
    return db.all(
        "select r.id as route, r.date, r.staff, s.name as staff_name, r.state, r.note, r.made_at,"
        " (select count(*) from stop x where x.community = r.community and x.route = r.id and x.went_n is null)"
        " as stops,"
        " (select min(m.at) from mark m where m.community = r.community and m.route = r.id"
        " and m.kind = 'route.start') as started_at,"
        " (select max(m.at) from mark m where m.community = r.community and m.route = r.id"
        " and m.kind = 'route.finish') as finished_at"
        f" from route r join staff s on s.id = r.staff where r.community = :c{where}"
        " order by r.date desc, s.name, r.id",
        c=c, **params,
    )


def put_route(pen: Pen, row: Row) -> None:
    pen.put("route", [row])


def set_route(pen: Pen, id_: str, staff: str, state: str) -> None:
    pen.run(
        "update route set staff = :staff, state = :state where community = :c and id = :id",
        c=pen.community, id=id_, staff=staff, state=state,
    )


def assign(pen: Pen, route_: str, staff: str) -> None:
    """The route is this person's from this pen number on."""
    pen.put("assignment", [{
        "community": pen.community, "route": route_, "staff": staff, "since_n": pen.n, "until_n": None,
        "since_at": pen.at, "until_at": None,
    }])


def unassign(pen: Pen, route_: str) -> None:
    pen.run(
        "update assignment set until_n = :n, until_at = :at where community = :c and route = :r and until_n is null",
        c=pen.community, n=pen.n, at=pen.at, r=route_,
    )


def stops(db: Sql, c: str, route_: str) -> list[Row]:
    """Every stop a route has or had, in walking order, with its door."""
    return db.all(
        "select s.id, s.route, s.home, s.position, s.slot_from, s.slot_to, s.why, s.source, s.came_n, s.went_n,"
        " h.code, h.building, h.unit, h.floor, h.address from stop s"
        " join home h on h.community = s.community and h.id = s.home"
        " where s.community = :c and s.route = :r order by s.position, h.position, s.id",
        c=c, r=route_,
    )


def put_stops(pen: Pen, rows: Sequence[Row]) -> None:
    """Stops come in; one that was out comes in again."""
    pen.run(
        "insert into stop (community, id, route, home, position, slot_from, slot_to, why, source, came_n, went_n)"
        " values (:community, :id, :route, :home, :position, :slot_from, :slot_to, :why, :source, :came_n, :went_n)"
        " on conflict (community, id) do update set position = excluded.position, slot_from = excluded.slot_from,"
        " slot_to = excluded.slot_to, why = excluded.why, came_n = excluded.came_n, went_n = excluded.went_n",
        many=list(rows),
    )


def drop_stops(pen: Pen, ids: Sequence[str]) -> int:
    frag, params = listed("id", ids, "s")
    return pen.run(
        f"update stop set went_n = :n where community = :c and went_n is null and {frag}",
        c=pen.community, n=pen.n, **params,
    )


def move_stops(pen: Pen, positions: dict[str, int]) -> None:
    pen.run(
        "update stop set position = :position where community = :c and id = :id",
        many=[{"c": pen.community, "id": id_, "position": position} for id_, position in positions.items()],
    )


def stop_facts(db: Sql, c: str, routes_: Sequence[str]) -> tuple[list[Row], list[Row]]:
    """(visits: route, home, outcome; skips: route, home) of some routes: what the states of their stops fold."""
    if not routes_:
        return [], []
    frag, params = listed("route", routes_, "r")
    knocks = db.all(f"select route, home, outcome from visit where community = :c and {frag}", c=c, **params)
    skips = db.all(
        f"select route, home from mark where community = :c and {frag} and kind = 'stop.skip'", c=c, **params)
    return knocks, skips


def stops_of_home(db: Sql, c: str, home: str) -> list[Row]:
    """Stops of a home on routes, for the home's page."""
    return db.all(
        "select s.id, s.route, r.date, r.state, r.staff from stop s"
        " join route r on r.community = s.community and r.id = s.route"
        " where s.community = :c and s.home = :home and s.went_n is null order by r.date desc, r.id",
        c=c, home=home,
    )


def ahead(db: Sql, c: str, first: str, last: str) -> list[Row]:
    """(home, date) of doors on drafts and published routes of some days that nobody has been at or skipped yet."""
    return db.all(
        "select s.home, r.date from stop s join route r on r.community = s.community and r.id = s.route"
        " where s.community = :c and r.date >= :first and r.date <= :last and r.state in ('draft', 'published')"
        " and s.went_n is null and not exists (select 1 from visit v where v.community = s.community"
        " and v.home = s.home and v.day = r.date)"
        " and not exists (select 1 from mark m where m.community = s.community and m.route = s.route"
        " and m.home = s.home and m.kind = 'stop.skip')",
        c=c, first=first, last=last,
    )


def homes_of_day(db: Sql, c: str, date: str) -> set[str]:
    """Homes that stand on a route of that day."""
    rows = db.all(
        "select distinct s.home from stop s join route r on r.community = s.community and r.id = s.route"
        " where s.community = :c and r.date = :date and r.state <> 'cancelled' and s.went_n is null",
        c=c, date=date,
    )
    return {row["home"] for row in rows}
