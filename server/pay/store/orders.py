"""Rows of orders, of what providers told, and of what the office should look at."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from server.db import Row, Sql, listed

_ORDER = (
    "select o.*, s.state, s.events, s.tries, s.asked_at, s.due_at, s.lease, s.ticket, s.payment, s.transaction_id,"
    " p.receipt_no from pay_order o join order_now s on s.community = o.community and s.number = o.number"
    " left join payment p on p.community = s.community and p.id = s.payment"
)


def add(db: Sql, row: dict[str, Any], due_at: str) -> None:
    """A new order, created."""
    db.put("pay_order", [row])
    db.put("order_now", [{
        "community": row["community"], "number": row["number"], "state": "created", "events": 0, "tries": 0,
        "asked_at": None, "due_at": due_at, "lease": None, "ticket": "", "payment": None, "transaction_id": None,
    }])


def by_number(db: Sql, c: str, number: str) -> Row | None:
    return db.one(f"{_ORDER} where o.community = :c and o.number = :number", c=c, number=number)


def by_numbers(db: Sql, c: str, numbers: Sequence[str]) -> dict[str, Row]:
    """Number → order, of those that are there."""
    where, values = listed("o.number", sorted(set(numbers)), "o")
    return {row["number"]: row for row in db.all(f"{_ORDER} where o.community = :c and {where}", c=c, **values)}


def by_key(db: Sql, c: str, key: str) -> Row | None:
    return db.one(f"{_ORDER} where o.community = :c and o.client_key = :key", c=c, key=key)


def by_payment(db: Sql, c: str, payment: str) -> Row | None:
    return db.one(f"{_ORDER} where o.community = :c and s.payment = :payment", c=c, payment=payment)


def page(db: Sql, c: str, home: str, state: str, after: str, size: int) -> list[Row]:
    """Orders, newest first; '' for any home or state; `after` is the number before this page."""
    return db.all(
        f"{_ORDER} where o.community = :c and (:home = '' or o.home = :home) and (:state = '' or s.state = :state)"
        " and (:after = '' or o.number < :after) order by o.number desc limit :size",
        c=c, home=home, state=state, after=after, size=size,
    )


def events(db: Sql, c: str, number: str) -> list[Row]:
    return db.all("select * from order_event where community = :c and number = :number order by seq",
                  c=c, number=number)


def add_events(db: Sql, rows: list[dict[str, Any]]) -> None:
    db.put("order_event", rows)


def change(db: Sql, c: str, number: str, **values: Any) -> None:
    """Set kept columns of an order."""
    change_all(db, c, [{"number": number, **values}])


def change_all(db: Sql, c: str, rows: Sequence[dict[str, Any]]) -> None:
    """Set kept columns of orders; rows have the number and the columns to set, those next to each other the same."""
    for names, alike in groupby(rows, key=tuple):
        columns = ", ".join(f"{name} = :{name}" for name in names if name != "number")
        db.run(f"update order_now set {columns} where community = :c and number = :number",
               many=[{**row, "c": c} for row in alike])


def due(db: Sql, c: str, at: str, size: int) -> list[Row]:
    """Orders to ask about, whose lease nobody holds."""
    return db.all(
        f"{_ORDER} where o.community = :c and s.due_at <= :at and (s.lease is null or s.lease < :at)"
        " order by s.due_at limit :size", c=c, at=at, size=size,
    )


# --- what was told -----------------------------------------------------------


def events_known(db: Sql, c: str, events: Sequence[tuple[str, str]]) -> set[tuple[str, str]]:
    """Which of these (merchant, event) were taken in before."""
    found = set()
    for merchant in sorted({merchant for merchant, _ in events}):
        where, values = listed("event", sorted({event for mine, event in events if mine == merchant}), "e")
        rows = db.all(f"select event from pay_event where community = :c and merchant = :merchant and {where}",
                      c=c, merchant=merchant, **values)
        found |= {(merchant, row["event"]) for row in rows}
    return found


def keep_events(db: Sql, rows: Sequence[dict[str, Any]]) -> None:
    """rows: c, merchant, event, number, at; once each."""
    db.run(
        "insert into pay_event (community, merchant, event, number, at) values (:c, :merchant, :event, :number, :at)"
        " on conflict (community, merchant, event) do nothing", many=rows,
    )


def keep_odd(db: Sql, row: dict[str, Any]) -> None:
    """Once for each thing, however often it is told."""
    columns = ", ".join(row)
    db.run(
        f"insert into pay_odd ({columns}) values ({', '.join(':' + name for name in row)})"
        " on conflict (community, what, merchant, number, transaction_id) do nothing", **row,
    )


def open_odds(db: Sql, c: str) -> list[Row]:
    return db.all("select * from pay_odd where community = :c and closed_at is null order by at desc", c=c)


def close_odd(db: Sql, c: str, id_: str, at: str, who: str) -> int:
    return db.run("update pay_odd set closed_at = :at, closed_by = :who where community = :c and id = :id"
                  " and closed_at is null", c=c, id=id_, at=at, who=who)


# --- counts ------------------------------------------------------------------


def tally(db: Sql, c: str, what: str, subject: str, bucket: str) -> int:
    """One more; how many in this bucket."""
    row = db.one(
        "insert into throttle (community, what, subject, bucket, n) values (:c, :what, :subject, :bucket, 1)"
        " on conflict (community, what, subject, bucket) do update set n = throttle.n + 1 returning n",
        c=c, what=what, subject=subject, bucket=bucket,
    )
    assert row is not None
    return int(row["n"])
