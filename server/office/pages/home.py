"""一户: the whole history of a home on one page; who opened it is recorded."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Response

from schemas import cases as case_words
from schemas.words import HOME_FIELDS, HOME_STATES, OUTCOMES, PROOFS, REASONS, RESIDENT_ROLES
from server import clock, http
from server.access import caller, may
from server.cases import acts as cases
from server.estate import acts as estate
from server.field import acts as field
from server.ledger import acts as ledger
from server.notices import acts as notices
from server.office.desk import allow, home_of, page
from server.office.pages import bp
from server.office.people import names
from server.pay import acts as pay

WORDS = {
    "contact_kinds": case_words.CONTACT_KINDS,
    "ticket_kinds": case_words.TICKET_KINDS,
    "outcomes": OUTCOMES,
    "request_kinds": case_words.REQUEST_KINDS,
    "promise_states": case_words.PROMISE_STATES,
    "proofs": PROOFS,
    "plan_states": case_words.PLAN_STATES,
    "grounds": case_words.GROUNDS,
    "fields": HOME_FIELDS,
    "reasons": REASONS,
    "home_states": HOME_STATES,
    "resident_roles": RESIDENT_ROLES,
    "code_classes": {"sealed": "信函码", "door": "门上码", "lobby": "大厅码"},
    "code_states": {
        "live": "有效",
        "moved": "业主已变更",
        "revoked": "已作废",
        "replaced": "已更换",
        "expired": "已过期",
    },
    "notice_kinds": {"letter": "催款函", "slip": "门上通知", "sticker": "贴纸"},
}


@bp.get("/homes/<code>")
@may("manager", "clerk", "cashier")
def home(code: str) -> Response:
    community = allow("manager", "clerk", "cashier")
    found = home_of(code)
    estate.looked(http.db(), community, found["id"], caller().staff)
    with http.db().snapshot() as sql:
        facts = _facts(sql, community, found["id"])
    who = names(
        facts["contacts"],
        facts["promises"],
        facts["tickets"],
        facts["requests"],
        facts["plans"],
        facts["changes"],
        facts["looks"],
        facts["receipts"],
        facts["visits"],
        facts["printed"],
    )
    return page("home", who=who, words=WORDS, **facts)


def _facts(sql: Any, c: str, home: str) -> dict[str, Any]:
    """Everything that is known of one home, each list newest first."""
    today = clock.today()
    card = estate.home_card(sql, c, home)
    bills = ledger.open_bills(sql, c, [home])[home]
    safe = cases.clocks(sql, c, [home]).get(home, {})
    steps = cases.next_steps(sql, c, today, [home])
    return {
        "home": card,
        "sums": ledger.sums(sql, c, [home])[home],
        "bills": bills,
        "safe": safe,
        "safe_first": min(safe.values(), default=""),
        "step": steps[0] if steps else None,
        "arrears": sum(bill["open_fen"] for bill in bills if bill["due"] < today),
        "receipts": ledger.receipts(sql, c, home),
        "all_bills": ledger.bills_of(sql, c, home),
        "contacts": cases.contacts(sql, c, [home], last=200).get(home, []),
        "promises": list(reversed(cases.promises(sql, c, [home]).get(home, []))),
        "tickets": cases.tickets(sql, c, [home], open_only=False),
        "requests": cases.requests(sql, c, [home], open_only=False),
        "plans": list(reversed(cases.plans(sql, c, [home]).get(home, []))),
        "interruptions": cases.interruptions(sql, c, home),
        "visits": field.visits_of_home(sql, c, home),
        "printed": notices.notices_of_home(sql, c, home),
        "codes": pay.codes_of(sql, c, home),
        "changes": estate.changes(sql, c, home),
        "looks": estate.looks(sql, c, home, last=20),
    }
