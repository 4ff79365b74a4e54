"""Text of a cell: as a person reads it, whatever type the spreadsheet gave it."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime

from server.intake.reading import Cell

FULL = str.maketrans("０１２３４５６７８９．，－＋￥／：（）　—–−～", "0123456789.,-+¥/:() ---~")


class Unclear(ValueError):
    """A cell that is refused; the argument is the reason in Chinese."""


def text(cell: Cell) -> str:
    """The cell as a person reads it: 101.0 is 101, dates are days; invisible characters at the ends go."""
    if isinstance(cell, str):
        return cell.strip(" \t\r\n\u3000\u00a0\ufeff\u200b")
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return str(cell)


def words(cell: Cell, most: int = 500) -> str:
    """Free text on one line, without control characters, of at most `most` characters."""
    said = text(cell)
    if not said.isprintable():
        said = "".join(" " if c in "\r\n\t" else c for c in said if c in "\r\n\t" or c.isprintable())
    if len(said) > most:
        raise Unclear(f"文字超过 {most} 个字")
    return said


def whole(cell: Cell) -> int | None:
    """A whole number such as a floor; None when the cell is empty."""
    said = re.sub(r"[层楼F]$", "", text(cell).translate(FULL))
    if not said:
        return None
    if not re.fullmatch(r"-?\d{1,4}", said) or not said.isascii():
        raise Unclear(f"“{text(cell)}”不是整数")
    return int(said)


def plain(cell: Cell) -> str:
    """For comparing words: half width, without blanks, lower case."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text(cell))).lower()
