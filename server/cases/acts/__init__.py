"""The verbs of the room cases; one small file per noun.

Acts that write take the pen first, acts that read take (db, community). Money is fen, days are Shanghai's
'YYYY-MM-DD', instants UTC text. Everything touches 'household'.
"""

from server.cases.acts.contacts import (
    contacts,
    contacts_on,
    last_visits,
    mend_contact,
    record_contact,
    record_contacts,
    visit_days,
    visits_between,
)
from server.cases.acts.ladder import Situation, next_steps, words_for
from server.cases.acts.limitation import clocks, interrupt, interruptions, limitation
from server.cases.acts.plans import end_plan, make_plan, plans
from server.cases.acts.promises import end_promise, make_promise, open_promises, promises, promises_due
from server.cases.acts.requests import answer_request, ask, requests
from server.cases.acts.results import staff_results
from server.cases.acts.scripts import put_script, scripts, ship_scripts
from server.cases.acts.tickets import close_ticket, open_ticket, ticket, tickets
from server.cases.acts.visiting import set_visiting, visiting, visiting_of

__all__ = [
    "Situation",
    "answer_request",
    "ask",
    "clocks",
    "close_ticket",
    "contacts",
    "contacts_on",
    "end_plan",
    "end_promise",
    "interrupt",
    "interruptions",
    "last_visits",
    "limitation",
    "make_plan",
    "make_promise",
    "mend_contact",
    "next_steps",
    "open_promises",
    "open_ticket",
    "plans",
    "promises",
    "promises_due",
    "put_script",
    "record_contact",
    "record_contacts",
    "requests",
    "scripts",
    "set_visiting",
    "ship_scripts",
    "staff_results",
    "ticket",
    "tickets",
    "visit_days",
    "visits_between",
    "visiting",
    "visiting_of",
    "words_for",
]
