"""Bodies this process sent last, in front of the table that keeps them: a pull whose answer was lost is asked again."""

from __future__ import annotations

from collections.abc import Mapping
from threading import Lock

Where = tuple[str, str, str, str]
"""Path of the database, epoch, community, type."""
Body = tuple[int, bytes]
"""The version of an entity, and its body as it goes out."""
MOST = 4_000_000
"""Bytes a process keeps: some twenty routes of a hundred doors."""
EACH = 200
"""Bytes a body takes besides its own."""


class Kept:
    """Bodies by version: a body is a function of its entity's facts, and each change of those gives it a new one.

    Two generations. What is asked for moves to the young one; when that holds half of what there is room for, the old
    one goes, and with it what nobody asked for since."""

    def __init__(self, most: int = MOST) -> None:
        self.most = most
        self._lock = Lock()
        self._young: dict[Where, dict[str, Body]] = {}
        self._old: dict[Where, dict[str, Body]] = {}
        self._size = 0

    def find(self, where: Where, wanted: Mapping[str, int]) -> dict[str, bytes]:
        """{id: body} of those that are here in the version that is wanted."""
        young, old = self._young.get(where, {}), self._old.get(where)
        found = {i: body[1] for i, n in wanted.items() if (body := young.get(i)) is not None and body[0] == n}
        if old and len(found) < len(wanted):
            again = {i: body for i, n in wanted.items()
                     if i not in found and (body := old.get(i)) is not None and body[0] == n}
            self.keep(where, again)
            found.update({i: text for i, (_, text) in again.items()})
        return found

    def keep(self, where: Where, bodies: Mapping[str, Body]) -> None:
        """Keep what a snapshot saw; an older one does not replace what a newer one kept."""
        with self._lock:
            young = self._young.setdefault(where, {})
            for id_, body in bodies.items():
                before = young.get(id_)
                if before is None or before[0] < body[0]:
                    self._size += len(body[1]) + EACH - (len(before[1]) + EACH if before else 0)
                    young[id_] = body
            if self._size > self.most // 2:
                self._old, self._young, self._size = self._young, {}, 0
