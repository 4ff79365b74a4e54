"""The JSON door of estate: homes, people, history, settings; roles and scope."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from server import clock
from server.db import Db
from server.estate import acts

Token = Callable[[str], str]


@pytest.fixture
def clerk(staff_token: Token) -> dict[str, str]:
    return {"Authorization": f"Bearer {staff_token('clerk')}"}


@pytest.fixture
def manager(staff_token: Token) -> dict[str, str]:
    return {"Authorization": f"Bearer {staff_token('manager')}"}


def card(client: FlaskClient, headers: dict[str, str], code: str) -> dict[str, Any]:
    answer = client.get(f"/api/v1/homes/{code}", headers=headers)
    assert answer.status_code == 200, answer.json
    found: dict[str, Any] = answer.json
    return found


def test_a_home_is_made_changed_and_its_history_read(client: FlaskClient, clerk: dict[str, str]) -> None:
    body = {"building": "3栋", "unit": "2单元", "room": "1801", "area": 8553, "owner": "贾宇子、丁超强",
            "phones": ["19900009163"], "state": "自住"}
    made = client.post("/api/v1/homes", json=body, headers=clerk)
    assert (made.status_code, made.json["household"]) == (201, "3-2-1801")
    again = client.post("/api/v1/homes", json=body, headers=clerk)
    assert (again.status_code, again.json["code"]) == (409, "home_code_taken")
    assert client.patch("/api/v1/homes/3-2-1801", json={"note": "轻敲"}, headers=clerk).status_code == 204
    home = card(client, clerk, "3-2-1801")
    assert (home["id"], home["note"], home["address"]) == (made.json["household_id"], "轻敲", "3栋2单元1801")
    assert [one["name"] for one in home["residents"]] == ["贾宇子", "丁超强"]
    (change,) = client.get("/api/v1/homes/3-2-1801/changes", headers=clerk).json["changes"]
    assert (change["field"], change["new"]) == ("note", "轻敲")
    assert change["who"]


@pytest.mark.usefixtures("homes")
def test_owner_and_tenants_change_at_the_door(client: FlaskClient, clerk: dict[str, str]) -> None:
    today = clock.today()
    new = {"name": "赵云", "phones": ["13700000001"], "on": today}
    assert client.post("/api/v1/homes/3-2-1801/owners", json=new, headers=clerk).status_code == 201
    tenant = {"name": "钟莲云", "phones": [], "on": today}
    resident = client.post("/api/v1/homes/3-2-1801/tenants", json=tenant, headers=clerk).json["residents"][0]
    home = card(client, clerk, "3-2-1801")
    assert [one["name"] for one in home["residents"]] == ["赵云", "钟莲云"]
    assert [one["name"] for one in home["past"]] == ["贾宇子", "丁超强"]
    gone = {"resident": resident, "on": today}
    assert client.post("/api/v1/homes/3-2-302/departures", json=gone, headers=clerk).json["code"] == "resident_unknown"
    assert client.post("/api/v1/homes/3-2-1801/departures", json=gone, headers=clerk).status_code == 204
    owner = home["residents"][0]["id"]
    fixed = {"name": "赵子龙", "phones": ["13700000002"]}
    assert client.patch(f"/api/v1/residents/{owner}", json=fixed, headers=clerk).status_code == 204
    assert card(client, clerk, "3-2-1801")["residents"][0]["phones"] == ["13700000002"]


@pytest.mark.usefixtures("homes")
def test_homes_are_searched_and_paged(client: FlaskClient, clerk: dict[str, str]) -> None:
    found = client.get("/api/v1/homes?q=jyz", headers=clerk).json["homes"]
    assert [(home["code"], home["found"]) for home in found] == [("3-2-1801", "name")]
    page = client.get("/api/v1/homes?limit=2", headers=clerk).json
    assert (len(page["homes"]), page["next"]) == (2, "3-2-1801")
    page = client.get("/api/v1/homes?limit=2&after=3-2-1801", headers=clerk).json
    assert ([home["code"] for home in page["homes"]], page["next"]) == (["商铺-S01"], None)
    assert len(client.get("/api/v1/homes?building=3栋", headers=clerk).json["homes"]) == 2
    assert card(client, clerk, "商铺-S01")["building"] == "商铺"


def test_who_looked_at_a_home_is_recorded_and_shown_to_the_manager(
    client: FlaskClient, clerk: dict[str, str], manager: dict[str, str], homes: dict[str, str]
) -> None:
    card(client, clerk, "3-2-1801")
    (look,) = client.get("/api/v1/homes/3-2-1801/looks", headers=manager).json["looks"]
    assert look["who"]
    assert client.get("/api/v1/homes/3-2-1801/looks", headers=clerk).json["code"] == "forbidden"


@pytest.mark.usefixtures("homes")
def test_a_collector_reads_no_homes_here(client: FlaskClient, staff_token: Token) -> None:
    headers = {"Authorization": f"Bearer {staff_token('collector')}"}
    for path in ("/api/v1/homes", "/api/v1/homes/3-2-1801", "/api/v1/homes/3-2-1801/changes", "/api/v1/settings"):
        assert client.get(path, headers=headers).json["code"] == "forbidden", path
        assert client.get(path).json["code"] == "login_required", path
    assert client.get("/api/v1/communities", headers=headers).json == {
        "communities": [{"id": "C1", "name": "锦绣花园"}]
    }


@pytest.mark.usefixtures("homes")
def test_another_communitys_homes_answer_like_unknown_ones(
    client: FlaskClient, db: Db, clerk: dict[str, str]
) -> None:
    with db.write("C2") as pen:
        home = {"building": "9栋", "unit": "", "room": "901", "owners": [{"name": "远", "phones": []}]}
        made = acts.put_homes(pen, [home])
    secret = acts.residents_of(db, "C2", list(made["ids"].values()))[made["ids"]["9-901"]][0]["id"]
    for code in ("9-901", "9-902"):
        answer = client.get(f"/api/v1/homes/{code}", headers=clerk)
        assert (answer.status_code, answer.json["code"]) == (404, "home_unknown")
    for id_ in (secret, "nobody"):
        answer = client.patch(f"/api/v1/residents/{id_}", json={"name": "x"}, headers=clerk)
        assert (answer.status_code, answer.json["code"]) == (404, "resident_unknown")
    assert client.get("/api/v1/homes?q=9栋", headers=clerk).json["homes"] == []
    assert client.get("/api/v1/homes/9-901?community=C2", headers=clerk).json["code"] == "community_unknown"


@pytest.mark.usefixtures("homes")
@pytest.mark.parametrize(("body", "pointer"), [
    ({"area": 1.5}, "/area"), ({"area": "x"}, "/area"), ({"state": "闲置"}, "/state"),
    ({"handover": "2026-02-30"}, "/handover"),
    ({"rate_fen": -1}, "/rate_fen"), ({"note": "\x00"}, "/note"), ({"note": 5}, "/note"),
    ({"floor": 10**9}, "/floor"),
])
@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_what_cannot_be_read_is_refused_by_field(
    client: FlaskClient, clerk: dict[str, str], body: dict[str, Any], pointer: str
) -> None:
    answer = client.patch("/api/v1/homes/3-2-1801", json=body, headers=clerk)
    assert answer.status_code == 422
    assert [row["pointer"] for row in answer.json["errors"]] == [pointer]


@pytest.mark.usefixtures("homes")
@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_half_a_character_is_refused_by_field(client: FlaskClient, clerk: dict[str, str]) -> None:
    answer = client.patch(
        "/api/v1/homes/3-2-1801", data=b'{"note": "\\ud800"}', content_type="application/json", headers=clerk
    )
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/note")


def test_the_companys_words_are_the_managers(
    client: FlaskClient, clerk: dict[str, str], manager: dict[str, str]
) -> None:
    assert client.patch("/api/v1/settings", json={"company": "锦绣物业"}, headers=manager).status_code == 204
    assert client.get("/api/v1/settings", headers=clerk).json["company"] == "锦绣物业"
    assert client.patch("/api/v1/settings", json={"company": "x"}, headers=clerk).json["code"] == "forbidden"


def test_a_person_gets_a_copy(client: FlaskClient, manager: dict[str, str], homes: dict[str, str]) -> None:
    resident = card(client, manager, "商铺-S01")["residents"][0]["id"]
    copy = client.get(f"/api/v1/residents/{resident}/export", headers=manager)
    assert (copy.json["name"], copy.json["phones"], copy.json["home"]) == ("吕方", ["19900003281"], "商铺-S01")
