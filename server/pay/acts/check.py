"""Are the merchants set up rightly? Asked without moving money: a query of an order number that does not exist."""

from __future__ import annotations

import secrets
from pathlib import Path

from server.errors import Refusal
from server.pay.providers import merchants
from server.pay.providers.words import ProviderError


def check_merchants(home: Path) -> list[tuple[str, str, str]]:
    """[(merchant, ok | warn | bad, what was seen)]: a signed answer means keys, numbers and the way out are right."""
    try:
        found = merchants.load(home)
    except Refusal as refusal:
        return [("商户", "bad", refusal.sentence)]
    return [_one(merchant) for merchant in found.values()]


def _one(merchant: merchants.Merchant) -> tuple[str, str, str]:
    number = f"DOCTOR{secrets.token_hex(8)}"
    try:
        state = merchant.provider.query(number).state
    except ProviderError as error:
        return merchant.name, "bad", f"没有得到有效回答（{error}），请核对密钥、商户号和网络"
    if state != "missing":
        return merchant.name, "warn", f"对不存在的订单回答了 {state}"
    if "jsapi" in merchant.ways and not merchant.app_secret and merchant.channel == "wechat":
        return merchant.name, "warn", "签名往返正常；没有 app_secret，微信内打开时只能用其他方式"
    return merchant.name, "ok", "签名往返正常，没有动用资金"
