"""Electronic invoices (电子发票): who issues them, one TOML file per issuer in `issuers/` of the data folder.

    community = "C1"               # whose invoices
    base = "https://…"             # where the bridge to the issuer listens
    key = "…"  secret = "issuer.secret"
    item = "*物业管理服务*物业服务费"  rate = "6%"
    label = "开票平台"                # how the office's pages call it; without it the file's name

Issuers differ in every word of their interfaces, so Koumen speaks to all of them in one short form of its own (JSON,
signed with HMAC-SHA256 over method, path, time and body); `Issuer` is what another adapter has to offer.
`POST {base}/v1/invoices` issues, `GET …/{id}` says how it stands, `POST …/{id}/red` takes it back; the same id never
issues twice.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from server.errors import Refusal
from server.pay.providers import wire
from server.pay.providers.words import Refused, Unclear

STATES = ("processing", "issued", "failed", "red", "red_failed", "missing")


@dataclass(frozen=True)
class Invoice:
    """What an issuer says. `state`: processing, issued, failed, red, red_failed or missing; `link` leads to the PDF."""

    state: str
    number: str = ""
    red: str = ""
    link: str = ""
    reason: str = ""


class Issuer(Protocol):
    """What the rest of pay knows of an issuer. Raises Unclear (it may have happened) and Refused (it did not)."""

    @property
    def name(self) -> str: ...
    def issue(self, ask: Mapping[str, Any]) -> Invoice: ...
    def state(self, id: str) -> Invoice: ...
    def red(self, id: str, reason: str) -> Invoice: ...


@dataclass(frozen=True)
class Bridge:
    """The issuer behind a bridge that speaks our form."""

    name: str
    community: str
    base: str
    key: str
    secret: bytes
    item: str
    rate: str
    label: str

    def issue(self, ask: Mapping[str, Any]) -> Invoice:
        """`ask` has id, fen, title, tax_no, mail, receipt_no."""
        body = {name: ask[name] for name in ("id", "fen", "title", "tax_no", "mail", "receipt_no")}
        return self._call("POST", "/v1/invoices", {**body, "item": self.item, "rate": self.rate})

    def state(self, id: str) -> Invoice:
        return self._call("GET", f"/v1/invoices/{id}")

    def red(self, id: str, reason: str) -> Invoice:
        return self._call("POST", f"/v1/invoices/{id}/red", {"reason": reason})

    def _call(self, method: str, path: str, said: Mapping[str, Any] | None = None) -> Invoice:
        body = json.dumps(said, ensure_ascii=False).encode() if said is not None else b""
        stamp = str(int(time.time()))
        headers = {"Content-Type": "application/json", "X-Key": self.key, "X-Time": stamp,
                   "X-Signature": signature(self.secret, method, path, stamp, body)}
        answer = wire.send(method, self.base + path, headers, body or None)
        if answer.status == 404:
            return Invoice("missing")
        try:
            found = json.loads(answer.body)
            if answer.status != 200:
                raise Refused(str(found["code"])[:40], str(found.get("message", ""))[:200])
            if found["state"] not in STATES:
                raise Unclear("strange_state", str(found["state"])[:40])
            words = {name: str(found.get(name) or "")[:300] for name in ("number", "red", "link", "reason")}
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Unclear("unreadable") from error
        return Invoice(found["state"], **words)


def signature(secret: bytes, method: str, path: str, stamp: str, body: bytes) -> str:
    """HMAC-SHA256 in hex over `METHOD\\npath\\ntime\\n` and the raw body."""
    return hmac.new(secret, f"{method}\n{path}\n{stamp}\n".encode() + body, hashlib.sha256).hexdigest()


def load(home: Path) -> dict[str, Bridge]:
    """Every issuer of a data folder by name. Refusal config_wrong names the file."""
    return {path.stem: _read(path) for path in sorted((home / "issuers").glob("*.toml"))}


def of_community(home: Path, community: str) -> Bridge | None:
    """Who issues a community's invoices; None when the office does it by hand."""
    return next((issuer for issuer in load(home).values() if issuer.community == community), None)


def _read(path: Path) -> Bridge:
    try:
        facts = tomllib.loads(path.read_text("utf-8"))
        secret = (path.parent / facts["secret"]).read_text("utf-8").strip().encode()
        return Bridge(
            path.stem, str(facts["community"]), str(facts["base"]).rstrip("/"), str(facts["key"]), secret,
            str(facts.get("item", "*物业管理服务*物业服务费")), str(facts.get("rate", "6%")),
            str(facts.get("label") or path.stem),
        )
    except KeyError as error:
        raise Refusal("config_wrong", name=path.name, reason=f"缺少 {error.args[0]}") from error
    except (OSError, ValueError) as error:
        raise Refusal("config_wrong", name=path.name, reason=str(error)) from error
