"""Reading homes: lists, one home's card, search, who changed and who looked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from server import clock
from server.db import Db, Row, Sql
from server.errors import Refusal
from server.estate import index, store


def buildings(db: Sql, c: str) -> list[Row]:
    """Buildings in walking order: id (part of the code), name, position."""
    return store.buildings(db, c)


def homes(db: Sql, c: str, ids: Iterable[str] | None = None) -> list[Row]:
    """All homes, or those with these ids (unknown ids are left out), in walking order. Area in 0.01 ㎡."""
    return store.homes(db, c) if ids is None else store.homes_of(db, c, "id", ids)


def homes_page(
    db: Sql, c: str, building: str = "", after: str = "", limit: int = 50
) -> tuple[list[dict[str, Any]], str | None]:
    """Homes in walking order after the code `after`, of one building if given, with residents; and where to go on.

    The second value is the code to give as `after` next, None at the end. Refusal home_unknown for a strange `after`.
    """
    start = home_by_code(db, c, after) if after else None
    found = store.homes_page(db, c, building, start, limit + 1)
    people = residents_of(db, c, [row["id"] for row in found[:limit]])
    page = [{**row, "residents": people[row["id"]]} for row in found[:limit]]
    return page, page[-1]["code"] if len(found) > limit else None


def homes_by_code(db: Sql, c: str, codes: Iterable[str]) -> dict[str, Row]:
    """{code: home} of those codes that exist."""
    return {home["code"]: home for home in store.homes_of(db, c, "code", codes)}


def home(db: Sql, c: str, id_: str) -> Row:
    """One home by id. Refusal not_found."""
    found = store.homes_of(db, c, "id", [id_])
    if not found:
        raise Refusal("not_found")
    return found[0]


def home_by_code(db: Sql, c: str, code: str) -> Row:
    """One home by its code. Refusal home_unknown."""
    found = store.homes_of(db, c, "code", [code])
    if not found:
        raise Refusal("home_unknown", home=code[:40])
    return found[0]


def residents_of(db: Sql, c: str, home_ids: Sequence[str], past: bool = False) -> dict[str, list[dict[str, Any]]]:
    """{home: residents}, owners first; each with `phones`, a list of numbers.

    With `past` also who has left, with the numbers they had on leaving.
    """
    ids = list(dict.fromkeys(home_ids))
    found: dict[str, list[dict[str, Any]]] = {id_: [] for id_ in ids}
    by_resident: dict[str, dict[str, Any]] = {}
    for row in store.residents(db, c, ids, past):
        person = {**row, "phones": []}
        by_resident[row["id"]] = person
        found[row["home"]].append(person)
    for row in store.phones(db, c, ids, past):
        owner = by_resident.get(row["resident"])
        if owner is not None and row["until"] == owner["until"]:
            owner["phones"].append(row["number"])
    return found


def owners_on(db: Sql, c: str, home_ids: Sequence[str], day: str) -> dict[str, str]:
    """{home: resident id of its first owner on a day}: whom a bill of that day concerns."""
    found: dict[str, str] = {}
    for row in store.owners_on(db, c, list(dict.fromkeys(home_ids)), day):
        found.setdefault(row["home"], row["id"])
    return found


def person(db: Sql, c: str, resident_id: str) -> Row:
    """One resident, living or gone: id, home, role, name, since, until, position, forgotten_at.

    Refusal resident_unknown.
    """
    found = store.resident(db, c, resident_id)
    if found is None:
        raise Refusal("resident_unknown")
    return found


def home_card(db: Sql, c: str, id_: str) -> dict[str, Any]:
    """A home with `residents` (living) and `past` (who left), each with phones. Refusal not_found."""
    found = home(db, c, id_)
    people = residents_of(db, c, [id_], past=True)[id_]
    return {
        **found,
        "residents": [person for person in people if person["until"] is None],
        "past": [person for person in people if person["until"] is not None],
    }


def changes(db: Sql, c: str, id_: str, last: int = 200) -> list[Row]:
    """What was changed about a home, newest first: n, at, who, resident, field, old, new."""
    return store.changes(db, c, id_, last)


def search(db: Sql, c: str, text: str, limit: int = 50) -> list[dict[str, Any]]:
    """Homes that every word of `text` leads to: room, name, phone, pinyin or its initials, each from its beginning.

    Whole matches first, then walking order. Each home carries `found` (room name past phone: what the first word
    met) and `residents`. A blank question finds nothing.
    """
    spans = [index.span(token) for token in index.tokens_of(text)]
    if not spans:
        return []
    found = store.search(db, c, spans, max(1, min(limit, 500)))
    people = residents_of(db, c, [row["id"] for row in found])
    return [{**row, "residents": people[row["id"]]} for row in found]


def looked(db: Db, c: str, id_: str, who: str) -> None:
    """Remember that a person looked at a home, once a minute.

    Not under the pen: looking changes nothing that phones or screens would have to fetch.
    """
    store.add_look(db, c, id_, who, clock.instant()[:16] + ":00.000000Z")


def looks(db: Sql, c: str, id_: str, last: int = 200) -> list[Row]:
    """Who looked at a home, newest first: at, who."""
    return store.looks(db, c, id_, last)
