"""Alipay open platform, RSA2: signed forms out, signed JSON and notifications in.

Source: opendocs.alipay.com (signature rules, trade.wap.pay, page.pay, precreate, query, close, refund, bills).
"""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import urlencode

from server import clock
from server.pay.providers import keys, wire
from server.pay.providers.wechat_bill import yuan_fen
from server.pay.providers.words import BillRow, Evidence, Forged, Quote, RefundEvidence, Refused, Ticket, Unclear

GATEWAY = "https://openapi.alipay.com/gateway.do"
GMT8 = timezone(timedelta(hours=8))
WINDOW_S = 300
STATES = {"TRADE_SUCCESS": "paid", "TRADE_FINISHED": "paid", "WAIT_BUYER_PAY": "open", "TRADE_CLOSED": "closed"}
METHODS = {
    "wap": ("alipay.trade.wap.pay", "QUICK_WAP_WAY"),
    "page": ("alipay.trade.page.pay", "FAST_INSTANT_TRADE_PAY"),
}
DOUBTFUL = {"20000", "ACQ.SYSTEM_ERROR", "aop.ACQ.SYSTEM_ERROR"}


@dataclass(frozen=True)
class Alipay:
    """One application of one seller. `trusted` holds every public key of Alipay that may have signed."""

    app_id: str
    seller_id: str
    private_key: keys.PRIVATE
    trusted: tuple[keys.PUBLIC, ...]
    gateway: str = GATEWAY
    channel: str = field(default="alipay", init=False)

    # --- asking --------------------------------------------------------------

    def create(self, way: str, quote: Quote) -> Ticket:
        """`way`: wap or page (a signed URL the payer opens; nothing is asked of Alipay yet) or precreate (a QR)."""
        content: dict[str, Any] = {
            "out_trade_no": quote.number, "total_amount": yuan(quote.fen), "subject": quote.subject,
            "time_expire": clock.parse(quote.expires).astimezone(GMT8).strftime("%Y-%m-%d %H:%M:%S"),
        }
        if way == "precreate":
            answer = self._call("alipay.trade.precreate", content, notify_url=quote.notify_url)
            return Ticket(way, code=answer["qr_code"])
        method, product = METHODS[way]
        content["product_code"] = product
        signed = self._signed(method, content, notify_url=quote.notify_url, return_url=quote.return_url)
        return Ticket(way, url=f"{self.gateway}?{urlencode(signed)}")

    def query(self, number: str) -> Evidence:
        """What became of our order; `missing` also means: the payer never opened the page."""
        try:
            found = self._call("alipay.trade.query", {"out_trade_no": number})
        except Refused as refused:
            if refused.code == "ACQ.TRADE_NOT_EXIST":
                return Evidence(number, "missing")
            raise
        return Evidence(
            number=str(found["out_trade_no"]), state=STATES.get(str(found["trade_status"]), "open"),
            transaction=str(found["trade_no"]), fen=yuan_fen(str(found["total_amount"])),
            happened_at=_utc(found.get("send_pay_date")), merchant=self.seller_id, app=self.app_id, raw=found,
        )

    def close(self, number: str) -> None:
        """Close an unpaid order. One that was never opened is as good as closed."""
        try:
            self._call("alipay.trade.close", {"out_trade_no": number})
        except Refused as refused:
            if refused.code != "ACQ.TRADE_NOT_EXIST":
                raise

    def refund(self, number: str, refund: str, fen: int, total: int, reason: str, notify_url: str) -> RefundEvidence:
        """Ask for a refund under our number; Alipay answers at once, the same number never pays twice."""
        content = {"out_trade_no": number, "refund_amount": yuan(fen), "out_request_no": refund,
                   "refund_reason": reason[:256]}
        found = self._call("alipay.trade.refund", content)
        # fund_change N: this request moved nothing, because it had been done before or is still on its way
        if found.get("fund_change") == "Y":
            return RefundEvidence(refund, "done", str(found["trade_no"]), fen, number, happened_at=clock.instant())
        return self.refund_state(number, refund)

    def refund_state(self, number: str, refund: str) -> RefundEvidence:
        """What became of a refund; `missing` when Alipay has none under this number."""
        content = {"out_trade_no": number, "out_request_no": refund, "query_options": ["gmt_refund_pay"]}
        try:
            found = self._call("alipay.trade.fastpay.refund.query", content)
        except Refused as refused:
            if refused.code == "ACQ.TRADE_NOT_EXIST":
                return RefundEvidence(refund, "missing")
            raise
        if not found.get("out_request_no"):
            return RefundEvidence(refund, "missing")
        state = {"REFUND_SUCCESS": "done", "REFUND_FAIL": "failed"}.get(str(found.get("refund_status")), "processing")
        return RefundEvidence(
            refund, state, str(found.get("trade_no", "")), yuan_fen(str(found.get("refund_amount") or "0")), number,
            happened_at=_utc(found.get("gmt_refund_pay")),
        )

    def bill(self, day: str) -> list[BillRow]:
        """The trade bill of a day: a zip of GBK tables."""
        try:
            ticket = self._call(
                "alipay.data.dataservice.bill.downloadurl.query", {"bill_type": "trade", "bill_date": day}
            )
        except Refused as refused:
            if refused.code in ("isv.bill_not_exist", "isp.bill_not_exist"):
                return []
            raise
        answer = wire.send("GET", ticket["bill_download_url"], {"User-Agent": "koumen"})
        if answer.status != 200:
            raise Refused(f"http_{answer.status}")
        return read_bill(answer.body)

    def _signed(self, method: str, content: Mapping[str, Any], **more: str) -> dict[str, str]:
        params = {
            "app_id": self.app_id, "method": method, "format": "JSON", "charset": "utf-8", "sign_type": "RSA2",
            "timestamp": clock.now().astimezone(GMT8).strftime("%Y-%m-%d %H:%M:%S"), "version": "1.0",
            "biz_content": json.dumps(content, ensure_ascii=False, separators=(",", ":")),
            **{name: value for name, value in more.items() if value},
        }
        return {**params, "sign": keys.sign(self.private_key, signed_text(params, without=("sign",)))}

    def _call(self, method: str, content: Mapping[str, Any], **more: str) -> dict[str, Any]:
        form = urlencode(self._signed(method, content, **more)).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded;charset=utf-8", "User-Agent": "koumen"}
        answer = wire.send("POST", f"{self.gateway}?charset=utf-8", headers, form)
        return self._read(method, answer.body)

    def _read(self, method: str, body: bytes) -> dict[str, Any]:
        node = method.replace(".", "_") + "_response"
        try:
            raw, found, signature = signed_part(body.decode("utf-8"), node)
        except (ValueError, KeyError) as error:
            raise Unclear("unreadable") from error
        code = str(found.get("sub_code") or found.get("code"))
        if found.get("code") != "10000":
            if code in DOUBTFUL or str(found.get("code")) in DOUBTFUL:
                raise Unclear(code)
            raise Refused(code, str(found.get("sub_msg") or found.get("msg") or ""))
        try:
            self._check(raw.encode(), signature)
        except Forged as forged:
            raise Unclear("unsigned_answer") from forged
        return found

    # --- being told ----------------------------------------------------------

    def verify(self, params: Mapping[str, str]) -> None:
        """Forged unless Alipay signed these parameters (`sign` and `sign_type` stand outside) with one of our keys."""
        if params.get("sign_type") != "RSA2":
            raise Forged("sign_type")
        self._check(signed_text(params, without=("sign", "sign_type")), params.get("sign", ""))

    def _check(self, message: bytes, signature: str) -> None:
        for key in self.trusted:
            try:
                return keys.verify(key, message, signature)
            except Forged:
                continue
        raise Forged("bad_signature")

    def told(self, params: Mapping[str, str]) -> Evidence:
        """A notification, verified. A part refund comes as TRADE_SUCCESS with `refund_fee`: no new money."""
        self.verify(params)
        try:
            state = STATES.get(params["trade_status"], "open")
            return Evidence(
                number=params["out_trade_no"], state="refunded" if params.get("refund_fee") else state,
                transaction=params["trade_no"], fen=yuan_fen(params["total_amount"]),
                happened_at=_utc(params.get("gmt_payment")), event=params["notify_id"],
                merchant=params.get("seller_id", ""), app=params.get("app_id", ""), raw=dict(params),
            )
        except (KeyError, ValueError) as error:
            raise Forged("unreadable") from error


def yuan(fen: int) -> str:
    """1230 → `12.30`."""
    return f"{fen // 100}.{fen % 100:02d}"


def signed_text(params: Mapping[str, str], without: tuple[str, ...]) -> bytes:
    """What is signed: `a=1&b=2` by name, empty values left out, values as they are (not URL-encoded)."""
    kept = sorted((name, value) for name, value in params.items() if name not in without and value != "")
    return "&".join(f"{name}={value}" for name, value in kept).encode()


def signed_part(text: str, node: str) -> tuple[str, dict[str, Any], str]:
    """(the raw JSON of `node` exactly as sent, parsed, signature). The signature is over the raw characters."""
    for name in (node, "error_response"):
        match = re.search(rf'"{name}"\s*:\s*', text)
        if match:
            found, end = json.JSONDecoder().raw_decode(text, match.end())
            return text[match.end():end], found, str(json.loads(text).get("sign", ""))
    raise KeyError(node)


def _utc(text: Any) -> str:
    if not text:
        return ""
    return clock.instant(datetime.strptime(str(text)[:19], "%Y-%m-%d %H:%M:%S").replace(tzinfo=GMT8))


def read_bill(data: bytes) -> list[BillRow]:
    """Rows of 业务明细 in a zip of GBK tables; comment lines begin with #. Unclear when the zip is cut."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            bodies = [archive.read(info) for info in archive.infolist() if info.file_size < wire.BODY_MAX]
    except (zipfile.BadZipFile, OSError, EOFError) as error:
        raise Unclear("cut_zip") from error
    rows: list[BillRow] = []
    for body in bodies:
        text = body.decode("gb18030")
        if "业务明细" not in text or "支付宝交易号" not in text:
            continue
        lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
        rows += [_bill_row(cell) for cell in csv.DictReader(lines, skipinitialspace=True)]
    return rows


def _bill_row(raw: Mapping[str, str]) -> BillRow:
    cell = {name.strip(): (value or "").strip() for name, value in raw.items() if name}
    refund = cell["业务类型"] == "退款"
    at = datetime.strptime(cell["完成时间"], "%Y-%m-%d %H:%M:%S").replace(tzinfo=GMT8)
    return BillRow(
        kind="refund" if refund else "payment", number=cell["商户订单号"], transaction=cell["支付宝交易号"],
        fen=abs(yuan_fen(cell["订单金额（元）"])), fee_fen=abs(yuan_fen(cell["服务费（元）"])), at=clock.instant(at),
        state="SUCCESS", refund=cell.get("退款批次号/请求号", "") if refund else "",
    )
