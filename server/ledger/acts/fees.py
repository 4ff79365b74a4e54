"""Fee rules and the bills of a month, in chunks of whole homes that can be resumed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from server.db import Db, Pen, Row, Sql
from server.errors import refuse
from server.ledger.acts.bills import accounts_for, add_bills
from server.ledger.rules import fees
from server.ledger.rules.fees import FeeRule, Home, Span
from server.ledger.rules.numbers import key
from server.ledger.store import bills as bill_store
from server.ledger.store import fees as store
from server.ledger.store import journal

CHUNK = 1_000
DEFAULTS = {
    "price": 0, "formula": "", "every": "month", "home_kind": "", "due_day": 25, "unit": "fen", "rounding": "half_up",
    "vacant_permille": 1000, "split_owner": "no", "share_by": "", "until": None,
}
CHOICES = {
    "method": ("area", "fixed", "meter", "share", "formula"), "every": ("month", "quarter", "year"),
    "unit": ("fen", "jiao", "yuan"), "rounding": ("half_up", "up", "down"), "split_owner": ("yes", "no"),
}


def add_rule(pen: Pen, rule: dict[str, Any]) -> str:
    """Enter a fee rule: fields of `rules.fees.FeeRule`; item, method and since are needed. Refusal fee_rule_invalid."""
    row = {**DEFAULTS, **rule}
    for field, choices in CHOICES.items():
        if row.get(field) not in choices:
            refuse("fee_rule_invalid", f"/{field}", reason=f"{field} 不对")
    if not 1 <= row["due_day"] <= 28 or not 0 <= row["vacant_permille"] <= 1000 or row["price"] < 0:
        refuse("fee_rule_invalid", reason="应收日应在 1 到 28 日，空置比例不超过 100%，单价不为负")
    if row["method"] == "share" and row["share_by"] not in ("area", "home"):
        refuse("fee_rule_invalid", "/share_by", reason="公摊须指明按面积还是按户")
    if row["method"] == "formula":
        _try_formula(row["formula"])
    accounts_for(pen, {row["item"]})
    id_ = key("f", journal.number(pen, pen.community, "fee_rule"))
    store.add_rule(pen, {
        "community": pen.community, "id": id_, "who": pen.who, "n": pen.n,
        **{field: row[field] for field in FeeRule._fields if field != "id"},
    })
    return id_


def _try_formula(formula: str) -> None:
    one = Fraction(1)
    try:
        fees.evaluate(formula, {"area": one, "months": one, "usage": one, "price": one})
    except ValueError as error:
        refuse("fee_rule_invalid", "/formula", reason=str(error))


def end_rule(pen: Pen, rule: str, until: str) -> None:
    """The rule no longer applies from this day on; a new price is a new rule. Refusal fee_rule_unknown."""
    if not store.end_rule(pen, pen.community, rule, until):
        refuse("fee_rule_unknown")


def fee_rules(db: Sql, community: str, on: str | None = None) -> list[Row]:
    """Every fee rule, or those that still apply on a day."""
    return store.rules(db, community, on)


def put_readings(pen: Pen, item: str, period: str, readings: Sequence[dict[str, Any]]) -> int:
    """Readings of a month: rows of home, before, after in 0.01 units; how many."""
    store.put_readings(pen, [
        {"community": pen.community, "home": r["home"], "item": item, "period": period, "before": r["before"],
         "after": r["after"], "n": pen.n} for r in readings
    ])
    return len(readings)


def put_pool(pen: Pen, rule: str, period: str, fen: int) -> None:
    """The sum that the homes of a share rule carry in a month. Refusal fee_rule_unknown (it is not there, or shares
    nothing)."""
    if store.method(pen, pen.community, rule) != "share":
        refuse("fee_rule_unknown", "/rule")
    store.put_pool(pen, {"community": pen.community, "rule": rule, "period": period, "fen": fen, "n": pen.n})


def preview(db: Sql, community: str, period: str, homes: Sequence[str]) -> list[dict[str, Any]]:
    """What `generate_bills` would make for these homes: rows as `add_bills` takes them."""
    rules, shares = rules_of(db, community, period)
    return rows_of(db, community, period, rules, shares, store.homes_of(db, community, homes))


def generate_bills(
    db: Db, community: str, period: str, who: str = "", say: Callable[[int], None] = lambda done: None
) -> dict[str, Any]:
    """Make the bills of a month (YYYY-MM): {bills, fen, homes, skipped}; bills that stand are left alone.

    Each chunk of whole homes is one transaction that also notes how far the run came: killed in the middle, the next
    call goes on there; called again when done, it only adds what is missing. Refusal fee_rule_invalid.
    """
    if not fees.is_month(period):
        refuse("fee_rule_invalid", "/period", reason="账期应写成 2026-11")
    rules, shares = rules_of(db, community, period)
    run = store.run_of(db, community, period)
    resumed: Row = run if run and run["ended_at"] is None else {"after": "", "bills": 0, "fen": 0}
    after = resumed["after"]
    total = {"bills": 0, "fen": 0, "homes": 0, "skipped": 0}
    while True:
        with db.write(community, who=who, verb="bills.generate") as pen:
            rows = store.homes_after(pen, community, after, CHUNK)
            made = _chunk(pen, period, rules, shares, rows)
            after = rows[-1]["id"] if rows else after
            for name, value in made.items():
                total[name] += value
            store.put_run(pen, {
                "community": community, "id": period, "period": period, "after": after,
                "bills": resumed["bills"] + total["bills"], "fen": resumed["fen"] + total["fen"],
                "started_at": pen.at, "ended_at": None if rows else pen.at, "who": who,
            })
        if not rows:
            return total
        say(total["homes"])


def rules_of(db: Sql, c: str, period: str) -> tuple[list[FeeRule], dict[str, dict[str, int]]]:
    """(rules, shares): the rules of a month and, for share rules, each home's part of the pool."""
    rules = [FeeRule(*(row[f] for f in FeeRule._fields)) for row in store.rules(db, c, f"{period}-01")]
    pools = store.pools(db, c, period)
    shares = {}
    for rule in rules:
        if rule.method == "share" and rule.id in pools:
            homes = store.homes_of_kind(db, c, rule.home_kind)
            weights = [row["area"] if rule.share_by == "area" else 1 for row in homes]
            shares[rule.id] = dict(zip((r["id"] for r in homes), fees.share(pools[rule.id], weights), strict=True))
    return rules, shares


def _chunk(
    pen: Pen, period: str, rules: list[FeeRule], shares: dict[str, dict[str, int]], homes: list[Row]
) -> dict[str, int]:
    rows = rows_of(pen, pen.community, period, rules, shares, homes)
    used = bill_store.turns(pen, pen.community, sorted({row["home"] for row in rows})) if rows else {}
    stand = {identity[:3] for identity, (_, stands) in used.items() if stands}
    fresh = [row for row in rows if (row["home"], row["item"], row["period"]) not in stand]
    add_bills(pen, fresh)
    return {
        "bills": len(fresh), "fen": sum(row["fen"] for row in fresh), "homes": len(homes),
        "skipped": len(rows) - len(fresh),
    }


def rows_of(
    db: Sql, c: str, period: str, rules: list[FeeRule], shares: dict[str, dict[str, int]], homes: list[Row]
) -> list[dict[str, Any]]:
    """The bills that rules make for homes in a month, as `add_bills` takes them."""
    if not rules or not homes:
        return []
    ids = [row["id"] for row in homes]
    year = fees.span("year", period, f"{period}-01")
    assert year is not None
    owners: dict[str, list[tuple[str, str, str | None]]] = defaultdict(list)
    for row in store.owners(db, c, ids, f"{period}-01", year.last):
        owners[row["home"]].append((row["id"], row["since"], row["until"]))
    usage = store.usage(db, c, ids, period) if any(rule.method in ("meter", "formula") for rule in rules) else {}
    spans: dict[tuple[str, str | None], Span | None] = {}
    made = []
    for row in homes:
        for rule in rules:
            place = (rule.every, row["handover"] if rule.every == "year" else None)
            if place not in spans:
                spans[place] = fees.span(rule.every, period, place[1])
            days = spans[place]
            if days is not None:
                home = Home(
                    row["id"], row["area"], row["kind"], row["state"], row["rate_fen"], row["handover"],
                    owners[row["id"]], usage.get((row["id"], rule.item)), shares.get(rule.id, {}).get(row["id"]),
                )
                made += _bills(rule, home, days)
    return _numbered(made)


def _numbered(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Parts 1, 2 … where a home has several bills of an item and period: owners, or a price that changed inside it."""
    same: dict[tuple[str, str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        same[row["home"], row["item"], row["period"]].append(row)
    for group in same.values():
        for part, row in enumerate(group, 1):
            row["part"] = part if len(group) > 1 else 0
    return rows


def _bills(rule: FeeRule, home: Home, days: Span) -> list[dict[str, Any]]:
    return [
        {"home": home.id, "owner": charge.owner, "item": rule.item, "period": days.period,
         "until_period": days.until_period, "due": f"{days.period}-{rule.due_day:02d}",
         "fen": charge.fen, "basis": charge.basis, "rule": rule.id}
        for charge in fees.charges(rule, home, days)
    ]
