"""Planning: which doors tonight, by whom, in which order, and why. Pure; `plan` is its one function.

Value of a door = arrears × chance. The chance is a table (CHANCE) by what is known: a promise that falls due is met
more often than an old debt. A person's evening holds as many doors as fit before 20:00 (law.md: two staff after that).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

MINUTES = {"start": 18 * 60, "end": 20 * 60, "visit": 5, "building": 4, "floor": 0.25}
"""From when to when one person knocks; minutes for a visit, a change of building, a floor on the stairs."""
CHANCE = ((2, 60), (5, 45), (11, 30), (23, 20), (10_000, 10))
"""(months of the oldest debt up to, chance in percent)."""
PROMISED = 75
BROKEN = 35
URGENT = 50
"""The time limit runs out: what is not fetched now is lost, so it counts for more than its age says."""
GOES = ("urgent", "promise", "step")


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

    @property
    def worth(self) -> int:
        return self.fen * self.chance // 100

    @property
    def chance(self) -> int:
        """Percent, from the table and what is known of the home."""
        if self.state == "promise":
            return PROMISED
        if self.state == "urgent":
            return URGENT
        if "未兑现" in self.reason:
            return BROKEN
        return next(percent for limit, percent in CHANCE if self.months <= limit)

    @property
    def rank(self) -> tuple[int, int, str]:
        """Promises due today first, then worth."""
        return (0 if self.state == "promise" else 1, -self.worth, self.code)


@dataclass(frozen=True)
class Walker:
    """One of the staff and the buildings (parts of room codes) he is responsible for."""

    staff: str
    name: str
    buildings: frozenset[str] = frozenset()


@dataclass
class Tour:
    """One person's evening in walking order."""

    walker: Walker
    doors: list[Door] = field(default_factory=list)

    @property
    def minutes(self) -> int:
        """Visits, ways between buildings, floors: each unit is climbed once, from the top down."""
        total = MINUTES["visit"] * len(self.doors)
        total += MINUTES["building"] * len({door.building for door in self.doors})
        tops: dict[tuple[str, str], int] = {}
        for door in self.doors:
            tops[door.building, door.unit] = max(tops.get((door.building, door.unit), 0), door.floor)
        return round(total + MINUTES["floor"] * sum(tops.values()))


@dataclass(frozen=True)
class Plan:
    tours: Sequence[Tour]
    left_out: Sequence[tuple[Door, str]]
    why: Mapping[str, str]


def plan(doors: Sequence[Door], walkers: Sequence[Walker], most: int = 60) -> Plan:
    """Choose, split and order. At most `most` doors each, and as many as fit before 20:00."""
    left_out = [(door, _omitted(door)) for door in doors if _omitted(door)]
    good = sorted((door for door in doors if not _omitted(door)), key=lambda door: door.rank)
    tours = [Tour(walker) for walker in walkers]
    owners = _owners(good, tours)
    for door in good:
        tour = owners.get(door.building) or _freest(door, tours)
        if tour is None or not _fits(tour, door, most):
            tour = _other(door, tours, owners, most)
        if tour is None:
            left_out.append((door, "今晚排不下"))
        else:
            tour.doors.append(door)
    for tour in tours:
        tour.doors.sort(key=walk)
    return Plan(tours, left_out, {door.home: explain(door) for tour in tours for door in tour.doors})


def walk(door: Door) -> tuple[int, str, str, int, str]:
    """Building after building, unit after unit, from the top floor down: nobody climbs twice."""
    return door.place, door.building, door.unit, -door.floor, door.code


def explain(door: Door) -> str:
    """Why this door, in a sentence for manager and collector."""
    return f"{door.reason}；欠 {door.fen // 100:,}.{door.fen % 100:02d} 元，收回机会约 {door.chance}%"


def _omitted(door: Door) -> str:
    if door.taken:
        return "当天已在其他路线"
    if door.state not in GOES or door.key in ("wait", "answer"):
        return door.reason
    return ""


def _owners(doors: Sequence[Door], tours: Sequence[Tour]) -> dict[str, Tour]:
    """Building → the tour of whoever is responsible for it; where several are, the one with fewer buildings."""
    found: dict[str, Tour] = {}
    for building in dict.fromkeys(door.building for door in doors):
        mine = [tour for tour in tours if building in tour.walker.buildings]
        if mine:
            found[building] = min(mine, key=lambda tour: (len(tour.walker.buildings), tour.walker.staff))
    return found


def _freest(door: Door, tours: Sequence[Tour]) -> Tour | None:
    """Who goes to that building already, else who has most time."""
    there = [tour for tour in tours if any(other.building == door.building for other in tour.doors)]
    return min(there or tours, key=lambda tour: (tour.minutes, tour.walker.staff), default=None)


def _fits(tour: Tour, door: Door, most: int) -> bool:
    longer = Tour(tour.walker, [*tour.doors, door])
    return len(longer.doors) <= most and longer.minutes <= MINUTES["end"] - MINUTES["start"]


def _other(door: Door, tours: Sequence[Tour], owners: Mapping[str, Tour], most: int) -> Tour | None:
    """Somebody else with time left; a door of somebody's own building rather waits, unless it cannot."""
    if door.building in owners and door.state not in ("promise", "urgent"):
        return None
    able = [tour for tour in tours if _fits(tour, door, most)]
    return min(able, key=lambda tour: (tour.minutes, tour.walker.staff), default=None)
