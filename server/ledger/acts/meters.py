"""What the office looks over before and after billing: meter readings and how a shared sum is split."""

from __future__ import annotations

from typing import Any

from server.db import Row, Sql
from server.errors import refuse
from server.ledger.acts.fees import fee_rules
from server.ledger.rules import fees
from server.ledger.store import fees as fee_store
from server.ledger.store import meters as store

Rows = list[dict[str, Any]]
MUCH = 3
"""So many times the month before, and somebody should look at the meter again."""


def meter_items(db: Sql, community: str) -> Rows:
    """The rules that bill by a reading: meter, or a formula that names 用量."""
    rules = fee_rules(db, community)
    return [rule for rule in rules if rule["method"] == "meter" or "用量" in rule["formula"]]


def sheet(db: Sql, community: str, item: str, period: str) -> dict[str, Any]:
    """{rows: [{home, code, last, before, after, used, remark, bill, bill_fen, basis}], read, missing, used, fen}.

    Every home the item bills: with its reading of the month, or without one (after None) and the last one known.
    `remark` says what should be looked at. Amounts in fen, readings in 0.01 units.
    """
    kinds = {rule["home_kind"] for rule in meter_items(db, community) if rule["item"] == item} or {""}
    homes = {row["home"]: row for kind in sorted(kinds) for row in store.homes_metered(db, community, kind)}
    last = {row["home"]: row for row in store.last_readings(db, community, item, period)}
    found: dict[str, Row] = {}
    for row in store.readings(db, community, item, period):
        found.setdefault(row["home"], row)
    rows = [
        _row(home, found.get(home["home"]), last.get(home["home"]))
        for home in {**homes, **{key: row for key, row in found.items() if key not in homes}}.values()
    ]
    read = [row for row in rows if row["after"] is not None]
    return {
        "rows": sorted(rows, key=lambda row: str(row["code"])), "read": len(read), "missing": len(rows) - len(read),
        "used": sum(row["used"] for row in read), "fen": sum(row["bill_fen"] or 0 for row in read),
    }


def _row(home: Row, reading: Row | None, last: Row | None) -> dict[str, Any]:
    base = {"home": home["home"], "code": home["code"], "last": last["after"] if last else None}
    if reading is None:
        return {**base, "before": base["last"], "after": None, "used": None, "remark": "", "bill": None,
                "bill_fen": None, "basis": ""}
    kept = {key: reading[key] for key in ("before", "after", "used", "bill", "bill_fen", "basis")}
    return {**base, **kept, "remark": _remark(reading, last)}


def _remark(reading: Row, last: Row | None) -> str:
    if last and reading["before"] != last["after"]:
        return "与上期止数不符"
    if not reading["used"]:
        return "用量为 0"
    if last and last["used"] and reading["used"] > MUCH * last["used"]:
        return f"是上期的 {reading['used'] / last['used']:.1f} 倍"
    return ""


def months(db: Sql, community: str) -> list[Row]:
    """[{item, period, homes, used}]: what was read, newest first."""
    return store.months(db, community)


def pools(db: Sql, community: str) -> list[Row]:
    """[{rule, item, share_by, period, fen}]: the shared sums that were entered."""
    return store.pools(db, community)


def split(db: Sql, community: str, rule: str, period: str) -> dict[str, Any]:
    """How a shared sum is split: {item, share_by, period, fen, weight, rows: [{home, code, weight, fen, bill_fen}]}.

    `weight` is the area in 0.01 ㎡ or 1 a home; the parts add up to the sum to the fen (largest remainder).
    Refusal fee_rule_unknown.
    """
    found = next((row for row in fee_rules(db, community) if row["id"] == rule and row["method"] == "share"), None)
    if found is None or not fees.is_month(period):
        refuse("fee_rule_unknown")
    fen = fee_store.pools(db, community, period).get(rule, 0)
    homes = fee_store.homes_of_kind(db, community, found["home_kind"])
    weights = [row["area"] if found["share_by"] == "area" else 1 for row in homes]
    parts = fees.share(fen, weights)
    codes, billed = fee_store.codes(db, community), store.shared_bills(db, community, rule, found["item"], period)
    rows = [
        {"home": row["id"], "code": codes[row["id"]], "weight": weight, "fen": part, "bill_fen": billed.get(row["id"])}
        for row, weight, part in zip(homes, weights, parts, strict=True)
    ]
    return {
        "rule": rule, "item": found["item"], "share_by": found["share_by"], "period": period, "fen": fen,
        "weight": sum(weights), "billed_fen": sum(billed.values()),
        "rows": sorted(rows, key=lambda row: str(row["code"])),
    }
