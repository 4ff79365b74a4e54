"""What is wrong with a proposal as it stands, in Chinese. Independent of the timetable and of the search: every step
is computed again from the ways, so that a mistake there does not hide itself here."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from server.field.planning import way
from server.field.planning.facts import ALONE, Door, Tour, seconds_of
from server.field.planning.rules import often, times
from server.field.planning.words import clock


def faults(tour: Tour, most: int = 0) -> list[str]:
    """Sentences for one person's evening; empty when it can be walked as it stands."""
    if not tour.doors:
        return []
    found = [*_evening(tour), *_steps(tour)]
    if most and len(tour.doors) > most:
        found.append(f"有 {len(tour.doors)} 户，每人最多 {most} 户")
    for door, at in zip(tour.doors, tour.at, strict=True):
        found += [f"{door.code} {reason}" for reason in _door(door, tour, at)]
    return found


def left_behind(doors: Sequence[Door]) -> list[str]:
    """Doors that should not be missing: promises that fall due tonight."""
    return [f"{door.code} 今天到期的承诺没有排上" for door in doors
            if door.state == "promise" and not door.dropped and not door.taken and not door.stop]


def _evening(tour: Tour) -> list[str]:
    """Hours of the community, two after eight, the end that was asked for."""
    walker, found = tour.walker, []
    opens, closes = seconds_of(walker.rule.opens), seconds_of(walker.rule.closes)
    last = tour.at[-1] + tour.doors[-1].seconds + way.out(tour.doors[-1])
    ends = max(tour.ends, last)
    if tour.leaves < max(opens, walker.start):
        found.append(f"{clock(tour.leaves)} 出发，早于 {clock(max(opens, walker.start))}")
    if not walker.partner and ends > min(ALONE, closes):
        found.append(f"{clock(ends)} 才走出最后一栋；{clock(min(ALONE, closes))} 以后须两人同行")
    elif ends > closes:
        found.append(f"{clock(ends)} 才走出最后一栋，晚于 {walker.rule.closes}")
    elif ends > walker.end:
        found.append(f"{clock(ends)} 才走出最后一栋，超过 {clock(walker.end)} 的收工时间")
    return found


def _steps(tour: Tour) -> list[str]:
    """Nobody is at two doors at once."""
    found = []
    if tour.at[0] < tour.leaves + way.start(tour.doors[0]):
        found.append(f"{tour.doors[0].code} 的时间赶不到")
    for (one, then), (other, now) in pairwise(zip(tour.doors, tour.at, strict=True)):
        if now < then + one.seconds + way.between(one, other):
            found.append(f"{other.code} 的时间赶不到")
    return found


def _door(door: Door, tour: Tour, at: int) -> list[str]:
    found = []
    if door.slot and not door.slot[0] <= at <= door.slot[1]:
        found.append(f"约好 {clock(door.slot[0])}–{clock(door.slot[1])}，排在 {clock(at)}")
    if door.taken:
        found.append("当天已在其他路线")
    if door.today >= door.rule.day:
        found.append(f"当天已上门{times(door.today)}次")
    elif door.week >= door.rule.week:
        found.append(often(door))
    if door.stop:
        found.append(door.stop)
    if door.pair and not tour.walker.partner:
        found.append("上次上门不安全，须两人同去")
    return found
