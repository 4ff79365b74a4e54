"""Which doors the search looks at, as far as one door alone tells: a person visits some fifteen of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from server.field.planning import way
from server.field.planning.facts import Door

EACH, WIDER = 20, 30
"""Doors the search looks at for each person: first, and later."""
PEOPLE = 3
"""For fewer people it looks at as many doors as for so many."""
WAY = 120
"""Seconds on the way to a door beside those at it, about the mean of an evening."""
NEAR = 60
"""The same without stairs and lifts, where they are counted for each door."""
Rank = Callable[[Door], int]
"""The more, the sooner a door is looked at."""


def rate(door: Door) -> int:
    """What it brings for its time (fen in a thousand seconds): nine minutes at one door are three at three others."""
    return 1000 * max(door.prizes) // (door.seconds + WAY)


def climbed(door: Door) -> int:
    """The same with its own way in and out; half of it is shared with another door."""
    return 1000 * max(door.prizes) // (door.seconds + NEAR + (way.into(door) + way.out(door)) // 2)


def candidates(doors: Sequence[Door], walkers: int, each: int = EACH, rank: Rank = rate) -> list[Door]:
    """Those that go before everything else, then those of the highest rank."""
    best = sorted(doors, key=lambda door: (not door.first, -rank(door), door.code))
    return best[:fewest(walkers, each)]


def fewest(walkers: int, each: int = EACH) -> int:
    """How many doors that is."""
    return each * max(PEOPLE, walkers)
