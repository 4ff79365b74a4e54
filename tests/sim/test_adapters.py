"""The adapters against the simulator over real sockets with real signatures: every clear answer and every doubt."""

from __future__ import annotations

import time

import pytest
import urllib3

from server import clock
from server.pay.providers.merchants import Merchant
from server.pay.providers.words import Quote, Refused, Unclear
from server.sim.app import Play

WAYS = [("sim-wechat", "h5"), ("sim-wechat", "native"), ("sim-wechat", "jsapi"), ("sim-alipay", "wap"),
        ("sim-alipay", "precreate")]


def quote(number: str = "001N1", fen: int = 12345) -> Quote:
    later = clock.instant(clock.now() + __import__("datetime").timedelta(minutes=10))
    return Quote(number, fen, "物业服务费 + 10% } 😀", later, "http://127.0.0.1:9/notify", "http://127.0.0.1:9/back",
                 "127.0.0.1", "o-sim-payer")


def open_page(url: str) -> None:
    """What the payer's browser does with an Alipay link: the trade exists from then on."""
    with urllib3.PoolManager() as pool:
        assert pool.request("GET", url).status == 200


@pytest.mark.parametrize(("name", "way"), WAYS)
def test_an_order_is_made_paid_refunded_and_billed(
    play: Play, merchants: dict[str, Merchant], name: str, way: str
) -> None:
    provider = merchants[name].provider
    assert provider.query("001N1").state == "missing"
    ticket = provider.create(way, quote())
    assert ticket.url or ticket.code or ticket.bridge["paySign"]
    if ticket.url and way == "wap":
        open_page(ticket.url)
    assert provider.query("001N1").state == "open"
    trade = play.book.trades[provider.channel, "001N1"]
    assert trade.subject == "物业服务费 + 10% } 😀"
    assert play.book.pay(trade)
    evidence = provider.query("001N1")
    assert (evidence.state, evidence.fen, evidence.transaction) == ("paid", 12345, trade.transaction)
    assert abs(time.time() - clock.parse(evidence.happened_at).timestamp()) < 60
    refund = provider.refund("001N1", "001R1", 345, 12345, "多付", "")
    assert refund.state in ("done", "processing")
    assert provider.refund("001N1", "001R1", 345, 12345, "多付", "").refund == refund.refund
    assert provider.refund_state("001N1", "001R1").state == "done"
    assert provider.refund_state("001N1", "001R9").state == "missing"
    assert trade.refunded_fen == 345
    with pytest.raises(Refused):
        provider.refund("001N1", "001R2", 12001, 12345, "太多", "")
    rows = provider.bill(clock.today())
    assert [(r.kind, r.number, r.fen, r.fee_fen) for r in rows] == [
        ("payment", "001N1", 12345, 74), ("refund", "001N1", 345, rows[1].fee_fen),
    ]
    assert rows[0].transaction == trade.transaction
    assert rows[1].refund == "001R1"


@pytest.mark.parametrize(("name", "way"), [("sim-wechat", "native"), ("sim-alipay", "precreate")])
def test_a_closed_order_cannot_be_paid_and_a_paid_one_cannot_be_closed(
    play: Play, merchants: dict[str, Merchant], name: str, way: str
) -> None:
    provider = merchants[name].provider
    provider.create(way, quote())
    trade = play.book.trades[provider.channel, "001N1"]
    provider.close("001N1")
    assert not play.book.pay(trade)
    assert provider.query("001N1").state == "closed"
    provider.create(way, quote("001N2"))
    play.book.pay(play.book.trades[provider.channel, "001N2"])
    with pytest.raises(Refused):
        provider.close("001N2")


@pytest.mark.parametrize("name", ["sim-wechat", "sim-alipay"])
@pytest.mark.parametrize("fault", ["error500", "error429", "half_body", "reset"])
def test_no_clear_answer_is_never_a_no(
    play: Play, merchants: dict[str, Merchant], name: str, fault: str
) -> None:
    provider = merchants[name].provider
    play.book.faults[fault] = 1
    with pytest.raises(Unclear):
        provider.query("001N1")
    assert provider.query("001N1").state == "missing"


@pytest.mark.parametrize("fault", ["forged", "wrong_serial", "replayed"])
def test_an_answer_wechat_did_not_sign_is_a_doubt(play: Play, merchants: dict[str, Merchant], fault: str) -> None:
    provider = merchants["sim-wechat"].provider
    provider.create("native", quote())
    play.book.faults[fault] = 1
    with pytest.raises(Unclear):
        provider.query("001N1")


def test_certificates_and_public_keys_are_believed_at_once(play: Play, merchants: dict[str, Merchant]) -> None:
    provider = merchants["sim-wechat"].provider
    provider.create("native", quote())
    play.book.faults["public_key"] = 1
    assert provider.query("001N1").state == "open"
    play.book.faults["public_key"] = 0
    assert provider.query("001N1").state == "open"


@pytest.mark.parametrize(
    ("name", "fault"), [("sim-wechat", "bill_sha1"), ("sim-wechat", "bill_cut"), ("sim-alipay", "bill_cut")]
)
def test_half_a_bill_is_not_matched_against(
    play: Play, merchants: dict[str, Merchant], name: str, fault: str
) -> None:
    provider = merchants[name].provider
    provider.create("native" if "wechat" in name else "precreate", quote())
    play.book.pay(play.book.trades[provider.channel, "001N1"])
    play.book.faults[fault] = 1
    with pytest.raises(Unclear):
        provider.bill(clock.today())
    assert len(provider.bill(clock.today())) == 1


@pytest.mark.parametrize("name", ["sim-wechat", "sim-alipay"])
def test_a_day_without_trades_is_an_empty_bill(merchants: dict[str, Merchant], name: str) -> None:
    assert merchants[name].provider.bill("2026-01-01") == []


def test_the_same_number_with_another_sum_is_refused(merchants: dict[str, Merchant]) -> None:
    provider = merchants["sim-wechat"].provider
    provider.create("native", quote())
    with pytest.raises(Refused):
        provider.create("native", quote(fen=1))
