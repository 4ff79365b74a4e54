"""A row of bills and receipts: a bill, what was received for it, a further receipt, or a receipt taken back."""

from __future__ import annotations

from typing import NamedTuple

from server import clock
from server.intake import cells
from server.intake.cells import Unclear
from server.intake.faults import RowReader
from server.intake.headings import Sheet
from server.intake.places import Places
from server.intake.reading import Cell

METHODS = (("微信", "wechat"), ("支付宝", "alipay"), ("现金", "cash"), ("现款", "cash"), ("pos", "pos"), ("刷卡", "pos"),
           ("银联", "pos"), ("代扣", "deduction"), ("托收", "deduction"), ("划扣", "deduction"), ("转账", "transfer"),
           ("银行", "transfer"), ("汇款", "transfer"), ("对公", "transfer"), ("网银", "transfer"), ("支票", "transfer"))
SERVICE = "物业服务费"
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
        self.item = _item_of(sheet)

    def parse(self, number: int, line: list[Cell]) -> BillRow | None:
        """None for a row that says nothing (no bill, no receipt). Raises Refused with every reason."""
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
        if not fen and not paid:
            return None
        return BillRow(home, self.file, number, item, period, until or "", due, fen, paid, paid_on or "",
                       self._channel(row) if paid else "", label, note)

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


def _item_of(sheet: Sheet) -> str:
    """Where a sheet has no column for the item, its name or title may say that it is about the service fee."""
    if "item" in sheet.columns:
        return ""
    return SERVICE
