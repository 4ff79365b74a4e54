"""The JSON door of cases: who may, what comes in, what is refused by name."""

import pytest

from server import clock
from server.cases import acts
from tests.cases.conftest import TODAY


@pytest.fixture
def call(client, staff_token, place):
    tokens = {}

    def send(method, path, body=None, role="clerk"):
        token = tokens.setdefault(role, None) or staff_token(role)
        tokens[role] = token
        headers = {"Authorization": f"Bearer {token}"}
        return client.open(f"/api/v1{path}", method=method, json=body, headers=headers)

    return send


def test_a_ticket_is_opened_listed_and_closed(call, db, place):
    made = call("POST", "/tickets", {"household": "3-1-2601", "kind": "repair", "text": "渗水"})
    assert made.status_code == 201
    (row,) = call("GET", "/tickets").json["tickets"]
    assert (row["id"], row["household_id"], row["due_on"]) == (
        made.json["id"],
        place.home,
        clock.add_days(TODAY, 10),
    )
    assert call("POST", f"/tickets/{row['id']}/closing", {"result": "修好了"}).status_code == 204
    again = call("POST", f"/tickets/{row['id']}/closing", {"result": "修好了"})
    assert (again.status_code, again.json["code"]) == (409, "ticket_closed")


def test_a_promise_is_made_listed_and_cancelled(call, db, place):
    made = call("POST", "/promises", {"household": "3-1-2601", "due": TODAY, "fen": 50000})
    assert made.status_code == 201
    (row,) = call("GET", "/promises").json["promises"]
    assert (row["fen"], row["state"], row["paid_fen"]) == (50000, "open", 0)
    assert call("POST", f"/promises/{row['id']}/cancellation", {"reason": "改期"}).status_code == 204
    assert call("GET", "/promises").json["promises"] == []


def test_contacts_and_requests_are_kept(call, db, place):
    contact = {"household": "3-1-2601", "kind": "call", "outcome": "说周五来"}
    assert call("POST", "/contacts", contact).status_code == 201
    asked = call("POST", "/requests", {"household": "3-1-2601", "kind": "delay", "text": "缓三个月"})
    answer = call("POST", f"/requests/{asked.json['id']}/answer", {"answer": "granted"})
    assert answer.status_code == 204
    assert acts.contacts(db, place.c, [place.home])[place.home][0]["outcome"] == "说周五来"
    assert acts.requests(db, place.c) == []


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("/tickets", {"household": "9-9", "kind": "repair", "text": "x"}, "home_unknown"),
        ("/tickets", {"household": "3-1-2601", "kind": "火星", "text": "x"}, "invalid"),
        ("/tickets", {"household": "3-1-2601", "kind": "repair", "text": "a\u0000"}, "invalid"),
        ("/promises", {"household": "3-1-2601", "due": "2026-02-30"}, "invalid"),
        ("/promises", {"household": "3-1-2601", "due": "2020-01-01"}, "promise_in_past"),
        ("/promises", {"household": "3-1-2601", "due": TODAY, "fen": -1}, "invalid"),
        ("/promises", {"household": "3-1-2601", "due": TODAY, "fen": 1.5}, "invalid"),
        ("/contacts", {}, "invalid"),
    ],
)
def test_what_cannot_be_is_refused_by_name(app, call, path, body, code):
    app.config["RAISE"] = False
    answer = call("POST", path, body)
    assert answer.json["code"] == code
    assert 400 <= answer.status_code < 500


@pytest.mark.parametrize("role", ["cashier", "collector"])
def test_only_office_people_may_write_cases(app, call, role):
    app.config["RAISE"] = False
    body = {"household": "3-1-2601", "kind": "repair", "text": "x"}
    assert call("POST", "/tickets", body, role=role).status_code == 403


def test_without_a_token_nothing_opens(app, client, community):
    app.config["RAISE"] = False
    assert client.get("/api/v1/tickets").status_code == 401
