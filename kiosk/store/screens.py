"""Screens, their tokens, what they reported last, and the chain of what they showed."""

from __future__ import annotations

from typing import Any

from server.db import Row, Sql

SCREEN = (
    "select s.id, s.name, s.building, s.inches, s.distance_cm, s.made_at, s.token_at, s.revoked_at, b.at, b.rev,"
    " b.lag_since, b.slide, b.painted_at, b.heap, b.clock_ms, b.errors, b.width, b.height from screen s"
    " left join beat b on s.community = b.community and b.screen = s.id where s.community = :c"
)


def put(db: Sql, community: str, row: dict[str, Any]) -> None:
    db.put("screen", [{"community": community, **row}])


def one(db: Sql, community: str, id_: str) -> Row | None:
    return db.one(f"{SCREEN} and s.id = :id", c=community, id=id_)


def every(db: Sql, community: str) -> list[Row]:
    """All screens with their last report, in the order they were made."""
    return db.all(f"{SCREEN} order by s.made_at, s.id", c=community)


def by_token(db: Sql, community: str, hash_: str) -> Row | None:
    """The screen a token opens, now or from its first use on (`next_hash`)."""
    return db.one(
        "select id, name, next_hash, token_at from screen where community = :c and revoked_at is null"
        " and (token_hash = :h or next_hash = :h)",
        c=community, h=hash_,
    )


def set_token(db: Sql, community: str, id_: str, hash_: str, at: str) -> None:
    """From now on only this token opens the screen."""
    db.run(
        "update screen set token_hash = :h, next_hash = null, token_at = :at where community = :c and id = :id",
        c=community, id=id_, h=hash_, at=at,
    )


def set_next(db: Sql, community: str, id_: str, hash_: str) -> None:
    db.run("update screen set next_hash = :h where community = :c and id = :id", c=community, id=id_, h=hash_)


def revoke(db: Sql, community: str, id_: str, at: str) -> None:
    db.run(
        "update screen set revoked_at = :at where community = :c and id = :id and revoked_at is null",
        c=community, id=id_, at=at,
    )


def beat(db: Sql, community: str, screen: str) -> Row | None:
    return db.one(
        "select at, rev, lag_since, slide, painted_at, errors, run, run_from, shown, wish from beat"
        " where community = :c and screen = :s",
        c=community, s=screen,
    )


def put_beat(db: Sql, community: str, row: dict[str, Any]) -> None:
    """The newest report in place of the one before; wishes are fulfilled with it."""
    db.run(
        "insert into beat (community, screen, at, rev, lag_since, slide, painted_at, heap, clock_ms, errors, run,"
        " run_from, shown, width, height, wish) values (:c, :screen, :at, :rev, :lag_since, :slide, :painted_at,"
        " :heap, :clock_ms, :errors, :run, :run_from, :shown, :width, :height, '')"
        " on conflict (community, screen) do update set at = excluded.at, rev = excluded.rev,"
        " lag_since = excluded.lag_since, slide = excluded.slide, painted_at = excluded.painted_at,"
        " heap = excluded.heap, clock_ms = excluded.clock_ms, errors = excluded.errors, run = excluded.run,"
        " run_from = excluded.run_from, shown = excluded.shown, width = excluded.width,"
        " height = excluded.height, wish = ''",
        c=community, **row,
    )


def wish(db: Sql, community: str, screen: str, word: str) -> int:
    return db.run("update beat set wish = :w where community = :c and screen = :s", c=community, s=screen, w=word)


def last_display(db: Sql, community: str, screen: str) -> Row | None:
    return db.one(
        "select seq, hash from display where community = :c and screen = :s order by seq desc limit 1",
        c=community, s=screen,
    )


def put_display(db: Sql, community: str, row: dict[str, Any]) -> None:
    db.put("display", [{"community": community, **row}])


def displays(db: Sql, community: str, screen: str) -> list[Row]:
    """The whole chain of one screen, first to last."""
    return db.all(
        "select screen, seq, from_at, to_at, rev, shown, prev_hash, hash from display"
        " where community = :c and screen = :s order by seq",
        c=community, s=screen,
    )


def put_pairing(db: Sql, row: dict[str, Any]) -> None:
    db.put("pairing", [row])


def forget_pairings(db: Sql, before: str) -> None:
    db.run("delete from pairing where expires_at < :before", before=before)


def open_pairings(db: Sql, source: str) -> tuple[int, int]:
    """How many codes wait: of everybody, and of those asked for from one address."""
    row = db.one(
        "select count(*) as n, count(case when asked_from = :source then 1 end) as own from pairing", source=source
    )
    return (int(row["n"]), int(row["own"])) if row else (0, 0)


def pairing(db: Sql, code: str) -> Row | None:
    return db.one("select code, expires_at, community, screen from pairing where code = :code", code=code)


def pairing_by_poll(db: Sql, hash_: str) -> Row | None:
    return db.one("select code, expires_at, community, screen from pairing where poll_hash = :h", h=hash_)


def claim_pairing(db: Sql, code: str, community: str, screen: str) -> int:
    """1 when the code was free, 0 when somebody was quicker."""
    return db.run(
        "update pairing set community = :c, screen = :s where code = :code and community is null",
        code=code, c=community, s=screen,
    )


def drop_pairing(db: Sql, code: str) -> int:
    return db.run("delete from pairing where code = :code", code=code)


def newest_write(db: Sql, community: str) -> Row | None:
    """Number and instant of the community's last write: what a snapshot is a function of, with the day."""
    return db.one(
        "select n, at from audit where community = :c order by n desc limit 1", c=community
    )


def hold_at(db: Sql, community: str) -> str | None:
    row = db.one("select at from lobby_hold where community = :c", c=community)
    return row["at"] if row else None


def held_figures(db: Sql, community: str) -> str:
    row = db.one("select figures from lobby_hold where community = :c", c=community)
    return str(row["figures"]) if row else "{}"


def put_hold(db: Sql, community: str, at: str, figures: str) -> None:
    db.run(
        "insert into lobby_hold (community, at, figures) values (:c, :at, :figures)"
        " on conflict (community) do update set at = excluded.at, figures = excluded.figures",
        c=community, at=at, figures=figures,
    )


def renew_hold(db: Sql, community: str, at: str) -> None:
    db.run("update lobby_hold set at = :at where community = :c", c=community, at=at)


def drop_hold(db: Sql, community: str) -> None:
    db.run("delete from lobby_hold where community = :c", c=community)
