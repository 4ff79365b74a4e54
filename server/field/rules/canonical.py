"""JSON as it came: read strictly, written canonically, hashed before anything is converted."""

from __future__ import annotations

import hashlib
import json
from typing import Any

CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True)


class Unreadable(ValueError):
    """The text is no JSON that can be kept."""


def read(text: bytes) -> Any:
    """Parse JSON in UTF-8. NaN, Infinity, endless nesting and endless digits are refused."""
    try:
        return json.loads(text.decode("utf-8"), parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise Unreadable(str(error)) from error


def _refuse(word: str) -> Any:
    raise ValueError(f"{word} is no JSON")


def write(value: Any) -> str:
    """Canonical: sorted keys, no spaces, ASCII; lone surrogates and U+0000 stay escaped, so that it can be kept."""
    try:
        return CANONICAL.encode(value)
    except RecursionError as error:
        raise Unreadable("nested too deeply") from error


def digest(canonical: str) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()
