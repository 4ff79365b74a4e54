"""A row of bills and receipts: a bill, what was received for it, a further receipt, or a receipt taken back."""

from __future__ import annotations

from operator import itemgetter
from typing import NamedTuple

from server import clock
from server.intake import cells
from server.intake.cells import Unclear
from server.intake.faults import RowReader
from server.intake.headings import Sheet
from server.intake.places import Places
from server.intake.reading import Cell

METHODS = (("微信", "wechat"), ("支付宝", "alipay"), ("现金", "cash"), ("现款", "cash"), ("pos", "pos"),
           ("刷卡", "pos"), ("银联", "pos"), ("代扣", "deduction"), ("托收", "deduction"),
           ("划扣", "deduction"), ("转账", "transfer"),
           ("银行", "transfer"), ("汇款", "transfer"), ("对公", "transfer"), ("网银", "transfer"), ("支票", "transfer"))
SERVICE = "物业服务费"
QUICK = ("room", "item", "period", "due", "fen", "paid", "paid_on", "method", "label", "note")
QUICK_NEEDS = frozenset(("room", "period", "due", "fen"))
MOST_LEARNED = 200_000
RED = ("冲红", "红冲", "冲销", "退款")


class BillRow(NamedTuple):
    """home is the index in Places; fen None: the sheet has no bill column; paid negative: a reversal."""

    home: int
    file: int
    line: int
    item: str
    period: str
    until: str
    due: str
    fen: int
    paid: int
    paid_on: str
    channel: str
    label: str
    note: str


class Bills:
    """Reads the rows of one sheet; what is known of the sheet is looked up once."""

    def __init__(self, sheet: Sheet, places: Places, file: int) -> None:
        self.sheet = sheet
        self.places = places
        self.file = file
        self.channels: dict[str, str] = {}
        self.item = "" if "item" in sheet.columns else SERVICE
        columns = sheet.columns
        self.quick = itemgetter(*(columns.get(field, -1) for field in QUICK)) if columns.keys() >= QUICK_NEEDS and not (
            {"building", "unit", "number", "start"} & columns.keys()) else None
        self.homes: dict[Cell, int] = {}
        self.items: dict[Cell, str] = {}

    def parse(self, number: int, line: list[Cell]) -> BillRow | None:
        """None for a row that says nothing (no bill, no receipt). Raises Refused with every reason."""
        if self.quick is not None:
            try:
                row = self._quick(number, line)
            except (Unclear, KeyError, IndexError):
                row = None  # something is unusual: read it again, cell by cell, with reasons
            if row is not None:
                return row
        return self._careful(number, line)

    def _quick(self, number: int, line: list[Cell]) -> BillRow | None:
        """The usual row, in one breath; None when anything about it is unusual. Same answer as `_careful`."""
        said = self.quick([*line, ""])  # type: ignore[misc]  # parse asked; a column that is not there reads as empty
        room, item, period, due, fen, paid, paid_on, method, label, note = said
        owed, got = cells.fen(fen), cells.fen(paid) or 0
        if not owed or owed < 0 or got < 0 or note:
            return None
        months, last = cells.period(period), cells.day(due)
        if last is None or (got and not (on := cells.day(paid_on))):
            return None
        if not got:
            return BillRow(self.homes[room], self.file, number, self.items[item], months[0], months[1] or "", last,
                           owed, 0, "", "", "", "")
        if not isinstance(label, str) or not (label.isalnum() and label.isascii() or not label) or len(label) > 60:
            return None
        return BillRow(self.homes[room], self.file, number, self.items[item], months[0], months[1] or "", last,
                       owed, got, on or "", self.channels[cells.text(method)], label, "")

    def _careful(self, number: int, line: list[Cell]) -> BillRow | None:
        row = RowReader(self.sheet, number, line)
        home = self.places.find(row)
        item = row.read("item", lambda cell: cells.words(cell, 60), "") or self.item
        period, until = self._period(row)
        fen = row.read("fen", cells.fen, None) or 0
        paid = row.read("paid", cells.fen, None) or 0
        note = row.read("note", lambda cell: cells.words(cell, 300), "")
        due = self._due(row, fen, period, until)
        paid_on = row.read("paid_on", cells.day, None) if paid else ""
        label = row.read("label", lambda cell: cells.words(cell, 60), "") if paid else ""
        _sense(row, item, fen, paid, paid_on, note)
        row.check()
        assert home is not None
        self._learn(row, home, item)
        if not fen and not paid:
            return None
        return BillRow(home, self.file, number, item, period, until or "", due, fen, paid, paid_on or "",
                       self._channel(row) if paid else "", label, note)

    def _learn(self, row: RowReader, home: int, item: str) -> None:
        """Remember what was clear, for the quick way."""
        if len(self.homes) < MOST_LEARNED and len(self.items) < MOST_LEARNED:
            self.homes[row.cell("room")] = home
            self.items[row.cell("item")] = item

    def _period(self, row: RowReader) -> tuple[str, str | None]:
        columns = self.sheet.columns
        if "period" in columns and (cells.text(row.cell("period")) or "start" not in columns):
            return row.read("period", cells.period, ("", None))
        first = row.read("start", _month, "")
        last = row.read("end", _month, "") if "end" in columns and cells.text(row.cell("end")) else first
        try:
            return cells.span(first, last) if first and last else (first, None)
        except Unclear as unclear:
            row.blame("end", str(unclear))
            return first, None

    def _due(self, row: RowReader, fen: int, period: str, until: str | None) -> str:
        """The day the bill is due; a sheet without such a column means the last day of what the bill covers."""
        if "due" in self.sheet.columns:
            due = row.read("due", cells.day, "")
            if due or not fen:
                return due or ""
            if due is None:
                row.blame("due", "没有填应收日期")
            return ""
        return clock.add_days(clock.add_months(f"{until or period}-01", 1), -1) if period and fen else ""

    def _channel(self, row: RowReader) -> str:
        said = cells.text(row.cell("method"))
        if said not in self.channels:
            folded = said.lower()
            self.channels[said] = next((channel for word, channel in METHODS if word in folded), "other")
        return self.channels[said]


def _sense(row: RowReader, item: str, fen: int, paid: int, paid_on: str | None, note: str) -> None:
    """What each cell says alone is clear; does the row make sense?"""
    if not item:
        row.blame("item", "没有填收费项目")
    if fen < 0:
        row.blame("fen", "应收金额是负数；要减少应收，请改正原来那一行的应收金额再导入，或在叩门里减免")
    if paid and paid_on is None:
        row.blame("paid_on", "有实收金额，没有缴费日期")
    if paid < 0 and fen > 0:
        row.blame("fen", "冲红（负数实收）的这一行，应收金额应当是 0")
    if paid > 0 and any(word in note for word in RED):
        row.blame("paid", f"备注写着“{note}”，实收金额却不是负数，分不清是收款还是冲红")


def _month(cell: Cell) -> str:
    found = cells.period(cell)
    return found[0]

