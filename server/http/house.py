"""The running house as a request sees it: settings, a connection per thread, the pen in the caller's name."""

from __future__ import annotations

import threading
from contextlib import AbstractContextManager
from typing import Any

from flask import current_app
from werkzeug.middleware.proxy_fix import ProxyFix

from server.access import caller
from server.config import Config
from server.db import Db, Pen, connect, engine_of


class BehindProxy:
    """Believe X-Forwarded-For and -Proto of a proxy on this very machine, and of nobody else.

    Throttles count by address: behind a TLS proxy every caller would otherwise be 127.0.0.1.
    """

    def __init__(self, app: Any) -> None:
        self.plain = app
        self.fixed = ProxyFix(app, x_for=1, x_proto=1)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        local = environ.get("REMOTE_ADDR") in ("127.0.0.1", "::1", "")
        return (self.fixed if local else self.plain)(environ, start_response)


class House:
    """The settings and one connection per thread."""

    def __init__(self, config: Config, db: Db | None = None) -> None:
        self.config = config
        self._given = db
        if db is None:
            engine_of(config.db)
        self._local = threading.local()

    def db(self) -> Db:
        if self._given is not None:
            return self._given
        db: Db | None = getattr(self._local, "db", None)
        if db is None or not db.alive:
            db = self._local.db = connect(self.config.db)
            db.serving()
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
