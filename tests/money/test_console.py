"""退款与对账 in the console: two people for a refund, what fits nowhere, the day's bill, cash by person."""

from __future__ import annotations

from tests.money.conftest import House
from tests.office.conftest import place, sign_in  # noqa: F401 - fixtures

RECEIPT = "001-00000001"


def test_a_refund_goes_from_the_cashiers_form_to_the_managers_approval(db, place, sign_in) -> None:  # type: ignore[no-untyped-def]  # noqa: F811
    from server.ledger import acts as ledger

    with db.write(place.c, who=place.staff["cashier"]) as pen:
        done = ledger.record_payment(
            pen, channel="cash", transaction_id="t", home=place.homes["3-1-2601"], fen=150_000,
            happened_on="2026-11-01", who=place.staff["cashier"],
        )
    cashier, manager = sign_in("cashier"), sign_in("manager")
    shown = cashier.get("/office/money").text
    once = shown.split('name="once" value="')[1].split('"')[0]
    asked = {"receipt": done["receipt"], "yuan": "100", "reason": "多收", "once": once}
    answer = cashier.post("/office/refunds", asked)
    assert "退款申请已提交" in answer.text
    ask = answer.text.split('/office/refunds/')[1].split('"')[0]
    assert cashier.post(f"/office/refunds/{ask}", {"answer": "yes"}).status_code == 403
    assert "已同意" in manager.post(f"/office/refunds/{ask}", {"answer": "yes"}).text
    assert "已登记退还" in cashier.post(f"/office/refunds/{ask}", {"answer": "paid"}).text
    assert "没有进行中的退款" in cashier.get("/office/money").text


def test_the_json_door_shows_orders_refunds_and_the_days_reconciliation(house: House) -> None:
    from server.people import acts as people

    staff = people.add_staff(house.db, house.c, "刘出纳", "cashier")
    token = people.make_api_token(house.db, staff)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json", "Idempotency-Key": "k1"}

    def call(method: str, path: str, body: str | None = None) -> tuple[int, dict]:  # type: ignore[type-arg]
        answer = house.pool.request(method, f"{house.cfg.url}/api/v1{path}", headers=headers, body=body)
        return answer.status, answer.json()

    status, order = call("POST", "/orders", '{"household":"1-1-101","channel":"wechat","fen":100}')
    assert (status, order["fen"], order["state"]) == (201, 100, "awaiting")
    assert call("POST", "/orders", '{"household":"1-1-101","channel":"wechat","fen":101}')[0] == 422
    assert call("GET", "/orders?household=1-1-101")[1]["orders"][0]["number"] == order["number"]
    assert call("GET", f"/orders/{order['number']}")[1]["state"] == "awaiting"
    assert call("GET", "/refunds?state=open") == (200, {"refunds": []})
    assert call("GET", "/unmatched") == (200, {"odd": [], "suspense": []})
    assert call("GET", "/recon/2026-11-20")[1]["rows"] == []


def test_the_json_door_gives_money_of_an_unknown_payer_back(house: House) -> None:
    from server.ledger import acts as ledger
    from server.people import acts as people

    tokens = {
        role: people.make_api_token(house.db, people.add_staff(house.db, house.c, f"某{role}", role))
        for role in ("cashier", "manager")
    }

    def call(role: str, path: str, body: str) -> tuple[int, dict]:  # type: ignore[type-arg]
        headers = {"Authorization": f"Bearer {tokens[role]}", "Content-Type": "application/json"}
        answer = house.pool.request("POST", f"{house.cfg.url}/api/v1{path}", headers=headers, body=body)
        return answer.status, answer.json()

    with house.db.write(house.c) as pen:
        held = ledger.hold_payment(pen, channel="wechat", transaction_id="t", fen=777, happened_on="2026-11-01")
    ask = f'{{"id":"0199a200-0000-7000-8000-000000000001","suspense":"{held["suspense"]}","reason":"查不到"}}'
    status, found = call("cashier", "/returns", ask)
    assert (status, found["fen"], found["granted"]) == (201, 777, None)
    path = f"/returns/{found['id']}"
    assert call("cashier", f"{path}/answer", '{"granted":true}')[0] == 403
    assert call("manager", f"{path}/answer", '{"granted":true}')[1]["granted"] == "yes"
    status, found = call("cashier", f"{path}/payout", '{"voucher":"HT-1","on":"2026-11-02"}')
    assert (status, found["voucher"], found["returned_on"]) == (200, "HT-1", "2026-11-02")
    assert "2241.suspense" not in house.balances()
    house.sound()


def test_the_json_door_lists_invoices(house: House) -> None:
    from server.db import new_id
    from server.pay import acts as pay
    from server.people import acts as people

    done = house.books.pay()
    with house.db.write(house.c) as pen:
        pay.ask_invoice(pen, id=new_id(), payment=done["payment"], title="王建国")
    token = people.make_api_token(house.db, people.add_staff(house.db, house.c, "刘出纳", "cashier"))
    headers = {"Authorization": f"Bearer {token}"}
    found = house.pool.request("GET", f"{house.cfg.url}/api/v1/invoices", headers=headers).json()["invoices"]
    assert len(found) == 1
    assert [found[0][key] for key in ("title", "state", "number", "fen")] == ["王建国", "asked", None, 10_000]
