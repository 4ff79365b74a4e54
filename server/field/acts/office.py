"""What the office asks of the field: visits as they arrived, claims to settle, fixes, flags, phones with holes."""

from __future__ import annotations

import json
import re
from typing import Any

from server import clock
from server.cases import acts as cases
from server.db import Pen, Row, Sql, new_id
from server.errors import refuse
from server.field.acts.marks import apply_fix
from server.field.rules import holes
from server.field.store import claims as claim_store
from server.field.store import messages, ops, photos
from server.field.store import visits as store
from server.ledger import acts as ledger

PAGE = 500
PLACE = re.compile(r"[0-9]{1,15}~[0-9]{1,10}~[!-~]{1,64}")


def visits(db: Sql, c: str, since: str = "") -> dict[str, Any]:
    """Visits in the order of their arrival: {visits: […], next}. `since` is an earlier `next`, '' the beginning."""
    rows = store.since(db, c, *_place(since), PAGE)
    after = f"{rows[-1]['made_n']}~{rows[-1]['seq']}~{rows[-1]['op']}" if rows else since
    return {"visits": rows, "next": after}


def _place(since: str) -> tuple[int, int, str]:
    if not since:
        return 0, 0, ""
    if not PLACE.fullmatch(since):
        refuse("since_unreadable", "/since")
    n, seq, id_ = since.split("~", 2)
    return int(n), int(seq), id_


def visits_of_home(db: Sql, c: str, home: str, last: int = 50) -> list[dict[str, Any]]:
    """The visits of a home, newest first, with `data` and `photos` [{sha, kind or None while it is on its way}]."""
    rows = store.named(db, c, cases.last_visits(db, c, home, last))
    found: dict[str, list[Row]] = {}
    if rows:
        for row in photos.of_source(db, c, [row["id"] for row in rows]):
            found.setdefault(row["source"], []).append({"sha": row["sha"], "kind": row["kind"]})
    return [{**row, "data": json.loads(row["data"]), "photos": found.get(row["id"], [])} for row in rows]


# --- claims ----------------------------------------------------------------------


def claims(db: Sql, c: str, open_only: bool = True, last: int = 500) -> list[Row]:
    """Claims of phones: open ones oldest first, or all newest first."""
    return claim_store.claims(db, c, open_only, last)


def settle_claim(
    pen: Pen, claim: str, confirm: bool, reason: str = "", paid_on: str | None = None
) -> dict[str, Any]:
    """The cashier confirms a claim, which books it, or refuses it with a reason, which tells who made it.

    {claim, state, payment, receipt}; the same word again gives the same answer. Refusals: claim_unknown,
    claim_settled (another word was given), claim_reason_needed, those of record_payment.
    """
    row = claim_store.claim(pen, pen.community, claim)
    if row is None:
        refuse("claim_unknown")
    wanted = "confirmed" if confirm else "refused"
    if row["how"] == wanted:
        return {"claim": claim, "state": wanted, "payment": row["payment"], "receipt": _receipt(pen, row["payment"])}
    if row["how"]:
        refuse("claim_settled")
    pen.verb = f"claim.{wanted}"
    if not confirm:
        if not reason.strip():
            refuse("claim_reason_needed", "/reason")
        claim_store.end(pen, claim, "refused", None, reason)
        send_message(pen, row["staff"], f"{row['household']} 的收款登记（{_yuan(row['fen'])} 元）被退回：{reason}")
        return {"claim": claim, "state": "refused", "payment": None, "receipt": None}
    booked = ledger.record_payment(
        pen, channel=row["channel"], transaction_id=_transaction(row), home=row["household_id"], fen=row["fen"],
        happened_on=paid_on or row["taken_on"], who=pen.who, label=row["reference"],
        note=f"上门收款 {row['staff_name']}")
    claim_store.end(pen, claim, "confirmed", booked["payment"], reason)
    return {"claim": claim, "state": "confirmed", "payment": booked["payment"], "receipt": booked["receipt"]}


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


def _transaction(row: Row) -> str:
    """A transfer's own number where it is known: then the same money booked at the desk is not booked twice."""
    if row["channel"] == "transfer" and row["reference"]:
        return str(row["reference"])
    return f"claim:{row['claim']}"


def _receipt(pen: Pen, payment: str | None) -> str | None:
    return str(ledger.payment(pen, pen.community, payment)["receipt"]) if payment else None


# --- what needs a look --------------------------------------------------------------


def flagged_ops(db: Sql, c: str, last: int = 200) -> list[Row]:
    """Flagged and refused ops nobody has looked at, newest first."""
    return ops.waiting(db, c, last)


def see_op(pen: Pen, op: str) -> None:
    """Somebody looked; it leaves the phone's list. Refusal not_found."""
    pen.verb = "op.see"
    if not ops.see(pen, op):
        refuse("not_found")


def fixes(db: Sql, c: str, state: str = "proposed") -> list[Row]:
    """Corrections of contact data that wait for the office (or are in another state)."""
    return store.fixes(db, c, state)


def settle_fix(pen: Pen, fix: str, accept: bool) -> None:
    """Accept a proposed correction, which changes the home, or decline it. Refusal fix_unknown; those of estate."""
    row = store.fix(pen, pen.community, fix)
    if row is None or row["state"] != "proposed":
        refuse("fix_unknown")
    if accept:
        apply_fix(pen, row["home"], row["field"], row["old"], row["new"], sure=True)
    store.settle_fix(pen, fix, "accepted" if accept else "declined")
    pen.verb = "fix.accept" if accept else "fix.decline"


def send_message(pen: Pen, staff: str, text: str) -> str:
    """A sentence to one person's phones; its id."""
    return messages.put(pen, new_id(), staff, text)


def drop_message(pen: Pen, message: str) -> None:
    """Take a sentence back."""
    messages.drop(pen, message)


def phones(db: Sql, c: str) -> list[dict[str, Any]]:
    """Phones in use with what has not arrived: missing_n (lowest 100), missing_count, pending, silent_hours."""
    out: list[dict[str, Any]] = []
    for row in ops.devices(db, c):
        missing, count = holes.holes(ops.ranges(db, c, row["id"]), row["n_high"])
        out.append({**row, "missing_n": missing, "missing_count": count, "silent_hours": _hours(row["seen_at"])})
    return out


def _hours(seen_at: str | None) -> int | None:
    if not seen_at:
        return None
    return int((clock.now() - clock.parse(seen_at)).total_seconds() // 3600)
