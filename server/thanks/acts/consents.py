"""Consent to be shown by masked name, one a purpose: given and withdrawn by the payer, never by staff (PIPL 25)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from schemas.thanks import CONSENT_WORDS, WORDING
from server import clock
from server.db import Pen, Sql, new_id
from server.errors import Refusal
from server.estate import acts as estate
from server.thanks import rules, store
from server.thanks.acts.board import streaks


def payers(db: Sql, community: str, home: str, paid_on: str) -> list[dict[str, str]]:
    """Who may speak for a payment of a day: the home's owners of that day who own it still, [{resident, label}];
    `label` is the name as a screen shows it. Nobody after a change of owner."""
    return [
        {"resident": person["id"], "label": rules.masked(person["name"])}
        for person in estate.residents_of(db, community, [home]).get(home, [])
        if person["role"] == "owner" and person["since"] <= paid_on and person["name"]
    ]


def thankable(db: Sql, community: str, payment: Mapping[str, Any], day: str) -> bool:
    """Is there something to thank for: a payment that stands, of a home that paid its newest period by its due day?"""
    home = payment["home"]
    return payment["state"] == "booked" and streaks(db, community, [home], day)[home] > 0


def give_consent(
    pen: Pen, *, home: str, resident: str, purpose: str, source: str, end_day: str | None = None,
    screens: Sequence[str] = (), id: str = "",
) -> str:
    """Keep a payer's consent; its id. It names purpose, the words he saw with their version, his name as it is shown,
    the screens (none = all of the community) and its end, at most twelve months away.

    Refusals: consent_by_staff (somebody of the office is logged in), consent_purpose, consent_end, resident_unknown.
    """
    if pen.who:
        raise Refusal("consent_by_staff")
    if purpose not in CONSENT_WORDS:
        raise Refusal("consent_purpose", pointer="/purpose")
    last = clock.add_months(pen.day, rules.CONSENT_MONTHS)
    end_day = end_day or last
    if not pen.day < end_day <= last:
        raise Refusal("consent_end", pointer="/end_day")
    living = {row["id"]: row["name"] for row in estate.residents_of(pen, pen.community, [home]).get(home, [])}
    if resident not in living:
        raise Refusal("resident_unknown")
    id_, label = id or new_id(), rules.masked(living[resident])
    store.put_consent(pen, pen.community, {
        "id": id_, "home": home, "resident": resident, "purpose": purpose,
        "words": CONSENT_WORDS[purpose].format(label=label), "version": WORDING, "label": label,
        "screens": json.dumps(list(screens)), "source": source, "given_at": pen.at, "given_day": pen.day,
        "end_day": end_day,
    })
    pen.verb = "consent.give"
    pen.touch("consent", id_)
    return id_


def withdraw_consent(pen: Pen, id_: str, home: str, source: str) -> str:
    """Take one back; its purpose. Screens with network are emptied at their next beat; what else he agreed to stays.
    Twice is harmless. Refusal not_found, also for another home's consent."""
    row = store.consent(pen, pen.community, id_)
    if row is None or row["home"] != home:
        raise Refusal("not_found")
    store.put_withdrawal(pen, pen.community, id_, source, pen.at)
    pen.verb = "consent.withdraw"
    pen.touch("consent", id_)
    return str(row["purpose"])


def consents(db: Sql, community: str, home: str, on: str | None = None) -> list[dict[str, Any]]:
    """Every consent of a home with `live`, for its own page and for export."""
    day = on or clock.today()
    return [_shape(row, day) for row in store.consents_of(db, community, home)]


def consents_given(db: Sql, community: str) -> list[dict[str, Any]]:
    """Every consent ever given here, newest first, as evidence: the room, and the name as a screen shows it."""
    rows, day = store.consents_given(db, community), clock.today()
    codes = {row["id"]: row["code"] for row in estate.homes(db, community)} if rows else {}
    return [{**_shape(row, day), "code": codes.get(row["home"], "")} for row in rows]


def _shape(row: Mapping[str, Any], day: str) -> dict[str, Any]:
    live = not row["withdrawn_at"] and row["end_day"] >= day and not row["left_on"]
    return {**row, "screens": json.loads(row["screens"]), "live": live}
