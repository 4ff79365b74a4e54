"""A receipt on paper: half a sheet, from what the ledger says of it."""

from __future__ import annotations

from server.config import Config
from server.db import Sql
from server.estate import acts as estate
from server.ledger import acts as ledger
from server.notices.press import fonts, printed
from server.notices.rules import amount, table
from server.pay import acts as pay

STATES = {"booked": "", "reversed": "已冲红，作废", "part_reversed": "部分冲红"}


def receipt_pdf(db: Sql, cfg: Config, community: str, receipt_no: str) -> bytes:
    """The PDF of a receipt, with a code that leads to its page. No name stands on it. Refusal receipt_unknown."""
    found = ledger.receipt(db, community, receipt_no)
    home = estate.home(db, community, found["home"])
    company = estate.settings(db, community)
    name = estate.community(db, community)["name"]
    rows = [
        {"item": item["item"], "period": table.period_words(item), "amount": amount.figures(item["fen"])}
        for item in found["items"]
    ]
    if found["prepayment_fen"] > 0:
        rows.append({"item": "预存", "period": "", "amount": amount.figures(found["prepayment_fen"])})
    sheet = {
        "company": company["company"] or f"{name}物业服务中心", "phone": company["phone"], "number": receipt_no,
        "address": f"{name} {home['address'] or home['code']}", "day": table.day(found["happened_on"]),
        "channel": found["channel_name"], "label": found["label"], "amount": amount.figures(found["fen"]),
        "capitals": amount.capitals(found["fen"]), "state": STATES[found["state"]], "lines": rows,
    }
    drawn = {k: fonts.presentable(v)[0] if isinstance(v, str) else v for k, v in sheet.items()}
    drawn["lines"] = [{k: fonts.presentable(v)[0] for k, v in row.items()} for row in rows]
    drawn["svg"] = pay.svg(cfg.url + pay.receipt_path(cfg, community, receipt_no))
    return printed("receipt", [drawn])[0]
