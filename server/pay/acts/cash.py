"""Cash sessions: what was taken at doors and desk is handed over and counted; the books know who holds how much."""

from __future__ import annotations

from typing import Any

from server.db import Pen, Row, Sql, new_id
from server.errors import refuse
from server.ledger import acts as ledger
from server.pay.store import cash as store


def cash_held(db: Sql, community: str) -> list[Row]:
    """[{holder (staff id), fen}]: what the books say each person holds; those with nothing are left out."""
    return [row for row in store.held(db, community) if row["fen"]]


def hand_over(pen: Pen, giver: str, taker: str, fen: int, id: str = "") -> int:
    """Cash goes from one person to another (a collector to the cashier); fen. The same id again changes nothing.

    Refusal cash_nothing when the giver holds less by the books.
    """
    id_ = id or new_id()
    if store.known(pen, pen.community, "cash_handover", id_):
        return fen
    has = next((row["fen"] for row in store.held(pen, pen.community) if row["holder"] == giver), 0)
    if giver == taker or not 0 < fen <= has:
        refuse("cash_nothing", "/fen", fen=has)
    entry = ledger.move_cash(pen, giver, taker, fen)
    store.add_handover(pen, {
        "community": pen.community, "id": id_, "giver": giver, "taker": taker, "fen": fen, "who": pen.who, "at": pen.at,
        "entry": entry,
    })
    pen.touch("money", "cash")
    return fen


def count_cash(pen: Pen, holder: str, counted_fen: int, note: str = "", id: str = "") -> dict[str, Any]:
    """Somebody counted what a person holds: {book_fen, counted_fen, difference_fen}.

    A difference stays with the holder. Refusal cash_nothing for a negative count.
    """
    c, id_ = pen.community, id or new_id()
    book = next((row["fen"] for row in store.held(pen, c) if row["holder"] == holder), 0)
    if counted_fen < 0:
        refuse("cash_nothing", "/fen", fen=book)
    if not store.known(pen, c, "cash_count", id_):
        store.add_count(pen, {
            "community": c, "id": id_, "holder": holder, "book_fen": book, "counted_fen": counted_fen,
            "note": note[:200], "who": pen.who, "at": pen.at, "last_no": store.last_no(pen, c),
        })
        pen.touch("money", "cash")
    return {"book_fen": book, "counted_fen": counted_fen, "difference_fen": counted_fen - book}


def cash_counts(db: Sql, community: str, size: int = 50) -> list[dict[str, Any]]:
    """Counts, newest first, each with its difference_fen."""
    rows = store.counts(db, community, size)
    return [{**row, "difference_fen": row["counted_fen"] - row["book_fen"]} for row in rows]


def cash_blocks(db: Sql, community: str, day: str) -> list[str]:
    """Why cash holds up the closing of a day: where counting is in use, whoever's cash moved since his last count."""
    counted: dict[str, int] = {}
    for row in store.counts(db, community, 500):
        counted.setdefault(row["holder"], row["last_no"])
    if not counted:
        return []
    late = [
        row["holder"] for row in store.held(db, community)
        if store.last_move(db, community, row["holder"], day) > counted.get(row["holder"], 0)
    ]
    return [f"{len(late)} 人手里的现金有变动，还没有清点"] if late else []
