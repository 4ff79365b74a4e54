"""Where the books stand when a chunk is made: what its numbers, its hash and its accounts go on from."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from server import clock
from server.access import prefix_of
from server.db import Pen
from server.ledger.rules import accounts
from server.ledger.rules.money import book_date
from server.ledger.store import journal

COUNTERS = ("bill", "receipt", "allocation", "reversal")


@dataclass
class Books:
    """Read under a pen, or (`next`) known from the chunk before. Making a chunk moves them on."""

    community: str
    n: int
    at: str
    who: str
    day: str
    closed: str | None
    income: dict[str, str]
    """Charge item → its account."""
    numbers: dict[str, int]
    """Counter → the last number it gave out."""
    end: tuple[int, str | None]
    """Number and hash of the last entry; (0, None) at the beginning."""
    fresh: list[str] = field(default_factory=list)
    """Items that this chunk is the first to charge."""

    @classmethod
    def under(cls, pen: Pen) -> Books:
        """As this pen finds them."""
        c = pen.community
        last = journal.last_numbers(pen, c, (*COUNTERS, "entry"))
        return cls(c, pen.n, pen.at, pen.who, pen.day, journal.last_closed(pen, c), journal.item_accounts(pen, c),
                   last, (last["entry"], journal.hash_of(pen, c, last["entry"])))

    def next(self) -> Books:
        """As the pen that follows directly will find them, once the chunk made from these is written."""
        return replace(self, n=self.n + 1, at=clock.instant(), income=dict(self.income), numbers=dict(self.numbers),
                       fresh=[])

    @property
    def prefix(self) -> str:
        return prefix_of(self.community)

    def number(self, name: str, count: int) -> int:
        """Take `count` numbers of a counter; the first of them."""
        self.numbers[name] += count
        return self.numbers[name] - count + 1

    def account(self, item: str) -> str:
        """The income account of a charge item; a new item gets the usual one."""
        if item not in self.income:
            self.income[item] = accounts.of_item(item)
            self.fresh.append(item)
        return self.income[item]

    def date(self, happened_on: str) -> str:
        """The book day of what happened before Koumen was there."""
        return book_date(happened_on, self.closed, self.day, imported=True)
