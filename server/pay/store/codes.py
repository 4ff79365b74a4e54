"""SQL of printed codes, of the tries at their doors and of reports about them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from server.db import Row, Sql, listed

FIELDS = (
    "p.community, p.handle, p.class, p.home, p.owner, p.notice, p.version, p.match, p.created_at,"
    " p.printed_at, p.expires, p.revoked_at, p.replaced_by, r.since as owner_since, r.until as owner_until"
)
OF_OWNER = "left join resident r on r.community = p.community and r.id = p.owner"


def code(db: Sql, community: str, handle: str) -> Row | None:
    """One code, with the name of its community and the day its owner left."""
    return db.one(
        f"select {FIELDS}, m.name as community_name from paycode p join community m on m.id = p.community"
        f" {OF_OWNER} where p.community = :c and p.handle = :h",
        c=community, h=handle,
    )


def codes_of(db: Sql, community: str, homes: Sequence[str]) -> list[Row]:
    """All codes of some homes that nobody revoked or replaced, newest first."""
    frag, params = listed("p.home", homes, "h")
    return db.all(
        f"select {FIELDS} from paycode p {OF_OWNER} where p.community = :c and {frag}"
        " and p.revoked_at is null and p.replaced_by is null order by p.created_at desc, p.handle",
        c=community, **params,
    )


def all_codes_of(db: Sql, community: str, home: str) -> list[Row]:
    """Every code a home ever had, newest first, for the office."""
    return db.all(
        f"select {FIELDS} from paycode p {OF_OWNER} where p.community = :c and p.home = :h"
        " order by p.created_at desc, p.handle",
        c=community, h=home,
    )


def lobby_code(db: Sql, community: str) -> Row | None:
    """The newest live code of the lobby."""
    return db.one(
        f"select {FIELDS} from paycode p {OF_OWNER} where p.community = :c and p.class = 'lobby'"
        " and p.revoked_at is null and p.replaced_by is null order by p.created_at desc, p.handle limit 1",
        c=community,
    )


def taken(db: Sql, community: str, handles: Sequence[str]) -> set[str]:
    """Which of these handles exist already."""
    frag, params = listed("handle", handles, "h")
    rows = db.all(f"select handle from paycode where community = :c and {frag}", c=community, **params)
    return {row["handle"] for row in rows}


def owners(db: Sql, community: str, homes: Sequence[str], day: str) -> dict[str, str]:
    """The first current owner of each home."""
    frag, params = listed("home", homes, "h")
    rows = db.all(
        "select home, id from resident where community = :c and role = 'owner' and since <= :day"
        f" and (until is null or until > :day) and {frag} order by home, position desc, id desc",
        c=community, day=day, **params,
    )
    return {row["home"]: row["id"] for row in rows}


def add_codes(db: Sql, rows: Iterable[Row]) -> int:
    return db.put("paycode", rows)


def revoke(db: Sql, community: str, home: str, at: str) -> int:
    return db.run(
        "update paycode set revoked_at = :at where community = :c and home = :h and revoked_at is null",
        c=community, h=home, at=at,
    )


def revoke_one(db: Sql, community: str, handle: str, at: str) -> int:
    return db.run(
        "update paycode set revoked_at = :at where community = :c and handle = :h and revoked_at is null",
        c=community, h=handle, at=at,
    )


def replace(db: Sql, community: str, handle: str, by: str) -> int:
    return db.run(
        "update paycode set replaced_by = :by where community = :c and handle = :h and replaced_by is null",
        c=community, h=handle, by=by,
    )


def printed(db: Sql, community: str, handles: Sequence[str], at: str) -> None:
    """The codes were printed (again): the counters of wrong tries start anew."""
    frag, params = listed("handle", handles, "h")
    db.run(
        f"update paycode set printed_at = :at where community = :c and {frag}", c=community, at=at, **params
    )
    frag, params = listed("subject", handles, "h")
    db.run(
        f"delete from throttle where community = :c and what in ('unlock', 'unlock.lock') and {frag}",
        c=community, **params,
    )


def tries(db: Sql, community: str, handle: str) -> list[Row]:
    """The counters of wrong tries of one code."""
    return db.all(
        "select what, bucket, n from throttle where community = :c and what in ('unlock', 'unlock.lock')"
        " and subject = :h",
        c=community, h=handle,
    )


def count(db: Sql, community: str, what: str, handle: str, bucket: str) -> None:
    db.run(
        "insert into throttle (community, what, subject, bucket, n) values (:c, :what, :h, :bucket, 1)"
        " on conflict (community, what, subject, bucket) do update set n = throttle.n + 1",
        c=community, what=what, h=handle, bucket=bucket,
    )


def posts(db: Sql, community: str, handle: str, day: str) -> int:
    """How often something was sent from a code's page on a day."""
    row = db.one(
        "select n from throttle where community = :c and what = 'page.post' and subject = :h and bucket = :day",
        c=community, h=handle, day=day,
    )
    return int(row["n"]) if row else 0


def numbers(db: Sql, community: str, home: str, day: str) -> list[str]:
    """The phone numbers on file of those who own or live in a home on a day."""
    rows = db.all(
        "select p.number from phone p join resident r on r.community = p.community and r.id = p.resident"
        " where p.community = :c and p.home = :h and (p.until is null or p.until > :day)"
        " and r.since <= :day and (r.until is null or r.until > :day)",
        c=community, h=home, day=day,
    )
    return [row["number"] for row in rows]


def homes_expired(db: Sql, community: str, after: str, until: str) -> list[str]:
    """Homes with a code whose last day lies after one day and up to another."""
    rows = db.all(
        "select distinct home from paycode where community = :c and expires > :after and expires <= :until"
        " and home is not null and revoked_at is null and replaced_by is null order by home",
        c=community, after=after, until=until,
    )
    return [row["home"] for row in rows]


def told_until(db: Sql, community: str) -> int:
    """The day (ordinal) up to which phones were told of expired codes; 0 at first."""
    row = db.one("select n from counter where community = :c and name = 'codes-expired'", c=community)
    return int(row["n"]) if row else 0


def set_told_until(db: Sql, community: str, ordinal: int) -> None:
    db.run(
        "insert into counter (community, name, n) values (:c, 'codes-expired', :n)"
        " on conflict (community, name) do update set n = excluded.n",
        c=community, n=ordinal,
    )


def key_version(db: Sql) -> int:
    """The version of the key that new codes are made with; 1 until somebody turns it."""
    row = db.one("select value from meta where name = 'paycode_version'")
    return int(row["value"]) if row else 1


def set_key_version(db: Sql, version: int) -> None:
    db.run(
        "insert into meta (name, value) values ('paycode_version', :v)"
        " on conflict (name) do update set value = excluded.value",
        v=str(version),
    )


def add_report(db: Sql, row: Row) -> int:
    return db.run(
        "insert into code_report (community, id, handle, scanned, place, source, at)"
        " values (:community, :id, :handle, :scanned, :place, :source, :at)"
        " on conflict (community, id) do nothing",
        **row,
    )


def open_reports(db: Sql, community: str) -> list[Row]:
    return db.all(
        "select p.id, p.handle, p.scanned, p.place, p.source, p.at, c.home from code_report p"
        " left join paycode c on c.community = p.community and c.handle = p.handle"
        " where p.community = :c and p.closed_at is null order by p.at desc limit 200",
        c=community,
    )


def close_report(db: Sql, community: str, report: str, at: str, who: str) -> int:
    return db.run(
        "update code_report set closed_at = :at, closed_by = :who"
        " where community = :c and id = :id and closed_at is null",
        c=community, id=report, at=at, who=who,
    )
