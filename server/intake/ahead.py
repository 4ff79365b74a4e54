"""Chunks of money, the next one made while the rows of this one are on their way into the database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from server.db import Pen, Sql
from server.intake.gather import Gathered
from server.intake.money import MoneyChunk
from server.intake.rows.bills import BillRow
from server.ledger.bulk import Books


@dataclass(frozen=True)
class Reader:
    """Stands where a pen stands while somebody only looks: it reads, knows the day, and cannot write."""

    sql: Sql
    community: str
    day: str
    who: str = ""

    def all(self, sql: str, **params: Any) -> list[dict[str, Any]]:
        return self.sql.all(sql, **params)

    def one(self, sql: str, **params: Any) -> dict[str, Any] | None:
        return self.sql.one(sql, **params)


class Ahead:
    """The chunks of an import: of each `take` the work under a pen, write it, and `step` on under the same pen.

    `early` reads beside an open write what was committed before it (see `Db.beside`); without it each chunk is made
    when its turn comes."""

    def __init__(self, c: str, found: Gathered, batch: str, early: Sql | None) -> None:
        self.c, self.found, self.batch, self.early = c, found, batch, early
        self.chunks = found.money.chunks()
        self.rows: list[tuple[int, list[BillRow]]] | None = next(self.chunks, None)
        self.made: tuple[MoneyChunk, Books] | None = None

    def __iter__(self) -> Iterator[int]:
        """How many rows are to be written next."""
        while self.rows:
            yield sum(len(rows) for _, rows in self.rows)

    def take(self, pen: Pen) -> MoneyChunk:
        """The rows whose turn it is, compared with what this pen finds and ready to be written.

        What was made under the pen before holds when nobody wrote in between, and pens are numbered without a gap; what
        the chunk before wrote is of other homes. Else it is made again."""
        if self.made:
            work, books = self.made
            if (books.n, books.day) == (pen.n, pen.day):
                return work.under(pen)
        self.made = self._make(pen, Books.under(pen))
        return self.made[0]

    def step(self, pen: Pen) -> None:
        """Take up the next rows, and make what they come to already."""
        before, self.made = self.made, None
        self.rows = next(self.chunks, None)
        if self.early is not None and self.rows and before:
            reader = cast(Pen, Reader(self.early, self.c, pen.day, pen.who))
            self.made = self._make(reader, before[1].next())

    def _make(self, pen: Pen, books: Books) -> tuple[MoneyChunk, Books]:
        work = MoneyChunk(pen, self.found, self.batch)
        work.look(self.rows or [])
        work.make(books)
        return work, books
