"""What follows from visits: contact, promise, ticket, claim, request, delivery, photos; the same in any order."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from server.cases import acts as cases
from server.db import Pen, Question, Row, Tuples
from server.field.acts.moments import when
from server.field.acts.papers import record_delivery
from server.field.rules import canonical
from server.field.rules.fold import held, stop_id
from server.field.rules.ops import Op
from server.field.store import claims, visits

MENDED = "上门记录已更正"


class Visits:
    """Visits of one batch and the corrections that touch them."""

    def __init__(self, pen: Pen, staff: str, device: str) -> None:
        self.pen = pen
        self.staff = staff
        self.device = device
        self.rows: dict[str, Row] = {}
        self.before: dict[str, Row | None] = {}
        self.data: dict[str, Mapping[str, Any]] = {}
        """What holds now of each visit of `before`."""
        self.corrections: dict[str, list[tuple[str, str, dict[str, Any]]]] = {}
        self.new_corrections: list[Row] = []
        self.said: list[tuple[str, str, Mapping[str, Any]]] = []
        """(op, visit, data) of everything recorded now: its photos and deliveries are facts even when mended."""

    def read(self, mended: Sequence[str]) -> None:
        """Visits to be mended. A new one is not there: it is kept with its op, and that is new."""
        if mended:
            self.rows.update(visits.visits(self.pen, self.pen.community, mended))

    def corrections_of(self, wanted: Iterable[str]) -> Question[None]:
        """Corrections of visits, which may have come before a new one; asked, they are known here."""
        new = [i for i in dict.fromkeys(wanted) if i not in self.corrections]

        def keep(rows: Tuples) -> None:
            self.corrections.update({i: [] for i in new})
            for visit, id_, staff, data in rows:
                self.corrections[visit].append((id_, staff, json.loads(data)))

        return visits.corrections(self.pen.community, new).then(keep)

    def homes(self) -> set[str]:
        return {row["home"] for row in self.rows.values()}

    def own(self, visit: str) -> Row | None:
        """The visit, when it is there and the sender's own."""
        row = self.rows.get(visit)
        return row if row and row["staff"] == self.staff else None

    def record(self, op: Op, route: str | None, day: str, status: str) -> None:
        """Keep a new visit; a correction that came first holds at once."""
        self.before[op.op] = None
        self.said.append((op.op, op.op, op.data))
        now, data, text = self._held(op.op, self.staff, op.data, op.text)
        self.data[op.op] = data
        self.rows[op.op] = {
            "community": self.pen.community, "id": op.op, "route": route, "home": op.household, "staff": self.staff,
            "device": self.device, "at": op.at, "day": day, "outcome": data["outcome"], "reason": data["reason"],
            "note": data["note"] or "", "held": now, "data": text, "status": status, "made_n": self.pen.n,
            "received_at": self.pen.at,
        }

    def correct(self, op: Op) -> None:
        """Keep a correction; it holds when it is the greatest and the visit is the sender's own."""
        visit, data = op.data["visit"], dict(op.data["data"])
        self.new_corrections.append({
            "community": self.pen.community, "id": op.op, "visit": visit, "staff": self.staff, "at": op.at,
            "data": canonical.DATA(data), "made_n": self.pen.n,
        })
        self.corrections.setdefault(visit, []).append((op.op, self.staff, data))
        row = self.own(visit)
        if row is None:
            return
        self.said.append((op.op, visit, data))
        self.before.setdefault(visit, dict(row))
        own = json.loads(row["data"]) if row["held"] == visit else {}
        now, kept, text = self._held(visit, self.staff, own, row["data"])
        self.data[visit] = kept
        row.update(held=now, outcome=kept["outcome"], reason=kept["reason"], note=kept["note"] or "", data=text)

    def _held(self, visit: str, staff: str, own: Mapping[str, Any], text: str) -> tuple[str, Mapping[str, Any], str]:
        """(op, data, data as it is kept) that holds of a visit of this person."""
        mine = [(op, data) for op, by, data in self.corrections.get(visit, ()) if by == staff]
        if not mine:
            return visit, own, text
        op, data = held(visit, own, mine)
        return op, data, canonical.DATA(data)

    # --- write -----------------------------------------------------------------

    def write(self) -> None:
        visits.put_corrections(self.pen, self.new_corrections)
        new = [self.rows[i] for i, before in self.before.items() if before is None]
        visits.put_visits(self.pen, new)
        cases.record_contacts(self.pen, [_contact(row) for row in new])
        visits.hold(self.pen, [self.rows[i] for i, before in self.before.items() if before is not None])
        for id_, before in self.before.items():
            self._follow(self.rows[id_], before)
        self._photos()
        for op, visit, data in self.said:
            if data["delivery"]:
                row = self.rows[visit]
                record_delivery(self.pen, op, row["home"], data["delivery"], _moment(row), f"visit:{visit}")

    def _follow(self, row: Row, before: Row | None) -> None:
        """Bring what the visit left in other rooms to what it says now."""
        source, at = f"visit:{row['id']}", _moment(row)
        now = self.data[row["id"]]
        was = json.loads(before["data"]) if before else {}
        if before is not None:
            cases.mend_contact(self.pen, row["id"], row["outcome"], row["note"])
        self.pen.touch("household", row["home"])
        if row["route"]:
            self.pen.touch("stop", stop_id(row["route"], row["home"]))
        if now["promise"] != was.get("promise"):
            self._promise(row, now["promise"], source, fresh=before is None)
        if now["ticket"] != was.get("ticket"):
            self._ticket(row, now["ticket"], source, at, fresh=before is None)
        if now["claim"] != was.get("claim"):
            self._claim(row, now["claim"], fresh=before is None)
        if now["outcome"] == "instalment" != was.get("outcome"):
            cases.ask(self.pen, row["home"], "instalment", row["note"], source, id=row["held"], at=at,
                      staff=row["staff"])

    def _promise(self, row: Row, promise: Mapping[str, Any] | None, source: str, fresh: bool) -> None:
        live = [] if fresh else [
            p["id"] for p in cases.promises(self.pen, self.pen.community, [row["home"]]).get(row["home"], [])
            if p["source"] == source and not p["ended"]]
        if promise:
            cases.make_promise(
                self.pen, id=row["held"], home=row["home"], due=promise["due"], fen=promise["fen"],
                made_on=min(row["day"], promise["due"]), staff=row["staff"], source=source)
        for id_ in live:
            cases.end_promise(self.pen, id_, "replaced" if promise else "cancelled", MENDED,
                              row["held"] if promise else None)

    def _ticket(self, row: Row, ticket: Mapping[str, Any] | None, source: str, at: str, fresh: bool) -> None:
        if not fresh:
            for one in cases.tickets(self.pen, self.pen.community, [row["home"]]):
                if one["source"] == source:
                    cases.close_ticket(self.pen, one["id"], MENDED)
        if ticket:
            cases.open_ticket(self.pen, id=row["held"], home=row["home"], kind=ticket["kind"], text=ticket["text"],
                              source=source, at=at, staff=row["staff"])

    def _claim(self, row: Row, claim: Mapping[str, Any] | None, fresh: bool) -> None:
        """A claim moves no balance. One that the cashier confirmed stays, whatever is said later."""
        earlier = [] if fresh else claims.of_visit(self.pen, self.pen.community, row["id"])
        if any(one["how"] == "confirmed" for one in earlier):
            return
        for one in earlier:
            if one["how"] is None:
                claims.end(self.pen, one["id"], "withdrawn", None, MENDED)
        if claim:
            claims.put(self.pen, {
                "community": self.pen.community, "id": row["held"], "visit": row["id"], "home": row["home"],
                "staff": row["staff"], "channel": claim["channel"], "fen": claim["fen"],
                "reference": claim["reference"] or "", "taken_at": row["at"], "taken_on": row["day"],
                "handed_at": claim["handed_at"], "made_n": self.pen.n, "received_at": self.pen.at,
            })

    def _photos(self) -> None:
        """Which record names which photo."""
        visits.put_photos(self.pen, [
            {"community": self.pen.community, "sha": sha, "source": op, "home": row["home"], "route": row["route"],
             "staff": row["staff"], "at": self.pen.at}
            for op, visit, data in self.said for row in (self.rows[visit],)
            for sha in dict.fromkeys(data["photos"] or ())])


def _contact(row: Mapping[str, Any]) -> Row:
    """The contact a new visit leaves in `cases`."""
    return {
        "id": row["id"], "home": row["home"], "at": _moment(row), "kind": "visit", "staff": row["staff"],
        "outcome": row["outcome"], "note": row["note"], "source": f"visit:{row['id']}",
    }


def _moment(row: Mapping[str, Any]) -> str:
    """When the visit was, for decisions."""
    return when(row["at"], row["received_at"]).instant
