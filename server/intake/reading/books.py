"""Excel workbooks through calamine, after a look inside: no bombs, no passwords, no web pages in disguise."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import BinaryIO
from zipfile import BadZipFile, ZipFile, ZipInfo

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
    ZipError,
)

from server.intake.reading import Cell, Line, Merge, Source, Table, Unreadable

MAX_UNPACKED = 600_000_000
MAX_CELLS = 40_000_000
BROKEN = "文件打不开（已损坏或不完整），请用 Excel 打开并另存一份再试"


def tables(source: Source) -> Iterator[Table]:
    """The visible sheets that hold anything."""
    with source.open() as file:
        data = file.read()
    _inspect(data)
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(data))
        for sheet in book.sheets_metadata:
            if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible:
                yield from _table(source, book.get_sheet_by_name(sheet.name))
    except PasswordError as error:
        raise Unreadable("文件有打开密码，请去掉密码再导入") from error
    except (CalamineError, ZipError) as error:
        raise Unreadable(BROKEN) from error
    finally:
        del data


def _inspect(data: bytes) -> None:
    """Refuse what calamine should never see."""
    if data[:4] == b"PK\x03\x04":
        _unpacked(data)
    elif data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise Unreadable("文件有打开密码，请去掉密码再导入")
    elif data.lstrip()[:1] == b"<":
        raise Unreadable("这是网页改名成的表格，请用 Excel 打开后另存为 .xlsx 再导入")
    else:
        raise Unreadable("内容不是 Excel 表格，请用 Excel 打开后另存为 .xlsx 再导入")


def _unpacked(data: bytes) -> None:
    """Unpack for counting only, whatever sizes the archive claims: 42 kB may hide 4 GB."""
    total = 0
    try:
        with ZipFile(BytesIO(data)) as archive:
            for info in archive.infolist():
                total = _count(BytesIO(data), info, total)
    except (BadZipFile, zlib.error, NotImplementedError, ValueError) as error:
        raise Unreadable(BROKEN) from error


def _count(file: BinaryIO, info: ZipInfo, total: int) -> int:
    file.seek(info.header_offset + 26)
    sizes = file.read(4)
    if len(sizes) < 4 or info.flag_bits & 1:
        raise Unreadable(BROKEN if len(sizes) < 4 else "文件有打开密码，请去掉密码再导入")
    file.seek(int.from_bytes(sizes[:2], "little") + int.from_bytes(sizes[2:], "little"), 1)
    if info.compress_type == 0:
        return _within(total + info.compress_size)
    unpack, left = zlib.decompressobj(-15), info.compress_size
    while left > 0 and not unpack.eof:
        block = file.read(min(65_536, left))
        if not block:
            raise BadZipFile("truncated")
        left -= len(block)
        while block:
            total = _within(total + len(unpack.decompress(block, 1_000_000)))
            block = unpack.unconsumed_tail
    return total


def _within(total: int) -> int:
    if total > MAX_UNPACKED:
        raise Unreadable("压缩包展开后大得不正常，不予打开；请按年份或楼栋拆成几个文件")
    return total


def _table(source: Source, sheet: CalamineSheet) -> Iterator[Table]:
    if not sheet.total_height or sheet.end is None:
        return
    if sheet.total_height * max(1, sheet.total_width) > MAX_CELLS:
        raise Unreadable(f"工作表“{sheet.name}”有 {sheet.total_height} 行，太大了，请拆成几个文件")
    merged: list[Merge] = [(a, b, c, d) for (a, b), (c, d) in sheet.merged_cell_ranges or []]
    yield Table(source.name, sheet.name, lambda: _lines(sheet), merged)


def _lines(sheet: CalamineSheet) -> Iterator[Line]:
    """Rows counted from 1 and columns from A, also where the sheet begins with empty ones."""
    left: list[Cell] = [""] * (sheet.start[1] if sheet.start else 0)
    for number, cells in enumerate(sheet.iter_rows(), 1):
        yield number, [*left, *cells]
