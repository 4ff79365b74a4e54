"""Static files of the surfaces under /static/<surface>/, named with their hash so that browsers keep them."""

import hashlib
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Response, request
from werkzeug.security import safe_join

from server.access import may
from server.errors import Refusal

HERE = Path(__file__).parent
YEAR = 365 * 24 * 3600
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}
FOLDERS: dict[str, Path] = {"web": HERE / "static"}

bp = Blueprint("web", __name__, template_folder="templates")


def add(surface: str, folder: Path) -> None:
    """Serve the files of a folder under /static/<surface>/."""
    FOLDERS[surface] = folder


def url(name: str) -> str:
    """'office/office.css' → '/static/office/office.css?v=3f9a12bc'; templates write {{ asset('…') }}."""
    surface, _, path = name.partition("/")
    return f"/static/{name}?v={_hash(FOLDERS[surface] / path)}"


@lru_cache(maxsize=256)
def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10]


@bp.route("/static/<surface>/<path:name>")
@may("anyone")
def static_file(surface: str, name: str) -> Response:
    """One file; kept for a year when its address carries the hash, else asked again each time."""
    folder = FOLDERS.get(surface)
    found = safe_join(str(folder), name) if folder else None
    if found is None or not Path(found).is_file():
        raise Refusal("not_found")
    path = Path(found)
    answer = Response(path.read_bytes(), content_type=TYPES.get(path.suffix, "application/octet-stream"))
    answer.set_etag(_hash(path))
    kept = f"public, max-age={YEAR}, immutable" if request.args.get("v") else "no-cache"
    answer.headers["Cache-Control"] = kept
    answer.make_conditional(request)
    return answer
