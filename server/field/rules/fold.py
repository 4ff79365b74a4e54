"""States derived from facts: where a stop stands, which data of a visit holds, which stop two phones mean."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from schemas.words import ATTEMPTS


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
    """One door of one route has one id, whoever adds it first."""
    mark = hashlib.sha256(f"{route}/{home}".encode()).hexdigest()
    return f"{mark[:8]}-{mark[8:12]}-8{mark[13:16]}-8{mark[17:20]}-{mark[20:32]}"


def delivery_id(op: str) -> str:
    """The delivery of a record has an id of its own: the contact of the visit has the record's."""
    return stop_id(op, "delivery")
