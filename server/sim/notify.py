"""Notifications as the providers send them: signed, encrypted, repeated until acknowledged, or broken on order."""

from __future__ import annotations

import base64
import json
import secrets
import threading
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import urllib3
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from server import clock
from server.pay.providers import keys as rsa_keys
from server.pay.providers.alipay import GMT8, signed_text, yuan
from server.sim import keys
from server.sim.book import Book, Refund, Trade

RETRIES_S = (0.0, 2.0, 5.0)
_pool = urllib3.PoolManager(retries=False, timeout=5.0)


@dataclass(frozen=True)
class Sender:
    """Sends for both providers, in threads of its own."""

    book: Book
    ring: keys.Ring
    stranger: rsa.RSAPrivateKey

    def paid(self, trade: Trade) -> None:
        """Tell the merchant that a trade was paid, with the faults that are switched on."""
        if self.book.fails("lost"):
            return
        make = self.wechat_paid if trade.provider == "wechat" else self.alipay_paid
        headers, body = make(trade)
        wait = 6.0 if self.book.fails("late") else 0.0
        copies = 8 if self.book.fails("duplicate8") else 2 if self.book.fails("duplicate") else 1
        for _ in range(copies):
            self._start(trade.notify_url, headers, body, wait)

    def refunded(self, refund: Refund) -> None:
        """Tell the merchant how a refund ended (WeChat; Alipay answers at once)."""
        if self.book.fails("lost") or not refund.notify_url or refund.trade.provider != "wechat":
            return
        headers, body = self.wechat_refund(refund)
        self._start(refund.notify_url, headers, body, 0.0)

    def _start(self, url: str, headers: dict[str, str], body: bytes, wait: float) -> None:
        threading.Thread(target=self._send, args=(url, headers, body, wait), daemon=True).start()

    def _send(self, url: str, headers: dict[str, str], body: bytes, wait: float) -> None:
        """Until the merchant acknowledges, as the providers do (with shorter pauses)."""
        for pause in RETRIES_S:
            time.sleep(wait + pause)
            answer = self._once(url, headers, body)
            self.book.sent.append({"url": url, "answer": answer})
            if answer in ("200", "204"):
                return

    def _once(self, url: str, headers: dict[str, str], body: bytes) -> str:
        try:
            answer = _pool.request("POST", url, headers=headers, body=body)
        except urllib3.exceptions.HTTPError as error:
            return type(error).__name__
        if "alipay" in url and answer.data != b"success":
            return "not success"
        return str(answer.status)

    # --- WeChat --------------------------------------------------------------

    def wechat_paid(self, trade: Trade) -> tuple[dict[str, str], bytes]:
        plain = wechat_trade(trade)
        if self.book.fails("wrong_merchant"):
            plain["mchid"] = "1999999999"
        if self.book.fails("wrong_app"):
            plain["appid"] = "wxsomebodyelse0000"
        if self.book.fails("coupon"):
            plain["amount"]["payer_total"] = max(0, trade.paid_fen - 100)
            plain["promotion_detail"] = [{"coupon_id": "sim", "amount": min(100, trade.paid_fen), "scope": "GLOBAL"}]
        return self._wechat("TRANSACTION.SUCCESS", "transaction", plain)

    def wechat_refund(self, refund: Refund) -> tuple[dict[str, str], bytes]:
        status = {"done": "SUCCESS", "failed": "ABNORMAL"}.get(refund.state, "PROCESSING")
        plain = {
            "mchid": keys.MCHID, "out_trade_no": refund.trade.number, "transaction_id": refund.trade.transaction,
            "out_refund_no": refund.number, "refund_id": refund.refund, "refund_status": status,
            "success_time": rfc3339(refund.at),
            "amount": {"total": refund.trade.paid_fen, "refund": refund.fen, "payer_refund": refund.fen},
        }
        return self._wechat(f"REFUND.{status}", "refund", plain)

    def _wechat(self, event: str, original: str, plain: dict[str, Any]) -> tuple[dict[str, str], bytes]:
        nonce = secrets.token_hex(6)
        text = json.dumps(plain, ensure_ascii=False).encode()
        sealed = bytearray(AESGCM(self.ring.api_v3_key).encrypt(nonce.encode(), text, original.encode()))
        if self.book.fails("bad_tag"):
            sealed[-1] ^= 1
        body = json.dumps({
            "id": secrets.token_hex(16), "create_time": rfc3339(clock.now()), "event_type": event,
            "resource_type": "encrypt-resource", "summary": "通知",
            "resource": {"original_type": original, "algorithm": "AEAD_AES_256_GCM", "nonce": nonce,
                         "associated_data": original, "ciphertext": base64.b64encode(bytes(sealed)).decode()},
        }, ensure_ascii=False).encode()
        return self._broken(self.wechat_headers(body), body)

    def wechat_headers(self, body: bytes) -> dict[str, str]:
        """The signature headers of an answer or a notification."""
        shift = -360 if self.book.fails("replayed") else 0
        stamp, nonce = str(int(time.time()) + shift), secrets.token_hex(16)
        key, serial = self.ring.wechat, self.ring.serial
        if self.book.faults.get("public_key"):
            key, serial = self.ring.wechat_public_mode, keys.PUBLIC_ID
        if self.book.fails("forged"):
            key = self.stranger
        if self.book.fails("wrong_serial"):
            serial = "7777777777777777"
        signature = rsa_keys.sign(key, f"{stamp}\n{nonce}\n".encode() + body + b"\n")
        if self.book.fails("probe"):
            signature = "WECHATPAY/SIGNTEST/" + signature
        return {"Content-Type": "application/json", "Wechatpay-Timestamp": stamp, "Wechatpay-Nonce": nonce,
                "Wechatpay-Serial": serial, "Wechatpay-Signature": signature}

    def _broken(self, headers: dict[str, str], body: bytes) -> tuple[dict[str, str], bytes]:
        if self.book.fails("no_headers"):
            headers = {"Content-Type": "application/json"}
        if self.book.fails("flipped"):
            body = body[:20] + bytes([body[20] ^ 1]) + body[21:]
        return headers, body

    # --- Alipay --------------------------------------------------------------

    def alipay_paid(self, trade: Trade) -> tuple[dict[str, str], bytes]:
        at = (trade.paid_at or clock.now()).astimezone(GMT8).strftime("%Y-%m-%d %H:%M:%S")
        params = {
            "notify_time": at, "notify_type": "trade_status_sync", "notify_id": secrets.token_hex(17),
            "app_id": keys.APP_ID, "charset": "utf-8", "version": "1.0", "sign_type": "RSA2",
            "trade_no": trade.transaction, "out_trade_no": trade.number, "seller_id": keys.SELLER_ID,
            "trade_status": "TRADE_SUCCESS", "total_amount": yuan(trade.paid_fen), "subject": trade.subject,
            "gmt_payment": at, "buyer_id": "2088999900000000",
        }
        if self.book.fails("wrong_merchant"):
            params["seller_id"] = "2088999999999999"
        if self.book.fails("wrong_app"):
            params["app_id"] = "2021999999999999"
        key = self.stranger if self.book.fails("forged") else self.ring.alipay
        params["sign"] = rsa_keys.sign(key, signed_text(params, without=("sign", "sign_type")))
        if self.book.fails("flipped"):
            params["total_amount"] = yuan(trade.paid_fen + 1)
        headers = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
        return headers, urlencode(params).encode()


def wechat_trade(trade: Trade) -> dict[str, Any]:
    """A trade as WeChat's query and notification say it."""
    state = {"open": "NOTPAY", "paid": "SUCCESS", "closed": "CLOSED"}[trade.state]
    found: dict[str, Any] = {
        "mchid": keys.MCHID, "appid": keys.APPID, "out_trade_no": trade.number,
        "trade_state": "REFUND" if trade.refunded_fen else state, "trade_state_desc": state,
        "amount": {"total": trade.paid_fen or trade.fen, "payer_total": trade.paid_fen, "currency": "CNY",
                   "payer_currency": "CNY"},
    }
    if trade.paid_at is not None:
        found |= {"transaction_id": trade.transaction, "trade_type": trade.way.upper(), "bank_type": "OTHERS",
                  "success_time": rfc3339(trade.paid_at), "payer": {"openid": "o-sim-payer"}}
    return found


def rfc3339(at: Any) -> str:
    """WeChat's times: Shanghai, to the second."""
    return str(at.astimezone(clock.SHANGHAI).isoformat(timespec="seconds"))
