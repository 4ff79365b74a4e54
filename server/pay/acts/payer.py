"""Who pays inside WeChat's own browser: the openid by snsapi_base, which asks the person nothing."""

from __future__ import annotations

import json
from urllib.parse import urlencode

from server.config import Config
from server.errors import refuse
from server.pay.providers import merchants, wire
from server.pay.providers.wechat import WeChat
from server.pay.providers.words import Unclear


def authorize_url(cfg: Config, name: str, back: str, state: str) -> str:
    """Where WeChat tells us (by a code in the address it returns to) who the payer is."""
    merchant, provider = _ours(cfg, name)
    asked = urlencode({
        "appid": provider.appid, "redirect_uri": cfg.url + back, "response_type": "code", "scope": "snsapi_base",
        "state": state,
    })
    return f"{merchant.oauth}/connect/oauth2/authorize?{asked}#wechat_redirect"


def openid_of(cfg: Config, name: str, code: str) -> str:
    """The payer's openid for a code. Refusal payer_unknown when WeChat does not say."""
    merchant, provider = _ours(cfg, name)
    asked = urlencode({
        "appid": provider.appid, "secret": merchant.app_secret, "code": code[:200], "grant_type": "authorization_code",
    })
    try:
        answer = wire.send("GET", f"{merchant.api}/sns/oauth2/access_token?{asked}", {"User-Agent": "koumen"})
        openid = json.loads(answer.body).get("openid", "")
    except (Unclear, ValueError, AttributeError):
        openid = ""
    if not isinstance(openid, str) or not openid:
        refuse("payer_unknown")
    return openid


def _ours(cfg: Config, name: str) -> tuple[merchants.Merchant, WeChat]:
    merchant = merchants.load(cfg.home).get(name)
    if merchant is None or not isinstance(merchant.provider, WeChat):
        refuse("merchant_unknown", name=name[:40])
    return merchant, merchant.provider
