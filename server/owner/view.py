"""What the pay page shows, gathered from the rooms: masked, grouped, counted. Reads only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from server import clock
from server.cases import acts as cases
from server.config import Config
from server.db import Row, Sql
from server.estate import acts as estate
from server.ledger import acts as ledger
from server.ledger.rules.accounts import IMPORTED
from server.notices import acts as notices
from server.notices.rules import steps, table
from server.pay import acts as pay
from server.web.words import masked

RECEIPTS = 3
LINES = (12, 8, 5, 2, 0)
"""So many lines of bills on the page; fewer where it would grow past its bound, with a link to all of them."""


def company(db: Sql, code: Mapping[str, Any]) -> dict[str, str]:
    """The community's words for people who owe or ask: who is paid, where, by whom to be helped."""
    words = estate.settings(db, code["community"])
    name = code["community_name"]
    words["community"] = name
    words["company"] = words["company"] or f"{name}物业服务中心"
    words["payee"] = words["payee"] or words["company"]
    words["office"] = words["office"] or f"{name}物业服务中心"
    return words


def number(db: Sql, code: Mapping[str, Any]) -> str:
    """The number of the notice this code stands on; '' for a code without one."""
    return str(notices.notice(db, code["community"], code["notice"])["number"]) if code["notice"] else ""


def bill_page(db: Sql, cfg: Config, code: Mapping[str, Any]) -> dict[str, Any]:
    """Everything on the pay page of an opened code."""
    community, home_id = code["community"], code["home"]
    home = estate.home(db, community, home_id)
    people = estate.residents_of(db, community, [home_id])[home_id]
    opened = _opened(db, code)
    now = list(steps.listed_bills(opened, clock.today()))
    later = [bill for bill in opened if bill not in now]
    return {
        "home": masked_home(home),
        "owner": masked("、".join(p["name"] for p in people if p["role"] == "owner")) if people else "",
        "fen": _sum(now), "count": len(now), "groups": groups(now), "lines": table.lines(now),
        "later_fen": _sum(later), "later": groups(later),
        "prepaid_fen": ledger.sums(db, community, [home_id])[home_id]["prepaid_fen"],
        "receipts": _receipts(db, cfg, code), "asked": _asked(db, community, home_id),
        "seal": newest_seal(db, community),
    }


def newest_seal(db: Sql, community: str) -> dict[str, Any] | None:
    """The total that was published last, with its fingerprint; None before the first."""
    return next(iter(ledger.day_seals(db, community, 1)), None)


def _opened(db: Sql, code: Mapping[str, Any]) -> list[Row]:
    rows = ledger.open_bills(db, code["community"], [code["home"]])[code["home"]]
    return [bill for bill in rows if not bill["former"]]


def due_bills(db: Sql, code: Mapping[str, Any]) -> tuple[tuple[str, ...], int]:
    """What the button with the sum means now: (ids, fen) of the bills the page lists as due."""
    now = steps.listed_bills(_opened(db, code), clock.today())
    return tuple(bill["bill"] for bill in now), _sum(now)


def ticked_bills(db: Sql, code: Mapping[str, Any], marks: Sequence[str]) -> tuple[str, ...]:
    """The bills of the ticked lines: a line is named by its first bill and stands for all of its bills."""
    lines = {line.bills[0]: line.bills for line in table.lines(steps.listed_bills(_opened(db, code), clock.today()))}
    return tuple(bill for mark in marks for bill in lines.get(mark, (mark,)))


def masked_home(home: Mapping[str, Any]) -> str:
    """`3栋1单元1801` → `3栋1单元**01`: enough to see that it is mine, too little to tell whose it is."""
    room, address = home["room"], home["address"] or home["code"]
    if len(room) < 2 or not address.endswith(room):
        return f"{address[:-1]}*" if address else ""
    shown = room[-2:] if len(room) > 2 else room[-1:]
    return f"{address[:-len(room)]}{'*' * (len(room) - len(shown))}{shown}"


def groups(bills: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """One row a charge item: its months in words, how many, the sum; in the order of the oldest bill."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for bill in sorted(bills, key=lambda bill: (bill["period"], bill["item"])):
        found.setdefault(bill["item"], []).append(bill)
    return [
        {"item": item, "period": _span(rows), "count": len(rows), "fen": _sum(rows)} for item, rows in found.items()
    ]


def _span(bills: Sequence[Mapping[str, Any]]) -> str:
    first = bills[0]["period"]
    last = max(bill.get("until_period") or bill["period"] for bill in bills)
    return table.period_words({"period": first, "until_period": last})


def _sum(bills: Sequence[Mapping[str, Any]]) -> int:
    return sum(bill["open_fen"] for bill in bills)


def _receipts(db: Sql, cfg: Config, code: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The newest receipts since this owner owns the home, each with its link."""
    since = code["owner_since"] or ""
    rows = [row for row in ledger.receipts(db, code["community"], code["home"]) if row["happened_on"] >= since]
    return [
        {**row, "path": pay.receipt_path(cfg, code["community"], row["receipt"])} for row in rows[:RECEIPTS]
    ]


def _asked(db: Sql, community: str, home: str) -> list[Row]:
    """What was asked on this page and is not answered yet: day, and by when an answer is due."""
    tickets = [
        {"what": "疑问", "day": row["opened_on"], "due": row["due_on"]}
        for row in cases.tickets(db, community, [home]) if row["source"].startswith("page:")
    ]
    requests = [
        {"what": "困难申请", "day": row["day"], "due": ""}
        for row in cases.requests(db, community, [home]) if row["source"].startswith("page:")
    ]
    return tickets + requests


def receipt_page(db: Sql, community: str, receipt: str) -> dict[str, Any]:
    """A receipt as its link shows it: no name (the board adds it masked), the home masked. Refusal receipt_unknown."""
    found = ledger.receipt(db, community, receipt)
    home = estate.home(db, community, found["home"])
    items = [{**item, "period_words": table.period_words(item)} for item in found["items"]]
    sealed = not found["transaction_id"].startswith(IMPORTED) and ledger.seal_of(db, community, found["book_date"])
    return {**found, "items": items, "home_words": masked_home(home), "seal": sealed or None}
