"""Proof of publicity (公示存证): what a screen showed from when to when, each interval naming the one before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

FIRST = "0" * 64


def canonical(value: Any) -> str:
    """JSON with sorted keys and no blanks, Chinese as it is: equal facts give equal text."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def interval_hash(row: dict[str, Any]) -> str:
    """SHA-256 over an interval and the hash of the one before."""
    facts = {key: row[key] for key in ("screen", "seq", "from_at", "to_at", "rev", "shown", "prev_hash")}
    return hashlib.sha256(canonical(facts).encode()).hexdigest()


def broken(rows: Iterable[dict[str, Any]]) -> str | None:
    """The first interval of one screen's chain that does not follow from the one before; None when all do."""
    before = FIRST
    for seq, row in enumerate(rows, 1):
        if row["seq"] != seq or row["prev_hash"] != before or row["hash"] != interval_hash(row):
            return f"{row['screen']}/{row['seq']}"
        before = row["hash"]
    return None
