"""The Chinese fonts that come as a Python package, and which characters they can draw.

typst draws an unknown character as an empty box and PDF/A refuses it, so every text is looked through first.
"""

from __future__ import annotations

import struct
import unicodedata
from functools import cache
from pathlib import Path

import pylopdf_fonts_zh_cn

FOLDER = Path(pylopdf_fonts_zh_cn.__file__).parent
STAND_IN = "〓"


@cache
def drawable() -> frozenset[int]:
    """Code points that every one of our fonts can draw."""
    sets = [code_points(path.read_bytes()) for path in sorted(FOLDER.glob("*.otf"))]
    return frozenset.intersection(*sets)


def presentable(text: str) -> tuple[str, list[str]]:
    """The text as it can be drawn, and the characters that cannot: each stands as 〓. Invisible ones go."""
    known, kept, missing = drawable(), [], []
    for sign in unicodedata.normalize("NFC", text):
        if ord(sign) in known:
            kept.append(sign)
        elif unicodedata.category(sign) in ("Cc", "Cf", "Mn", "Me", "Cs", "Zl", "Zp"):
            kept.append(" " if sign in "\t\r\n\u2028\u2029" else "")
        else:
            kept.append(STAND_IN)
            missing.append(sign)
    return "".join(kept), missing


def code_points(font: bytes) -> frozenset[int]:
    """The code points of an OpenType font that have a glyph (tables cmap 12 and 4)."""
    start = _table(font, b"cmap")
    (count,) = struct.unpack_from(">H", font, start + 2)
    found: set[int] = set()
    for i in range(count):
        (offset,) = struct.unpack_from(">I", font, start + 4 + 8 * i + 4)
        (form,) = struct.unpack_from(">H", font, start + offset)
        if form == 12:
            found |= _format_12(font, start + offset)
        elif form == 4:
            found |= _format_4(font, start + offset)
    return frozenset(found)


def _table(font: bytes, name: bytes) -> int:
    (count,) = struct.unpack_from(">H", font, 4)
    for i in range(count):
        tag, _, offset, _ = struct.unpack_from(">4sIII", font, 12 + 16 * i)
        if tag == name:
            return int(offset)
    raise ValueError(f"the font has no table {name!r}")


def _format_12(font: bytes, at: int) -> set[int]:
    (groups,) = struct.unpack_from(">I", font, at + 12)
    found: set[int] = set()
    for i in range(groups):
        first, last, glyph = struct.unpack_from(">III", font, at + 16 + 12 * i)
        found.update(range(first if glyph else first + 1, last + 1))
    return found


def _format_4(font: bytes, at: int) -> set[int]:
    half = struct.unpack_from(">H", font, at + 6)[0] // 2
    ends = struct.unpack_from(f">{half}H", font, at + 14)
    starts = struct.unpack_from(f">{half}H", font, at + 16 + 2 * half)
    deltas = struct.unpack_from(f">{half}H", font, at + 16 + 4 * half)
    offsets_at = at + 16 + 6 * half
    offsets = struct.unpack_from(f">{half}H", font, offsets_at)
    found: set[int] = set()
    for i, (first, last) in enumerate(zip(starts, ends, strict=True)):
        for point in range(first, min(last, 0xFFFE) + 1):
            glyph = point
            if offsets[i]:
                (glyph,) = struct.unpack_from(">H", font, offsets_at + 2 * i + offsets[i] + 2 * (point - first))
                if not glyph:
                    continue
            if (glyph + deltas[i]) % 65536:
                found.add(point)
    return found
