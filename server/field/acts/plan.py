"""Tonight's routes: read who owes and who works, let planning choose, make the routes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from server.cases import acts as cases
from server.cases.rules import months_between
from server.db import Db, Sql
from server.errors import refuse
from server.estate import acts as estate
from server.field import planning
from server.field.acts.routes import make_route
from server.field.store import routes as store
from server.ledger import acts as ledger
from server.people import acts as people


def plan(
    db: Sql, c: str, on: str, staff_ids: Sequence[str] | None = None, most: int = 60
) -> dict[str, Any]:
    """A proposal: {date, routes: [{staff, staff_name, minutes, fen, doors: [{home, code, why, fen, chance}]}],
    left_out: [{home, code, reason}]}. Nothing is written. Refusals: plan_nobody, staff_unknown."""
    walkers = _walkers(db, c, staff_ids)
    if not walkers:
        refuse("plan_nobody")
    found = planning.plan(doors(db, c, on), walkers, most)
    return {
        "date": on,
        "routes": [
            {"staff": tour.walker.staff, "staff_name": tour.walker.name, "minutes": tour.minutes,
             "fen": sum(door.fen for door in tour.doors),
             "doors": [{"home": door.home, "code": door.code, "why": found.why[door.home], "fen": door.fen,
                        "chance": door.chance} for door in tour.doors]}
            for tour in found.tours if tour.doors],
        "left_out": [{"home": door.home, "code": door.code, "reason": reason} for door, reason in found.left_out],
    }


def make_plan(db: Db, c: str, proposal: Mapping[str, Any], state: str = "published", who: str = "") -> list[str]:
    """Make the routes of a proposal, in one write; their ids."""
    with db.write(c, who=who, verb="route.plan") as pen:
        return [
            make_route(pen, proposal["date"], tour["staff"], [door["home"] for door in tour["doors"]], state,
                       why={door["home"]: door["why"] for door in tour["doors"]})
            for tour in proposal["routes"]
        ]


def doors(db: Sql, c: str, on: str) -> list[planning.Door]:
    """Every home in arrears on a day, as planning sees it."""
    since = ledger.overdue_since(db, c, on)
    taken = store.homes_of_day(db, c, on)
    homes = {home["id"]: home for home in estate.homes(db, c)}
    places = {building["id"]: place for place, building in enumerate(estate.buildings(db, c))}
    found = []
    for row in cases.next_steps(db, c, on):
        home = homes[row["home"]]
        found.append(planning.Door(
            home["id"], home["code"], home["building"], home["unit"], home["floor"] or 0, row["arrears_fen"],
            months_between(since.get(home["id"], row["oldest_due"]), on), row["state"], row["key"], row["reason"],
            places.get(home["building"], 0), home["id"] in taken))
    return found


def _walkers(db: Sql, c: str, staff_ids: Sequence[str] | None) -> list[planning.Walker]:
    """The people named, or every collector of the community."""
    if staff_ids:
        rows = [people.member(db, c, staff) for staff in dict.fromkeys(staff_ids)]
    else:
        rows = [row for row in people.members(db, c) if row["role"] == "collector"]
    return [planning.Walker(row["staff"], row["name"], frozenset(row["buildings"])) for row in rows]
