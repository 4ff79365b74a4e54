"""From papers to PDF: what the fonts can draw, typst in chunks, and the chunks joined into one file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def printed(kind: str, papers: Sequence[Mapping[str, Any]]) -> tuple[bytes, list[int]]:
    """`typeset.typeset`. typst is loaded with the first paper: a server that prints nothing does without its 3 MB."""
    from server.notices.press.typeset import typeset

    return typeset(kind, papers)
