"""A proposal: made by the search, changed by the manager, searched again around what he fixed, then published."""

from __future__ import annotations

import json
import logging
import time
from dataclasses import asdict
from typing import Any

from server import clock
from server.cases import acts as cases
from server.db import Db, Pen, Sql, new_id
from server.errors import Refusal, refuse
from server.field.acts.plan import (
    SECONDS,
    Asked,
    crowd,
    doors,
    plan,
    planned_around,
    put_plan,
    visits_around,
    walkers_of,
)
from server.field.acts.rearrange import arrange, asked_of, changed
from server.field.planning.rules import forbidden
from server.field.store import plans, routes

STALE_SECONDS = 60
log = logging.getLogger(__name__)


def propose(db: Db, c: str, on: str, asked: Asked, who: str) -> str:
    """Begin a proposal; its id. `solve` does the work. Refusals: plan_nobody, staff_unknown."""
    if not walkers_of(db, c, asked):
        refuse("plan_nobody")
    id_ = new_id()
    with db.write(c, who=who, verb="plan.propose") as pen:
        plans.put_proposal(pen, {
            "community": c, "id": id_, "date": on, "state": "solving", "asked": json.dumps(asdict(asked)),
            "found": "{}", "share": 0, "value": 0, "made_at": pen.at, "made_by": who, "beat_at": pen.at})
    return id_


def solve(db: Db, c: str, id_: str, seconds: float = SECONDS) -> None:
    """Search, saying once a second how far it is. What goes wrong is kept as the state `failed`."""
    row = _row(db, c, id_)
    asked, beat = asked_of(row), _Beat(db, c, id_)
    try:
        found = plan(db, c, row["date"], seconds=seconds, progress=beat, asked=asked)
        state, value = "ready", found["value"]
    except Refusal as refusal:
        log.warning("plan failed: %s", refusal.code)
        found, state, value = {"error": refusal.sentence}, "failed", 0
    with db.write(c, who=row["made_by"], verb="plan.solve") as pen:
        plans.set_proposal(pen, id_, state, row["asked"], json.dumps(found, ensure_ascii=False), value)


class _Beat:
    """Writes how far a search is, at most once a second."""

    def __init__(self, db: Db, c: str, id_: str) -> None:
        self.db, self.c, self.id, self.last = db, c, id_, time.monotonic()

    def __call__(self, share: float, fen: int) -> None:
        if time.monotonic() - self.last >= 1:
            self.last = time.monotonic()
            with self.db.write(self.c, verb="plan.beat") as pen:
                plans.beat(pen, self.id, min(99, int(share * 100)), max(0, fen))


def again(db: Db, c: str, id_: str, who: str) -> None:
    """Ready to be searched again, around the doors that are fixed."""
    row = _open(db, c, id_)
    with db.write(c, who=who, verb="plan.again") as pen:
        plans.set_proposal(pen, id_, "solving", row["asked"], row["found"], row["value"])
        plans.beat(pen, id_, 0, row["value"])


def proposal(db: Sql, c: str, id_: str) -> dict[str, Any]:
    """{id, date, state, share, value, asked, found}; a search whose process died reads `failed`.
    Refusal proposal_unknown."""
    row = _row(db, c, id_)
    old = _age(row["beat_at"]) > STALE_SECONDS
    state = "failed" if row["state"] == "solving" and old else row["state"]
    return {**row, "state": state, "asked": asked_of(row), "found": json.loads(row["found"])}


def proposals(db: Sql, c: str, since: str) -> list[dict[str, Any]]:
    """Open proposals for days from one on."""
    return plans.proposals(db, c, since)


def change(
    db: Db, c: str, id_: str, act: str, who: str, home: str = "", staff: str = "", place: int = -1
) -> None:
    """move (to `staff`), place (with `staff`, behind `place` doors), up, down, pin (where it is), free, drop,
    add (where it costs least, or to `staff`).

    Refusals: plan_forbidden (names rule and door), plan_unknown_door, proposal_done, proposal_unknown, busy.
    """
    for _ in range(5):
        row = _ready(db, c, id_)
        asked, made = changed(db, c, row, act, home, staff, place)
        with db.write(c, who=who, verb=f"plan.{act}") as pen:
            now = _ready(pen, c, id_)
            if (now["asked"], now["found"]) == (row["asked"], row["found"]):
                plans.set_proposal(pen, id_, "ready", json.dumps(asdict(asked)),
                                   json.dumps(made, ensure_ascii=False), made["value"])
                return
    refuse("busy")


def publish(db: Db, c: str, id_: str, state: str, who: str) -> list[str]:
    """Make the routes (`published` or `draft`), once; everything is checked again against what is known now.

    Refusals: plan_late, plan_forbidden, plan_empty, proposal_done, proposal_unknown.
    """
    row = _open(db, c, id_)
    asked, found = asked_of(row), json.loads(row["found"])
    orders = {tour["staff"]: [door["home"] for door in tour["doors"]] for tour in found.get("routes", [])}
    known = {door.home: door for door in doors(db, c, row["date"], asked)}
    for home in (home for homes in orders.values() for home in homes):
        if home in known and (reason := forbidden(known[home])):
            refuse("plan_forbidden", room=known[home].code, reason=reason)
    made = arrange(db, c, row["date"], asked, orders, found)
    if not made["routes"]:
        refuse("plan_empty")
    for tour in made["routes"]:
        if tour["late"]:
            refuse("plan_late", name=tour["staff_name"], minutes=-(-tour["late"] // 60))
    with db.write(c, who=who, verb="route.plan") as pen:
        if _row(pen, c, id_)["state"] != "ready":
            refuse("proposal_done")
        _still_free(pen, row["date"], made)
        ids = put_plan(pen, made, state)
        plans.set_proposal(pen, id_, "published", row["asked"], json.dumps(made, ensure_ascii=False), made["value"])
    return ids


def _still_free(pen: Pen, on: str, made: dict[str, Any]) -> None:
    """Nobody put these doors on other routes while the proposal was looked at: two people may plan at once."""
    c, rule = pen.community, cases.visiting(pen, pen.community)
    taken, walked, ahead = routes.homes_of_day(pen, c, on), visits_around(pen, c, on), planned_around(pen, c, on)
    for door in (door for tour in made["routes"] for door in tour["doors"]):
        home = door["home"]
        if home in taken:
            refuse("plan_forbidden", room=door["code"], reason="当天已在其他路线")
        if crowd(walked.get(home, []), ahead.get(home, []), on)[0] >= rule.week:
            refuse("plan_forbidden", room=door["code"], reason=f"任何七天最多 {rule.week} 次，已上门或已派出")


def _row(db: Sql, c: str, id_: str) -> dict[str, Any]:
    row = plans.proposal(db, c, id_)
    if row is None:
        refuse("proposal_unknown")
    return row


def _open(db: Sql, c: str, id_: str) -> dict[str, Any]:
    row = _row(db, c, id_)
    if row["state"] == "published":
        refuse("proposal_done")
    return row


def _ready(db: Sql, c: str, id_: str) -> dict[str, Any]:
    row = _row(db, c, id_)
    if row["state"] != "ready":
        refuse("proposal_done")
    return row


def _age(at: str) -> float:
    return (clock.now() - clock.parse(at)).total_seconds()
