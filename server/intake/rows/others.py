"""Rows of the smaller sheets: vouchers, contacts, announcements, staff."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.words import ANNOUNCEMENT_KINDS, JOBS
from server.intake import cells
from server.intake.faults import RowReader
from server.intake.headings import Sheet
from server.intake.places import Places
from server.intake.reading import Cell

CONTACT_KINDS = (("上门", "visit"), ("走访", "visit"), ("入户", "visit"), ("电话", "call"), ("电联", "call"),
                 ("短信", "sms"), ("微信", "wechat"), ("信函", "letter"),
                 ("挂号", "letter"), ("快递", "letter"), ("张贴", "slip"),
                 ("送达", "delivery"), ("前台", "office"))
ROLES = {
    **JOBS, "楼管": "collector", "催费员": "collector", "收费专员": "collector", "客服专员": "clerk", "前台": "clerk",
    "文员": "clerk", "收银": "cashier", "会计": "cashier", "收费员": "cashier",
    "经理": "manager", "物业经理": "manager",
}


@dataclass(frozen=True)
class VoucherRow:
    """An income or expense voucher; fen is negative for one reversed in red."""

    line: int
    day: str
    kind: str
    head: str
    summary: str
    fen: int
    handler: str
    number: str


@dataclass(frozen=True)
class ContactRow:
    """Somebody spoke to a home; `home` is its index in Places."""

    line: int
    home: int
    day: str
    kind: str
    staff: str
    outcome: str
    promise: str
    note: str


@dataclass(frozen=True)
class AnnouncementRow:
    line: int
    title: str
    text: str
    kind: str
    from_day: str
    to_day: str
    pinned: bool


@dataclass(frozen=True)
class StaffRow:
    line: int
    name: str
    phone: str
    role: str
    buildings: str


def voucher(sheet: Sheet, number: int, line: list[Cell]) -> VoucherRow:
    row = RowReader(sheet, number, line)
    day = _day(row, "day")
    head = _needed(row, "head", 60)
    kind, fen = _side(row)
    found = VoucherRow(
        number, day, kind, head, row.read("summary", cells.words, ""), fen,
        row.read("handler", lambda c: cells.words(c, 40), ""), row.read("number", lambda c: cells.words(c, 60), ""))
    row.check()
    return found


def _side(row: RowReader) -> tuple[str, int]:
    """in or out, and the amount: a column that says so, or one column for each."""
    if "fen" in row.sheet.columns:
        fen = row.read("fen", cells.fen, 0)
        side = _in_or_out(row)
        if fen is None or (fen == 0 and not row.wrong):
            row.blame("fen", "没有填金额")
        return side, fen or 0
    income = row.read("income", cells.fen, None) or 0
    expense = row.read("expense", cells.fen, None) or 0
    if bool(income) == bool(expense) and not row.wrong:
        row.blame("income" if "income" in row.sheet.columns else "expense", "收入和支出应当只填一个")
    return ("in", income) if income else ("out", expense)


def _in_or_out(row: RowReader) -> str:
    said = cells.text(row.cell("side")) if "side" in row.sheet.columns else cells.text(row.cell("head"))
    into, out = "收入" in said or said == "收", "支出" in said or said in ("支", "付", "付款")
    if into == out:
        row.blame("side", f"“{said}”分不清是收入还是支出" if said else "没有填收支，分不清是收入还是支出")
    return "in" if into else "out"


def contact(sheet: Sheet, number: int, line: list[Cell], places: Places) -> ContactRow:
    row = RowReader(sheet, number, line)
    home = places.find(row)
    day = _day(row, "day")
    said = row.read("method", lambda c: cells.words(c, 20), "")
    kind = next((kind for word, kind in CONTACT_KINDS if word in said), "other" if said else "office")
    promise = row.read("promise", cells.day, None) or ""
    if promise and day and promise < day:
        row.blame("promise", f"承诺日期 {promise} 早于催缴日期 {day}")
    found = (day, kind, row.read("staff", lambda c: cells.words(c, 40), ""), _needed(row, "outcome", 500), promise,
             row.read("note", cells.words, ""))
    row.check()
    assert home is not None
    return ContactRow(number, home, *found)


def announcement(sheet: Sheet, number: int, line: list[Cell]) -> AnnouncementRow:
    row = RowReader(sheet, number, line)
    first, last = row.read("from_day", cells.day, None) or "", row.read("to_day", cells.day, None) or ""
    if first and last and last < first:
        row.blame("to_day", f"结束日期 {last} 早于开始日期 {first}")
    kind = row.read("kind", lambda c: cells.words(c, 20), "") or "通知"
    if kind not in ANNOUNCEMENT_KINDS:
        row.blame("kind", f"类别“{kind}”不认识，请改成 {'、'.join(ANNOUNCEMENT_KINDS)} 之一")
    found = AnnouncementRow(
        number, _needed(row, "title", 80), _needed(row, "text", 2000),
        kind, first, last,
        cells.plain(row.cell("pinned")) in ("是", "1", "y", "yes", "true", "置顶", "√", "✓"))
    row.check()
    return found


def staff(sheet: Sheet, number: int, line: list[Cell]) -> StaffRow:
    row = RowReader(sheet, number, line)
    name = _needed(row, "name", 40)
    numbers: list[str] = row.read("phone", cells.phones, [])
    said = _needed(row, "role", 40)
    role = ROLES.get(cells.plain(said), "")
    if said and not role:
        row.blame("role", f"岗位“{said}”不认识，请改成 管家、催费专员、客服、财务、出纳 或 项目经理")
    buildings = row.read("buildings", lambda c: cells.words(c, 300), "")
    row.check()
    return StaffRow(number, name, numbers[0] if numbers else "", role, "、".join(cells.names(buildings)))


def _needed(row: RowReader, field: str, most: int) -> str:
    said = row.read(field, lambda cell: cells.words(cell, most), None)
    if said == "":
        row.blame(field, f"没有填{row.sheet.kind.fields[field][0]}")
    return said or ""


def _day(row: RowReader, field: str) -> str:
    found = row.read(field, cells.day, "")
    if found is None:
        row.blame(field, "没有填日期")
    return found or ""
