"""An amount as a person types it."""

from __future__ import annotations

import re

_GROUPED = re.compile(r"[0-9]{1,3}(,[0-9]{3})+(\.[0-9]*)?")
_WIDE = str.maketrans("０１２３４５６７８９．，", "0123456789.,")


def fen_of(text: str) -> int | None:
    """'1,234.5', '￥88', '１２元' → fen; None when it is no amount of money."""
    plain = text.translate(_WIDE).strip().removesuffix("元")
    plain = plain.removeprefix("￥").removeprefix("¥").strip()
    if "," in plain and not _GROUPED.fullmatch(plain):
        return None
    plain = plain.replace(",", "")
    whole, dot, rest = plain.partition(".")
    if not (whole.isdecimal() and whole.isascii()) or len(whole) > 9 or len(rest) > 2:
        return None
    if dot and not (rest.isdecimal() and rest.isascii()):
        return None
    return int(whole) * 100 + int((rest + "00")[:2])
