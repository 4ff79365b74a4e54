"""Spool: rows of any number of homes, laid down as they come and taken up home by home, with memory bounded."""

from __future__ import annotations

import marshal
import os
from array import array
from collections.abc import Iterator
from itertools import groupby
from tempfile import TemporaryFile

from server.intake.rows.bills import BillRow

FIRST_ROWS = 400  # the first chunk is small: after it PostgreSQL looks again at its tables
LEAST_ROWS, MOST_ROWS = 1_500, 8_000
HOLD_S = 0.4  # nobody holds the pen longer than about half a second
SHIFT = 32


class Spool:
    """A temporary file of rows and, per row, its home and where it lies: 16 bytes a row in memory."""

    def __init__(self) -> None:
        self.file = TemporaryFile(prefix="koumen-import-")  # noqa: SIM115  closed by `close`, see gather
        self.homes = array("Q")  # home << 32 | number of the row
        self.starts = array("Q", [0])
        self.rows = FIRST_ROWS
        self.end = 0

    def __len__(self) -> int:
        return len(self.homes)

    def add(self, row: BillRow) -> None:
        data = marshal.dumps(tuple(row))
        self.file.write(data)
        self.homes.append(row.home << SHIFT | len(self.homes))
        self.end += len(data)
        self.starts.append(self.end)

    def chunks(self) -> Iterator[list[tuple[int, list[BillRow]]]]:
        """Whole homes with their rows in the order they came, about `self.rows` rows at a time (see `pace`)."""
        self.file.flush()
        chunk: list[tuple[int, list[BillRow]]] = []
        size = 0
        ordered = array("Q", sorted(self.homes))  # a list of numbers is five times as large, and would stay
        for home, keys in groupby(ordered, key=lambda key: key >> SHIFT):
            found = [self._row(key & (1 << SHIFT) - 1) for key in keys]
            if chunk and size + len(found) > self.rows:
                yield chunk
                chunk, size = [], 0
            chunk.append((home, found))
            size += len(found)
        if chunk:
            yield chunk

    def pace(self, rows: int, seconds: float) -> None:
        """So many rows took so long: make the next chunks as large as the pen may be held for."""
        self.rows = max(LEAST_ROWS, min(MOST_ROWS, int(rows * HOLD_S / max(seconds, 0.001))))

    def close(self) -> None:
        self.file.close()

    def _row(self, number: int) -> BillRow:
        start, end = self.starts[number], self.starts[number + 1]
        return BillRow._make(marshal.loads(os.pread(self.file.fileno(), end - start, start)))
