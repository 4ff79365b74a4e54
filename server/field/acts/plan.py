"""Tonight's routes: read who owes, who works and what past visits teach, let planning choose, make the routes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from server import clock
from server.cases import acts as cases
from server.cases.rules import months_between
from server.cases.visiting import busiest
from server.db import Db, Pen, Sql
from server.errors import refuse
from server.estate import acts as estate
from server.field import planning
from server.field.acts.routes import make_route
from server.field.planning import check, learn, way
from server.field.planning.words import clock as hour
from server.field.store import plans
from server.field.store import routes as store
from server.ledger import acts as ledger
from server.ledger.acts.reads import payment_days
from server.people import acts as people

SECONDS = 5.0
LEARN_DAYS, PAID_DAYS = 180, 14


@dataclass
class Asked:
    """What the manager wants: whom, until how many doors, who goes with whom, and changes of the proposal."""

    staff: list[str] = field(default_factory=list)
    most: int = 60
    partners: dict[str, str] = field(default_factory=dict)
    pins: dict[str, str] = field(default_factory=dict)
    dropped: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    start: int = planning.START
    end: int = planning.END


def plan(
    db: Sql, c: str, on: str, staff_ids: Sequence[str] | None = None, most: int = 60, *, seconds: float = SECONDS,
    progress: planning.Progress | None = None, asked: Asked | None = None,
) -> dict[str, Any]:
    """A proposal: {date, value, routes: [{staff, staff_name, partner, minutes, from, to, fen, late, faults, doors:
    [{home, code, why, fen, chance, at, knock, service, pinned}]}], left_out: [{home, code, reason, fen}], missing}.
    `faults` and `missing`: what the independent checker finds wrong. Nothing is written.
    Refusals: plan_nobody, staff_unknown."""
    asked = asked or Asked(list(staff_ids or []), most)
    walkers = walkers_of(db, c, asked)
    if not walkers:
        refuse("plan_nobody")
    found = planning.plan(doors(db, c, on, asked), walkers, asked.most, seconds=seconds, progress=progress)
    return shape(on, found)


def shape(on: str, found: planning.Plan) -> dict[str, Any]:
    return {
        "date": on,
        "value": found.value,
        "routes": [tour(one, found.why) for one in found.tours if one.doors],
        "left_out": [{"home": door.home, "code": door.code, "reason": reason, "fen": door.fen}
                     for door, reason in found.left_out],
        "missing": check.left_behind([door for door, _ in found.left_out]),
    }


def tour(one: planning.Tour, why: Mapping[str, str]) -> dict[str, Any]:
    return {
        "staff": one.walker.staff, "staff_name": one.walker.name, "partner": one.walker.partner,
        "minutes": one.minutes, "from": hour(one.leaves), "to": hour(one.ends),
        "limit": one.walker.until, "faults": check.faults(one), "leaves": one.leaves, "ends": one.ends,
        "fen": sum(door.fen for door in one.doors), "late": planning.timetable(one.walker, one.doors).late,
        "doors": [
            {"home": door.home, "code": door.code, "why": why[door.home], "fen": door.fen, "chance": door.chance,
             "at": hour(at), "knock": at, "service": door.seconds, "pinned": bool(door.pin),
             "building": door.building, "worth": door.worth}
            for door, at in zip(one.doors, one.at, strict=True)],
    }


def make_plan(db: Db, c: str, proposal: Mapping[str, Any], state: str = "published", who: str = "") -> list[str]:
    """Make the routes of a proposal, in one write, and keep what was planned for each door; their ids."""
    with db.write(c, who=who, verb="route.plan") as pen:
        return put_plan(pen, proposal, state)


def put_plan(pen: Pen, proposal: Mapping[str, Any], state: str) -> list[str]:
    """The routes of a proposal with what was planned for each door."""
    made = []
    for one in proposal["routes"]:
        note = f"与{one['partner']}同行" if one.get("partner") else ""
        why = {door["home"]: door["why"] for door in one["doors"]}
        made.append(make_route(pen, proposal["date"], one["staff"], list(why), state, note, why))
        plans.put_legs(pen, [
            {"community": pen.community, "route": made[-1], "home": door["home"], "knock": door["knock"],
             "service": door["service"], "chance": door["chance"]} for door in one["doors"]])
    return made


def doors(db: Sql, c: str, on: str, asked: Asked | None = None) -> list[planning.Door]:
    """Every home in arrears on a day, as planning sees it, with the manager's changes."""
    asked = asked or Asked()
    rule = cases.visiting(db, c)
    since, taken = ledger.overdue_since(db, c, on), store.homes_of_day(db, c, on)
    homes = {home["id"]: home for home in estate.homes(db, c)}
    places = {building["id"]: place for place, building in enumerate(estate.buildings(db, c))}
    tops: dict[str, int] = {}
    for home in homes.values():
        tops[home["building"]] = max(tops.get(home["building"], 0), home["floor"] or 0)
    seen, ahead, known = visits_around(db, c, on), planned_around(db, c, on), learned(db, c, on)
    found = []
    for row in cases.next_steps(db, c, on):
        id_ = row["home"]
        home, walked, coming = homes[id_], seen.get(id_, []), ahead.get(id_, [])
        last, cause = known.last.get(id_, ("", ""))
        found.append(planning.Door(
            id_, home["code"], home["building"], home["unit"], home["floor"] or 0, row["arrears_fen"],
            months_between(since.get(id_, row["oldest_due"]), on), row["state"], row["key"], row["reason"],
            places.get(home["building"], 0), id_ in taken, tops[home["building"]] > way.LIFT_FROM,
            row["stop"], *crowd(walked, coming, on), walked.count(on), rule, last, cause,
            known.windows.get(id_), None, known.factors,
            known.services.get(last, 0), asked.pins.get(id_, ""), id_ in asked.added,
            id_ in asked.dropped))
    return found


def visits_around(db: Sql, c: str, on: str) -> dict[str, list[str]]:
    """{home: days of visits} that fall into some seven days with that day."""
    return cases.visit_days(db, c, clock.add_days(on, -6), clock.add_days(on, 6))


def planned_around(db: Sql, c: str, on: str) -> dict[str, list[str]]:
    """{home: days of routes that are still to be walked}, the day itself left out: that one is `taken`."""
    first = max(clock.add_days(on, -6), min(on, clock.today()))
    found: dict[str, list[str]] = {}
    for row in store.ahead(db, c, first, clock.add_days(on, 6)):
        if row["date"] != on:
            found.setdefault(row["home"], []).append(row["date"])
    return found


def crowd(walked: Sequence[str], coming: Sequence[str], on: str) -> tuple[int, int]:
    """(visits in the fullest seven days around a day, how many of them are still to be walked)."""
    every = busiest([*walked, *coming], on)
    return every, max(0, every - busiest(walked, on))


def learned(db: Sql, c: str, on: str) -> learn.Learned:
    """What the visits of the half year before a day teach."""
    first = clock.add_days(on, -LEARN_DAYS)
    came = payment_days(db, c, first)
    knocks = [
        {**knock, "paid": any(knock["day"] <= day <= clock.add_days(knock["day"], PAID_DAYS)
                              for day in came.get(knock["home"], ()))}
        for knock in plans.knocks(db, c, first, on)
    ]
    return learn.learn(knocks, on)


def walkers_of(db: Sql, c: str, asked: Asked) -> list[planning.Walker]:
    """The people named, or every collector of the community; who goes along with another has no tour of his own."""
    if asked.staff:
        rows = [people.member(db, c, staff) for staff in dict.fromkeys(asked.staff)]
    else:
        rows = [row for row in people.members(db, c) if row["role"] == "collector"]
    names = {row["staff"]: row["name"] for row in people.members(db, c)}
    along, rule = set(asked.partners.values()), cases.visiting(db, c)
    return [
        planning.Walker(row["staff"], row["name"], frozenset(row["buildings"]),
                        names.get(asked.partners.get(row["staff"], ""), ""), asked.start, asked.end, rule)
        for row in rows if row["staff"] not in along
    ]
