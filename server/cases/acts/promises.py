"""Promises: a day and an amount somebody named. Whether it was kept is read from the ledger, never stored."""

from typing import Any

from server import clock
from server.cases import rules, store
from server.cases.acts.limitation import interrupt
from server.db import Pen, Sql
from server.errors import Refusal


def make_promise(pen: Pen, *, id: str, home: str, due: str, fen: int, made_on: str, staff: str, source: str) -> str:
    """Keep a promise (fen 0: no amount was named) and restart the clock. The same id twice is kept once.

    An earlier open promise is left as it is: whoever records a second one decides (`end_promise`)."""
    if due < made_on:
        raise Refusal("promise_in_past", pointer="/data/promise/due")
    done = pen.run(
        "insert into promise (community, id, home, due, fen, made_on, staff, source, n) values "
        "(:c, :id, :home, :due, :fen, :made_on, :staff, :source, :n) "
        "on conflict (community, id) do nothing",
        c=pen.community,
        id=id,
        home=home,
        due=due,
        fen=fen,
        made_on=made_on,
        staff=staff,
        source=source,
        n=pen.n,
    )
    if done:
        pen.touch("household", home)
        if rules.proven(source):
            interrupt(pen, home, made_on, "promise", source)
    return id


def end_promise(pen: Pen, promise: str, how: str, reason: str = "", replaced_by: str | None = None) -> None:
    """Cancel a promise, or say that another replaced it (`how`: cancelled | replaced). Twice is harmless."""
    row = pen.one("select home from promise where community = :c and id = :id", c=pen.community, id=promise)
    if row is None:
        raise Refusal("promise_unknown")
    pen.run(
        "insert into promise_end (community, promise, how, replaced_by, day, who, reason, n) values "
        "(:c, :id, :how, :by, :day, :who, :reason, :n) "
        "on conflict (community, promise) do nothing",
        c=pen.community,
        id=promise,
        how=how,
        by=replaced_by,
        day=pen.day,
        who=pen.who,
        reason=reason,
        n=pen.n,
    )
    pen.touch("household", row["home"])


def promises(db: Sql, community: str, home_ids: list[str], on: str | None = None) -> dict[str, list[dict[str, Any]]]:
    """{home: [{id, home, due, fen, made_on, staff, source, paid_fen, ended, state}]} in order of their day.

    `paid_fen` is what came from the day it was made to its own day, less what was undone; `state` is as of
    `on` (default today): open, kept, broken, cancelled, replaced."""
    today = on or clock.today()
    out: dict[str, list[dict[str, Any]]] = {}
    for row in store.promises(db, community, home_ids):
        out.setdefault(row["home"], []).append(_with_state(row, today))
    return out


def promises_due(db: Sql, community: str, day: str) -> list[dict[str, Any]]:
    """Promises that fall on one day, with their state on that day; ended ones are left out."""
    rows = [_with_state(row, day) for row in store.promises(db, community, None, due=day)]
    return [row for row in rows if row["state"] in ("open", "kept")]


def open_promises(db: Sql, community: str, on: str) -> list[dict[str, Any]]:
    """All promises of a community with their state."""
    return [_with_state(row, on) for row in store.promises(db, community, None)]


def _with_state(row: dict[str, Any], today: str) -> dict[str, Any]:
    state = rules.promise_state(row["due"], row["fen"], row["paid_fen"], today, row["ended"] or "")
    return {**row, "state": state}
