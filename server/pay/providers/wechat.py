"""WeChat Pay API v3: signed requests, verified answers, encrypted notifications.

Source: pay.weixin.qq.com/doc/v3 (signature, callback, certificates and public keys, transactions, refunds, bills).
"""

from __future__ import annotations

import base64
import binascii
import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote as escape
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from server import clock
from server.pay.providers import keys, wire
from server.pay.providers.wechat_bill import read_bill
from server.pay.providers.words import BillRow, Evidence, Forged, Quote, RefundEvidence, Refused, Ticket, Unclear

BASE = "https://api.mch.weixin.qq.com"
WINDOW_S = 300
PROBE = "WECHATPAY/SIGNTEST/"
TRADES = {"SUCCESS": "paid", "REFUND": "refunded", "NOTPAY": "open", "USERPAYING": "open", "ACCEPT": "open",
          "CLOSED": "closed", "REVOKED": "closed", "PAYERROR": "closed"}
REFUNDS = {"SUCCESS": "done", "PROCESSING": "processing", "CLOSED": "failed", "ABNORMAL": "failed"}


@dataclass(frozen=True)
class WeChat:
    """One merchant. `trusted` maps serials (certificate or PUB_KEY_ID_…) to keys: both at once while migrating."""

    mchid: str
    appid: str
    serial: str
    private_key: keys.PRIVATE
    api_v3_key: bytes
    trusted: Mapping[str, keys.PUBLIC]
    base: str = BASE
    channel: str = field(default="wechat", init=False)

    # --- asking --------------------------------------------------------------

    def create(self, way: str, quote: Quote) -> Ticket:
        """`way`: jsapi (needs quote.payer), h5 or native. Raises Refused or Unclear."""
        body: dict[str, Any] = {
            "appid": self.appid, "mchid": self.mchid, "description": quote.subject, "out_trade_no": quote.number,
            "time_expire": _rfc3339(quote.expires), "notify_url": quote.notify_url,
            "amount": {"total": quote.fen, "currency": "CNY"},
        }
        if way == "jsapi":
            body["payer"] = {"openid": quote.payer}
        if way == "h5":
            body["scene_info"] = {"payer_client_ip": quote.client_ip, "h5_info": {"type": "Wap"}}
        answer = self._call("POST", f"/v3/pay/transactions/{way}", body)
        if way == "native":
            return Ticket(way, code=answer["code_url"])
        if way == "h5":
            return Ticket(way, url=f"{answer['h5_url']}&redirect_url={escape(quote.return_url, safe='')}")
        return Ticket(way, bridge=self._bridge(answer["prepay_id"]))

    def _bridge(self, prepay: str) -> dict[str, str]:
        stamp, nonce, package = str(int(time.time())), secrets.token_hex(16), f"prepay_id={prepay}"
        message = f"{self.appid}\n{stamp}\n{nonce}\n{package}\n".encode()
        return {"appId": self.appid, "timeStamp": stamp, "nonceStr": nonce, "package": package, "signType": "RSA",
                "paySign": keys.sign(self.private_key, message)}

    def query(self, number: str) -> Evidence:
        """What became of our order `number`; state `missing` when WeChat never heard of it."""
        try:
            path = f"/v3/pay/transactions/out-trade-no/{escape(number, safe='')}?mchid={self.mchid}"
            return _trade(self._call("GET", path))
        except Refused as refused:
            if refused.code in ("ORDER_NOT_EXIST", "ORDERNOTEXIST", "RESOURCE_NOT_EXISTS"):
                return Evidence(number, "missing")
            raise

    def close(self, number: str) -> None:
        """Close an unpaid order; Refused ORDER_PAID when it was paid meanwhile."""
        self._call("POST", f"/v3/pay/transactions/out-trade-no/{escape(number, safe='')}/close", {"mchid": self.mchid})

    def refund(self, number: str, refund: str, fen: int, total: int, reason: str, notify_url: str) -> RefundEvidence:
        """Ask for a refund under our number `refund`; the same number again never pays twice."""
        body = {"out_trade_no": number, "out_refund_no": refund, "reason": reason[:80], "notify_url": notify_url,
                "amount": {"refund": fen, "total": total, "currency": "CNY"}}
        return _refund(self._call("POST", "/v3/refund/domestic/refunds", body))

    def refund_state(self, number: str, refund: str) -> RefundEvidence:
        """What became of a refund; `missing` when WeChat never heard of it."""
        try:
            return _refund(self._call("GET", f"/v3/refund/domestic/refunds/{escape(refund, safe='')}"))
        except Refused as refused:
            if refused.code in ("RESOURCE_NOT_EXISTS", "REFUND_NOT_EXISTS"):
                return RefundEvidence(refund, "missing")
            raise

    def bill(self, day: str) -> list[BillRow]:
        """The trade bill of a Shanghai day (ready after 10:00 of the next). Unclear when its SHA-1 differs."""
        try:
            ticket = self._call("GET", f"/v3/bill/tradebill?bill_date={day}&bill_type=ALL&tar_type=GZIP")
        except Refused as refused:
            if refused.code in ("NO_STATEMENT_EXIST", "NO_BILL_EXIST"):
                return []
            raise
        path = _path(ticket["download_url"])
        # the download itself is not signed by WeChat: the SHA-1 in the signed ticket vouches for it
        answer = wire.send("GET", ticket["download_url"], self._headers("GET", path, b""))
        if answer.status != 200:
            raise Refused(f"http_{answer.status}")
        return read_bill(answer.body, ticket["hash_value"])

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        data = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode() if body is not None else b""
        answer = wire.send(method, self.base + path, self._headers(method, path, data), data or None)
        if answer.status >= 400:
            raise Refused(*_complaint(answer.body))
        try:
            self.verify(answer.headers, answer.body)
        except Forged as forged:
            raise Unclear("unsigned_answer", forged.code) from forged
        if answer.status == 204 or not answer.body:
            return {}
        found: dict[str, Any] = json.loads(answer.body)
        return found

    def _headers(self, method: str, path: str, body: bytes) -> dict[str, str]:
        stamp, nonce = str(int(time.time())), secrets.token_hex(16)
        message = f"{method}\n{path}\n{stamp}\n{nonce}\n".encode() + body + b"\n"
        signature = keys.sign(self.private_key, message)
        parts = {"mchid": self.mchid, "nonce_str": nonce, "signature": signature, "timestamp": stamp,
                 "serial_no": self.serial}
        token = ",".join(f'{name}="{value}"' for name, value in parts.items())
        headers = {"Authorization": f"WECHATPAY2-SHA256-RSA2048 {token}", "Accept": "application/json",
                   "Content-Type": "application/json", "User-Agent": "koumen"}
        public = next((serial for serial in self.trusted if serial.startswith("PUB_KEY_ID_")), "")
        if public:
            headers["Wechatpay-Serial"] = public
        return headers

    # --- being told ----------------------------------------------------------

    def verify(self, headers: Mapping[str, str], body: bytes, now: float | None = None) -> None:
        """Forged unless the message is WeChat's, fresh (±300 s) and whole; no call goes out."""
        given = {name.lower(): value for name, value in headers.items()}
        try:
            stamp, nonce, serial, signature = (
                given[f"wechatpay-{name}"] for name in ("timestamp", "nonce", "serial", "signature")
            )
        except KeyError as error:
            raise Forged("missing_header") from error
        if signature.startswith(PROBE):
            raise Forged("probe")
        if not stamp.isdecimal() or abs((now or time.time()) - int(stamp[:12])) > WINDOW_S:
            raise Forged("stale")
        key = self.trusted.get(serial)
        if key is None:
            raise Forged("unknown_serial")
        keys.verify(key, f"{stamp}\n{nonce}\n".encode() + body + b"\n", signature)

    def opened(self, body: bytes) -> tuple[str, str, dict[str, Any]]:
        """(event id, event type, decrypted resource) of a verified notification. Forged when it does not open."""
        try:
            message = json.loads(body)
            resource = message["resource"]
            aad = resource.get("associated_data") or ""
            plain = decrypt(self.api_v3_key, resource["nonce"], aad, resource["ciphertext"])
            return str(message["id"]), str(message["event_type"]), json.loads(plain)
        except (KeyError, TypeError, ValueError) as error:
            raise Forged("unreadable") from error

    def told(self, headers: Mapping[str, str], body: bytes) -> Evidence:
        """A payment notification, verified and opened."""
        self.verify(headers, body)
        event, _, plain = self.opened(body)
        return _trade(plain, event)

    def told_refund(self, headers: Mapping[str, str], body: bytes) -> RefundEvidence:
        """A refund notification, verified and opened."""
        self.verify(headers, body)
        event, _, plain = self.opened(body)
        return _refund({**plain, "status": plain.get("refund_status")}, event)


def decrypt(key: bytes, nonce: str, aad: str, ciphertext: str) -> bytes:
    """AES-256-GCM (the vendors' own vectors also hold a 128-bit key). Forged when the tag does not fit."""
    try:
        return AESGCM(key).decrypt(nonce.encode(), base64.b64decode(ciphertext, validate=True), aad.encode())
    except (InvalidTag, binascii.Error, ValueError) as error:
        raise Forged("bad_tag") from error


def _trade(plain: Mapping[str, Any], event: str = "") -> Evidence:
    amount = plain.get("amount") or {}
    return Evidence(
        number=str(plain["out_trade_no"]), state=TRADES.get(str(plain.get("trade_state")), "open"),
        transaction=str(plain.get("transaction_id") or ""), fen=int(amount.get("total") or 0),
        happened_at=_utc(plain.get("success_time")), event=event, merchant=str(plain.get("mchid") or ""),
        app=str(plain.get("appid") or ""), raw=plain,
    )


def _refund(plain: Mapping[str, Any], event: str = "") -> RefundEvidence:
    amount = plain.get("amount") or {}
    status = str(plain.get("status") or "")
    return RefundEvidence(
        number=str(plain["out_refund_no"]), state=REFUNDS.get(status, "processing"),
        refund=str(plain.get("refund_id") or ""), fen=int(amount.get("refund") or 0),
        trade=str(plain.get("out_trade_no") or ""), event=event, reason=status,
        happened_at=_utc(plain.get("success_time")),
    )


def _complaint(body: bytes) -> tuple[str, str]:
    try:
        found = json.loads(body)
        return str(found["code"]), str(found.get("message", ""))
    except (ValueError, KeyError, TypeError):
        return "unreadable", ""


def _path(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _rfc3339(instant: str) -> str:
    return clock.parse(instant).astimezone(clock.SHANGHAI).isoformat(timespec="seconds")


def _utc(text: Any) -> str:
    return clock.instant(datetime.fromisoformat(str(text)).astimezone(UTC)) if text else ""
