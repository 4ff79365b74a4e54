"""Chunks of money, the next one looked at while the rows of this one are on their way into the database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from server.db import Pen, Sql
from server.intake.gather import Gathered
from server.intake.money import MoneyChunk
from server.intake.rows.bills import BillRow


@dataclass(frozen=True)
class Reader:
    """Stands where a pen stands while somebody only looks: it reads, knows the day, and cannot write."""

    sql: Sql
    community: str
    day: str
    who: str = ""
    n: int = 0

    def all(self, sql: str, **params: Any) -> list[dict[str, Any]]:
        return self.sql.all(sql, **params)

    def one(self, sql: str, **params: Any) -> dict[str, Any] | None:
        return self.sql.one(sql, **params)


class Ahead:
    """The chunks of an import: of each `take` the work under a pen, write it, and `step` on under the same pen.

    `early` reads beside an open write what was committed before it (see `Db.beside`); without it each chunk is looked
    at when its turn comes."""

    def __init__(self, c: str, found: Gathered, batch: str, early: Sql | None) -> None:
        self.c, self.found, self.batch, self.early = c, found, batch, early
        self.chunks = found.money.chunks()
        self.rows: list[tuple[int, list[BillRow]]] | None = next(self.chunks, None)
        self.seen: tuple[MoneyChunk, int, str] | None = None

    def __iter__(self) -> Iterator[int]:
        """How many rows are to be written next."""
        while self.rows:
            yield sum(len(rows) for _, rows in self.rows)

    def take(self, pen: Pen) -> MoneyChunk:
        """The rows whose turn it is, compared with what this pen finds.

        A look taken under the pen before holds when nobody wrote in between, and pens are numbered without a gap; what
        the chunk before wrote is of other homes. Else it is taken again."""
        if self.seen and self.seen[1:] == (pen.n - 1, pen.day):
            return self.seen[0].under(pen)
        return self._look(pen)

    def step(self, pen: Pen) -> None:
        """Take up the next rows, and look at them already."""
        self.rows, self.seen = next(self.chunks, None), None
        if self.early is not None and self.rows:
            self.seen = self._look(cast(Pen, Reader(self.early, self.c, pen.day, pen.who, pen.n))), pen.n, pen.day

    def _look(self, pen: Pen) -> MoneyChunk:
        work = MoneyChunk(pen, self.found, self.batch)
        work.look(self.rows or [])
        return work
