"""The JSON door: who may, what is answered, what is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.ledger.conftest import ITEM, Books

Call = Callable[..., Any]


@pytest.fixture
def call(client: FlaskClient, books: Books, staff_token: Callable[..., str]) -> Call:
    tokens: dict[str, str] = {}

    def send(method: str, path: str, role: str = "cashier", **more: Any) -> Any:
        if role not in tokens:
            tokens[role] = staff_token(role)
        return client.open(
            f"/api/v1{path}", method=method, headers={"Authorization": f"Bearer {tokens[role]}"}, **more
        )

    return send


BODY = {
    "household": "1-1-101", "channel": "wechat", "transaction_id": "4200001", "fen": 12_000, "paid_on": "2026-02-01",
}


def test_a_payment_is_booked_once_and_answered_alike(books: Books, call: Call) -> None:
    bill = books.bill()
    first = call("POST", "/payments", json=BODY)
    assert first.status_code == 201
    assert first.json == {
        "payment": "p00000001", "receipt": "001-00000001", "allocated": [{"bill": bill, "fen": 10_000}],
        "prepayment_fen": 2_000,
    }
    again = call("POST", "/payments", json=BODY)
    assert (again.status_code, again.json) == (200, first.json)
    other = call("POST", "/payments", json={**BODY, "fen": 1})
    assert (other.status_code, other.json["code"]) == (409, "payment_differs")


@pytest.mark.parametrize(("change", "pointer"), [
    ({"fen": 0}, "/fen"), ({"fen": 1.0}, "/fen"), ({"fen": "5"}, "/fen"), ({"channel": "gold"}, "/channel"),
    ({"paid_on": "2026-02-30"}, "/paid_on"), ({"transaction_id": ""}, "/transaction_id"),
])
def test_a_payment_that_cannot_be_is_refused_with_its_field(
    books: Books, call: Call, change: Any, pointer: str
) -> None:
    answer = call("POST", "/payments", json={**BODY, **change})
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json["errors"]] == [pointer]


def test_an_unknown_household_is_named(books: Books, call: Call) -> None:
    answer = call("POST", "/payments", json={**BODY, "household": "9-9-999"})
    assert answer.json["code"] == "home_unknown"


def test_collectors_book_no_money_and_clerks_neither(books: Books, call: Call) -> None:
    for role in ("collector", "clerk"):
        assert call("POST", "/payments", role, json=BODY).status_code == 403
        assert call("POST", "/payments/p00000001/reversal", role, json={"reason": "x"}).status_code == 403


def test_a_payment_is_reversed_with_a_reason(books: Books, call: Call) -> None:
    bill = books.bill()
    call("POST", "/payments", json=BODY)
    assert call("POST", "/payments/p00000001/reversal", json={}).status_code == 422
    done = call("POST", "/payments/p00000001/reversal", json={"reason": "记错房号"})
    assert done.status_code == 201
    assert done.json == {"reversal": "r00000001", "fen": 12_000, "undone": [{"bill": bill, "fen": 10_000}]}
    assert call("POST", "/payments/p00000001/reversal", json={"reason": "x"}).json["code"] == "payment_reversed"
    assert call("GET", "/payments/p00000001").json["state"] == "reversed"


def test_a_household_shows_what_it_owes_and_paid_and_the_look_is_recorded(books: Books, call: Call) -> None:
    books.bill(period="2026-01")
    books.bill(period="2026-02")
    call("POST", "/payments", json=BODY)
    found = call("GET", "/households/1-1-101?on=2026-02-26", "clerk").json
    assert {k: found[k] for k in ("household", "household_id", "owner", "phones")} == {
        "household": "1-1-101", "household_id": books.homes[0], "owner": "业主0", "phones": ["19900000000"],
    }
    assert (found["outstanding_fen"], found["arrears_fen"], found["prepayment_fen"]) == (8_000, 8_000, 0)
    assert [(b["item"], b["open_fen"]) for b in found["bills"]] == [(ITEM, 8_000), (ITEM, 0)]
    assert [p["fen"] for p in found["payments"]] == [12_000]
    assert call("GET", "/households/1-1-101?on=2026-02-25", "clerk").json["arrears_fen"] == 0
    assert len(books.db.all("select * from look where community = 'C1'")) >= 1
    assert call("GET", "/households/1-1-101", "collector").status_code == 403
    assert call("GET", "/households/none", "clerk").status_code in (404, 422)


def test_lists_arrears_takings_and_payments(books: Books, call: Call) -> None:
    books.bill()
    arrears = call("GET", "/arrears?on=2026-02-01").json
    assert arrears["total_fen"] == 10_000
    assert arrears["rows"][0]["household"] == "1-1-101"
    call("POST", "/payments", json=BODY)
    assert [row["fen"] for row in call("GET", "/takings").json["rows"]] == [12_000]
    for query in ("", "?q=4200001", "?household=1-1-101"):
        assert [row["payment"] for row in call("GET", f"/payments{query}").json["payments"]] == ["p00000001"]


def test_a_waiver_goes_through_two_hands(books: Books, call: Call) -> None:
    bill = books.bill()
    ask = call("POST", "/waivers", "clerk", json={"bill": bill, "fen": 500, "reason": "漏水"}).json["ask"]
    assert [row["waiver"] for row in call("GET", "/waivers").json["waivers"]] == [ask]
    assert call("POST", f"/waivers/{ask}/answer", "clerk", json={"grant": True}).status_code == 403
    assert call("POST", f"/waivers/{ask}/answer", "manager", json={"grant": True}).json["waiver"]
    assert books.open() == {bill: 9_500}


def test_credit_bills_and_vouchers_at_the_door(books: Books, call: Call) -> None:
    bill = books.bill(home=1)
    call("POST", "/payments", json=BODY)
    words = {"household": "1-1-101", "to": "1-1-201", "fen": 500, "reason": "两套房"}
    moved = call("POST", "/credits/moves", json=words)
    assert moved.json == {"fen": 500}
    assert call("POST", f"/bills/{bill}/reversal", json={"reason": "错"}).status_code == 201
    made = call("POST", "/vouchers", json={"kind": "out", "head": "税金", "fen": 5, "happened_on": "2026-01-01"})
    assert call("POST", f"/vouchers/{made.json['voucher']}/reversal", json={"reason": "错"}).status_code == 201
    assert books.wrong() == []
