"""Pull: what a phone may hold comes down, bucket by bucket, from one snapshot; and head, the idle poll."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from json.encoder import encode_basestring_ascii as quoted
from typing import Any

from schemas.field import SCHEMA_MIN
from server import clock
from server.access import Caller
from server.config import Config
from server.db import Busy, Db, Row, Sql
from server.errors import refuse
from server.field.acts import bodies
from server.field.acts.holdings import Holdings
from server.field.rules import cursor
from server.field.rules.cursor import AFTER, Entity, Position, entity
from server.field.store import buckets, ops
from server.people import acts as people
from server.people.rules import lease_hours

DAYS_BACK, DAYS_AHEAD = 3, 14
SEEN_EVERY = timedelta(minutes=10)
CACHED = ("household", "stop", "script")
"""Types whose bodies are kept: their version is a touched number."""
HOLDINGS = Holdings()
DATA, CLOSE = ',"data":', "}"


@dataclass(frozen=True)
class Bucket:
    """One bucket of a phone: its name, its community, and what it holds."""

    name: str
    community: str
    kind: str
    id: str = ""


@dataclass
class Answer:
    """A pull as it is put together: texts of buckets, and bodies made on the way."""

    texts: dict[str, list[bytes]] = field(default_factory=dict)
    made: list[Row] = field(default_factory=list)
    complete: bool = True


def pull(db: Db, cfg: Config, staff: str, said: Mapping[str, Any]) -> bytes:
    """The answer to a pull (`said`: PullIn), as JSON in UTF-8. Refusal upgrade-required below the oldest schema."""
    if said["client"].get("schema", 1) < SCHEMA_MIN:
        refuse("upgrade-required")
    with db.snapshot() as sql:
        scope = scope_of(sql, staff)
        epoch, heads = buckets.heads(sql, sorted({bucket.community for bucket in scope}))
        answer = _buckets(sql, cfg, db.engine.path, said, epoch, scope, heads)
    _keep(db, answer.made)
    now = clock.now()
    head = {
        "epoch": epoch, "server_time": clock.instant(now), "lease_until": lease(now, lease_hours(clock.day_of(now))),
        "complete": answer.complete, "replay_ops": bool(said["epoch"]) and said["epoch"] != epoch,
        "scope": [bucket.name for bucket in scope],
    }
    parts = [json.dumps(head, separators=(",", ":"))[:-1].encode(), b',"buckets":{']
    for number, (name, texts) in enumerate(answer.texts.items()):
        parts += [b"," if number else b"", quoted(name).encode(), b":", *texts]
    return b"".join([*parts, b"}}"])


def lease(now: datetime, hours: int) -> str:
    """Until when a phone may keep its buckets without contact."""
    return clock.instant(now + timedelta(hours=hours))


def scope_of(sql: Sql, staff: str) -> list[Bucket]:
    """Every bucket the person's phones may hold now: of each community org, user, then routes by day."""
    today = clock.today()
    first, last = clock.add_days(today, -DAYS_BACK), clock.add_days(today, DAYS_AHEAD)
    found: list[Bucket] = []
    seen: set[str] = set()
    for c in buckets.live_postings(sql, staff):
        found += [Bucket(f"org:{c}", c, "org"), Bucket(f"user:{c}:{staff}", c, "user", staff)]
        for route in buckets.live_routes(sql, c, staff, first, last):
            if route not in seen:  # ids are unique by making; a bucket's name holds no community
                seen.add(route)
                found.append(Bucket(f"route:{route}", c, "route", route))
    return found


def _buckets(
    sql: Sql, cfg: Config, path: str, said: Mapping[str, Any], epoch: str, scope: Sequence[Bucket],
    heads: Mapping[str, int],
) -> Answer:
    answer = Answer()
    left = said["limit"]
    for bucket in scope:
        if left <= 0:
            answer.complete = False
            break
        head = heads.get(bucket.community, 0)
        after = cursor.read(said["buckets"].get(bucket.name), epoch, head)
        held = HOLDINGS.at((path, bucket.name), epoch, head, partial(entities_of, sql, bucket))
        page, more = cursor.page(held.entities, after or cursor.START, left, after is None)
        left -= len(page)
        answer.complete = answer.complete and not more
        at = Position(*page[-1][:3]) if more else Position(head, AFTER, "")
        changes = _changes(sql, cfg, bucket.community, page, answer.made)
        tail = "" if more else f',"digest":{held.digest}'
        start = (
            f'{{"mode":"{"reset" if after is None else "delta"}","cursor":{quoted(cursor.write(epoch, at))},'
            f'"more":{"true" if more else "false"},"changes":[')
        answer.texts[bucket.name] = [start.encode(), *changes, f"]{tail}}}".encode()]
    return answer


def entities_of(sql: Sql, bucket: Bucket) -> list[Entity]:
    """What a bucket holds or held, with positions. A bucket is a query, not a copy."""
    c = bucket.community
    if bucket.kind == "route":
        return cursor.doors(buckets.doors(sql, c, bucket.id))
    if bucket.kind == "user":
        return [entity(type_, id_, came, went, came) for type_, id_, came, went in buckets.own(sql, c, bucket.id)]
    return [
        entity(type_, id_, n, None if there else n, n) for type_, id_, n, there in buckets.common(sql, c)
    ] + [entity("setting", f"rooms:{building}", n, None, n) for building, n in buckets.rooms(sql, c)]


def _changes(sql: Sql, cfg: Config, c: str, page: Sequence[Entity], made: list[Row]) -> list[bytes]:
    """The changes of a page as pieces of JSON, in order: bodies are joined as they are kept."""
    wanted: dict[str, dict[str, int]] = {}
    for _, type_, id_, live, version in page:
        if live:
            wanted.setdefault(type_, {})[id_] = version
    texts = {type_: _texts(sql, cfg, c, type_, ids, made) for type_, ids in wanted.items()}
    starts = "\n".join([  # encoded in one go; no id holds a line's end once it is quoted
        f',{{"op":"{"put" if live else "remove"}","type":"{type_}","id":{quoted(id_)},"n":{n}{DATA if live else CLOSE}'
        for n, type_, id_, live, _ in page]).encode().split(b"\n")
    parts: list[bytes] = []
    for (_, type_, id_, live, _), start in zip(page, starts, strict=False):
        if not live:
            parts.append(start)
        elif (body := texts[type_].get(id_)) is not None:
            parts += start, body, b"}"
    if parts:
        parts[0] = parts[0][1:]
    return parts


def _texts(
    sql: Sql, cfg: Config, c: str, type_: str, wanted: Mapping[str, int], made: list[Row]
) -> dict[str, bytes]:
    """Bodies as bytes: those kept in this version, the rest made now."""
    if not wanted:
        return {}
    texts: dict[str, bytes] = {}
    if type_ in CACHED:
        texts = {id_: text for id_, n, text in buckets.cached(sql, c, type_, list(wanted)) if n == wanted[id_]}
    missing = [id_ for id_ in wanted if id_ not in texts] if len(texts) < len(wanted) else []
    for id_, body in (bodies.make(sql, cfg, c, type_, missing) if missing else {}).items():
        texts[id_] = bodies.dumps(body)
        if type_ in CACHED:
            made.append({"community": c, "type": type_, "id": id_, "n": wanted[id_], "json": texts[id_]})
    return texts


def _keep(db: Db, made: Sequence[Row]) -> None:
    """Keep what was made, outside the snapshot. A cache: when the database is busy, the next pull makes it again."""
    if not made:
        return
    try:
        buckets.keep(db, made)
    except Busy:
        return


def seen(db: Db, who: Caller) -> None:
    """Note that the phone was here, at most every ten minutes; under no pen, so that no other phone hears of it."""
    if who.seen_at > clock.instant(clock.now() - SEEN_EVERY):
        return
    row = ops.device(db, who.community, who.device)
    if row is not None:
        people.device_seen(db, who.community, who.device, row["app"], row["pending"], row["n_high"])
