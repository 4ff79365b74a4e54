"""What planning knows: doors, walkers, tours, the plan. Times are seconds since midnight, money is fen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from server.cases.ladder import VISITS_A_WEEK
from server.field.planning import worth

HOUR = 3600
START, ALONE, END = 18 * HOUR + 1800, 20 * HOUR, 20 * HOUR + 1800
"""The evening. One person is out of the last building at 20:00, two go on until 20:30 (law.md)."""
EARLIEST, LATEST = 9 * HOUR, 21 * HOUR
"""No door is knocked at outside these hours, whatever is asked."""
GOES = ("urgent", "promise", "step")
WEEK = VISITS_A_WEEK


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
    """Visits of the seven days that end with the day planned; `today`: one of them is of that day."""
    today: bool = False
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

    @property
    def opens(self) -> int:
        return max(self.start, EARLIEST)

    @property
    def until(self) -> int:
        """When he is out of the last building."""
        return min(self.end, LATEST, LATEST if self.partner else ALONE)


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
