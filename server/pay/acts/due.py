"""What falls due in pay: expired codes; orders, refunds and invoices to ask the providers about."""

from __future__ import annotations

from datetime import date
from typing import Any

from server import clock
from server.config import Config
from server.db import Db
from server.pay.acts.issuing import sweep_invoices
from server.pay.acts.refunds import sweep_refunds
from server.pay.acts.sweep import sweep
from server.pay.store import codes as store


def run_due(db: Db, community: str, on: str, settings: Config | None = None) -> dict[str, Any]:
    """All of it; `settings` says where the merchants are (without them no provider is asked)."""
    done: dict[str, Any] = expire_codes(db, community, on)
    if settings is not None:
        done |= {
            "orders": sweep(db, settings, community), "refunds": sweep_refunds(db, settings, community),
            "invoices": sweep_invoices(db, settings, community),
        }
    return done


def expire_codes(db: Db, community: str, on: str) -> dict[str, int]:
    """Touch the homes whose codes expired since the last run, so that phones stop knowing those codes.

    {"codes_expired": how many homes}.
    """
    yesterday = clock.add_days(on, -1)
    with db.write(community, verb="paycode.expire") as pen:
        told = store.told_until(pen, community)
        since = date.fromordinal(told).isoformat() if told else ""
        homes = store.homes_expired(pen, community, since, yesterday)
        for home in homes:
            pen.touch("household", home)
        store.set_told_until(pen, community, max(told, date.fromisoformat(yesterday).toordinal()))
    return {"codes_expired": len(homes)}
