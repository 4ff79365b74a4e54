"""Contacts: every time the office or a colleague spoke to a home or left something there."""

from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any

from server import clock
from server.cases import store
from server.db import Pen, Question, Sql, Tuples

CONTACT = ("id", "home", "at", "kind", "staff", "outcome", "note", "source")
WORDS = itemgetter(*CONTACT)
COLUMNS = ("community", "day", *CONTACT)
ONCE = "on conflict (community, id) do nothing"


def record_contact(
    pen: Pen, *, id: str, home: str, at: str, kind: str, staff: str, outcome: str, note: str = "", source: str = ""
) -> str:
    """Keep one contact. `at` is a UTC instant (the Shanghai day is derived) or, for imports, a day.

    `kind` is a word of CONTACT_KINDS, `staff` a staff id or, for imported history, a name; `outcome` a field
    outcome or the imported sentence. The same id twice is kept once."""
    row = {"id": id, "home": home, "at": at, "kind": kind, "staff": staff, "outcome": outcome, "note": note,
           "source": source}
    if pen.put("contact", [_placed(pen, row)], COLUMNS, ONCE):
        pen.touch("household", home)
    return id


def record_contacts(pen: Pen, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep many contacts, each with the words of `record_contact`, whose homes the caller touches: nobody waits here
    for the answer which of them were new."""
    pen.tell("contact", [_placed(pen, row) for row in rows], COLUMNS, ONCE)


def _placed(pen: Pen, row: Mapping[str, Any]) -> tuple[Any, ...]:
    return pen.community, row["at"] if len(row["at"]) == 10 else clock.day_of(row["at"]), *WORDS(row)


def mend_contact(pen: Pen, contact: str, outcome: str, note: str) -> None:
    """A contact says what its source now says of it; what was said first is kept where it was said."""
    store.mend_contact(pen, contact, outcome, note)


def contacts(db: Sql, community: str, home_ids: list[str], last: int = 5) -> dict[str, list[dict[str, Any]]]:
    """{home: [contact, newest first]}; homes without one are absent."""
    out: dict[str, list[dict[str, Any]]] = {}
    for row in store.contacts(db, community, home_ids, last):
        out.setdefault(row["home"], []).append(row)
    return out


def contacts_on(db: Sql, community: str, day: str) -> list[dict[str, Any]]:
    """Everything that was tried on one day, newest first."""
    return store.contacts_on(db, community, day)


def visits_between(community: str, homes: Sequence[str], first: str, last: str) -> Question[Tuples]:
    """(home, id, Shanghai day) of visits to some homes between two days, imported ones too: they count for the caps."""
    return store.visits_between(community, homes, first, last)


def last_visits(db: Sql, community: str, home: str, last: int) -> list[str]:
    """Ids of the last visits phones recorded at a home, newest first."""
    return store.last_visits(db, community, home, last)


def visit_days(db: Sql, community: str, first: str, last: str) -> dict[str, list[str]]:
    """{home: the day of each visit} between two days, for caps on how often a door is knocked at."""
    found: dict[str, list[str]] = {}
    for row in store.contact_days(db, community, first, last, "visit"):
        found.setdefault(row["home"], []).append(row["day"])
    return found
