"""What every door shares: the request's database, problems, form tokens, headers, the pinned host."""

from __future__ import annotations

from flask import Flask, request

from server.access import caller
from server.config import LOOPBACK, Config
from server.db import Db
from server.errors import refuse
from server.http.answers import headers, own_errors, problem, wants_json
from server.http.forms import (
    check_csrf,
    check_form_token,
    csrf_field,
    csrf_token,
    form_token,
    nonce,
)
from server.http.house import BehindProxy, House, cfg, db, house, writing

__all__ = [
    "BehindProxy", "House", "cfg", "check_form_token", "csrf_field", "csrf_token", "db", "form_token", "guard_forms",
    "host_fits", "house", "install", "nonce", "own_errors", "problem", "wants_json", "writing",
]


def install(app: Flask, config: Config, given: Db | None = None) -> None:
    """Doors' common furniture: host check, CSRF check, error handlers, headers."""
    app.extensions["koumen"] = House(config, given)
    app.before_request(_check_host)
    app.before_request(_check_text)
    app.after_request(headers)
    own_errors(app)
    app.jinja_env.globals.update(csrf=csrf_field, nonce=nonce, caller=caller)


def _check_text() -> None:
    """U+0000 is in no name of ours, and PostgreSQL takes it in no text: an address with it names nothing."""
    if "\x00" in request.path:
        refuse("not_found")
    if "%00" in request.query_string.decode("latin-1") or "\x00" in request.query_string.decode("latin-1"):
        refuse("bad_request")


def guard_forms(app: Flask) -> None:
    """Check CSRF after the caller is known: every unsafe request that came with a cookie."""
    app.before_request(check_csrf)


def _check_host() -> None:
    if not host_fits(cfg(), request.host):
        refuse("host_wrong")


def host_fits(config: Config, host: str) -> bool:
    """Whether a request may call us so: under the pinned name, or on this very machine."""
    return not config.pinned or host == config.host or host in LOOPBACK or host.rpartition(":")[0] in LOOPBACK
