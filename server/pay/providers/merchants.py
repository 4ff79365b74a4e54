"""Who we are to the providers: one TOML file per merchant in `merchants/` of the data folder, keys in files beside it.

    provider = "wechat"            # or "alipay"
    community = "C1"               # whose money it is
    ways = ["jsapi", "h5", "native"]
    mchid = "…"  appid = "…"  serial = "…"  private_key = "apiclient_key.pem"  api_v3_key = "api_v3.key"
    [trusted]                      # platform certificates and public keys, old and new at once while migrating
    "PUB_KEY_ID_…" = "wechat_public.pem"

Alipay: `app_id seller_id private_key`, and `trusted` with any names. Optional: `app_secret = "file"` (WeChat's official
account; jsapi works only with it), `fee_per_10000` (the agreed fee, compared when a bill is read) and `label` (what the
console calls it; else 微信 or 支付宝 and the file's name).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from server.errors import Refusal
from server.pay.providers import keys
from server.pay.providers.alipay import GATEWAY, Alipay
from server.pay.providers.wechat import BASE, WeChat

OAUTH, API = "https://open.weixin.qq.com", "https://api.weixin.qq.com"
WORDS = {"wechat": "微信", "alipay": "支付宝"}
WAYS = {"wechat": ("jsapi", "h5", "native"), "alipay": ("wap", "page", "precreate")}


@dataclass(frozen=True)
class Merchant:
    """`name` is the file's name without `.toml`; it stands in the notify URL."""

    name: str
    community: str
    provider: WeChat | Alipay
    ways: tuple[str, ...]
    app_secret: str = ""
    """WeChat: the official account's secret, for the payer's openid in WeChat's own browser; without it no jsapi."""
    oauth: str = OAUTH
    api: str = API
    fee_per_10000: int | None = None
    """The agreed fee, where reconciliation should compare it."""
    label: str = ""
    """What people call it."""

    @property
    def channel(self) -> str:
        return self.provider.channel


_kept: dict[Path, tuple[tuple[tuple[str, int], ...], dict[str, Merchant]]] = {}


def load(home: Path) -> dict[str, Merchant]:
    """Every merchant of a data folder, by name; read again when a file changed. Refusal config_wrong names the file."""
    folder = home / "merchants"
    if not folder.is_dir():
        return {}
    mark = tuple(sorted((path.name, path.stat().st_mtime_ns) for path in folder.iterdir()))
    kept = _kept.get(folder)
    if kept and kept[0] == mark:
        return kept[1]
    found = {path.stem: _read(path) for path in sorted(folder.glob("*.toml"))}
    _kept[folder] = (mark, found)
    return found


def of_community(home: Path, community: str) -> list[Merchant]:
    """The merchants that take money for a community."""
    return [merchant for merchant in load(home).values() if merchant.community == community]


def _read(path: Path) -> Merchant:
    try:
        facts = tomllib.loads(path.read_text("utf-8"))
        kind = str(facts["provider"])
        if kind not in WAYS:
            raise ValueError("provider 只能是 wechat 或 alipay")
        provider = _wechat(path.parent, facts) if kind == "wechat" else _alipay(path.parent, facts)
        secret = facts.get("app_secret")
        return Merchant(
            path.stem, str(facts["community"]), provider, tuple(facts.get("ways", WAYS[kind])),
            (path.parent / secret).read_text("utf-8").strip() if secret else "",
            str(facts.get("oauth", OAUTH)), str(facts.get("api", API)), facts.get("fee_per_10000"),
            str(facts.get("label") or f"{WORDS[kind]}（{path.stem}）"),
        )
    except KeyError as error:
        raise Refusal("config_wrong", name=path.name, reason=f"缺少 {error.args[0]}") from error
    except (OSError, ValueError, TypeError) as error:
        raise Refusal("config_wrong", name=path.name, reason=str(error)) from error


def _wechat(folder: Path, facts: Mapping[str, Any]) -> WeChat:
    api_v3_key = (folder / facts["api_v3_key"]).read_text("utf-8").strip().encode()
    if len(api_v3_key) != 32:
        raise ValueError("APIv3 密钥应为 32 个字符")
    return WeChat(
        mchid=str(facts["mchid"]), appid=str(facts["appid"]), serial=str(facts["serial"]),
        private_key=keys.private_key((folder / facts["private_key"]).read_text("utf-8")), api_v3_key=api_v3_key,
        trusted=_trusted(folder, facts), base=str(facts.get("base", BASE)),
    )


def _alipay(folder: Path, facts: Mapping[str, Any]) -> Alipay:
    return Alipay(
        app_id=str(facts["app_id"]), seller_id=str(facts["seller_id"]),
        private_key=keys.private_key((folder / facts["private_key"]).read_text("utf-8")),
        trusted=tuple(_trusted(folder, facts).values()), gateway=str(facts.get("gateway", GATEWAY)),
    )


def _trusted(folder: Path, facts: Mapping[str, Any]) -> dict[str, keys.PUBLIC]:
    found = {str(name): keys.public_key((folder / file).read_text("utf-8")) for name, file in facts["trusted"].items()}
    if not found:
        raise ValueError("trusted 里至少要有一把平台公钥")
    return found
