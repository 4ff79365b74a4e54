"""Can it be read from where people stand? Sizes in arc minutes, turned into pixels of a panel; never shrunk to fit."""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot

# millimetres at three metres: title 55 arc minutes, body 40, floor 25 (kiosk.md)
TITLE_MM, BODY_MM, FLOOR_MM, METRES = 48.0, 35.0, 22.0, 3.0
# the body's share of the panel's short side: smaller looks empty, larger leaves no room for seven bars
SMALLEST, LARGEST = 0.048, 0.085
TITLE_MOST = 24
EMERGENCY_MOST = 120
TEXT_MOST = 1000


@dataclass(frozen=True)
class Sizes:
    """Pixels on a panel of width × height, and whether the panel is large enough for the distance."""

    title: float
    body: float
    floor: float
    readable: bool


def body_share(inches: int, distance_cm: int, width: int = 1920, height: int = 1080) -> float:
    """The body's height that 40 arc minutes need, as a share of the panel's short side."""
    mm_per_px = inches * 25.4 / hypot(width, height)
    return BODY_MM * distance_cm / 100 / METRES / mm_per_px / min(width, height)


def sizes(inches: int, distance_cm: int, width: int = 1920, height: int = 1080) -> Sizes:
    """What the page will use: the legible size, but not less than looks right on this panel."""
    need = body_share(inches, distance_cm, width, height)
    share = min(LARGEST, max(SMALLEST, need))
    body = share * min(width, height)
    return Sizes(body * 1.6, body, body * FLOOR_MM / BODY_MM, need <= LARGEST)


def furthest_cm(inches: int, width: int = 1920, height: int = 1080) -> int:
    """From how far the panel can still be read."""
    return int(LARGEST / body_share(inches, 100, width, height) * 100)
