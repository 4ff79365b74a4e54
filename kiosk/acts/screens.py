"""Screens: add, give a new token, end, and how each one does."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from kiosk import legible
from kiosk.store import screens as store
from schemas.screens import WISHES
from server import access, clock
from server.access import Caller
from server.db import Db, Pen, Sql, new_id
from server.errors import Refusal

OFFLINE, LAGGING, FROZEN = 90, 60, 45
TOKEN_DAYS = 90


def add_screen(
    pen: Pen, *, name: str = "", building: str = "", inches: int = 55, distance_cm: int = 300, token: bool = True
) -> dict[str, Any]:
    """A new screen: {screen, token}; the token is shown this once. Without `token` it comes by pairing.

    Refusal screen_too_small when people stand too far away for the panel.
    """
    if not legible.sizes(inches, distance_cm).readable:
        raise Refusal("screen_too_small", pointer="/distance_cm", furthest=legible.furthest_cm(inches))
    id_ = new_id()
    made, hash_ = access.make_token(pen.community, "screen")
    store.put(pen, pen.community, {
        "id": id_, "name": name.strip() or _next_name(pen), "building": building, "inches": inches,
        "distance_cm": distance_cm, "made_at": pen.at, "made_by": pen.who, "token_hash": hash_, "token_at": pen.at,
    })
    pen.verb = "screen.add"
    pen.touch("screen", id_)
    return {"screen": id_, "token": made if token else None}


def _next_name(pen: Pen) -> str:
    return f"大厅屏 {len(store.every(pen, pen.community)) + 1}"


def rotate_screen(pen: Pen, id_: str) -> dict[str, Any]:
    """A new token; the one before opens nothing any more. Refusals: not_found, screen_revoked."""
    row = _one(pen, id_)
    if row["revoked_at"]:
        raise Refusal("screen_revoked")
    made, hash_ = access.make_token(pen.community, "screen")
    store.set_token(pen, pen.community, id_, hash_, pen.at)
    pen.verb = "screen.rotate"
    pen.touch("screen", id_)
    return {"screen": id_, "token": made}


def revoke_screen(pen: Pen, id_: str) -> None:
    """Its token opens nothing any more. Twice is harmless. Refusal not_found."""
    _one(pen, id_)
    store.revoke(pen, pen.community, id_, pen.at)
    pen.verb = "screen.revoke"
    pen.touch("screen", id_)


def renew_token(db: Db, who: Caller) -> str | None:
    """A new token for a screen whose own is older than 90 days; it counts from its first use on. None when not due."""
    row = store.one(db, who.community, who.screen)
    if row is None or clock.instant(clock.now() - timedelta(days=TOKEN_DAYS)) < row["token_at"]:
        return None
    made, hash_ = access.make_token(who.community, "screen")
    with db.write(who.community, who=who.screen, verb="screen.renew") as pen:
        store.set_next(pen, pen.community, who.screen, hash_)
    return made


def lookup(db: Db, token: str) -> Caller:
    """Whom a screen's token stands for. Refusal token_unknown."""
    community, hash_ = access.community_of(token), access.hash_token(token)
    row = store.by_token(db, community, hash_) if community else None
    if row is None:
        raise Refusal("token_unknown")
    if row["next_hash"] == hash_:
        with db.write(community, who=row["id"], verb="screen.renewed") as pen:
            store.set_token(pen, community, row["id"], hash_, pen.at)
    return Caller(kind="screen", name=row["name"], community=community, screen=row["id"])


LOOKUPS = {"screen": lookup}


def screens(db: Sql, community: str, at: str | None = None) -> list[dict[str, Any]]:
    """All screens with `health`: 正常 落后 冻结 离线 停用 未开机."""
    moment = clock.parse(at) if at else clock.now()
    return [
        {"id": row["id"], "name": row["name"], "building": row["building"], "inches": row["inches"],
         "distance_cm": row["distance_cm"], "health": health(row, moment), "seen_at": row["at"], "rev": row["rev"],
         "slide": row["slide"], "errors": row["errors"], "heap": row["heap"], "clock_ms": row["clock_ms"],
         "width": row["width"], "height": row["height"], "revoked_at": row["revoked_at"]}
        for row in store.every(db, community)
    ]


def health(row: dict[str, Any], moment: datetime) -> str:
    """How a screen does, by its last report. Reports are kept at least every 30 seconds."""
    if row["revoked_at"]:
        return "停用"
    if row["at"] is None:
        return "未开机"
    seen = clock.parse(row["at"])
    if (moment - seen).total_seconds() > OFFLINE:
        return "离线"
    if (seen - clock.parse(row["painted_at"])).total_seconds() > FROZEN:
        return "冻结"
    if row["lag_since"] and (moment - clock.parse(row["lag_since"])).total_seconds() > LAGGING:
        return "落后"
    return "正常"


def wish(db: Db, community: str, id_: str, word: str) -> None:
    """What the screen is told with its next report: reload, identify. Refusal screen_not_on."""
    if word not in WISHES:
        raise Refusal("not_found")
    with db.write() as sql:  # a beat is not a fact: see kiosk/acts/beats.py
        if not store.wish(sql, community, id_, word):
            raise Refusal("screen_not_on")


def check_screen(db: Sql, community: str, id_: str) -> None:
    """Refusal not_found unless the community has this screen."""
    if store.one(db, community, id_) is None:
        raise Refusal("not_found")


def _one(db: Pen, id_: str) -> dict[str, Any]:
    row = store.one(db, db.community, id_)
    if row is None:
        raise Refusal("not_found")
    return row
