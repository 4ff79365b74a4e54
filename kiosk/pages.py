"""The lobby page `/k/`: static files, and the service worker with the shell's hash inside."""

from __future__ import annotations

import hashlib
import json
import mimetypes
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Response, request

from server.access import may
from server.errors import Refusal

HERE = Path(__file__).parent / "static"
WORKER = "sw.js"

bp = Blueprint("kiosk_pages", __name__)


@bp.route("/k/")
@may("anyone")
def page() -> Response:
    """The page. It is the same for everybody: what it shows comes with the screen's token."""
    return _file("index.html")


@bp.route("/k/<path:name>")
@may("anyone")
def part(name: str) -> Response:
    return _worker() if name == WORKER else _file(name)


def _file(name: str) -> Response:
    """One file of the shell, asked for again only when its hash changed."""
    if name != "index.html" and name not in shell()[0]:
        raise Refusal("not_found")
    data = (HERE / name).read_bytes()
    kind = "text/javascript" if name.endswith(".js") else mimetypes.guess_type(name)[0]
    answer = Response(data, mimetype=kind, headers={"Cache-Control": "no-cache"})
    answer.set_etag(hashlib.sha256(data).hexdigest()[:16])
    return answer.make_conditional(request)  # type: ignore[return-value]  # it gives back the answer it got


def _worker() -> Response:
    """The worker knows every file of the shell and one hash over them all: another shell is another worker."""
    return Response(worker(), mimetype="text/javascript", headers={"Cache-Control": "no-cache"})


@lru_cache(maxsize=1)
def worker() -> str:
    """The text of the service worker."""
    names, digest = shell()
    text = (HERE / WORKER).read_text("utf-8")
    return text.replace('"SHELL"', json.dumps(digest)).replace('["FILES"]', json.dumps(["./", *names]))


def shell() -> tuple[list[str], str]:
    """Files the page needs, and a hash over names and bytes."""
    names = sorted(path.name for path in HERE.iterdir() if path.name not in (WORKER, "index.html"))
    parts = [f"{name} {hashlib.sha256((HERE / name).read_bytes()).hexdigest()}" for name in ["index.html", *names]]
    return names, hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
