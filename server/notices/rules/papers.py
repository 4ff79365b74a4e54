"""One home's paper, from its facts to the words and figures that stand on it. No code, no name: those come last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from server.notices.rules import amount, steps, table, wording
from server.notices.words import WORDS, Words

Wordings = Mapping[tuple[str, str], Words]


@dataclass(frozen=True)
class Facts:
    """What is known of a home when its paper is written."""

    home: str
    code: str
    address: str
    names: str
    phones: int
    bills: Sequence[Mapping[str, Any]]
    safe_days: Mapping[str, str]


@dataclass(frozen=True)
class Draft:
    """A paper before it has a number and a code. `content` is what makes two prints the same paper."""

    facts: Facts
    step: str
    fen: int
    since_day: str | None
    last_day: str | None
    content: dict[str, Any]
    messages: tuple[str, ...]


def draft(kind: str, facts: Facts, on: str, company: Mapping[str, str], own: Wordings) -> Draft | str:
    """The paper of a home for a day, or the sentence why it gets none. `own` are the office's wordings."""
    if kind == "sticker":
        return Draft(facts, "none", 0, None, None, {"address": facts.address}, _phone_needed(kind, facts))
    bills = steps.listed_bills(facts.bills, on)
    if not bills:
        return f"{facts.code}：没有未缴费用，未打印。"
    fen, oldest = sum(bill["open_fen"] for bill in bills), min(bill["due"] for bill in bills)
    step = steps.step(oldest, on) if kind == "letter" else "none"
    last_day = steps.last_day(step, on)
    expired = steps.expired(facts.safe_days, bills, on)
    values = {
        "home": facts.address, "count": str(len(bills)), "since": table.month(oldest), "amount": amount.figures(fen),
        "months": str(steps.months_between(oldest, on)), "last_day": table.day(last_day), "today": table.day(on),
        "company": company["company"], "phone": company["phone"],
    }
    words, messages = _words(step, expired, values, own, facts)
    content: dict[str, Any] = {**words, "address": facts.address, "today": table.day(on)}
    if kind == "letter":
        content |= _figures(bills, fen, oldest, last_day)
    return Draft(facts, step, fen, oldest, last_day, content, messages + _phone_needed(kind, facts) + _former(facts))


def _words(
    step: str, expired: bool, values: Mapping[str, str], own: Wordings, facts: Facts
) -> tuple[Words, tuple[str, ...]]:
    """The office's words unless they may not be printed for this home; then ours, and a message that says so."""
    key = (step, "expired" if expired else "plain")
    ours = wording.filled(WORDS[key], values)
    if key not in own:
        return ours, ()
    theirs = wording.filled(own[key], values)
    faults = wording.faults(wording.joined(theirs), expired)
    if not faults:
        return theirs, ()
    return ours, (f"{facts.code}：自定义文字未采用，改用标准文字。{faults[0]}。",)


def _figures(bills: Sequence[Mapping[str, Any]], fen: int, oldest: str, last_day: str) -> dict[str, Any]:
    rows = [
        {"item": line.item, "period": line.period, "basis": line.basis, "due": line.due,
         "amount": amount.figures(line.fen)}
        for line in table.lines(bills)
    ]
    first = min(bill["period"] for bill in bills)
    return {
        "amount": amount.figures(fen), "capitals": amount.capitals(fen), "count": len(bills),
        "long": len(rows) > table.ROWS or any(len(row["basis"]) > 40 for row in rows),
        "since": table.month(first), "oldest_due": table.day(oldest), "last_day": table.day(last_day), "lines": rows,
    }


def _phone_needed(kind: str, facts: Facts) -> tuple[str, ...]:
    if kind == "letter" or facts.phones:
        return ()
    return (f"{facts.code}：没有登记电话，扫码后无法解锁账单，请改送信件或先补登电话。",)


def _former(facts: Facts) -> tuple[str, ...]:
    fen = sum(bill["open_fen"] for bill in facts.bills if bill.get("former"))
    return (f"{facts.code}：原业主的欠费 {amount.figures(fen)} 元未列入。",) if fen else ()


def dressed(
    content: Mapping[str, Any], *, names: str, number: str, match: str, groups: str, svg: str, domain: str,
    company: Mapping[str, str],
) -> dict[str, Any]:
    """What the template draws: the content with name, number, code and the company's words."""
    return {
        **content, "names": names, "number": number, "match": match, "groups": groups, "svg": svg, "domain": domain,
        "opening": wording.fill(content.get("opening", ""), {"name": names}),
        "closing": wording.fill(content.get("closing", ""), {"name": names}), **company,
    }
