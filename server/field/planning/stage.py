"""One stage of one search: which doors it looks at, from which plan it begins, what it finds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from server.field.planning import solver
from server.field.planning.facts import Door, Progress, Walker
from server.field.planning.guess import Orders
from server.field.planning.pick import Rank, candidates
from server.field.planning.times import timetable


@dataclass(frozen=True)
class Task:
    """Doors that may be visited, by whom, at most how many by each; `seed` of the dice."""

    doors: Sequence[Door]
    walkers: Sequence[Walker]
    most: int
    seed: int


@dataclass(frozen=True)
class Look:
    """How many doors for each person a stage looks at, and by what it ranks them."""

    each: int
    rank: Rank


@dataclass(frozen=True)
class Found:
    """Orders and, door by door, whether to wait for its owner."""

    orders: Orders
    waits: Sequence[Sequence[bool]] = ()

    def score(self, walkers: Sequence[Walker]) -> tuple[int, int]:
        """(doors that go first, value in fen)."""
        waits = self.waits or [()] * len(walkers)
        return (sum(door.first for order in self.orders for door in order),
                sum(timetable(*row).value for row in zip(walkers, self.orders, waits, strict=True)))


def stage(task: Task, look: Look, begin: Found, seconds: float, progress: Progress | None = None) -> Found:
    """What a search finds from here; never less than it begins with, whoever found that among which doors."""
    chosen = candidates(task.doors, len(task.walkers), look.each, look.rank)
    known = {door.home for door in chosen}
    chosen += [door for order in begin.orders for door in order if door.home not in known]
    return Found(*solver.search(chosen, task.walkers, task.most, begin.orders, seconds, progress, task.seed,
                                waits=begin.waits))
