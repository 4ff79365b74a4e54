"""Rows of reconciliation: bills that were read, their rows and what matching found."""

from __future__ import annotations

from typing import Any

from server.db import Row, Sql

_DONE = "('matched', 'booked', 'date_shift')"


def put(db: Sql, head: dict[str, Any], rows: list[dict[str, Any]]) -> None:
    """A bill and its rows, again over what was read before; an explanation stays while the verdict does."""
    db.run(
        "insert into recon (community, merchant, channel, day, read_at, rows, paid_fen, refunded_fen, fee_fen)"
        " values (:community, :merchant, :channel, :day, :read_at, :rows, :paid_fen, :refunded_fen, :fee_fen)"
        " on conflict (community, merchant, day) do update set read_at = excluded.read_at, rows = excluded.rows,"
        " paid_fen = excluded.paid_fen, refunded_fen = excluded.refunded_fen, fee_fen = excluded.fee_fen", **head,
    )
    if rows:
        db.run(
            "insert into recon_row (community, merchant, day, kind, id, number, fen, fee_fen, ours_fen, at, verdict,"
            " note, who) values (:community, :merchant, :day, :kind, :id, :number, :fen, :fee_fen, :ours_fen, :at,"
            " :verdict, '', null) on conflict (community, merchant, day, kind, id) do update set"
            " note = case when recon_row.verdict = excluded.verdict then recon_row.note else '' end,"
            " who = case when recon_row.verdict = excluded.verdict then recon_row.who else null end,"
            " number = excluded.number, fen = excluded.fen, fee_fen = excluded.fee_fen,"
            " ours_fen = excluded.ours_fen, at = excluded.at, verdict = excluded.verdict", many=rows,
        )


def shifted(db: Sql, c: str, merchant: str, day: str, ids: list[dict[str, Any]]) -> None:
    """What another day lacked stands in this day's bill."""
    if ids:
        db.run("update recon_row set verdict = 'date_shift' where community = :c and merchant = :merchant"
               " and day <> :day and id = :id and verdict = 'local_only'",
               many=[{"c": c, "merchant": merchant, "day": day, **row} for row in ids])


def heads(db: Sql, c: str, day: str) -> list[Row]:
    return db.all("select * from recon where community = :c and day = :day order by merchant", c=c, day=day)


def head(db: Sql, c: str, merchant: str, day: str) -> Row | None:
    return db.one("select * from recon where community = :c and merchant = :merchant and day = :day",
                  c=c, merchant=merchant, day=day)


def rows(db: Sql, c: str, day: str) -> list[Row]:
    return db.all(
        f"select * from recon_row where community = :c and day = :day order by case when verdict in {_DONE} then 1"
        " else 0 end, merchant, kind, at, id", c=c, day=day,
    )


def explain(db: Sql, c: str, merchant: str, day: str, kind: str, id_: str, note: str, who: str) -> int:
    return db.run(
        "update recon_row set note = :note, who = :who where community = :c and merchant = :merchant and day = :day"
        " and kind = :kind and id = :id", c=c, merchant=merchant, day=day, kind=kind, id=id_, note=note, who=who,
    )


def banked(db: Sql, c: str, merchant: str, day: str, fen: int, entry: int) -> None:
    db.run("update recon set bank_fen = :fen, entry = :entry where community = :c and merchant = :merchant"
           " and day = :day", c=c, merchant=merchant, day=day, fen=fen, entry=entry)


def ours_of_day(db: Sql, c: str, merchant: str, day: str) -> list[Row]:
    """Payments by this merchant's orders whose money moved on a day."""
    return db.all(
        "select p.transaction_id, p.fen, p.at, o.number from payment p"
        " join order_now s on s.community = p.community and s.payment = p.id"
        " join pay_order o on o.community = s.community and o.number = s.number"
        " where p.community = :c and o.merchant = :merchant and p.happened_on = :day", c=c, merchant=merchant, day=day,
    )


def elsewhere(db: Sql, c: str, merchant: str, day: str, id_: str) -> bool:
    """True when another day's bill has it."""
    return db.one(
        "select 1 as yes from recon_row where community = :c and merchant = :merchant and day <> :day and id = :id"
        " and verdict <> 'local_only' limit 1", c=c, merchant=merchant, day=day, id=id_,
    ) is not None


def open_rows(db: Sql, c: str, day: str) -> int:
    row = db.one(f"select count(*) as n from recon_row where community = :c and day <= :day and who is null"
                 f" and verdict not in {_DONE}", c=c, day=day)
    return int(row["n"]) if row else 0


def unmatched(db: Sql, c: str, after: str, day: str) -> int:
    """Payments by orders, booked after one day and up to another, that no bill has confirmed and nobody explained."""
    row = db.one(
        "select count(*) as n from payment p join order_now s on s.community = p.community and s.payment = p.id"
        " where p.community = :c and p.book_date > :after and p.book_date <= :day and not exists"
        " (select 1 from recon_row r where r.community = p.community and r.id = p.transaction_id"
        f" and r.kind = 'payment' and (r.verdict in {_DONE} or r.who is not null))", c=c, after=after, day=day,
    )
    return int(row["n"]) if row else 0
