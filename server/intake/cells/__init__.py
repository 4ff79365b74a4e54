"""Cells: what one cell of a company's spreadsheet says, or why it cannot be said. Pure.

Every parser takes the cell as it was read (text from CSV; text, number or date from Excel) and raises `Unclear` with
the Chinese reason."""

from server.intake.cells.amounts import area, fen
from server.intake.cells.dates import day, period, span
from server.intake.cells.people import names, phones
from server.intake.cells.text import Unclear, plain, text, whole, words

__all__ = ["Unclear", "area", "day", "fen", "names", "period", "phones", "plain", "span", "text", "whole", "words"]
