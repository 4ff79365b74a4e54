"""JSON as it came: read strictly, written canonically, hashed before anything is converted."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from json import encoder
from typing import Any


def dumper(ascii_only: bool) -> Callable[[Any], str]:
    """JSON with sorted keys and no spaces. `JSONEncoder.encode` makes its C encoder anew at every call."""
    plain = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=ascii_only)
    make = getattr(encoder, "c_make_encoder", None)  # a Python without C encoders has none
    if make is None:
        return plain.encode
    quoted = encoder.encode_basestring_ascii if ascii_only else encoder.encode_basestring
    pieces = make(None, plain.default, quoted, None, ":", ",", True, False, True)
    return lambda value: "".join(pieces(value, 0))


CANONICAL, DATA = dumper(True), dumper(False)


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
        return CANONICAL(value)
    except RecursionError as error:
        raise Unreadable("nested too deeply") from error


def digest(canonical: str) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()
