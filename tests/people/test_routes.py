"""The JSON door of people: roles, scope, problems; what a stranger learns is nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from server.db import Db
from server.people import acts
from tests.people.conftest import PASSWORD

Token = Callable[[str], str]


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
def as_manager(staff_token: Token) -> dict[str, str]:
    return bearer(staff_token("manager"))


def test_a_manager_adds_people_and_reads_them(client: FlaskClient, as_manager: dict[str, str]) -> None:
    body = {"name": "小闫", "role": "collector", "buildings": "1栋"}
    made = client.post("/api/v1/staff", json=body, headers=as_manager)
    assert made.status_code == 201
    listed: dict[str, Any] = client.get("/api/v1/staff", headers=as_manager).json or {}
    found = next(row for row in listed["staff"] if row["staff"] == made.json["staff"])
    assert (found["name"], found["role"], found["buildings"]) == ("小闫", "collector", ["1"])
    url = f"/api/v1/staff/{made.json['staff']}"
    assert client.patch(url, json={"role": "clerk", "name": "闫二"}, headers=as_manager).status_code == 204
    assert acts.member(client.application.extensions["koumen"].db(), "C1", "闫二")["role"] == "clerk"
    assert client.delete(url, headers=as_manager).status_code == 204
    assert client.delete(url, headers=as_manager).json["code"] == "staff_unknown"


def test_all_field_errors_come_together(client: FlaskClient, as_manager: dict[str, str]) -> None:
    answer = client.post("/api/v1/staff", json={"name": "", "role": "boss"}, headers=as_manager)
    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    assert {row["pointer"] for row in answer.json["errors"]} == {"/name", "/role"}


def test_a_phone_is_enrolled_seen_and_switched_off_as_lost(client: FlaskClient, as_manager: dict[str, str]) -> None:
    staff = client.post("/api/v1/staff", json={"name": "小闫", "role": "collector"}, headers=as_manager).json["staff"]
    code = client.post("/api/v1/enrolments", json={"staff": staff}, headers=as_manager)
    assert code.status_code == 201
    assert code.json["url"].endswith(f"/m/#enrol={code.json['code']}")
    given = {"code": code.json["code"], "name": "小米", "app": "1.4.0"}
    phone = client.post("/api/v1/devices", json=given)
    assert phone.status_code == 201
    assert set(phone.json) == {"device", "token", "staff", "name", "communities", "lease_hours"}
    assert client.post("/api/v1/devices", json=given).json["code"] == "enrol_code_wrong"
    (row,) = client.get("/api/v1/devices", headers=as_manager).json["devices"]
    assert (row["id"], row["staff_name"], row["revoked_at"]) == (phone.json["device"], "小闫", None)
    assert "token" not in str(row)
    url = f"/api/v1/devices/{phone.json['device']}"
    assert client.delete(url, headers=as_manager).status_code == 204
    answer = client.get("/api/v1/communities", headers=bearer(phone.json["token"]))
    assert (answer.status_code, answer.json["code"]) == (401, "device-revoked")
    assert "Clear-Site-Data" not in answer.headers
    assert client.delete(f"{url}?lost=1", headers=as_manager).status_code == 204
    answer = client.get("/api/v1/communities", headers=bearer(phone.json["token"]))
    assert (answer.status_code, answer.json["code"]) == (401, "device-revoked")
    assert '"storage"' in answer.headers["Clear-Site-Data"]


def test_an_unknown_device_token_is_told_so(client: FlaskClient, community: str) -> None:
    answer = client.get("/api/v1/communities", headers=bearer("001d" + "x" * 43))
    assert (answer.status_code, answer.json["code"]) == (401, "device-unknown")


@pytest.mark.parametrize("engine_name", ["sqlite"])
@pytest.mark.parametrize("role", ["clerk", "cashier", "collector"])
def test_only_managers_keep_keys(client: FlaskClient, staff_token: Token, role: str) -> None:
    headers = bearer(staff_token(role))
    for path, body in (
        ("/api/v1/staff", {"name": "x", "role": "manager"}), ("/api/v1/invitations", {"staff": "x"}),
        ("/api/v1/enrolments", {"staff": "x"}), ("/api/v1/tokens", {"staff": "x"}),
    ):
        assert client.post(path, json=body, headers=headers).json["code"] == "forbidden", path
        assert client.post(path, json=body).json["code"] == "login_required", path


def test_the_keys_of_a_person_are_kept_by_the_home_community(
    client: FlaskClient, db: Db, community: str, manager: str
) -> None:
    stranger = acts.add_staff(db, "C2", "远方经理", "manager")
    acts.add_member(db, "C2", manager, "collector")
    headers = bearer(acts.make_api_token(db, stranger))
    for path in ("/api/v1/invitations", "/api/v1/enrolments", "/api/v1/tokens"):
        assert client.post(path, json={"staff": manager}, headers=headers).json["code"] == "not_home_community"


def test_someone_from_elsewhere_joins_by_id(
    client: FlaskClient, db: Db, as_manager: dict[str, str], collector: str
) -> None:
    stranger = acts.add_staff(db, "C2", "远方", "collector")
    body = {"staff": stranger, "role": "clerk"}
    assert client.post("/api/v1/memberships", json=body, headers=as_manager).status_code == 201
    assert acts.works_in(db, stranger) == {"C1": "clerk", "C2": "collector"}
    answer = client.post("/api/v1/memberships", json={"staff": "nobody", "role": "clerk"}, headers=as_manager)
    assert answer.json["code"] == "staff_unknown"
    answer = client.post("/api/v1/memberships", json=body | {"community": "C2"}, headers=as_manager)
    assert answer.json["code"] == "community_unknown"


def test_another_community_answers_like_an_unknown_one(
    client: FlaskClient, db: Db, as_manager: dict[str, str]
) -> None:
    other = acts.add_staff(db, "C2", "远方", "clerk")
    phone = acts.enrol_device(db, acts.enrol_code(db, other)["code"], "", "")["device"]
    answers = [
        client.get("/api/v1/staff?community=C2", headers=as_manager),
        client.get("/api/v1/staff?community=双子花园", headers=as_manager),
        client.get("/api/v1/staff?community=没有的", headers=as_manager),
    ]
    assert {(answer.status_code, answer.json["code"]) for answer in answers} == {(404, "community_unknown")}
    for id_ in (phone, "nothing"):
        assert client.delete(f"/api/v1/devices/{id_}", headers=as_manager).json["code"] == "not_found"
    for id_ in (other, "nothing"):
        answer = client.post("/api/v1/enrolments", json={"staff": id_}, headers=as_manager)
        assert answer.json["code"] == "staff_unknown"


def test_a_token_is_shown_once_listed_without_itself_and_revoked(
    client: FlaskClient, as_manager: dict[str, str]
) -> None:
    staff = client.post("/api/v1/staff", json={"name": "程序", "role": "cashier"}, headers=as_manager).json["staff"]
    token = client.post("/api/v1/tokens", json={"staff": staff, "label": "财务系统"}, headers=as_manager).json["token"]
    assert client.get("/api/v1/communities", headers=bearer(token)).json["communities"][0]["name"] == "锦绣花园"
    listed = client.get("/api/v1/tokens", headers=as_manager).json["tokens"]
    row = next(row for row in listed if row["staff"] == staff)
    assert (row["label"], row["name"]) == ("财务系统", "程序")
    assert token not in str(listed)
    assert client.delete(f"/api/v1/tokens/{row['id']}", headers=as_manager).status_code == 204
    assert client.get("/api/v1/communities", headers=bearer(token)).json["code"] == "token_unknown"


def test_a_person_changes_the_own_password_and_a_manager_signs_out(
    client: FlaskClient, db: Db, as_manager: dict[str, str], collector: str
) -> None:
    acts.set_password(db, collector, PASSWORD)
    headers = bearer(acts.make_api_token(db, collector))
    wrong = {"old": "wrong-password", "new": "new-password-1"}
    assert client.post("/api/v1/passwords", json=wrong, headers=headers).json["code"] == "login_failed"
    right = {"old": PASSWORD, "new": "new-password-1"}
    assert client.post("/api/v1/passwords", json=right, headers=headers).status_code == 204
    session = acts.login(db, "小闫", "new-password-1")["token"]
    assert client.delete(f"/api/v1/staff/{collector}/sessions", headers=as_manager).status_code == 204
    client.set_cookie("koumen", session)
    assert client.get("/api/v1/communities").json["code"] == "login_required"


def test_an_invitation_comes_as_a_link(client: FlaskClient, as_manager: dict[str, str], collector: str) -> None:
    made = client.post("/api/v1/invitations", json={"staff": "小闫"}, headers=as_manager)
    assert made.status_code == 201
    assert "/office/invite/001i" in made.json["url"]


@pytest.mark.usefixtures("still")
def test_tries_to_enrol_are_throttled_at_the_door(client: FlaskClient, community: str) -> None:
    given = {"code": "001AAAAAAA", "name": "", "app": ""}
    codes = [client.post("/api/v1/devices", json=given).status_code for _ in range(22)]
    assert codes == [422] * 20 + [429] * 2
