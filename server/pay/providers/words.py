"""What an adapter answers: the same few records, whoever the provider is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True)
class Quote:
    """What we ask money for. `number` is our out_trade_no, `fen` the frozen price, `expires` a UTC instant."""

    number: str
    fen: int
    subject: str
    expires: str
    notify_url: str
    return_url: str = ""
    client_ip: str = ""
    payer: str = ""
    """The payer's id with the provider (WeChat openid), where the way of paying needs one."""


@dataclass(frozen=True)
class Ticket:
    """How the payer goes on: `url` to open, `code` to draw as QR, or `bridge` for WeChat's own browser."""

    way: str
    url: str = ""
    code: str = ""
    bridge: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Evidence:
    """What the provider says of a trade. `state`: paid, open, closed, missing or refunded."""

    number: str
    state: str
    transaction: str = ""
    fen: int = 0
    happened_at: str = ""
    """UTC instant."""
    event: str = ""
    """The provider's id of this message; the same event twice has no second effect."""
    merchant: str = ""
    app: str = ""
    raw: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class RefundEvidence:
    """What the provider says of a refund. `state`: done, processing, failed or missing."""

    number: str
    state: str
    refund: str = ""
    fen: int = 0
    trade: str = ""
    event: str = ""
    reason: str = ""
    happened_at: str = ""


@dataclass(frozen=True)
class BillRow:
    """One line of the provider's daily bill. `kind`: payment or refund; fen and fee_fen are what the channel says."""

    kind: str
    number: str
    transaction: str
    fen: int
    fee_fen: int
    at: str
    state: str
    refund: str = ""


class ProviderError(Exception):
    """The provider did not do it. `code` is its own word or ours."""

    def __init__(self, code: str, text: str = "") -> None:
        super().__init__(f"{code} {text}".strip())
        self.code = code
        self.text = text


class Unclear(ProviderError):
    """No clear answer (timeout, reset, 5xx, half a body): it may have happened. Query before anything."""


class Refused(ProviderError):
    """A clear no: nothing happened."""


class Forged(ProviderError):
    """The message is not the provider's. No call goes out to find out more."""


class Provider(Protocol):
    """What the rest of pay knows of a provider."""

    channel: str

    def create(self, way: str, quote: Quote) -> Ticket: ...
    def query(self, number: str) -> Evidence: ...
    def close(self, number: str) -> None: ...
    def refund(
        self, number: str, refund: str, fen: int, total: int, reason: str, notify_url: str
    ) -> RefundEvidence: ...
    def refund_state(self, number: str, refund: str) -> RefundEvidence: ...
    def bill(self, day: str) -> list[BillRow]: ...
