"""Serves the staff app under /m/: the page, its service worker, its manifest, and files that may be kept for ever."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as Plain

from server.access import may
from server.errors import Refusal
from server.field.app.files import File, bundle

bp = Blueprint("field_app", __name__, url_prefix="/m")
FOREVER = "max-age=31536000, immutable"
ASK = "no-cache"
CSP = ("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self';"
       " manifest-src 'self'; worker-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none';"
       " frame-ancestors 'none'")
POLICIES = {"index.html": CSP, "sw.js": "default-src 'none'; connect-src 'self'"}
"""Documents and workers obey a policy; the worker only fetches; a manifest is read by the browser itself."""


@bp.route("")
@may("anyone")
def bare() -> Plain:
    """/m leads to /m/, so that relative addresses and the worker's scope hold."""
    return redirect("/m/", 308)


@bp.route("/")
@may("anyone")
def page() -> Response:
    """The app itself; without network the service worker answers in its place."""
    return _answer(bundle().files["index.html"], ASK)


@bp.route("/sw.js")
@may("anyone")
def worker() -> Response:
    """The service worker; its scope is /m/."""
    return _answer(bundle().files["sw.js"], ASK)


@bp.route("/manifest.webmanifest")
@may("anyone")
def manifest() -> Response:
    """What a phone needs to install the app."""
    return _answer(bundle().files["manifest.webmanifest"], ASK)


@bp.route("/v/<version>/<path:name>")
@may("anyone")
def file(version: str, name: str) -> Response:
    """One file of the present version; another version's address is not answered with this one's bytes."""
    found = bundle().files.get(name)
    if found is None or version != bundle().version:
        raise Refusal("not_found")
    return _answer(found, FOREVER)


def _answer(found: File, keep: str) -> Response:
    zipped = bool(found.zipped) and "gzip" in request.headers.get("Accept-Encoding", "")
    answer = Response(found.zipped if zipped else found.raw, content_type=found.type)
    if zipped:
        answer.headers["Content-Encoding"] = "gzip"
    answer.headers["Vary"] = "Accept-Encoding"
    answer.headers["Cache-Control"] = keep
    if found.path in POLICIES:
        answer.headers["Content-Security-Policy"] = POLICIES[found.path]
    answer.set_etag(f"{found.hash}{'-gz' if zipped else ''}")
    answer.make_conditional(request)
    answer.headers.pop("Date", None)  # the server in front of us says it; twice is 37 bytes a file for nothing
    return answer
