"""A door code's page: nothing about money before the four digits, a quarter of an hour after them."""

from __future__ import annotations

import pytest
import time_machine
from flask.testing import FlaskClient

from server import clock
from server.pay import acts as pay
from tests.owner.conftest import Estate, post, unlocked

SECRETS = ("1,020.32", "255.08", "物业服务费", "王*", "**01", "2026年7月", "￥")


def test_before_the_digits_nothing_is_shown(client: FlaskClient, place: Estate) -> None:
    page = client.get(f"/n/{place.door[0]}")
    assert page.status_code == 200
    assert not [word for word in SECRETS if word in page.text]
    assert place.slips[0]["match"] in page.text
    assert place.slips[0]["number"] in page.text


def test_the_right_digits_open_the_page(client: FlaskClient, place: Estate) -> None:
    answer = unlocked(client, place.door[0], "0000")
    assert answer.status_code == 303
    assert "￥1,020.32" in client.get(answer.location).text


def test_the_cookie_is_short_bound_and_for_its_path(client: FlaskClient, place: Estate) -> None:
    cookie = unlocked(client, place.door[0], "0000").headers["Set-Cookie"]
    for words in ("HttpOnly", "SameSite=Lax", f"Path=/n/{place.door[0]}", "Max-Age=900"):
        assert words in cookie
    value = cookie.split("=", 1)[1].split(";")[0]
    assert value.startswith(place.slips[0]["code_handle"])
    other = f"/n/{place.door[1]}"
    client.set_cookie("opened", value, path=other)
    assert "last4" in client.get(other).text


def test_it_closes_after_a_quarter_of_an_hour(client: FlaskClient, place: Estate) -> None:
    cookie = unlocked(client, place.door[0], "0000").headers["Set-Cookie"].split("=", 1)[1].split(";")[0]
    with time_machine.travel(clock.now().timestamp() + 901, tick=False):
        client.set_cookie("opened", cookie, path=f"/n/{place.door[0]}")
        assert "last4" in client.get(f"/n/{place.door[0]}").text


@pytest.mark.parametrize("value", [
    "", "x", "a.b.c", "{handle}.99999999999.{zeros}", "{handle}.❤.x", "{handle}..", "." * 500,
])
def test_a_made_up_cookie_opens_nothing(client: FlaskClient, place: Estate, value: str) -> None:
    made = value.format(handle=place.slips[0]["code_handle"], zeros="0" * 32)
    answer = client.get(f"/n/{place.door[0]}", headers={"Cookie": f"opened={made}".encode().decode("latin-1")})
    assert "last4" in answer.text


def test_a_reprint_closes_what_was_open(client: FlaskClient, place: Estate) -> None:
    unlocked(client, place.door[0], "0000")
    with place.db.write(place.community) as pen:
        pay.printed_again(pen, [place.slips[0]["code_handle"]])
    assert "last4" in client.get(f"/n/{place.door[0]}").text


@pytest.mark.usefixtures("still")
def test_wrong_digits_are_403_and_five_lock_for_an_hour(client: FlaskClient, place: Estate) -> None:
    statuses = [unlocked(client, place.door[0], "9999").status_code for _ in range(4)]
    assert statuses == [403] * 4
    fifth = unlocked(client, place.door[0], "9999")
    assert fifth.status_code == 403
    assert "试错太多" in fifth.text
    page = client.get(f"/n/{place.door[0]}")
    assert "试错太多" in page.text
    assert "last4" not in page.text
    sixth = client.post(f"/n/{place.door[0]}/unlock", data={**_form(page.text), "last4": "0000"})
    assert sixth.status_code == 429
    assert not [word for word in SECRETS if word in sixth.text]
    assert "￥1,020.32" in client.get(f"/n/{place.sealed[0]}").text


def _form(page: str) -> dict[str, str]:
    from tests.owner.conftest import hidden

    return hidden(page)


def test_a_home_without_a_phone_is_sent_to_letter_or_office(client: FlaskClient, place: Estate) -> None:
    with place.db.write(place.community) as pen:
        pen.run("delete from phone where community = :c and home = :h", c="C1", h=place.homes[0])
    answer = unlocked(client, place.door[0], "0000")
    assert answer.status_code == 409
    assert "信件里的码" in answer.text


def test_a_form_of_another_code_is_refused(client: FlaskClient, place: Estate) -> None:
    answer = post(client, f"/n/{place.door[0]}/unlock", client.get(f"/n/{place.door[1]}").text, last4="0000")
    assert answer.status_code == 403
    assert "Set-Cookie" not in answer.headers
    assert client.post(f"/n/{place.door[0]}/unlock", data={"last4": "0000"}).status_code == 403


def test_nothing_can_be_sent_from_a_locked_page_but_a_report(client: FlaskClient, place: Estate) -> None:
    page = client.get(f"/n/{place.door[0]}").text
    for path in ("tickets", "requests"):
        assert post(client, f"/n/{place.door[0]}/{path}", page, text="x", kind="delay").status_code == 403
    assert post(client, f"/n/{place.door[0]}/report", page, place="电梯里").status_code == 200
    assert pay.open_reports(place.db, "C1")[0]["place"] == "电梯里"
