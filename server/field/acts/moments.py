"""The moment of an op as decisions and tables need it, worked out once however many ask."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from server import clock
from server.field.rules.scope import moment


class When(NamedTuple):
    """When it was, for decisions: `rules.scope.moment` as a UTC instant, a Shanghai day, and HH:MM of its clocks."""

    instant: str
    day: str
    hour: str


@lru_cache(maxsize=1024)
def when(at: str, received: str) -> When:
    """What a phone said (`at`) and when it was received, as instants."""
    found = moment(at, clock.parse(received))
    local = clock.minute_of(found)
    return When(clock.instant(found), local[:10], local[11:])
