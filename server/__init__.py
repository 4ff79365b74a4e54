"""Koumen: the table of contents. `create_app` is the only place that sees every room."""

from __future__ import annotations

import importlib
import importlib.util
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # a command that serves nothing starts without the web framework's schemas
    from flask import Flask

    from server import config
    from server.db import Db

# Rooms in the order of the work; a room imports rooms to its left only (tests/architecture holds it).
ROOMS = (
    "server.estate", "server.people", "server.ledger", "server.pay", "server.cases", "server.notices",
    "server.field", "server.thanks", "kiosk", "server.owner", "server.intake", "server.office",
)
SURFACES = ("server.field.app.pages", "server.owner.pages", "server.office.pages", "kiosk.pages")
OPEN = ("static", "api-docs.openapi_json")


def create_app(settings: config.Config | None = None, db: Db | None = None) -> Flask:
    """The application. `db` gives one connection to all requests (tests); without it each thread opens its own."""
    from flask import Flask

    from server import config, http
    from server.http.described import DescribedApi

    settings = settings or config.load()
    app = Flask("server", static_folder=None)
    app.wsgi_app = http.BehindProxy(app.wsgi_app)  # type: ignore[method-assign]  # as Flask's documentation does
    app.config.update(
        API_TITLE="Koumen", API_VERSION="1", OPENAPI_VERSION="3.1.0", OPENAPI_URL_PREFIX="/api/v1",
        OPENAPI_JSON_PATH="openapi.json", MAX_CONTENT_LENGTH=64 * 1024 * 1024, JSON_SORT_KEYS=False,
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # the default provider has it
    http.install(app, settings, db)
    _guard(app)
    _web(app)
    api = DescribedApi(app)
    http.own_errors(app)
    for blueprint in _parts("routes", "blp"):
        api.register_blueprint(blueprint)
    for name in SURFACES:
        if blueprint := _part(name, "bp"):
            app.register_blueprint(blueprint)
    return app


def _guard(app: Flask) -> None:
    from server import access, http

    lookups: dict[str, access.Lookup] = {}
    for found in _parts("acts", "LOOKUPS"):
        lookups.update(found)

    def community_named(name: str) -> str:
        from server.estate import acts

        return str(acts.community(http.db(), name)["id"])

    access.install(app, lookups, community_named, OPEN, http.db)
    http.guard_forms(app)


def _web(app: Flask) -> None:
    install = _part("server.web", "install")
    if install:
        install(app)


def due_jobs() -> list[tuple[str, Any]]:
    """(room, job) of every room with work that falls due: `acts.run_due(db, community, on)`."""
    found = [(room.rpartition(".")[2], _part(f"{room}.acts", "run_due")) for room in ROOMS]
    return [(name, job) for name, job in found if job]


def _parts(module: str, name: str) -> list[Any]:
    return [found for room in ROOMS if (found := _part(f"{room}.{module}", name)) is not None]


def _part(module: str, name: str) -> Any:
    try:
        known = importlib.util.find_spec(module)
    except ModuleNotFoundError:
        return None
    return getattr(importlib.import_module(module), name, None) if known else None
