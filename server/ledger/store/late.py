"""Late fees: the clauses, what was assessed, and bills with the days they were paid on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from server.db import Row, Sql, listed


def clauses(db: Sql, c: str) -> list[Row]:
    return db.all("select * from late_clause where community = :c order by since, id", c=c)


def add_clause(db: Sql, row: dict[str, Any]) -> None:
    db.put("late_clause", [row])


def end_clause(db: Sql, c: str, clause: str, until: str) -> int:
    return db.run("update late_clause set until = :until where community = :c and id = :id and since <= :until",
                  c=c, id=clause, until=until)


def overdue(db: Sql, c: str, on: str, homes: Sequence[str]) -> list[Row]:
    """Standing bills of the homes that were due before a day, with what a late fee is reckoned on."""
    where, values = listed("b.home", list(homes), "h")
    return db.all(
        "select b.id as bill, b.home, b.owner, b.item, b.period, b.until_period, b.due,"
        " o.fen - o.waived_fen as principal"
        " from bill b join owed o on o.community = b.community and o.bill = b.id"
        f" where b.community = :c and b.turn > 0 and b.due < :on and o.fen > o.waived_fen and {where}"
        " order by b.home, b.due, b.id", c=c, on=on, **values,
    )


def paid_days(db: Sql, c: str, bills: Sequence[str]) -> list[Row]:
    """bill, day the money moved, fen: live allocations of the bills."""
    where, values = listed("a.bill", list(bills), "b")
    return db.all(
        "select a.bill, p.happened_on as day, a.fen from allocation a"
        " join payment p on p.community = a.community and p.id = a.payment"
        f" where a.community = :c and {where} and a.undoes is null and not exists"
        " (select 1 from allocation u where u.community = a.community and u.undoes = a.id)", c=c, **values,
    )


def assessed(db: Sql, c: str, bills: Sequence[str]) -> dict[str, int]:
    """Principal bill → late fees assessed for it so far (those reversed count no more)."""
    where, values = listed("f.principal", list(bills), "b")
    rows = db.all(
        "select f.principal, sum(f.fen) as fen from late_fee f where f.community = :c and not exists"
        " (select 1 from bill r where r.community = f.community and r.reverses = f.bill)"
        f" and {where} group by f.principal", c=c, **values,
    )
    return {row["principal"]: row["fen"] for row in rows}
