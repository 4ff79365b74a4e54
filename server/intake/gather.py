"""Gather: everything the files say, parsed and checked before any pen is taken. Big sheets go to the spool."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from server.intake.faults import Fault, Refused, fault_at
from server.intake.headings import Sheet, understand
from server.intake.places import Places
from server.intake.reading import Cell, Source, Unreadable, tables
from server.intake.rows import homes, others
from server.intake.rows.bills import Bills
from server.intake.rows.homes import HomeRow
from server.intake.spool import Spool

Progress = Callable[[str, int, int], None]
Record = others.VoucherRow | others.ContactRow | others.AnnouncementRow | others.StaffRow
EVERY = 2_000


@dataclass
class Small:
    """A record of one of the smaller sheets and the sheet it stands in."""

    sheet: Sheet
    row: Record


@dataclass
class Gathered:
    """What was read: sheets in the order of the files, records by kind, and what is refused."""

    places: Places
    sheets: list[Sheet] = field(default_factory=list)
    homes: dict[str, HomeRow] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)
    money: Spool = field(default_factory=Spool)
    small: dict[str, list[Small]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        """Rows that will be compared and written."""
        return len(self.homes) + len(self.money) + sum(len(rows) for rows in self.small.values())


@contextmanager
def gather(sources: Sequence[Source], places: Places, progress: Progress | None = None) -> Iterator[Gathered]:
    """Read all files; what was read lives as long as the block."""
    found = Gathered(places)
    try:
        _read(sources, found, progress)
        yield found
    finally:
        found.money.close()


def _read(sources: Sequence[Source], found: Gathered, progress: Progress | None) -> None:
    """Homes first, because the other sheets name them; houses before the owners that are joined to them."""
    places = found.places
    sheets = [sheet for source in sources for sheet in _sheets(source, found)]
    found.sheets = sheets
    registers = [sheet for sheet in sheets if sheet.kind.name == "homes"]
    for sheet in sorted(registers, key=lambda s: "area" not in s.columns):
        _homes(sheet, found)
    for home in found.homes.values():
        places.add(home.code, None)
    for number, code in found.numbers.items():
        places.known_as(number, code)
    for index, sheet in enumerate(sheets):
        if sheet.kind.name == "bills":
            _bills(sheet, index, found, progress)
        elif sheet.kind.name != "homes":
            _small(sheet, found)


def _sheets(source: Source, found: Gathered) -> Iterable[Sheet]:
    """The sheets of a file that were understood. Of a workbook with several, strange ones are only mentioned."""
    good: list[Sheet] = []
    strange: list[Fault] = []
    try:
        for table in tables(source):
            try:
                good.append(understand(table))
            except Unreadable as unreadable:
                strange.append(Fault(source.name, 0, "", unreadable.sentence, table.sheet))
        if not good and not strange:
            strange.append(Fault(source.name, 0, "", "文件里没有内容"))
    except Unreadable as unreadable:
        strange.append(Fault(source.name, 0, "", unreadable.sentence))
    if good:
        lacking = [fault for fault in strange if "缺少" in fault.reason]
        found.notes += [f"{fault.file}“{fault.sheet}”：{fault.reason}" for fault in strange if fault not in lacking]
        strange = lacking
    found.faults += strange
    return good


def _homes(sheet: Sheet, found: Gathered) -> None:
    here: dict[str, int] = {}
    for number, line in _lines(sheet, found):
        try:
            row = homes.parse(sheet, number, line)
        except Refused as refused:
            found.faults.append(refused.fault)
            continue
        code = _joined_code(row, found)
        if code in here:
            reason = f"第 {here[code]} 行已经有“{code}”这一户"
            found.faults.append(fault_at(sheet, number, sheet.heading("room"), reason))
            continue
        here[code] = number
        known = found.homes.get(code)
        found.homes[code] = known.joined(row) if known else row
        if row.number:
            found.numbers[row.number] = code


def _joined_code(row: HomeRow, found: Gathered) -> str:
    """Another sheet may have told the code behind this number."""
    if row.code in found.homes:
        return row.code
    return found.numbers.get(row.number) or found.numbers.get(row.code) or row.code


def _lines(sheet: Sheet, found: Gathered) -> Iterable[tuple[int, list[Cell]]]:
    """The rows of a sheet; where it cannot be read on, that is a fault and what was read stays."""
    try:
        yield from sheet.lines()
    except Unreadable as unreadable:
        found.faults.append(fault_at(sheet, 0, "", unreadable.sentence))


def _bills(sheet: Sheet, index: int, found: Gathered, progress: Progress | None) -> None:
    reader = Bills(sheet, found.places, index)
    if "due" not in sheet.columns and "fen" in sheet.columns:
        found.notes.append(f"{sheet.title}没有应收日期一列，按账期的最后一天算")
    if "item" not in sheet.columns:
        found.notes.append(f"{sheet.title}没有收费项目一列，按物业服务费算")
    for count, (number, line) in enumerate(_lines(sheet, found)):
        try:
            row = reader.parse(number, line)
        except Refused as refused:
            found.faults.append(refused.fault)
            continue
        if row is not None:
            found.money.add(row)
        if progress and count % EVERY == 0:
            progress("read", count, 0)


def _small(sheet: Sheet, found: Gathered) -> None:
    kind = sheet.kind.name
    rows = found.small.setdefault(kind, [])
    for number, line in _lines(sheet, found):
        try:
            rows.append(Small(sheet, _parse(kind, sheet, number, line, found.places)))
        except Refused as refused:
            found.faults.append(refused.fault)


def _parse(kind: str, sheet: Sheet, number: int, line: list[Cell], places: Places) -> Record:
    if kind == "contacts":
        return others.contact(sheet, number, line, places)
    if kind == "vouchers":
        return others.voucher(sheet, number, line)
    return others.announcement(sheet, number, line) if kind == "announcements" else others.staff(sheet, number, line)
