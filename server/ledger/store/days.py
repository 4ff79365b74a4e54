"""Days of the books: closing, trial balance, account sheets, seals and their leaves."""

from __future__ import annotations

from typing import Any

from server.db import Row, Sql


def close(db: Sql, row: dict[str, Any]) -> None:
    db.put("book_day", [row])


def closed(db: Sql, c: str, last: int) -> list[Row]:
    """Closed days, newest first."""
    return db.all("select * from book_day where community = :c order by day desc limit :last", c=c, last=last)


def closing(db: Sql, c: str, day: str) -> Row | None:
    return db.one("select * from book_day where community = :c and day = :day", c=c, day=day)


def trial(db: Sql, c: str, first: str, last: str) -> list[Row]:
    """account, opening, debit, credit of the days, debit positive; from the kept sums of days."""
    return db.all(
        "select account, sum(case when day < :first then debit - credit else 0 end) as opening,"
        " sum(case when day >= :first then debit else 0 end) as debit,"
        " sum(case when day >= :first then credit else 0 end) as credit"
        " from account_day where community = :c and day <= :last group by account order by account",
        c=c, first=first, last=last,
    )


def opening(db: Sql, c: str, account: str, first: str) -> int:
    row = db.one(
        "select coalesce(sum(debit - credit), 0) as fen from account_day"
        " where community = :c and day < :first and account = :account", c=c, first=first, account=account,
    )
    assert row is not None
    return int(row["fen"])


def sheet(db: Sql, c: str, account: str, first: str, last: str, size: int) -> list[Row]:
    """Lines of an account in the order of the books."""
    return db.all(
        "select e.entry, e.book_date, e.kind, e.ref, e.who, l.seq, l.fen, l.home, l.bill, l.payment, h.code"
        " from entry e"
        " join line l on l.community = e.community and l.entry = e.entry"
        " left join home h on h.community = l.community and h.id = l.home"
        " where e.community = :c and e.book_date between :first and :last and l.account = :account"
        " order by e.book_date, e.entry, l.seq limit :size", c=c, account=account, first=first, last=last, size=size,
    )


def last_seal(db: Sql, c: str) -> Row | None:
    return db.one("select * from day_seal where community = :c order by no desc limit 1", c=c)


def seals(db: Sql, c: str, last: int) -> list[Row]:
    return db.all("select * from day_seal where community = :c order by no desc limit :last", c=c, last=last)


def all_seals(db: Sql, c: str) -> list[Row]:
    return db.all("select * from day_seal where community = :c order by no", c=c)


def seal_of_day(db: Sql, c: str, day: str) -> Row | None:
    """The seal that covers a day."""
    return db.one(
        "select * from day_seal where community = :c and since <= :day and day >= :day order by no limit 1",
        c=c, day=day,
    )


def seal(db: Sql, c: str, no: int) -> Row | None:
    return db.one("select * from day_seal where community = :c and no = :no", c=c, no=no)


def received(db: Sql, c: str, after: str, day: str) -> list[Row]:
    """Receipts booked past one day up to another: number, fen, book_date. For imported history we do not vouch.

    By book day, not by entry: when yesterday is closed, some of today's money is in the books already.
    """
    return db.all(
        "select receipt_no as number, fen, book_date from payment where community = :c"
        " and book_date > :after and book_date <= :day and substr(transaction_id, 1, 7) <> 'import:' order by id",
        c=c, after=after, day=day,
    )


def returned(db: Sql, c: str, after: str, day: str) -> list[Row]:
    """Reversals and refunds done, of the same days."""
    return db.all(
        "select r.id as number, r.fen from reversal r join payment p on p.community = r.community and p.id = r.payment"
        " where r.community = :c and r.book_date > :after and r.book_date <= :day"
        " and substr(p.transaction_id, 1, 7) <> 'import:'"
        " union all select e.refund as number, f.fen from refund_end e"
        " join refund f on f.community = e.community and f.id = e.refund"
        " where e.community = :c and e.book_date > :after and e.book_date <= :day and e.result = 'done'"
        " order by number",
        c=c, after=after, day=day,
    )


def put_seal(db: Sql, row: dict[str, Any], leaves: list[dict[str, Any]]) -> None:
    db.put("day_seal", [row])
    db.put("seal_leaf", leaves)


def leaf_of(db: Sql, c: str, number: str) -> Row | None:
    return db.one("select * from seal_leaf where community = :c and kind = 'in' and number = :n", c=c, n=number)


def leaves(db: Sql, c: str, no: int, kind: str) -> list[Row]:
    return db.all(
        "select number, fen, salt from seal_leaf where community = :c and seal = :no and kind = :kind"
        " order by position", c=c, no=no, kind=kind,
    )
