"""What the first install and the first pull weigh on the wire, from the real server, headers and all."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from server import create_app
from tests.app.house import House, furnish

INSTALL, DOORS = 60_000, 40 * 1024
# status line, Server, Date, Connection: what gunicorn adds to each answer
ENVELOPE = 17 + 18 + 37 + 24
PACKED = {"Accept-Encoding": "gzip"}


@pytest.fixture
def house(home_dir: Path, sqlite_template: Path) -> Iterator[House]:
    path = home_dir / "koumen.db"
    path.write_bytes(sqlite_template.read_bytes())
    house = furnish(home_dir, f"sqlite:///{path}", doors=80)
    yield house
    house.db.close()


@pytest.fixture
def server(house: House) -> FlaskClient:
    return create_app(house.config, db=house.db).test_client()


def weight(server: FlaskClient, path: str) -> int:
    answer = server.get(path, headers=PACKED)
    assert answer.status_code == 200, path
    return ENVELOPE + len(answer.data) + sum(len(name) + len(value) + 4 for name, value in answer.headers)


def test_the_first_install_fits_in_sixty_kilobytes_with_all_headers(server: FlaskClient) -> None:
    listed = json.loads(re.search(r"const FILES = (\[\[.*?\]\]);", server.get("/m/sw.js").text).group(1))  # type: ignore[union-attr]
    paths = [
        "/m/",
        "/m/sw.js",
        "/m/manifest.webmanifest",
        *(f"/m/{path}" for path, _ in listed if path != "./"),
    ]
    total = sum(weight(server, path) for path in paths)
    print(f"first install: {total} bytes in {len(paths)} requests")
    assert total <= INSTALL
    assert len(paths) + 1 <= 30, "and one 304 for the page when the worker asks for it"


def test_eighty_doors_fit_in_forty_kilobytes(server: FlaskClient, house: House) -> None:
    enrolled = server.post("/api/v1/devices", json={"code": house.code(), "name": "t", "app": "t"}).get_json()
    answer = server.post(
        "/api/v1/sync/pull",
        data=json.dumps({"client": {"schema": 1}, "limit": 500, "buckets": {}}),
        headers={
            **PACKED,
            "Authorization": f"Bearer {enrolled['token']}",
            "Content-Type": "application/json",
        },
    )
    assert answer.status_code == 200
    body = json.loads(gzip.decompress(answer.data))
    homes = [
        one for part in body["buckets"].values() for one in part["changes"] if one["type"] == "household"
    ]
    print(f"{len(homes)} doors: {len(answer.data)} bytes")
    assert len(homes) == 80
    assert len(answer.data) <= DOORS
