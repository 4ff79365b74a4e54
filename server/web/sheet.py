"""Spreadsheets out: every table of the console as .xlsx, and CSV whose cells cannot become formulas."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple
from urllib.parse import quote

from flask import Response

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
RISKY = ("=", "+", "-", "@", "\t", "\r")


class Column(NamedTuple):
    """A column: its heading, the key of the row, and how it is written (text, fen, int)."""

    heading: str
    key: str
    kind: str = "text"
    width: int = 14


def workbook(title: str, columns: Sequence[Column], rows: Iterable[dict[str, Any]]) -> bytes:
    """One sheet as bytes. Text goes in as text, whatever it begins with; fen become yuan."""
    import xlsxwriter  # 12 MB: a server that writes no sheet does without

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"constant_memory": True, "in_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet(_sheet_name(title))
    head = book.add_format({"bold": True, "bottom": 1})
    money = book.add_format({"num_format": "#,##0.00"})
    for x, column in enumerate(columns):
        sheet.set_column(x, x, column.width)
        sheet.write_string(0, x, column.heading, head)
    sheet.freeze_panes(1, 0)
    for y, row in enumerate(rows, 1):
        for x, column in enumerate(columns):
            value = row.get(column.key)
            if value is None or value == "":
                continue
            if column.kind == "fen":
                sheet.write_number(y, x, value / 100, money)
            elif column.kind == "int":
                sheet.write_number(y, x, value)
            else:
                sheet.write_string(y, x, str(value))
    book.close()
    return out.getvalue()


def download(title: str, columns: Sequence[Column], rows: Iterable[dict[str, Any]]) -> Response:
    """The workbook as a download named after its title (no personal data in it, please)."""
    return attachment(workbook(title, columns, rows), f"{title}.xlsx", XLSX)


def attachment(body: bytes, filename: str, kind: str) -> Response:
    """A file to keep; the Chinese name goes as RFC 5987 says."""
    answer = Response(body, content_type=kind)
    answer.headers["Content-Disposition"] = f"attachment; filename=\"koumen\"; filename*=UTF-8''{quote(filename)}"
    return answer


def safe_csv(rows: Iterable[Sequence[Any]]) -> str:
    """CSV with a BOM for Excel; a cell that would be a formula is led by an apostrophe."""
    out = io.StringIO()
    csv.writer(out).writerows([[guard(cell) for cell in row] for row in rows])
    return "\ufeff" + out.getvalue()


def guard(cell: Any) -> Any:
    """'=1+1' → "'=1+1"; numbers stay numbers."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(RISKY) else cell


def _sheet_name(title: str) -> str:
    return "".join("-" if char in "[]:*?/\\" else char for char in title)[:31] or "表"
