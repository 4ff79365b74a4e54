"""Days and periods in every usual spelling; 13th months, 30 February and Chinese numerals are refused."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from functools import lru_cache

from server.intake.cells.text import FULL, Unclear, text
from server.intake.reading import Cell

DAY = re.compile(
    r"(\d{4})(?:-(\d{1,2})-(\d{1,2})|/(\d{1,2})/(\d{1,2})|\.(\d{1,2})\.(\d{1,2})|年(\d{1,2})月(\d{1,2})[日号]?"
    r"|(\d{2})(\d{2}))(?:[ T]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?")
MONTH = re.compile(r"(\d{4})(?:[-/](\d{1,2})|\.(\d{1,2})|年(\d{1,2})月份?|(\d{2}))")
SPLIT = re.compile(r"\s*(?:至|到|~|(?<=[月日号\d])\s+-\s+|--+)\s*")
SERIAL = re.compile(r"(\d{5})(?:\.\d+)?")
SERIALS = (29_221, 73_050)  # 1980 to 2099, as Excel counts days
YEARS = (1900, 2100)
EPOCH = date(1899, 12, 30)


def day(cell: Cell) -> str | None:
    """A business day as YYYY-MM-DD; None when the cell is empty. Excel's serial numbers count too."""
    if isinstance(cell, str):
        return _day_of_text(cell)
    if cell is None:
        return None
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _day_of_text(text(cell))
    raise Unclear(f"“{text(cell)}”不是日期")


@lru_cache(maxsize=16_384)
def _day_of_text(raw: str) -> str | None:
    said = text(raw).translate(FULL)
    if not said or said in ("-", "--", "/", "无"):
        return None
    if match := SERIAL.fullmatch(said):
        return _serial(int(match[1]), raw).isoformat()
    match = DAY.fullmatch(said)
    if match is None or not said.replace("年", "").replace("月", "").replace("日", "").replace("号", "").isascii():
        raise Unclear(f"“{text(raw)}”不是日期")
    year, month, number = (int(part) for part in match.groups() if part)
    try:
        found = date(year, month, number)
    except ValueError as error:
        raise Unclear(f"“{text(raw)}”这一天不存在") from error
    if not YEARS[0] <= year <= YEARS[1]:
        raise Unclear(f"“{text(raw)}”的年份不对")
    return found.isoformat()


def _serial(number: int, raw: object) -> date:
    if not SERIALS[0] <= number <= SERIALS[1]:
        raise Unclear(f"“{raw}”不是日期")
    return EPOCH + timedelta(days=number)


def period(cell: Cell) -> tuple[str, str | None]:
    """The month a bill is for and, when it covers several, the last: ('2024-05', None), ('2024-01', '2024-03')."""
    if isinstance(cell, str):
        return _period_of_text(cell)
    if isinstance(cell, datetime | date):
        return f"{cell.year:04d}-{cell.month:02d}", None
    if isinstance(cell, float) and not cell.is_integer() and repr(cell).endswith(".1"):
        raise Unclear(f"“{cell!r}”分不清是 1 月还是 10 月，请写成 {int(cell)}-01 或 {int(cell)}-10")
    return _period_of_text(text(cell))


@lru_cache(maxsize=4_096)
def _period_of_text(raw: str) -> tuple[str, str | None]:
    said = text(raw).translate(FULL)
    if not said:
        raise Unclear("没有填账期")
    if match := SERIAL.fullmatch(said):
        return _serial(int(match[1]), raw).isoformat()[:7], None
    parts = _halves(said)
    months = [_month(part, raw) for part in parts]
    if len(months) == 1:
        return months[0], None
    return span(months[0], months[1])


def _halves(said: str) -> list[str]:
    parts = SPLIT.split(said)
    if len(parts) == 1 and said.count("-") == 1 and (match := re.fullmatch(r"(\d{4}[./年].+|\d{6})-(\d{4}.+)", said)):
        return [match[1], match[2]]  # 2024.01-2024.03, 202401-202403
    return parts if len(parts) <= 2 else [said]


def _month(said: str, raw: str) -> str:
    if DAY.fullmatch(said) and (found := _day_of_text(said)):
        return found[:7]
    match = MONTH.fullmatch(said)
    if match is None:
        raise Unclear(f"“{text(raw)}”不是账期，请写成 2024-05 这样的年月")
    if match[3] == "1":
        raise Unclear(f"“{text(raw)}”分不清是 1 月还是 10 月，请写成 {match[1]}-01 或 {match[1]}-10")
    month = int(next(part for part in match.groups()[1:] if part))
    if not 1 <= month <= 12:
        raise Unclear(f"“{text(raw)}”没有这个月份")
    if not YEARS[0] <= int(match[1]) <= YEARS[1]:
        raise Unclear(f"“{text(raw)}”的年份不对")
    return f"{match[1]}-{month:02d}"


def span(first: str, last: str) -> tuple[str, str | None]:
    """The period from one month to another; one month alone has no end of its own."""
    if last < first:
        raise Unclear(f"账期的结束（{last}）早于开始（{first}）")
    return first, (last if last != first else None)
