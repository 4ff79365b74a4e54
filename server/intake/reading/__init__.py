"""Reading: a file the clerk dropped in becomes tables of cells, or a sentence why it cannot be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

Cell = str | float | int | bool | date | datetime | time | timedelta | None
Line = tuple[int, list[Cell]]  # the row as a person counts it, its cells
Merge = tuple[int, int, int, int]  # first row, first column, last row, last column, counted from 0

MAX_BYTES = 200_000_000
SUFFIXES = (".xlsx", ".xls", ".csv")


class Unreadable(Exception):
    """A file or sheet that is refused whole; the argument is the Chinese sentence the clerk reads."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True)
class Source:
    """A file by its name and how to open it: from a folder for the CLI, from the database for the console."""

    name: str
    size: int
    open: Callable[[], BinaryIO]

    @classmethod
    def of_path(cls, path: Path) -> Source:
        return cls(path.name, path.stat().st_size, lambda: path.open("rb"))

    @classmethod
    def of_bytes(cls, name: str, data: bytes) -> Source:
        return cls(name, len(data), lambda: BytesIO(data))


@dataclass(frozen=True)
class Table:
    """One sheet. `lines()` may be asked for again; it streams, so nothing holds a big file in memory."""

    file: str
    sheet: str
    lines: Callable[[], Iterator[Line]]
    merged: list[Merge] = field(default_factory=list)


def tables(source: Source) -> Iterator[Table]:
    """The sheets of a file, one after the other. Raises Unreadable with the sentence for the clerk."""
    from server.intake.reading import books, csvs  # the two readers use the words of this module

    suffix = Path(source.name).suffix.lower()
    if suffix not in SUFFIXES:
        raise Unreadable("只能读 .xlsx、.xls 和 .csv 文件，请用 Excel 打开后另存为其中一种")
    if source.size == 0:
        raise Unreadable("文件是空的")
    if source.size > MAX_BYTES:
        raise Unreadable(f"文件超过 {MAX_BYTES // 1_000_000} MB，请按年份或楼栋拆成几个文件")
    if suffix == ".csv":
        yield csvs.table(source)
    else:
        yield from books.tables(source)
