"""Staff, invitations, phones: what is secret is shown once, what is dangerous wants a word."""

import re

from server.people import acts as people
from tests.office.conftest import text_of


def test_a_person_is_added_with_role_and_buildings(manager, place, db):
    data = {"name": "孙黎", "phone": "13600000001", "role": "collector", "buildings": "1栋、商铺"}
    answer = manager.post("/office/people", data)
    assert "孙黎" in answer.text
    row = next(row for row in people.members(db, place.c) if row["name"] == "孙黎")
    assert (row["role"], row["buildings"]) == ("collector", ["1", "商铺"])


def test_an_invitation_link_is_shown_once_and_not_kept_in_an_address(manager, place):
    answer = manager.post(f"/office/people/{place.staff['clerk']}/invitation")
    link = re.search(r"http://localhost(/office/invite/\S+?)<", answer.text).group(1)
    assert link not in manager.get(f"/office/people/{place.staff['clerk']}").text
    assert manager.client.get(link).status_code == 200


def test_the_enrolment_code_is_drawn_and_enrols_one_phone(manager, place, db):
    answer = manager.post(f"/office/people/{place.staff['collector']}/enrolment")
    assert "<svg" in answer.text
    code = re.sub(r"\W", "", re.search(r'class="big mono">([^<]+)', answer.text).group(1))
    done = people.enrol_device(db, code, "红米", "1.0")
    assert done["staff"] == place.staff["collector"]
    assert "红米" in manager.get("/office/people").text


def test_a_phone_is_stopped_in_one_click_and_reported_lost_with_the_word(app, manager, place, db):
    code = people.enrol_code(db, place.staff["collector"])["code"]
    device = people.enrol_device(db, code, "红米", "1.0")["device"]
    manager.post(f"/office/devices/{device}/revocation")
    assert people.devices(db, place.c)[0]["revoked_at"]
    app.config["RAISE"] = False
    assert manager.post(f"/office/devices/{device}/revocation", {"lost": "1"}).status_code == 422
    manager.post(f"/office/devices/{device}/revocation", {"lost": "1", "word": "丢失"})
    assert people.devices(db, place.c)[0]["lost"]


def test_role_and_buildings_change(manager, place, db):
    path = f"/office/people/{place.staff['clerk']}"
    manager.post(path, {"name": "小周", "phone": "13600000002", "role": "cashier", "buildings": ""})
    assert people.member(db, place.c, place.staff["clerk"])["role"] == "cashier"


def test_the_last_manager_stays(app, manager, place):
    app.config["RAISE"] = False
    path = f"/office/people/{place.staff['manager']}"
    answer = manager.post(path, {"name": "王经理", "phone": "", "role": "clerk", "buildings": ""})
    assert answer.status_code in (409, 422)
    assert manager.post(f"{path}/leaving", {"word": "离职"}).status_code in (409, 422)


def test_leaving_wants_the_word_and_closes_every_door(app, manager, sign_in, place, db):
    clerk = sign_in("clerk")
    app.config["RAISE"] = False
    path = f"/office/people/{place.staff['clerk']}/leaving"
    assert manager.post(path).status_code == 422
    manager.post(path, {"word": "离职"})
    assert "手机号或姓名" in clerk.get("/office/").text
    assert "小周" not in text_of(manager.get("/office/people"))


def test_signing_somebody_out_ends_his_sessions(manager, sign_in, place):
    clerk = sign_in("clerk")
    manager.post(f"/office/people/{place.staff['clerk']}/signout")
    assert "手机号或姓名" in clerk.get("/office/").text
