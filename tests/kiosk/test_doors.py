"""The office's JSON doors: who may, what comes back, disclosures that must add up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from server import clock

DISCLOSURE: dict[str, Any] = {
    "fund": "公共收益", "period": "2026Q3", "opening_fen": 1_000_00, "closing_fen": 1_200_00,
    "in": [{"head": "电梯广告", "fen": 300_00}, {"head": "快递柜", "fen": 50_00}],
    "out": [{"head": "更换门禁", "fen": 150_00}], "prepared_by": "陈会计", "checked_by": "王经理",
}


@pytest.fixture
def office(client: FlaskClient, staff_token: Callable[[str], str]) -> Callable[..., Any]:
    def go(method: str, path: str, role: str = "manager", **more: Any) -> Any:
        headers = {"Authorization": f"Bearer {staff_token(role)}"}
        return client.open(f"/api/v1{path}", method=method, headers=headers, **more)

    return go


def notice(**more: Any) -> dict[str, Any]:
    today = clock.today()
    return {"title": "停水通知", "text": "明天停水。", "kind": "通知", "from": today, "to": today, **more}


def test_an_announcement_is_published_edited_and_withdrawn(
    office: Callable[..., Any], shown: Callable[[], Any]
) -> None:
    made = office("POST", "/announcements", json=notice(pinned=True))
    assert made.status_code == 201
    id_ = made.get_json()["id"]
    assert made.get_json()["state"] == "showing"
    edited = office("PATCH", f"/announcements/{id_}", json={"text": "后天停水。"})
    assert (edited.get_json()["version"], edited.get_json()["pinned"]) == (2, True)
    listed = office("GET", "/announcements").get_json()["announcements"]
    assert [(row["id"], row["from"]) for row in listed] == [(id_, clock.today())]
    assert office("PATCH", f"/announcements/{id_}", json={"withdrawn": True}).get_json()["state"] == "withdrawn"
    assert shown()["announcements"] == []


@pytest.mark.parametrize(("role", "status"), [("manager", 201), ("clerk", 201), ("cashier", 403), ("collector", 403)])
def test_managers_and_clerks_publish(office: Callable[..., Any], role: str, status: int) -> None:
    assert office("POST", "/announcements", role, json=notice()).status_code == status


def test_every_field_at_fault_is_named(office: Callable[..., Any]) -> None:
    answer = office("POST", "/announcements", json=notice(title="", kind="广告", **{"from": "2026-02-30"}))
    assert answer.status_code == 422
    assert {error["pointer"] for error in answer.get_json()["errors"]} == {"/title", "/kind", "/from"}


def test_a_personal_text_is_a_conflict_until_sure(office: Callable[..., Any]) -> None:
    first = office("POST", "/announcements", json=notice(text="电话13812345678"))
    assert (first.status_code, first.get_json()["code"]) == (409, "text_personal")
    assert office("POST", "/announcements", json=notice(text="电话13812345678", sure=True)).status_code == 201


def test_reach_says_which_screens_have_it(
    office: Callable[..., Any], screen: dict[str, Any], client: FlaskClient
) -> None:
    id_ = office("POST", "/announcements", json=notice(kind="紧急")).get_json()["id"]
    assert office("PATCH", f"/announcements/{id_}", json={"approved": True}).get_json()["until"]
    assert office("GET", f"/announcements/{id_}/reach").get_json()["screens"][0]["showing"] is False
    client.post("/k/v1/beat", json={"slide": f"a:{id_}:1#0", "run": "r"},
                headers={"Authorization": f"Bearer {screen['token']}"})
    assert office("GET", f"/announcements/{id_}/reach").get_json()["screens"][0]["showing"] is True


def test_a_disclosure_that_adds_up_is_published_and_shown(office: Callable[..., Any], shown: Callable[[], Any]) -> None:
    made = office("POST", "/disclosures", json=DISCLOSURE)
    assert made.status_code == 201, made.text
    (row,) = shown()["disclosures"]
    assert (row["opening_fen"], row["in_fen"], row["out_fen"], row["closing_fen"]) == (100000, 35000, 15000, 120000)
    assert (row["prepared_by"], row["checked_by"], row["published"]) == ("陈会计", "王经理", clock.today())
    (kept,) = office("GET", "/disclosures").get_json()["disclosures"]
    assert kept["in"] == [{"head": "电梯广告", "fen": 30000}, {"head": "快递柜", "fen": 5000}]


@pytest.mark.parametrize(("more", "code"), [
    ({"closing_fen": 1_200_01}, "disclosure_sums"), ({"checked_by": "陈会计"}, "disclosure_people"),
    ({"out": [{"head": "a", "fen": 75_00}, {"head": "a", "fen": 75_00}]}, "disclosure_heads"),
    ({"corrects": "nobody"}, "not_found"),
])
def test_a_disclosure_that_cannot_be_right_is_refused(
    office: Callable[..., Any], shown: Callable[[], Any], more: dict[str, Any], code: str
) -> None:
    answer = office("POST", "/disclosures", json={**DISCLOSURE, **more})
    assert answer.get_json()["code"] == code
    assert shown()["disclosures"] == []


def test_a_correction_names_what_it_corrects_and_both_stay(
    office: Callable[..., Any], shown: Callable[[], Any]
) -> None:
    first = office("POST", "/disclosures", json=DISCLOSURE).get_json()["id"]
    better = {**DISCLOSURE, "opening_fen": 900_00, "closing_fen": 1_100_00, "corrects": first}
    assert office("POST", "/disclosures", json=better).get_json()["code"] == "disclosure_reason"
    assert office("POST", "/disclosures", json={**better, "reason": "期初录错"}).status_code == 201
    assert office("POST", "/disclosures", json={**better, "reason": "再改"}).get_json()["code"] == "already_corrected"
    rows = shown()["disclosures"]
    assert {(row["corrects"], row["corrected"]) for row in rows} == {(True, False), (False, True)}


def test_a_screen_is_added_with_a_link_and_ended(office: Callable[..., Any]) -> None:
    made = office("POST", "/screens", json={"name": "西门"}).get_json()
    assert made["url"].endswith(f"/k/#token={made['token']}")
    fresh = office("PATCH", f"/screens/{made['screen']}", json={"rotate": True}).get_json()
    assert fresh["token"] != made["token"]
    office("PATCH", f"/screens/{made['screen']}", json={"revoked": True})
    assert office("GET", "/screens").get_json()["screens"][0]["health"] == "停用"


@pytest.mark.parametrize(("method", "path"), [
    ("PATCH", "/screens/none"), ("GET", "/announcements/none/reach"), ("GET", "/proof/a:none"), ("GET", "/proof/x"),
    ("PATCH", "/residents/none"),
])
def test_what_there_is_not_is_not_found(office: Callable[..., Any], method: str, path: str) -> None:
    answer = office(method, path, json={} if method == "PATCH" else None)
    assert answer.status_code == 404, answer.get_data(as_text=True)
