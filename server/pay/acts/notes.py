"""What happened to an order: an event is appended, the state that follows is kept."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from server import clock
from server.db import Pen, Row, Sql
from server.errors import refuse
from server.pay.providers.words import Ticket
from server.pay.rules import orders as rules
from server.pay.store import orders as store


@dataclass(frozen=True)
class Note:
    """An event of an order, whose row was read under this pen; `kept` are columns of order_now."""

    row: Row
    event: str
    source: str
    detail: str = ""
    happened_at: str = ""
    kept: Mapping[str, Any] = field(default_factory=dict)


def note(
    pen: Pen, number: str, event: str, source: str, detail: str = "", ticket: Ticket | None = None,
    happened_at: str = "", **kept: Any,
) -> str:
    """Append an event to an order and keep the state that follows; the state. `kept` are columns of order_now."""
    if ticket is not None:
        kept["ticket"] = json.dumps({"url": ticket.url, "code": ticket.code, "bridge": dict(ticket.bridge)})
    row = needed(pen, pen.community, number)
    return notes(pen, [Note(row, event, source, detail, happened_at, kept)])[0]


def notes(pen: Pen, told: Sequence[Note]) -> list[str]:
    """The same for events of different orders; their states."""
    c = pen.community
    states, events, changes = [], [], []
    for one in told:
        row = one.row
        late = bool(one.happened_at) and one.happened_at > row["expires"]
        state = rules.after(row["state"], one.event, late)
        states.append(state)
        if state == row["state"] and one.event in ("ticket", "unclear", "closing", "closed"):
            continue
        number, seq = row["number"], row["events"] + 1
        events.append({
            "community": c, "number": number, "seq": seq, "kind": one.event, "state": state, "source": one.source,
            "detail": one.detail[:300], "at": pen.at, "n": pen.n,
        })
        changes.append({**one.kept, "number": number, "state": state, "events": seq,
                        "due_at": next_ask(row, state, pen.at)})
        pen.touch("order", number)
    store.add_events(pen, events)
    store.change_all(pen, c, changes)
    return states


def next_ask(row: Mapping[str, Any], state: str, at: str) -> str | None:
    """When an order is asked about next."""
    if state not in rules.OPEN:
        return None
    if state == "closing":
        return at if row["state"] != "closing" else clock.add_seconds(at, rules.AGAIN_S)
    if state == "unknown" and row["state"] != "unknown":
        return at
    seconds = rules.ask_in(row["tries"])
    wanted = clock.add_seconds(row["at"], seconds or 0)
    return max(wanted, at)


def needed(db: Sql, community: str, number: str) -> Row:
    """The row of an order. Refusal order_unknown."""
    row = store.by_number(db, community, number) if len(number) <= 32 else None
    if row is None:
        refuse("order_unknown")
    return row
