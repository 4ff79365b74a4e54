"""The daily trade bill of WeChat Pay, read strictly."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
from collections.abc import Mapping
from datetime import datetime

from server import clock
from server.pay.providers.words import BillRow, Unclear


def read_bill(data: bytes, sha1: str) -> list[BillRow]:
    """Rows of a trade bill: CSV whose cells begin with a backtick, then a header and one line of totals.

    The SHA-1 is over the bill as text; a cut gzip or another hash raises Unclear: nothing is matched against half.
    """
    try:
        text = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
    except (OSError, EOFError) as error:
        raise Unclear("cut_gzip") from error
    if hashlib.sha1(text, usedforsecurity=False).hexdigest() != sha1.lower():
        raise Unclear("wrong_sha1")
    lines = list(csv.reader(io.StringIO(text.decode("utf-8-sig"))))
    if not lines:
        return []
    names = [name.strip() for name in lines[0]]
    rows = []
    for line in lines[1:]:
        if len(line) != len(names) or not line[0].startswith("`"):
            break  # the totals follow
        rows.append(_bill_row({name: cell.lstrip("`").strip() for name, cell in zip(names, line, strict=True)}))
    return rows


def _bill_row(cell: Mapping[str, str]) -> BillRow:
    refund = cell["交易状态"] == "REFUND"
    return BillRow(
        kind="refund" if refund else "payment", number=cell["商户订单号"], transaction=cell["微信订单号"],
        fen=yuan_fen(cell["退款金额"] if refund else cell["订单金额"]), fee_fen=yuan_fen(cell["手续费"]),
        at=clock.instant(datetime.strptime(cell["交易时间"], "%Y-%m-%d %H:%M:%S").replace(tzinfo=clock.SHANGHAI)),
        state=cell["退款状态"] if refund else cell["交易状态"], refund=cell["商户退款单号"] if refund else "",
    )


def yuan_fen(text: str) -> int:
    """`-12.30` → -1230, exactly; the channel writes fees with up to five places, which round half up to the fen."""
    sign = -1 if text.startswith("-") else 1
    whole, _, part = text.lstrip("+-").partition(".")
    digits = (part + "000")[:3]
    return sign * ((int(whole or 0) * 1000 + int(digits) + 5) // 10)
