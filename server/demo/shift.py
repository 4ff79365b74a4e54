"""The sample estate, moved by whole months so that it is always current: same shape, same totals, other dates.

Only columns that hold days, periods, numbers and words are moved, each in the spelling it stands in; amounts and rooms
stay. What was never a date (2026-13, 30 February) stays wrong, so that the demo shows refused rows too."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from importlib.resources import files
from pathlib import Path

import xlsxwriter

from server import clock
from server.intake.headings import Sheet, understand
from server.intake.reading import Cell, Source, csvs, tables

SAID = frozenset(("title", "text", "note", "summary"))  # read by people on paper and screens
COMMA = re.compile(r"(?<=[\u4e00-\u9fff）”%]),\s*(?=\S)")  # 停水,请 as companies type it
SAMPLE_DAY = "2026-11-20"  # the day the sample was made for
MOVED = frozenset((
    "period", "start", "end", "due", "paid_on", "label", "day", "promise", "handover", "from_day", "to_day", "number",
    "summary", "text", "title",
))
Move = Callable[[re.Match[str]], str]


def sample() -> Path:
    """The folder of the sample estate that ships with the product."""
    return Path(str(files("server.demo"))) / "sample" / "jinxiu"


def months_to(on: str) -> int:
    """By how many months the sample moves to be current, but never ahead, on a day."""
    months = (int(on[:4]) - int(SAMPLE_DAY[:4])) * 12 + int(on[5:7]) - int(SAMPLE_DAY[5:7])
    return months if clock.add_months(SAMPLE_DAY, months) <= on else months - 1


def write(out: Path, on: str, source: Path | None = None) -> str:
    """Write the estate of `source` (default: the sample) into the folder `out`, current on the day `on`.

    The day the moved data was made for; arrears on it are those of the sample on its own day."""
    months = months_to(on)
    out.mkdir(parents=True, exist_ok=True)
    for path in sorted((source or sample()).iterdir()):
        if path.suffix == ".xlsx":
            _book(path, out / path.name, months)
        elif path.suffix == ".csv":
            _csv(path, out / path.name, months)
    return clock.add_months(SAMPLE_DAY, months)


def _csv(path: Path, target: Path, months: int) -> None:
    source = Source.of_path(path)
    encoding = csvs.encoding_of(source)
    (table,) = tables(source)
    with target.open("w", encoding="gbk" if encoding == "gb18030" else encoding, newline="") as file:
        csv.writer(file).writerows(cells for _, cells in _moved(understand(table), months))


def _book(path: Path, target: Path, months: int) -> None:
    book = xlsxwriter.Workbook(str(target), {"strings_to_formulas": False, "strings_to_urls": False})
    day, title = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"bold": True, "font_size": 16})
    for table in tables(Source.of_path(path)):
        sheet = book.add_worksheet(table.sheet)
        rows = dict(_moved(understand(table), months))
        for number, cells in rows.items():
            for column, cell in enumerate(cells):
                if isinstance(cell, date):
                    sheet.write_datetime(number - 1, column, cell, day)
                elif isinstance(cell, int | float):
                    sheet.write_number(number - 1, column, cell)
                elif cell:
                    sheet.write_string(number - 1, column, str(cell), title if number == 1 else None)
        for first, left, last, right in table.merged:
            sheet.merge_range(first, left, last, right, rows[first + 1][left], title if first == 0 else None)
    book.close()


def _moved(sheet: Sheet, months: int) -> Iterator[tuple[int, list[Cell]]]:
    """Every row of a sheet with its dates moved; above the headings everything may hold one."""
    places = {place for field, place in sheet.columns.items() if field in MOVED}
    said = {place for field, place in sheet.columns.items() if field in SAID}
    for number, cells in sheet.table.lines():
        yield number, [
            _said(moved(cell, months) if number < sheet.row or (number > sheet.row and column in places) else cell,
                  number > sheet.row and column in said)
            for column, cell in enumerate(cells)
        ]


def _said(cell: Cell, said: bool) -> Cell:
    """Between Chinese words the comma is full-width: the sample shows what a screen should look like."""
    return COMMA.sub("，", cell) if said and isinstance(cell, str) else cell


def moved(cell: Cell, months: int) -> Cell:
    """A cell with every date in it moved by whole months, in the spelling it stands in."""
    if isinstance(cell, date):
        return date.fromisoformat(clock.add_months(cell.isoformat()[:10], months))
    if not isinstance(cell, str) or not months:
        return cell
    for pattern, build in PATTERNS:
        if pattern.search(cell):
            return pattern.sub(partial(build, months=months), cell)
    return cell


def _full(match: re.Match[str], months: int) -> str:
    """年 - / with or without a day: the parts between the numbers stay, and whether months have two digits."""
    year, mark, month, mark2, day = match.groups()
    if not 1 <= int(month) <= 12:
        return match[0]
    if not day:
        return _month(year, month, mark, months) + (mark2 or "")
    text = f"{year}-{int(month):02d}-{int(day):02d}"
    if not clock.is_day(text):
        return match[0]
    new = clock.add_months(text, months)
    first, second = (f"{int(new[5:7])}", f"{int(new[8:])}") if mark == "年" else (new[5:7], new[8:])
    return f"{new[:4]}{mark}{first}{mark2}{second}"


def _month(year: str, month: str, mark: str, months: int) -> str:
    new = clock.add_months(f"{year}-{int(month):02d}-01", months)
    return f"{new[:4]}{mark}{int(new[5:7]) if mark == '年' else new[5:7]}"


def _digits(match: re.Match[str], months: int) -> str:
    """202405 and 20240123, also inside a number such as SJ202401231921 or 记-202412-0001."""
    year, month, day = match.groups()
    if not 1 <= int(month) <= 12:
        return match[0]
    if not day:
        return _month(year, month, "", months)
    text = f"{year}-{month}-{day}"
    return clock.add_months(text, months).replace("-", "") if clock.is_day(text) else match[0]


def _spoken(match: re.Match[str], months: int) -> str:
    """11月22日 and 12月 in running text, without a year: counted from the sample's own year."""
    month, day = match.groups()
    if not 1 <= int(month) <= 12:
        return match[0]
    new = clock.add_months(f"{SAMPLE_DAY[:4]}-{int(month):02d}-{int(day or 1):02d}", months)
    return f"{int(new[5:7])}月" + (f"{int(new[8:])}日" if day else "")


PATTERNS: tuple[tuple[re.Pattern[str], Callable[..., str]], ...] = (
    (re.compile(r"(20\d\d)(年)(\d{1,2})(月)(?:(\d{1,2})(?=日))?"), _full),
    (re.compile(r"(20\d\d)(-)(\d\d)(?:(-)(\d\d))?"), _full),
    (re.compile(r"(20\d\d)(/)(\d\d)(?:(/)(\d\d))?"), _full),
    (re.compile(r"(20\d\d)(\.)(\d\d)(?:(\.)(\d\d))?"), _full),
    (re.compile(r"(?<!\d)(20\d\d)(\d\d)(\d\d)?(?=(?:\d{4})?(?!\d))"), _digits),
    (re.compile(r"(?<!\d)(\d{1,2})月(?:(\d{1,2})日)?"), _spoken),
)
