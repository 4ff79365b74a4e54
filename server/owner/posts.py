"""What an owner sends from the page, written under the community's pen; at most so many a code and day."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from server import http
from server.cases import acts as cases
from server.ledger import acts as ledger
from server.pay import acts as pay
from server.thanks import acts as thanks


def ticket(code: Mapping[str, Any], id_: str, kind: str, text: str) -> None:
    """我有疑问. The same form twice is one ticket."""
    with http.writing(code["community"], "page.ticket") as pen:
        pay.count_post(pen, code["handle"])
        cases.open_ticket(pen, id=id_, home=code["home"], kind=kind, text=text, source=f"page:{code['handle']}")


def request(code: Mapping[str, Any], id_: str, kind: str, text: str) -> None:
    """我有困难. The same form twice is one request."""
    with http.writing(code["community"], "page.request") as pen:
        pay.count_post(pen, code["handle"])
        cases.ask(pen, code["home"], kind, text, f"page:{code['handle']}", id=id_)


def report(code: Mapping[str, Any], id_: str, place: str) -> None:
    """举报. Kept with the code that was scanned."""
    with http.writing(code["community"], "page.report") as pen:
        pay.count_post(pen, code["handle"])
        pay.report_code(pen, id=id_, scanned=code["handle"], place=place, source="owner", handle=code["handle"])


def consent(community: str, receipt: str, id_: str, resident: str, purpose: str, end_day: str) -> bool:
    """感谢榜 or 抽奖, by the payer. False when there is nothing to thank for any more; one that lives already stays."""
    with http.writing(community, "page.consent") as pen:
        paid = ledger.receipt(pen, community, receipt)
        mine = [row for row in thanks.consents(pen, community, paid["home"]) if row["resident"] == resident]
        if any(row["id"] == id_ or (row["live"] and row["purpose"] == purpose) for row in mine):
            return True
        if not thanks.thankable(pen, community, paid, pen.day):
            return False
        pay.count_post(pen, f"receipt:{receipt}")
        thanks.give_consent(
            pen, id=id_, home=paid["home"], resident=resident, purpose=purpose, source=f"receipt:{receipt}",
            end_day=end_day,
        )
    return True


def withdrawal(community: str, paid: Mapping[str, Any], id_: str) -> str:
    """The payer takes his consent back; its purpose."""
    with http.writing(community, "page.withdrawal") as pen:
        return thanks.withdraw_consent(pen, id_, paid["home"], f"receipt:{paid['receipt']}")
