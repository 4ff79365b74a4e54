"""Places: which home a row means, by its code, by building, unit and room, or by another system's number."""

from __future__ import annotations

import re

from server.estate.rules import building_of, code_of, plain, room_of, unit_of
from server.intake.cells import Unclear, text
from server.intake.faults import RowReader

ADDRESS = re.compile(r"第?([^-]+?(?:栋楼?|幢楼?|号楼|#楼?))-?(?:([^-]+?)单元-?)?([^-]+)")


class Places:
    """The homes of a community by code and number; `index` is the order in which chunks take them."""

    def __init__(self) -> None:
        self.codes: dict[str, int] = {}
        self.numbers: dict[str, int] = {}
        self.ids: list[str | None] = []
        self.names: list[str] = []
        self._seen: dict[str, int | None] = {}

    def add(self, code: str, home: str | None) -> int:
        """Make a home known; `home` is None while it is only in the sheets."""
        found = self.codes.get(code)
        if found is None:
            found = self.codes[code] = len(self.ids)
            self.ids.append(home)
            self.names.append(code)
        elif home is not None:
            self.ids[found] = home
        return found

    def known_as(self, number: str, code: str) -> None:
        """Another system's number of a home."""
        if code in self.codes:
            self.numbers[number] = self.codes[code]

    def find(self, row: RowReader) -> int | None:
        """The home a row means; notes what is wrong and gives None when there is none."""
        building, unit, room, number = (text(row.cell(f)) for f in ("building", "unit", "room", "number"))
        said = "\x1f".join((building, unit, room, number))
        if said not in self._seen:
            if len(self._seen) > 200_000:
                self._seen.clear()
            self._seen[said] = self._look(building, unit, room, number)
        found = self._seen[said]
        if found is None:
            field = "room" if room or "number" not in row.sheet.columns else "number"
            written = "-".join(part for part in (building, unit, room or number) if part)
            row.blame(field, f"没有“{written}”这一户" if written else "没有填房号")
        return found

    def _look(self, building: str, unit: str, room: str, number: str) -> int | None:
        if number and plain(number) in self.numbers:
            return self.numbers[plain(number)]
        for code in codes_said(building, unit, room or number):
            if code in self.codes:
                return self.codes[code]
        return self.numbers.get(plain(room)) if room else None


def codes_said(building: str, unit: str, room: str) -> list[str]:
    """The codes that three cells may mean, the likeliest first; [] when there is no room."""
    if not room:
        return []
    whole = code_of_text(room)
    if not building:
        return [whole]
    parts = code_of(building, unit, room)
    return [parts, whole] if "-" in room or ADDRESS.fullmatch(plain(room)) else [parts]


def code_of_text(said: str) -> str:
    """A code in one cell: 1-1-101 · 1栋1单元101室 · 1栋-1单元-101 · 商铺-S01."""
    flat = re.sub(r"[-－—–_]+", "-", plain(said))
    if match := ADDRESS.fullmatch(flat):
        return code_of(match[1], match[2] or "", match[3])
    parts = flat.split("-")
    if len(parts) == 3:
        return "-".join((building_of(parts[0]), unit_of(parts[1]), room_of(parts[2])))
    if len(parts) == 2:
        return "-".join((building_of(parts[0]), room_of(parts[1])))
    return room_of(flat)


def code_of_row(row: RowReader) -> str:
    """The code that a row of a register of homes gives its home."""
    building, unit, room = (text(row.cell(f)) for f in ("building", "unit", "room"))
    if not room and "number" in row.sheet.columns and not building:
        room = text(row.cell("number"))
    if not room:
        raise Unclear("没有填房号")
    return codes_said(building, unit, room)[-1] if not building or "-" in room else codes_said(building, unit, room)[0]
