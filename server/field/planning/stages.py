"""The search in two stages, with a second search beside it where there is a core for it.

In each stage both begin with the better of what the two have found, among different doors and with different dice.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext

from server.field.planning import solver
from server.field.planning.beside import Beside, spare
from server.field.planning.facts import Progress
from server.field.planning.guess import Orders
from server.field.planning.pick import EACH, WIDER, climbed, fewest, rate
from server.field.planning.stage import Found, Look, Task, stage

STAGES = (
    (0.5, Look(EACH, rate), Look(EACH, climbed)),
    (0.5, Look(WIDER, rate), Look(EACH, climbed)),
)
"""(share of the time, doors of the first search, doors of the second one)."""
STARTING = 2.0
"""Seconds below which no second process is started: until it searches, half a second may be over."""


def search(task: Task, orders: Orders, seconds: float, progress: Progress | None = None) -> Found:
    """The best found in so many seconds. Where a later stage would look at the same doors there is one, and one search.
    """
    if _small(task):
        return stage(task, STAGES[0][1], Found(orders), seconds, progress)
    began, since, found = solver.NOW(), 0.0, Found(orders)
    with _second(task, seconds) as second:
        for share, mine, other in STAGES:
            long = max(0.1, min(share * seconds, began + seconds - solver.NOW()))
            found = _both(task, second, (mine, other), found, long, _part(progress, since, share))
            since += share
    return found


def _small(task: Task) -> bool:
    """Such a search ends by itself, soon, and mostly with the best there is."""
    first, later = (min(len(task.doors), fewest(len(task.walkers), each)) for each in (EACH, WIDER))
    return first == later


def _second(task: Task, seconds: float) -> AbstractContextManager[Beside | None]:
    return Beside(task) if seconds >= STARTING and spare() else nullcontext()


def _both(
    task: Task, second: Beside | None, looks: Sequence[Look], begin: Found, seconds: float, progress: Progress | None,
) -> Found:
    if second:
        second.ask(looks[1], begin, seconds)
    mine = stage(task, looks[0], begin, seconds, progress)
    other = second.answer() if second else None
    return max(filter(None, (mine, other)), key=lambda found: found.score(task.walkers))


def _part(progress: Progress | None, since: float, long: float) -> Progress | None:
    """Progress of a part of the time, told as that of the whole."""
    return (lambda share, fen: progress(since + long * share, fen)) if progress else None
