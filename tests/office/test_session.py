"""Login, logout, invitations: one door, no hints about what was wrong, cookies that scripts cannot read."""

import re

import pytest

from server.people import acts as people
from tests.office.conftest import PASSWORD, text_of


def token_of(client, path="/office/login"):
    return re.search(r'name="token" value="([^"]+)"', client.get(path).text).group(1)


@pytest.fixture
def ready(db, place):
    people.set_password(db, place.staff["manager"], PASSWORD)
    return place


def log_in(client, who="王经理", password=PASSWORD):
    return client.post("/office/login", data={"token": token_of(client), "who": who, "password": password})


def test_a_stranger_gets_the_login_at_the_front_door(client, community):
    answer = client.get("/office/")
    assert answer.status_code == 200
    assert "登录" in answer.text


@pytest.mark.parametrize("path", ["/office/homes", "/office/payments", "/office/people", "/office/reports"])
def test_inner_pages_send_a_stranger_to_the_login(app, client, community, path):
    app.config["RAISE"] = False
    answer = client.get(path)
    assert answer.status_code == 401
    assert "/office/login" in answer.text


def test_the_right_password_opens_and_the_cookie_is_closed_to_scripts(client, ready):
    answer = log_in(client)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/office/")
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Max-Age=43200" in cookie
    assert "下一步" in client.get("/office/").text


def test_a_wrong_password_and_an_unknown_name_look_alike(client, ready):
    wrong, unknown = log_in(client, password="nope-nope-1"), log_in(client, who="没有此人")
    assert wrong.status_code == unknown.status_code
    assert re.search(r'role="alert">([^<]+)', wrong.text).group(1) == re.search(
        r'role="alert">([^<]+)', unknown.text
    ).group(1)


def test_a_login_form_without_its_token_is_refused(app, client, ready):
    app.config["RAISE"] = False
    answer = client.post("/office/login", data={"who": "王经理", "password": PASSWORD})
    assert answer.status_code == 403


def test_logging_out_ends_the_session_itself(client, ready):
    log_in(client)
    csrf = re.search(r'name="csrf" value="([^"]+)"', client.get("/office/me").text).group(1)
    cookie = client.get_cookie("koumen").value
    client.post("/office/logout", data={"csrf": csrf})
    client.set_cookie("koumen", cookie)
    assert "手机号或姓名" in client.get("/office/").text


def test_an_invitation_sets_the_password_once(client, db, place):
    link = people.invite(db, place.staff["clerk"], "", who="")
    path = link["url"]
    token = token_of(client, path)
    assert "小周" in client.get(path).text
    differ = client.post(path, data={"token": token, "password": "koumen-one-1", "again": "koumen-two-2"})
    assert differ.status_code == 422
    weak = client.post(path, data={"token": token, "password": "short", "again": "short"})
    assert weak.status_code == 422
    done = client.post(path, data={"token": token, "password": PASSWORD, "again": PASSWORD})
    assert done.status_code == 303
    assert "小周" in client.get("/office/").text


def test_a_used_invitation_is_a_friendly_page(app, client, db, place):
    app.config["RAISE"] = False
    path = people.invite(db, place.staff["clerk"], "")["url"]
    token = token_of(client, path)
    client.post(path, data={"token": token, "password": PASSWORD, "again": PASSWORD})
    again = app.test_client().get(path)
    assert again.status_code in (404, 410)
    assert "<h1>" in again.text


def test_the_password_can_be_changed_by_its_owner(client, ready):
    log_in(client)
    csrf = re.search(r'name="csrf" value="([^"]+)"', client.get("/office/me").text).group(1)
    data = {"csrf": csrf, "old": PASSWORD, "new": "another-pass-2", "again": "another-pass-2"}
    assert client.post("/office/me/password", data=data).status_code == 303
    assert "手机号或姓名" in client.get("/office/").text
    assert log_in(client, password="another-pass-2").status_code == 303


def test_the_page_says_who_is_signed_in_and_where(manager):
    said = text_of(manager.get("/office/"))
    assert "王经理" in said
    assert "锦绣花园" in said


def test_an_estate_that_is_not_mine_cannot_be_picked(app, manager):
    app.config["RAISE"] = False
    assert manager.post("/office/estate", {"estate": "C2"}).status_code == 404


def test_somebody_in_two_estates_switches_between_them(db, place, sign_in):
    people.add_member(db, "C2", place.staff["manager"], "manager")
    browser = sign_in("manager")
    assert "锦绣花园" in browser.get("/office/homes").text
    browser.post("/office/estate", {"estate": "C2"})
    page = browser.get("/office/homes")
    assert "还没有住户" in page.text
    assert "3-1-2601" not in page.text


@pytest.mark.parametrize(("path", "shown"), [
    ("/office/", "今天"), ("/office/late", "费用"), ("/office/waivers/new", "费用"), ("/office/claims", "收款"),
    ("/office/cash", "账簿"), ("/office/homes?p=1", "住户"), ("/office/books/days", "账簿"), ("/office/me", None),
])
def test_the_menu_marks_the_chapter_a_page_belongs_to(sign_in, path, shown):
    marked = re.findall(r'aria-current="page" class="on">([^<]+)<', sign_in("manager").get(path).text)
    assert marked == ([shown] if shown else [])
