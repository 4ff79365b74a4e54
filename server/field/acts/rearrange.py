"""Changes of a proposal by hand: whose tour a door is in, at which place, who is fixed where. Nothing is searched."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from server.db import Sql
from server.errors import refuse
from server.field import planning
from server.field.acts.plan import Asked, doors, shape, walkers_of
from server.field.planning.guess import inserted
from server.field.planning.rules import forbidden, may_go, nobody


def asked_of(row: dict[str, Any]) -> Asked:
    return replace(Asked(), **json.loads(row["asked"]))


def changed(
    db: Sql, c: str, row: dict[str, Any], act: str, home: str, staff: str, place: int
) -> tuple[Asked, dict[str, Any]]:
    """(what the manager wants now, the proposal that follows)."""
    asked, found = asked_of(row), json.loads(row["found"])
    orders = {tour["staff"]: [door["home"] for door in tour["doors"]] for tour in found.get("routes", [])}
    has = next((one for one, homes in orders.items() if home in homes), "")
    if act in ("up", "down", "place"):
        staff, place = _spot(orders, has, act, home, staff, place)
    wishes(asked, act, home, staff, has)
    if act in ("drop", "move", "place"):
        orders = {one: [other for other in homes if other != home] for one, homes in orders.items()}
    if act in ("up", "down", "place"):
        orders.setdefault(staff, []).insert(place, home)
    fresh = home if act in ("move", "add") or (act == "place" and staff != has) else ""
    return asked, arrange(db, c, row["date"], asked, orders, found, fresh)


def _spot(
    orders: dict[str, list[str]], has: str, act: str, home: str, staff: str, place: int
) -> tuple[str, int]:
    """Whose tour and behind how many doors; `up` and `down` take the door out of its tour."""
    if act == "place":
        return staff or has, max(0, place)
    if not has:
        refuse("plan_unknown_door")
    at = orders[has].index(home)
    orders[has].remove(home)
    return has, max(0, at - 1) if act == "up" else at + 1


def wishes(asked: Asked, act: str, home: str, staff: str, has: str) -> None:
    """Keep what the manager wants of a door. In another place of the same tour it is not fixed to anybody."""
    asked.dropped = [one for one in asked.dropped if one != home]
    if act == "drop":
        asked.dropped.append(home)
        asked.added = [one for one in asked.added if one != home]
    if act in ("drop", "free"):
        asked.pins.pop(home, None)
    elif act == "add":
        asked.added = [*dict.fromkeys([*asked.added, home])]
        asked.pins.update({home: staff} if staff else {})
    elif act in ("move", "pin") or (act == "place" and staff != has):
        asked.pins[home] = staff or has


def arrange(
    db: Sql, c: str, on: str, asked: Asked, orders: dict[str, list[str]], before: dict[str, Any], fresh: str = ""
) -> dict[str, Any]:
    """The proposal with these orders; `fresh` must be allowed and is put where it costs least unless it stands
    somewhere. Nothing is searched."""
    every = {door.home: door for door in doors(db, c, on, asked)}
    walkers = walkers_of(db, c, asked)
    if fresh:
        _allowed(fresh, every, walkers)
    rows = [[every[home] for home in orders.get(walker.staff, []) if home in every] for walker in walkers]
    if fresh and not any(every[fresh] in order for order in rows):
        _insert(every[fresh], walkers, rows)
    tours = [planning.tour_of(walker, order) for walker, order in zip(walkers, rows, strict=True)]
    gone = {door.home for order in rows for door in order}
    said = {row["home"]: row["reason"] for row in before.get("left_out", [])}
    left = [(door, forbidden(door) or nobody(door, walkers) or said.get(home, "这次不排"))
            for home, door in every.items() if home not in gone]
    why = {door.home: planning.explain(door, at) for tour in tours
           for door, at in zip(tour.doors, tour.at, strict=True)}
    value = sum(planning.timetable(tour.walker, tour.doors).value for tour in tours)
    return shape(on, planning.Plan(tours, left, why, value))


def _allowed(home: str, every: dict[str, planning.Door], walkers: Sequence[planning.Walker]) -> None:
    if home not in every:
        refuse("plan_unknown_door")
    if reason := forbidden(every[home]) or nobody(every[home], walkers):
        refuse("plan_forbidden", room=every[home].code, reason=reason)


def _insert(door: planning.Door, walkers: Sequence[planning.Walker], rows: list[list[planning.Door]]) -> None:
    able = [(found[0], -k, found[1]) for k, walker in enumerate(walkers) if may_go(door, walker, walkers)
            and (found := inserted(walker, rows[k], door, late=True)) is not None]
    _, k, order = max(able, key=lambda one: one[:2])
    rows[-k] = order


def people_of(db: Sql, c: str, asked: Asked) -> list[dict[str, str]]:
    """[{staff, name, partner}] of those who have a tour of their own in a proposal."""
    return [{"staff": one.staff, "name": one.name, "partner": one.partner} for one in walkers_of(db, c, asked)]
