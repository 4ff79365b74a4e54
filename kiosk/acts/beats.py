"""What screens report, and the proof made of it.

A report is not a fact: it is overwritten by the next, decides nothing, and comes from every screen every few seconds.
So it is written without the pen (which would move the revision that all screens poll for) and at most every half
minute. Closed intervals of display are kept for good, hash-chained per screen, by the same single-row transaction.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from kiosk import proof as chain
from kiosk.acts.snapshots import snapshot
from kiosk.store import announcements as announcement_store
from kiosk.store import disclosures as disclosure_store
from kiosk.store import screens as store
from server import clock
from server.access import Caller
from server.db import Db, Sql
from server.errors import Refusal

EVERY = 5
WRITE_AFTER = 28


def beat(db: Db, who: Caller, report: dict[str, Any]) -> dict[str, Any]:
    """Take a report; {rev, next_s, commands, now}: the revision to have, when to report again, what to do."""
    now = clock.now()
    rev = snapshot(db, who.community, who.screen).rev
    before = store.beat(db, who.community, who.screen)
    row = _row(who.screen, report, before, rev, now)
    commands = [before["wish"]] if before and before["wish"] else []
    if _must_write(before, row, now) or commands:
        with db.write() as sql:
            if before and before["run"] != row["run"]:
                _close(sql, who, before)
            store.put_beat(sql, who.community, row)
    return {"rev": rev, "next_s": EVERY, "commands": commands, "now": clock.instant(now)}


def _row(
    screen: str, report: dict[str, Any], before: dict[str, Any] | None, rev: str, now: datetime
) -> dict[str, Any]:
    at = clock.instant(now)
    same_run = before is not None and before["run"] == report["run"]
    behind = before["lag_since"] if before else None
    painted = at if report["frames"] > 0 or before is None else before["painted_at"]
    return {
        "screen": screen, "at": at, "rev": report["rev"], "slide": report["slide"], "heap": report["heap"],
        "lag_since": None if report["rev"] == rev else behind or at, "painted_at": painted,
        "clock_ms": report["clock"] - int(now.timestamp() * 1000) if report["clock"] else 0,
        "errors": "\n".join(report["errors"])[:2000], "run": report["run"],
        "run_from": before["run_from"] if before and same_run else at, "shown": chain.canonical(report["shown"]),
        "width": report["width"], "height": report["height"],
    }


def _must_write(before: dict[str, Any] | None, row: dict[str, Any], now: datetime) -> bool:
    if before is None or before["run"] != row["run"] or before["rev"] != row["rev"]:
        return True
    if bool(before["lag_since"]) != bool(row["lag_since"]) or before["errors"] != row["errors"]:
        return True
    return (now - clock.parse(before["at"])).total_seconds() >= WRITE_AFTER


def _close(sql: Sql, who: Caller, before: dict[str, Any]) -> None:
    """The run that ended becomes a link of the chain; one that showed nothing does not."""
    if before["shown"] in ("", "{}") or not before["run"]:
        return
    last = store.last_display(sql, who.community, who.screen)
    row = {
        "screen": who.screen, "seq": last["seq"] + 1 if last else 1, "from_at": before["run_from"],
        "to_at": before["at"], "rev": before["rev"], "shown": before["shown"],
        "prev_hash": last["hash"] if last else chain.FIRST,
    }
    store.put_display(sql, who.community, {**row, "hash": chain.interval_hash(row)})


def check_content(db: Sql, community: str, content: str) -> None:
    """Refusal not_found unless the community ever had what `a:<announcement>` or `d:<disclosure>` names."""
    kind, _, id_ = content.partition(":")
    known = {"a": announcement_store.one, "d": disclosure_store.one}.get(kind)
    if known is None or known(db, community, id_) is None:
        raise Refusal("not_found")


def proof(db: Sql, community: str, content: str) -> dict[str, Any]:
    """Where and how long something was on screen: content 'a:<announcement>' or 'd:<disclosure>'.

    {content, seconds, intact, screens: [{screen, name, seconds, broken, intervals: [{from, to, seconds, hash, …}]}]}.
    The open interval of a screen counts once it is closed.
    """
    out = []
    for screen in store.every(db, community):
        rows = store.displays(db, community, screen["id"])
        intervals = [
            {"from": row["from_at"], "to": row["to_at"], "seconds": seconds, "seq": row["seq"], "rev": row["rev"],
             "prev_hash": row["prev_hash"], "hash": row["hash"]}
            for row in rows if (seconds := _seconds(row["shown"], content))
        ]
        if intervals:
            out.append({
                "screen": screen["id"], "name": screen["name"], "intervals": intervals,
                "seconds": sum(interval["seconds"] for interval in intervals), "broken": chain.broken(rows),
            })
    return {
        "content": content, "screens": out, "seconds": sum(screen["seconds"] for screen in out),
        "intact": not any(screen["broken"] for screen in out),
    }


def _seconds(shown: str, content: str) -> int:
    return sum(
        seconds for key, seconds in json.loads(shown).items() if key == content or key.startswith(content + ":")
    )
