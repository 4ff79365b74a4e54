"""The timetable of one tour: when each knock is due, how long it all takes, what it is worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from server.field.planning import way, worth
from server.field.planning.facts import Door, Tour, Walker

DAY = 86_400


@dataclass(frozen=True)
class Times:
    """`at`: seconds since midnight of each knock; `late`: seconds beyond what was agreed or the evening, 0: fits."""

    leaves: int
    at: tuple[int, ...]
    ends: int
    late: int
    prize: int

    @property
    def value(self) -> int:
        return self.prize - worth.FEN_A_SECOND * (self.ends - self.leaves)


def inside(door: Door, at: int) -> bool:
    """Whether the owner is known to be at home then."""
    return door.window is not None and door.window[0] <= at <= door.window[1]


def timetable(walker: Walker, doors: Sequence[Door], wait: Sequence[bool] = ()) -> Times:
    """As early as the evening and agreed times allow, leaving the office as late as that permits.

    `wait[k]`: at door k wait until its owner comes home.
    """
    if not doors:
        return Times(walker.opens, (), walker.opens, 0, 0)
    steps = [way.start(doors[0]), *(a.seconds + way.between(a, b) for a, b in zip(doors, doors[1:], strict=False))]
    opens = [_opens(door, bool(wait) and wait[k]) for k, door in enumerate(doors)]
    knocks = _knocks(walker.opens, steps, opens)
    closes = [_closes(door, at) for door, at in zip(doors, knocks, strict=True)]
    ends = knocks[-1] + doors[-1].seconds + way.out(doors[-1])
    late = max(0, ends - walker.until) + sum(max(0, at - last) for at, last in zip(knocks, closes, strict=True))
    leaves = max(walker.opens, _latest(knocks[-1], steps, closes))
    knocks = _knocks(leaves, steps, opens)
    prize = sum(door.prizes[0 if inside(door, at) else 1] for door, at in zip(doors, knocks, strict=True))
    return Times(leaves, tuple(knocks), ends, late, prize)


def _opens(door: Door, wait: bool) -> int:
    first = door.slot[0] if door.slot else 0
    return max(first, door.window[0]) if wait and door.window else first


def _closes(door: Door, at: int) -> int:
    """Until when this knock may move without loss."""
    last = door.slot[1] if door.slot else DAY
    return min(last, door.window[1]) if door.window and inside(door, at) else last


def _knocks(leaves: int, steps: Sequence[int], opens: Sequence[int]) -> list[int]:
    found, clock = [], leaves
    for step, first in zip(steps, opens, strict=True):
        clock = max(clock + step, first)
        found.append(clock)
    return found


def _latest(last: int, steps: Sequence[int], closes: Sequence[int]) -> int:
    """The latest start that does not move the last knock."""
    latest = last
    for step, close in zip(reversed(steps), reversed(closes), strict=True):
        latest = min(latest, close) - step
    return latest


def tour_of(walker: Walker, doors: Sequence[Door], wait: Sequence[bool] = ()) -> Tour:
    times = timetable(walker, doors, wait)
    return Tour(walker, list(doors), list(times.at), times.leaves, times.ends)
