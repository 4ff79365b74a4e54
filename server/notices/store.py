"""SQL of notices: printings, notices, deliveries, wordings; and the doors of a route, in walking order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from server.db import Row, Sql, listed

CHUNK = 500


def route_homes(db: Sql, community: str, route: str) -> list[str]:
    """Homes of a route's live stops in walking order. The table is field's, which stands to our right and lets
    us read it: what is printed for a route is decided here."""
    rows = db.all(
        "select home from stop where community = :c and route = :r and went_n is null order by position, id",
        c=community, r=route,
    )
    return [row["home"] for row in rows]


def route_of(db: Sql, community: str, route: str) -> Row | None:
    return db.one("select id, state from route where community = :c and id = :r", c=community, r=route)


def wordings(db: Sql, community: str) -> list[Row]:
    return db.all(
        "select step, variant, title, opening, closing, at, who from wording where community = :c"
        " order by step, variant",
        c=community,
    )


def set_wording(db: Sql, row: Row) -> None:
    db.run(
        "insert into wording (community, step, variant, title, opening, closing, at, who)"
        " values (:community, :step, :variant, :title, :opening, :closing, :at, :who)"
        " on conflict (community, step, variant) do update set title = excluded.title,"
        " opening = excluded.opening, closing = excluded.closing, at = excluded.at, who = excluded.who",
        **row,
    )


def drop_wording(db: Sql, community: str, step: str, variant: str) -> int:
    return db.run(
        "delete from wording where community = :c and step = :s and variant = :v",
        c=community, s=step, v=variant,
    )


def printed_before(db: Sql, community: str, route: str | None, kind: str, homes: Sequence[str]) -> list[Row]:
    """What was printed before for these homes as this kind (and route), oldest first."""
    same = "route = :r" if route else "route is null"
    params = {"r": route} if route else {}
    found: list[Row] = []
    for start in range(0, len(homes), CHUNK):
        frag, ids = listed("home", homes[start:start + CHUNK], "h")
        found += db.all(
            "select id, home, number, code_handle, content, fen, match from notice"
            f" where community = :c and kind = :k and {same} and {frag} order by printed_at, id",
            c=community, k=kind, **params, **ids,
        )
    return found


def take_numbers(db: Sql, community: str, name: str, count: int) -> int:
    """Reserve `count` numbers; the first of them."""
    row = db.one(
        "insert into counter (community, name, n) values (:c, :name, :count)"
        " on conflict (community, name) do update set n = counter.n + :count returning n",
        c=community, name=name, count=count,
    )
    return int(row["n"]) - count + 1 if row else 1


def add_printing(db: Sql, row: Row) -> None:
    db.put("printing", [row])


def finish_printing(db: Sql, community: str, id_: str, sha: str, pages: int, messages: str) -> None:
    db.run(
        "update printing set sha = :sha, pages = :pages, messages = :messages where community = :c and id = :id",
        c=community, id=id_, sha=sha, pages=pages, messages=messages,
    )


def add_notices(db: Sql, rows: Iterable[Row]) -> None:
    db.put("notice", rows)


def keep_pdf(db: Sql, community: str, sha: str, data: bytes, at: str) -> None:
    db.run(
        "insert into blob (community, sha, kind, bytes, at) values (:c, :sha, 'pdf', :data, :at)"
        " on conflict (community, sha) do nothing",
        c=community, sha=sha, data=data, at=at,
    )


def printing(db: Sql, community: str, id_: str) -> Row | None:
    return db.one("select * from printing where community = :c and id = :id", c=community, id=id_)


def printings(db: Sql, community: str, route: str | None) -> list[Row]:
    """The newest hundred printings, of one route where it is given."""
    same = " and route = :r" if route else ""
    params = {"r": route} if route else {}
    return db.all(
        "select id, route, kind, printed_on, pages, papers, at, who, messages, sha from printing"
        f" where community = :c{same} order by at desc, id desc limit 100",
        c=community, **params,
    )


def pdf(db: Sql, community: str, sha: str) -> bytes | None:
    row = db.one("select bytes from blob where community = :c and sha = :sha", c=community, sha=sha)
    return bytes(row["bytes"]) if row else None


def old_printings(db: Sql, community: str, before: str) -> list[Row]:
    return db.all(
        "select id, sha from printing where community = :c and at < :before and sha is not null",
        c=community, before=before,
    )


def drop_pdf(db: Sql, community: str, sha: str) -> None:
    db.run("update printing set sha = null where community = :c and sha = :sha", c=community, sha=sha)
    db.run("delete from blob where community = :c and sha = :sha and kind = 'pdf'", c=community, sha=sha)


NOTICE = (
    "n.id, n.number, n.home, n.kind, n.step, n.route, n.code_handle, n.fen, n.since_day, n.last_day, n.match,"
    " n.printing, n.printed_at"
)


def notice(db: Sql, community: str, id_: str) -> Row | None:
    return db.one(f"select {NOTICE} from notice n where n.community = :c and n.id = :id", c=community, id=id_)


def homes_of(db: Sql, community: str, ids: Sequence[str]) -> dict[str, str]:
    frag, params = listed("id", list(ids), "n")
    rows = db.all(f"select id, home from notice where community = :c and {frag}", c=community, **params)
    return {row["id"]: row["home"] for row in rows}


def delivered(db: Sql, community: str, notice: str, proof: str, source: str) -> bool:
    return db.one(
        "select id from delivery where community = :c and notice = :n and proof = :p and source = :s",
        c=community, n=notice, p=proof, s=source) is not None


def notice_by_number(db: Sql, community: str, number: str) -> Row | None:
    return db.one(
        f"select {NOTICE} from notice n where n.community = :c and n.number = :no", c=community, no=number
    )


def notices_of_home(db: Sql, community: str, home: str) -> list[Row]:
    return db.all(
        f"select {NOTICE} from notice n where n.community = :c and n.home = :h order by n.printed_at desc, n.id",
        c=community, h=home,
    )


def notices_of_route(db: Sql, community: str, route: str) -> list[Row]:
    return db.all(
        f"select {NOTICE} from notice n where n.community = :c and n.route = :r order by n.printed_at desc, n.id",
        c=community, r=route,
    )


def add_delivery(db: Sql, row: Row) -> int:
    """1 when it is new, 0 when this id was there."""
    return db.run(
        "insert into delivery (community, id, notice, home, proof, signer, at, staff, source, restarts_clock)"
        " values (:community, :id, :notice, :home, :proof, :signer, :at, :staff, :source, :restarts_clock)"
        " on conflict (community, id) do nothing",
        **row,
    )


def deliveries(db: Sql, community: str, notices: Sequence[str]) -> list[Row]:
    frag, ids = listed("notice", notices, "n")
    return db.all(
        "select id, notice, home, proof, signer, at, staff, source, restarts_clock from delivery"
        f" where community = :c and {frag} order by at, id",
        c=community, **ids,
    )
