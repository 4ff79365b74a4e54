"""Messages of the providers: verified over their raw bytes, taken in, answered after the commit.

What is not the provider's has no effect and costs no call outside. Repeats are harmless twice over: by the event's id
and by the transaction.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any, NoReturn
from urllib.parse import parse_qsl

from server.config import Config
from server.db import Db
from server.errors import refuse
from server.pay.acts import evidence as money
from server.pay.acts.refunds import refund_told
from server.pay.providers import merchants
from server.pay.providers.alipay import Alipay
from server.pay.providers.wechat import WeChat
from server.pay.providers.words import Evidence, Forged

log = logging.getLogger("koumen.pay")
BODY_MAX = 64 * 1024


def told_wechat(db: Db, cfg: Config, name: str, headers: Mapping[str, str], body: bytes) -> None:
    """A payment notification of WeChat. Refusal notify_refused when it is not WeChat's, or not for us."""
    merchant = merchants.load(cfg.home).get(name)
    if merchant is None or not isinstance(merchant.provider, WeChat):
        refuse("merchant_unknown", name=name[:40])
    try:
        merchant.provider.verify(headers, body)
        _take(db, merchant, lambda provider: provider.told(headers, body))
    except Forged as forged:
        _turn_away(name, forged)


def told_wechat_refund(db: Db, cfg: Config, name: str, headers: Mapping[str, str], body: bytes) -> None:
    """A refund notification of WeChat."""
    merchant = merchants.load(cfg.home).get(name)
    if merchant is None or not isinstance(merchant.provider, WeChat):
        refuse("merchant_unknown", name=name[:40])
    try:
        refund_told(db, merchant, merchant.provider.told_refund(headers, body))
    except Forged as forged:
        _turn_away(name, forged)


def told_alipay(db: Db, cfg: Config, name: str, body: bytes) -> None:
    """A notification of Alipay: a form whose values are signed as they are after decoding."""
    merchant = merchants.load(cfg.home).get(name)
    if merchant is None or not isinstance(merchant.provider, Alipay):
        refuse("merchant_unknown", name=name[:40])
    try:
        params = dict(parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=100))
    except ValueError:
        _turn_away(name, Forged("unreadable"))
    try:
        merchant.provider.verify(params)
        _take(db, merchant, lambda provider: provider.told(params))
    except Forged as forged:
        _turn_away(name, forged)


def _take(db: Db, merchant: merchants.Merchant, told: Callable[[Any], Evidence]) -> None:
    """The signature was good: what is wrong now is kept for the office."""
    try:
        found = told(merchant.provider)
        money.check_addressee(merchant, found)
    except Forged as forged:
        with db.write(merchant.community, verb="notify.odd") as pen:
            what = forged.code if forged.code == "wrong_merchant" else "unreadable"
            money.odd(pen, what, merchant.name, forged.text or forged.code, "", 0, _WHY.get(forged.code, forged.code))
        raise
    money.settle(db, merchant, found, "notify")


_WHY = {
    "wrong_merchant": "签名有效，但不是这个商户、应用或卖家的通知，没有入账",
    "bad_tag": "签名有效，但密文解不开：请核对 APIv3 密钥",
    "unreadable": "签名有效，但内容无法读取",
}


def _turn_away(name: str, forged: Forged) -> NoReturn:
    if forged.code != "probe":  # the provider's own test of our check: refused, and nothing to tell anyone
        log.warning("notify for %s refused: %s", name, forged.code)
    refuse("notify_refused")
