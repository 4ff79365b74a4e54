"""SQL of photos: bytes, who sent them, which record names them."""

from __future__ import annotations

from collections.abc import Sequence

from server.db import Pen, Row, Sql, listed


def named(db: Sql, c: str, sha: str, staff: str) -> bool:
    """Whether a record of this person names the photo."""
    return db.one(
        "select sha from photo where community = :c and sha = :sha and staff = :s limit 1",
        c=c, sha=sha, s=staff) is not None


def on_routes(db: Sql, c: str, sha: str, routes: Sequence[str]) -> bool:
    """Whether a record of one of these routes, or of a home that stands on one, names the photo."""
    if not routes:
        return False
    frag, params = listed("s.route", routes, "r")
    return db.one(
        "select p.sha from photo p join stop s on s.community = p.community and s.home = p.home"
        f" where p.community = :c and p.sha = :sha and s.went_n is null and {frag} limit 1",
        c=c, sha=sha, **params) is not None


def uploaded(db: Sql, c: str, sha: str, staff: str) -> bool:
    return db.one(
        "select sha from upload where community = :c and sha = :sha and staff = :s", c=c, sha=sha, s=staff) is not None


def put(pen: Pen, sha: str, kind: str, data: bytes, staff: str, device: str) -> int:
    """Keep the bytes and who sent them; how many of them were new."""
    pen.run(
        "insert into upload (community, sha, staff, device, at) values (:c, :sha, :s, :d, :at)"
        " on conflict (community, sha, staff) do nothing",
        c=pen.community, sha=sha, s=staff, d=device, at=pen.at)
    return pen.run(
        "insert into blob (community, sha, kind, bytes, at) values (:c, :sha, :kind, :bytes, :at)"
        " on conflict (community, sha) do nothing",
        c=pen.community, sha=sha, kind=kind, bytes=data, at=pen.at)


def photo(db: Sql, c: str, sha: str) -> Row | None:
    """The picture, only when it is one: papers lie in the same table."""
    return db.one(
        "select kind, bytes from blob where community = :c and sha = :sha and kind in"
        " ('image/jpeg', 'image/png', 'image/webp')", c=c, sha=sha)


def of_source(db: Sql, c: str, sources: Sequence[str]) -> list[Row]:
    """Which photos records name, and whether their bytes arrived: source, sha, kind."""
    frag, params = listed("p.source", sources, "p")
    return db.all(
        "select p.source, p.sha, b.kind from photo p left join blob b on b.community = p.community and b.sha = p.sha"
        f" where p.community = :c and {frag} order by p.source, p.sha", c=c, **params)


def strayed(db: Sql, c: str, staff: str, shas: Sequence[str]) -> list[Row]:
    """Bytes a person sent to this community: sha, kind, bytes."""
    frag, params = listed("b.sha", shas, "b")
    return db.all(
        "select b.sha, b.kind, b.bytes from blob b join upload u on u.community = b.community and u.sha = b.sha"
        f" where b.community = :c and u.staff = :s and {frag}", c=c, s=staff, **params)
