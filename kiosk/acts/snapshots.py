"""The snapshot: a function of facts and the day, computed once for every move of the community's pen."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass, field
from typing import Any

from kiosk import board
from kiosk.acts.disclosures import disclosures
from kiosk.proof import canonical
from kiosk.store import announcements as announcement_store
from kiosk.store import screens as store
from server import clock
from server.db import Pen, Sql
from server.errors import Refusal
from server.estate import acts as estate
from server.ledger import acts as ledger
from server.thanks import acts as thanks

MONTHS = 7  # the unfinished month and two quarters
HOLD_SECONDS = 120
AHEAD = 14  # days: a screen without network begins what begins by then


@dataclass(frozen=True)
class Snapshot:
    """`body` is canonical JSON text, `rev` the first 16 hex digits of the SHA-256 of everything else in it."""

    rev: str
    body: str


@dataclass
class _Kept:
    """What was computed for one state of a community (`key`); each screen has its own body."""

    key: tuple[Any, ...]
    facts: dict[str, Any]
    bodies: dict[str, Snapshot] = field(default_factory=dict)


@dataclass
class _Bands:
    """Bands cost a join over a whole period and hardly move: where that is slow, they may be a little behind."""

    key: tuple[Any, ...]
    rows: list[dict[str, str]]
    cost: float
    at: float

    def good(self, key: tuple[Any, ...]) -> bool:
        resting = self.cost > 0.05 and time.monotonic() - self.at < 200 * self.cost
        return self.key == key or (resting and self.key[2] == key[2])


_kept: dict[str, _Kept] = {}
_bands: dict[str, _Bands] = {}
_lock = threading.Lock()


def snapshot(db: Sql, community: str, screen: str) -> Snapshot:
    """What this screen shows. Refusal not_found."""
    row = store.one(db, community, screen)
    if row is None:
        raise Refusal("not_found")
    kept = _current(db, community)
    if screen not in kept.bodies:
        kept.bodies[screen] = _made(db, community, kept.facts, row)
    return kept.bodies[screen]


def _current(db: Sql, community: str) -> _Kept:
    """The facts as of the newest write."""
    newest = store.newest_write(db, community) or {"n": 0, "at": ""}
    key = (newest["n"], newest["at"], clock.today(), _holding(db, community))
    with _lock:
        kept = _kept.get(community)
        if kept is None or kept.key != key:
            kept = _kept[community] = _Kept(key, _facts(db, community, key))
        return kept


def _buildings(db: Sql, community: str, key: tuple[Any, ...]) -> list[dict[str, str]]:
    found = _bands.get(community)
    if found is None or not found.good(key):
        start = time.monotonic()
        rows = thanks.bands(db, community, key[2])
        found = _bands[community] = _Bands(key, rows, time.monotonic() - start, time.monotonic())
    return found.rows


def hold(pen: Pen) -> None:
    """Keep the figures as they are while an import writes its chunks; say it again with every chunk.
    Announcements go on. A hold that nobody renewed for two minutes has ended."""
    if not _holding(pen, pen.community):
        figures = _figures(pen, pen.community, (pen.n, pen.at, pen.day, False))
        store.put_hold(pen, pen.community, pen.at, canonical(figures))
    else:
        store.renew_hold(pen, pen.community, pen.at)


def release(pen: Pen) -> None:
    """The import is done: the figures move again. Twice is harmless."""
    store.drop_hold(pen, pen.community)


def _holding(db: Sql, community: str) -> bool:
    at = store.hold_at(db, community)
    return at is not None and (clock.now() - clock.parse(at)).total_seconds() <= HOLD_SECONDS


def _facts(db: Sql, community: str, key: tuple[Any, ...]) -> dict[str, Any]:
    """Everything that is the same for all screens of a community."""
    day = key[2]
    return {
        "as_of": day,
        "community": estate.community(db, community)["name"],
        "service_phone": estate.settings(db, community).get("phone", ""),
        "rows": announcement_store.current(db, community, day, clock.add_days(day, AHEAD)),
        "disclosures": board.disclosures(disclosures(db, community, public_on=day)),
        "draws": [_draw(row, day) for row in thanks.draws(db, community) if _draw_shows(row, day)],
        **(json.loads(store.held_figures(db, community)) if key[3] else _figures(db, community, key)),
    }


def _figures(db: Sql, community: str, key: tuple[Any, ...]) -> dict[str, Any]:
    """What the ledger sums to, rounded."""
    month = key[2][:7]
    rows = ledger.funds(db, community, [clock.add_months(f"{month}-01", -i)[:7] for i in reversed(range(MONTHS))])
    statements = board.statements(rows, month)
    service = next((row for row in statements if row["fund"] == board.SERVICE_FUND), None)
    return {
        "progress": board.progress(ledger.progress(db, community)),
        "funds": board.funds(rows, month),
        "statements": statements,
        "each_yuan": board.each_yuan(service),
        "buildings": _buildings(db, community, key),
        "seal": board.newest_seal(ledger.day_seals(db, community, 1)),
    }


def _made(db: Sql, community: str, facts: dict[str, Any], row: dict[str, Any]) -> Snapshot:
    """One screen's body."""
    body = {key: value for key, value in facts.items() if key != "rows"}
    body["announcements"] = board.announcements(facts["rows"], row["building"])
    body["thanks"] = thanks.honour(db, community, row["id"], facts["as_of"])
    body["screen"] = {
        "name": row["name"], "building": row["building"], "inches": row["inches"], "distance_cm": row["distance_cm"],
    }
    return Snapshot(*board.seal(body))


def _draw(row: dict[str, Any], day: str) -> dict[str, Any]:
    """Names of winners leave every screen after today, as thanks do: a withdrawal reaches one without network too."""
    won = sorted((e for e in row["list"] if e["place"]), key=lambda e: e["place"])
    return {
        "id": row["id"], "title": row["title"], "prize": row["prize"], "entries": row["entries"],
        "winners": row["winners"], "draw_day": row["draw_day"], "commitment": row["commitment"],
        "entries_hash": row["entries_hash"], "seed": row["seed"], "won": [f"{e['seq']} 号 {e['label']}" for e in won],
        "from": clock.day_of(row["made_at"]), "to": clock.add_days(row["draw_day"], 7),
        "not_after": f"{day}T16:00:00Z" if won else "",
    }


def _draw_shows(row: dict[str, Any], day: str) -> bool:
    return clock.add_days(row["draw_day"], 7) >= day
