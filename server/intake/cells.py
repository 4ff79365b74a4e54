"""Cells: what one cell of a company's spreadsheet says, or why it cannot be said. Pure; no floats in money.

Every parser takes the cell as it was read (text from CSV; text, number or date from Excel) and raises `Unclear`
with the Chinese reason. Nothing is repaired: Chinese numerals, 13th months and 30 February are refused."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache

from server.intake.reading import Cell

MAX_FEN = 10**13
FULL = str.maketrans("０１２３４５６７８９．，－＋￥／：（）　—–−～", "0123456789.,-+¥/:() ---~")
AMOUNT = re.compile(
    r"(?:人民币|RMB|CNY)?\s*([-+]?)\s*¥?\s*([-+]?)((?:\d{1,3}(?:,\d{3})+)|\d+)(?:\.(\d+))?\s*(?:[元圆]整?)?")
PLAIN = re.compile(r"\d+\.\d\d")
DAY = re.compile(
    r"(\d{4})(?:-(\d{1,2})-(\d{1,2})|/(\d{1,2})/(\d{1,2})|\.(\d{1,2})\.(\d{1,2})|年(\d{1,2})月(\d{1,2})[日号]?"
    r"|(\d{2})(\d{2}))(?:[ T]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?")
MONTH = re.compile(r"(\d{4})(?:[-/](\d{1,2})|\.(\d{1,2})|年(\d{1,2})月份?|(\d{2}))")
SPLIT = re.compile(r"\s*(?:至|到|~|(?<=[月日号\d])\s+-\s+|--+)\s*")
SERIAL = re.compile(r"(\d{5})(?:\.\d+)?")
SERIALS = (29_221, 73_050)  # 1980 to 2099, as Excel counts days
YEARS = (1900, 2100)
EPOCH = date(1899, 12, 30)


class Unclear(ValueError):
    """A cell that is refused; the argument is the reason in Chinese."""


def text(cell: Cell) -> str:
    """The cell as a person reads it: 101.0 is 101, dates are days; invisible characters at the ends go."""
    if isinstance(cell, str):
        return cell.strip(" \t\r\n\u3000\u00a0\ufeff\u200b")
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return str(cell)


def words(cell: Cell, most: int = 500) -> str:
    """Free text on one line, without control characters, of at most `most` characters."""
    said = text(cell)
    if not said.isprintable():
        said = "".join(" " if c in "\r\n\t" else c for c in said if c in "\r\n\t" or c.isprintable())
    if len(said) > most:
        raise Unclear(f"文字超过 {most} 个字")
    return said


def fen(cell: Cell) -> int | None:
    """An amount of money in fen; None when the cell is empty. 1,234.50 · ￥88 · 88元 · full-width · (88.00)."""
    if isinstance(cell, str):
        if PLAIN.fullmatch(cell) and cell.isascii() and len(cell) < 14:
            return int(cell.replace(".", ""))
        return _fen_of_text(cell)
    if cell is None:
        return None
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        raise Unclear(f"“{text(cell)}”不是金额")
    return _fen_of_number(cell)


def _fen_of_number(number: float) -> int:
    """A number of a sheet: binary noise far below a fen is Excel's, anything more is not an amount in fen."""
    exact = Decimal(repr(number)) * 100 if abs(number) < MAX_FEN else Decimal("NaN")
    if not exact.is_finite():
        raise Unclear("金额大得不正常")
    whole = exact.to_integral_value()
    if abs(exact - whole) > Decimal("0.00001"):
        raise Unclear(f"“{number!r}”不是整数分，金额最多两位小数")
    return _bounded(int(whole))


@lru_cache(maxsize=65_536)
def _fen_of_text(raw: str) -> int | None:
    said = text(raw).translate(FULL)
    if not said or said in ("-", "--", "/", "无"):
        return None
    if said.startswith("(") and said.endswith(")"):
        return -_magnitude(said[1:-1], raw)
    return _magnitude(said, raw)


def _magnitude(said: str, raw: str) -> int:
    match = AMOUNT.fullmatch(said.strip())
    if match is None or (match[1] and match[2]) or not said.isascii() and not _only_known(said):
        raise Unclear(f"“{text(raw)}”不是金额")
    cents = (match[4] or "").rstrip("0")
    if len(cents) > 2:
        raise Unclear(f"“{text(raw)}”不是整数分，金额最多两位小数")
    value = int(match[3].replace(",", "")) * 100 + int(cents.ljust(2, "0") or 0)
    return _bounded(-value if "-" in (match[1], match[2]) else value)


def _only_known(said: str) -> bool:
    return all(c.isascii() or c in "¥元圆整人民币" for c in said)


def _bounded(value: int) -> int:
    if abs(value) > MAX_FEN:
        raise Unclear("金额大得不正常")
    return value


def area(cell: Cell) -> int | None:
    """An area in 0.01 ㎡, half up; None when the cell is empty. 85.53 · 85.53㎡ · 85.53平方米."""
    said = re.sub(r"(㎡|m2|m²|平方米|平米|平)$", "", text(cell).translate(FULL).strip(), flags=re.IGNORECASE).strip()
    if not said:
        return None
    if not re.fullmatch(r"\d{1,7}(\.\d{1,15})?", said) or not said.isascii():
        raise Unclear(f"“{text(cell)}”不是面积")
    return int((Decimal(said) * 100 + Decimal("0.5")).to_integral_value(rounding="ROUND_FLOOR"))


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


def phones(cell: Cell) -> list[str]:
    """The phone numbers in a cell, in order, without spaces and hyphens; [] when it is empty."""
    said = text(cell).translate(FULL)
    if said in ("", "-", "--", "/", "无", "暂无"):
        return []
    found = []
    for part in re.split(r"[/、,，;；\n]+|\s{1,}(?=1\d{10}|0\d{2,3}-?\d)", said):
        number = re.sub(r"[\s-]", "", re.sub(r"^\+?86[- ]?(?=1)", "", part.strip()))
        if not number:
            continue
        if not re.fullmatch(r"\d{7,12}", number) or not number.isascii():
            raise Unclear(f"“{part.strip()}”不是电话号码")
        if number not in found:
            found.append(number)
    return found


def names(cell: Cell) -> list[str]:
    """The people in a cell, in order: 张三、李四 · 张三/李四 · 张三 李四 (only Chinese names are split at a space)."""
    said = words(cell)
    parts = [part.strip() for part in re.split(r"[、/,，;；\n]+", said)]
    if len(parts) == 1 and re.fullmatch(r"[\u4e00-\u9fff·]{2,}( +[\u4e00-\u9fff·]{2,})+", said):
        parts = said.split()
    return list(dict.fromkeys(part for part in parts if part))


def whole(cell: Cell) -> int | None:
    """A whole number such as a floor; None when the cell is empty."""
    said = re.sub(r"[层楼F]$", "", text(cell).translate(FULL))
    if not said:
        return None
    if not re.fullmatch(r"-?\d{1,4}", said) or not said.isascii():
        raise Unclear(f"“{text(cell)}”不是整数")
    return int(said)


def plain(cell: Cell) -> str:
    """For comparing words: half width, without blanks, lower case."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text(cell))).lower()
