"""What planning knows: doors, walkers, tours, the plan. Times are seconds since midnight, money is fen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from server.cases.visiting import Visiting
from server.field.planning import worth

HOUR = 3600
START, ALONE, END = 18 * HOUR + 1800, 20 * HOUR, 20 * HOUR + 1800
"""The evening. One person is out of the last building at 20:00, two go on until 20:30 (law.md)."""
GOES = ("urgent", "promise", "step")
DEFAULT = Visiting()
SEED = 20
Progress = Callable[[float, int], None]
"""Told about twice a second: the share of the time that is over, and the value found."""


def seconds_of(clock: str) -> int:
    """HH:MM as seconds since midnight."""
    return int(clock[:2]) * HOUR + int(clock[3:]) * 60


@dataclass(frozen=True)
class Door:
    """A home in arrears, with what cases says of it. `state`, `key` and `reason` are those of the worklist."""

    home: str
    code: str
    building: str
    unit: str
    floor: int
    fen: int
    months: int
    state: str
    key: str
    reason: str
    place: int = 0
    """Position of the building on a walk through the estate."""
    taken: bool = False
    """On another route of that day."""
    lift: bool = False
    stop: str = ""
    """What forbids a visit even when time presses (open ticket, plan, request …)."""
    week: int = 0
    """Visits in the fullest seven days around the day planned, those still to be walked (`ahead`) included."""
    ahead: int = 0
    today: int = 0
    """Visits on the day planned."""
    rule: Visiting = DEFAULT
    """When and how often this community lets a home be visited."""
    last: str = ""
    """Outcome of the last visit, and the reason given; empty when nobody was there."""
    cause: str = ""
    window: tuple[int, int] | None = None
    """When the owner is known to be at home: in it the chance is higher. `slot`: agreed, so it holds."""
    slot: tuple[int, int] | None = None
    factors: Mapping[str, int] | None = None
    """Learned factors in percent by last outcome; none: those of `worth`."""
    service: int = 0
    """Learned seconds of a visit; 0: those of `worth`."""
    pin: str = ""
    """Staff the manager has given it to."""
    must: bool = False
    dropped: bool = False
    """The manager does not want it tonight."""

    @property
    def chance(self) -> int:
        """Percent, by the formula shown to the manager."""
        return worth.chance(self.state, self.reason, self.months, self.last, self.cause, self.factors)

    @property
    def worth(self) -> int:
        """Expected recovery in fen."""
        return self.fen * self.chance // 100

    @property
    def prizes(self) -> tuple[int, int]:
        """Expected recovery (at home, at any other time); equal when nothing is known of the hours."""
        if self.window is None:
            return self.worth, self.worth
        return (self.fen * min(worth.MOST, self.chance * worth.AT_HOME // 100) // 100,
                self.worth * worth.AWAY // 100)

    @property
    def first(self) -> bool:
        """Goes before everything else: due tonight, put in or fixed by the manager."""
        return self.must or bool(self.pin) or self.state == "promise"

    @property
    def seconds(self) -> int:
        return self.service or worth.minutes(self.last) * 60

    @property
    def pair(self) -> bool:
        """Only two go where somebody felt unsafe."""
        return self.last == "unsafe"

    @property
    def rank(self) -> tuple[int, int, str]:
        return (0 if self.first else 1, -self.worth, self.code)


@dataclass(frozen=True)
class Walker:
    """One of the staff and the buildings (parts of room codes) he is responsible for; `partner`: they go as two."""

    staff: str
    name: str
    buildings: frozenset[str] = frozenset()
    partner: str = ""
    start: int = START
    end: int = END
    rule: Visiting = DEFAULT
    """No door is knocked at outside its hours, whatever is asked."""

    @property
    def opens(self) -> int:
        return min(max(self.start, seconds_of(self.rule.opens)), self.until)

    @property
    def until(self) -> int:
        """When he is out of the last building."""
        latest = min(self.end, seconds_of(self.rule.closes))
        return latest if self.partner else min(latest, ALONE)


@dataclass
class Tour:
    """One person's evening in walking order; `at`: when each knock is due."""

    walker: Walker
    doors: list[Door] = field(default_factory=list)
    at: list[int] = field(default_factory=list)
    leaves: int = 0
    ends: int = 0

    @property
    def minutes(self) -> int:
        return -(-(self.ends - self.leaves) // 60)


@dataclass(frozen=True)
class Plan:
    """`value`: expected recovery less the cost of time, in fen."""

    tours: Sequence[Tour]
    left_out: Sequence[tuple[Door, str]]
    why: Mapping[str, str]
    value: int = 0
    solver: str = "greedy"
