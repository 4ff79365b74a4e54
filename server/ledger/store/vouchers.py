"""Vouchers of income and expense."""

from __future__ import annotations

from server.db import Row, Sql


def by_id(db: Sql, c: str, voucher: str) -> Row | None:
    return db.one("select * from voucher where community = :c and id = :id", c=c, id=voucher)


def undone_by(db: Sql, c: str, voucher: str) -> str | None:
    row = db.one("select id from voucher where community = :c and undoes = :id", c=c, id=voucher)
    return row["id"] if row else None


def between(db: Sql, c: str, first: str, last: str) -> list[Row]:
    """Vouchers of the days, newest first, with the id of the one that undoes each."""
    return db.all(
        "select v.*, u.id as undone_by from voucher v"
        " left join voucher u on u.community = v.community and u.undoes = v.id"
        " where v.community = :c and v.happened_on between :first and :last"
        " order by v.happened_on desc, v.id desc", c=c, first=first, last=last,
    )
