"""Announcements with the second click, screens with pairing and health."""

import pytest

from kiosk import acts as kiosk
from server import clock
from tests.office.conftest import TODAY, text_of

NEW = "/office/board/new"


def typed(**changes):
    data = {
        "title": "停水通知",
        "text": "周六 9:00 至 17:00 停水，请提前储水。",
        "kind": "通知",
        "from_day": TODAY,
        "to_day": clock.add_days(TODAY, 3),
    }
    return {**data, **changes}


@pytest.fixture
def clerk(sign_in):
    return sign_in("clerk")


def only(db, place):
    (row,) = kiosk.announcements(db, place.c)
    return row


def test_an_announcement_is_published_and_listed(clerk, place, db):
    answer = clerk.post(NEW, typed())
    assert "公告已发布" in answer.text
    assert only(db, place)["state"] == "showing"
    assert "停水通知" in answer.text


def test_a_text_with_a_name_wants_a_second_click(app, clerk, place, db):
    app.config["RAISE"] = False
    answer = clerk.post(NEW, typed(text="请王小明到前台。"))
    assert answer.status_code == 409
    assert "再点一次发布" in answer.text
    assert "请王小明到前台。" in answer.text
    assert kiosk.announcements(db, place.c) == []
    clerk.post(NEW, typed(text="请王小明到前台。", sure="1"))
    assert only(db, place)["title"] == "停水通知"


def test_an_edit_is_a_new_version_and_the_old_one_stays(clerk, place, db):
    clerk.post(NEW, typed())
    path = f"/office/board/{only(db, place)['id']}"
    clerk.post(path, typed(title="停水改到周日"))
    said = text_of(clerk.get(path))
    assert "停水改到周日" in said
    assert "停水通知" in said.split("历次版本")[1]
    assert only(db, place)["version"] == 2


def test_days_the_wrong_way_round_keep_what_was_typed(app, clerk):
    app.config["RAISE"] = False
    answer = clerk.post(NEW, typed(to_day="2020-01-01"))
    assert answer.status_code == 422
    assert "停水通知" in answer.text


def test_withdrawing_wants_the_word(app, clerk, place, db):
    clerk.post(NEW, typed())
    path = f"/office/board/{only(db, place)['id']}/withdrawal"
    app.config["RAISE"] = False
    assert clerk.post(path, {"word": "不"}).status_code == 422
    clerk.post(path, {"word": "撤回"})
    assert only(db, place)["state"] == "withdrawn"


def test_an_emergency_is_confirmed_a_second_time_with_the_word(app, clerk, place, db):
    clerk.post(NEW, typed(kind="紧急"))
    path = f"/office/board/{only(db, place)['id']}/approval"
    app.config["RAISE"] = False
    assert clerk.post(path).status_code == 422
    clerk.post(path, {"word": "紧急"})
    assert only(db, place)["until"]


def test_a_manager_adds_a_screen_by_its_letters(manager, place, db):
    code = kiosk.ask_pairing(db)["code"]
    data = {"code": code, "name": "一号大厅", "building": "", "inches": "55", "distance": "300"}
    answer = manager.post("/office/screens", data)
    assert "一号大厅" in answer.text
    assert "未开机" in answer.text


def test_without_letters_the_token_is_shown_once(manager):
    answer = manager.post("/office/screens", {"name": "", "building": "", "inches": "55", "distance": "300"})
    assert "只显示这一次" in answer.text
    assert "001k" in answer.text


def test_a_screen_is_ended_with_the_word(app, manager, place, db):
    manager.post("/office/screens", {"name": "", "building": "", "inches": "55", "distance": "300"})
    (screen,) = kiosk.screens(db, place.c)
    app.config["RAISE"] = False
    assert manager.post(f"/office/screens/{screen['id']}/revocation").status_code == 422
    assert "停用" in manager.post(f"/office/screens/{screen['id']}/revocation", {"word": "停用"}).text
    assert kiosk.screens(db, place.c)[0]["health"] == "停用"


def test_a_clerk_may_not_add_screens(app, clerk):
    app.config["RAISE"] = False
    assert clerk.post("/office/screens", {"inches": "55", "distance": "300"}).status_code == 403
