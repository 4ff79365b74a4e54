"""Instalment plans (分期): parts with days; late, done or on time is read from the ledger."""

from collections.abc import Sequence
from typing import Any

from server import clock
from server.cases import rules, store
from server.cases.acts.limitation import interrupt
from server.db import Pen, Sql
from server.errors import Refusal


def make_plan(
    pen: Pen, *, id: str, home: str, parts: Sequence[tuple[str, int]], note: str = "", source: str = "office"
) -> str:
    """Keep a plan of (due day, fen) parts, agreed today; it restarts the clock. Twice is kept once."""
    if not parts or any(fen <= 0 for _, fen in parts):
        raise Refusal("plan_invalid")
    ordered = sorted(parts)
    if ordered[0][0] < pen.day:
        raise Refusal("promise_in_past", pointer="/data/parts")
    done = pen.run(
        "insert into instalment_plan (community, id, home, made_on, who, note, source, n) values "
        "(:c, :id, :home, :day, :who, :note, :source, :n) on conflict (community, id) do nothing",
        c=pen.community,
        id=id,
        home=home,
        day=pen.day,
        who=pen.who,
        note=note,
        source=source,
        n=pen.n,
    )
    if done:
        pen.put(
            "instalment",
            [
                {"community": pen.community, "plan": id, "seq": seq, "due": due, "fen": fen}
                for seq, (due, fen) in enumerate(ordered, 1)
            ],
        )
        interrupt(pen, home, pen.day, "plan", source)
    return id


def end_plan(pen: Pen, plan: str, reason: str) -> None:
    """End a plan before its time, with a reason. Twice is harmless."""
    row = pen.one("select home from instalment_plan where community = :c and id = :id", c=pen.community, id=plan)
    if row is None:
        raise Refusal("plan_unknown")
    pen.run(
        "insert into plan_end (community, plan, day, who, reason, n) values "
        "(:c, :id, :day, :who, :reason, :n) on conflict (community, plan) do nothing",
        c=pen.community,
        id=plan,
        day=pen.day,
        who=pen.who,
        reason=reason,
        n=pen.n,
    )
    pen.touch("household", row["home"])


def plans(
    db: Sql, community: str, home_ids: list[str] | None = None, on: str | None = None
) -> dict[str, list[dict[str, Any]]]:
    """{home: [{id, made_on, note, parts: [{due, fen}], fen, paid_fen, state}]}, oldest first."""
    today = on or clock.today()
    found: dict[str, dict[str, Any]] = {}
    for row in store.plans(db, community, home_ids):
        plan = found.setdefault(
            row["id"],
            {
                "id": row["id"],
                "home": row["home"],
                "made_on": row["made_on"],
                "note": row["note"],
                "paid_fen": row["paid_fen"],
                "ended_on": row["ended_on"],
                "reason": row["reason"],
                "parts": [],
            },
        )
        plan["parts"].append({"due": row["due"], "fen": row["fen"]})
    out: dict[str, list[dict[str, Any]]] = {}
    for plan in found.values():
        parts = [(part["due"], part["fen"]) for part in plan["parts"]]
        plan["fen"] = sum(fen for _, fen in parts)
        plan["state"] = rules.plan_state(parts, plan["paid_fen"], today, bool(plan["ended_on"]))
        out.setdefault(plan["home"], []).append(plan)
    return out
