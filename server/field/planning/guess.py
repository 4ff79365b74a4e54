"""The plan without a search: best doors first, each where it costs least. It is the first guess and the yardstick."""

from __future__ import annotations

from collections.abc import Sequence

from server.field.planning.facts import Door, Walker
from server.field.planning.rules import may_go
from server.field.planning.times import Times, timetable

Orders = list[list[Door]]


def greedy(doors: Sequence[Door], walkers: Sequence[Walker], most: int) -> Orders:
    """One order of doors for each walker."""
    orders: Orders = [[] for _ in walkers]
    for door in sorted(doors, key=lambda door: door.rank):
        able = [
            (gain, -k, order) for k, walker in enumerate(walkers)
            if may_go(door, walker, walkers) and len(orders[k]) < most
            and (found := inserted(walker, orders[k], door)) is not None
            for gain, order in [found]
        ]
        if able:
            gain, k, order = max(able, key=lambda row: row[:2])
            if gain > 0 or door.first:
                orders[-k] = order
    return orders


def inserted(walker: Walker, order: Sequence[Door], door: Door, late: bool = False) -> tuple[int, list[Door]] | None:
    """(what it adds, the order with this door at its best place), None when it does not fit (unless `late`)."""
    now = timetable(walker, order)
    if not late and now.ends + door.seconds > walker.until:
        return None
    before = now.value
    found: list[tuple[int, int, list[Door]]] = []
    for place in range(len(order) + 1):
        longer = [*order[:place], door, *order[place:]]
        times: Times = timetable(walker, longer)
        if late or not times.late:
            found.append((times.value - before - 1000 * times.late, -place, longer))
    if not found:
        return None
    gain, _, longer = max(found, key=lambda row: row[:2])
    return gain, longer
