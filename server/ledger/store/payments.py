"""Payments, where they went, what is left of them, what went back."""

from __future__ import annotations

from collections.abc import Sequence

from server.db import Row, Sql, listed


def by_transactions(db: Sql, c: str, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Row]:
    """(channel, transaction) → its payment, of those that are booked."""
    return _keyed(db, c, "payment", keys)


def _keyed(db: Sql, c: str, table: str, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Row]:
    found = {}
    for channel in sorted({channel for channel, _ in keys}):
        where, values = listed("transaction_id", sorted({t for mine, t in keys if mine == channel}), "t")
        for row in db.all(
            f"select * from {table} where community = :c and channel = :channel and {where}",
            c=c, channel=channel, **values,
        ):
            found[channel, row["transaction_id"]] = row
    return found


def by_id(db: Sql, c: str, payment: str) -> Row | None:
    return db.one("select * from payment where community = :c and id = :id", c=c, id=payment)


def by_receipt(db: Sql, c: str, receipt_no: str) -> Row | None:
    return db.one("select * from payment where community = :c and receipt_no = :no", c=c, no=receipt_no)


def of_home(db: Sql, c: str, home: str) -> list[Row]:
    return db.all(
        "select * from payment where community = :c and home = :home order by happened_on desc, id desc", c=c, home=home
    )


def first_allocations(db: Sql, c: str, payment: str, entry: int) -> list[Row]:
    """How a payment was allocated when it was booked, whatever was undone since."""
    return db.all(
        "select bill, fen from allocation where community = :c and payment = :payment and entry = :entry"
        " and undoes is null order by id", c=c, payment=payment, entry=entry,
    )


def live_allocations(
    db: Sql, c: str, payments: Sequence[str] | None = None, bills: Sequence[str] | None = None
) -> list[Row]:
    """Allocations that were not undone, newest first, with their bill's item and period."""
    where, values = listed("a.payment", list(payments), "p") if payments is not None else ("1 = 1", {})
    also, more = listed("a.bill", list(bills), "b") if bills is not None else ("1 = 1", {})
    return db.all(
        "select a.id, a.payment, a.bill, a.home, a.fen, a.n, b.item, b.period, b.until_period, b.due"
        " from allocation a join bill b on b.community = a.community and b.id = a.bill"
        " where a.community = :c and a.undoes is null and not exists (select 1 from allocation u"
        f" where u.community = a.community and u.undoes = a.id) and {where} and {also} order by a.id desc",
        c=c, **values, **more,
    )


def credits(db: Sql, c: str, homes: Sequence[str]) -> list[Row]:
    """What is left of payments as prepayment of homes: home, payment, fen; the oldest payment first."""
    where, values = listed("home", list(homes), "h")
    return db.all(
        f"select home, payment, fen from credit where community = :c and fen > 0 and {where} order by payment",
        c=c, **values,
    )


def credits_of(db: Sql, c: str, payment: str) -> list[Row]:
    """At which homes a payment has money left."""
    return db.all(
        "select home, payment, fen from credit where community = :c and payment = :payment and fen > 0 order by home",
        c=c, payment=payment,
    )


def given_back(db: Sql, c: str, payments: Sequence[str]) -> dict[str, int]:
    """Payment → fen reversed or refunded (a refund that failed counts no more)."""
    where, values = listed("payment", list(payments), "p")
    mine, _ = listed("r.payment", list(payments), "p")
    rows = db.all(
        f"select payment, sum(fen) as fen from reversal where community = :c and {where} group by payment",
        c=c, **values,
    ) + db.all(
        f"select r.payment, sum(r.fen) as fen from refund r where r.community = :c and {mine}"
        " and not exists (select 1 from refund_end e where e.community = r.community and e.refund = r.id"
        " and e.result = 'failed') group by r.payment", c=c, **values,
    )
    total: dict[str, int] = {}
    for row in rows:
        total[row["payment"]] = total.get(row["payment"], 0) + row["fen"]
    return total


def reversals_of(db: Sql, c: str, payments: Sequence[str]) -> list[Row]:
    where, values = listed("payment", list(payments), "p")
    return db.all(f"select * from reversal where community = :c and {where} order by id", c=c, **values)


def held_of(db: Sql, c: str, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Row]:
    """(channel, transaction) → money that was booked before anybody knew whose it is."""
    return _keyed(db, c, "suspense", keys)


def held(db: Sql, c: str, channel: str, transaction_id: str) -> Row | None:
    """Money of this transaction that was booked before anybody knew whose it is."""
    return db.one(
        "select * from suspense where community = :c and channel = :channel and transaction_id = :t",
        c=c, channel=channel, t=transaction_id,
    )


def held_by_id(db: Sql, c: str, id_: str) -> Row | None:
    return db.one("select * from suspense where community = :c and id = :id", c=c, id=id_)


def held_open(db: Sql, c: str) -> list[Row]:
    """Suspense that no payment has taken over and that did not go back, newest first."""
    return db.all(
        "select s.* from suspense s where s.community = :c and not exists (select 1 from payment p"
        " where p.community = s.community and p.channel = s.channel and p.transaction_id = s.transaction_id)"
        " and not exists (select 1 from suspense_return r where r.community = s.community and r.suspense = s.id)"
        " order by s.id desc", c=c,
    )
