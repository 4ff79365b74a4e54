"""Cash as the books hold it by person, its counts and handovers."""

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
