"""Bills as they stand: rows with their kept sums, open ones, one home's, by identity."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from server.db import Row, Sql, listed
from server.ledger.rules.money import OpenBill

_STANDING = (
    "select b.id as bill, b.home, b.owner, b.item, b.period, b.until_period, b.part, b.turn, b.due,"
    " b.fen as billed_fen, b.basis, b.rule, b.reverses, b.source, b.made_n,"
    " o.fen, o.settled_fen, o.waived_fen, o.open_fen"
    " from bill b join owed o on o.community = b.community and o.bill = b.id"
)
# what is open, with the due day of the debt behind a late fee, and whether its owner has left
_OPEN = (
    "select b.id as bill, b.home, b.item, b.period, b.until_period, b.due, b.fen, b.basis, o.open_fen,"
    " coalesce(p.due, b.due) as debt_due,"
    " case when r.until is not null and r.until <= :today then 1"
    " when b.owner is null and exists (select 1 from resident x where x.community = b.community and x.home = b.home"
    " and x.role = 'owner' and x.until <= :today and x.until > b.due) then 1 else 0 end as former"
    " from owed o join bill b on b.community = o.community and b.id = o.bill"
    " left join late_fee f on f.community = o.community and f.bill = o.bill"
    " left join bill p on p.community = f.community and p.id = f.principal"
    " left join resident r on r.community = b.community and r.id = b.owner"
    " where o.community = :c and o.open_fen > 0"
)


def standing(db: Sql, c: str, ids: Sequence[str]) -> list[Row]:
    """Bills by id with what is settled, waived and open."""
    where, values = listed("b.id", list(ids), "b")
    return db.all(f"{_STANDING} where b.community = :c and {where} order by b.id", c=c, **values)


def of_home(db: Sql, c: str, home: str) -> list[Row]:
    """Every bill of a home that was not reversed, newest first."""
    return db.all(
        f"{_STANDING} where b.community = :c and b.home = :home and b.turn > 0 and not exists (select 1 from bill r"
        " where r.community = b.community and r.reverses = b.id) order by b.due desc, b.period desc, b.item, b.id",
        c=c, home=home,
    )


def open_rows(db: Sql, c: str, today: str, homes: Sequence[str] | None = None) -> list[Row]:
    """Open bills of the homes (or of all), oldest due first."""
    where, values = listed("o.home", list(homes), "h") if homes is not None else ("1 = 1", {})
    return db.all(f"{_OPEN} and {where} order by o.home, o.due, o.bill", c=c, today=today, **values)


def open_of(db: Sql, c: str, today: str, homes: Sequence[str]) -> list[OpenBill]:
    """The same as records for the decision where money goes."""
    return [
        OpenBill(
            r["bill"], r["home"], r["item"], r["period"], r["due"], r["open_fen"], r["debt_due"], bool(r["former"])
        )
        for r in open_rows(db, c, today, homes)
    ]


def turns(db: Sql, c: str, homes: Sequence[str]) -> dict[tuple[str, str, str, int], tuple[int, bool]]:
    """(home, item, period, part) → the last turn used, and whether that bill still stands."""
    where, values = listed("home", list(homes), "h")
    rows = db.all(
        "select home, item, period, part, max(turn) as turn, min(turn) as back from bill"
        f" where community = :c and {where} group by home, item, period, part", c=c, **values,
    )
    return {(r["home"], r["item"], r["period"], r["part"]): (r["turn"], r["back"] != -r["turn"]) for r in rows}


def reversed_by(db: Sql, c: str, bill: str) -> str | None:
    """The bill that reverses this one."""
    row = db.one("select id from bill where community = :c and reverses = :bill", c=c, bill=bill)
    return row["id"] if row else None


def add_owed(db: Sql, rows: list[dict[str, Any]]) -> None:
    """The kept sum of new bills; rows: community, id, home, due, fen."""
    db.put("owed", [
        {"community": r["community"], "bill": r["id"], "home": r["home"], "due": r["due"], "fen": r["fen"],
         "settled_fen": 0, "waived_fen": 0, "open_fen": r["fen"]}
        for r in rows
    ])


def home_exists(db: Sql, c: str, home: str) -> bool:
    return db.one("select 1 as here from home where community = :c and id = :home", c=c, home=home) is not None


def homes_of(db: Sql, c: str, ids: Sequence[str]) -> dict[str, str]:
    """Bill → its home; reversing bills are left out."""
    where, values = listed("id", list(ids), "b")
    rows = db.all(f"select id, home from bill where community = :c and reverses is null and {where}", c=c, **values)
    return {row["id"]: row["home"] for row in rows}
