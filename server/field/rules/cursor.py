"""Positions in a bucket: order, cursors, membership, pages, digest."""

from __future__ import annotations

import re
import zlib
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

CURSOR = re.compile(r"([0-9a-z]{1,16})\.([0-9]{1,15})(?:~([a-z_]{1,20})~([!-~]{1,80}))?")
AFTER = "~"
"""Sorts after every type: a cursor without type has passed all of its number."""


class Position(NamedTuple):
    """Order of changes: pen number, type, id."""

    n: int
    type: str
    id: str


START = Position(-1, "", "")
PAST = 2
"""Greater than any `live`: behind the entity itself, before the next."""


Entity = tuple[int, str, str, bool, int]
"""(n, type, id, live, version) of an entity of a bucket as it stands: n its position; live, or out since n; the version
of its body. A plain tuple: a pull makes two thousand, and one with names costs three times as much to make."""


def entity(type_: str, id_: str, came: int, went: int | None, touched: int) -> Entity:
    """In: a put at the later of came and touched. Out: one remove at went, never later."""
    if went is None:
        return (came if came > touched else touched, type_, id_, True, touched)
    return (went, type_, id_, False, touched)


def doors(rows: Iterable[tuple[Any, ...]]) -> list[Entity]:
    """Stops and homes of a route's rows (stop, home, came, went, what touched each last): `entity` of each."""
    found: list[Entity] = []
    for stop, home, came, went, stop_n, home_n in rows:
        if went is None:  # `entity` without the call: a route has a thousand doors
            found.append((came if came > stop_n else stop_n, "stop", stop, True, stop_n))
            found.append((came if came > home_n else home_n, "household", home, True, home_n))
        else:
            found.append((went, "stop", stop, False, stop_n))
            found.append((went, "household", home, False, home_n))
    return found


def own(rows: Iterable[tuple[str, str, int, int | None]]) -> list[Entity]:
    """Of rows (type, id, came, went): nothing touches them while they are there."""
    return [entity(type_, id_, came, went, came) for type_, id_, came, went in rows]


def common(rows: Iterable[tuple[str, str, int, int]]) -> list[Entity]:
    """Of rows (type, id, n, 1 while it is there), n what touched it last."""
    return [entity(type_, id_, n, None if there else n, n) for type_, id_, n, there in rows]


def read(text: Any, epoch: str, head: int) -> Position | None:
    """The position a cursor means; None (reset) when it is malformed, of another epoch or in the future."""
    match = CURSOR.fullmatch(text) if isinstance(text, str) and len(text) <= 150 else None
    if match is None or match[1] != epoch or int(match[2]) > head:
        return None
    if match[3] is None:
        return Position(int(match[2]), AFTER, "")
    return Position(int(match[2]), match[3], match[4])


def write(epoch: str, position: Position) -> str:
    """`epoch.n`, or `epoch.n~type~id` inside a number."""
    if position.type == AFTER:
        return f"{epoch}.{position.n}"
    return f"{epoch}.{position.n}~{position.type}~{position.id}"


def page(entities: Sequence[Entity], after: Position, limit: int, reset: bool) -> tuple[Sequence[Entity], bool]:
    """(the next changes in order, whether more wait), of entities in their order.

    A reset page empties the phone's bucket: it needs no removes."""
    start = bisect_right(entities, (*after, PAST))  # as tuples: an entity is greater when its (n, type, id) is
    if reset:
        entities, start = [e for e in entities[start:] if e[3]], 0
    return entities[start:start + limit], len(entities) - start > limit


def digest(entities: Sequence[Entity]) -> dict[str, Any]:
    """Count, and sum of CRC-32 of `type:id:n` over live rows, mod 2³², 8 hex digits."""
    crc = zlib.crc32
    sums = [crc(f"{type_}:{id_}:{n}".encode()) for n, type_, id_, live, _ in entities if live]
    return {"count": len(sums), "sum": f"{sum(sums) % 2**32:08x}"}
