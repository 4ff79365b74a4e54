"""Day close with its checklist, trial balance, account sheets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from server.db import Pen, Sql
from server.errors import refuse
from server.ledger.rules import accounts
from server.ledger.store import days as store
from server.ledger.store import journal, reads, waivers

# what rooms further right have to say against closing a day
_HOLDS: list[Callable[[Sql, str, str], list[str]]] = []


def hold_closing(check: Callable[[Sql, str, str], list[str]]) -> None:
    """A room further right joins the checklist: `check(db, community, day)` gives reasons, [] for none."""
    if check not in _HOLDS:
        _HOLDS.append(check)


def close_day(pen: Pen, day: str, blocks: Sequence[str] = ()) -> dict[str, Any]:
    """Close the books up to and with a day: {day, last_no}. Nothing is posted on it or before it any more.

    `blocks` are reasons from rooms further right (not reconciled, cash not counted). Refusals: day_closed,
    day_not_ready.
    """
    c = pen.community
    last = journal.last_closed(pen, c)
    if last is not None and day <= last:
        refuse("day_closed", day=day)
    if day > pen.day:
        refuse("day_not_ready", day=day, reason="这一天还没有到")
    reasons = [*blocks, *(check["text"] for check in checklist(pen, c, day) if not check["ok"])]
    if reasons:
        refuse("day_not_ready", day=day, reason="；".join(reasons))
    head = journal.last_seal(pen, c)
    row = {"community": c, "day": day, "closed_at": pen.at, "who": pen.who, "last_no": head["no"] if head else 0}
    store.close(pen, row)
    pen.touch("books", day)
    return {"day": day, "last_no": row["last_no"]}


def checklist(db: Sql, community: str, day: str) -> list[dict[str, Any]]:
    """[{check, ok, text}]: what must be so before a day is closed, and what is good to know."""
    balance = sum(row["closing"] for row in trial_balance(db, community, day, day))
    waiting = len(waivers.asked(db, community))
    cash = sum(
        row["fen"] - row["reversed_fen"] for row in reads.takings(db, community, day) if row["channel"] == "cash"
    )
    return [
        {"check": "balance", "ok": balance == 0, "text": "试算平衡" if not balance else f"试算不平，差 {balance} 分"},
        {"check": "waivers", "ok": True, "text": f"待审批减免 {waiting} 笔" if waiting else "没有待审批的减免"},
        {"check": "cash", "ok": True, "text": f"当日现金 {cash // 100}.{cash % 100:02d} 元，请与实点核对"},
        *({"check": "held", "ok": False, "text": text} for hold in _HOLDS for text in hold(db, community, day)),
    ]


def closed_days(db: Sql, community: str, last: int = 31) -> list[dict[str, Any]]:
    """Closed days, newest first: day, closed_at, who, last_no."""
    return store.closed(db, community, last)


def trial_balance(db: Sql, community: str, first: str, last: str) -> list[dict[str, Any]]:
    """[{account, name, opening, debit, credit, closing}] in fen, debit positive; each column of sums is 0 in total."""
    return [
        {**row, "name": accounts.name_of(row["account"]), "closing": row["opening"] + row["debit"] - row["credit"]}
        for row in store.trial(db, community, first, last)
    ]


def account_sheet(
    db: Sql, community: str, account: str, first: str, last: str, size: int = 10_000
) -> dict[str, Any]:
    """{account, name, opening, rows, closing}: the lines of an account with their running balance.

    A row has entry, seq, book_date, kind, ref, who, code (room), home, bill, payment, fen and balance.
    """
    balance = opening = store.opening(db, community, account, first)
    rows = store.sheet(db, community, account, first, last, size)
    for row in rows:
        balance += row["fen"]
        row["balance"] = balance
    return {"account": account, "name": accounts.name_of(account), "opening": opening, "rows": rows, "closing": balance}
