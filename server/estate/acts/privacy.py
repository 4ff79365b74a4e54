"""One person's data: a copy on request, deletion when nothing needs it any more (PIPL 44–47)."""

from __future__ import annotations

from typing import Any

from server import clock
from server.db import Db, Pen, Row, Sql
from server.errors import Refusal
from server.estate import rules, store
from server.estate.acts.changes import index_homes, note
from server.estate.acts.homes import home

LOOK_MONTHS = 24


def export_person(db: Sql, c: str, resident_id: str) -> dict[str, Any]:
    """Everything estate keeps of a person: home, role, name, phones (also former), changes, who looked at the home.

    Refusal resident_unknown.
    """
    person = store.resident(db, c, resident_id)
    if person is None:
        raise Refusal("resident_unknown")
    where = home(db, c, person["home"])
    phones = store.phones(db, c, [person["home"]], past=True)
    numbers = [row["number"] for row in phones if row["resident"] == resident_id]
    first = person["since"] or ""
    return {
        "resident": person["id"], "home": where["code"], "address": where["address"], "role": person["role"],
        "name": person["name"], "since": person["since"], "until": person["until"],
        "phones": list(dict.fromkeys(numbers)),
        "changes": [
            {key: row[key] for key in ("at", "who", "field", "old", "new")}
            for row in store.changes(db, c, person["home"], 10_000) if row["resident"] == resident_id
        ],
        "looks": [row for row in store.looks(db, c, person["home"], 10_000) if row["at"] >= first],
    }


def forgettable(db: Sql, c: str, before: str) -> list[Row]:
    """Residents who left before a day and whose data is still there: candidates of the retention job."""
    return store.left_before(db, c, before)


def forget_person(pen: Pen, resident_id: str, owed_fen: int) -> None:
    """Replace a departed person's name by 已删除 and delete numbers and what the history says of them.

    `owed_fen` is what bills in the person's name still ask for: the caller asks the ledger under the same pen.
    Refusals: resident_unknown, person_current (still owns or lives there), person_owes.
    """
    person = store.resident(pen, pen.community, resident_id)
    if person is None or person["forgotten_at"] is not None:
        raise Refusal("resident_unknown")
    if person["until"] is None:
        raise Refusal("person_current")
    if owed_fen > 0:
        raise Refusal("person_owes")
    changes = {"name": rules.FORGOTTEN, "forgotten_at": pen.at}
    store.set_resident(pen, pen.community, resident_id, changes)
    store.drop_phones(pen, pen.community, resident_id)
    store.blank_changes(pen, pen.community, resident_id, rules.FORGOTTEN)
    note(pen, person["home"], [("forgotten", "", rules.FORGOTTEN)], resident_id)
    index_homes(pen, [person["home"]])
    pen.verb = "person.forget"


def run_due(db: Db, c: str, on: str) -> dict[str, int]:
    """What a day brings: who looked at a home is kept for two years, no longer."""
    before = clock.instant(clock.parse(f"{clock.add_months(on, -LOOK_MONTHS)}T00:00:00+08:00"))
    return {"looks": thin_looks(db, c, before)}


def thin_looks(db: Db, c: str, before: str) -> int:
    """Drop the record of who looked before an instant; how many rows."""
    return store.drop_looks(db, c, before)
