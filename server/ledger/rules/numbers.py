"""Numbers and hashes of the ledger: ids from the community's counter, receipt numbers, the chain's hash."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from json.encoder import encode_basestring_ascii as quoted
from operator import itemgetter
from typing import Any, NamedTuple

UNIT, RECORD = "\x1f", "\x1e"

# what the chain's hash covers of each fact, in this order; the kept sums are not facts
FACTS: dict[str, tuple[str, ...]] = {
    "bill": ("id", "home", "owner", "item", "period", "until_period", "part", "turn", "due", "fen", "basis", "rule",
             "reverses", "source", "made_n"),
    "payment": ("id", "channel", "transaction_id", "home", "fen", "happened_on", "book_date", "at", "who",
                "receipt_no", "label", "note", "policy", "payload_hash", "made_n"),
    "allocation": ("id", "payment", "bill", "home", "fen", "undoes", "n"),
    "reversal": ("id", "payment", "fen", "happened_on", "book_date", "reason", "label", "who", "at", "n"),
    "credit_move": ("id", "payment", "home", "to_home", "fen", "reason", "who", "at", "n"),
    "waiver": ("id", "bill", "home", "fen", "ask", "reason", "undoes", "who", "at", "n"),
    "voucher": ("id", "kind", "head", "fund", "summary", "fen", "happened_on", "book_date", "handler", "number",
                "beside", "undoes", "source", "who", "at", "n"),
    "refund": ("id", "payment", "home", "fen", "reason", "asker", "who", "at", "n"),
    "refund_end": ("refund", "result", "happened_on", "book_date", "at", "n"),
    "suspense": ("id", "channel", "transaction_id", "fen", "happened_on", "book_date", "number", "note", "who", "at",
                 "n"),
    "suspense_return": ("suspense", "ask", "granted", "fen", "voucher", "happened_on", "book_date", "who", "at", "n"),
}
_PICK = {table: itemgetter(*columns) for table, columns in FACTS.items()}
_SAID = {table: UNIT.join(["%s"] * len(columns)) for table, columns in FACTS.items()}
_LINE = UNIT.join(["%s"] * 5)
Values = tuple[Any, ...]


Line = tuple[str, int, str | None, str | None, str | None]
"""One line of an entry: account, fen (debit positive, credit negative), home, bill, payment. No class: a chunk has
thousands of them, and a tuple with names takes eight times as long to make."""


class Head(NamedTuple):
    """What the chain says of an entry besides its lines."""

    no: int
    book_date: str
    kind: str
    ref: str | None
    n: int
    at: str
    who: str


def key(letter: str, number: int) -> str:
    """`b00000042`: short and rising, so that keys stay narrow and new rows go to the end of their tables."""
    return f"{letter}{number:08d}"


def receipt_no(prefix: str, number: int) -> str:
    """`001-00000042`: begins with the community's number, so that a receipt's link is routed by it."""
    return f"{prefix}-{number:08d}"


def payload_hash(home: str, fen: int, happened_on: str, bills: Sequence[str]) -> str:
    """The content of a payment: the same number with another content is refused."""
    # as json.dumps writes this list, in a fifth of its time
    said = f"[{quoted(home)}, {fen}, {quoted(happened_on)}, [{', '.join(map(quoted, bills))}]]"
    return hashlib.sha256(said.encode()).hexdigest()


def values_of(table: str, rows: Iterable[dict[str, Any]]) -> list[Values]:
    """Fact rows as tuples in the order of `FACTS`."""
    return list(map(_PICK[table], rows))


def entry_hash(
    community: str, prev_hash: str | None, head: Iterable[Any], lines: Iterable[Values],
    facts: Iterable[tuple[str, Sequence[dict[str, Any]]]],
) -> str:
    """`chain_hash` of facts that are rows of the database."""
    return chain_hash(community, prev_hash, head, lines, [(table, values_of(table, rows)) for table, rows in facts])


def chain_hash(
    community: str, prev_hash: str | None, head: Iterable[Any], lines: Iterable[Values],
    facts: Iterable[tuple[str, Sequence[Values]]],
) -> str:
    """SHA-256 over the hash before, the header (`Head`), the lines (`Line`) in order, the facts by table and id."""
    text = [
        prev_hash or f"koumen journal {community}", UNIT.join(map(str, head)), RECORD.join(map(_LINE.__mod__, lines))]
    for table, rows in sorted(facts, key=itemgetter(0)):
        if rows:
            ordered = sorted(rows, key=itemgetter(0)) if len(rows) > 1 else rows
            text += (RECORD, table, RECORD, RECORD.join(map(_SAID[table].__mod__, ordered)))
    return hashlib.sha256("".join(text).encode()).hexdigest()
