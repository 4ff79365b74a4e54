"""What a bucket holds is a query over facts that change under pens alone: until the next pen it is asked once."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from threading import Lock

from server.field.rules import cursor
from server.field.rules.cursor import Entity

Where = tuple[str, str]
"""Path of the database, name of the bucket."""
At = tuple[str, int]
"""Epoch and head."""
MOST = 8_000
"""Entities a process keeps, 2 MB: sixteen routes of a hundred doors and one of two thousand."""


@dataclass(frozen=True)
class Holding:
    """The entities of a bucket in their order, at one head of one epoch."""

    at: At
    entities: Sequence[Entity]

    @cached_property
    def digest(self) -> str:
        """`cursor.digest` as JSON."""
        return json.dumps(cursor.digest(self.entities), separators=(",", ":"))


class Holdings:
    """Holdings of a process, those asked for last, by database and bucket.

    A first pull has many pages, and everybody's phone asks for the community's own bucket after each change: pages at
    one head are pages of one holding. It holds for the epoch and the head it was made at and is made anew for any
    other, so an older snapshot never gets what a newer one saw.
    """

    def __init__(self, most: int = MOST) -> None:
        self.most = most
        self._lock = Lock()
        self._kept: OrderedDict[Where, Holding] = OrderedDict()
        self._count = 0

    def find(self, bucket: Where, at: At) -> Holding | None:
        """What `bucket` holds at this epoch and head, when it was asked for before."""
        with self._lock:
            found = self._kept.get(bucket)
            if found is None or found.at != at:
                return None
            self._kept.move_to_end(bucket)
            return found

    def keep(self, bucket: Where, at: At, entities: Iterable[Entity]) -> Holding:
        """Keep what a snapshot at this epoch and head saw."""
        made = Holding(at, sorted(entities))
        with self._lock:
            old = self._kept.pop(bucket, None)
            self._count += len(made.entities) - (len(old.entities) if old else 0)
            self._kept[bucket] = made
            while self._count > self.most:
                _, gone = self._kept.popitem(last=False)
                self._count -= len(gone.entities)
        return made
