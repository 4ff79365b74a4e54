"""One way out: short timeouts, no retries of our own, every doubt is `Unclear`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

import urllib3

from server.pay.providers.words import Unclear

CONNECT_S, READ_S = 3.0, 8.0
BODY_MAX = 64 * 2**20
_pool = urllib3.PoolManager(maxsize=8, retries=False)
_seconds: ContextVar[float] = ContextVar("seconds", default=READ_S)


@contextmanager
def patience(seconds: float) -> Iterator[None]:
    """Wait no longer than this for answers inside the block (a person is looking at a page)."""
    before = _seconds.set(seconds)
    try:
        yield
    finally:
        _seconds.reset(before)


@dataclass(frozen=True)
class Answer:
    """Status, headers in lower case, the raw bytes."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def send(method: str, url: str, headers: Mapping[str, str], body: bytes | None = None) -> Answer:
    """Send once. Raises Unclear on a timeout, a reset, half a body or a 5xx: it may have happened."""
    timeout = urllib3.Timeout(connect=min(CONNECT_S, _seconds.get()), read=_seconds.get())
    try:
        answer = _pool.request(
            method, url, headers=dict(headers), body=body, timeout=timeout, redirect=False, preload_content=False
        )
        data = answer.read(BODY_MAX, decode_content=False)
        _whole(answer, data)
        answer.release_conn()
    except urllib3.exceptions.HTTPError as error:
        raise Unclear("no_answer", type(error).__name__) from error
    if answer.status >= 500 or answer.status == 429:
        raise Unclear(f"http_{answer.status}")
    return Answer(answer.status, {k.lower(): v for k, v in answer.headers.items()}, data)


def _whole(answer: urllib3.BaseHTTPResponse, data: bytes) -> None:
    length = answer.headers.get("Content-Length")
    if length is not None and length.isdecimal() and int(length) != len(data):
        raise Unclear("half_body")
