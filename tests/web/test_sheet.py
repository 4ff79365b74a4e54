"""Tables leave as spreadsheets in which nothing can become a formula."""

import io

import openpyxl
import pytest

from server.web.sheet import Column, attachment, guard, safe_csv, workbook

COLUMNS = (Column("房号", "code"), Column("姓名", "name"), Column("金额", "fen", "fen"), Column("次数", "times", "int"))


def read(body):
    return list(openpyxl.load_workbook(io.BytesIO(body)).active.iter_rows(values_only=True))


def test_a_table_has_its_headings_and_amounts_in_yuan():
    rows = read(workbook("欠费", COLUMNS, [{"code": "0101", "name": "王", "fen": 123456, "times": 3}]))
    assert rows == [("房号", "姓名", "金额", "次数"), ("0101", "王", 1234.56, 3)]


@pytest.mark.parametrize("text", ["=1+1", "+86", "-5", "@SUM(A1)", "http://evil", "=HYPERLINK(1)"])
def test_typed_text_stays_text(text):
    book = openpyxl.load_workbook(io.BytesIO(workbook("x", COLUMNS, [{"code": text}])))
    cell = book.active["A2"]
    assert (cell.value, cell.data_type) == (text, "s")
    assert cell.hyperlink is None


def test_a_sheet_name_excel_would_refuse_is_mended():
    book = openpyxl.load_workbook(io.BytesIO(workbook("2026/11: [欠费]*?" * 5, COLUMNS, [])))
    assert len(book.sheetnames[0]) <= 31


def test_csv_cells_cannot_be_formulas():
    text = safe_csv([["=1+1", "王", 5, "@x", "\tz"]])
    assert text.startswith("\ufeff'=1+1,王,5,'@x,")
    assert guard(-5) == -5


def test_a_download_keeps_its_chinese_name():
    header = attachment(b"", "退回行.xlsx", "x/y").headers["Content-Disposition"]
    assert header.endswith("filename*=UTF-8''%E9%80%80%E5%9B%9E%E8%A1%8C.xlsx")
