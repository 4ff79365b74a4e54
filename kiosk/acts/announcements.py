"""Announcements: publish, edit (a new version), confirm an emergency, withdraw."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from kiosk import legible, wording
from kiosk.store import announcements as store
from kiosk.store import screens as screen_store
from schemas.words import ANNOUNCEMENT_KINDS
from server import clock
from server.db import Pen, Sql, new_id
from server.errors import Refusal
from server.estate import acts as estate

EMERGENCY = "紧急"
EMERGENCY_HOURS = 24
FIELDS = ("title", "text", "kind", "from_day", "to_day", "pinned", "weekdays", "hours", "buildings")


def announce(
    pen: Pen, *, title: str, text: str, kind: str, from_day: str, to_day: str, pinned: bool = False,
    weekdays: str = "", hours: str = "", buildings: Sequence[str] = (), id: str = "", source: str = "office",
    sure: bool = False,
) -> str:
    """Publish; the id. Days are inclusive. `buildings` are building ids, none = everywhere.

    A text that seems to name a person, a phone or a room is refused until `sure` (Refusal text_personal names what);
    an imported one (`source` begins with 'import') is kept instead and waits for `approve`. Refusals: kind_unknown,
    days_reversed, title_too_long, text_too_long.
    """
    row: dict[str, Any] = {
        "title": wording.clean(title), "text": wording.clean(text), "kind": kind, "from_day": from_day,
        "to_day": to_day, "pinned": int(pinned), "weekdays": weekdays, "hours": hours,
        "buildings": json.dumps(list(buildings), ensure_ascii=False),
    }
    row["held"] = _checked(pen, row, source, sure)
    row |= {"id": id or new_id(), "source": source, "version": 1, "made_at": pen.at, "made_by": pen.who}
    store.put(pen, pen.community, row)
    store.keep_version(pen, pen.community, row["id"], pen.at, pen.who)
    pen.verb = "announcement.publish"
    pen.touch("announcement", row["id"])
    return str(row["id"])


def edit_announcement(pen: Pen, id_: str, changes: Mapping[str, Any], sure: bool = False) -> dict[str, Any]:
    """A new version with these fields (`FIELDS`); the same again changes nothing. One that was imported waits, as in
    announce, when its new text looks personal. Refusals as announce, not_found, announcement_withdrawn."""
    now = _one(pen, id_)
    if now["withdrawn_at"]:
        raise Refusal("announcement_withdrawn")
    row = {key: now[key] for key in FIELDS}
    for key in FIELDS:
        if key in changes and changes[key] is not None:
            row[key] = _kept(key, changes[key])
    if all(row[key] == now[key] for key in FIELDS):
        return announcement(pen, pen.community, id_)
    row["held"] = _checked(pen, row, now["source"], sure)
    store.change(pen, pen.community, {"id": id_, **row})
    store.keep_version(pen, pen.community, id_, pen.at, pen.who)
    pen.verb = "announcement.edit"
    pen.touch("announcement", id_)
    return announcement(pen, pen.community, id_)


def _kept(key: str, value: Any) -> Any:
    if key == "buildings":
        return json.dumps(list(value), ensure_ascii=False)
    if key == "pinned":
        return int(value)
    return wording.clean(value) if key in ("title", "text") else value


def approve(pen: Pen, id_: str, hours: int = EMERGENCY_HOURS) -> dict[str, Any]:
    """The second confirmation: an emergency stands alone on every screen from now for at most 24 hours; an imported
    text that waited for a look is shown. Refusals: not_found, announcement_withdrawn."""
    now = _one(pen, id_)
    if now["withdrawn_at"]:
        raise Refusal("announcement_withdrawn")
    until = None
    if now["kind"] == EMERGENCY and not now["held"]:
        if len(now["text"]) > legible.EMERGENCY_MOST:
            raise Refusal("text_too_long", pointer="/text", most=legible.EMERGENCY_MOST)
        end = clock.parse(pen.at) + timedelta(hours=max(1, min(EMERGENCY_HOURS, hours)))
        until = end.strftime("%Y-%m-%dT%H:%M:%SZ")
    store.approve(pen, pen.community, id_, pen.at, pen.who, until)
    pen.verb = "announcement.approve"
    pen.touch("announcement", id_)
    return announcement(pen, pen.community, id_)


def withdraw(pen: Pen, id_: str) -> None:
    """Take it off every screen. Twice is harmless. Refusal not_found."""
    _one(pen, id_)
    store.withdraw(pen, pen.community, id_, pen.at, pen.who)
    pen.verb = "announcement.withdraw"
    pen.touch("announcement", id_)


def announcement(db: Sql, community: str, id_: str) -> dict[str, Any]:
    """One announcement as the office sees it. Refusal not_found."""
    row = store.one(db, community, id_)
    if row is None:
        raise Refusal("not_found")
    return _shape(row, clock.today())


def announcements(db: Sql, community: str, on: str | None = None) -> list[dict[str, Any]]:
    """All, newest first, with `state` (showing, coming, ended, withdrawn, waiting) on a day."""
    return [_shape(row, on or clock.today()) for row in store.every(db, community)]


def versions(db: Sql, community: str, id_: str) -> list[dict[str, Any]]:
    """Every version that was published, with who and when."""
    return store.versions(db, community, id_)


def reach(db: Sql, community: str, id_: str) -> list[dict[str, Any]]:
    """Which screens show an announcement now, as they last said: [{screen, name, showing, at}]. Refusal not_found."""
    announcement(db, community, id_)
    return [
        {"screen": row["id"], "name": row["name"], "at": row["at"],
         "showing": (row["slide"] or "").startswith(f"a:{id_}:")}
        for row in screen_store.every(db, community) if not row["revoked_at"]
    ]


def _one(db: Pen, id_: str) -> dict[str, Any]:
    row = store.one(db, db.community, id_)
    if row is None:
        raise Refusal("not_found")
    return row


def _checked(pen: Pen, row: Mapping[str, Any], source: str, sure: bool) -> str:
    """Why it must wait ('' = it need not), or a refusal."""
    if row["kind"] not in ANNOUNCEMENT_KINDS:
        raise Refusal("kind_unknown", pointer="/kind")
    if row["to_day"] < row["from_day"]:
        raise Refusal("days_reversed", pointer="/to")
    imported = source.startswith("import")
    if not imported and len(row["title"]) > legible.TITLE_MOST:
        raise Refusal("title_too_long", pointer="/title", most=legible.TITLE_MOST)
    if len(row["text"]) > legible.TEXT_MOST and not imported:
        raise Refusal("text_too_long", pointer="/text", most=legible.TEXT_MOST)
    if sure:
        return ""
    found = wording.suspects(
        f"{row['title']}\n{row['text']}", _names(pen, pen.community),
        [estate.settings(pen, pen.community).get("phone", "")],
    )
    if found and not imported:
        raise Refusal("text_personal", pointer="/text", what="、".join(found[:5]))
    return "、".join(found[:5])


def _names(db: Sql, community: str) -> set[str]:
    """Names of everybody who owns or lives here."""
    ids = [home["id"] for home in estate.homes(db, community)]
    people = estate.residents_of(db, community, ids)
    return {person["name"] for living in people.values() for person in living}


def _shape(row: Mapping[str, Any], day: str) -> dict[str, Any]:
    return {
        "id": row["id"], "title": row["title"], "text": row["text"], "kind": row["kind"], "from": row["from_day"],
        "to": row["to_day"], "pinned": bool(row["pinned"]), "weekdays": row["weekdays"], "hours": row["hours"],
        "buildings": json.loads(row["buildings"]), "version": row["version"], "held": row["held"],
        "state": state_of(row, day), "made_at": row["made_at"], "made_by": row["made_by"],
        "approved_by": row["approved_by"], "until": row["until_at"],
    }


def state_of(row: Mapping[str, Any], day: str) -> str:
    """A word of ANNOUNCEMENT_STATES."""
    if row["withdrawn_at"]:
        return "withdrawn"
    if row["held"]:
        return "waiting"
    if row["to_day"] < day:
        return "ended"
    return "coming" if row["from_day"] > day else "showing"
