"""Waivers (减免): asked with a reason, granted or refused by a second person, undone by another fact."""

from __future__ import annotations

from typing import Any

from server.db import Pen, Sql
from server.errors import refuse
from server.ledger.acts.bills import apply_credit, undo_on_bill, undo_waiver
from server.ledger.acts.work import Work
from server.ledger.rules.numbers import key
from server.ledger.store import bills, journal
from server.ledger.store import waivers as store


def ask_waiver(pen: Pen, bill: str, fen: int, reason: str) -> str:
    """Ask that `fen` of a bill be waived; the ask's id. Refusals: bill_unknown, waiver_too_much, reason_needed."""
    if not reason.strip():
        refuse("reason_needed", "/reason")
    row = _bill(pen, bill)
    if not 0 < fen <= row["fen"] - row["waived_fen"]:
        refuse("waiver_too_much", "/fen")
    id_ = key("q", journal.number(pen, pen.community, "waiver_ask"))
    pen.put("waiver_ask", [{
        "community": pen.community, "id": id_, "bill": bill, "fen": fen, "reason": reason, "who": pen.who or "system",
        "at": pen.at, "n": pen.n,
    }])
    pen.touch("household", row["home"])
    return id_


def answer_waiver(pen: Pen, ask: str, grant: bool) -> str | None:
    """A second person grants or refuses; the waiver's id when granted.

    A waiver that leaves the bill over-settled first undoes allocations, newest first; the money is credit.
    Refusals: waiver_unknown, waiver_answered, second_person (the asker cannot answer), waiver_too_much.
    """
    c = pen.community
    asked = store.ask(pen, c, ask)
    if asked is None:
        refuse("waiver_unknown")
    if store.answer(pen, c, ask):
        refuse("waiver_answered")
    if pen.who in ("", asked["who"]):
        refuse("second_person")
    row = _bill(pen, asked["bill"])
    if grant and asked["fen"] > row["fen"] - row["waived_fen"]:
        refuse("waiver_too_much", "/fen")
    pen.put("waiver_answer", [{
        "community": c, "ask": ask, "asker": asked["who"], "bill": asked["bill"], "fen": asked["fen"],
        "granted": "yes" if grant else "no", "who": pen.who, "at": pen.at, "n": pen.n,
    }])
    pen.touch("household", row["home"])
    return _waive(pen, asked, row) if grant else None


def _waive(pen: Pen, asked: dict[str, Any], bill: dict[str, Any]) -> str:
    work = Work(pen, "waiver", ref=asked["bill"])
    over = asked["fen"] - bill["open_fen"]
    if over > 0:
        undo_on_bill(pen, work, asked["bill"], over)
    id_ = key("w", journal.number(pen, pen.community, "waiver"))
    work.posting.fact("waiver", {
        "id": id_, "bill": asked["bill"], "home": bill["home"], "fen": asked["fen"], "ask": asked["id"],
        "reason": asked["reason"], "undoes": None, "who": pen.who, "at": pen.at, "n": pen.n,
    })
    work.waive(asked["bill"], bill["home"], bill["item"], bill["period"], asked["fen"])
    work.finish()
    apply_credit(pen, [bill["home"]])
    return id_


def revoke_waiver(pen: Pen, bill: str) -> int:
    """Every standing waiver of a bill falls away; fen asked again. Refusal: bill_unknown."""
    row = _bill(pen, bill)
    work = Work(pen, "waiver_undone", ref=bill)
    standing = store.live(pen, pen.community, [bill])
    for waiver in standing:
        undo_waiver(pen, work, waiver, row)
    work.finish()
    apply_credit(pen, [row["home"]])
    return sum(waiver["fen"] for waiver in standing)


def waivers_asked(db: Sql, community: str) -> list[dict[str, Any]]:
    """What waits for a second person: id, bill, home, item, period, fen, reason, who, at."""
    return store.asked(db, community)


def _bill(pen: Pen, bill: str) -> dict[str, Any]:
    found = bills.standing(pen, pen.community, [bill])
    if not found or found[0]["reverses"] is not None:
        refuse("bill_unknown", bill=bill)
    return found[0]
