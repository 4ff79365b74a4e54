"""The list, the search that leaves no trace in addresses, and the page of a home with what can be changed there."""

import io

import openpyxl
import pytest

from server import clock
from server.cases import acts as cases
from server.estate import acts as estate
from server.ledger import acts as ledger
from server.pay import acts as pay
from tests.office.conftest import TODAY, ago, text_of

HOME = "/office/homes/3-1-2601"


def test_the_list_masks_names_and_shows_what_is_owed(manager):
    said = text_of(manager.get("/office/homes"))
    assert "王**" in said
    assert "王小明" not in said
    assert "1,500.00" in said
    assert "欧阳*" in said


def test_filters_live_in_the_address(manager, place, db):
    assert "3-1-1802" not in manager.get("/office/homes?building=商铺").text
    assert "商铺-S01" in manager.get("/office/homes?building=商铺&state=owing").text
    assert "3-1-2601" not in manager.get("/office/homes?state=clear").text
    page = manager.get("/office/homes?order=fen").text
    assert page.index("商铺-S01") < page.index("3-1-2601") < page.index("3-1-1802")


@pytest.mark.parametrize("asked", ["2601", "王小明", "wxm", "13800000001"])
def test_search_finds_by_room_name_pinyin_and_phone(manager, asked):
    answer = manager.post("/office/homes", {"text": asked})
    assert "3-1-2601" in answer.text
    assert "3-1-1802" not in answer.text
    assert answer.request.path == "/office/homes"
    assert not answer.request.query_string


def test_what_is_not_found_says_what_to_try(manager):
    assert "没有找到" in manager.post("/office/homes", {"text": "不存在"}).text


def test_a_search_for_nothing_is_the_list(manager):
    assert "3-1-2601" in manager.post("/office/homes", {"text": "   "}).text


def test_the_list_is_paged_on_the_server(manager, place, db):
    with db.write(place.c) as pen:
        estate.put_homes(
            pen,
            [
                {
                    "building": "9栋",
                    "unit": "1单元",
                    "room": f"{n:04d}",
                    "area": 1,
                    "owners": [{"name": "某某", "phones": []}],
                }
                for n in range(1, 121)
            ],
        )
    first, last = manager.get("/office/homes").text, manager.get("/office/homes?p=3").text
    assert first.count("<tr>") == 51
    assert last.count("<tr>") == 24
    assert "第 3 / 3 页" in last
    assert manager.get("/office/homes?p=99").text.count("<tr>") == 24
    assert manager.get("/office/homes?p=x").status_code == 200


def test_the_list_leaves_as_a_spreadsheet(manager):
    book = openpyxl.load_workbook(io.BytesIO(manager.get("/office/homes?as=xlsx").data))
    rows = list(book.active.iter_rows(values_only=True))
    assert rows[1][:2] == ("3-1-2601", "王小明") or rows[2][:2] == ("3-1-2601", "王小明")
    assert len(rows) == 4


def test_the_page_shows_the_whole_history_and_records_who_looked(manager, place, db):
    home = place.homes["3-1-2601"]
    with db.write(place.c, who=place.staff["clerk"]) as pen:
        cases.record_contact(
            pen, id="c1", home=home, at=pen.at, kind="call", staff=pen.who, outcome="promised", note="发工资后交"
        )
        cases.make_promise(
            pen, id="p1", home=home, due=TODAY, fen=150000, made_on=TODAY, staff=pen.who, source="office"
        )
        cases.open_ticket(pen, id="t1", home=home, kind="repair", text="卫生间渗水", source="office")
        ledger.record_payment(pen, channel="cash", transaction_id="x", home=home, fen=10000, happened_on=TODAY)
        pay.issue_codes(pen, [{"home": home, "class": "sealed", "notice": None}], cfg=_cfg())
    said = text_of(manager.get(HOME))
    for words in (
        "王小明",
        "13800000001",
        "发工资后交",
        "答应缴费",
        "1,500.00",
        "卫生间渗水",
        "小周",
        "先答复维修",
        "信函码",
    ):
        assert words in said
    assert "王经理" in said.split("谁看过这户")[1]
    assert estate.looks(db, place.c, home)[0]["who"] == place.staff["manager"]


def _cfg():
    from flask import current_app, has_app_context

    if has_app_context():
        return current_app.extensions["koumen"].config
    from pathlib import Path

    from server.config import Config
    from tests.conftest import SECRET

    return Config(Path("/tmp"), "", "http://localhost", SECRET)


def test_an_unknown_room_is_a_page(app, manager):
    app.config["RAISE"] = False
    assert manager.get("/office/homes/9-9-9999").status_code == 404


def test_data_can_be_changed_and_the_change_keeps_who(manager, place, db):
    data = {"kind": "商铺", "state": "出租", "area": "90.5", "handover": "", "note": "小心狗"}
    assert "已保存" in manager.post(f"{HOME}/data", data).text
    home = estate.home_by_code(db, place.c, "3-1-2601")
    assert (home["kind"], home["state"], home["area"], home["note"]) == ("商铺", "出租", 9050, "小心狗")
    assert {row["who"] for row in estate.changes(db, place.c, home["id"])} == {place.staff["manager"]}
    assert "没有变化" in manager.post(f"{HOME}/data", data).text


def test_all_that_is_wrong_is_said_together(app, manager):
    app.config["RAISE"] = False
    answer = manager.post(f"{HOME}/data", {"kind": "", "state": "月球", "area": "大", "handover": "2026-02-30"})
    assert answer.status_code == 422
    for words in ("房屋性质", "入住状态", "建筑面积", "交房日期"):
        assert words in answer.text


def test_phones_and_names_are_corrected(manager, place, db):
    resident = estate.residents_of(db, place.c, [place.homes["3-1-2601"]])[place.homes["3-1-2601"]][0]
    manager.post(f"{HOME}/people/{resident['id']}", {"name": "王晓明", "phones": "13900000009、13900000008"})
    now = estate.residents_of(db, place.c, [place.homes["3-1-2601"]])[place.homes["3-1-2601"]][0]
    assert now["name"] == "王晓明"
    assert sorted(now["phones"]) == ["13900000008", "13900000009"]


def test_a_tenant_moves_in_and_out(manager, place, db):
    home = place.homes["3-1-2601"]
    manager.post(f"{HOME}/tenants", {"name": "赵租", "phones": "13700000001", "on": TODAY})
    tenant = [p for p in estate.residents_of(db, place.c, [home])[home] if p["role"] == "tenant"][0]
    assert tenant["name"] == "赵租"
    manager.post(f"{HOME}/tenants/{tenant['id']}/leaving", {"on": TODAY})
    assert [p["role"] for p in estate.residents_of(db, place.c, [home])[home]] == ["owner"]


def test_a_change_of_owner_wants_the_word_and_kills_the_codes(app, manager, place, db):
    home = place.homes["3-1-2601"]
    with db.write(place.c) as pen:
        pay.issue_codes(pen, [{"home": home, "class": "sealed", "notice": None}], cfg=_cfg())
    data = {"name": "新业主", "phones": "", "on": TODAY}
    app.config["RAISE"] = False
    assert manager.post(f"{HOME}/owner", data).status_code == 422
    app.config["RAISE"] = True
    assert "已变更" in manager.post(f"{HOME}/owner", {**data, "word": "过户"}).text
    assert estate.residents_of(db, place.c, [home])[home][0]["name"] == "新业主"
    assert [row["state"] for row in pay.codes_of(db, place.c, home)] != ["live"]


def test_contacts_promises_and_tickets_are_noted_and_answered(manager, place, db):
    home = place.homes["3-1-2601"]
    manager.post(f"{HOME}/contacts", {"kind": "call", "outcome": "说周五来", "note": ""})
    manager.post(f"{HOME}/promises", {"due": clock.add_days(TODAY, 3), "yuan": "1,500"})
    manager.post(f"{HOME}/tickets", {"kind": "repair", "text": "漏水"})
    assert cases.contacts(db, place.c, [home])[home][0]["outcome"] == "说周五来"
    (promise,) = cases.promises(db, place.c, [home])[home]
    assert (promise["fen"], promise["staff"]) == (150000, place.staff["manager"])
    (ticket,) = cases.tickets(db, place.c)
    answer = manager.post(f"{HOME}/tickets/{ticket['id']}/closing", {"result": "修好了", "satisfied": "yes"})
    assert "修好了" in answer.text
    assert cases.tickets(db, place.c) == []
    manager.post(f"{HOME}/promises/{promise['id']}/cancellation", {"reason": "记错户"})
    assert cases.promises(db, place.c, [home])[home][0]["state"] == "cancelled"


def test_an_owner_who_is_not_satisfied_gets_a_new_ticket(manager, place, db):
    manager.post(f"{HOME}/tickets", {"kind": "repair", "text": "漏水"})
    (ticket,) = cases.tickets(db, place.c)
    manager.post(f"{HOME}/tickets/{ticket['id']}/closing", {"result": "擦干了", "satisfied": "no"})
    (again,) = cases.tickets(db, place.c)
    assert again["kind"] == "dissatisfied"


def test_requests_are_answered_and_become_plans(manager, place, db):
    home = place.homes["3-1-2601"]
    manager.post(f"{HOME}/requests", {"kind": "instalment", "text": "失业"})
    (request,) = cases.requests(db, place.c)
    assert "申请分期" in manager.get("/office/").text
    manager.post(f"{HOME}/requests/{request['id']}/answer", {"answer": "granted", "note": "分两期"})
    due = clock.add_days(TODAY, 30)
    manager.post(f"{HOME}/plans", {"due": [due, ""], "yuan": ["750", ""], "note": ""})
    (plan,) = cases.plans(db, place.c, [home])[home]
    assert plan["parts"] == [{"due": due, "fen": 75000}]
    manager.post(f"{HOME}/plans/{plan['id']}/end", {"reason": "一次缴清"})
    assert cases.plans(db, place.c, [home])[home][0]["state"] == "ended"


def test_a_cashier_reads_but_does_not_edit(app, sign_in):
    app.config["RAISE"] = False
    cashier = sign_in("cashier")
    assert "过户" not in cashier.get(HOME).text
    assert cashier.post(f"{HOME}/data", {"kind": "x"}).status_code == 403


def test_no_address_carries_a_name_or_a_phone(manager, place):
    import re

    for path in ("/office/", "/office/homes", HOME):
        for link in re.findall(r'(?:href|action)="([^"]+)"', manager.get(path).text):
            assert "王" not in link
            assert "138000" not in link or link.startswith("tel:")


def test_old_looks_stand_with_their_names(manager, place, db):
    manager.get(HOME)
    assert ago(1) < TODAY
    assert estate.looks(db, place.c, place.homes["3-1-2601"])
