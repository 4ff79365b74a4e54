"""Whether an op is within the scope of the person who sent it, and what the office should look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from server.cases.visiting import Visiting
from server.field.rules.ops import Op

DEFAULT = Visiting()
FLAGS = (
    "late_scope", "delivery_unmatched", "second_open_promise", "over_outstanding", "promise_in_past",
    "outside_hours", "over_cap", "contact_proposal", "code_suspect",
)
"""In the order of their weight; the first is the op's code."""
CLOCK_AHEAD = timedelta(hours=26)
CLOCK_BEHIND = timedelta(days=400)


@dataclass(frozen=True)
class Reach:
    """What a person reaches in one community: each value is True while it lasts, False when it once was."""

    member: bool | None = None
    routes: Mapping[str, bool] = field(default_factory=dict)
    doors: Mapping[tuple[str, str], bool] = field(default_factory=dict)
    """(route, home) of every stop on a route the person ever had; True when both still hold."""
    added: frozenset[str] = frozenset()
    """Homes of the community that `stop.add` of this push may name."""


def scope(reach: Reach, kind: str, route: str | None, home: str | None) -> str:
    """in, late or out. Live stop on the sender's own route is in; both once true is late; all else is out."""
    if reach.member is None:
        return "out"
    found = _found(reach, kind, route, home)
    if found is None:
        return "out"
    return "in" if found and reach.member else "late"


def _found(reach: Reach, kind: str, route: str | None, home: str | None) -> bool | None:
    if kind == "stop.add":
        return reach.routes.get(route or "") if home in reach.added else None
    if home is None:
        return True if route is None else reach.routes.get(route)
    if route is not None:
        return reach.doors.get((route, home))
    held = [live for (_, door), live in reach.doors.items() if door == home]
    return any(held) if held else None


def door(reach: Reach, home: str) -> str | None:
    """The route meant by an op that names only a home: a live one before a past one, the newest id of those."""
    held = sorted((live, route) for (route, at), live in reach.doors.items() if at == home)
    return held[-1][1] if held else None


def moment(at: str, received: datetime) -> datetime:
    """When it happened, for decisions: what the phone says, unless its clock is plainly wrong; then the receipt."""
    try:
        said = datetime.fromisoformat(at).astimezone(received.tzinfo)
    except (ValueError, OverflowError):
        return received
    return said if received - CLOCK_BEHIND <= said <= received + CLOCK_AHEAD else received


class Seen(NamedTuple):
    """What is known of a home when a visit to it is judged."""

    hour: str
    """Shanghai wall time of the visit, HH:MM."""
    same_day: int = 0
    same_week: int = 0
    """Other visits on that day, and on that and the six days before."""
    outstanding_fen: int = 0
    open_promises: int = 0
    day: str = ""


def visit_flags(op: Op, seen: Seen, rule: Visiting = DEFAULT) -> set[str]:
    """What the office should look at. A visit that happened is never refused for it."""
    flags = set()
    if not rule.opens <= seen.hour < rule.closes:
        flags.add("outside_hours")
    if seen.same_day >= rule.day or seen.same_week >= rule.week:
        flags.add("over_cap")
    data = op.data["data"] if op.kind == "visit.correct" else op.data
    promise = data.get("promise")
    if promise:
        if promise["fen"] > seen.outstanding_fen:
            flags.add("over_outstanding")
        if seen.open_promises:
            flags.add("second_open_promise")
        if promise["due"] < seen.day:
            flags.add("promise_in_past")
    return flags


def ranked(flags: set[str], late: bool) -> list[str]:
    """Flags by weight. `late_scope` hides all others: they speak of a home that is no longer the sender's."""
    if late:
        return ["late_scope"]
    return [flag for flag in FLAGS if flag in flags]
