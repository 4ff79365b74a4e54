"""Many homes at once: an import writes 20,000 homes through here, a chunk of whole homes under each pen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from server.db import Pen, Row, new_id
from server.errors import Refusal
from server.estate import rules, store
from server.estate.acts.changes import (
    EDITABLE,
    arrive,
    index_homes,
    note,
    put_phones,
    put_words,
    set_fields,
)
from server.estate.acts.homes import homes_by_code, residents_of

DEFAULTS: dict[str, Any] = {
    "floor": None, "area": 0, "kind": "住宅", "state": "", "rate_fen": None, "handover": None, "note": "",
}
NO_NUMBER = 100_000  # buildings without a number stand behind those with one, in the order they came


def put_homes(pen: Pen, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Write homes by their code: new ones are made, known ones changed where a given key differs.

    A row: `building unit room` as written, `area` (0.01 ㎡), and if known `floor kind state rate_fen handover note`,
    `owners` and `tenants`: lists of `{"name", "phones"}`. A key left out changes nothing; owners are never removed
    by an empty list. A corrected name stays the same person (`rules.same_person`), any other owner owns from today.
    Returns {"new", "changed", "same", "ids": {code: home id}, "owners_changed": [code, …]}.
    Refusal home_code_empty; when a code stands twice, the last row counts.
    """
    wanted = {rules.code_of(row["building"], row["unit"], row["room"]): row for row in rows}
    if "" in wanted:
        raise Refusal("home_code_empty")
    known = homes_by_code(pen, pen.community, wanted)
    people = residents_of(pen, pen.community, [home["id"] for home in known.values()])
    fresh = {code: row for code, row in wanted.items() if code not in known}
    made = _make(pen, fresh)
    moved: list[str] = []
    changed = 0
    for code, home in known.items():
        edited = bool(set_fields(pen, home, wanted[code]))
        owners = _people(pen, home["id"], "owner", wanted[code].get("owners"), people[home["id"]], moved)
        tenants = _people(pen, home["id"], "tenant", wanted[code].get("tenants"), people[home["id"]], [])
        changed += edited or owners or tenants
    pen.verb = "home.put"
    return {
        "new": len(made), "changed": changed, "same": len(known) - changed,
        "ids": {code: home["id"] for code, home in known.items()} | made,
        "owners_changed": [code for code, home in known.items() if home["id"] in moved],
    }


# --- new homes ----------------------------------------------------------------


def _make(pen: Pen, fresh: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Insert new homes with their people and search words; {code: id}."""
    positions = _buildings(pen, fresh.values())
    homes, people, numbers = [], [], []
    for code, row in fresh.items():
        home = _home(pen, code, row, positions)
        homes.append(home)
        for role, key in (("owner", "owners"), ("tenant", "tenants")):
            new, own = arrive(pen.community, home["id"], role, _pairs(row.get(key) or ()), "")
            people += new
            numbers += own
        pen.touch("household", home["id"])
    pen.put("home", homes)
    pen.put("resident", people)
    pen.put("phone", numbers)
    put_words(pen, _with_people(homes, people, numbers))
    return {home["code"]: home["id"] for home in homes}


def _home(pen: Pen, code: str, row: Mapping[str, Any], positions: Mapping[str, int]) -> Row:
    building, unit, room = rules.building_of(row["building"]), rules.unit_of(row["unit"]), rules.room_of(row["room"])
    given = {key: row[key] for key in EDITABLE if row.get(key) is not None}
    return {
        "community": pen.community, "id": new_id(), "code": code, "building": building, "unit": unit, "room": room,
        "address": rules.address_of(row["building"], row["unit"], row["room"]),
        **DEFAULTS, "floor": rules.floor_of(room), **given,
        "position": rules.position_of(positions[building], unit, room), "made_n": pen.n,
    }


def _buildings(pen: Pen, rows: Any) -> dict[str, int]:
    """Positions of all buildings, those made that are new: by number, then in the order they came."""
    positions = {row["id"]: int(row["position"]) for row in store.buildings(pen, pen.community)}
    new = []
    for row in rows:
        id_ = rules.building_of(row["building"])
        if id_ in positions:
            continue
        behind = sum(1 for position in positions.values() if position >= NO_NUMBER)
        position = int(id_) if id_.isdecimal() and int(id_) < NO_NUMBER else NO_NUMBER + behind
        positions[id_] = position
        name = rules.building_name(row["building"])
        new.append({"community": pen.community, "id": id_, "name": name, "position": position})
    pen.put("building", new)
    return positions


def _with_people(
    homes: Sequence[Row], people: Sequence[Row], numbers: Sequence[Row]
) -> list[tuple[Row, list[dict[str, Any]]]]:
    phones: dict[str, list[str]] = {}
    for number in numbers:
        phones.setdefault(number["resident"], []).append(number["number"])
    living: dict[str, list[dict[str, Any]]] = {}
    for person in people:
        living.setdefault(person["home"], []).append({**person, "phones": phones.get(person["id"], [])})
    return [(home, living.get(home["id"], [])) for home in homes]


# --- known homes --------------------------------------------------------------


def _people(
    pen: Pen, home_id: str, role: str, given: Sequence[Mapping[str, Any]] | None, living: Sequence[Mapping[str, Any]],
    moved: list[str],
) -> bool:
    """Bring owners or tenants of a home to what the row says; True when something changed."""
    if given is None or (role == "owner" and not given):
        return False
    current = [person for person in living if person["role"] == role]
    wanted = _pairs(given)
    kept, new = _match(current, wanted)
    changed = False
    for person, (name, numbers) in kept:
        if person["name"] != name:
            store.set_resident(pen, pen.community, person["id"], {"name": name})
            note(pen, home_id, [("name", person["name"], name)], person["id"])
            changed = True
        if numbers and set(numbers) != set(person["phones"]):
            changed |= put_phones(pen, home_id, person["id"], numbers)
    gone = [person for person in current if all(person is not other for other, _ in kept)]
    if gone or new:
        moved.append(home_id)
        _replace(pen, home_id, role, gone, new, len(current))
        changed = True
    if changed:
        index_homes(pen, [home_id])
    return changed


def _match(
    current: Sequence[Mapping[str, Any]], wanted: Sequence[tuple[str, list[str]]]
) -> tuple[list[tuple[Mapping[str, Any], tuple[str, list[str]]]], list[tuple[str, list[str]]]]:
    """Who of the wanted is whom of the current, equal names first; and who is new."""
    kept: list[tuple[Mapping[str, Any], tuple[str, list[str]]]] = []
    left, open_ = list(current), list(wanted)
    for alike in (lambda p, w: p["name"] == w[0], lambda p, w: rules.same_person(p["name"], w[0], p["phones"], w[1])):
        for pair in list(open_):
            person = next((one for one in left if alike(one, pair)), None)
            if person is not None:
                kept.append((person, pair))
                left.remove(person)
                open_.remove(pair)
    return kept, open_


def _replace(
    pen: Pen, home_id: str, role: str, gone: Sequence[Mapping[str, Any]], new: Sequence[tuple[str, list[str]]],
    first: int,
) -> None:
    for person in gone:
        store.set_resident(pen, pen.community, person["id"], {"until": pen.day})
        store.end_phones(pen, pen.community, person["id"], pen.day)
        note(pen, home_id, [(role, person["name"], "")], person["id"])
    people, numbers = arrive(pen.community, home_id, role, new, pen.day, first)
    pen.put("resident", people)
    pen.put("phone", numbers)
    for person in people:
        note(pen, home_id, [(role, "", person["name"])], person["id"])


def _pairs(given: Sequence[Mapping[str, Any]]) -> list[tuple[str, list[str]]]:
    """(name, numbers) of people with a name, numbers in the form in which they are kept."""
    pairs = []
    for person in given:
        numbers = (rules.phone_of(phone) for phone in person.get("phones") or ())
        if name := rules.name_of(person["name"]):
            pairs.append((name, list(dict.fromkeys(number for number in numbers if number))))
    return pairs
