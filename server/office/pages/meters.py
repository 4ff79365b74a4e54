"""抄表与公摊: readings of a month with what came of them, and how a shared sum is split, home by home."""

from __future__ import annotations

from collections import Counter
from typing import Any

from flask import request
from werkzeug.wrappers import Response

from schemas.words import SHARE_BY
from server import clock, http
from server.access import may
from server.errors import Refusal
from server.intake.reading import Source, Unreadable, tables
from server.ledger import acts as ledger
from server.ledger.acts import meters as acts
from server.ledger.rules.fees import is_month
from server.office.desk import Form, allow, back, fen_of, page, paging, wants_sheet
from server.office.pages import bp
from server.web.sheet import Column, download

READINGS = (
    Column("房号", "code"), Column("上期读数", "before", "fen"), Column("本期读数", "after", "fen"),
    Column("用量", "used", "fen"), Column("提示", "remark", width=20), Column("账单（元）", "bill_fen", "fen"),
    Column("计算", "basis", width=40),
)
SPLIT = (
    Column("房号", "code"), Column("权重", "weight_words"), Column("分摊（元）", "fen", "fen"),
    Column("已生成账单（元）", "bill_fen", "fen"),
)


@bp.get("/meters")
@may("manager", "cashier")
def meters() -> Response:
    """?item=&period=: every home of the item with its reading; without them the months that were read."""
    community, db = allow("manager", "cashier"), http.db()
    items = list(dict.fromkeys(rule["item"] for rule in acts.meter_items(db, community)))
    item, period = request.args.get("item", "")[:50] or (items[0] if items else ""), _month()
    nothing: dict[str, Any] = {"rows": [], "read": 0, "missing": 0}
    sheet = acts.sheet(db, community, item, period) if item else nothing
    only = request.args.get("only", "")
    rows = [row for row in sheet["rows"] if _wanted(row, only)]
    if wants_sheet():
        return download(f"抄表 {item} {period}", READINGS, rows)
    at = paging(len(rows), 100)
    return page(
        "meters", items=items, item=item, period=period, sheet=sheet, rows=at.cut(rows), paging=at, only=only,
        months=acts.months(db, community), pools=acts.pools(db, community), shares=SHARE_BY, odd=_odd(sheet["rows"]),
        share_rules=[rule for rule in ledger.fee_rules(db, community) if rule["method"] == "share"],
    )


def _wanted(row: dict[str, Any], only: str) -> bool:
    return {"missing": row["after"] is None, "odd": bool(row["remark"])}.get(only, True)


def _odd(rows: list[dict[str, Any]]) -> int:
    return sum(bool(row["remark"]) for row in rows)


def _month() -> str:
    asked = request.args.get("period", "")
    return asked if is_month(asked) else clock.today()[:7]


@bp.post("/meters")
@may("manager", "cashier")
def meters_put() -> Response:
    """Readings typed, pasted or in a file: room and this reading, or room, last and this; all or none are kept."""
    community, form = allow("manager", "cashier"), Form()
    item, period = form.text("item", "收费项目", 50), form.text("period", "账期", 7)
    if period and not is_month(period):
        form.wrong("period", "账期应写成 2026-11")
    lines = _lines(form)
    sheet = {} if form.errors else {row["code"]: row for row in acts.sheet(http.db(), community, item, period)["rows"]}
    rows = [found for found in (_reading(form, sheet, *line) for line in lines) if found]
    doubled = {home for home, times in Counter(row["home"] for row in rows).items() if times > 1}
    if doubled:
        form.wrong("lines", "有房号填了两次：" + "、".join(sorted(c for c, r in sheet.items() if r["home"] in doubled)))
    form.check()
    with http.writing(community, verb="reading.put") as pen:
        count = ledger.put_readings(pen, item, period, rows)
    return back("/office/meters", "readings", count, item=item, period=period)


def _lines(form: Form) -> list[tuple[int, list[str]]]:
    """[(line, cells)] of the text and of the file; a first line without any reading is the heads."""
    typed = [line.replace("\t", " ").replace("，", " ").replace(",", " ").split()
             for line in form.text("lines", "读数", 60_000, needed=False).splitlines()]
    for file in form.files("file"):
        try:
            typed += _table(file.filename or "", file.read())
        except Unreadable as error:
            form.wrong("file", error.sentence)
    rows = [(number, row) for number, row in enumerate(typed, 1) if row and any(map(str.strip, row))]
    if rows and len(rows[0][1]) > 1 and not any(sign.isdecimal() for sign in "".join(rows[0][1][1:])):
        rows = rows[1:]
    if not rows and not form.errors:
        form.wrong("lines", "请填写读数，或选一个表格文件")
    if len(rows) > 5_000:
        form.wrong("lines", "一次最多 5000 行")
    return rows[:5_000]


def _table(name: str, data: bytes) -> list[list[str]]:
    """The first three cells of each row of a spreadsheet. Raises Unreadable."""
    return [
        ["" if cell is None else str(cell) for cell in list(line[1])[:3]]
        for table in tables(Source.of_bytes(name, data)) for line in table.lines()
    ]


def _reading(form: Form, sheet: dict[str, Any], number: int, row: list[str]) -> dict[str, Any] | None:
    row = [cell.strip() for cell in row if cell.strip()]
    if len(row) not in (2, 3):
        form.wrong(f"lines/{number}", f"第 {number} 行：应为 房号 本期读数，或 房号 上期读数 本期读数")
        return None
    known = sheet.get(row[0])
    if known is None:
        form.wrong(f"lines/{number}", f"第 {number} 行：没有这户 {row[0][:20]}，或这一户不按这个项目抄表")
        return None
    after = fen_of(row[-1])
    before = fen_of(row[1]) if len(row) == 3 else known["last"] if known["last"] is not None else 0
    if after is None or before is None:
        form.wrong(f"lines/{number}", f"第 {number} 行：读数要写成数字，最多两位小数")
        return None
    if after < before:
        form.wrong(f"lines/{number}", f"第 {number} 行：{row[0][:20]} 本期读数小于上期")
    return {"home": known["home"], "before": before, "after": after}


@bp.get("/meters/pools/<rule>/<period>")
@may("manager", "cashier")
def pool(rule: str, period: str) -> Response:
    """The split of one shared sum: every home's weight and part, adding up to the fen."""
    community = allow("manager", "cashier")
    found = acts.split(http.db(), community, rule, period)
    for row in found["rows"]:
        row["weight_words"] = f"{row['weight'] / 100:.2f} ㎡" if found["share_by"] == "area" else "1 户"
    if wants_sheet():
        return download(f"公摊 {found['item']} {period}", SPLIT, found["rows"])
    if not found["fen"] and not found["billed_fen"]:
        raise Refusal("not_found")
    at = paging(len(found["rows"]), 100)
    return page("pool", pool=found, rows=at.cut(found["rows"]), paging=at, shares=SHARE_BY)
