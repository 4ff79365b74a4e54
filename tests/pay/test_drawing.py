"""The QR: small enough, every form of it alike, and readable by a decoder that is not ours."""

from __future__ import annotations

import base64

import pytest
import zxingcpp
from PIL import Image

from server.pay.rules import drawing

URL = "https://km.example.com/n/10010K3M7Q9ZABCDEF"


def picture(rows: drawing.Matrix, scale: int = 4) -> Image.Image:
    side = len(rows) + 2 * drawing.QUIET
    image = Image.new("L", (side, side), 255)
    for y, row in enumerate(rows):
        for x, black in enumerate(row):
            if black:
                image.putpixel((x + drawing.QUIET, y + drawing.QUIET), 0)
    return image.resize((side * scale, side * scale), Image.Resampling.NEAREST)


def test_a_code_is_no_larger_than_version_4() -> None:
    assert drawing.version(URL) <= 4
    assert drawing.version("https://" + "x" * 21 + "/n/10010K3M7Q9ZABCDEF") <= 4


def test_a_long_address_gives_version_5_and_can_be_asked_for() -> None:
    assert drawing.version("https://" + "x" * 30 + "/n/10010K3M7Q9ZABCDEF") > 4


@pytest.mark.parametrize("n", range(8))
def test_a_decoder_reads_what_was_written_even_small_and_blurred(n: int) -> None:
    url = URL[:-1] + "0123456789"[n]
    image = picture(drawing.matrix(url), 3).resize((120, 120), Image.Resampling.BILINEAR)
    found = zxingcpp.read_barcodes(image)
    assert [code.text for code in found] == [url]
    assert found[0].ec_level == "Q"


def test_the_bitmap_says_the_same_as_the_matrix() -> None:
    rows, packed = drawing.matrix(URL), drawing.bitmap(URL)
    side = packed["side"]
    bits = "".join(f"{byte:08b}" for byte in base64.b64decode(packed["bits"]))
    assert side == len(rows) == 33
    assert len(packed["bits"]) == 184
    assert [bit == "1" for bit in bits[: side * side]] == [square for row in rows for square in row]


def test_the_path_draws_every_black_square_once() -> None:
    rows = drawing.matrix(URL)
    assert sum(length for row in rows for _, length in drawing.runs(row)) == sum(map(sum, rows))
    assert drawing.svg(URL).count("<path") == 2


def test_the_quiet_zone_is_four_squares() -> None:
    assert drawing.side(URL) == len(drawing.matrix(URL)) + 8
