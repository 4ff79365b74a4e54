"""The QR code as rows of squares, and every form it leaves in: bitmap, one SVG path, a picture.

Error correction Q, quiet zone of 4, black on white; all forms come from the same matrix.
"""

from __future__ import annotations

import base64
from functools import lru_cache
from typing import Any

import qrcode
from qrcode.constants import ERROR_CORRECT_Q

QUIET = 4
# Any mask decodes. Of the eight, this one's penalty is 3 % above the best on average; weighing all eight takes 10 ms
# a code instead of 2.
MASK = 1
MOST_VERSION = 4
Matrix = tuple[tuple[bool, ...], ...]


@lru_cache(maxsize=256)
def matrix(text: str) -> Matrix:
    """The squares of `text` without the quiet zone; True is black."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_Q, mask_pattern=MASK, border=0)
    code.add_data(text, optimize=6)
    code.make(fit=True)
    return tuple(tuple(bool(square) for square in row) for row in code.get_matrix())


def version(text: str) -> int:
    """The QR version of a text; above 4 the squares get small on paper (`koumen doctor` says so)."""
    return (len(matrix(text)) - 17) // 4


def bitmap(text: str) -> dict[str, Any]:
    """`{"side": 33, "bits": base64}`: rows from the top, one bit a square, without the quiet zone."""
    side_, bits = _packed(text)
    return {"side": side_, "bits": bits}


@lru_cache(maxsize=4096)
def _packed(text: str) -> tuple[int, str]:
    """Kept: a phone's homes change many times an evening, their codes never (2 ms each)."""
    rows = matrix(text)
    bits = "".join("1" if square else "0" for row in rows for square in row)
    padded = bits.ljust((len(bits) + 7) // 8 * 8, "0")
    data = int(padded, 2).to_bytes(len(padded) // 8, "big")
    return len(rows), base64.b64encode(data).decode()


def path(text: str) -> str:
    """One SVG path of all black squares, runs of a row joined, inside a box of `side(text)` units."""
    return "".join(
        f"M{QUIET + start} {QUIET + y}h{length}v1h-{length}z"
        for y, row in enumerate(matrix(text))
        for start, length in runs(row)
    )


def runs(row: tuple[bool, ...]) -> list[tuple[int, int]]:
    """The black runs of a row as (start, length)."""
    found: list[tuple[int, int]] = []
    for x, square in enumerate(row):
        if not square:
            continue
        if found and sum(found[-1]) == x:
            found[-1] = (found[-1][0], found[-1][1] + 1)
        else:
            found.append((x, 1))
    return found


def side(text: str) -> int:
    """Squares along one side, quiet zone included."""
    return len(matrix(text)) + 2 * QUIET


def svg(text: str) -> str:
    """A picture of the code: black on white, scaled by whoever shows it."""
    box = side(text)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {box} {box}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{box}v{box}H0z"/><path d="{path(text)}"/></svg>'
    )
