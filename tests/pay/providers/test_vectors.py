"""The vendors' own signed messages: what they signed we accept, one changed bit we do not."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from server.pay.providers import keys
from server.pay.providers.alipay import Alipay
from server.pay.providers.wechat import WeChat, decrypt
from server.pay.providers.words import Forged

VECTORS = Path(__file__).parents[4] / "shared" / "vectors"


def vectors(name: str) -> dict[str, Any]:
    path = VECTORS / name
    if not path.exists():
        pytest.skip(f"{name} with the vendors' signed messages does not lie beside the project")
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found


@pytest.fixture(scope="module")
def own_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def merchant(own: rsa.RSAPrivateKey, notify: dict[str, Any]) -> WeChat:
    trusted = {notify["headers"]["Wechatpay-Serial"]: keys.public_key(notify["certificate_pem"])}
    return WeChat("1234567890", "wx1", "own", own, notify["api_v3_key"].encode(), trusted)


def test_a_signature_of_wechat_holds() -> None:
    case = vectors("wechat.json")["verify"]
    keys.verify(keys.public_key(case["certificate_pem"]), case["message"].encode(), case["signature_b64"])
    with pytest.raises(Forged):
        keys.verify(keys.public_key(case["certificate_pem"]), b"Source", case["signature_b64"])


def test_ciphertexts_of_wechat_open_and_a_flipped_bit_does_not() -> None:
    for case in vectors("wechat.json")["aes"]:
        key = case["key"].encode()
        assert decrypt(key, case["nonce"], case["aad"], case["ct_b64"]) == case["pt"].encode()
        broken = bytearray(base64.b64decode(case["ct_b64"]))
        broken[0] ^= 1
        with pytest.raises(Forged):
            decrypt(key, case["nonce"], case["aad"], base64.b64encode(broken).decode())


def test_a_notification_of_wechat_is_verified_and_opened(own_key: rsa.RSAPrivateKey) -> None:
    case = vectors("wechat.json")["notify"]
    wechat, body = merchant(own_key, case), case["body"].encode()
    wechat.verify(case["headers"], body, now=float(case["now"]))
    event, kind, plain = wechat.opened(body)
    assert event == json.loads(body)["id"]
    assert kind == "PAYSCORE.USER_OPEN_SERVICE"
    assert plain == json.loads(case["plaintext"])


@pytest.mark.parametrize("change", ["body", "nonce", "serial", "late", "early", "probe", "missing"])
def test_a_notification_that_is_not_wechats_is_refused(own_key: rsa.RSAPrivateKey, change: str) -> None:
    case = vectors("wechat.json")["notify"]
    wechat, body, now = merchant(own_key, case), case["body"].encode(), float(case["now"])
    headers = dict(case["headers"])
    if change == "body":
        body = body.replace(b"2021-06-24", b"2021-06-25")
    elif change == "nonce":
        headers["Wechatpay-Nonce"] += "x"
    elif change == "serial":
        headers["Wechatpay-Serial"] = "FFFF"
    elif change == "probe":
        headers["Wechatpay-Signature"] = "WECHATPAY/SIGNTEST/" + headers["Wechatpay-Signature"]
    elif change == "missing":
        del headers["Wechatpay-Timestamp"]
    else:
        now += 301 if change == "late" else -301
    with pytest.raises(Forged):
        wechat.verify(headers, body, now=now)


def test_messages_signed_by_alipay_hold_and_changed_ones_do_not(own_key: rsa.RSAPrivateKey) -> None:
    found = vectors("alipay.json")
    alipay = Alipay("9021000122682882", "2088721003899159", own_key, (keys.public_key(found["certificate_pem"]),))
    for case in found["cases"]:
        alipay.verify(case["params"])
        with pytest.raises(Forged):
            alipay.verify({**case["params"], "total_amount": "0.02"})
    notify = next(case["params"] for case in found["cases"] if case["kind"] == "notify")
    evidence = alipay.told(notify)
    assert (evidence.state, evidence.fen, evidence.number) == ("paid", 1, "1703147160")
    assert evidence.happened_at == "2023-12-21T08:26:43.000000Z"
