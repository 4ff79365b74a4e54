"""The simulator's own book: trades, refunds, the fault switches, and what went out and came in."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from server import clock

# every switch: what goes wrong, as often as its number says
FAULTS = {
    "duplicate": "同一通知再发一次", "duplicate8": "同一通知同时发八次", "early": "创建订单应答之前先通知",
    "late": "通知晚到六秒", "lost": "不发通知", "forged": "通知用别人的密钥签名", "flipped": "通知正文改一位",
    "wrong_serial": "通知用未知的证书序列号", "no_headers": "通知缺少签名头", "probe": "验签探测流量",
    "replayed": "通知的时间戳是六分钟前", "bad_tag": "密文被改动", "amount_less": "少付一分", "amount_more": "多付一分",
    "coupon": "用了平台优惠券", "wrong_app": "通知里的应用不是我们", "wrong_merchant": "通知里的商户号不是我们",
    "closed_then_paid": "关单之后又支付成功",
    "timeout": "请求不回答", "error500": "回答 500", "error429": "回答 429", "half_body": "应答只有一半",
    "reset": "连接中断",
    "refund_abnormal": "退款受理后异常", "refund_closed": "退款因余额不足关闭", "bill_missing": "账单少一行",
    "bill_extra": "账单多一行", "bill_differs": "账单金额差一分", "bill_sha1": "账单校验和不符",
    "bill_cut": "账单压缩包被截断",
    "public_key": "改用公钥模式签名",
    "invoice_failed": "发票开具失败", "invoice_slow": "发票先受理、后开出", "red_failed": "红字发票开具失败",
}


@dataclass
class Trade:
    """One order as the provider knows it. `state`: open, paid, closed."""

    provider: str
    number: str
    fen: int
    subject: str
    notify_url: str
    return_url: str
    way: str
    key: str
    state: str = "open"
    transaction: str = ""
    paid_fen: int = 0
    paid_at: datetime | None = None
    refunded_fen: int = 0


@dataclass
class Refund:
    """One refund. `state`: processing, done, failed."""

    trade: Trade
    number: str
    refund: str
    fen: int
    state: str
    notify_url: str
    at: datetime


@dataclass
class Paper:
    """One electronic invoice. `state`: processing, issued, failed, red, red_failed."""

    id: str
    asked: dict[str, str]
    state: str
    key: str
    number: str = ""
    red: str = ""
    reason: str = ""


@dataclass
class Book:
    """Everything the providers remember; one lock, one process."""

    trades: dict[tuple[str, str], Trade] = field(default_factory=dict)
    by_key: dict[str, Trade] = field(default_factory=dict)
    refunds: dict[tuple[str, str], Refund] = field(default_factory=dict)
    invoices: dict[str, Paper] = field(default_factory=dict)
    faults: dict[str, int] = field(default_factory=dict)
    sent: list[dict[str, str]] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @contextmanager
    def locked(self) -> Iterator[None]:
        with self.lock:
            yield

    def fails(self, name: str) -> bool:
        """True when this fault is switched on; it is used up by one."""
        with self.lock:
            left = self.faults.get(name, 0)
            if left:
                self.faults[name] = left - 1
            return left > 0

    def open(self, trade: Trade) -> Trade:
        """The trade under its number; again, the same trade. Raises ValueError when the sum differs."""
        with self.lock:
            known = self.trades.get((trade.provider, trade.number))
            if known is not None:
                if known.fen != trade.fen:
                    raise ValueError("amount differs")
                return known
            self.trades[trade.provider, trade.number] = self.by_key[trade.key] = trade
            return trade

    def pay(self, trade: Trade) -> bool:
        """The payer pays. False when it cannot be paid any more (unless the fault lets a closed one through)."""
        with self.lock:
            if trade.state == "closed" and not self.fails("closed_then_paid"):
                return False
            if trade.state == "paid":
                return True
            shift = -1 if self.fails("amount_less") else 1 if self.fails("amount_more") else 0
            trade.state, trade.paid_fen, trade.paid_at = "paid", trade.fen + shift, datetime.now(UTC)
            head = "42000" if trade.provider == "wechat" else clock.today().replace("-", "") + "22001"
            trade.transaction = f"{head}{next(self._numbers):023d}"
            return True

    def give_back(self, trade: Trade, number: str, fen: int, notify_url: str) -> Refund:
        """A refund under its number; the same number again never pays twice. Raises ValueError when too much."""
        with self.lock:
            known = self.refunds.get((trade.provider, number))
            if known is not None:
                if known.fen != fen:
                    raise ValueError("amount differs")
                return known
            if trade.state != "paid" or trade.refunded_fen + fen > trade.paid_fen:
                raise ValueError("too much")
            state = "failed" if self.fails("refund_abnormal") or self.fails("refund_closed") else "done"
            theirs = f"50000{next(self._numbers):023d}"
            refund = Refund(trade, number, theirs, fen, state, notify_url, datetime.now(UTC))
            if state == "done":
                trade.refunded_fen += fen
            self.refunds[trade.provider, number] = refund
            return refund
