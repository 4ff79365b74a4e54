"""Bytes of sync on the wire: bodies with limits, gzip both ways, JSON read strictly."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from typing import Any

from flask import Response, request
from marshmallow import ValidationError

from server.errors import Refusal, refuse
from server.field.rules import canonical

SENT = 1024 * 1024
INFLATED = 4 * 1024 * 1024
WORTH = 600
"""Answers shorter than this go out as they are."""
LEVEL = 3
"""Of gzip: 6 % more bytes than 5 for less than half of its time, which was more than the pull itself."""


def read(load: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
    """The request's JSON as a shape's `load` reads it. Refusals: sync_too_large, encoding_unknown, sync_unreadable."""
    try:
        value = canonical.read(body())
        return load(value)
    except canonical.Unreadable:
        refuse("sync_unreadable")
    except ValidationError as error:
        raise Refusal("sync_unreadable", pointer=_first(error.messages)) from error


def body(sent: int = SENT, inflated: int = INFLATED) -> bytes:
    """The request's bytes, inflated, both within their limits."""
    if (request.content_length or 0) > sent:
        refuse("sync_too_large")
    data = request.stream.read(sent + 1)
    if len(data) > sent:
        refuse("sync_too_large")
    encoding = request.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding in ("", "identity"):
        return data
    if encoding != "gzip":
        refuse("encoding_unknown")
    return inflate(data, inflated)


def inflate(data: bytes, most: int) -> bytes:
    """Undo gzip, never making more than `most` bytes: a bomb stops at the limit."""
    out = zlib.decompressobj(wbits=31)
    try:
        found = out.decompress(data, most + 1)
    except zlib.error as error:
        raise Refusal("sync_unreadable") from error
    if len(found) > most:
        refuse("sync_too_large")
    if not out.eof or out.unused_data:
        refuse("sync_unreadable")
    return found


def answer(text: str | bytes, status: int = 200) -> Response:
    """JSON, packed when the phone takes it and it is worth it."""
    data = text.encode("utf-8") if isinstance(text, str) else text
    response = Response(status=status, content_type="application/json")
    response.headers["Vary"] = "Accept-Encoding"
    if len(data) >= WORTH and "gzip" in request.headers.get("Accept-Encoding", "").lower():
        data = gzip.compress(data, LEVEL, mtime=0)
        response.headers["Content-Encoding"] = "gzip"
    response.set_data(data)
    return response


def _first(messages: Any) -> str:
    if isinstance(messages, dict):
        key, value = next(iter(messages.items()))
        return ("" if key == "_schema" else f"/{key}") + _first(value)
    return ""
