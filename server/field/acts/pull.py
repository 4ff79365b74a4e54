"""Pull: what a phone may hold comes down, bucket by bucket, from one snapshot."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from json.encoder import encode_basestring_ascii as quoted
from typing import Any, NamedTuple

from schemas.field import SCHEMA_MIN
from server import clock
from server.access import Caller
from server.config import Config
from server.db import Busy, Db, Question, Row, Sql
from server.errors import refuse
from server.field.acts import bodies
from server.field.acts.holdings import Holding, Holdings
from server.field.acts.kept import Kept
from server.field.rules import cursor
from server.field.rules.cursor import AFTER, Entity, Position
from server.field.store import buckets, ops
from server.people import acts as people
from server.people.rules import lease_hours

DAYS_BACK, DAYS_AHEAD = 3, 14
SEEN_EVERY = timedelta(minutes=10)
CACHED = ("household", "stop", "script")
"""Types whose bodies are kept: their version is a touched number."""
HOLDINGS, KEPT = Holdings(), Kept()
Texts = Mapping[str, Mapping[str, Mapping[str, bytes]]]
"""Bodies as they go out, by community, type and id."""


class Bucket(NamedTuple):
    """One bucket of a phone: its name, its community, and what it holds."""

    name: str
    community: str
    kind: str
    id: str = ""


Scope = Sequence[tuple[Bucket, int]]
"""Buckets in their order, each with the head of its community."""


@dataclass(frozen=True)
class Page:
    """What goes down of one bucket: changes in order, and where the phone stands after them."""

    bucket: Bucket
    reset: bool
    changes: Sequence[Entity]
    more: bool
    cursor: str
    digest: str

    def text(self, texts: Texts) -> list[bytes]:
        """The page as pieces of JSON."""
        start = (
            f'{{"mode":"{"reset" if self.reset else "delta"}","cursor":{quoted(self.cursor)},'
            f'"more":{"true" if self.more else "false"},"changes":[')
        tail = "" if self.more else f',"digest":{self.digest}'
        return [start.encode(), *_changes(self.changes, texts[self.bucket.community]), f"]{tail}}}".encode()]


def pull(db: Db, cfg: Config, staff: str, said: Mapping[str, Any]) -> bytes:
    """The answer to a pull (`said`: PullIn), as JSON in UTF-8. Refusal upgrade-required below the oldest schema."""
    if said["client"].get("schema", 1) < SCHEMA_MIN:
        refuse("upgrade-required")
    with db.snapshot() as sql:
        epoch, scope = sql.ask(_scope(staff))
        pages, complete = _pages(sql, db.engine.path, said, epoch, scope)
        texts, made = _texts(sql, cfg, (db.engine.path, epoch), pages)
    _keep(db, made)
    now = clock.now()
    head = {
        "epoch": epoch, "server_time": clock.instant(now), "lease_until": lease(now, lease_hours(clock.day_of(now))),
        "complete": complete, "replay_ops": bool(said["epoch"]) and said["epoch"] != epoch,
        "scope": [bucket.name for bucket, _ in scope],
    }
    parts = [json.dumps(head, separators=(",", ":"))[:-1].encode(), b',"buckets":{']
    for number, page in enumerate(pages):
        parts += [b"," if number else b"", quoted(page.bucket.name).encode(), b":", *page.text(texts)]
    return b"".join([*parts, b"}}"])


def lease(now: datetime, hours: int) -> str:
    """Until when a phone may keep its buckets without contact."""
    return clock.instant(now + timedelta(hours=hours))


def scope_of(sql: Sql, staff: str) -> list[Bucket]:
    """Every bucket the person's phones may hold now: of each community org, user, then routes by day."""
    return [bucket for bucket, _ in sql.ask(_scope(staff))[1]]


def _scope(staff: str) -> Question[tuple[str, Scope]]:
    """(epoch, buckets in scope with the heads of their communities)."""
    def read(found: tuple[str, Sequence[tuple[str, int, Sequence[str]]]]) -> tuple[str, Scope]:
        return found[0], [(bucket, head) for c, head, routes in found[1] for bucket in (
            Bucket(f"org:{c}", c, "org"), Bucket(f"user:{c}:{staff}", c, "user", staff),
            *(Bucket(f"route:{route}", c, "route", route) for route in routes))]

    today = clock.today()
    return buckets.scope(staff, clock.add_days(today, -DAYS_BACK), clock.add_days(today, DAYS_AHEAD)).then(read)


def _pages(sql: Sql, path: str, said: Mapping[str, Any], epoch: str, scope: Scope) -> tuple[list[Page], bool]:
    """(pages of the buckets in their order until the limit is reached, whether that is all)."""
    pages: list[Page] = []
    left, complete = said["limit"], True
    for (bucket, head), holding in zip(scope, _held(sql, path, epoch, scope), strict=True):
        if left <= 0:
            return pages, False
        after = cursor.read(said["buckets"].get(bucket.name), epoch, head)
        changes, more = cursor.page(holding.entities, after or cursor.START, left, after is None)
        left -= len(changes)
        complete = complete and not more
        at = Position(*changes[-1][:3]) if more else Position(head, AFTER, "")
        digest = "" if more else holding.digest
        pages.append(Page(bucket, after is None, changes, more, cursor.write(epoch, at), digest))
    return pages, complete


def _held(sql: Sql, path: str, epoch: str, scope: Scope) -> list[Holding]:
    """What the buckets hold at these heads: what no page before this one asked for is asked for together."""
    held = {bucket: HOLDINGS.find((path, bucket.name), (epoch, head)) for bucket, head in scope}
    asked: dict[Bucket, Question[Iterable[Entity]]] = {b: contents(b) for b, found in held.items() if found is None}
    answers = sql.together(*asked.values())
    return [held[bucket] or HOLDINGS.keep((path, bucket.name), (epoch, head), answers[asked[bucket]])
            for bucket, head in scope]


def contents(bucket: Bucket) -> Question[Iterable[Entity]]:
    """What a bucket holds or held, with positions. A bucket is a query, not a copy."""
    c = bucket.community
    if bucket.kind == "route":
        return buckets.doors(c, bucket.id).then(cursor.doors)
    if bucket.kind == "user":
        return buckets.own(c, bucket.id).then(cursor.own)
    return buckets.common(c).then(cursor.common)


def _changes(page: Sequence[Entity], texts: Mapping[str, Mapping[str, bytes]]) -> list[bytes]:
    """The changes of a page as pieces of JSON, in order: bodies are joined as they are kept."""
    parts: list[bytes] = []
    starts: dict[int, bytes] = {}  # a route that was published has a hundred doors of one number
    for n, type_, id_, live, _ in page:
        if not live:
            parts.append(f',{{"op":"remove","n":{n},"type":"{type_}","id":{quoted(id_)}}}'.encode())
        elif (body := texts[type_].get(id_)) is not None:
            start = starts.get(n) or starts.setdefault(n, f',{{"op":"put","n":{n},'.encode())
            parts += start, body
    if parts:
        parts[0] = parts[0][1:]
    return parts


def _texts(sql: Sql, cfg: Config, of: tuple[str, str], pages: Sequence[Page]) -> tuple[Texts, list[Row]]:
    """(bodies of the pages: those kept in this version, the rest made now; those to keep). `of`: database and epoch."""
    wanted = _wanted(pages)
    texts = {c: {type_: KEPT.find((*of, c, type_), ids) for type_, ids in types.items()} for c, types in wanted.items()}
    left = {c: {type_: [i for i in types[type_] if i not in texts[c][type_]] for type_ in CACHED
                if type_ in types and len(texts[c][type_]) < len(types[type_])} for c, types in wanted.items()}
    asked = {c: buckets.cached(c, missing) for c, missing in left.items() if missing}
    answers = sql.together(*asked.values())
    for c, question in asked.items():
        for type_, id_, n, text in answers[question]:
            if wanted[c][type_][id_] == n:
                texts[c][type_][id_] = text
    made: list[Row] = []
    for c, types in wanted.items():
        for type_, ids in types.items():
            if len(texts[c][type_]) < len(ids):
                made += _made(sql, cfg, (c, type_), ids, texts[c][type_])
        for type_, missing in left[c].items():
            found, versions = texts[c][type_], types[type_]
            KEPT.keep((*of, c, type_), {i: (versions[i], found[i]) for i in missing if i in found})
    return texts, made


def _wanted(pages: Sequence[Page]) -> dict[str, dict[str, dict[str, int]]]:
    """{community: {type: {id: version}}} of the bodies that go into the pages."""
    wanted: dict[str, dict[str, dict[str, int]]] = {}
    for page in pages:
        types = wanted.setdefault(page.bucket.community, {})
        for _, type_, id_, live, version in page.changes:
            if live:
                types.setdefault(type_, {})[id_] = version
    return wanted


def _made(
    sql: Sql, cfg: Config, of: tuple[str, str], wanted: Mapping[str, int], texts: dict[str, bytes]
) -> list[Row]:
    """Make what is missing of `texts`; the rows to keep of it."""
    c, type_ = of
    found = bodies.make(sql, cfg, c, type_, [id_ for id_ in wanted if id_ not in texts])
    texts.update({id_: bodies.text(type_, id_, body) for id_, body in found.items()})
    if type_ not in CACHED:
        return []
    return [{"community": c, "type": type_, "id": id_, "n": wanted[id_], "json": texts[id_]} for id_ in found]


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
