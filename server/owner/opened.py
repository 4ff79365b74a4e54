"""The short cookie that keeps an unlocked door code open: bound to the code, signed, for its own path only."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Mapping
from typing import Any

from flask import Response

from server.config import Config

NAME = "opened"
SECONDS = 15 * 60


def is_open(cfg: Config, code: Mapping[str, Any], cookie: str) -> bool:
    """True when the cookie opens this code now. It begins with the handle, so with the community's number."""
    handle, _, rest = cookie.partition(".")
    until, _, mac = rest.partition(".")
    if handle != code["handle"] or not until.isascii() or not until.isdecimal() or len(until) > 12:
        return False
    good = hmac.compare_digest(mac.encode(), _mac(cfg, code, until).encode())
    return good and int(until) > time.time()


def open_up(answer: Response, cfg: Config, code: Mapping[str, Any]) -> Response:
    """Let the browser keep this code open for a quarter of an hour."""
    until = str(int(time.time()) + SECONDS)
    answer.set_cookie(
        NAME, f"{code['handle']}.{until}.{_mac(cfg, code, until)}", max_age=SECONDS, path=f"/n/{code['token']}",
        httponly=True, secure=cfg.secure, samesite="Lax",
    )
    return answer


def _mac(cfg: Config, code: Mapping[str, Any], until: str) -> str:
    # the last print is part of it: a reprint closes what was open
    text = f"{code['handle']}/{code['printed_at']}/{until}"
    return hmac.new(cfg.key("opened"), text.encode(), hashlib.sha256).hexdigest()[:32]
