"""Real databases for every test: a fresh SQLite file and a fresh PostgreSQL database, both migrated once and copied."""

from __future__ import annotations

import os
import shutil
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import hypothesis
import pytest
import time_machine
from flask import Flask
from playwright.sync_api import Browser, Playwright, expect, sync_playwright
from werkzeug.serving import make_server

from server import clock, create_app
from server.config import Config
from server.db import Db, connect
from server.db.migrate import migrate, tables
from server.estate import acts as estate
from tests.patience import PATIENCE

# set by tests/run: what is missing then fails instead of being skipped
REQUIRED = os.environ.get("KOUMEN_TEST_REQUIRE") == "1"
SECRET = b"tests-only-" + b"0123456789abcdef" * 2

# the same examples on every machine, and none fails by its seconds; `--hypothesis-profile=default` looks for new ones
hypothesis.settings.load_profile("ci")
expect.set_options(timeout=PATIENCE)


def missing(reason: str) -> None:
    """A piece a test needs is not here: skip with the reason, or fail where everything is required."""
    if REQUIRED:
        pytest.fail(reason)
    pytest.skip(reason)


def chromium() -> str:
    """Where Chromium is; tests that need it are skipped or fail without it."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), "")
    if not found:
        missing("Chromium is not installed")
    return found


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    """One at a time: a second one in the same process does not start, and one that died takes only its module along."""
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    args = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
    browser = playwright.chromium.launch(executable_path=chromium(), args=args)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "koumen.db"
    db = connect(str(path))
    migrate(db)
    db.close()
    return path


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a PostgreSQL of our own, from a pip package; ended with the session."""
    from tests.postgres import running

    with running(tmp_path_factory.mktemp("postgres"), missing) as url:
        yield url


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> str:
    from tests.postgres import create

    url = create(postgres_server, "koumen_template")
    db = connect(url)
    migrate(db)
    db.close()
    return url


@pytest.fixture
def db_url(request: pytest.FixtureRequest, tmp_path: Path, engine_name: str) -> Iterator[str]:
    """The URL of a fresh, migrated database; other processes can open it too."""
    if engine_name == "sqlite":
        path = tmp_path / "koumen.db"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    from tests.postgres import create, drop

    request.getfixturevalue("postgres_template")
    server = request.getfixturevalue("postgres_server")
    name = f"t{uuid.uuid4().hex[:12]}"
    yield create(server, name, template="koumen_template")
    drop(server, name)


@pytest.fixture(params=["sqlite", "postgres"])
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def db(db_url: str) -> Iterator[Db]:
    db = connect(db_url)
    yield db
    db.close()


@pytest.fixture
def community(db: Db) -> str:
    """`C1` 锦绣花园; `C2` 双子花园 stands beside it for `twin`."""
    first = estate.make_community(db, "锦绣花园")
    estate.make_community(db, "双子花园")
    return first


@pytest.fixture
def twin() -> Callable[[Db], None]:
    """Copy every row of C1 to C2 under the same ids: a query that forgets its community then counts double."""

    def copy(db: Db) -> None:
        with db.write("C2") as pen:
            for table in tables("community"):
                if table in ("pen", "touched", "audit"):
                    continue
                rows = db.all(f"select * from {table} where community = 'C1'")
                pen.put(table, [{**row, "community": "C2"} for row in rows])

    return copy


@pytest.fixture
def home_dir(tmp_path: Path) -> Path:
    path = tmp_path / "home"
    path.mkdir()
    return path


@pytest.fixture
def settings(home_dir: Path, db_url: str) -> Config:
    return Config(home_dir, db_url, "http://localhost", SECRET)


@pytest.fixture
def app(settings: Config, db: Db):  # type: ignore[no-untyped-def]
    app = create_app(settings, db=db)
    app.config.update(RAISE=True)
    return app


@pytest.fixture
def client(app):  # type: ignore[no-untyped-def]
    return app.test_client()


@pytest.fixture
def still() -> Iterator[None]:
    """The clock stands: tries are counted by minute, quarter and day, and a slow machine must not reach the next."""
    with time_machine.travel(clock.now(), tick=False):
        yield


@contextmanager
def listening(app: Flask, threaded: bool = False) -> Iterator[str]:
    """The application on a port of its own, in a thread; its URL."""
    server = make_server("127.0.0.1", 0, app, threaded=threaded)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def staff_token(db: Db, community: str) -> Callable[[str], str]:
    """A bearer token for the office API with a role: `staff_token("clerk")`."""
    from server.people import acts as people

    def make(role: str, name: str = "") -> str:
        staff = people.add_staff(db, community, name or f"测试{role}{uuid.uuid4().hex[:4]}", role)
        return str(people.make_api_token(db, staff))

    return make
