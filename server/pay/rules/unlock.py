"""When a door code listens to four digits, and for how long an unlocked page stays open."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from server import clock

WRONG_AN_HOUR = 5
WRONG_A_DAY = 20
LOCK = timedelta(hours=1)
OPEN_FOR = timedelta(minutes=15)
FOR_EVER = "9999"  # sorts after every instant: locked until the next print


@dataclass(frozen=True)
class Tries:
    """The wrong tries of one code: of the hour before `at`, of its Shanghai day, and a lock's end."""

    hour: int
    day: int
    until: str

    def locked(self, at: str) -> bool:
        return at < self.until


def tries(rows: Iterable[Mapping[str, Any]], at: str) -> Tries:
    """Read the counters of one code: `what` ('unlock' per minute, 'unlock.lock' until), `bucket`, `n`."""
    hour = day = 0
    until = ""
    since, today = minute(clock.parse(at) - LOCK), clock.day_of(at)
    for row in rows:
        if row["what"] == "unlock.lock":
            until = max(until, row["bucket"])
            continue
        if row["bucket"] > since:
            hour += row["n"]
        if clock.day_of(row["bucket"] + ":00Z") == today:
            day += row["n"]
    return Tries(hour, day, until)


def lock_after(before: Tries, at: str) -> str | None:
    """The lock that one more wrong try brings: an instant, FOR_EVER, or None."""
    if before.day + 1 >= WRONG_A_DAY:
        return FOR_EVER
    if before.hour + 1 >= WRONG_AN_HOUR:
        return (clock.parse(at) + LOCK).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return None


def minute(at: datetime) -> str:
    """The minute of a UTC time, as tries are counted: `2026-11-21T02:03`."""
    return at.strftime("%Y-%m-%dT%H:%M")


def fits(last4: str, numbers: Iterable[str]) -> bool:
    """Whether the four digits end one of the numbers; looks at all of them."""
    ok = False
    for number in numbers:
        ok |= len(last4) == 4 and hmac.compare_digest(number[-4:].encode(), last4.encode())
    return ok
