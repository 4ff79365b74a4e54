"""Electronic invoices at the JSON door: what the console can do, a program can do as cashier or manager."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from server.db import new_id
from server.people import acts as people
from tests.money.conftest import House

Call = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def call(house: House) -> Call:
    def act(method: str, path: str, role: str = "cashier", **words: Any) -> tuple[int, dict[str, Any]]:
        if role not in tokens:
            tokens[role] = people.make_api_token(house.db, people.add_staff(house.db, house.c, f"某{role}", role))
        headers = {"Authorization": f"Bearer {tokens[role]}", "Content-Type": "application/json"}
        body = json.dumps(words) if method == "POST" else None
        answer = house.pool.request(method, f"{house.cfg.url}/api/v1{path}", headers=headers, body=body)
        return answer.status, answer.json()

    tokens: dict[str, str] = {}
    return act


def ask(house: House, call: Call, **more: Any) -> dict[str, Any]:
    words = {"id": new_id(), "payment": house.books.pay()["payment"], "title": "济南某某公司", **more}
    status, found = call("POST", "/invoices", **words)
    assert status == 201, found
    return found


def test_an_invoice_is_asked_for_sent_and_taken_back(house: House, call: Call) -> None:
    found = ask(house, call, tax_no="91370100MA3CXXXX0X", mail="a@b.cn")
    assert (found["state"], found["fen"], found["household"]) == ("asked", 10_000, "1-1-101")
    path = f"/invoices/{found['id']}"
    status, found = call("POST", f"{path}/sending")
    assert (status, found["state"], len(found["number"])) == (200, "issued", 20)
    status, found = call("POST", f"{path}/red", role="manager", reason="抬头开错")
    assert (status, found["state"]) == (200, "red")
    assert call("GET", "/invoices")[1]["invoices"][0]["red"] == found["red"]


def test_numbers_given_elsewhere_are_typed_in(house: House, call: Call) -> None:
    path = f"/invoices/{ask(house, call)['id']}"
    assert call("POST", f"{path}/number", number="26370000000000000099")[1]["state"] == "issued"
    assert call("POST", f"{path}/number", number="26370000000000000098")[0] == 422
    status, found = call("POST", f"{path}/red-number", number="26380000000000000099")
    assert (status, found["state"], found["red"]) == (200, "red", "26380000000000000099")


def test_without_an_issuer_nothing_is_sent_and_a_sentence_says_why(house: House, call: Call) -> None:
    (house.cfg.home / "issuers" / "sim.toml").unlink()
    path = f"/invoices/{ask(house, call)['id']}"
    call("POST", f"{path}/number", number="26370000000000000099")
    for door, words in (("sending", {}), ("red", {"reason": "抬头开错"})):
        status, found = call("POST", f"{path}/{door}", **words)
        assert (status, found["code"]) == (422, "invoice_invalid")
        assert "没有设置开票渠道" in found["detail"]
    assert call("GET", "/invoices")[1]["invoices"][0]["state"] == "issued"


def test_the_same_ask_again_is_one_invoice_and_a_clerk_asks_for_none(house: House, call: Call) -> None:
    found = ask(house, call)
    again = {"id": found["id"], "payment": found["payment"], "title": "济南某某公司"}
    assert call("POST", "/invoices", **again)[0] == 201
    assert len(call("GET", "/invoices")[1]["invoices"]) == 1
    assert call("POST", "/invoices", role="clerk", **again)[0] == 403
    assert call("POST", f"/invoices/{found['id']}/number", role="clerk", number="1")[0] == 403
    assert call("POST", "/invoices/nothing/sending")[0] == 404


def test_a_wrong_tax_number_names_its_field(house: House, call: Call) -> None:
    words = {"id": new_id(), "payment": house.books.pay()["payment"], "title": "某公司", "tax_no": "12"}
    status, found = call("POST", "/invoices", **words)
    assert (status, found["pointer"]) == (422, "/tax_no")
    assert "税号" in found["detail"]
