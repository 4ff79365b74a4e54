"""Late fees: quoted live, posted only when assessed, waived like any bill."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from server.db import Pen, Sql
from server.errors import refuse
from server.ledger.acts.bills import add_bills
from server.ledger.rules.accounts import LATE_ITEM
from server.ledger.rules.late import Clause, accrued
from server.ledger.rules.numbers import key
from server.ledger.store import bills, journal
from server.ledger.store import late as store

UNCHARGED = (LATE_ITEM, "催收费用")


def add_clause(
    pen: Pen, *, item: str, rate: int, grace_days: int, cap_permille: int, clause: str, since: str
) -> str:
    """Enter the contract's clause for a charge item; its id. Without a clause nothing is ever quoted.

    `rate` in 1/100,000 a day, `cap_permille` of the principal. Refusal fee_rule_invalid.
    """
    if not clause.strip() or not 0 < rate <= 300 or not 0 <= grace_days <= 365 or not 0 < cap_permille <= 1000:
        refuse("fee_rule_invalid", reason="违约金须有合同条款，日利率不超过千分之三，总额不超过本金")
    id_ = key("c", journal.number(pen, pen.community, "late_clause"))
    store.add_clause(pen, {
        "community": pen.community, "id": id_, "item": item, "rate": rate, "grace_days": grace_days,
        "cap_permille": cap_permille, "clause": clause, "since": since, "until": None, "who": pen.who, "n": pen.n,
    })
    return id_


def end_clause(pen: Pen, clause: str, until: str) -> None:
    """The clause no longer applies from this day on. Refusal fee_rule_unknown."""
    if not store.end_clause(pen, pen.community, clause, until):
        refuse("fee_rule_unknown")


def quote_late_fees(db: Sql, community: str, homes: Sequence[str], on: str) -> dict[str, list[dict[str, Any]]]:
    """Home id → [{bill, item, period, owner, fen, days, basis, clause}]: what could be assessed on a day.

    What was assessed before is taken off. Nothing is written.
    """
    rules = [Clause(*(row[f] for f in Clause._fields)) for row in store.clauses(db, community)]
    found: dict[str, list[dict[str, Any]]] = {home: [] for home in homes}
    if not rules or not homes:
        return found
    due = [row for row in store.overdue(db, community, on, homes) if row["item"] not in UNCHARGED]
    ids = [row["bill"] for row in due]
    paid: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for row in store.paid_days(db, community, ids):
        paid[row["bill"]].append((row["day"], row["fen"]))
    before = store.assessed(db, community, ids)
    for row in due:
        for clause in rules:
            if clause.item != row["item"]:
                continue
            quote = accrued(clause, row["principal"], row["due"], paid[row["bill"]], on)
            fen = quote.fen - before.get(row["bill"], 0)
            if fen > 0:
                found[row["home"]].append({
                    **{k: row[k] for k in ("bill", "item", "period", "until_period", "owner")},
                    "fen": fen, "days": quote.days, "basis": quote.basis, "clause": clause.id,
                })
    return found


def assess_late_fees(pen: Pen, homes: Sequence[str], on: str | None = None) -> list[str]:
    """Post what is quoted today as bills of item 违约金, due at once; their ids."""
    day = on or pen.day
    quoted = quote_late_fees(pen, pen.community, homes, day)
    quotes = [(home, quote) for home, found in quoted.items() for quote in found]
    if not quotes:
        return []
    parts: dict[tuple[str, str], int] = defaultdict(lambda: -1)
    for (home, item, period, part), _ in bills.turns(pen, pen.community, sorted({h for h, _ in quotes})).items():
        if item == LATE_ITEM:
            parts[home, period] = max(parts[home, period], part)
    rows = []
    for home, quote in quotes:
        parts[home, quote["period"]] += 1
        rows.append({
            "home": home, "item": LATE_ITEM, "period": quote["period"], "until_period": quote["until_period"],
            "part": parts[home, quote["period"]], "owner": quote["owner"], "due": day, "fen": quote["fen"],
            "basis": f"{quote['period']} {quote['item']}：{quote['basis']}", "rule": quote["clause"],
        })
    made = add_bills(pen, rows, settle=False)
    pen.put("late_fee", [
        {"community": pen.community, "bill": bill, "principal": quote["bill"], "until": day, "fen": quote["fen"],
         "clause": quote["clause"], "n": pen.n}
        for bill, (_, quote) in zip(made, quotes, strict=True)
    ])
    return made
