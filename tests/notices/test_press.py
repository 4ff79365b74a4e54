"""From papers to PDF: what the fonts draw, chunks joined, a bad paper left out."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st

from server.notices.press import fonts, pdf, typeset


def sheet(i: int = 0, **changes: Any) -> dict[str, Any]:
    paper = {"company": "锦绣花园物业服务中心", "address": f"3栋{i}", "svg": SVG, "match": "1234",
    "groups": "10010 0000",
             "domain": "km.example.com", "phone": "0531"}
    return {**paper, **changes}


SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M1 1h3v1h-3z"/></svg>'


@pytest.mark.parametrize("text", ["王建国、李梅", "囍㐂", "￥1,234.56 ㎡ × — 「」〓", "镕喆珺翀奡"])
def test_names_of_gbk_and_our_signs_are_drawable(text: str) -> None:
    assert fonts.presentable(text) == (text, [])


def test_a_character_without_a_glyph_becomes_a_mark_and_is_named() -> None:
    assert fonts.presentable("王\U00030EDDA") == ("王〓A", ["\U00030EDD"])
    assert fonts.presentable("😀")[1] == ["😀"]


def test_invisible_characters_go() -> None:
    assert fonts.presentable("王\u200b建\u0000国\n") == ("王建国 ", [])


def test_the_fonts_cover_what_they_say() -> None:
    known = fonts.drawable()
    assert len(known) > 21_000
    assert {ord("中"), ord("A"), ord("〓"), 0x20000 + 0x0B} - known <= {0x2000B}


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=20))
def test_whatever_a_name_holds_the_paper_is_set(text: str) -> None:
    shown, _ = fonts.presentable(text)
    assert typeset.typeset("sticker", [sheet(company=shown)])[1] == []


def test_a_bad_paper_is_left_out_and_named() -> None:
    papers = [sheet(i) for i in range(9)]
    papers[4]["svg"] = "no picture"
    papers[7]["svg"] = "no picture"
    data, bad = typeset.typeset("sticker", papers)
    assert bad == [4, 7]
    assert len(pypdfium2.PdfDocument(data)) == 2


def test_nothing_but_bad_papers_is_an_error() -> None:
    with pytest.raises(ValueError, match="no paper"):
        typeset.typeset("sticker", [sheet(svg="x")])


def test_many_pages_are_set_in_chunks_and_joined(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typeset, "CHUNK", 2)
    data, _ = typeset.typeset("sticker", [sheet(i) for i in range(45)])
    document = pypdfium2.PdfDocument(data)
    assert len(document) == 8
    text = "".join(page.get_textpage().get_text_bounded() for page in document)
    assert [int(n) for n in re.findall(r"3 ?栋 ?(\d+)", text)] == list(range(45))


def single(text: str) -> bytes:
    made = typst.compile(
        f'#set page("a5")\n#set text(font: "Noto Sans SC")\n{text}'.encode(), pdf_standards=["a-2u"], pdf_tags=False,
        font_paths=[str(fonts.FOLDER)], ignore_system_fonts=True,
    )
    return made


def test_a_joined_file_keeps_text_metadata_and_colour() -> None:
    data = pdf.join([single("一 (1 0 R)"), single("二 #pagebreak() 三"), single("四")])
    document = pypdfium2.PdfDocument(data)
    assert [page.get_textpage().get_text_bounded().strip() for page in document] == ["一 (1 0 R)", "二", "三", "四"]
    assert pdf.pages(data) == 4
    assert data.count(b"/Type/Catalog/Pages") == 3
    for mark in (b"pdfaid:part", b"GTS_PDFA1", b"/ID["):
        assert mark in data


def test_joined_files_can_be_joined_again() -> None:
    twice = pdf.join([pdf.join([single("一"), single("二")]), single("三")])
    assert len(pypdfium2.PdfDocument(twice)) == 3


def test_one_file_stays_as_it_is() -> None:
    data = single("一")
    assert pdf.join([data]) is data


@pytest.mark.parametrize("data", [b"", b"hello", b"%PDF-1.7\ntrailer\n<</Root 1 0 R>>\nstartxref\n3\n%%EOF"])
def test_what_typst_did_not_write_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"PDF|reference"):
        pdf.Part(data)


def test_a_server_that_prints_nothing_carries_no_typst(tmp_path: Path) -> None:
    code = (
        "import sys; from server import config, create_app; create_app(config.load());"
        " sys.exit(any(name.split('.')[0] == 'typst' for name in sys.modules))")
    env = {**os.environ, "KOUMEN_HOME": str(tmp_path), "KOUMEN_DB": f"sqlite:///{tmp_path}/koumen.db"}
    assert subprocess.run([sys.executable, "-c", code], env=env).returncode == 0
