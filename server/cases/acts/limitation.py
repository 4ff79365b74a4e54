"""The limitation clock (诉讼时效): what restarted it, and the last safe day of every open bill and home."""

from typing import Any

from server.cases import rules, store
from server.db import Pen, Sql, new_id
from server.ledger import acts as ledger


def interrupt(pen: Pen, home: str, day: str, ground: str, source: str) -> None:
    """Keep a fact that restarts the clock; `ground` is a word of GROUNDS. Once per home, day and ground.

    Promises, requests and plans call this themselves; a delivery does when `rules.reaches_debtor` says so."""
    store.put_interruption(pen, {"id": new_id(), "home": home, "day": day, "ground": ground, "source": source})
    pen.touch("household", home)


def interruptions(db: Sql, community: str, home: str) -> list[dict[str, Any]]:
    """The facts of one home, oldest first."""
    return store.interruptions(db, community, [home])


def clocks(db: Sql, community: str, home_ids: list[str]) -> dict[str, dict[str, str]]:
    """{home: {bill: last safe day}} for the bills that are still open."""
    return clocks_of(db, community, home_ids, ledger.open_bills(db, community, home_ids)) if home_ids else {}


def clocks_of(
    db: Sql, community: str, home_ids: list[str], open_bills: dict[str, list[dict[str, Any]]]
) -> dict[str, dict[str, str]]:
    """The same for somebody who has read the open bills already."""
    facts = _by_home(store.interruptions(db, community, home_ids))
    parts: dict[str, list[str]] = {}
    for row in store.part_payments(db, community, home_ids):
        parts.setdefault(row["bill"], []).append(row["day"])
    out: dict[str, dict[str, str]] = {}
    for home, bills in open_bills.items():
        days, revivals = facts.get(home, ([], []))
        out[home] = {
            bill["bill"]: rules.last_safe_day(bill["due"], days + parts.get(bill["bill"], []), revivals)
            for bill in bills
            if bill["open_fen"] > 0
        }
    return out


def limitation(db: Sql, community: str, home_ids: list[str]) -> dict[str, str]:
    """{home: the nearest last safe day among its open bills}; homes that owe nothing are absent."""
    return {home: min(bills.values()) for home, bills in clocks(db, community, home_ids).items() if bills}


def _by_home(rows: list[dict[str, Any]]) -> dict[str, tuple[list[str], list[str]]]:
    """{home: (days that interrupt, days of new agreements)}."""
    out: dict[str, tuple[list[str], list[str]]] = {}
    for row in rows:
        days, revivals = out.setdefault(row["home"], ([], []))
        (revivals if row["ground"] == "agreement" else days).append(row["day"])
    return out
