"""The first page answers: what came in, what was promised, what wants a look."""

from kiosk import acts as kiosk
from server.cases import acts as cases
from server.ledger import acts as ledger
from tests.office.conftest import TODAY, ago, text_of


def test_an_empty_day_shows_zeros_and_the_next_steps(manager):
    said = text_of(manager.get("/office/"))
    assert "今日到账 ￥0.00" in said
    assert "0 户 · 0 户已付" in said
    assert "收费通知书" in said


def test_money_and_promises_of_the_day_are_counted(manager, place, db):
    home, other = place.homes["3-1-2601"], place.homes["3-1-1802"]
    with db.write(place.c, who="x") as pen:
        for id_, at in (("p1", home), ("p2", other)):
            cases.make_promise(
                pen, id=id_, home=at, due=TODAY, fen=70000, made_on=ago(3), staff="x", source="office"
            )
        ledger.record_payment(pen, channel="cash", transaction_id="t", home=other, fen=70000, happened_on=TODAY)
    said = text_of(manager.get("/office/"))
    assert "今日到账 ￥700.00" in said
    assert "2 户 · 1 户已付" in said
    assert "承诺今天到期" in said


def test_an_open_repair_pauses_the_home(manager, place, db):
    with db.write(place.c, who="x") as pen:
        cases.open_ticket(
            pen, id="t", home=place.homes["3-1-2601"], kind="repair", text="渗水", source="office"
        )
    said = text_of(manager.get("/office/"))
    assert "先答复维修" in said
    assert "工单未结，暂停催缴" in said


def test_a_ticket_past_its_deadline_is_on_top(manager, place, db):
    with db.write(place.c, who="x") as pen:
        cases.open_ticket(
            pen,
            id="t",
            home=place.homes["3-1-2601"],
            kind="repair",
            text="渗水",
            source="office",
            at=f"{ago(20)}T02:00:00.000000Z",
        )
    assert "渗水" in text_of(manager.get("/office/")).split("等答复")[1].split("下一步")[0]


def test_a_screen_that_is_not_on_is_told(manager, place, db):
    with db.write(place.c, who="x") as pen:
        kiosk.add_screen(pen, name="一号大厅")
    assert "“一号大厅”未开机" in text_of(manager.get("/office/"))


def test_a_cashier_is_not_asked_to_answer_tickets(sign_in, place, db):
    with db.write(place.c, who="x") as pen:
        cases.ask(pen, place.homes["3-1-2601"], "delay", "缓三个月", "office")
    assert "缓三个月" not in sign_in("cashier").get("/office/").text
    assert "缓三个月" in sign_in("clerk").get("/office/").text


def test_the_page_of_a_twin_community_is_its_own(manager, place, db, twin):
    twin(db)
    with db.write("C2", who="x") as pen:
        ledger.record_payment(
            pen, channel="cash", transaction_id="z", home=place.homes["3-1-2601"], fen=5, happened_on=TODAY
        )
    assert "今日到账 ￥0.00" in text_of(manager.get("/office/"))


def test_the_next_steps_leave_as_a_spreadsheet(manager):
    answer = manager.get("/office/?as=xlsx")
    assert answer.data[:2] == b"PK"
