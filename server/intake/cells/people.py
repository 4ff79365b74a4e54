"""Several people or phones in one cell."""

from __future__ import annotations

import re

from server.intake.cells.text import FULL, Unclear, text, words
from server.intake.reading import Cell


def phones(cell: Cell) -> list[str]:
    """The phone numbers in a cell, in order, without spaces and hyphens; [] when it is empty."""
    said = text(cell).translate(FULL)
    if said in ("", "-", "--", "/", "无", "暂无"):
        return []
    found = []
    for part in re.split(r"[/、,，;；\n]+|\s{1,}(?=1\d{10}|0\d{2,3}-?\d)", said):
        number = re.sub(r"[\s-]", "", re.sub(r"^\+?86[- ]?(?=1)", "", part.strip()))
        if not number:
            continue
        if not re.fullmatch(r"\d{7,12}", number) or not number.isascii():
            raise Unclear(f"“{part.strip()}”不是电话号码")
        if number not in found:
            found.append(number)
    return found


def names(cell: Cell) -> list[str]:
    """The people in a cell, in order: 张三、李四 · 张三/李四 · 张三 李四 (only Chinese names are split at a space)."""
    said = words(cell)
    parts = [part.strip() for part in re.split(r"[、/,，;；\n]+", said)]
    if len(parts) == 1 and re.fullmatch(r"[\u4e00-\u9fff·]{2,}( +[\u4e00-\u9fff·]{2,})+", said):
        parts = said.split()
    return list(dict.fromkeys(part for part in parts if part))
