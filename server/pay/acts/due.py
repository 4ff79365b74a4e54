"""What falls due in pay: homes whose codes expired are touched once, so that phones stop knowing those codes."""

from __future__ import annotations

from datetime import date

from server import clock
from server.db import Db
from server.pay.store import codes as store


def run_due(db: Db, community: str, on: str) -> dict[str, int]:
    """Touch the homes whose codes expired since the last run: {"codes_expired": how many homes}."""
    yesterday = clock.add_days(on, -1)
    with db.write(community, verb="paycode.expire") as pen:
        told = store.told_until(pen, community)
        since = date.fromordinal(told).isoformat() if told else ""
        homes = store.homes_expired(pen, community, since, yesterday)
        for home in homes:
            pen.touch("household", home)
        store.set_told_until(pen, community, max(told, date.fromisoformat(yesterday).toordinal()))
    return {"codes_expired": len(homes)}
