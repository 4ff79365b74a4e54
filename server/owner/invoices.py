"""电子发票 asked for from a receipt: title, tax number, mail; the office issues it."""

from __future__ import annotations

from typing import Any

from flask import Response, redirect, request
from werkzeug.wrappers import Response as Plain

from server import http
from server.access import may
from server.db import Sql, new_id
from server.ledger import acts as ledger
from server.owner.pages import bp
from server.pay import acts as pay

# to the owner, an invoice on its way to a red one still stands
SHOWN = {"issued": "issued", "red_sending": "issued", "red_failed": "issued", "red": "red", "failed": "failed"}


def invoice_of(db: Sql, community: str, receipt: dict[str, Any], secret: str) -> dict[str, Any]:
    """What the receipt page says of its invoice: {state '' | asked | issued | red | failed, number, link, id, form}."""
    asks = pay.invoices_of(db, community, receipt["payment"])
    last = asks[-1] if asks else None
    state = "" if last is None else SHOWN.get(last["state"], "asked")
    id_ = new_id()
    return {"state": state, "number": last["number"] if last else "", "link": last["link"] if last else "", "id": id_,
            "form": http.form_token(f"{secret}/{id_}")}


@bp.post("/r/<receipt>/<secret>/invoice")
@may("anyone")
def invoice_ask(receipt: str, secret: str) -> Response | Plain:
    """The same form twice is one ask."""
    community = pay.receipt_community(http.cfg(), receipt, secret)
    id_ = request.form.get("id", "")[:64]
    http.check_form_token(f"{secret}/{id_}", request.form.get("form", ""))
    found = ledger.receipt(http.db(), community, receipt)
    words = {name: request.form.get(name, "")[:100].replace("\x00", "") for name in ("title", "tax_no", "mail")}
    with http.writing(community, "page.invoice") as pen:
        pay.ask_invoice(pen, id=id_, payment=found["payment"], **words)
    return redirect(f"/r/{receipt}/{secret}", 303)
