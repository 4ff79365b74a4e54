"""What a database may complain of, in five words that are the same on both engines."""

from __future__ import annotations


class DbError(Exception):
    """The database could not do it; no more is known."""


class Broken(DbError):
    """A key, check or guard refused the write. `kind`: unique, foreign, check, guard or type."""

    def __init__(self, kind: str, detail: str = "") -> None:
        super().__init__(f"{kind}: {detail}" if detail else kind)
        self.kind = kind
        self.detail = detail


class Busy(DbError):
    """The pen was not free in time; nothing was written."""


class DiskFull(DbError):
    """The disk is full; nothing was written."""


class Unknown(DbError):
    """The commit got no answer: it may have happened. The op id or Idempotency-Key settles it."""
