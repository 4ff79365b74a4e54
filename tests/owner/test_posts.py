"""我有疑问, 我有困难 and 举报: recorded once, shown to the office, never more than so many a day."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from server.cases import acts as cases
from server.pay import acts as pay
from tests.owner.conftest import Estate, hidden, post


def test_a_question_becomes_a_ticket_of_the_home(client: FlaskClient, place: Estate) -> None:
    path = f"/n/{place.sealed[0]}"
    answer = post(client, f"{path}/tickets", client.get(path).text, kind="billing", text="公摊怎么算的？")
    assert (answer.status_code, answer.location) == (303, f"{path}?done=ticket")
    [ticket] = cases.tickets(place.db, "C1", [place.homes[0]])
    assert (ticket["kind"], ticket["text"]) == ("billing", "公摊怎么算的？")
    assert ticket["source"].startswith("page:")
    page = client.get(answer.location).text
    assert "您的疑问已收到" in page
    assert "正在处理" in page
    assert "公摊怎么算的" not in page


@pytest.mark.parametrize("kind", ["instalment", "delay"])
def test_hardship_becomes_a_request(client: FlaskClient, place: Estate, kind: str) -> None:
    path = f"/n/{place.sealed[0]}"
    answer = post(client, f"{path}/requests", client.get(path).text, kind=kind, text="")
    assert answer.status_code == 303
    [request] = cases.requests(place.db, "C1", [place.homes[0]])
    assert request["kind"] == kind
    assert "您的申请已收到" in client.get(answer.location).text


def test_an_unnamed_visitor_does_not_restart_the_clock(client: FlaskClient, place: Estate) -> None:
    path = f"/n/{place.sealed[0]}"
    post(client, f"{path}/requests", client.get(path).text, kind="delay", text="")
    assert cases.interruptions(place.db, "C1", place.homes[0]) == []


def test_a_double_tap_is_one(client: FlaskClient, place: Estate) -> None:
    path = f"/n/{place.sealed[0]}"
    page = client.get(path).text
    for _ in range(3):
        assert post(client, f"{path}/tickets", page, kind="other", text="电梯坏了").status_code == 303
        assert post(client, f"{path}/requests", page, kind="delay", text="").status_code == 303
        assert post(client, f"{path}/report", page, place="").status_code == 200
    assert len(cases.tickets(place.db, "C1", [place.homes[0]])) == 1
    assert len(cases.requests(place.db, "C1", [place.homes[0]])) == 1
    assert len(pay.open_reports(place.db, "C1")) == 1


@pytest.mark.parametrize(("text", "status"), [
    ("", 422), ("   ", 422), ("长" * 301, 422), ("a\x00b", 422), ("长" * 300, 303),
])
def test_the_text_of_a_question_is_checked(client: FlaskClient, place: Estate, text: str, status: int) -> None:
    path = f"/n/{place.sealed[0]}"
    assert post(client, f"{path}/tickets", client.get(path).text, kind="other", text=text).status_code == status


def test_unknown_kinds_are_harmless(client: FlaskClient, place: Estate) -> None:
    path = f"/n/{place.sealed[0]}"
    assert post(client, f"{path}/tickets", client.get(path).text, kind="<x>", text="y").status_code == 303
    assert cases.tickets(place.db, "C1", [place.homes[0]])[0]["kind"] == "other"
    assert post(client, f"{path}/requests", client.get(path).text, kind="gift", text="").status_code == 400


def test_a_form_with_another_id_is_refused(client: FlaskClient, place: Estate) -> None:
    path = f"/n/{place.sealed[0]}"
    fields = {**hidden(client.get(path).text), "id": "another", "text": "x", "kind": "other"}
    answer = client.post(f"{path}/tickets", data=fields)
    assert answer.status_code == 403
    assert "重新打开页面" in answer.text
    assert cases.tickets(place.db, "C1", [place.homes[0]]) == []


def test_a_page_of_another_host_cannot_post(client: FlaskClient, place: Estate) -> None:
    path = f"/n/{place.sealed[0]}"
    fields = {**hidden(client.get(path).text), "text": "x", "kind": "other"}
    answer = client.post(f"{path}/tickets", data=fields, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403


@pytest.mark.usefixtures("still")
def test_more_than_twenty_a_day_are_too_many(client: FlaskClient, place: Estate) -> None:
    path = f"/n/{place.sealed[0]}"
    statuses = [
        post(client, f"{path}/tickets", client.get(path).text, kind="other", text=f"{i}").status_code for i in range(21)
    ]
    assert statuses == [303] * 20 + [429]
    assert len(cases.tickets(place.db, "C1", [place.homes[0]])) == 20
