"""The estate of this folder's tests: built once an engine, copied for each test."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from server.config import Config
from server.db import connect
from tests.api.estate import Estate
from tests.conftest import SECRET

Engine = tuple[str, Callable[[str], str], Callable[[str], None]]  # a migrated database, copy it, drop it


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Engine:
    if request.param == "sqlite":
        home = tmp_path_factory.mktemp("api")

        def new(source: str) -> str:
            path = home / f"{uuid.uuid4().hex}.db"
            shutil.copyfile(source.removeprefix("sqlite:///"), path)
            return f"sqlite:///{path}"

        return str(request.getfixturevalue("sqlite_template")), new, lambda url: Path(url[10:]).unlink()
    from tests.postgres import create, drop

    server = request.getfixturevalue("postgres_server")
    return (
        str(request.getfixturevalue("postgres_template")),
        lambda source: create(server, f"a{uuid.uuid4().hex[:12]}", template=source.rpartition("/")[2]),
        lambda url: drop(server, url.rpartition("/")[2]),
    )


@pytest.fixture(scope="module")
def built(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> tuple[Estate, str]:
    """The estate, and the database it was built in."""
    template, new, _ = engine
    url = new(template)
    db = connect(url)
    made = Estate(Config(tmp_path_factory.mktemp("home"), url, "http://localhost", SECRET), db)
    db.close()
    return made, url


@pytest.fixture
def place(built: tuple[Estate, str], engine: Engine) -> Iterator[Estate]:
    """The estate on a copy of its own: what one call ends, the next finds alive."""
    made, source = built
    url = engine[1](source)
    db = connect(url)
    made.use(db)
    yield made
    db.close()
    engine[2](url)
