"""Pairing: a screen shows eight letters, the office enters them, the screen fetches its token. Ten minutes, once.

The asking screen knows no community yet, so its request is a global row; the screen itself is a community row. The two
are written one after the other, never in one transaction.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Any

from kiosk.acts.screens import add_screen, rotate_screen
from kiosk.store import screens as store
from server import clock
from server.db import Db
from server.errors import Refusal

LETTERS = "BCDFGHJKLMNPQRSTVWXZ"  # no vowels: no words by chance
MINUTES = 10
MOST = 500
MOST_OF_ONE = 20  # from one address in ten minutes: a depot full of new screens, not a flood


def ask_pairing(db: Db, source: str = "") -> dict[str, str]:
    """{code, poll, expires_at}: the code to show, the secret to fetch with. `source` is the address that asks.

    Counted by the rows themselves, which also bound one address: nobody fills the list for all others, and no row of a
    community is written for somebody who belongs to none yet. Refusal too_many.
    """
    now = clock.now()
    code = "".join(secrets.choice(LETTERS) for _ in range(8))
    poll = secrets.token_urlsafe(32)
    expires = clock.instant(now + timedelta(minutes=MINUTES))
    with db.write() as sql:
        store.forget_pairings(sql, clock.instant(now))
        every, own = store.open_pairings(sql, _hash(source))
        if every >= MOST or own >= MOST_OF_ONE:
            raise Refusal("too_many")
        store.put_pairing(sql, {
            "code": code, "poll_hash": _hash(poll), "asked_from": _hash(source), "asked_at": clock.instant(now),
            "expires_at": expires,
        })
    return {"code": code, "poll": poll, "expires_at": expires}


def confirm_pairing(
    db: Db, community: str, who: str, code: str, *, name: str = "", building: str = "", inches: int = 55,
    distance_cm: int = 300,
) -> str:
    """The office enters the code; the new screen's id. Refusals: pairing_unknown, pairing_expired, screen_too_small."""
    code = code.upper().replace(" ", "").replace("-", "")
    found = store.pairing(db, code)
    if found is None or found["community"] is not None:
        raise Refusal("pairing_unknown", pointer="/code")
    if found["expires_at"] < clock.instant():
        raise Refusal("pairing_expired", pointer="/code")
    with db.write(community, who=who) as pen:
        made = add_screen(pen, name=name, building=building, inches=inches, distance_cm=distance_cm, token=False)
    with db.write() as sql:
        claimed = store.claim_pairing(sql, code, community, made["screen"])
    if not claimed:
        raise Refusal("pairing_unknown", pointer="/code")
    return str(made["screen"])


def fetch_pairing(db: Db, poll: str) -> dict[str, Any]:
    """{state: waiting} until the office has confirmed, then once {state: paired, screen, token}.

    Refusal pairing_expired, also for a secret that is not ours or was used.
    """
    found = store.pairing_by_poll(db, _hash(poll))
    if found is None or found["expires_at"] < clock.instant():
        raise Refusal("pairing_expired")
    if found["community"] is None:
        return {"state": "waiting"}
    with db.write() as sql:
        if not store.drop_pairing(sql, found["code"]):
            raise Refusal("pairing_expired")
    with db.write(found["community"], who=found["screen"]) as pen:
        made = rotate_screen(pen, found["screen"])
    return {"state": "paired", **made}


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
