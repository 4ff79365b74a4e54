"""Seconds on the way: stairs and lifts inside a unit, from unit to unit, from building to building."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from server.field.planning.facts import Door

UP, DOWN = 18, 12
"""A floor on the stairs."""
LIFT_WAIT, LIFT_FLOOR = 45, 4
NEXT_DOOR, NEXT_UNIT = 15, 60
NEXT_BUILDING, FARTHER, FARTHEST = 150, 45, 600
"""The next building on the walk, each one beyond it, never more than this."""
OFFICE = 180
LIFT_FROM = 7
"""Buildings with more floors than this have a lift."""


def climb(low: int, high: int, lift: bool) -> int:
    """From one floor to another: whichever is quicker."""
    if low == high:
        return 0
    stairs = UP * (high - low) if high > low else DOWN * (low - high)
    return min(stairs, LIFT_WAIT + LIFT_FLOOR * abs(high - low)) if lift else stairs


def between(one: Door, other: Door) -> int:
    """From a door to another one."""
    if (one.building, one.unit) == (other.building, other.unit):
        return NEXT_DOOR + climb(one.floor, other.floor, one.lift)
    return out(one) + outside(one, other) + into(other)


def outside(one: Door, other: Door) -> int:
    if one.building == other.building:
        return NEXT_UNIT
    return min(FARTHEST, NEXT_BUILDING + FARTHER * max(0, abs(one.place - other.place) - 1))


def start(door: Door) -> int:
    """From the office to the first door."""
    return OFFICE + into(door)


def into(door: Door) -> int:
    return NEXT_DOOR + climb(1, max(1, door.floor), door.lift)


def out(door: Door) -> int:
    """From a door to the street: a tour ends there."""
    return climb(max(1, door.floor), 1, door.lift)
