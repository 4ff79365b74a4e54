"""Answers: refusals as problems or pages, errors without details, headers on everything."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from flask import Flask, Response, current_app, g, jsonify, render_template, request
from werkzeug.exceptions import HTTPException

from server.db import Broken, Busy, DbError, DiskFull, Unknown
from server.errors import Refusal
from server.http.house import cfg

log = logging.getLogger("koumen")
CSP = (
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self'{nonce}; script-src 'self'; object-src 'none';"
    " base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)


# parts of a page, never a page: the policies of documents say nothing there, and a phone's first install pays per byte
PARTS = frozenset({"text/javascript", "text/css", "image/png", "application/manifest+json"})


def own_errors(app: Flask) -> None:
    """Every error leaves through here; asked for again after flask-smorest, which brings a handler of its own."""
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(DbError, _db_error)
    app.register_error_handler(RecursionError, _too_deep)
    app.register_error_handler(Exception, _unexpected)


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
    if messages == {"json": ["Invalid JSON body."]}:
        return Refusal("unreadable_body")
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


def _too_deep(error: RecursionError) -> Response:
    # thousands of brackets inside each other: the parser of JSON gives up, nothing was read
    log.warning("nested too deep at %s", request.endpoint)
    return _refused(Refusal("unreadable_body"))


def _unexpected(error: Exception) -> Response:
    # the outermost door: the person gets a sentence, the log the trace (which holds code, not people)
    log.error("unexpected error at %s", request.endpoint, exc_info=error)
    if current_app.config.get("RAISE"):
        raise error
    return _refused(Refusal("internal"))


def headers(answer: Response) -> Response:
    extra = f" 'nonce-{g.nonce}'" if "nonce" in g else ""
    wanted = [("X-Content-Type-Options", "nosniff")]
    if answer.mimetype not in PARTS:
        wanted += [
            ("Content-Security-Policy", CSP.format(nonce=extra)), ("Referrer-Policy", "no-referrer"),
            ("Cross-Origin-Opener-Policy", "same-origin"),
            ("Permissions-Policy", "geolocation=(self), camera=(self), microphone=()")]
    if cfg().secure:
        wanted.append(("Strict-Transport-Security", "max-age=31536000"))
    if not request.path.startswith("/static"):
        wanted.append(("Cache-Control", "no-store"))
    given = {name.lower() for name, _ in answer.headers}  # looked at once: each `setdefault` would go through them all
    answer.headers.extend([pair for pair in wanted if pair[0].lower() not in given])
    return answer
