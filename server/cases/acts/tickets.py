"""Tickets: what an owner says is not right. An open one stops the asking for money until it is answered."""

from typing import Any

from server import clock
from server.cases import rules, store
from server.db import Pen, Sql
from server.errors import Refusal


def open_ticket(
    pen: Pen,
    *,
    id: str,
    home: str,
    kind: str,
    text: str,
    source: str,
    at: str = "",
    bill: str | None = None,
    staff: str = "",
) -> str:
    """Open a ticket (`kind` of TICKET_KINDS); answered within ten days. The same id twice is kept once."""
    instant = at or pen.at
    day = clock.day_of(instant)
    done = pen.run(
        "insert into ticket (community, id, home, kind, text, bill, opened_at, opened_on, due_on, "
        "staff, source, n) values (:c, :id, :home, :kind, :text, :bill, :at, :day, :due, :staff, :source, :n) "
        "on conflict (community, id) do nothing",
        c=pen.community,
        id=id,
        home=home,
        kind=kind,
        text=text,
        bill=bill,
        at=instant,
        day=day,
        due=rules.ticket_due(day),
        staff=staff or pen.who,
        source=source,
        n=pen.n,
    )
    if done:
        pen.touch("household", home)
    return id


def close_ticket(pen: Pen, ticket: str, result: str, satisfied: str | None = None) -> None:
    """Close a ticket with what was done. A second closing is refused by name."""
    row = store.ticket(pen, pen.community, ticket)
    if row is None:
        raise Refusal("ticket_unknown")
    if row["closed_on"]:
        raise Refusal("ticket_closed", day=row["closed_on"])
    pen.run(
        "insert into ticket_closing (community, ticket, result, at, day, who, satisfied, n) values "
        "(:c, :id, :result, :at, :day, :who, :satisfied, :n)",
        c=pen.community,
        id=ticket,
        result=result,
        at=pen.at,
        day=pen.day,
        who=pen.who,
        satisfied=satisfied,
        n=pen.n,
    )
    pen.touch("household", row["home"])


def ticket(db: Sql, community: str, ticket_id: str) -> dict[str, Any]:
    """One ticket; Refusal ticket_unknown."""
    row = store.ticket(db, community, ticket_id)
    if row is None:
        raise Refusal("ticket_unknown")
    return row


def tickets(db: Sql, community: str, home_ids: list[str] | None = None, open_only: bool = True) -> list[dict[str, Any]]:
    """Tickets [{id, home, kind, text, bill, opened_on, due_on, closed_on, result …}], nearest deadline first"""
    return store.tickets(db, community, home_ids, open_only)
