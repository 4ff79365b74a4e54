"""Routes: who goes where on which day. Every change of hands is kept, since phones' scope follows from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from server.access import Caller
from server.cases import acts as cases
from server.db import Pen, Row, Sql, new_id
from server.errors import refuse
from server.estate import acts as estate
from server.field.rules.fold import stop_id, stop_state
from server.field.store import routes as store
from server.pay.acts import codes
from server.people import acts as people

LIVE = ("published", "closed")
"""States in which a route lies on its person's phones."""


def make_route(
    pen: Pen, date: str, staff: str, home_ids: Sequence[str], state: str = "published", note: str = "",
    why: Mapping[str, str] | None = None, slots: Mapping[str, tuple[str, str]] | None = None,
) -> str:
    """Make a route of homes in walking order; its id. `why`: home → why it is worth the way; `slots`: home → from, to.

    Refusals: collector_needed (the person does not work here), households_unknown.
    """
    person = _worker(pen, staff)
    homes = list(dict.fromkeys(home_ids))
    known = {home["id"] for home in estate.homes(pen, pen.community, homes)} if homes else set()
    if strange := [home for home in homes if home not in known]:
        refuse("households_unknown", codes="、".join(strange[:10]))
    route = new_id()
    pen.verb = "route.make"
    store.put_route(pen, {
        "community": pen.community, "id": route, "date": date, "staff": person, "state": state, "note": note,
        "made_n": pen.n, "made_at": pen.at, "made_by": pen.who,
    })
    _put(pen, route, homes, 1, why or {}, slots or {})
    if state in LIVE:
        _publish(pen, route, person, homes)
    pen.touch("route", route)
    return route


def homes_of_codes(db: Sql, c: str, codes: Sequence[str]) -> list[str]:
    """Home ids of codes, in order. Refusal households_unknown names those that do not exist."""
    found = estate.homes_by_code(db, c, list(dict.fromkeys(codes)))
    if strange := [code for code in codes if code not in found]:
        refuse("households_unknown", "/households", codes="、".join(strange[:20]))
    return [found[code]["id"] for code in codes]


def change_route(pen: Pen, route: str, staff: str | None = None, state: str | None = None) -> Row:
    """Give a route to another person, or to another state. To what it is already: nothing changes.

    Refusals: route_unknown, route_final (cancelled stays cancelled), collector_needed.
    """
    row = _route(pen, route)
    person = _worker(pen, staff) if staff else row["staff"]
    wanted = state or row["state"]
    if (person, wanted) == (row["staff"], row["state"]):
        return row
    if row["state"] == "cancelled":
        refuse("route_final")
    pen.verb = "route.assign" if person != row["staff"] else f"route.{wanted}"
    store.set_route(pen, route, person, wanted)
    was, now = row["state"] in LIVE, wanted in LIVE
    if was and (not now or person != row["staff"]):
        store.unassign(pen, route)
    if now and (not was or person != row["staff"]):
        homes = [stop["home"] for stop in store.stops(pen, pen.community, route) if stop["went_n"] is None]
        _publish(pen, route, person, homes)
    pen.touch("route", route)
    return {**row, "staff": person, "state": wanted}


def would_change(db: Sql, c: str, route: str, staff: str | None, state: str | None) -> bool:
    """Whether `change_route` would do anything: what changes nothing takes no pen. Refusals: those of change_route."""
    row = _route(db, route, c)
    person = people.staff(db, staff)["id"] if staff else row["staff"]
    return (person, state or row["state"]) != (row["staff"], row["state"])


def community_of_route(db: Sql, who: Caller, route: str) -> str:
    """The community of a route within the caller's scope. Refusal route_unknown."""
    for c, role in sorted(who.roles.items()):
        if role in ("manager", "clerk") and store.route(db, c, route):
            return c
    return refuse("route_unknown")


def add_stops(
    pen: Pen, route: str, home_ids: Sequence[str], why: Mapping[str, str] | None = None
) -> int:
    """Put homes behind the doors a route has; those it has stay where they are. How many came in."""
    row = _route(pen, route)
    rows = store.stops(pen, pen.community, row["id"])
    live = {row["home"] for row in rows if row["went_n"] is None}
    fresh = [home for home in dict.fromkeys(home_ids) if home not in live]
    behind = max((row["position"] for row in rows if row["went_n"] is None and row["source"] == "office"), default=0)
    _put(pen, route, fresh, behind + 1, why or {}, {})
    if row["state"] in LIVE:
        codes.door_codes(pen, fresh)
    pen.verb = "route.add"
    pen.touch("route", route)
    return len(fresh)


def drop_stops(pen: Pen, route: str, home_ids: Sequence[str]) -> int:
    """Take homes off a route: they leave its phones at the next pull. How many went."""
    _route(pen, route)
    gone = [stop_id(route, home) for home in dict.fromkeys(home_ids)]
    done = store.drop_stops(pen, gone) if gone else 0
    for id_ in gone:
        pen.touch("stop", id_)
    pen.verb = "route.drop"
    pen.touch("route", route)
    return done


def order_stops(pen: Pen, route: str, home_ids: Sequence[str]) -> None:
    """Give the live doors of a route this order; doors that are not named come behind, as they were."""
    rows = [row for row in store.stops(pen, pen.community, _route(pen, route)["id"]) if row["went_n"] is None]
    wanted = {home: place for place, home in enumerate(dict.fromkeys(home_ids))}
    ordered = sorted(rows, key=lambda row: wanted.get(row["home"], len(wanted)))
    moved = {row["id"]: place for place, row in enumerate(ordered, 1) if row["position"] != place}
    if moved:
        store.move_stops(pen, moved)
    for id_ in moved:
        pen.touch("stop", id_)
    pen.verb = "route.order"


def routes(
    db: Sql, c: str, date: str | None = None, staff: str | None = None, since: str | None = None
) -> list[dict[str, Any]]:
    """Routes, newest day first: route, date, staff, state, stops, done, attempted, started_at, finished_at."""
    rows = store.routes(db, c, date, staff, since)
    states = _states(db, c, [row["route"] for row in rows])
    for row in rows:
        held = list(states.get(row["route"], {}).values())
        row["done"], row["attempted"] = held.count("done"), held.count("attempted")
    return rows


def route(db: Sql, c: str, route_id: str) -> dict[str, Any]:
    """One route with its live stops in walking order: home, code, address, building, unit, floor, position, state,
    why, source. Refusal route_unknown."""
    row = _route(db, route_id, c)
    states = _states(db, c, [route_id]).get(route_id, {})
    found = [
        {**stop, "state": states.get(stop["home"], "planned")}
        for stop in store.stops(db, c, route_id) if stop["went_n"] is None
    ]
    head = next(r for r in store.routes(db, c, row["date"], row["staff"], None) if r["route"] == route_id)
    return {**row, **head, "stops": found}


def _states(db: Sql, c: str, ids: Sequence[str]) -> dict[str, dict[str, str]]:
    """{route: {home: state}} of doors where something happened."""
    knocks, skips = store.stop_facts(db, c, ids)
    outcomes: dict[tuple[str, str], list[str]] = {}
    for knock in knocks:
        outcomes.setdefault((knock["route"], knock["home"]), []).append(knock["outcome"])
    skipped = {(skip["route"], skip["home"]) for skip in skips}
    found: dict[str, dict[str, str]] = {}
    for door in {*outcomes, *skipped}:
        found.setdefault(door[0], {})[door[1]] = stop_state(outcomes.get(door, ()), door in skipped)
    return found


def _put(
    pen: Pen, route_id: str, homes: Sequence[str], first: int, why: Mapping[str, str],
    slots: Mapping[str, tuple[str, str]],
) -> None:
    rows: list[Row] = []
    for place, home in enumerate(homes, first):
        start, end = slots.get(home, (None, None))
        rows.append({
            "community": pen.community, "id": stop_id(route_id, home), "route": route_id, "home": home,
            "position": place, "slot_from": start, "slot_to": end, "why": why.get(home, ""), "source": "office",
            "came_n": pen.n, "went_n": None,
        })
        pen.touch("stop", rows[-1]["id"])
    store.put_stops(pen, rows)


def _publish(pen: Pen, route: str, person: str, homes: Sequence[str]) -> None:
    """From now on it lies on the person's phones; so do the words to open with, and for each door a code to show."""
    store.assign(pen, route, person)
    cases.ship_scripts(pen)
    codes.door_codes(pen, homes)


def _route(db: Sql, route_id: str, c: str = "") -> Row:
    row = store.route(db, c or getattr(db, "community", ""), route_id)
    if row is None:
        refuse("route_unknown")
    return row


def _worker(pen: Pen, staff: str) -> str:
    """The id of a person who works in the pen's community, by id or unique name."""
    person = people.staff(pen, staff)
    if not any(member["staff"] == person["id"] for member in people.members(pen, pen.community)):
        refuse("collector_needed", "/staff", name=person["name"])
    return str(person["id"])
