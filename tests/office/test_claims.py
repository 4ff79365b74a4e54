"""What phones say was paid at the door is confirmed or refused by the cashier; corrections wait for the office."""

import pytest

from server.cases import acts as cases
from server.db import new_id
from server.estate import acts as estate
from server.field import acts as field
from server.ledger import acts as ledger
from server.pay import acts as pay
from tests.office.conftest import TODAY, text_of


@pytest.fixture
def claim(db, place):
    """A claim of 300 元 in cash, as a phone's visit leaves it."""
    id_ = new_id()
    with db.write(place.c, who=place.staff["collector"]) as pen:
        row = {
            "community": place.c,
            "id": id_,
            "visit": "v1",
            "home": place.homes["3-1-2601"],
            "staff": place.staff["collector"],
            "channel": "cash",
            "fen": 30000,
            "reference": "",
            "taken_at": pen.at,
            "taken_on": TODAY,
            "handed_at": None,
            "made_n": pen.n,
            "received_at": pen.at,
        }
        pen.put("claim", [row])
    return id_


@pytest.fixture
def cashier(sign_in):
    return sign_in("cashier")


def test_a_claim_moves_no_money_until_it_is_confirmed(cashier, place, db, claim):
    home = place.homes["3-1-2601"]
    assert "上门代收待确认 1 笔 ￥300.00" in text_of(cashier.get("/office/"))
    assert ledger.sums(db, place.c, [home])[home]["outstanding_fen"] == 150000
    answer = cashier.post(f"/office/claims/{claim}", {"answer": "yes", "on": TODAY})
    assert "已确认并入账" in answer.text
    assert ledger.sums(db, place.c, [home])[home]["outstanding_fen"] == 120000


def test_refusing_wants_a_reason_and_books_nothing(app, cashier, place, db, claim):
    app.config["RAISE"] = False
    assert cashier.post(f"/office/claims/{claim}", {"answer": "no"}).status_code == 422
    cashier.post(f"/office/claims/{claim}", {"answer": "no", "reason": "没有收到钱"})
    assert ledger.receipts(db, place.c, place.homes["3-1-2601"]) == []
    assert "没有收到钱" in cashier.get("/office/claims?all=1").text
    assert "没有待确认" in cashier.get("/office/claims").text


def test_claims_leave_as_a_spreadsheet(cashier, claim):
    assert cashier.get("/office/claims?as=xlsx").data[:2] == b"PK"


def test_a_proposed_correction_is_taken_or_left(manager, place, db):
    home = place.homes["3-1-2601"]
    with db.write(place.c, who=place.staff["collector"]) as pen:
        for id_, new in (("f1", "13900000009"), ("f2", "13900000008")):
            row = {
                "community": place.c,
                "id": id_,
                "home": home,
                "field": "phone",
                "old": "13800000001",
                "new": new,
                "staff": place.staff["collector"],
                "at": pen.at,
                "state": "proposed",
                "settled_at": None,
                "settled_by": None,
                "made_n": pen.n,
            }
            pen.put("contact_fix", [row])
    assert "13900000009" in manager.get("/office/flags").text
    manager.post("/office/fixes/f1", {"answer": "accept"})
    manager.post("/office/fixes/f2", {"answer": "decline"})
    assert "没有待核对的资料" in manager.get("/office/flags").text
    assert "13900000009" in estate.residents_of(db, place.c, [home])[home][0]["phones"]


def test_a_reported_code_is_shown_and_closed(manager, place, db):
    with db.write(place.c, who="") as pen:
        pay.report_code(pen, id="r1", scanned="http://evil.example/pay", place="3栋大堂", source="owner")
    assert "可疑二维码" in manager.get("/office/").text
    assert "http://evil.example/pay" in manager.get("/office/flags").text
    manager.post("/office/reports/r1/closing")
    assert "没有人报告" in manager.get("/office/flags").text


def test_a_photo_is_for_the_office_only(app, client, manager, sign_in, place, db):
    app.config["RAISE"] = False
    sha = "0" * 64
    assert client.get(f"/office/photos/{sha}").status_code == 401
    assert sign_in("collector").get(f"/office/photos/{sha}").status_code == 403
    assert manager.get(f"/office/photos/{sha}").status_code == 404


def test_claims_of_a_twin_community_stay_there(cashier, place, db, claim, twin):
    twin(db)
    assert "上门代收待确认 1 笔" in text_of(cashier.get("/office/"))
    assert field.claims(db, place.c)[0]["fen"] == 30000
    assert cases.contacts(db, place.c, [place.homes["3-1-2601"]]) == {}
