"""Changing one home: its data, its people, its phones. Every change keeps who, when, old and new."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from schemas.words import HOME_STATES
from server.db import Pen, Row, new_id
from server.errors import Refusal
from server.estate import index, rules, store
from server.estate.acts.homes import home, residents_of

EDITABLE = ("floor", "area", "kind", "state", "rate_fen", "handover", "note")


def edit_home(pen: Pen, home_id: str, changes: Mapping[str, Any]) -> list[str]:
    """Change data of a home: floor, area (0.01 ㎡), kind, state, rate_fen, handover, note; the fields that changed.

    Unknown keys are passed over. Refusals: not_found, state_unknown.
    """
    pen.verb = "home.edit"
    return set_fields(pen, home(pen, pen.community, home_id), changes)


def set_fields(pen: Pen, now: Row, changes: Mapping[str, Any]) -> list[str]:
    """As edit_home, for a home already read."""
    wanted = {key: changes[key] for key in EDITABLE if key in changes and changes[key] != now[key]}
    if wanted.get("state", "") not in ("", *HOME_STATES):
        raise Refusal("state_unknown", pointer="/state")
    if wanted:
        store.set_home(pen, pen.community, now["id"], wanted)
        note(pen, now["id"], [(field, now[field], value) for field, value in wanted.items()])
    return list(wanted)


def move_in(pen: Pen, home_id: str, name: str, phones: Sequence[str], since: str) -> str:
    """A tenant moves in on a day; the resident's id. The home counts as let (出租).

    Refusals: not_found, name_empty, phone_invalid, day_in_future.
    """
    now = home(pen, pen.community, home_id)
    _not_in_future(pen, since)
    (resident,) = _arrive(pen, home_id, "tenant", [(_name(name), _numbers(phones))], since)
    _set_state(pen, now, "出租")
    index_homes(pen, [home_id])
    pen.verb = "tenant.in"
    return resident


def move_out(pen: Pen, resident_id: str, until: str) -> None:
    """A tenant leaves; after the last one the home counts as empty (空置).

    Refusals: resident_unknown (also for owners and who left before), day_in_future, day_before_move_in.
    """
    person = _living(pen, resident_id)
    if person["role"] != "tenant":
        raise Refusal("resident_unknown")
    _not_in_future(pen, until)
    _depart(pen, [person], until)
    others = residents_of(pen, pen.community, [person["home"]])[person["home"]]
    if not any(other["role"] == "tenant" for other in others):
        _set_state(pen, home(pen, pen.community, person["home"]), "空置")
    index_homes(pen, [person["home"]])
    pen.verb = "tenant.out"


def change_owner(
    pen: Pen, home_id: str, name: str | Sequence[str], phones: Sequence[str], on: str
) -> list[str]:
    """The home gets another owner on a day; the new residents' ids.

    `name` may hold several (`贾宇子、丁超强`) or be a list. The old owners leave: their debts stay with them (bills
    name them), their pay codes die. Refusals: not_found, name_empty, phone_invalid, owner_same, day_in_future,
    day_before_move_in.
    """
    home(pen, pen.community, home_id)
    names = [_name(one) for one in (rules.names_of(name) if isinstance(name, str) else name)]
    if not names:
        raise Refusal("name_empty", pointer="/name")
    numbers = _numbers(phones)
    _not_in_future(pen, on)
    people = residents_of(pen, pen.community, [home_id])[home_id]
    before = [person for person in people if person["role"] == "owner"]
    if sorted(person["name"] for person in before) == sorted(names):
        raise Refusal("owner_same", pointer="/name")
    _depart(pen, before, on)
    wanted = list(zip(names, rules.share_phones(names, numbers), strict=True))
    new = _arrive(pen, home_id, "owner", wanted, on)
    index_homes(pen, [home_id])
    pen.verb = "owner.change"
    return new


def rename(pen: Pen, resident_id: str, name: str) -> bool:
    """Correct the name of a person who stays the same person; True when it changed.

    Refusals: resident_unknown, name_empty.
    """
    person = _living(pen, resident_id)
    name = _name(name)
    pen.verb = "resident.rename"
    if person["name"] == name:
        return False
    store.set_resident(pen, pen.community, resident_id, {"name": name})
    note(pen, person["home"], [("name", person["name"], name)], resident_id)
    index_homes(pen, [person["home"]])
    return True


def set_phones(pen: Pen, resident_id: str, numbers: Sequence[str]) -> bool:
    """Give a resident exactly these numbers; True when something changed.

    Refusals: resident_unknown, phone_invalid.
    """
    person = _living(pen, resident_id)
    pen.verb = "resident.phones"
    return put_phones(pen, person["home"], resident_id, _numbers(numbers))


def put_phones(pen: Pen, home_id: str, resident_id: str, numbers: Sequence[str]) -> bool:
    """As set_phones, for numbers already in the form in which they are kept."""
    rows = store.phones(pen, pen.community, [home_id])
    before = [row["number"] for row in rows if row["resident"] == resident_id]
    if set(before) == set(numbers):
        return False
    store.end_phones(pen, pen.community, resident_id, pen.day, numbers)
    added = [number for number in numbers if number not in before]
    pen.put("phone", [_phone(pen.community, home_id, resident_id, number) for number in added])
    note(pen, home_id, [("phone", "、".join(before), "、".join(numbers))], resident_id)
    index_homes(pen, [home_id])
    return True


# --- what the verbs share; bulk uses it too ----------------------------------


def note(
    pen: Pen, home_id: str, changed: Iterable[tuple[str, object, object]], resident: str | None = None
) -> None:
    """Write (field, old, new) into the home's history and touch the home."""
    texts = [(field, _text(old), _text(new)) for field, old, new in changed]
    pen.put("home_change", [
        {"community": pen.community, "id": new_id(), "home": home_id, "resident": resident, "n": pen.n,
         "at": pen.at, "who": pen.who, "field": field, "old": old, "new": new}
        for field, old, new in texts
    ])
    pen.touch("household", home_id)


def index_homes(pen: Pen, home_ids: Sequence[str]) -> None:
    """Write the search words of these homes anew."""
    store.drop_words(pen, pen.community, home_ids)
    people = residents_of(pen, pen.community, home_ids, past=True)
    found = store.homes_of(pen, pen.community, "id", home_ids)
    put_words(pen, [(row, people[row["id"]]) for row in found])


def put_words(pen: Pen, homes: Iterable[tuple[Mapping[str, Any], Sequence[Mapping[str, Any]]]]) -> None:
    """Insert the search words of homes that have none yet, in key order (quicker on both engines)."""
    words = sorted(
        (word, home_row["id"], kind) for home_row, people in homes for word, kind in index.words_of(home_row, people)
    )
    c = pen.community
    pen.put("home_word", ({"community": c, "word": w, "home": h, "kind": k} for w, h, k in words))


def arrive(
    c: str, home_id: str, role: str, wanted: Sequence[tuple[str, Sequence[str]]], since: str, first: int = 0
) -> tuple[list[Row], list[Row]]:
    """Rows of new residents and of their phones, for (name, numbers) in order."""
    people: list[Row] = [
        {"community": c, "id": new_id(), "home": home_id, "role": role, "name": name, "since": since, "until": None,
         "position": first + i, "forgotten_at": None}
        for i, (name, _) in enumerate(wanted)
    ]
    numbers = [
        _phone(c, home_id, person["id"], number)
        for person, (_, own) in zip(people, wanted, strict=True) for number in own
    ]
    return people, numbers


def _arrive(
    pen: Pen, home_id: str, role: str, wanted: Sequence[tuple[str, Sequence[str]]], since: str
) -> list[str]:
    people, numbers = arrive(pen.community, home_id, role, wanted, since)
    pen.put("resident", people)
    pen.put("phone", numbers)
    for person in people:
        note(pen, home_id, [(role, "", person["name"])], person["id"])
    return [person["id"] for person in people]


def _depart(pen: Pen, people: Sequence[Mapping[str, Any]], until: str) -> None:
    for person in people:
        if until < person["since"]:
            raise Refusal("day_before_move_in", pointer="/on", since=person["since"])
    for person in people:
        store.set_resident(pen, pen.community, person["id"], {"until": until})
        store.end_phones(pen, pen.community, person["id"], until)
        note(pen, person["home"], [(person["role"], person["name"], "")], person["id"])


def _set_state(pen: Pen, now: Row, state: str) -> None:
    if now["state"] != state:
        store.set_home(pen, pen.community, now["id"], {"state": state})
        note(pen, now["id"], [("state", now["state"], state)])


def _living(pen: Pen, resident_id: str) -> Row:
    person = store.resident(pen, pen.community, resident_id)
    if person is None or person["until"] is not None:
        raise Refusal("resident_unknown")
    return person


def _phone(c: str, home_id: str, resident_id: str, number: str) -> Row:
    return {"community": c, "id": new_id(), "home": home_id, "resident": resident_id, "number": number, "until": None}


def _name(name: str) -> str:
    kept = rules.name_of(name)
    if not kept:
        raise Refusal("name_empty", pointer="/name")
    return kept


def _numbers(phones: Sequence[str]) -> list[str]:
    numbers = list(dict.fromkeys(number for phone in phones if (number := rules.phone_of(phone)) or phone.strip()))
    if not all(rules.phone_fits(number) for number in numbers):
        raise Refusal("phone_invalid", pointer="/phones")
    return numbers


def _not_in_future(pen: Pen, day: str) -> None:
    # only what holds today is written: at midnight nothing changes on phones that nobody touched
    if day > pen.day:
        raise Refusal("day_in_future", pointer="/on")


def _text(value: object) -> str:
    return "" if value is None else str(value)
