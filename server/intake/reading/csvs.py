"""CSV as Chinese offices save it: UTF-16, UTF-8 with or without BOM, GBK/GB18030; comma, tab or semicolon."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from io import TextIOWrapper

from server.intake.reading import Line, Source, Table, Unreadable

CHUNK = 1 << 20
TALLEST = 200  # lines one row may span; a quote that is never closed would swallow the rest of the file
BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def table(source: Source) -> Table:
    """The one table of a CSV file; every cell is the text that stands there, never a guessed type."""
    encoding = encoding_of(source)
    delimiter = _delimiter(source, encoding)
    return Table(source.name, "", lambda: _lines(source, encoding, delimiter))


def encoding_of(source: Source) -> str:
    """UTF-16 by its BOM, UTF-8 when the whole file is valid UTF-8, else GB18030 when the whole file is that."""
    with source.open() as file:
        head = file.read(4)
    for bom, name in BOMS:
        if head.startswith(bom):
            if not _decodes(source, name):
                raise Unreadable("文件开头说是 Unicode，内容却不完整，请重新导出")
            return name
    for name in ("utf-8-sig", "gb18030"):
        if _decodes(source, name):
            return name
    raise Unreadable("认不出文字编码（不是 UTF-8、UTF-16 或 GB18030），请用 Excel 另存为“CSV UTF-8”")


def _decodes(source: Source, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    try:
        with source.open() as file:
            while block := file.read(CHUNK):
                if "\0" in decoder.decode(block):
                    raise Unreadable("文件里有二进制内容，不是 CSV")
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _delimiter(source: Source, encoding: str) -> str:
    with source.open() as file, TextIOWrapper(file, encoding=encoding) as text:
        head = text.read(20_000)
    return max((",", "\t", ";"), key=head.count)


def _lines(source: Source, encoding: str, delimiter: str) -> Iterator[Line]:
    with source.open() as file, TextIOWrapper(file, encoding=encoding, newline="") as text:
        reader = csv.reader(text, delimiter=delimiter)
        before = 0
        while True:
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise Unreadable(f"第 {before + 1} 行读不下去，多半是引号没有配对") from error
            if reader.line_num - before > TALLEST:
                raise Unreadable(f"第 {before + 1} 行的引号没有配对，后面的行都连在了一起")
            yield before + 1, cells  # type: ignore[misc]  # list[str] is a list[Cell] that nobody writes to
            before = reader.line_num
