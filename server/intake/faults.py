"""Faults: what is refused, where, and why, in sentences a clerk understands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from server.intake.cells import Unclear
from server.intake.headings import Sheet
from server.intake.reading import Cell

T = TypeVar("T")
D = TypeVar("D")


@dataclass(frozen=True, slots=True)
class Fault:
    """A refused row, or (row 0) a file or sheet refused whole. `field` is the clerk's own heading."""

    file: str
    row: int
    field: str
    reason: str
    sheet: str = ""

    def public(self) -> dict[str, str | int]:
        """As the CLI and the console give it."""
        return {"file": self.file, "row": self.row, "field": self.field, "reason": self.reason}


class Refused(Exception):
    """A row that is refused; carries the fault."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.reason)
        self.fault = fault


class RowReader:
    """The cells of one row by field; collects what is wrong so that the clerk sees all of it at once."""

    def __init__(self, sheet: Sheet, number: int, cells: list[Cell]) -> None:
        self.sheet = sheet
        self.number = number
        self.cells = cells
        self.wrong: list[tuple[str, str]] = []

    def cell(self, field: str) -> Cell:
        place = self.sheet.columns.get(field)
        return self.cells[place] if place is not None and place < len(self.cells) else ""

    def read(self, field: str, parse: Callable[[Cell], T], default: D) -> T | D:
        """The cell as `parse` understands it; the default, and a note of the reason, when it does not."""
        try:
            return parse(self.cell(field))
        except Unclear as unclear:
            self.blame(field, str(unclear))
            return default

    def blame(self, field: str, reason: str) -> None:
        """Note that a field is wrong."""
        self.wrong.append((self.sheet.heading(field), reason))

    def check(self) -> None:
        """Raise Refused when anything was wrong: one fault a row, all its reasons together."""
        if self.wrong:
            raise Refused(self.fault(*self.wrong[0]) if len(self.wrong) == 1 else self.fault(
                "、".join(field for field, _ in self.wrong), "；".join(reason for _, reason in self.wrong)))

    def fault(self, field: str, reason: str) -> Fault:
        """A fault of this row."""
        return fault_at(self.sheet, self.number, field, reason)


def fault_at(sheet: Sheet, number: int, field: str, reason: str) -> Fault:
    return Fault(sheet.table.file, number, field, reason, sheet.table.sheet)
