"""Headings: which row of a sheet names the columns, what kind of sheet it is, and what is missing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from server.intake.cells import plain
from server.intake.kinds import KINDS, Kind
from server.intake.reading import Cell, Line, Merge, Table, Unreadable

MOST_USUAL = 100_000
HEAD = 40  # rows that may stand above the headings
TOTALS = re.compile(r"(?:合计|总计|小计|共计|累计|本页|本月合计|总合计|制表|审核|填表|填报|单位负责人|打印时间)")


@dataclass(frozen=True)
class Sheet:
    """A sheet that was understood: where each field stands, and the headings as they are written there."""

    table: Table
    kind: Kind
    row: int
    columns: dict[str, int]
    headings: list[str]

    @property
    def title(self) -> str:
        """How the sheet is named to the clerk."""
        return f"{self.table.file}“{self.table.sheet}”" if self.table.sheet else self.table.file

    def heading(self, field: str) -> str:
        """The clerk's own word for a field, or the usual one."""
        place = self.columns.get(field)
        return self.headings[place] if place is not None else self.kind.fields[field][0]

    def lines(self) -> Iterator[Line]:
        """The rows below the headings: merged building cells filled, blank rows, totals and repeated headings out."""
        filled = _Fill(self.table.merged, {place for f, place in self.columns.items() if f in self.kind.fill})
        head = [plain(cell) for cell in self.headings]
        usual: set[str] = set()
        for number, cells in self.table.lines():
            if number <= self.row:
                continue
            first = next((cell for cell in cells if cell != "" and cell is not None), None)
            if first is None:
                continue
            if isinstance(first, str) and first not in usual:
                if _apart(first, cells, head):
                    continue
                if first is cells[0] and plain(first) != head[0] and len(usual) < MOST_USUAL:
                    usual.add(first)  # a row that begins like this is a record: room codes come again and again
            yield number, filled(number, cells) if filled.ranges else cells


def _apart(first: str, cells: list[Cell], head: list[str]) -> bool:
    """True for a row that is no record: only blanks, totals, signatures, the headings once more."""
    bare = first.strip()
    if not bare:
        return all(cell is None or (isinstance(cell, str) and not cell.strip()) for cell in cells) or any(
            isinstance(cell, str) and TOTALS.match(re.sub(r"\s", "", cell)) for cell in cells[:4])
    if TOTALS.match(bare) or (len(bare) < 8 and TOTALS.match(re.sub(r"\s", "", bare))):
        return True
    return plain(bare) in head and [plain(cell) for cell in cells[:len(head)]] == head[:len(cells)]


class _Fill:
    """Merged cells: only the first has the value; the others of the same columns get it."""

    def __init__(self, merged: list[Merge], columns: set[int]) -> None:
        self.ranges = sorted(m for m in merged if m[1] in columns and m[2] > m[0])
        self.starts: dict[int, list[Merge]] = {}
        for merge in self.ranges:
            self.starts.setdefault(merge[0] + 1, []).append(merge)
        self.live: list[tuple[int, int, Cell]] = []

    def __call__(self, number: int, cells: list[Cell]) -> list[Cell]:
        if not self.ranges:
            return cells
        self.live = [held for held in self.live if held[0] >= number]
        for _, column, last, _ in self.starts.get(number, ()):
            if column < len(cells):
                self.live.append((last + 1, column, cells[column]))
        for _, column, value in self.live:
            if column < len(cells):
                cells[column] = value
        return cells


def understand(table: Table) -> Sheet:
    """Find the headings of a sheet. Raises Unreadable: unknown, or the columns that are missing by name."""
    best: tuple[int, Sheet] | None = None
    almost: tuple[int, Kind, list[str]] | None = None
    for number, cells in _top(table):
        named = [bare(cell) for cell in cells]
        if sum(bool(name) for name in named) < 2:
            continue
        for kind in KINDS:
            columns = _columns(kind, named)
            missing = [kind.fields[group[0]][0] for group in kind.needs if not any(f in columns for f in group)]
            score = len(columns) + len(kind.tells & columns.keys())
            if not missing and (best is None or score > best[0]):
                best = score, Sheet(table, kind, number, columns, [_written(cell) for cell in cells])
            elif len(columns) >= 3 and kind.tells & columns.keys() and (almost is None or score > almost[0]):
                almost = score, kind, missing
    if best is not None:
        return best[1]
    if almost is not None and almost[2]:
        raise Unreadable(f"看起来是{almost[1].label}，但缺少这些列：{'、'.join(almost[2])}")
    raise Unreadable("认不出这是什么表：没有找到房号、应收金额、凭证号这类表头，这张表没有导入")


def _top(table: Table) -> Iterator[Line]:
    """The first rows, with every merged cell filled downwards: headings are often merged over two rows."""
    filled = _Fill([m for m in table.merged if m[0] < HEAD], {m[1] for m in table.merged})
    for number, cells in islice(table.lines(), HEAD):
        yield number, filled(number, list(cells))


def bare(cell: Cell) -> str:
    """A heading without units, stars, colons and blanks: 建筑面积(㎡) → 建筑面积, *房 号： → 房号."""
    return re.sub(r"[*:：]|\(.*?\)|【.*?】|\[.*?\]|/元$", "", plain(cell)) if isinstance(cell, str) else ""


def _written(cell: Cell) -> str:
    return re.sub(r"\s+", "", cell) if isinstance(cell, str) else ""


def _columns(kind: Kind, named: list[str]) -> dict[str, int]:
    """Field → column: the best synonym wins, and of two columns with one name the first (side columns lose)."""
    found: dict[str, int] = {}
    taken: set[int] = set()
    ranked = sorted((rank, field) for field, words in kind.fields.items() for rank in range(len(words)))
    for rank, field in ranked:
        word = kind.fields[field][rank].lower()
        if field not in found and word in named:
            place = named.index(word)
            if place not in taken:
                found[field] = place
                taken.add(place)
    return found
