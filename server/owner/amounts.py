"""An amount as a person types it."""

from __future__ import annotations

_WIDE = str.maketrans("０１２３４５６７８９．，", "0123456789.,")


def fen_of(text: str) -> int | None:
    """'1,234.5', '￥88', '１２元' → fen; None when it is no amount of money."""
    plain = text.translate(_WIDE).replace(",", "").strip().removesuffix("元")
    plain = plain.removeprefix("￥").removeprefix("¥").strip()
    whole, dot, rest = plain.partition(".")
    if not (whole.isdecimal() and whole.isascii()) or len(whole) > 9 or len(rest) > 2:
        return None
    if dot and not (rest.isdecimal() and rest.isascii()):
        return None
    return int(whole) * 100 + int((rest + "00")[:2])
