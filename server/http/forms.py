"""Forms: the tokens that say a page of ours asked, with login and without, and the nonce of an inline style."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time

from flask import g, request
from markupsafe import Markup

from server.access import caller
from server.errors import refuse
from server.http.house import cfg

FORM_HOURS = 12


def csrf_token() -> str:
    """The token of this session's forms."""
    return _mac("csrf", caller().session)


def csrf_field() -> str:
    return Markup('<input type="hidden" name="csrf" value="{}">').format(csrf_token())


def check_csrf() -> None:
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return
    origin = request.headers.get("Origin")
    if origin not in (None, "null") and origin.partition("://")[2] != request.host:
        refuse("csrf")
    if not g.get("by_cookie") or caller().kind != "staff":
        return
    given = request.headers.get("X-CSRF") or request.form.get("csrf", "")
    if not hmac.compare_digest(given.encode(), csrf_token().encode()):
        refuse("csrf")


def form_token(subject: str) -> str:
    """A signed token for a form of a page without login, bound to its subject, valid twelve hours."""
    stamp = str(int(time.time()) // 3600)
    return f"{stamp}.{_mac('form', f'{stamp}/{subject}')}"


def check_form_token(subject: str, token: str) -> None:
    """Refusal csrf when the token is not ours, not this subject's, or too old."""
    stamp, _, mac = token.partition(".")
    fresh = stamp.isdecimal() and 0 <= int(time.time()) // 3600 - int(stamp) <= FORM_HOURS
    if not fresh or not hmac.compare_digest(mac.encode(), _mac("form", f"{stamp}/{subject}").encode()):
        refuse("csrf")


def _mac(purpose: str, text: str) -> str:
    return hmac.new(cfg().key(purpose), text.encode(), hashlib.sha256).hexdigest()[:32]


def nonce() -> str:
    """The nonce of this answer's one inline style block (pay page: one request, so its style is inside)."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(12)
    return str(g.nonce)
