"""Codes that are revoked, expired, mistyped, of a foreign key or of the owner before: no page, no order, no charge."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from server.estate import acts as estate
from server.pay import acts as pay
from server.pay.rules import token as rules
from tests.money.conftest import House

PHONE = "Mozilla/5.0 (Linux; Android 14) Mobile"


def code(house: House) -> str:
    with house.db.write(house.c) as pen:
        wanted = [{"home": house.books.homes[0], "class": "sealed", "notice": None}]
        return str(pay.issue_codes(pen, wanted, cfg=house.cfg)[0]["token"])


def get(house: House, token: str) -> Any:
    return house.pool.request("GET", f"{house.cfg.url}/n/{token}", headers={"User-Agent": PHONE}, redirect=False)


def revoked(house: House, token: str) -> str:
    with house.db.write(house.c) as pen:
        pay.revoke_codes(pen, house.books.homes[0])
    return token


def expired(house: House, token: str) -> str:
    house.db.run("update paycode set expires = '2020-01-01' where community = :c", c=house.c)
    return token


def mistyped(house: House, token: str) -> str:
    return token[:6] + ("A" if token[6] != "A" else "B") + token[7:]


def foreign_key(house: House, token: str) -> str:
    other = replace(house.cfg, secret=b"of another house, thirty-two bytes!")
    return rules.make(other, 1, token[1:9])


def moved_out(house: House, token: str) -> str:
    with house.db.write(house.c) as pen:
        estate.change_owner(pen, house.books.homes[0], "新业主", ["19911112222"], pen.day)
    return token


@pytest.mark.parametrize(
    ("spoil", "status", "words"),
    [(revoked, 410, "已更换"), (expired, 410, "已过期"), (mistyped, 404, "不是有效的缴费码"),
     (foreign_key, 404, "不是有效的缴费码"), (moved_out, 410, "已更换")],
)
def test_a_code_that_is_dead_or_forged_opens_nothing_and_charges_nothing(
    house: House, spoil: Callable[[House, str], str], status: int, words: str
) -> None:
    token = code(house)
    page = get(house, token).data.decode()
    form = re.search(r'action="/n/[^"]+/orders">(.*?)</form>', page, re.S)
    assert form
    fields = re.findall(r'name="(id|form|due)" value="([^"]*)"', form[1])
    dead = spoil(house, token)
    shown = get(house, dead)
    assert (shown.status, words in shown.data.decode()) == (status, True)
    assert "业主0" not in shown.data.decode()
    answer = house.pool.request(
        "POST", f"{house.cfg.url}/n/{dead}/orders", fields=[*fields, ("wallet", "wechat")], encode_multipart=False,
        headers={"User-Agent": PHONE}, redirect=False,
    )
    assert answer.status == status
    assert house.play.book.trades == {}


def test_guessed_codes_are_refused_without_the_database(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    token = code(house)
    asked: list[str] = []
    monkeypatch.setattr("server.pay.acts.codes.store.code", lambda *args: asked.append("read"))
    for guess in range(8):
        body = token[:9] + rules.encode(guess * 1_234_567, 8)
        assert get(house, body + rules.check_sign(body)).status == 404
    assert asked == []
