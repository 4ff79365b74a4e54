"""Income and expense by head: vouchers of the three ledgers that are never added together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from server.db import Pen, Sql
from server.errors import refuse
from server.ledger.acts.work import open_day
from server.ledger.posting import Posting
from server.ledger.rules import accounts
from server.ledger.rules.money import book_date
from server.ledger.rules.numbers import key
from server.ledger.store import journal
from server.ledger.store import vouchers as store


def add_vouchers(pen: Pen, rows: Sequence[dict[str, Any]], imported: bool = False) -> list[str]:
    """Book vouchers, one entry a book day; their ids in the order of `rows`.

    A row has kind ('in' or 'out'), head (科目), fen ≠ 0 (negative in red), happened_on; it may have fund, summary,
    handler, number, source. 物业服务费收入 and the income of other charge items that the ledger bills itself are kept
    beside the ledger's own figure and not posted: it is the same money. `imported`: before the first close, the book
    day is the day itself.
    """
    if not rows:
        return []
    c = pen.community
    first = journal.number(pen, c, "voucher", len(rows))
    items = set(journal.item_accounts(pen, c))
    closed = journal.last_closed(pen, c)
    postings: dict[tuple[str, bool], Posting] = {}
    made = []
    for i, row in enumerate(rows):
        day = book_date(row["happened_on"], closed, pen.day, imported)
        voucher = _voucher(pen, key("v", first + i), row, items, day)
        place = (voucher["book_date"], voucher["beside"] == "yes")
        _post(postings.setdefault(place, Posting("voucher", voucher["book_date"])), voucher)
        made.append(voucher["id"])
    _write(pen, postings)
    return made


def reverse_voucher(pen: Pen, voucher: str, reason: str) -> str:
    """Take a voucher back by one with the opposite amount, on the open day. Its id.

    Refusals: voucher_unknown, voucher_reversed, reason_needed.
    """
    old = store.by_id(pen, pen.community, voucher)
    if old is None or old["undoes"] is not None:
        refuse("voucher_unknown")
    if store.undone_by(pen, pen.community, voucher):
        refuse("voucher_reversed")
    if not reason.strip():
        refuse("reason_needed", "/reason")
    id_ = key("v", journal.number(pen, pen.community, "voucher"))
    day = open_day(pen)
    row = {k: old[k] for k in ("kind", "head", "fund", "happened_on", "handler", "number", "beside", "source")}
    fact = row | {"id": id_, "summary": reason, "fen": -old["fen"], "book_date": day, "undoes": voucher}
    posting = Posting("voucher_reversed", day, voucher)
    _post(posting, {**fact, "who": pen.who, "at": pen.at, "n": pen.n})
    _write(pen, {(day, old["beside"] == "yes"): posting})
    return id_


def _voucher(pen: Pen, id_: str, row: dict[str, Any], items: set[str], day: str) -> dict[str, Any]:
    head, kind = row["head"], row["kind"]
    same_money = kind == "in" and (head == accounts.SERVICE_INCOME or head.removesuffix("收入") in items)
    return {
        "id": id_, "kind": kind, "head": head, "fund": row.get("fund") or accounts.fund_of(head),
        "summary": row.get("summary", ""), "fen": row["fen"], "happened_on": row["happened_on"], "book_date": day,
        "handler": row.get("handler", ""), "number": row.get("number", ""), "beside": "yes" if same_money else "no",
        "undoes": None, "source": row.get("source", ""), "who": pen.who, "at": pen.at, "n": pen.n,
    }


def _post(posting: Posting, voucher: dict[str, Any]) -> None:
    posting.fact("voucher", voucher)
    if voucher["beside"] == "yes":
        return
    sign = 1 if voucher["kind"] == "in" else -1
    posting.line(accounts.of_voucher(voucher["kind"], voucher["fund"], voucher["head"]), -sign * voucher["fen"])
    posting.against(accounts.BANK, sign * voucher["fen"])


def _write(pen: Pen, postings: dict[tuple[str, bool], Posting]) -> None:
    months: set[str] = set()
    for posting in postings.values():
        posting.post(pen)
        months |= {row["happened_on"][:7] for row in posting.facts["voucher"]}
    for month in sorted(months):
        pen.touch("funds", month)


def vouchers(db: Sql, community: str, first: str, last: str) -> list[dict[str, Any]]:
    """Vouchers that happened between two days, newest first; `undone_by` names the one that takes it back."""
    return store.between(db, community, first, last)
