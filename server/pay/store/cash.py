"""Cash as the books hold it by person, its counts and handovers; invoices."""

from __future__ import annotations

from typing import Any

from server.db import Row, Sql


def held(db: Sql, c: str) -> list[Row]:
    """holder, fen: what the books say lies with whom."""
    return db.all(
        "select substr(account, 6) as holder, sum(fen) as fen from line where community = :c"
        " and account >= '1001' and account < '1002' group by account order by account", c=c,
    )


def last_move(db: Sql, c: str, holder: str, day: str) -> int:
    """The newest entry up to a day that moved a holder's cash; 0 without."""
    row = db.one(
        "select max(l.entry) as no from line l join entry e on e.community = l.community and e.entry = l.entry"
        " where l.community = :c and l.account = :account and e.book_date <= :day",
        c=c, account=f"1001.{holder}" if holder else "1001", day=day,
    )
    return int(row["no"] or 0) if row else 0


def last_no(db: Sql, c: str) -> int:
    row = db.one("select max(entry) as no from entry where community = :c", c=c)
    return int(row["no"] or 0) if row else 0


def counts(db: Sql, c: str, size: int) -> list[Row]:
    return db.all("select * from cash_count where community = :c order by at desc, id desc limit :size", c=c, size=size)


def add_count(db: Sql, row: dict[str, Any]) -> None:
    db.put("cash_count", [row])


def add_handover(db: Sql, row: dict[str, Any]) -> None:
    db.put("cash_handover", [row])


def known(db: Sql, c: str, table: str, id_: str) -> bool:
    return db.one(f"select 1 as yes from {table} where community = :c and id = :id", c=c, id=id_) is not None


# --- invoices ----------------------------------------------------------------


def add_invoice(db: Sql, row: dict[str, Any]) -> None:
    db.put("invoice", [row])


def invoice(db: Sql, c: str, id_: str) -> Row | None:
    return db.one("select * from invoice where community = :c and id = :id", c=c, id=id_)


def change_invoice(db: Sql, c: str, id_: str, **values: Any) -> None:
    columns = ", ".join(f"{name} = :{name}" for name in values)
    db.run(f"update invoice set {columns} where community = :c and id = :id", c=c, id=id_, **values)


def invoices(db: Sql, c: str, payment: str, waiting: str) -> list[Row]:
    return db.all(
        "select i.*, p.receipt_no, p.happened_on, h.code from invoice i"
        " join payment p on p.community = i.community and p.id = i.payment"
        " join home h on h.community = p.community and h.id = p.home"
        " where i.community = :c and (:payment = '' or i.payment = :payment)"
        " and (:waiting = '' or i.number is null) order by i.at, i.id", c=c, payment=payment, waiting=waiting,
    )
