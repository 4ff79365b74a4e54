"""What every door shares: the request's database, problems, form tokens, headers, the pinned host."""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from flask import Flask, Response, current_app, g, jsonify, render_template, request
from werkzeug.exceptions import HTTPException

from server.access import caller
from server.config import LOOPBACK, Config
from server.db import Broken, Busy, Db, DbError, DiskFull, Pen, Unknown, connect
from server.errors import Refusal, refuse

log = logging.getLogger("koumen")
FORM_HOURS = 12
CSP = (
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self'{nonce}; script-src 'self'; object-src 'none';"
    " base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)


# parts of a page, never a page: the policies of documents say nothing there, and a phone's first install pays per byte
PARTS = frozenset({"text/javascript", "text/css", "image/png"})


class House:
    """The settings and one connection per thread."""

    def __init__(self, config: Config, db: Db | None = None) -> None:
        self.config = config
        self._given = db
        self._local = threading.local()

    def db(self) -> Db:
        if self._given is not None:
            return self._given
        db: Db | None = getattr(self._local, "db", None)
        if db is None or not db.alive:
            db = self._local.db = connect(self.config.db)
        return db


def house() -> House:
    found: House = current_app.extensions["koumen"]
    return found


def db() -> Db:
    """This request's database connection."""
    return house().db()


def cfg() -> Config:
    """The settings."""
    return house().config


def writing(community: str | None = None, verb: str = "") -> AbstractContextManager[Pen]:
    """Take the pen of a community in the caller's name."""
    who = caller()
    return db().write(community or who.community, who=who.staff or who.screen, verb=verb)


def install(app: Flask, config: Config, given: Db | None = None) -> None:
    """Doors' common furniture: host check, CSRF check, error handlers, headers."""
    app.extensions["koumen"] = House(config, given)
    app.before_request(_check_host)
    app.after_request(_headers)
    own_errors(app)
    app.jinja_env.globals.update(csrf=csrf_field, nonce=nonce, caller=caller)


def own_errors(app: Flask) -> None:
    """Every error leaves through here; asked for again after flask-smorest, which brings a handler of its own."""
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(DbError, _db_error)
    app.register_error_handler(Exception, _unexpected)


def guard_forms(app: Flask) -> None:
    """Check CSRF after the caller is known: every unsafe request that came with a cookie."""
    app.before_request(_check_csrf)


def _check_host() -> None:
    config = cfg()
    if not config.pinned or request.host == config.host:
        return
    if request.host.rpartition(":")[0] in LOOPBACK or request.host in LOOPBACK:
        return
    refuse("host_wrong")


# --- forms -----------------------------------------------------------------


def csrf_token() -> str:
    """The token of this session's forms."""
    return _mac("csrf", caller().session)


def csrf_field() -> str:
    from markupsafe import Markup

    return Markup('<input type="hidden" name="csrf" value="{}">').format(csrf_token())


def _check_csrf() -> None:
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


# --- answers ---------------------------------------------------------------


def problem(refusal: Refusal) -> Response:
    """RFC 9457: `type title status detail code`, and `pointer` or `errors` where fields are at fault."""
    body: dict[str, Any] = {
        "type": f"/problems/{refusal.code}", "title": refusal.sentence, "status": refusal.status,
        "code": refusal.code, "detail": refusal.sentence,
    }
    if refusal.pointer:
        body["pointer"] = refusal.pointer
    if refusal.fields:
        body["errors"] = refusal.fields
    answer = jsonify(body)
    answer.status_code = refusal.status
    answer.content_type = "application/problem+json"
    return answer


def wants_json() -> bool:
    """Programs get problems, people get pages."""
    return request.path.startswith(("/api/", "/k/v1/"))


def _refused(refusal: Refusal) -> Response:
    if wants_json():
        answer = problem(refusal)
    else:
        answer = _page(refusal)
    hook: Callable[[Refusal, Response], Response] | None = current_app.extensions.get("koumen_refused")
    return hook(refusal, answer) if hook else answer


def _page(refusal: Refusal) -> Response:
    answer = Response(render_template("web/error.html", refusal=refusal), refusal.status)
    return answer


def _http_error(error: HTTPException) -> Response:
    if error.response is not None or (error.code or 500) < 400:
        return error.get_response()  # type: ignore[return-value]  # a werkzeug response; flask serves it
    return _refused(_as_refusal(error))


def _as_refusal(error: HTTPException) -> Refusal:
    data = getattr(error, "data", None) or {}
    messages = data.get("messages")
    if messages:
        return Refusal("invalid", fields=_fields(messages))
    codes = {400: "bad_request", 401: "login_required", 403: "forbidden", 404: "not_found",
             405: "method_not_allowed", 413: "too_large", 429: "too_many"}
    return Refusal(codes.get(error.code or 500, "bad_request" if (error.code or 500) < 500 else "internal"))


def _fields(messages: Any, path: str = "") -> list[dict[str, str]]:
    """marshmallow's nested messages as a flat list of `{pointer, reason}`."""
    if isinstance(messages, str):
        return [{"pointer": path, "reason": messages}]
    if isinstance(messages, dict):
        return [row for key, value in messages.items() for row in _fields(value, _join(path, key))]
    return [row for value in messages for row in _fields(value, path)]


def _join(path: str, key: object) -> str:
    # webargs puts the place of the input on top (json, query, form); a pointer begins inside it
    if not path and key in ("json", "query", "form", "_schema", "files"):
        return path
    return path if key == "_schema" else f"{path}/{key}"


def _db_error(error: DbError) -> Response:
    codes = {Busy: "busy", DiskFull: "disk_full", Unknown: "unknown_outcome", Broken: "broken"}
    code = codes.get(type(error), "internal")
    log.error("database: %s at %s", code, request.endpoint)
    return _refused(Refusal(code))


def _unexpected(error: Exception) -> Response:
    # the outermost door: the person gets a sentence, the log the trace (which holds code, not people)
    log.error("unexpected error at %s", request.endpoint, exc_info=error)
    if current_app.config.get("RAISE"):
        raise error
    return _refused(Refusal("internal"))


def _headers(answer: Response) -> Response:
    extra = f" 'nonce-{g.nonce}'" if "nonce" in g else ""
    headers = answer.headers
    headers.setdefault("X-Content-Type-Options", "nosniff")
    if answer.mimetype not in PARTS:
        headers.setdefault("Content-Security-Policy", CSP.format(nonce=extra))
        headers.setdefault("Referrer-Policy", "no-referrer")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setdefault("Permissions-Policy", "geolocation=(self), camera=(self), microphone=()")
    if cfg().secure:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if "Cache-Control" not in headers and not request.path.startswith("/static"):
        headers["Cache-Control"] = "no-store"
    return answer
