"""The idle poll, answered before Flask: most of what phones ask is whether anything changed, and mostly nothing did.

Only a plain 304 leaves here: a GET of /sync/head by a phone in use, under the tag that still holds. Everything else,
every refusal included, goes on to the app, which says it as always. A poll through Flask costs three times this.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask

from server.access import KINDS, Caller
from server.db import DbError, Sql
from server.errors import Refusal
from server.field.acts import tag as tag_of
from server.http import House, host_fits

PATH = "/api/v1/sync/head"
Lookup = Callable[[Sql, str], Caller]


class IdlePoll:
    """WSGI in front of the app."""

    def __init__(self, app: Flask, lookup: Lookup) -> None:
        self.inner = app.wsgi_app
        self.house: House = app.extensions["koumen"]
        self.lookup = lookup

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"] == PATH and environ["REQUEST_METHOD"] == "GET":
            tag = environ.get("HTTP_IF_NONE_MATCH")
            if tag and self._unchanged(environ, tag):
                start_response("304 NOT MODIFIED", self._headers(tag))
                return []
        answer: Iterable[bytes] = self.inner(environ, start_response)
        return answer

    def _unchanged(self, environ: dict[str, Any], tag: str) -> bool:
        scheme, _, token = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
        token = token.strip()
        plain = len(token) <= 200 and token.isascii() and KINDS.get(token[3:4]) == "device"
        if scheme.lower() != "bearer" or not plain or not host_fits(self.house.config, environ.get("HTTP_HOST", "")):
            return False
        try:
            return tag == f'"{tag_of(self.lookup(self.house.db(), token))}"'
        except (Refusal, DbError):
            return False  # the app asks again and says what is wrong

    def _headers(self, tag: str) -> list[tuple[str, str]]:
        found = [("ETag", tag), ("Cache-Control", "private, no-cache"), ("X-Content-Type-Options", "nosniff")]
        if self.house.config.secure:
            found.append(("Strict-Transport-Security", "max-age=31536000"))
        return found


def install(app: Flask, lookup: Lookup) -> None:
    """Stand in front of the app."""
    app.wsgi_app = IdlePoll(app, lookup)  # type: ignore[method-assign]  # as Flask's documentation does
