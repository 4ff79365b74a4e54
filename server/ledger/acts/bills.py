"""Bills: made, reversed, and settled from credit that is there already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from server.db import Pen
from server.errors import refuse
from server.ledger.acts.work import Work
from server.ledger.rules import accounts
from server.ledger.rules.money import allocate
from server.ledger.rules.numbers import key
from server.ledger.store import bills as store
from server.ledger.store import former, journal, payments, waivers


def add_bills(pen: Pen, rows: Sequence[dict[str, Any]], settle: bool = True) -> list[str]:
    """Make bills as one entry; their ids in the order of `rows`.

    A row has home, item, period (YYYY-MM), due (day), fen ≥ 0 and basis (a line an owner can read); it may have
    owner, until_period, part, rule, source. Credit of the homes settles what they owe unless `settle` is False.
    Refusal bill_exists when one stands for the same home, item, period and part.
    """
    if not rows:
        return []
    first = journal.number(pen, pen.community, "bill", len(rows))
    used = store.turns(pen, pen.community, sorted({row["home"] for row in rows}))
    income = accounts_for(pen, {row["item"] for row in rows})
    work = Work(pen, "bill")
    made = []
    for i, row in enumerate(rows):
        bill = _bill(pen, key("b", first + i), row, used)
        work.bill(bill, income[row["item"]])
        made.append(bill["id"])
    work.finish()
    if settle:
        apply_credit(pen, sorted({row["home"] for row in rows}))
    return made


def accounts_for(pen: Pen, items: set[str]) -> dict[str, str]:
    """The income account of each charge item; a new item gets the usual one."""
    known = journal.item_accounts(pen, pen.community)
    fresh = [
        {"name": item, "account": accounts.of_item(item), "fund": accounts.fund_of(item)}
        for item in sorted(items - set(known))
    ]
    journal.add_items(pen, pen.community, fresh)
    return {**known, **{row["name"]: row["account"] for row in fresh}}


def _bill(pen: Pen, id_: str, row: dict[str, Any], used: dict[Any, tuple[int, bool]]) -> dict[str, Any]:
    identity = row["home"], row["item"], row["period"], row.get("part", 0)
    turn, stands = used.get(identity, (0, False))
    if stands:
        refuse("bill_exists", item=row["item"], period=row["period"])
    used[identity] = (turn + 1, True)
    return {
        "id": id_, "home": row["home"], "owner": row.get("owner"), "item": row["item"], "period": row["period"],
        "until_period": row.get("until_period"), "part": row.get("part", 0), "turn": turn + 1, "due": row["due"],
        "fen": row["fen"], "basis": row["basis"], "rule": row.get("rule"), "reverses": None,
        "source": row.get("source", ""), "made_n": pen.n,
    }


def reverse_bill(pen: Pen, bill: str, reason: str) -> str:
    """Take a bill back by a reversing one: its money becomes credit again, its waivers fall away. The new bill's id.

    Refusals: bill_unknown, bill_reversed.
    """
    found = store.standing(pen, pen.community, [bill])
    if not found or found[0]["reverses"] is not None:
        refuse("bill_unknown", bill=bill)
    if store.reversed_by(pen, pen.community, bill):
        refuse("bill_reversed")
    old = found[0]
    work = Work(pen, "bill_reversed", ref=bill)
    undo_on_bill(pen, work, bill)
    for waiver in waivers.live(pen, pen.community, [bill]):
        undo_waiver(pen, work, waiver, old)
    id_ = key("b", journal.number(pen, pen.community, "bill"))
    work.bill(
        {"id": id_, "home": old["home"], "owner": old["owner"], "item": old["item"], "period": old["period"],
         "until_period": old["until_period"], "part": old["part"], "turn": -old["turn"], "due": old["due"],
         "fen": -old["billed_fen"], "basis": reason, "rule": old["rule"], "reverses": bill, "source": old["source"],
         "made_n": pen.n},
        accounts_for(pen, {old["item"]})[old["item"]],
    )
    work.finish()
    return id_


def undo_on_bill(pen: Pen, work: Work, bill: str, fen: int | None = None) -> None:
    """Undo allocations of a bill, newest first, until `fen` are free (None: all of them)."""
    for row in payments.live_allocations(pen, pen.community, bills=[bill]):
        if fen is not None and fen <= 0:
            return
        work.undo(row)
        if fen is not None:
            fen -= row["fen"]


def undo_waiver(pen: Pen, work: Work, waiver: dict[str, Any], bill: dict[str, Any]) -> None:
    """A waiver falls away: the money is asked again."""
    work.waive(waiver["bill"], waiver["home"], bill["item"], bill["period"], -waiver["fen"])
    work.posting.fact("waiver", {
        "id": key("w", journal.number(pen, pen.community, "waiver")), "bill": waiver["bill"], "home": waiver["home"],
        "fen": waiver["fen"], "ask": waiver["ask"], "reason": waiver["reason"], "undoes": waiver["id"],
        "who": pen.who, "at": pen.at, "n": pen.n,
    })


def apply_credit(pen: Pen, homes: Sequence[str]) -> int:
    """Let the credit of homes settle what they owe, oldest payment to oldest debt; fen settled.

    What an owner who left had paid in advance is his: it settles nothing of the next one's (`acts.former`).
    """
    left = payments.credits(pen, pen.community, homes)
    if left:
        gone = former.payments_of(pen, pen.community, pen.day, sorted({row["home"] for row in left}))
        left = [row for row in left if (row["home"], row["payment"]) not in gone]
    if not left:
        return 0
    open_bills = store.open_of(pen, pen.community, pen.day, sorted({row["home"] for row in left}))
    room = {bill.bill: bill.open_fen for bill in open_bills}
    work = Work(pen, "allocation")
    settled = 0
    for credit in left:
        mine = [replace(b, open_fen=room[b.bill]) for b in open_bills if b.home == credit["home"] and room[b.bill] > 0]
        for bill, fen in allocate(credit["fen"], mine):
            work.allocate(credit["payment"], bill.bill, bill.home, bill.item, bill.period, fen)
            room[bill.bill] -= fen
            settled += fen
    if settled:
        work.finish()
    return settled
