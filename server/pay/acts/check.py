"""Are merchants and issuers set up rightly? Asked about an order and an invoice that do not exist: no money moves."""

from __future__ import annotations

import secrets
from pathlib import Path

from server.errors import Refusal
from server.pay.providers import issuers, merchants
from server.pay.providers.words import ProviderError


def check_merchants(home: Path) -> list[tuple[str, str, str]]:
    """[(merchant, ok | warn | bad, what was seen)]: a signed answer means keys, numbers and the way out are right."""
    try:
        found = merchants.load(home)
    except Refusal as refusal:
        return [("商户", "bad", refusal.sentence)]
    return [_one(merchant) for merchant in found.values()] + _issuers(home)


def _issuers(home: Path) -> list[tuple[str, str, str]]:
    """The same for who issues invoices: asked about one that does not exist."""
    try:
        found = issuers.load(home)
    except Refusal as refusal:
        return [("开票", "bad", refusal.sentence)]
    return [_issuer(issuer) for issuer in found.values()]


def _issuer(issuer: issuers.Issuer) -> tuple[str, str, str]:
    try:
        state = issuer.state(f"DOCTOR{secrets.token_hex(8)}").state
    except ProviderError as error:
        return f"开票 {issuer.name}", "bad", f"没有得到有效回答（{error}），请核对地址和密钥"
    if state != "missing":
        return f"开票 {issuer.name}", "warn", f"对不存在的发票回答了 {state}"
    return f"开票 {issuer.name}", "ok", "签名往返正常，没有开票"


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
