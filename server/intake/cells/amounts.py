"""Amounts in fen and areas in 0.01 ㎡, exactly: no floats, nothing repaired."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from server.intake.cells.text import FULL, Unclear, text
from server.intake.reading import Cell

MAX_FEN = 10**13
AMOUNT = re.compile(
    r"(?:人民币|RMB|CNY)?\s*([-+]?)\s*¥?\s*([-+]?)((?:\d{1,3}(?:,\d{3})+)|\d+)(?:\.(\d+))?\s*(?:[元圆]整?)?")
PLAIN = re.compile(r"\d+\.\d\d")


def fen(cell: Cell) -> int | None:
    """An amount of money in fen; None when the cell is empty. 1,234.50 · ￥88 · 88元 · full-width · (88.00)."""
    if isinstance(cell, str):
        if PLAIN.fullmatch(cell) and cell.isascii() and len(cell) < 14:
            return int(cell.replace(".", ""))
        return _fen_of_text(cell)
    if cell is None:
        return None
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        raise Unclear(f"“{text(cell)}”不是金额")
    return _fen_of_number(cell)


def _fen_of_number(number: float) -> int:
    """A number of a sheet: binary noise far below a fen is Excel's, anything more is not an amount in fen."""
    exact = Decimal(repr(number)) * 100 if abs(number) < MAX_FEN else Decimal("NaN")
    if not exact.is_finite():
        raise Unclear("金额大得不正常")
    whole = exact.to_integral_value()
    if abs(exact - whole) > Decimal("0.00001"):
        raise Unclear(f"“{number!r}”不是整数分，金额最多两位小数")
    return _bounded(int(whole))


@lru_cache(maxsize=65_536)
def _fen_of_text(raw: str) -> int | None:
    said = text(raw).translate(FULL)
    if not said or said in ("-", "--", "/", "无"):
        return None
    if said.startswith("(") and said.endswith(")"):
        return -_magnitude(said[1:-1], raw)
    return _magnitude(said, raw)


def _magnitude(said: str, raw: str) -> int:
    match = AMOUNT.fullmatch(said.strip())
    if match is None or (match[1] and match[2]) or not said.isascii() and not _only_known(said):
        raise Unclear(f"“{text(raw)}”不是金额")
    cents = (match[4] or "").rstrip("0")
    if len(cents) > 2:
        raise Unclear(f"“{text(raw)}”不是整数分，金额最多两位小数")
    value = int(match[3].replace(",", "")) * 100 + int(cents.ljust(2, "0") or 0)
    return _bounded(-value if "-" in (match[1], match[2]) else value)


def _only_known(said: str) -> bool:
    return all(c.isascii() or c in "¥元圆整人民币" for c in said)


def _bounded(value: int) -> int:
    if abs(value) > MAX_FEN:
        raise Unclear("金额大得不正常")
    return value


def area(cell: Cell) -> int | None:
    """An area in 0.01 ㎡, half up; None when the cell is empty. 85.53 · 85.53㎡ · 85.53平方米."""
    said = re.sub(r"(㎡|m2|m²|平方米|平米|平)$", "", text(cell).translate(FULL).strip(), flags=re.IGNORECASE).strip()
    if not said:
        return None
    if not re.fullmatch(r"\d{1,7}(\.\d{1,15})?", said) or not said.isascii():
        raise Unclear(f"“{text(cell)}”不是面积")
    return int((Decimal(said) * 100 + Decimal("0.5")).to_integral_value(rounding="ROUND_FLOOR"))
