"""The JSON door of codes: who may see and revoke them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from server.config import Config
from server.db import Db
from server.pay import acts
from tests.notices import estate_of

CODE = "3-1-0101"


@pytest.fixture
def made(db: Db, community: str, settings: Config) -> dict[str, Any]:
    [home] = estate_of.homes(db, community, 1)
    with db.write(community) as pen:
        return acts.issue_codes(pen, [{"home": home, "class": "door"}], cfg=settings)[0]


def headers(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_the_office_lists_codes_without_tokens(
    client: FlaskClient, made: dict[str, Any], staff_token: Callable[[str], str]
) -> None:
    answer = client.get(f"/api/v1/paycodes?household={CODE}", headers=headers(staff_token("clerk")))
    assert answer.status_code == 200
    [code] = answer.json["codes"]
    assert (code["handle"], code["state"], code["kind"]) == (made["handle"], "live", "door")
    assert made["token"] not in answer.text


def test_revoking_kills_all_codes_of_a_home(
    client: FlaskClient, db: Db, made: dict[str, Any], staff_token: Callable[[str], str]
) -> None:
    answer = client.post(
        "/api/v1/paycodes/revocations", json={"household": CODE}, headers=headers(staff_token("clerk"))
    )
    assert [code["state"] for code in answer.json["codes"]] == ["revoked"]
    assert client.get(f"/n/{made['token']}").status_code == 410


@pytest.mark.parametrize(("role", "status"), [("collector", 403), ("cashier", 403)])
def test_collectors_and_cashiers_do_not_revoke(
    client: FlaskClient, made: dict[str, Any], staff_token: Callable[[str], str], role: str, status: int
) -> None:
    answer = client.post(
        "/api/v1/paycodes/revocations", json={"household": CODE}, headers=headers(staff_token(role))
    )
    assert answer.status_code == status


def test_nobody_without_a_token(client: FlaskClient, made: dict[str, Any]) -> None:
    assert client.get(f"/api/v1/paycodes?household={CODE}").status_code == 401
    assert client.post("/api/v1/paycodes/lobby", json={}).status_code == 401


def test_the_lobbys_code_comes_with_its_bitmap(
    client: FlaskClient, made: Any, staff_token: Callable[[str], str],
) -> None:
    token = staff_token("manager")
    first = client.post("/api/v1/paycodes/lobby", json={}, headers=headers(token)).json
    assert client.post("/api/v1/paycodes/lobby", json={}, headers=headers(token)).json == first
    assert first["bitmap"]["side"] >= 25


def test_a_sticker_seen_on_patrol_is_reported_and_closed(
    client: FlaskClient, made: Any, staff_token: Callable[[str], str]
) -> None:
    manager, collector = staff_token("manager"), staff_token("collector")
    body = {"id": "p1", "scanned": "http://pay.example/x", "place": "2 栋大堂"}
    assert client.post("/api/v1/paycodes/reports", json=body, headers=headers(collector)).status_code == 201
    [report] = client.get("/api/v1/paycodes/reports", headers=headers(manager)).json["reports"]
    assert (report["source"], report["place"]) == ("patrol", "2 栋大堂")
    closed = client.post("/api/v1/paycodes/reports/p1/closure", json={}, headers=headers(manager))
    assert closed.json["reports"] == []
