"""A door code opens with the last four digits of a phone on file; wrong tries are counted in the database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from server.db import Pen, Sql
from server.pay.rules import unlock as rules
from server.pay.store import codes as store


def unlock(pen: Pen, code: Mapping[str, Any], last4: str) -> str:
    """Try four digits at a door code of the pen's community. Counts a wrong try.

    Returns `open`, `wrong`, `locked` (five wrong: an hour; twenty in a day: until the next print) or
    `no_phone` (nothing on file: the sealed letter or the office helps). Never raises: the count must stay.
    """
    handle = code["handle"]
    before = rules.tries(store.tries(pen, pen.community, handle), pen.at)
    if before.locked(pen.at):
        return "locked"
    numbers = store.numbers(pen, pen.community, code["home"], pen.day)
    if not numbers:
        return "no_phone"
    if rules.fits(last4, numbers):
        return "open"
    _count(pen, handle, before)
    return "wrong"


def _count(pen: Pen, handle: str, before: rules.Tries) -> None:
    store.count(pen, pen.community, "unlock", handle, pen.at[:16])
    until = rules.lock_after(before, pen.at)
    if until:
        store.count(pen, pen.community, "unlock.lock", handle, until)


def locked_until(db: Sql, community: str, handle: str, at: str) -> str | None:
    """Until when a code listens to nobody: an instant, `9999` for the next print, None when it listens."""
    now = rules.tries(store.tries(db, community, handle), at)
    return now.until if now.locked(at) else None
