"""Rows of money whose owner left, or whose payer nobody found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from server.db import Row, Sql, listed

# a payment whose money moved before its owner left, unless the next owner took it over
_FORMER = (
    "p.community = k.community and p.id = k.payment and exists (select 1 from resident x"
    " where x.community = k.community and x.home = k.home and x.role = 'owner' and x.until <= :today"
    " and x.until > p.happened_on) and not exists (select 1 from resident y where y.community = k.community"
    " and y.home = k.home and y.role = 'owner' and y.since <= p.happened_on and (y.until is null or y.until > :today))"
    " and not exists (select 1 from credit_kept t where t.community = k.community and t.payment = k.payment"
    " and t.home = k.home)"
)


def credits(db: Sql, c: str, today: str, home: str = "") -> list[Row]:
    """home, code, payment, receipt_no, channel, happened_on, fen, left_on: credit that belongs to an owner who left."""
    return db.all(
        "select k.home, h.code, k.payment, p.receipt_no, p.channel, p.happened_on, k.fen, (select min(z.until)"
        " from resident z where z.community = k.community and z.home = k.home and z.role = 'owner'"
        " and z.until > p.happened_on) as left_on from credit k"
        " join home h on h.community = k.community and h.id = k.home"
        f" join payment p on {_FORMER}"
        " where k.community = :c and k.fen > 0 and (:home = '' or k.home = :home) order by h.code, k.payment",
        c=c, today=today, home=home,
    )


def payments_of(db: Sql, c: str, today: str, homes: Sequence[str]) -> set[tuple[str, str]]:
    """The same as (home, payment) of some homes."""
    where, values = listed("k.home", list(homes), "h")
    rows = db.all(
        f"select k.home, k.payment from credit k join payment p on {_FORMER}"
        f" where k.community = :c and k.fen > 0 and {where}", c=c, today=today, **values,
    )
    return {(row["home"], row["payment"]) for row in rows}


def names(db: Sql, c: str, home: str, left_on: str) -> list[Row]:
    """The owners who left a home on a day."""
    return db.all(
        "select name from resident where community = :c and home = :home and role = 'owner' and until = :day"
        " order by position", c=c, home=home, day=left_on,
    )


def keep(db: Sql, row: dict[str, Any]) -> None:
    db.put("credit_kept", [row])


# --- suspense that goes back -------------------------------------------------

_ASK = (
    "select a.*, s.channel, s.transaction_id, s.fen, s.happened_on, w.granted, w.who as answered_by,"
    " w.at as answered_at, r.voucher, r.happened_on as returned_on from suspense_ask a"
    " join suspense s on s.community = a.community and s.id = a.suspense"
    " left join suspense_answer w on w.community = a.community and w.ask = a.id"
    " left join suspense_return r on r.community = a.community and r.ask = a.id"
)


def ask(db: Sql, c: str, id_: str) -> Row | None:
    return db.one(f"{_ASK} where a.community = :c and a.id = :id", c=c, id=id_)


def asks(db: Sql, c: str, suspense: str = "", size: int = 2_000) -> list[Row]:
    """Newest first; of one suspense, or all."""
    return db.all(
        f"{_ASK} where a.community = :c and (:suspense = '' or a.suspense = :suspense) order by a.id desc limit :size",
        c=c, suspense=suspense, size=size,
    )


def returned(db: Sql, c: str, suspense: str) -> bool:
    return db.one("select 1 as yes from suspense_return where community = :c and suspense = :s",
                  c=c, s=suspense) is not None
