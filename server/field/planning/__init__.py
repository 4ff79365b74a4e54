"""Planning: which doors tonight, by whom, in which order, at what time, and why. Pure; `plan` is its one function.

Value of a plan = expected recovery of its doors (worth.py) less the cost of time. Hours and visiting rules are hard
limits (facts.py, rules.py); a promise that falls due tonight goes before everything else.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from server.field.planning.facts import ALONE, END, GOES, SEED, START, Door, Plan, Progress, Tour, Walker
from server.field.planning.guess import Orders, greedy
from server.field.planning.pick import candidates
from server.field.planning.rules import forbidden, may_go, nobody
from server.field.planning.times import inside, timetable, tour_of
from server.field.planning.words import explain, omitted
from server.field.planning.worth import formula

__all__ = ["ALONE", "END", "GOES", "START", "Door", "Plan", "Progress", "Tour", "Walker", "candidates", "explain",
           "forbidden", "formula", "inside", "may_go", "plan", "timetable", "tour_of", "walk"]


def plan(
    doors: Sequence[Door], walkers: Sequence[Walker], most: int = 60, *, seconds: float = 5.0,
    progress: Progress | None = None, seed: int = SEED,
) -> Plan:
    """Choose, split, order and explain. At most `most` doors each; `seconds` 0: without a search.

    `progress(share, fen)` is called about twice a second. The same input and seed give the same plan as long as the
    search ends by itself before the time is over.
    """
    began = time.monotonic()
    left = {door.home: reason for door in doors if (reason := forbidden(door) or nobody(door, walkers))}
    good = [door for door in doors if door.home not in left]
    chosen = candidates(good, len(walkers))
    orders = greedy(chosen, walkers, most)
    tours = _tours(walkers, orders, [[] for _ in walkers])
    searching = seconds > 0 and bool(good) and bool(walkers) and most > 0
    if searching:
        rest = max(0.1, seconds - (time.monotonic() - began))
        tours = max(_searched(good, walkers, most, orders, rest, progress, seed), tours, key=_score)
    gone = {door.home for tour in tours for door in tour.doors}
    left_out = [(door, left.get(door.home) or omitted(door, tours, most)) for door in doors if door.home not in gone]
    why = {door.home: explain(door, at) for tour in tours for door, at in zip(tour.doors, tour.at, strict=True)}
    return Plan(tours, left_out, why, _score(tours)[1], "pyvrp" if searching else "greedy")


def _searched(
    doors: Sequence[Door], walkers: Sequence[Walker], most: int, orders: Orders, seconds: float,
    progress: Progress | None, seed: int,
) -> list[Tour]:
    from server.field.planning.stage import Task  # 25 MB that a server which plans nothing does not need
    from server.field.planning.stages import search

    found = search(Task(doors, walkers, most, seed), orders, seconds, progress)
    return _tours(walkers, found.orders, found.waits)


def _tours(walkers: Sequence[Walker], orders: Orders, waits: Sequence[Sequence[bool]]) -> list[Tour]:
    return [tour_of(walker, *_tidy(walker, order, wait))
            for walker, order, wait in zip(walkers, orders, waits, strict=True)]


def _score(tours: Sequence[Tour]) -> tuple[int, int]:
    """(doors that go first, value)."""
    return (sum(door.first for tour in tours for door in tour.doors),
            sum(timetable(tour.walker, tour.doors, wait).value
                for tour, wait in zip(tours, _waits(tours), strict=True)))


def walk(door: Door) -> tuple[int, str, str, int, str]:
    """Building after building, unit after unit, from the top floor down: nobody climbs twice."""
    return door.place, door.building, door.unit, -door.floor, door.code


def _tidy(walker: Walker, order: Sequence[Door], wait: Sequence[bool]) -> tuple[Sequence[Door], Sequence[bool]]:
    """Of tours that are worth the same, the one people expect: along the walk, each unit from the top floor down."""
    held = {door.home: flag for door, flag in zip(order, wait, strict=False)}
    old = timetable(walker, order, wait)
    for neat in (sorted(order, key=walk), _by_units(order)):
        flags = [held.get(door.home, False) for door in neat]
        new = timetable(walker, neat, flags)
        if new.late <= old.late and new.value >= old.value:
            return neat, flags
    return order, wait


def _by_units(order: Sequence[Door]) -> list[Door]:
    found: Orders = []
    for door in order:
        if found and (found[-1][0].building, found[-1][0].unit) == (door.building, door.unit):
            found[-1].append(door)
        else:
            found.append([door])
    return [door for run in found for door in sorted(run, key=walk)]


def _waits(tours: Sequence[Tour]) -> list[list[bool]]:
    return [[inside(door, at) for door, at in zip(tour.doors, tour.at, strict=True)] for tour in tours]
