"""An independent checker of plans and an exact solver for small ones. Neither uses the planner's timetable."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from server.field.planning import Door, Plan, Walker, worth
from server.field.planning.way import between, out, start

EIGHT = 20 * 3600


def faults(plan: Plan, doors: Sequence[Door], walkers: Sequence[Walker], most: int) -> list[str]:
    """Every rule the plan breaks; a good plan breaks none."""
    found: list[str] = []
    gone = [door.home for tour in plan.tours for door in tour.doors]
    left = [door.home for door, _ in plan.left_out]
    if len(gone) != len(set(gone)):
        found.append("a door twice")
    if sorted(gone + left) != sorted(door.home for door in doors):
        found.append("a door lost or invented")
    if any(not reason for _, reason in plan.left_out) or any(not plan.why.get(home) for home in gone):
        found.append("something is not explained")
    for tour in plan.tours:
        if len(tour.doors) > most:
            found.append("too many doors")
        found += _hours(tour.walker, tour.doors, tour.at, tour.leaves, tour.ends)
        for door in tour.doors:
            found += _rules(door, tour.walker, walkers)
    return found


def _hours(walker: Walker, doors: Sequence[Door], at: Sequence[int], leaves: int, ends: int) -> list[str]:
    found = []
    if not doors:
        return found
    if leaves < max(walker.start, _seconds(walker.rule.opens)) or ends > _close(walker):
        found.append("outside the evening")
    if at[0] < leaves + start(doors[0]):
        found.append("there before he could be")
    for (one, then), (other, now) in itertools.pairwise(zip(doors, at, strict=True)):
        if now < then + one.seconds + between(one, other):
            found.append(f"{other.code} before he could be there")
    if ends < at[-1] + doors[-1].seconds + out(doors[-1]):
        found.append("home before he could be")
    for door, now in zip(doors, at, strict=True):
        if door.slot and not door.slot[0] <= now <= door.slot[1]:
            found.append(f"{door.code} not when agreed")
    return found


def _rules(door: Door, walker: Walker, walkers: Sequence[Walker]) -> list[str]:
    found = []
    found += _barred_why(door, walker)
    if door.state in ("wait", "paused") or door.key in ("wait", "answer"):
        found.append(f"{door.code} is stopped")
    if door.pin and door.pin != walker.staff:
        found.append(f"{door.code} was fixed to another")
    owners = [other for other in walkers if door.building in other.buildings]
    free = door.pin or door.must or door.state in ("promise", "urgent")
    if owners and walker not in owners and not free:
        found.append(f"{door.code} belongs to another")
    return found


def _barred_why(door: Door, walker: Walker) -> list[str]:
    """Rules of the visit itself, whoever decided it."""
    found = []
    if door.taken or door.today >= door.rule.day or door.week >= door.rule.week or door.stop:
        found.append(f"{door.code} must not be visited")
    if door.last == "unsafe" and not walker.partner:
        found.append(f"{door.code} needs two")
    return found


def _seconds(clock: str) -> int:
    hours, minutes = clock.split(":")
    return 3600 * int(hours) + 60 * int(minutes)


def _close(walker: Walker) -> int:
    """One person is out at eight, two at the end of the evening; nobody after the hours of the community."""
    return min(walker.end, _seconds(walker.rule.closes), _seconds("23:59") if walker.partner else EIGHT)


def value(walker: Walker, order: Sequence[Door]) -> int | None:
    """The best value of visiting exactly these doors in this order, over every way to wait for owners or not."""
    if not order:
        return 0
    ways = [[False, True] if door.window else [False] for door in order]
    return max((v for waits in itertools.product(*ways) if (v := _one(walker, order, waits)) is not None), default=None)


def _one(walker: Walker, order: Sequence[Door], waits: Sequence[bool]) -> int | None:
    """Duration by brute force over the moments at which something begins or ends: forward, then the latest start."""
    windows = []
    for door, wait in zip(order, waits, strict=True):
        low, high = door.slot or (0, 86_400)
        if wait and door.window:
            low, high = max(low, door.window[0]), min(high, door.window[1])
        windows.append((low, high))
    opens = max(walker.start, _seconds(walker.rule.opens))
    earliest = _run(walker, order, windows, opens)
    if earliest is None:
        return None
    low, high = opens, earliest
    while low < high:  # the latest start with the same end
        middle = (low + high + 1) // 2
        low, high = (middle, high) if _run(walker, order, windows, middle) == earliest else (low, middle - 1)
    prizes = sum(door.prizes[0 if wait else 1] for door, wait in zip(order, waits, strict=True))
    return prizes - worth.FEN_A_SECOND * (earliest - low)


def _run(walker: Walker, order: Sequence[Door], windows: Sequence[tuple[int, int]], leave: int) -> int | None:
    now, before = leave, None
    for door, (low, high) in zip(order, windows, strict=True):
        now += start(door) if before is None else before.seconds + between(before, door)
        now = max(now, low)
        if now > high:
            return None
        before = door
    assert before is not None
    now += before.seconds + out(before)
    return now if now <= _close(walker) else None


def exact(doors: Sequence[Door], walkers: Sequence[Walker], most: int) -> tuple[int, int]:
    """(most doors that go first, then best value): every subset in every order for everybody. Up to seven doors."""
    good = [door for door in doors if not _barred(door)]
    best: list[dict[frozenset[str], int]] = []
    for walker in walkers:
        mine = [door for door in good if not _rules(door, walker, walkers)]
        table: dict[frozenset[str], int] = {frozenset(): 0}
        for size in range(1, min(most, len(mine)) + 1):
            for order in itertools.permutations(mine, size):
                worth_ = value(walker, order)
                key = frozenset(door.home for door in order)
                if worth_ is not None and worth_ > table.get(key, -10**12):
                    table[key] = worth_
        best.append(table)
    first = frozenset(door.home for door in good if door.first)
    found = {frozenset(): 0}
    for table in best:
        after: dict[frozenset[str], int] = {}
        for (done, a), (more, b) in itertools.product(found.items(), table.items()):
            if not done & more and a + b > after.get(done | more, -10**12):
                after[done | more] = a + b
        found = after
    return max((len(done & first), total) for done, total in found.items())


def _barred(door: Door) -> bool:
    return bool(door.taken or door.today >= door.rule.day or door.week >= door.rule.week or door.stop
                or door.state in ("wait", "paused")
                or door.key in ("wait", "answer"))
