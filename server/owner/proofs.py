"""`/r/<receipt>/<secret>/proof`: the owner's browser checks that his payment is inside the published total."""

from __future__ import annotations

import json

from flask import Response

from server import http
from server.access import may
from server.ledger import acts as ledger
from server.owner import view
from server.owner.pages import _company, bp, page
from server.pay import acts as pay

CSP = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'nonce-{nonce}'; img-src data:;"
    " form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)


@bp.get("/r/<receipt>/<secret>/proof")
@may("anyone")
def receipt_proof(receipt: str, secret: str) -> Response:
    """The proof of a sealed receipt, checked by a small script of ours; before it is sealed, when it will be."""
    db = http.db()
    community = pay.receipt_community(http.cfg(), receipt, secret)
    found = view.receipt_page(db, community, receipt)
    proof = ledger.proof(db, community, receipt)
    answer = page(
        "proof", receipt=found, community=community, company=_company(community), back=f"/r/{receipt}/{secret}",
        proof=json.dumps(proof) if proof else "", seal=proof["seal"] if proof else None,
    )
    answer.headers["Content-Security-Policy"] = CSP.format(nonce=http.nonce())
    return answer
