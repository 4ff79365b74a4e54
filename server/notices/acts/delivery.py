"""Deliveries: how a notice reached the home, who signed, and whether that restarts the limitation clock."""

from __future__ import annotations

from schemas.words import PROOFS, SIGNERS
from server import clock
from server.cases import acts as cases
from server.cases.rules import reaches_debtor
from server.db import Pen, Row, Sql
from server.errors import refuse
from server.notices import store


def record_delivery(
    pen: Pen, *, id: str, notice: str, home: str, proof: str, signer: str | None, at: str, source: str,
    staff: str = "",
) -> bool:
    """Keep a delivery, its contact, and, where the proof carries it, the interruption of the clock.

    `at` is a UTC instant. True when the clock restarted. The same id again changes nothing.
    Refusals: notice_unknown (not this home's), invalid (unknown proof or signer).
    """
    if proof not in PROOFS:
        refuse("invalid", "/proof")
    if signer and signer not in SIGNERS:
        refuse("invalid", "/signer")
    row = store.notice(pen, pen.community, notice)
    if row is None or row["home"] != home:
        refuse("notice_unknown", "/notice")
    restarts = reaches_debtor(proof, signer or "")
    fresh = store.add_delivery(pen, {
        "community": pen.community, "id": id, "notice": notice, "home": home, "proof": proof,
        "signer": signer or None, "at": at, "staff": staff or pen.who, "source": source,
        "restarts_clock": int(restarts),
    })
    if fresh:
        words = PROOFS[proof] + (f"（{SIGNERS[signer]}）" if signer else "")
        cases.record_contact(
            pen, id=id, home=home, at=at, kind="delivery", staff=staff or pen.who,
            outcome=f"{row['number']} {words}", source=source,
        )
        if restarts:
            cases.interrupt(pen, home, clock.day_of(at), "delivery", source)
        pen.touch("household", home)
    return restarts


def deliveries(db: Sql, community: str, notices: list[str]) -> dict[str, list[Row]]:
    """{notice: [{id, proof, signer, at, staff, source, restarts_clock}]}, oldest first."""
    found: dict[str, list[Row]] = {notice: [] for notice in notices}
    for row in store.deliveries(db, community, notices) if notices else []:
        found[row["notice"]].append(row)
    return found


def delivered(db: Sql, community: str, notice: str, proof: str, source: str) -> bool:
    """Whether this source already said so."""
    return store.delivered(db, community, notice, proof, source)
