"""What came of the visits: per person the doors, the meetings, the promises and how many were kept."""

from typing import Any

from server.cases import rules, store
from server.db import Sql


def staff_results(db: Sql, community: str, first: str, last: str, on: str) -> list[dict[str, Any]]:
    """[{staff, visits, homes, met, promises, promised_fen, kept, broken}] of a span of days.

    Promises that were cancelled or replaced are left out."""
    zero = {"visits": 0, "homes": 0, "met": 0, "promises": 0, "promised_fen": 0, "kept": 0, "broken": 0}
    found: dict[str, dict[str, Any]] = {}
    for row in store.visits_by_staff(db, community, first, last):
        found[row["staff"]] = {**zero, **row}
    for row in store.promises_made(db, community, first, last):
        if row["ended"]:
            continue
        mine = found.setdefault(row["staff"], {"staff": row["staff"], **zero})
        state = rules.promise_state(row["due"], row["fen"], row["paid_fen"], on)
        mine["promises"] += 1
        mine["promised_fen"] += row["fen"]
        if state in ("kept", "broken"):
            mine[state] += 1
    return sorted(found.values(), key=lambda row: (-row["visits"], row["staff"]))
