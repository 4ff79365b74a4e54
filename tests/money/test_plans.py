"""What the desk asks often goes by a key: SQLite's own plans name no table that is read whole."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from server.db import Db, Row
from server.ledger.store import former, meters
from server.pay.store import search


class Plans:
    """Stands where a connection stands, and notes how SQLite would go about it."""

    def __init__(self, db: Db) -> None:
        self.db, self.seen = db, [""]

    def all(self, sql: str, **values: Any) -> list[Row]:
        self.seen += [row["detail"] for row in self.db.all(f"explain query plan {sql}", **values)]
        return []


READS: dict[str, tuple[Callable[[Any, str], Any], tuple[str, ...]]] = {
    "an order by number, transaction or amount": (
        lambda db, c: search.orders(db, c, "x", 5, "2026", 50), ("pay_order", "order_now", "o", "s")),
    "the credit of one home": (lambda db, c: former.credits(db, c, "2026-01-01", ["h"]), tuple("kpxymt")),
    "who asked for a return": (lambda db, c: former.asks(db, c), ("s", "w", "r")),
    "the readings of a month": (lambda db, c: meters.readings(db, c, "水费", "2026-01"), ("r", "b")),
    "the bills of a share": (lambda db, c: meters.shared_bills(db, c, "f1", "电梯费", "2026-01"), ("b",)),
}


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
@pytest.mark.parametrize("what", READS)
def test_what_is_asked_often_goes_by_a_key(db: Db, what: str) -> None:
    ask, tables = READS[what]
    plans = Plans(db)
    ask(plans, "C1")
    whole = [
        step for step in plans.seen for table in tables
        if step.startswith((f"SCAN {table} ", f"SEARCH {table} "))
        and (step.startswith("SCAN") or "(community=?)" in step or "ANY(" in step)
    ]
    assert len(plans.seen) > 1
    assert not whole
