"""States derived from facts: where a stop stands, which data of a visit holds, which stop two phones mean."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from schemas.words import ATTEMPTS

INSTANT = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7")
"""Milliseconds at the beginning of a UUIDv7 (RFC 9562)."""


def stop_state(outcomes: Iterable[str], skipped: bool) -> str:
    """done, else attempted, else skipped, else planned, whatever the order of the facts."""
    found = "skipped" if skipped else "planned"
    for outcome in outcomes:
        if outcome not in ATTEMPTS:
            return "done"
        found = "attempted"
    return found


def held(visit: str, own: Mapping[str, Any], corrections: Sequence[tuple[str, Mapping[str, Any]]]) -> tuple[
    str, Mapping[str, Any]
]:
    """(op, data) that holds: the correction with the greatest op id, else the visit itself."""
    if not corrections:
        return visit, own
    op, data = max(corrections, key=lambda pair: pair[0])
    return op, data


def stop_id(route: str, home: str) -> str:
    """One door of one route has one id, whoever adds it first: the instant of the route's id, then a hash of both.

    Doors of a route lie side by side in every index that way; with a hash alone a push moved a page for each door."""
    mark = hashlib.sha256(f"{route}/{home}".encode()).hexdigest()
    instant = route[:13] if INSTANT.match(route) else f"{mark[20:28]}-{mark[28:32]}"
    return f"{instant}-8{mark[:3]}-8{mark[3:6]}-{mark[6:18]}"


def delivery_id(op: str) -> str:
    """The delivery of a record has an id of its own: the contact of the visit has the record's."""
    return stop_id(op, "delivery")
