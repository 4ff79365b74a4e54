"""退回行: the refused rows as a spreadsheet with their own columns and the reason, to be corrected and sent again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING

from server.intake.cells import text
from server.intake.faults import Fault
from server.intake.headings import Sheet, understand
from server.intake.reading import Source, Unreadable, tables

if TYPE_CHECKING:  # 12 MB: loaded when a sheet is written
    import xlsxwriter
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

NAME = "退回行.xlsx"
REASON, WHERE = "原因", "原文件和行号"


def workbook(sources: Sequence[Source], faults: Sequence[Fault]) -> bytes:
    """A sheet per refused sheet, in the files' order; files refused whole are listed on a sheet of their own."""
    import xlsxwriter

    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    red, bold = book.add_format({"font_color": "#B00020"}), book.add_format({"bold": True})
    made = 0
    for source in sources:
        wanted = [fault for fault in faults if fault.file == source.name and fault.row]
        if wanted:
            made += _file(book, source, wanted, red, bold, made)
    whole = [fault for fault in faults if not fault.row]
    if whole or not made:
        sheet = book.add_worksheet("没有导入的文件")
        for i, fault in enumerate(whole):
            sheet.write_string(i, 0, fault.file)
            sheet.write_string(i, 1, fault.sheet)
            sheet.write_string(i, 2, fault.reason, red)
    book.close()
    return out.getvalue()


def _file(
    book: xlsxwriter.Workbook, source: Source, faults: list[Fault], red: Format, bold: Format, made: int
) -> int:
    count = 0
    try:
        for table in tables(source):
            mine = {fault.row: fault for fault in faults if fault.sheet == table.sheet}
            if mine:
                count += 1
                _sheet(book.add_worksheet(f"退回{made + count}"), understand(table), mine, red, bold)
    except Unreadable:
        return count  # the file was readable a moment ago; what was written stays
    return count


def _sheet(sheet: Worksheet, known: Sheet, faults: dict[int, Fault], red: Format, bold: Format) -> None:
    width = len(known.headings)
    for column, heading in enumerate((*known.headings, REASON, WHERE)):
        sheet.write_string(0, column, heading, bold)
    row = 0
    for number, cells in known.lines():
        fault = faults.get(number)
        if fault is None:
            continue
        row += 1
        for column, cell in enumerate(cells[:width]):
            if isinstance(cell, int | float) and not isinstance(cell, bool):
                sheet.write_number(row, column, cell)
            else:
                sheet.write_string(row, column, cell.isoformat() if type(cell) is date else text(cell))
        sheet.write_string(row, width, fault.reason, red)
        sheet.write_string(row, width + 1, f"{fault.file} 第 {number} 行")
