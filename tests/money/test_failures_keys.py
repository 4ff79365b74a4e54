"""Keys that change while money is on its way: certificate to public key, the platform's, our own, APIv3, Alipay's."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from server.pay import acts as pay
from server.pay.providers import wire
from server.pay.providers.words import Unclear
from server.sim import keys
from server.sim.notify import Sender
from tests.money.conftest import House


@pytest.fixture(scope="module")
def fresh() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What goes out while a message is refused: nothing may."""
    calls: list[str] = []
    monkeypatch.setattr(wire, "send", lambda *args, **words: calls.append(args[1]))
    return calls


def folder(house: House) -> Path:
    return house.cfg.home / "merchants"


def trusted(house: House, *lines: str) -> None:
    """Write the trusted keys of the WeChat merchant anew, as an administrator does."""
    file = folder(house) / "sim-wechat.toml"
    file.write_text(file.read_text().partition("[trusted]")[0] + "[trusted]\n" + "\n".join(lines) + "\n")


def turn(house: House, **changed: object) -> None:
    """The provider's side has other keys from now on."""
    ring = replace(house.play.ring, **changed)  # type: ignore[arg-type]  # the names are the ring's own
    house.play.ring = ring
    house.play.sender = Sender(house.play.book, ring, keys.stranger())


def test_the_migration_from_certificate_to_public_key_loses_nothing(house: House) -> None:
    certificate = f'"{house.play.ring.serial}" = "sim-platform.pem"'
    public = f'"{keys.PUBLIC_ID}" = "sim-wechat-public.pem"'
    trusted(house, certificate)
    order = house.order()
    trade = house.pay(order, tell=False)
    house.play.book.faults["public_key"] = 99
    assert house.post(trade, *house.told(trade))[0] == 401  # WeChat is ahead of us: refused, the money waits
    assert house.payments() == []
    trusted(house, certificate, public)
    assert house.post(trade, *house.told(trade))[0] == 200  # WeChat's next try
    house.play.book.faults["public_key"] = 0
    second = house.order(home=1)
    house.pay(second)
    house.paid(second)  # the certificate is believed all the while
    trusted(house, public)
    third = house.order(home=2, fen=100)
    assert third["state"] == "unknown"  # the answer was signed with the certificate: a doubt, never a second order
    house.play.book.faults["public_key"] = 99
    pay.bring(house.db, house.cfg, house.c, third["number"])
    house.pay(third)
    assert house.paid(third)["fen"] == 100
    assert len(house.payments()) == 3
    house.sound()


def test_a_certificate_that_is_no_longer_trusted_is_refused_without_a_call(house: House, silent: list[str]) -> None:
    order_trade = _paid(house)
    message = house.told(order_trade)
    trusted(house, f'"{keys.PUBLIC_ID}" = "sim-wechat-public.pem"')
    assert house.post(order_trade, *message)[0] == 401
    assert silent == []
    assert house.payments() == []


def _paid(house: House):  # type: ignore[no-untyped-def]
    """A trade that was paid; made by hand, since nothing goes out."""
    from server.sim.book import Trade

    trade = Trade("wechat", "001N26112100000000AA", 100, "x", f"{house.cfg.url}/api/v1/notify/wechat/sim-wechat", "",
                  "native", "k")
    house.play.book.open(trade)
    assert house.play.book.pay(trade)
    return trade


def test_the_platforms_key_rotation_is_believed_as_soon_as_both_keys_are_there(
    house: House, fresh: rsa.RSAPrivateKey
) -> None:
    old = f'"{house.play.ring.serial}" = "sim-platform.pem"'
    order = house.order()
    trade = house.pay(order, tell=False)
    late = house.told(trade)  # signed with the old key, still on its way
    certificate = keys.certificate(fresh)
    turn(house, wechat=fresh, certificate=certificate)
    assert house.post(trade, *house.told(trade))[0] == 401
    (folder(house) / "new.pem").write_bytes(keys.certificate_pem(certificate))
    trusted(house, old, f'"{house.play.ring.serial}" = "new.pem"')
    assert [house.post(trade, *message)[0] for message in (late, house.told(trade))] == [200, 200]
    assert len(house.payments()) == 1
    house.sound()


def test_our_own_key_rotation_needs_no_restart_and_charges_nobody_twice(
    house: House, fresh: rsa.RSAPrivateKey
) -> None:
    order = house.order()
    turn(house, merchant=fresh)  # the merchant platform has our new key, the file not yet
    trade = house.pay(order, tell=False)
    house.due(order)
    assert house.sweep()["unclear"] == 1  # our query was refused: nothing is concluded from it
    assert house.state(order) == "awaiting"
    (folder(house) / "sim-merchant.pem").write_bytes(keys.private_pem(fresh))
    house.due(order)
    assert house.sweep()["paid"] == 1
    assert house.post(trade, *house.told(trade))[0] == 200
    assert len(house.payments()) == 1


def test_an_apiv3_key_that_was_changed_is_told_to_the_office_and_the_money_is_found(house: House) -> None:
    order = house.order()
    trade = house.pay(order, tell=False)
    turn(house, api_v3_key=b"n" * 32)
    assert house.post(trade, *house.told(trade))[0] == 401
    assert [row["what"] for row in pay.odds(house.db, house.c)] == ["unreadable"]
    (folder(house) / "sim-api-v3.key").write_bytes(b"n" * 32)
    assert house.post(trade, *house.told(trade))[0] == 200
    assert house.paid(order)["state"] == "paid"


def test_alipays_key_rotation_believes_old_and_new_while_both_are_there(
    house: House, fresh: rsa.RSAPrivateKey
) -> None:
    orders = [house.order("alipay", home=home) for home in (0, 1)]
    trades = [house.pay(order, tell=False) for order in orders]
    late = house.told(trades[0])
    turn(house, alipay=fresh)
    assert house.post(trades[1], *house.told(trades[1]))[1] != b"success"
    (folder(house) / "new.pem").write_bytes(keys.public_pem(fresh))
    file = folder(house) / "sim-alipay.toml"
    file.write_text(file.read_text() + '"new" = "new.pem"\n')
    assert house.post(trades[0], *late) == (200, b"success")
    assert house.post(trades[1], *house.told(trades[1])) == (200, b"success")
    assert len(house.payments()) == 2


def test_printed_codes_live_through_a_turn_of_the_code_key(house: House) -> None:
    def token() -> str:
        with house.db.write(house.c) as pen:
            wanted = [{"home": house.books.homes[0], "class": "sealed", "notice": None}]
            return str(pay.issue_codes(pen, wanted, cfg=house.cfg)[0]["token"])

    old = token()
    with house.db.write() as pen:
        pay.turn_key(pen)
    new = token()
    assert old[0] != new[0]
    for code in (old, new):
        assert house.pool.request("GET", f"{house.cfg.url}/n/{code}").status == 200


def test_an_answer_signed_with_a_key_we_do_not_know_yet_is_a_doubt(house: House, fresh: rsa.RSAPrivateKey) -> None:
    from server.pay.providers import merchants

    order = house.order()
    turn(house, wechat=fresh)
    with pytest.raises(Unclear):
        merchants.load(house.cfg.home)["sim-wechat"].provider.query(order["number"])
