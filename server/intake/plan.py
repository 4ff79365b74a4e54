"""Plan: each row of money against what was imported last under its identity. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from server.intake.rows.bills import BillRow
from server.ledger.rules.accounts import IMPORTED

TAB = "\t"
PREFIX = IMPORTED


class Known(NamedTuple):
    """What was imported last under an identity."""

    content: str
    fact: str
    payment: str
    gen: int
    before: str
    batch: str


class Paid(NamedTuple):
    """The receipt that a row tells of."""

    fen: int
    on: str
    channel: str
    label: str


class Owed(NamedTuple):
    """The bill that a row tells of."""

    fen: int
    due: str
    until: str


@dataclass(slots=True)
class Move:
    """What a row asks for. slot: bill (with or without a receipt), receipt (a further one), reversal.
    state: new, changed, same. transaction: the identity of its receipt, before the count of bookings."""

    row: BillRow
    slot: str
    key: str
    content: str
    state: str
    known: Known | None
    transaction: str

    @property
    def owed(self) -> Owed:
        return Owed(self.row.fen, self.row.due, self.row.until)

    @property
    def paid(self) -> Paid:
        return Paid(self.row.paid, self.row.paid_on, self.row.channel, self.row.label)


@dataclass(slots=True)
class Twice:
    """A bill that stands in the files before this row already."""

    row: BillRow
    first: BillRow


def content_of(owed: Owed, paid: Paid) -> str:
    """A bill's row in canonical words."""
    return TAB.join((str(owed.fen), owed.due, owed.until, str(paid.fen), paid.on, paid.channel, paid.label))


def read_content(content: str) -> tuple[Owed, Paid]:
    """The words of `content_of` again."""
    fen, due, until, paid, on, channel, label = content.split(TAB)
    return Owed(int(fen), due, until), Paid(int(paid), on, channel, label)


def key_of(period: str, item: str) -> str:
    """Identity of a bill within its home."""
    return f"{period} {item}"


def moves_of(
    code: str, rows: Iterable[BillRow], known: Mapping[tuple[str, str], Known]
) -> tuple[list[Move], list[Twice]]:
    """What the rows of one home ask for: bills first, then further receipts, then reversals."""
    bills: dict[str, BillRow] = {}
    twice: list[Twice] = []
    counts: Counter[str] = Counter()
    moves: list[list[Move]] = [[], [], []]
    for row in sorted(rows, key=_stage):
        key = key_of(row.period, row.item)
        if row.fen:
            if key in bills:
                twice.append(Twice(row, bills[key]))
                continue
            bills[key] = row
        moves[_stage(row)].append(_move(code, row, key, counts, known))
    return [move for stage in moves for move in stage], twice


def _stage(row: BillRow) -> int:
    return 0 if row.fen else 1 if row.paid > 0 else 2


def _move(
    code: str, row: BillRow, key: str, counts: Counter[str], known: Mapping[tuple[str, str], Known]
) -> Move:
    transaction = ""
    if row.paid:
        words = TAB.join((row.paid_on, row.channel, row.label))
        sign = "-" if row.paid < 0 else ""
        same = f"{sign}{key}{TAB}{words}"
        k = counts[same] = counts[same] + 1
        transaction = f"{PREFIX}{code} {key} {row.paid_on} {row.channel} {row.label} {k}"
    if row.fen:
        slot, content = "bill", content_of(Owed(row.fen, row.due, row.until),
                                           Paid(row.paid, row.paid_on, row.channel, row.label))
    else:
        slot, content = ("receipt" if row.paid > 0 else "reversal"), str(row.paid)
        key = TAB.join((key, words, str(k)))
    before = known.get((slot, key))
    state = "new" if before is None or not before.content else "same" if before.content == content else "changed"
    return Move(row, slot, key, content, state, before, transaction)


def booking(move: Move) -> str:
    """The transaction id under which a move's receipt is booked: the identity, and which booking of it this is."""
    times = (move.known.gen if move.known else 0) + 1
    return move.transaction if times == 1 else f"{move.transaction} #{times}{move.slot[0]}"


def match_reversal(fen: int, label: str, receipts: Iterable[tuple[str, int]]) -> int | None:
    """Which of the receipts (label, what is left of it) a reversal of `fen` takes back: the one whose number it
    carries (with an R behind), else one of just this amount, else the last that is large enough."""
    able = [(i, number, left) for i, (number, left) in enumerate(receipts) if left >= fen]
    bare = label[:-1].rstrip("-_ ") if label[-1:] in ("R", "r") else label
    named = [i for i, number, _ in able if number and number in (label, bare)]
    exact = [i for i, _, left in able if left == fen]
    both = [i for i in named if i in exact]
    for choice in (both, named, exact, [i for i, _, _ in able]):
        if choice:
            return choice[-1]
    return None
