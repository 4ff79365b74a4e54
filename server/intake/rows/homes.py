"""A row of the register of homes and owners. House and owner may stand in one sheet or in two, joined by number."""

from __future__ import annotations

from dataclasses import dataclass, replace

from server.estate import rules as estate
from server.intake import cells
from server.intake.cells import Unclear
from server.intake.faults import RowReader
from server.intake.headings import Sheet
from server.intake.places import code_of_row
from server.intake.reading import Cell

KINDS = (
    ("商", "商铺"), ("铺", "商铺"), ("门面", "商铺"), ("店", "商铺"), ("车位", "车位"), ("车库", "车位"),
    ("办公", "办公"), ("写字", "办公"), ("储", "储藏室"), ("地下室", "储藏室"),
    ("住", "住宅"), ("公寓", "公寓"), ("别墅", "别墅"),
)
STATES = (
    ("空", "空置"), ("未入住", "空置"), ("未装", "空置"), ("未售", "空置"), ("租", "出租"), ("自住", "自住"),
    ("入住", "自住"), ("装修", "自住"),
)


@dataclass(frozen=True)
class HomeRow:
    """One home as the sheets describe it. Area in 0.01 ㎡, rate in fen per ㎡ and month; None: no such column."""

    code: str
    building: str
    unit: str
    room: str
    number: str
    area: int | None
    kind: str | None
    state: str | None
    rate_fen: int | None
    handover: str | None
    floor: int | None
    owners: tuple[str, ...] | None
    phones: tuple[str, ...] | None
    tenants: tuple[str, ...] | None
    tenant_phones: tuple[str, ...] | None
    note: str | None
    file: str
    sheet: str
    line: int

    def joined(self, other: HomeRow) -> HomeRow:
        """This home with what another sheet says where this one says nothing."""
        silent = {name: getattr(other, name) for name in _JOINED if getattr(self, name) is None}
        return replace(self, **silent)


_JOINED = ("area", "kind", "state", "rate_fen", "handover", "floor", "owners", "phones", "tenants",
           "tenant_phones", "note")


def parse(sheet: Sheet, number: int, line: list[Cell]) -> HomeRow:
    """Raises Refused with every reason."""
    row = RowReader(sheet, number, line)
    code = _code(row)
    has = sheet.columns.keys()
    found = HomeRow(
        code=code,
        building=cells.words(row.cell("building"), 40),
        unit=cells.words(row.cell("unit"), 40),
        room=cells.words(row.cell("room"), 60) or code,
        number=estate.plain(cells.text(row.cell("number"))) if "number" in has else "",
        area=row.read("area", lambda c: cells.area(c) or 0, 0) if "area" in has else None,
        kind=_word(row, "kind", KINDS, None) if "kind" in has else None,
        state=_word(row, "state", STATES, "") if "state" in has else None,
        rate_fen=row.read("rate", _rate, None) if "rate" in has else None,
        handover=row.read("handover", cells.day, None) if "handover" in has else None,
        floor=row.read("floor", cells.whole, None) if "floor" in has else None,
        owners=tuple(row.read("owner", cells.names, [])) if "owner" in has else None,
        phones=tuple(row.read("phone", cells.phones, [])) if "phone" in has else None,
        tenants=tuple(row.read("tenant", cells.names, [])) if "tenant" in has else None,
        tenant_phones=tuple(row.read("tenant_phone", cells.phones, [])) if "tenant_phone" in has else None,
        note=row.read("note", cells.words, "") if "note" in has else None,
        file=sheet.table.file, sheet=sheet.table.sheet, line=number,
    )
    row.check()
    return _parted(found) if not found.building else found


def _code(row: RowReader) -> str:
    try:
        return code_of_row(row)
    except Unclear as unclear:
        row.blame("room" if "room" in row.sheet.columns else "number", str(unclear))
        return ""


def _parted(home: HomeRow) -> HomeRow:
    """A home whose whole code stands in one cell: 3-2-1801 → building 3, unit 2, room 1801."""
    parts = home.code.split("-")
    if len(parts) == 1:
        return home
    return replace(home, building=parts[0], unit=parts[1] if len(parts) > 2 else "", room=parts[-1])


def _word(row: RowReader, field: str, known: tuple[tuple[str, str], ...], other: str | None) -> str | None:
    """Our word for what is written; what is in no list stays as it is, or (`other`) is left open."""
    said = row.read(field, lambda cell: cells.words(cell, 20), "")
    if not said:
        return other
    return next((word for part, word in known if part in said), said if other is None else other)


def _rate(cell: Cell) -> int | None:
    """元/㎡·月 in fen; finer prices than a fen belong to the fee rules, which are set in Koumen."""
    try:
        return cells.fen(cell)
    except Unclear:
        if isinstance(cell, float) or cells.text(cell).replace(".", "").isdigit():
            return None
        raise
