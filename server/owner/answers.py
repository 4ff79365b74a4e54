"""One small answer to an owner: style inside, nothing else to fetch, kept nowhere, packed where a browser takes it."""

from __future__ import annotations

import gzip
import re
from typing import Any

from flask import Response, render_template, request

from server import http

MOST_BYTES = 8 * 1024
"""The pay page as sent unpacked."""
CSP = (
    "default-src 'none'; style-src 'nonce-{nonce}'; img-src data:; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'"
)
# between tags, and between the rules of the style
_GAPS = re.compile(r"(?<=>)\s+(?=<)|(?<=})\s+")


def page(template: str, status: int = 200, **words: Any) -> Response:
    """A page from its template."""
    return answer(rendered(template, **words), status)


def rendered(template: str, **words: Any) -> str:
    """The page's text without the gaps between its tags."""
    return _GAPS.sub("", render_template(f"owner/{template}.html", nonce=http.nonce(), **words)).strip()


def answer(text: str, status: int = 200) -> Response:
    """A text as an answer with its strict headers."""
    made = Response(text, status, content_type="text/html; charset=utf-8")
    _pack(made)
    made.headers["Content-Security-Policy"] = CSP.format(nonce=http.nonce())
    made.headers["Cache-Control"] = "no-store"
    made.headers["Referrer-Policy"] = "no-referrer"
    made.headers["X-Robots-Tag"] = "noindex, nofollow"
    return made


def _pack(made: Response) -> None:
    """gzip: a third of the bytes on a slow line."""
    made.headers["Vary"] = "Accept-Encoding"
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        made.set_data(gzip.compress(made.get_data(), 6, mtime=0))
        made.headers["Content-Encoding"] = "gzip"
