"""typst, kept small: one compiler a template, chunks of 50 pages, and a bad paper alone left out.

typst remembers what it laid out until it was not asked for in ten compilations: 1,000 letters in chunks, without
forgetting, took 2 GB; with it 350 MB in all.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import typst

from server import clock
from server.notices.press import fonts, pdf

CHUNK = 50
FORGETS_AFTER = 12  # compilations of nothing after each chunk
HERE = Path(__file__).parent
_ONE_AT_A_TIME = threading.Lock()  # a compiler is reused and not for two threads at once
PER_SHEET = {"letter": 1, "slip": 3, "sticker": 6, "receipt": 1}


@cache
def _compiler(kind: str) -> typst.Compiler:
    return typst.Compiler(HERE / f"{kind}.typ", root=HERE, font_paths=_fonts())


@cache
def _nothing() -> typst.Compiler:
    return typst.Compiler(b" ", root=HERE, font_paths=_fonts())


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(fonts.FOLDER)])


def typeset(
    kind: str, papers: Sequence[Mapping[str, Any]], at: datetime | None = None
) -> tuple[bytes, list[int]]:
    """One PDF/A-2u of all papers in their order, and the positions of those that could not be set.

    `kind` names the template: letter, slip, sticker or receipt. Raises ValueError when nothing could be set.
    """
    size = CHUNK * PER_SHEET[kind]
    files: list[bytes] = []
    bad: list[int] = []
    for start in range(0, len(papers), size):
        data, failed = _chunk(kind, papers[start:start + size], at or clock.now())
        _forget()
        bad += [start + i for i in failed]
        files += data
    if not files:
        raise ValueError("no paper could be set")
    return pdf.join(files), bad


def _forget() -> None:
    with _ONE_AT_A_TIME:
        for _ in range(FORGETS_AFTER):
            _nothing().compile(b" ")


def _chunk(kind: str, papers: Sequence[Mapping[str, Any]], at: datetime) -> tuple[list[bytes], list[int]]:
    """Set a chunk; when typst refuses it, find the papers at fault by halves and leave them out."""
    try:
        return [_compiled(kind, papers, at)], []
    except typst.TypstError:
        failed = _failing(kind, papers, at)
    good = [paper for i, paper in enumerate(papers) if i not in set(failed)]
    return ([_compiled(kind, good, at)] if good else []), failed


def _failing(kind: str, papers: Sequence[Mapping[str, Any]], at: datetime) -> list[int]:
    try:
        _compiled(kind, papers, at)
    except typst.TypstError:
        if len(papers) == 1:
            return [0]
        middle = len(papers) // 2
        left = _failing(kind, papers[:middle], at)
        return left + [middle + i for i in _failing(kind, papers[middle:], at)]
    return []


def _compiled(kind: str, papers: Sequence[Mapping[str, Any]], at: datetime) -> bytes:
    with _ONE_AT_A_TIME:
        made = _compiler(kind).compile(
            sys_inputs={"papers": json.dumps(papers, ensure_ascii=False)},
            pdf_standards=["a-2u"], pdf_tags=False, timestamp=int(at.timestamp()),
        )
    if not isinstance(made, bytes):
        raise ValueError("typst answered without a PDF")
    return made
