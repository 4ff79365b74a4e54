"""Staff's phones: enrolled once by a code, known by a token, switched off in one click."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from server import clock
from server.access import Caller, community_of, hash_token, make_token
from server.db import Broken, Db, Pen, Row, Sql, new_id
from server.errors import Refusal
from server.estate import acts as estate
from server.people import rules, store, throttle
from server.people.acts.team import works_in

CODE_TRIES, SOURCE_TRIES, MINUTES = 100, 20, 10
REDRAWS = 5


def enrol_code(db: Db, staff_id: str, base_url: str = "", who: str = "") -> dict[str, str]:
    """A code that enrols one phone of this person within ten minutes: {"code", "url", "expires_at"}.

    The code stands in the URL's fragment, which no server sees and no log keeps. Refusal staff_unknown.
    """
    person = store.staff(db, staff_id)
    if person is None or person["left_at"] is not None:
        raise Refusal("staff_unknown")
    community = str(person["community"])
    for attempt in range(REDRAWS):
        try:
            code, expires = _draw(db, community, staff_id, who)
            break
        except Broken:
            if attempt == REDRAWS - 1:
                raise  # five collisions of 35 random bits are no accident
    return {"code": code, "url": f"{base_url}/m/#enrol={code}", "expires_at": expires}


def _draw(db: Db, community: str, staff_id: str, who: str) -> tuple[str, str]:
    code = rules.new_code(community)
    expires = clock.instant(clock.now() + timedelta(minutes=rules.CODE_MINUTES))
    with db.write(community, who=who, verb="enrol.code") as pen:
        pen.put("enrol_code", [{
            "community": community, "code_hash": rules.digest(code), "staff": staff_id, "created_at": pen.at,
            "created_by": who, "expires_at": expires, "used_at": None, "device": None,
        }])
    return code, expires


def enrol_device(db: Db, code: str, name: str, app: str, source: str = "") -> dict[str, Any]:
    """Enrol a phone: {"device", "token", "staff", "name", "communities": [{"id", "name"}], "lease_hours"}.

    The pen makes the code single even when raced. `source` is the caller's address.
    Refusals: enrol_code_wrong (unknown, used or expired alike), enrol_locked.
    """
    form = rules.code_of(code)
    community = community_of(form)
    where = community if _exists(db, community) else "C0"
    subject = rules.digest(source)[:32] if source else ""
    _count(db, where, subject)
    if not form or where == "C0":
        raise Refusal("enrol_code_wrong", pointer="/code")
    device, token, staff = _take(db, community, form, name, app)
    throttle.give_back(db, where, "enrol", "", MINUTES)
    if subject:
        throttle.give_back(db, where, "enrol-from", subject, MINUTES)
    named = {row["id"]: row["name"] for row in estate.communities(db)}
    person = store.staff(db, staff)
    return {
        "device": device, "token": token, "staff": staff, "name": person["name"] if person else "",
        "communities": [{"id": id_, "name": named[id_]} for id_ in works_in(db, staff)],
        "lease_hours": rules.lease_hours(clock.today()),
    }


def _exists(db: Sql, community: str) -> bool:
    return bool(community) and any(row["id"] == community for row in estate.communities(db))


def _count(db: Db, where: str, subject: str) -> None:
    throttle.strike(db, where, "enrol", "", CODE_TRIES, MINUTES, "enrol_locked")
    if subject:
        throttle.strike(db, where, "enrol-from", subject, SOURCE_TRIES, MINUTES, "enrol_locked")


def _take(db: Db, community: str, code: str, name: str, app: str) -> tuple[str, str, str]:
    """Use the code and make the device in one write; (device, token, staff)."""
    device = new_id()
    token, token_hash = make_token(community, "device")
    with db.write(community, verb="device.enrol") as pen:
        used = store.use_code(pen, community, rules.digest(code), device, pen.at)
        person = store.staff(pen, used["staff"]) if used else None
        if used is None or person is None or person["left_at"] is not None:
            raise Refusal("enrol_code_wrong", pointer="/code")
        pen.who = used["staff"]
        pen.put("device", [{
            "community": community, "id": device, "staff": used["staff"], "token_hash": token_hash, "name": name,
            "app": app, "created_at": pen.at, "revoked_at": None, "lost": None, "seen_at": None, "pending": 0,
            "n_high": 0,
        }])
        pen.touch("device", device)
    return device, token, str(used["staff"])


def lookup_device(db: Sql, token: str) -> Caller:
    """The phone behind a token and its person's communities.

    Refusals: device-unknown (the app keeps everything and asks to be enrolled), device-revoked (with `lost` the answer
    clears the phone's storage; without, the app erases its buckets and keeps what it has not sent).
    """
    community = community_of(token)
    looked_up = store.phone_by_token(db, community, hash_token(token))
    if looked_up is None:
        raise Refusal("device-unknown")
    found, works = looked_up
    if found["revoked_at"] is not None or found["left_at"] is not None:
        raise Refusal("device-revoked", lost=found["lost"] is not None)
    return Caller(
        "device", found["staff"], found["name"], community, {c: role for c, role, _ in works}, device=found["id"],
        seen_at=found["seen_at"] or "", epoch=found["epoch"] or "", heads={c: n for c, _, n in works})


def devices(db: Sql, c: str) -> list[Row]:
    """Phones kept by a community, living first: id, staff, staff_name, name, app, created_at, revoked_at, lost,
    seen_at, pending (ops not sent as last told), n_high."""
    return store.devices(db, c)


def revoke_device(pen: Pen, device_id: str, lost: bool = False) -> Mapping[str, Any]:
    """Switch a phone off, as lost or not; later telling that it is lost is possible. Refusal not_found."""
    if not store.revoke_device(pen, pen.community, device_id, pen.at, pen.at if lost else None):
        raise Refusal("not_found")
    pen.touch("device", device_id)
    pen.verb = "device.lost" if lost else "device.revoke"
    return store.device(pen, pen.community, device_id) or {}


def device_seen(db: Db, c: str, device_id: str, app: str, pending: int, n_high: int) -> None:
    """Keep what a phone says of itself at a push or pull. Not under the pen: it changes nothing others fetch."""
    store.device_seen(db, c, device_id, clock.instant(), app, pending, n_high)
