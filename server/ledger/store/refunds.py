"""Refunds in their two phases."""

from __future__ import annotations

from server.db import Row, Sql


def by_id(db: Sql, c: str, refund: str) -> Row | None:
    """A refund with how it ended: result is null while it is on its way."""
    return db.one(
        "select r.*, e.result from refund r left join refund_end e on e.community = r.community and e.refund = r.id"
        " where r.community = :c and r.id = :id", c=c, id=refund,
    )


def open_ones(db: Sql, c: str) -> list[Row]:
    """Refunds on their way, oldest first."""
    return db.all(
        "select r.* from refund r where r.community = :c and not exists (select 1 from refund_end e"
        " where e.community = r.community and e.refund = r.id) order by r.id", c=c,
    )
