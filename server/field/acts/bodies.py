"""Bodies of entities as phones get them: each a function of its own entity's facts, all of whose changes touch it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from json.encoder import encode_basestring_ascii as quoted
from typing import Any

from server import clock
from server.cases import acts as cases
from server.cases.rules import promise_state
from server.config import Config
from server.db import Sql
from server.estate import acts as estate
from server.field.rules.fold import stop_state
from server.field.store import buckets, routes
from server.ledger import acts as ledger
from server.pay import acts as pay

Bodies = dict[str, dict[str, Any]]
WIRE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
CHUNK = 400
"""Homes asked for at once: few statements, bounded lists."""


def make(db: Sql, cfg: Config, c: str, type_: str, ids: Sequence[str]) -> Bodies:
    """{id: body} of entities of one type; those that do not exist are absent."""
    if type_ == "household":
        found: Bodies = {}
        for start in range(0, len(ids), CHUNK):
            found.update(_households(db, cfg, c, ids[start:start + CHUNK]))
        return found
    return MAKERS[type_](db, c, ids)


def text(type_: str, id_: str, body: Mapping[str, Any]) -> bytes:
    """The bytes as they go out: the end of a change, behind what differs between phones."""
    return f'"type":"{type_}","id":{quoted(id_)},"data":{WIRE.encode(body)}}}'.encode()


def _at_door(why: str) -> str:
    """The reason of a stop as the phone may show it where the owner looks on: without the odds; what he owes stands
    beside it anyway."""
    return "；".join(part for part in why.split("；") if not part.startswith(("收回机会", "欠 ")))


def _stops(db: Sql, c: str, ids: Sequence[str]) -> Bodies:
    rows = buckets.stop_rows(db, c, ids)
    knocks, skips = routes.stop_facts(db, c, sorted({row["route"] for row in rows}))
    outcomes: dict[tuple[str, str], list[str]] = {}
    for knock in knocks:
        outcomes.setdefault((knock["route"], knock["home"]), []).append(knock["outcome"])
    skipped = {(skip["route"], skip["home"]) for skip in skips}
    return {
        row["id"]: {
            "household": row["home"], "position": row["position"],
            "state": stop_state(outcomes.get(door, ()), door in skipped),
            "window": {"date": row["date"], "from": row["slot_from"], "to": row["slot_to"]},
            "why": _at_door(row["why"]),
        }
        for row in rows if (door := (row["route"], row["home"]))
    }


def _households(db: Sql, cfg: Config, c: str, ids: Sequence[str]) -> Bodies:
    homes = list(ids)
    at = buckets.days_at(db, c, homes)
    days = {home: clock.day_of(at[home]) for home in homes if home in at}
    people = estate.residents_of(db, c, homes)
    bills = ledger.open_bills(db, c, homes)
    sums = ledger.sums(db, c, homes)
    contacts = cases.contacts(db, c, homes)
    promises = cases.promises(db, c, homes)
    codes = pay.phone_codes(db, c, homes, cfg=cfg)
    tickets = _grouped(cases.tickets(db, c, homes, open_only=True))
    notices = _grouped(buckets.notices(db, c, homes))
    safe = cases.limitation(db, c, homes)
    paid = _paid(db, c, homes, days)
    out: Bodies = {}
    for row in buckets.home_rows(db, c, homes):
        home, day = row["id"], days.get(row["id"], "")
        mine = [bill for bill in bills.get(home, []) if not bill.get("former")]
        said = [p for p in promises.get(home, []) if not p["ended"]]
        open_tickets = tickets.get(home, [])
        out[home] = {
            **_who(row, people.get(home, [])),
            "outstanding_fen": sum(bill["open_fen"] for bill in mine),
            "prepaid_fen": sums[home]["prepaid_fen"] if home in sums else 0,
            "paid_today_fen": paid.get((home, day), 0), "paid_day": day,
            "bills": [_bill(bill) for bill in mine],
            "contacts": [_contact(contact) for contact in contacts.get(home, [])],
            "promises": [{k: p[k] for k in ("due", "fen", "made_on", "paid_fen")} for p in said],
            "tickets": [{k: t[k] for k in ("kind", "text", "opened_on", "due_on")} for t in open_tickets],
            "notices": [_notice(notice) for notice in notices.get(home, [])],
            **codes[home], "safe_until": safe.get(home),
            **_words(row, people.get(home, []), open_tickets, contacts.get(home, []), said, day, safe.get(home) or day),
        }
    return out


def _who(row: Mapping[str, Any], people: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    owners = [person["name"] for person in people if person["role"] == "owner"]
    return {
        "code": row["code"], "address": row["address"], "owner": "、".join(owners),
        "phones": [{"number": number, "name": person["name"], "role": person["role"]}
                   for person in people for number in person["phones"]],
        "kind": row["kind"], "state": row["state"] or "", "note": row["note"],
    }


def _bill(bill: Mapping[str, Any]) -> dict[str, Any]:
    return {"bill": bill["bill"], "item": bill["item"], "period": bill["period"], "due": bill["due"],
            "outstanding_fen": bill["open_fen"]}


def _contact(contact: Mapping[str, Any]) -> dict[str, Any]:
    return {k: contact[k] for k in ("day", "at", "kind", "staff", "outcome", "note")}


def _notice(notice: Mapping[str, Any]) -> dict[str, Any]:
    return {"notice": notice["id"], "number": notice["number"], "kind": notice["kind"], "match": notice["match"]}


def _words(
    row: Mapping[str, Any], people: Sequence[Mapping[str, Any]], tickets: Sequence[Mapping[str, Any]],
    contacts: Sequence[Mapping[str, Any]], promises: Sequence[Mapping[str, Any]], day: str, safe: str,
) -> dict[str, str]:
    """Keys of the words to open with and to avoid, as of the day of the last change."""
    last = contacts[0]["outcome"] if contacts else ""
    states = [promise_state(p["due"], p["fen"], p["paid_fen"], day, "") for p in promises]
    say, avoid = cases.words_for({
        "kind": row["kind"], "state": row["state"] or "", "tenant": any(p["role"] == "tenant" for p in people),
        "ticket": tickets[0]["kind"] if tickets else "", "hardship": last == "hardship", "moved": last == "moved",
        "broken": states.count("broken"), "promised": "open" in states, "expired": safe < day,
        "first": not contacts,
    })
    return {"say": say, "avoid": avoid}


def _paid(db: Sql, c: str, homes: Sequence[str], days: Mapping[str, str]) -> dict[tuple[str, str], int]:
    """(home, day) → fen paid on that day, for the day each home last changed on."""
    if not days:
        return {}
    rows = buckets.paid_between(db, c, homes, min(days.values()))
    return {(row["home"], row["day"]): row["fen"] for row in rows}


def _grouped(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    found: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        found.setdefault(row["home"], []).append(row)
    return found


def _scripts(db: Sql, c: str, ids: Sequence[str]) -> Bodies:
    texts = cases.scripts(db, c)
    return {id_: {"key": id_, "text": texts[id_]} for id_ in ids if id_ in texts}


def _settings(db: Sql, c: str, ids: Sequence[str]) -> Bodies:
    texts = buckets.settings(db, c)
    found: Bodies = {id_: {"key": id_, "text": texts[id_]} for id_ in ids if id_ in texts}
    for id_ in ids:
        if id_.startswith("rooms:"):
            found[id_] = {"key": id_, "rooms": buckets.room_codes(db, c, id_.removeprefix("rooms:"))}
    return found


def _op_results(db: Sql, c: str, ids: Sequence[str]) -> Bodies:
    return {row["op"]: dict(row) for row in buckets.op_rows(db, c, ids)}


def _messages(db: Sql, c: str, ids: Sequence[str]) -> Bodies:
    return {row["id"]: {k: row[k] for k in ("text", "at", "who")} for row in buckets.message_rows(db, c, ids)}


MAKERS: Mapping[str, Callable[[Sql, str, Sequence[str]], Bodies]] = {
    "stop": _stops, "script": _scripts, "setting": _settings, "op_result": _op_results, "message": _messages,
}
