"""What a row of the provider's bill is worth against our books. No clock, no database."""

from __future__ import annotations

from dataclasses import dataclass

# nothing to do about these
SETTLED = ("matched", "booked", "date_shift")
WORDS = {
    "matched": "相符", "booked": "仅渠道有，已补记", "date_shift": "跨日", "local_only": "仅账上有",
    "provider_only": "仅渠道有", "amount": "金额不同", "status": "状态不同", "fee": "手续费不同",
}


@dataclass(frozen=True)
class Ours:
    """The same money in our books: fen, the day it moved, and whether it stands as the channel says."""

    fen: int
    day: str
    standing: bool = True


def verdict(fen: int, good: bool, fee_fen: int, day: str, ours: Ours | None, fee_per_10000: int | None = None) -> str:
    """One row: `good` when the channel says it went through, `day` the day of the bill."""
    if ours is None:
        return "provider_only"
    if ours.fen != fen:
        return "amount"
    if not good or not ours.standing:
        return "status"
    if fee_per_10000 is not None and abs(abs(fee_fen) - fee(fen, fee_per_10000)) > 1:
        return "fee"
    return "matched" if ours.day == day else "date_shift"


def fee(fen: int, per_10000: int) -> int:
    """The agreed fee, half up; providers round their own way, so a fen more or less is none."""
    return (fen * per_10000 + 5000) // 10000
