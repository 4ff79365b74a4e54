"""What was planned against what happened, door by door, for a route's page."""

from __future__ import annotations

from typing import Any

from server.db import Sql
from server.field.planning.learn import moment
from server.field.planning.words import clock as hour
from server.field.store import plans


def against_plan(db: Sql, c: str, route: str) -> dict[str, Any]:
    """{doors: {home: {planned, actual, late}}, planned, actual, knocked, meant}: times as 18:35,
    `late` in minutes after the plan (negative: earlier), None where one of both is missing; totals in minutes."""
    legs, knocks = plans.legs(db, c, route), plans.knocks_of_route(db, c, route)
    first: dict[str, int] = {}
    for knock in knocks:
        now = moment(knock["at"])
        first.setdefault(knock["home"], now.hour * 3600 + now.minute * 60 + now.second)
    doors = {
        home: {
            "planned": hour(legs[home]["knock"]) if home in legs else "",
            "actual": hour(first[home]) if home in first else "",
            "late": round((first[home] - legs[home]["knock"]) / 60) if home in legs and home in first else None,
        }
        for home in {*legs, *first}
    }
    return {"doors": doors, "planned": _span([row["knock"] for row in legs.values()]),
            "actual": _span(list(first.values())), "knocked": len(first), "meant": len(legs)}


def _span(moments: list[int]) -> int:
    """Minutes from the first knock to the last."""
    return round((max(moments) - min(moments)) / 60) if len(moments) > 1 else 0
