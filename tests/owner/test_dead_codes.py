"""Wrong, dead and lobby codes: friendly pages with honest statuses, nothing given away."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from server import clock
from server.pay import acts as pay
from server.pay.rules import token
from tests.owner.conftest import Estate, hidden


@pytest.mark.parametrize("typed", ["x", "10010000000000000Z", "%00", "❤", "a" * 3000, "..%2f..%2f"])
def test_garbage_is_404_with_a_way_on(client: FlaskClient, place: Estate, typed: str) -> None:
    answer = client.get(f"/n/{typed}")
    assert answer.status_code == 404


def test_garbage_has_a_form_to_type_the_code(client: FlaskClient, place: Estate) -> None:
    text = client.get("/n/10010000000000000Z").text
    assert 'name="code"' in text
    assert "没有扣款" in text


def test_a_code_nobody_printed_is_404(client: FlaskClient, place: Estate) -> None:
    assert client.get(f"/n/{token.make(place.cfg, 1, '00100000')}").status_code == 404


def test_a_replaced_code_says_so_and_names_the_company(client: FlaskClient, place: Estate) -> None:
    with place.db.write(place.community) as pen:
        new = pay.replace_code(pen, place.letters[0]["code_handle"], cfg=place.cfg)
    answer = client.get(f"/n/{place.sealed[0]}")
    assert answer.status_code == 410
    assert "已更换" in answer.text
    assert "0531-88886666" in answer.text
    assert "1,020.32" not in answer.text
    assert new["token"] not in answer.text


def test_an_expired_code_says_so(client: FlaskClient, place: Estate) -> None:
    with place.db.write(place.community) as pen:
        pen.run("update paycode set expires = :d where community = :c", d=clock.add_days(clock.today(), -1), c="C1")
    answer = client.get(f"/n/{place.sealed[0]}")
    assert (answer.status_code, "已过期" in answer.text) == (410, True)


def test_the_lobbys_page_knows_the_community_and_no_home(client: FlaskClient, place: Estate) -> None:
    with place.db.write(place.community) as pen:
        made = pay.lobby_code(pen, cfg=place.cfg)
    answer = client.get(f"/n/{made['token']}")
    assert answer.status_code == 200
    assert "锦绣花园" in answer.text
    assert made["match"] in answer.text
    for word in ("￥", "单元", "王*", "last4"):
        assert word not in answer.text
    form = hidden(client.get(f"/n/{place.sealed[0]}").text)
    for path in ("tickets", "requests"):
        assert client.post(f"/n/{made['token']}/{path}", data={**form, "text": "x"}).status_code == 403


@pytest.mark.parametrize("path", ["unlock", "tickets", "requests", "report"])
def test_posts_to_garbage_are_404(client: FlaskClient, place: Estate, path: str) -> None:
    assert client.post(f"/n/10010000000000000Z/{path}").status_code == 404


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_405(client: FlaskClient, place: Estate, method: str) -> None:
    assert getattr(client, method)(f"/n/{place.sealed[0]}").status_code == 405
