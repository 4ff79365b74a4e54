"""What an owner sends from the page, written under the community's pen; at most so many a code and day."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from server import http
from server.cases import acts as cases
from server.pay import acts as pay


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
