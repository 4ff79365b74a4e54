"""Routes in the console: made, given to another, cancelled with the word, printed in walking order."""

import io

import pypdfium2
import pytest

from server import clock
from server.field import acts as field
from tests.office.conftest import TODAY, text_of


@pytest.fixture
def route(db, place):
    with db.write(place.c, who=place.staff["manager"]) as pen:
        return field.make_route(pen, TODAY, place.staff["collector"], list(place.homes.values()))


def test_rooms_typed_in_become_a_route(manager, place, db):
    data = {"date": TODAY, "staff": place.staff["collector"], "codes": "3-1-2601、3-1-1802"}
    answer = manager.post("/office/routes", data)
    assert "已生成 1 条路线" in answer.text
    assert "2 户 ￥2,200.00" in text_of(answer)
    assert field.routes(db, place.c)[0]["stops"] == 2


def test_an_unknown_room_is_named_and_nothing_is_made(app, manager, place, db):
    app.config["RAISE"] = False
    data = {"date": TODAY, "staff": place.staff["collector"], "codes": "3-1-2601 9-9-9"}
    answer = manager.post("/office/routes", data)
    assert answer.status_code == 422
    assert "9-9-9" in answer.text
    assert field.routes(db, place.c) == []


def test_the_list_shows_day_person_and_state(manager, route):
    said = text_of(manager.get("/office/routes"))
    assert "小闫" in said
    assert "已下发" in said
    assert "没有路线" in text_of(manager.get(f"/office/routes?day={clock.add_days(TODAY, 5)}"))


def test_a_route_goes_to_another_person(manager, place, db, route):
    manager.post(f"/office/routes/{route}/staff", {"staff": place.staff["clerk"]})
    assert field.route(db, place.c, route)["staff"] == place.staff["clerk"]


def test_cancelling_wants_the_word(app, manager, place, db, route):
    app.config["RAISE"] = False
    path = f"/office/routes/{route}/state"
    assert manager.post(path, {"state": "cancelled"}).status_code == 422
    manager.post(path, {"state": "cancelled", "word": "取消"})
    assert field.route(db, place.c, route)["state"] == "cancelled"


def test_letters_of_a_route_are_a_pdf_with_a_page_a_home(manager, route):
    answer = manager.post(f"/office/routes/{route}/print", {"kind": "letter"})
    assert answer.headers["Content-Type"] == "application/pdf"
    document = pypdfium2.PdfDocument(io.BytesIO(answer.data))
    assert len(document) == 3
    document.close()
    assert "下载" in manager.get(f"/office/routes/{route}").text


def test_while_an_import_runs_printing_waits(app, manager, place, db, route, monkeypatch):
    from server.intake import acts as intake

    monkeypatch.setattr(intake, "intake_open", lambda db, c: {"id": "b", "done": 1, "total": 9})
    app.config["RAISE"] = False
    assert manager.post(f"/office/routes/{route}/print", {"kind": "letter"}).status_code == 409
    assert "正在导入" in manager.get("/office/routes").text


def test_a_collector_sees_his_own_routes_only(app, sign_in, place, db, route):
    with db.write(place.c, who="x") as pen:
        other = field.make_route(pen, TODAY, place.staff["clerk"], [place.homes["3-1-2601"]])
    collector = sign_in("collector")
    page = collector.get("/office/routes")
    assert route in page.text
    assert other not in page.text
    assert collector.get(f"/office/routes/{route}").status_code == 200
    assert collector.get(f"/office/routes/{other}").status_code == 404
    assert "/office/homes/" not in collector.get(f"/office/routes/{route}").text


def test_homes_whose_step_is_a_letter_are_printed_together(manager, place):
    page = manager.get("/office/notices")
    assert "3-1-1802" in page.text
    homes = [place.homes["3-1-2601"], place.homes["3-1-1802"]]
    answer = manager.post("/office/notices/print", {"home": homes, "kind": "letter"})
    document = pypdfium2.PdfDocument(io.BytesIO(answer.data))
    assert len(document) == 2
    document.close()


def test_a_signed_letter_noted_at_the_desk_restarts_the_clock(manager, place, db):
    from server.cases import acts as cases
    from server.notices import acts as notices

    home = place.homes["3-1-2601"]
    manager.post("/office/homes/3-1-2601/print", {"kind": "letter"})
    number = notices.notices_of_home(db, place.c, home)[0]["number"]
    manager.post("/office/notices/delivery", {"number": number, "proof": "signed", "signer": "owner"})
    assert cases.limitation(db, place.c, [home])[home] == clock.add_months(TODAY, 36)
    assert "时效重新起算" in manager.get("/office/homes/3-1-2601").text
