"""SQL of claims: money said to have changed hands at the door, and what the cashier said to it."""

from __future__ import annotations

from server.db import Pen, Row, Sql

CLAIM = (
    "select k.id as claim, k.id, k.visit, k.home as household_id, h.code as household, k.channel, k.fen, k.reference,"
    " k.staff, s.name as staff_name, k.taken_at, k.taken_on, k.handed_at, k.received_at, x.how,"
    " coalesce(x.how, 'open') as state, x.payment, coalesce(x.reason, '') as reason, x.who as settled_by,"
    " x.at as settled_at from claim k join home h on h.community = k.community and h.id = k.home"
    " join staff s on s.id = k.staff left join claim_end x on x.community = k.community and x.claim = k.id"
    " where k.community = :c"
)


def put(pen: Pen, row: Row) -> None:
    pen.put("claim", [row])


def end(pen: Pen, claim: str, how: str, payment: str | None, reason: str) -> None:
    pen.put("claim_end", [{
        "community": pen.community, "claim": claim, "how": how, "payment": payment, "reason": reason,
        "who": pen.who, "at": pen.at, "n": pen.n,
    }])


def of_visit(db: Sql, c: str, visit: str) -> list[Row]:
    return db.all(f"{CLAIM} and k.visit = :v order by k.id", c=c, v=visit)


def claim(db: Sql, c: str, id_: str) -> Row | None:
    return db.one(f"{CLAIM} and k.id = :id", c=c, id=id_)


def claims(db: Sql, c: str, open_only: bool, last: int) -> list[Row]:
    """Open ones oldest first (money waits), or all, newest first."""
    if open_only:
        return db.all(f"{CLAIM} and x.how is null order by k.received_at, k.id limit :last", c=c, last=last)
    return db.all(f"{CLAIM} order by k.received_at desc, k.id limit :last", c=c, last=last)
