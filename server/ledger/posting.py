"""Write one journal entry with its facts and kept sums: the only way anything enters the books.

A `Posting` collects lines, facts and differences of sums, for one bill or for a chunk of twenty thousand, and writes
them in the order the keys ask for: header, lines, seal, facts, sums.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from operator import itemgetter
from typing import Any

from server.db import Pen
from server.ledger.rules.numbers import FACTS, Head, Line, Values, chain_hash, values_of
from server.ledger.store import journal as store
from server.ledger.store import sums

Rows = list[dict[str, Any]]
_ID = itemgetter(2)


class Posting:
    """One entry in the making; `line`, `against`, `fact` and the sums, then `post`, once."""

    def __init__(self, kind: str, book_date: str, ref: str | None = None) -> None:
        self.kind = kind
        self.book_date = book_date
        self.ref = ref
        self.lines: list[Line] = []
        self.counter: dict[str, int] = defaultdict(int)
        self.facts: dict[str, Rows] = defaultdict(list)
        self.ready: dict[str, list[Values]] = defaultdict(list)
        """Facts of bulk work, as tuples in the order of `FACTS`."""

    def line(
        self, account: str, fen: int, home: str | None = None, bill: str | None = None, payment: str | None = None
    ) -> None:
        """A line of its own; nothing when fen is 0."""
        if fen:
            self.lines.append((account, fen, home, bill, payment))

    def against(self, account: str, fen: int) -> None:
        """The other side, added up by account: a chunk has one such line per account."""
        self.counter[account] += fen

    def fact(self, table: str, row: dict[str, Any]) -> None:
        """A fact row without community and entry; tables are written in the order they first appear."""
        self.facts[table].append(row)

    def all_facts(self) -> dict[str, list[Values]]:
        """What was said by `fact` and what stands `ready`, by table."""
        if not self.facts:
            return self.ready
        tables = dict.fromkeys((*self.facts, *self.ready))
        return {table: values_of(table, self.facts.get(table, ())) + self.ready.get(table, []) for table in tables}

    @property
    def has_lines(self) -> bool:
        """Whether there is anything to post: bills of 0 fen are facts without an entry."""
        return bool(self.lines) or any(self.counter.values())

    def all_lines(self) -> list[Line]:
        """Its own lines, then one for each account of the other side."""
        return self.lines + [(account, fen, None, None, None) for account, fen in self.counter.items() if fen]

    def post(self, pen: Pen) -> int | None:
        """Write the entry and its facts; its number, or None when it has no lines (bills of 0 fen)."""
        return post_all(pen, [self])[0]


def post_all(pen: Pen, postings: Sequence[Posting]) -> list[int | None]:
    """Write entries that follow each other in the chain, each table in one go; their numbers."""
    count = sum(1 for posting in postings if posting.has_lines)
    end = store.chain_end(pen, pen.community, count) if count else (0, None)
    chain = Chain(pen.community, pen.n, pen.at, pen.who, end, postings)
    chain.write(pen)
    return chain.numbers


class Chain:
    """Entries hung from the last seal, one from the other, with their facts and what they change of the days' accounts.

    Made without the database, from the number and hash of the last entry there is (`end`); `write` once."""

    def __init__(
        self, community: str, n: int, at: str, who: str, end: tuple[int, str | None], postings: Sequence[Posting]
    ) -> None:
        self.community, self.n, self.at, self.who = community, n, at, who
        self.numbers: list[int | None] = []
        self.entries: Rows = []
        self.lines: list[Values] = []
        self.seals: Rows = []
        self.facts: dict[str, list[Values]] = defaultdict(list)
        self.days: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
        self.end = end
        for posting in postings:
            self._add(posting)

    def _add(self, posting: Posting) -> None:
        facts, lines, no = posting.all_facts(), posting.all_lines(), None
        if lines:
            no = self._entry(posting, lines, facts)
        self.numbers.append(no)
        for table, rows in facts.items():
            self.facts[table] += [(self.community, no, *row) for row in rows]

    def _entry(self, posting: Posting, lines: list[Line], facts: dict[str, list[Values]]) -> int:
        c, (last, before), count = self.community, self.end, len(lines)
        no = last + 1
        head = Head(no, posting.book_date, posting.kind, posting.ref, self.n, self.at, self.who)
        digest = chain_hash(c, before, head, lines, facts.items())
        self.entries.append(
            {"community": c, "entry": no, "no": no, "lines": count, "book_date": head.book_date, "kind": head.kind,
             "ref": head.ref, "n": head.n, "at": head.at, "who": head.who})
        self.lines += line_rows(c, no, lines)
        self.seals.append(
            {"community": c, "no": no, "entry": no, "lines": count, "total": 0, "prev_no": last if last else None,
             "prev_hash": before, "hash": digest})
        sides: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        for account, fen, *_ in lines:
            sides[account][fen < 0] += fen
        for account, (debit, credit) in sides.items():
            kept = self.days[head.book_date, account]
            kept[0] += debit
            kept[1] -= credit
        self.end = no, digest
        return no

    def write(self, pen: Pen) -> None:
        """Sums, headers, lines, seals, then the facts by table in the order of their keys."""
        if self.entries:
            sums.add_accounts(pen, [
                (self.community, day, account, debit, credit)
                for (day, account), (debit, credit) in sorted(self.days.items())
            ])
            store.add_entries(pen, self.entries, self.lines, self.seals)
        for table, rows in self.facts.items():
            rows.sort(key=_ID)  # entries are by month, ids by home: in their order rows go to the end of their table
            pen.put(table, rows, ("community", "entry", *FACTS[table]))


def line_rows(c: str, no: int, lines: Sequence[Line]) -> list[Values]:
    """Lines with their running sum, in the order of `store.LINE`; an unbalanced entry gets a last sum that no seal
    can hang from."""
    rows: list[Values] = []
    after, count = 0, len(lines)
    for seq, (account, fen, home, bill, payment) in enumerate(lines, 1):
        before, after = after, after + fen
        rows.append((c, no, seq, count, account, fen, seq - 1 or None, before, after, home, bill, payment))
    return rows


class Sums:
    """Differences of the kept sums, collected over an act and saved once; saving touches homes and periods."""

    def __init__(self) -> None:
        self.homes: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
        self.periods: dict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
        self.takings: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
        self.buildings: dict[str, str] = {}
        """Home → building, where it is known already; the others are looked up."""

    def bill(self, home: str, period: str, item: str, billed: int = 0, settled: int = 0, waived: int = 0) -> None:
        """A home's bill of a period changed by these differences."""
        for kept in (self.homes[home], self.periods[home, period, item]):
            kept[0] += billed
            kept[1] += settled
            kept[2] += waived

    def prepaid(self, home: str, fen: int) -> None:
        self.homes[home][3] += fen

    def taken(self, day: str, channel: str, fen: int) -> None:
        """A payment booked on a day."""
        kept = self.takings[day, channel]
        kept[0] += fen
        kept[1] += 1

    def returned(self, day: str, channel: str, fen: int) -> None:
        """A reversal or refund booked on a day."""
        kept = self.takings[day, channel]
        kept[2] += fen
        kept[3] += 1

    def save(self, pen: Pen) -> None:
        """Write the differences, before anything reads them."""
        c = pen.community
        sums.add_homes(pen, [
            {"c": c, "home": home, "billed": v[0], "settled": v[1], "waived": v[2], "prepaid": v[3]}
            for home, v in self.homes.items()
        ])
        sums.add_periods(pen, self._by_building(pen))
        sums.add_takings(pen, [
            (c, day, channel, *kept) for (day, channel), kept in sorted(self.takings.items())
        ])
        for home in self.homes:
            pen.touch("household", home)
        for period in {period for _, period, _ in self.periods}:
            pen.touch("progress", period)
        for day in {day for day, _ in self.takings}:
            pen.touch("takings", day)

    def _by_building(self, pen: Pen) -> Rows:
        if not self.periods:
            return []
        unknown = {home for home, _, _ in self.periods} - self.buildings.keys()
        where = self.buildings | (sums.buildings(pen, pen.community, sorted(unknown)) if unknown else {})
        kept: dict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
        for (home, period, item), values in self.periods.items():
            into = kept[period, where.get(home, ""), item]
            for i, value in enumerate(values):
                into[i] += value
        return [
            {"c": pen.community, "period": period, "building": building, "item": item,
             "billed": v[0], "settled": v[1], "waived": v[2]}
            for (period, building, item), v in kept.items()
        ]
