"""What past visits teach: minutes at the door, chance by the last outcome, hours at home. Pure.

A knock: {home, route, staff, at, day, outcome, reason, paid (1 when money came within 14 days)}, in order of time.
Few knocks hardly move the tables of worth.py: each table entry counts like `TRUST` knocks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from server.field.planning import worth

CHINA = ZoneInfo("Asia/Shanghai")
TRUST = 20
LONGEST = 25
"""Minutes between two knocks beyond which somebody had a break."""
WAY = 1
"""Minutes of the way in the gap between two knocks of one route."""
NOBODY = ("not_home", "vacant", "unsafe")
ANSWERS = 2
"""That often somebody must have opened on such a day before hours are believed."""
MEAN = 30
"""Percent of visits after which money comes, where nothing is known."""

Knock = Mapping[str, Any]


@dataclass(frozen=True)
class Learned:
    """factors: percent by last outcome · services: seconds by last outcome · windows: home → hours of such a day ·
    last: home → (outcome, reason) · knocks: how many it rests on."""

    factors: Mapping[str, int] = field(default_factory=lambda: dict(worth.FACTOR))
    services: Mapping[str, int] = field(default_factory=dict)
    windows: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    last: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    knocks: int = 0


def learn(knocks: Sequence[Knock], on: str) -> Learned:
    """Everything for a plan of one day."""
    before = _before(knocks)
    last = {str(knock["home"]): (str(knock["outcome"]), str(knock["reason"] or "")) for knock in knocks}
    return Learned(factors(knocks, before), services(knocks, before), windows(knocks, on), last, len(knocks))


def factors(knocks: Sequence[Knock], before: Sequence[str]) -> dict[str, int]:
    """Percent by outcome of the visit before: the table, drawn towards the share after which money came."""
    came: dict[str, list[int]] = {}
    for knock, outcome in zip(knocks, before, strict=True):
        came.setdefault(outcome, []).append(1 if knock["paid"] else 0)
    found = dict(worth.FACTOR)
    for outcome, results in came.items():
        told = worth.FACTOR.get(outcome, 100)
        share = (TRUST * MEAN * told + 100 * 100 * sum(results)) // (TRUST + len(results))
        found[outcome] = max(5, min(250, share // MEAN))
    return found


def services(knocks: Sequence[Knock], before: Sequence[str]) -> dict[str, int]:
    """Seconds at the door by outcome of the visit before: the gap to the knock before it on the same route."""
    spent: dict[str, list[int]] = {}
    latest: dict[str, datetime] = {}
    for knock, outcome in zip(knocks, before, strict=True):
        now, route = moment(knock["at"]), str(knock["route"] or "")
        gap = (now - latest[route]).total_seconds() if route in latest else -1
        if route:
            latest[route] = now
        if 0 < gap <= LONGEST * 60:
            spent.setdefault(outcome, []).append(max(60, round(gap) - WAY * 60))
    return {
        outcome: (TRUST * 60 * worth.minutes(outcome) + sum(spent.get(outcome, []))) // (
            TRUST + len(spent.get(outcome, [])))
        for outcome in {*worth.MINUTES, *spent}
    }


def windows(knocks: Sequence[Knock], on: str) -> dict[str, tuple[int, int]]:
    """{home: (from, to) in seconds}: from the first to the last hour in which somebody opened on such a day
    (working day or weekend), when that happened at least twice and not more often in vain."""
    kind = weekend(on)
    hours: dict[str, list[int]] = {}
    vain: dict[str, int] = {}
    for knock in knocks:
        now = moment(knock["at"])
        if (now.weekday() >= 5) != kind:
            continue
        if knock["outcome"] in NOBODY:
            vain[knock["home"]] = vain.get(knock["home"], 0) + 1
        else:
            hours.setdefault(knock["home"], []).append(now.hour)
    return {
        home: (min(seen) * 3600, (max(seen) + 1) * 3600 - 1) for home, seen in hours.items()
        if len(seen) >= ANSWERS and len(seen) >= vain.get(home, 0)
    }


def weekend(day: str) -> bool:
    return datetime.fromisoformat(f"{day}T12:00:00+08:00").weekday() >= 5


def moment(at: str) -> datetime:
    """An instant in Shanghai."""
    return datetime.fromisoformat(at).astimezone(CHINA)


def _before(knocks: Sequence[Knock]) -> list[str]:
    """For each knock the outcome of the one before it at the same home; empty for the first."""
    last: dict[str, str] = {}
    found = []
    for knock in knocks:
        found.append(last.get(knock["home"], ""))
        last[knock["home"]] = str(knock["outcome"])
    return found
