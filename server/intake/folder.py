"""A folder as the clerk dropped it: which of its files are read, and what is said of the others."""

from __future__ import annotations

from pathlib import Path

from server.intake.reading import SUFFIXES, Source

SENT_BACK = "退回行"
# what systems leave in every folder; hidden files and locks (~$房产.xlsx) begin with a sign of their own
SILENT = frozenset(("thumbs.db", "desktop.ini", "ehthumbs.db"))
TABLES = frozenset((".xlsm", ".xlsb", ".xltx", ".ods", ".et", ".ett", ".numbers", ".tsv", ".dbf"))
MOST_NAMED = 5


def sources_of(folder: Path) -> list[Source]:
    """The files of a folder that somebody may have meant as spreadsheets, by name; hidden ones are passed over.

    Other files are not opened. What it left itself (退回行.xlsx) is read only when it is all there is."""
    files = [path for path in _seen(folder) if path.is_file() and path.suffix.lower() in SUFFIXES]
    given = [path for path in files if not path.name.startswith(SENT_BACK)]
    return [Source.of_path(path) for path in given or files]


def passed_over(folder: Path) -> list[str]:
    """Sentences about what lies in the folder and is not read, so that nobody thinks it was."""
    left = [path for path in _seen(folder) if path.suffix.lower() not in SUFFIXES or path.is_dir()]
    files = [path for path in left if path.is_file()]
    tables = [path.name for path in files if path.suffix.lower() in TABLES]
    others = [path.name for path in files if path.suffix.lower() not in TABLES]
    folders = [path.name for path in left if path.is_dir()]
    said = []
    if tables:
        said.append(f"{_named(tables)} 没有读取，请另存为 .xlsx 或 .csv 再导入")
    if others:
        said.append(f"{_named(others)} 不是电子表格，没有读取")
    if folders:
        said.append(f"文件夹 {_named(folders)} 里面的文件没有读取，要导入的表格请直接放在这一层")
    return said


def _seen(folder: Path) -> list[Path]:
    return sorted(p for p in folder.iterdir() if p.name[:1] not in (".", "~") and p.name.lower() not in SILENT)


def _named(names: list[str]) -> str:
    more = f" 等 {len(names)} 个" if len(names) > MOST_NAMED else ""
    return "、".join(names[:MOST_NAMED]) + more
