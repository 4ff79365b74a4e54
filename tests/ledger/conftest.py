"""A small estate with bills, and short words for the ledger's verbs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest

from server.db import Db
from server.estate import acts as estate
from server.ledger import acts, verify

ITEM = "物业服务费"


@dataclass
class Books:
    """The ledger of one community as a test talks to it."""

    db: Db
    c: str
    homes: list[str]
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def bill(self, home: int = 0, period: str = "2026-01", fen: int = 10_000, **more: Any) -> str:
        row = {"home": self.homes[home], "item": ITEM, "period": period, "due": f"{period}-25", "fen": fen,
               "basis": "1.00 元/㎡ × 100.00 ㎡", **more}
        with self.db.write(self.c, who="clerk") as pen:
            return acts.add_bills(pen, [row])[0]

    def pay(
        self, home: int = 0, fen: int = 10_000, number: str = "", who: str = "cashier", **more: Any
    ) -> dict[str, Any]:
        words = {"channel": "wechat", "happened_on": "2026-02-01", **more}
        with self.db.write(self.c, who=who) as pen:
            return acts.record_payment(
                pen, transaction_id=number or f"t{next(self.numbers)}", home=self.homes[home], fen=fen, **words
            )

    def undo(self, payment: str, reason: str = "录错了", **more: Any) -> dict[str, Any]:
        with self.db.write(self.c, who="cashier") as pen:
            return acts.undo_payment(pen, payment, reason, **more)

    def waive(self, bill: str, fen: int) -> str | None:
        with self.db.write(self.c, who="clerk") as pen:
            ask = acts.ask_waiver(pen, bill, fen, "漏水三个月")
        with self.db.write(self.c, who="manager") as pen:
            return acts.answer_waiver(pen, ask, True)

    def act(self, verb: Callable[..., Any], *args: Any, who: str = "cashier", **words: Any) -> Any:
        with self.db.write(self.c, who=who) as pen:
            return verb(pen, *args, **words)

    def sums(self, home: int = 0) -> tuple[int, int]:
        """(outstanding, prepaid) of a home."""
        found = acts.sums(self.db, self.c, [self.homes[home]])[self.homes[home]]
        return found["outstanding_fen"], found["prepaid_fen"]

    def open(self, home: int = 0) -> dict[str, int]:
        found = acts.open_bills(self.db, self.c, [self.homes[home]])[self.homes[home]]
        return {bill["bill"]: bill["open_fen"] for bill in found}

    def wrong(self) -> list[str]:
        return list(verify.replay(self.db, self.c)["wrong"])


def make_books(db: Db, c: str, homes: int = 4) -> Books:
    with db.write(c) as pen:
        rows = [
            {"building": str(1 + i // 2), "unit": "1", "room": f"{i + 1}01", "area": 10_000, "kind": "住宅",
             "state": "自住", "owners": [{"name": f"业主{i}", "phones": [f"1990000000{i}"]}]}
            for i in range(homes)
        ]
        made = estate.put_homes(pen, rows)["ids"]
    return Books(db, c, list(made.values()))


@pytest.fixture
def books(db: Db, community: str) -> Books:
    return make_books(db, community)
