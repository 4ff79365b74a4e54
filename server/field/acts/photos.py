"""Photos: bytes under their own hash, images only, seen by those in whose scope the record lies."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from server.access import Caller
from server.db import Db, Sql
from server.errors import refuse
from server.field.acts.pull import scope_of
from server.field.store import ops, photos

MOST = 2 * 1024 * 1024


def kind_of(data: bytes) -> str:
    """The media type the bytes themselves say, '' when they are no picture."""
    if data[:3] == b"\xff\xd8\xff":
        return "image/jpeg"
    if data[:8] == b"\x89PNG\r\n\x1a\n":
        return "image/png"
    return "image/webp" if data[:4] == b"RIFF" and data[8:12] == b"WEBP" else ""


def put_photo(db: Db, who: Caller, sha: str, data: bytes) -> bool:
    """Keep bytes under their hash where the person's records name them (else in the phone's own community).

    True when they are new. Refusals: photo_too_large, photo_name_wrong, photo_not_image.
    """
    if len(data) > MOST:
        refuse("photo_too_large")
    if hashlib.sha256(data).hexdigest() != sha:
        refuse("photo_name_wrong")
    kind = kind_of(data)
    if not kind:
        refuse("photo_not_image")
    named = [c for c in db.ask(ops.postings(who.staff)) if photos.named(db, c, sha, who.staff)]
    new = False
    for c in named or [who.community]:
        if photos.uploaded(db, c, sha, who.staff):
            continue
        with db.write(c, who=who.staff, verb="photo.put") as pen:
            new |= bool(photos.put(pen, sha, kind, data, who.staff, who.device))
    return new


def carry(db: Db, staff: str, device: str, here: str, c: str, shas: Sequence[str]) -> int:
    """Bring photos that came before a record of another community to that community; how many."""
    rows = [row for row in photos.strayed(db, here, staff, shas) if not photos.photo(db, c, row["sha"])] if shas else []
    if rows:
        with db.write(c, who=staff, verb="photo.carry") as pen:
            for row in rows:
                photos.put(pen, row["sha"], row["kind"], bytes(row["bytes"]), staff, device)
    return len(rows)


def get_photo(db: Sql, who: Caller, sha: str) -> tuple[str, bytes]:
    """(media type, bytes). Refusal not_found: unknown and out of scope answer alike."""
    for c, role in who.roles.items():
        office = who.kind == "staff" and role != "collector"
        if office or photos.uploaded(db, c, sha, who.staff) or photos.named(db, c, sha, who.staff) \
                or photos.on_routes(db, c, sha, _routes(db, who.staff, c)):
            row = photos.photo(db, c, sha)
            if row:
                return row["kind"], bytes(row["bytes"])
    return refuse("not_found")


def _routes(db: Sql, staff: str, c: str) -> list[str]:
    return [bucket.id for bucket in scope_of(db, staff) if bucket.kind == "route" and bucket.community == c]
