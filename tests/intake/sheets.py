"""Small estates for the tests: spreadsheets as text, and what the books say after they were imported."""
# ruff: noqa: E501  rows of spreadsheets stand in the tests as they stand in the files

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import xlsxwriter

from server.db import Db
from server.intake import acts
from server.intake.reading import Source
from server.ledger import acts as ledger
from server.ledger import verify

SHARED = Path(__file__).parents[3] / "shared"
HOMES = "楼栋,单元,房号,建筑面积(㎡),业主姓名,联系电话\n1栋,1单元,101,85.5,张三,19900000001\n1栋,1单元,102,70,李四,19900000002\n"
HEAD = "房号,收费项目,账期,应收日期,应收金额,实收金额,缴费日期,缴费方式,票据号,备注\n"
ON = "2026-11-20"


def bills(*lines: str) -> str:
    """A sheet of bills; a line leaves out what it does not need at its end."""
    return HEAD + "".join(line + "," * (9 - line.count(",")) + "\n" for line in lines)


def bring(db: Db, c: str, **files: str | bytes) -> dict[str, Any]:
    """Import files given as `name=text` (.csv) or `name=bytes` (.xlsx)."""
    sources = [
        Source.of_bytes(f"{name}.csv", content.encode("gb18030")) if isinstance(content, str)
        else Source.of_bytes(f"{name}.xlsx", content) for name, content in files.items()
    ]
    return acts.bring(db, c, sources)


def counts(report: dict[str, Any]) -> tuple[int, int, int, int]:
    """new, changed, same, held."""
    return report["new"], report["changed"], report["same"], report["held"]


def refused(report: dict[str, Any]) -> list[tuple[str, int, str]]:
    """(file, row, field) of everything refused."""
    return [(fault.file, fault.row, fault.field) for fault in report["faults"]]


def books(db: Db, c: str) -> tuple[int, int, dict[str, int]]:
    """Billed, received, arrears by home; and the journal must replay."""
    assert verify.replay(db, c)["wrong"] == []
    totals = acts.totals(db, c, ON)
    return totals["billed_fen"], totals["received_fen"], ledger.arrears_by_code(db, c, ON)


def prepaid(db: Db, c: str) -> int:
    """What all homes have as prepayment."""
    return int((db.one("select coalesce(sum(prepaid_fen), 0) as fen from home_sum where community = :c", c=c) or {})["fen"])


def book(*sheets: tuple[str, Sequence[Sequence[Any]]], merges: Sequence[tuple[int, int, int, int]] = ()) -> bytes:
    """An .xlsx of (name, rows); `merges` are ranges of the first sheet, their value is the first cell's."""
    out = BytesIO()
    made = xlsxwriter.Workbook(out)
    for i, (name, rows) in enumerate(sheets):
        sheet = made.add_worksheet(name)
        for r, cells in enumerate(rows):
            sheet.write_row(r, 0, cells)
        for first, left, last, right in merges if i == 0 else ():
            sheet.merge_range(first, left, last, right, rows[first][left])
    made.close()
    return out.getvalue()
