"""Head, the idle poll: whether a pull would bring anything new."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from server import clock
from server.access import Caller


def head(who: Caller) -> dict[str, Any]:
    """The answer: epoch and heads as they were when the request came."""
    return {"epoch": who.epoch, "server_time": clock.instant(), "heads": dict(who.heads)}


def tag(who: Caller) -> str:
    """ETag over scope and heads: while it stays the same, a pull would bring nothing new.

    Which buckets are in scope follows from facts of the communities, each under its pen, and from the day."""
    text = json.dumps([who.epoch, clock.today(), who.device, who.staff, sorted(who.heads.items())])
    return hashlib.sha256(text.encode()).hexdigest()[:24]
