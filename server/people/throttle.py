"""Counting tries in the database, so that three workers are not three times the limit."""

from __future__ import annotations

from datetime import UTC, datetime

from server import clock
from server.db import Db
from server.errors import Refusal


def strike(db: Db, c: str, what: str, subject: str, most: int, minutes: int, code: str = "too_many") -> None:
    """Count one try of `what` by `subject` in this window of so many minutes; Refusal `code` beyond `most`.

    Counted before the try and committed on its own, so that neither a crash nor a race gives tries away. Not under
    the pen: who guesses passwords must not hold up a community's work.
    """
    row = db.one(
        "insert into throttle (community, what, subject, bucket, n) values (:c, :what, :subject, :bucket, 1)"
        " on conflict (community, what, subject, bucket) do update set n = throttle.n + 1 returning n",
        c=c, what=what, subject=subject, bucket=_bucket(minutes),
    )
    count = int(row["n"]) if row else 1
    if count == 1:
        db.run(
            "delete from throttle where community = :c and what = :what and subject = :subject and bucket < :bucket",
            c=c, what=what, subject=subject, bucket=_bucket(minutes),
        )
    if count > most:
        raise Refusal(code, minutes=_left(minutes))


def forgive(db: Db, c: str, what: str, subject: str, minutes: int) -> None:
    """Take back what was counted in this window: the try was a right one."""
    db.run(
        "delete from throttle where community = :c and what = :what and subject = :subject and bucket = :bucket",
        c=c, what=what, subject=subject, bucket=_bucket(minutes),
    )


def give_back(db: Db, c: str, what: str, subject: str, minutes: int) -> None:
    """Take back one try: an address that many honest people share stays open, a guesser's other tries stay counted."""
    db.run(
        "update throttle set n = n - 1 where community = :c and what = :what and subject = :subject"
        " and bucket = :bucket and n > 0", c=c, what=what, subject=subject, bucket=_bucket(minutes),
    )


def sweep(db: Db, c: str) -> None:
    """Drop what was counted more than a day ago by this room."""
    before = clock.add_days(clock.day_of(clock.now()), -2)
    db.run(
        "delete from throttle where community = :c"
        " and what in ('login', 'login-from', 'password', 'enrol', 'enrol-from') and bucket < :before",
        c=c, before=before,
    )


def _bucket(minutes: int) -> str:
    """The instant at which this window began."""
    seconds = minutes * 60
    start = int(clock.now().timestamp()) // seconds * seconds
    return clock.instant(datetime.fromtimestamp(start, UTC))


def _left(minutes: int) -> int:
    """Whole minutes until this window ends, at least one."""
    return max(1, minutes - int(clock.now().timestamp()) % (minutes * 60) // 60)
