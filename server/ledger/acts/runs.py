"""What the office looks over: a month's bills before they are made, how far a run came, late fees, waivers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from server.db import Db, Row, Sql
from server.errors import refuse
from server.ledger.acts.fees import CHUNK, rows_of, rules_of
from server.ledger.acts.late import assess_late_fees, quote_late_fees
from server.ledger.rules import fees
from server.ledger.store import bills as bill_store
from server.ledger.store import fees as store
from server.ledger.store import late as late_store
from server.ledger.store import reads
from server.ledger.store import waivers as waiver_store

PIECE = 200


def preview_run(db: Sql, community: str, period: str) -> dict[str, Any]:
    """{period, homes, bills, fen, standing, items: [{item, bills, fen}]}: what `generate_bills` would add now.

    `standing` bills are there already and stay as they are. Nothing is written. Refusal fee_rule_invalid.
    """
    if not fees.is_month(period):
        refuse("fee_rule_invalid", "/period", reason="账期应写成 2026-11")
    rules, shares = rules_of(db, community, period)
    found: dict[str, Any] = {"period": period, "homes": 0, "bills": 0, "fen": 0, "standing": 0}
    items: dict[str, dict[str, Any]] = {}
    after = ""
    while homes := store.homes_after(db, community, after, CHUNK):
        after = homes[-1]["id"]
        rows = rows_of(db, community, period, rules, shares, homes)
        fresh = _fresh(db, community, rows)
        found["homes"] += len(homes)
        found["standing"] += len(rows) - len(fresh)
        for row in fresh:
            item = items.setdefault(row["item"], {"item": row["item"], "bills": 0, "fen": 0})
            for sums in (found, item):
                sums["bills"] += 1
                sums["fen"] += row["fen"]
    return {**found, "items": sorted(items.values(), key=lambda row: str(row["item"]))}


def _fresh(db: Sql, c: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    used = bill_store.turns(db, c, sorted({row["home"] for row in rows})) if rows else {}
    stand = {identity[:3] for identity, (_, stands) in used.items() if stands}
    return [row for row in rows if (row["home"], row["item"], row["period"]) not in stand]


def run_state(db: Sql, community: str, period: str) -> dict[str, Any] | None:
    """{period, homes_done, homes, bills, fen, started_at, ended_at, who} of a month's run; None before the first."""
    run = store.run_of(db, community, period)
    if run is None:
        return None
    done, homes = store.homes_done(db, community, run["after"])
    kept = {key: run[key] for key in ("period", "bills", "fen", "started_at", "ended_at", "who")}
    return {**kept, "homes_done": done, "homes": homes}


def runs(db: Sql, community: str, last: int = 24) -> list[Row]:
    """The latest runs, newest month first: period, bills, fen, started_at, ended_at, who."""
    return store.runs(db, community, last)


def clauses(db: Sql, community: str) -> list[Row]:
    """Every late-fee clause, those that ended too."""
    return late_store.clauses(db, community)


def late_fees_due(db: Sql, community: str, on: str) -> list[dict[str, Any]]:
    """[{home, code, fen, bills}]: what could be assessed on a day from homes that still owe, by room code."""
    if not late_store.clauses(db, community):
        return []
    homes = [row["home"] for row in reads.arrears(db, community, on)]
    codes = store.codes(db, community)
    rows = []
    for i in range(0, len(homes), PIECE):
        for home, quotes in quote_late_fees(db, community, homes[i : i + PIECE], on).items():
            if quotes:
                fen = sum(quote["fen"] for quote in quotes)
                rows.append({"home": home, "code": codes[home], "fen": fen, "bills": len(quotes)})
    return sorted(rows, key=lambda row: str(row["code"]))


def assess_all(
    db: Db, community: str, homes: Sequence[str], who: str, say: Callable[[int], None] = lambda done: None
) -> dict[str, int]:
    """Post today's late fees of these homes, in pieces: {homes, bills}. Called again, it posts only what is new."""
    made = 0
    for i in range(0, len(homes), PIECE):
        with db.write(community, who=who, verb="late_fee.assess") as pen:
            made += len(assess_late_fees(pen, homes[i : i + PIECE]))
        say(min(i + PIECE, len(homes)))
    return {"homes": len(homes), "bills": made}


def bills_named(db: Sql, community: str, bills: Sequence[str]) -> list[Row]:
    """Bills by id with fen, waived_fen and open_fen, to work out a part of each."""
    return bill_store.standing(db, community, bills)


def waivers(db: Sql, community: str, last: int = 200) -> list[Row]:
    """Asks for a waiver with their answers, those that wait first: id, bill, home, code, item, period, fen, reason,
    who, at, granted ('yes', 'no' or None), answered_by, answered_at."""
    return waiver_store.every(db, community, last)
