"""Money between the company's own pockets: cash banked, a provider's settlement with its fee."""

from __future__ import annotations

from server.db import Pen
from server.errors import refuse
from server.ledger.acts.work import open_day
from server.ledger.posting import Posting
from server.ledger.rules import accounts


def bank_cash(pen: Pen, cashier: str, fen: int) -> int:
    """A cashier's cash is paid into the bank; the entry's number. Refusal payment_invalid."""
    return _post(pen, "cash_banked", {accounts.BANK: fen, accounts.of_channel("cash", cashier): -fen}, cashier)


def settle_channel(pen: Pen, channel: str, fen: int, fee_fen: int = 0, ref: str = "") -> int:
    """A provider paid `fen` into the bank and kept `fee_fen`; the entry's number. Refusal payment_invalid."""
    if fee_fen < 0:
        refuse("payment_invalid", "/fee_fen", reason="手续费不为负")
    return _post(pen, "settlement", {
        accounts.BANK: fen, accounts.PROVIDER_FEES: fee_fen, accounts.of_channel(channel, ""): -fen - fee_fen,
    }, ref)


def move_cash(pen: Pen, giver: str, taker: str, fen: int) -> int:
    """Cash goes from one person to another; the entry's number. Refusal payment_invalid."""
    if fen <= 0:
        refuse("payment_invalid", "/fen", reason="金额应大于 0")
    posting = Posting("cash_handed", open_day(pen), giver)
    posting.line(accounts.of_channel("cash", taker), fen)
    posting.line(accounts.of_channel("cash", giver), -fen)
    entry = posting.post(pen)
    assert entry is not None
    return entry


def _post(pen: Pen, kind: str, lines: dict[str, int], ref: str) -> int:
    if lines[accounts.BANK] <= 0 or len(lines) < 2:
        refuse("payment_invalid", "/fen", reason="金额应大于 0")
    posting = Posting(kind, open_day(pen), ref or None)
    for account, fen in lines.items():
        posting.line(account, fen)
    entry = posting.post(pen)
    assert entry is not None
    return entry
