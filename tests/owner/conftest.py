"""A home with bills, a letter and a slip; helpers that scan and post as a phone does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask.testing import FlaskClient

from server.config import Config
from server.db import Db
from server.notices import acts as notices
from server.pay import acts as pay
from tests.conftest import listening
from tests.notices import estate_of


@dataclass
class Estate:
    """Two homes (王建国 …0000, 李梅 …0001) and, per home, a sealed and a door token."""

    db: Db
    cfg: Config
    community: str
    homes: list[str]
    sealed: list[str]
    door: list[str]
    letters: list[dict[str, Any]]
    slips: list[dict[str, Any]]


@pytest.fixture
def site(app: Any) -> Iterator[str]:
    """The pages on a port, for a real browser; its URL."""
    with listening(app) as url:
        yield url


@pytest.fixture
def place(db: Db, community: str, settings: Config) -> Estate:
    estate_of.words(db, community)
    homes = estate_of.homes(db, community, 2)

    def tokens(kind: str) -> tuple[list[str], list[dict[str, Any]]]:
        rows = notices.print_homes(db, community, homes, kind, "2026-11-21", cfg=settings).notices
        return [pay.token_of(settings, {"version": 1, "handle": row["code_handle"]}) for row in rows], rows

    sealed, letters = tokens("letter")
    door, slips = tokens("slip")
    return Estate(db, settings, community, homes, sealed, door, letters, slips)


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of the page's forms."""
    return dict(re.findall(r'name="(id|form)" value="([^"]+)"', page))


def post(client: FlaskClient, path: str, page: str, **fields: str) -> Any:
    return client.post(path, data={**hidden(page), **fields})


def unlocked(client: FlaskClient, token: str, digits: str) -> Any:
    """Scan a door code and give four digits."""
    return post(client, f"/n/{token}/unlock", client.get(f"/n/{token}").text, last4=digits)
