"""What phones note beside visits: starts and finishes, homes met by chance, skips, papers, stickers, fixes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from server.db import Pen, Row
from server.estate import acts as estate
from server.field.acts.moments import when
from server.field.acts.papers import record_delivery
from server.field.rules.fold import stop_id
from server.field.rules.ops import Op
from server.field.store import routes, visits
from server.notices import acts as notices
from server.pay import acts as pay

CHANCE = 9999
"""Position of a door met by chance: behind those the office ordered."""


class Marks:
    """Marks of one batch. Fixes and deliveries are written as they are decided, the rest at the end."""

    def __init__(self, pen: Pen, staff: str) -> None:
        self.pen = pen
        self.staff = staff
        self.notices: dict[str, str] = {}
        self.rows: list[Row] = []
        self.stops: list[Row] = []

    def read(self, batch: Sequence[Op]) -> None:
        """The homes of the notices that the ops name."""
        named = [n for op in batch if (n := _notice(op))]
        if named:
            self.notices.update(notices.homes_of(self.pen, self.pen.community, sorted(set(named))))

    def homes(self) -> set[str]:
        return set(self.notices.values())

    def home_of(self, notice: str) -> str | None:
        return self.notices.get(notice)

    def matches(self, notice: str, home: str) -> bool:
        return self.notices.get(notice) == home

    def add(self, op: Op, id_: str, late: bool) -> None:
        """The stop of a home met by chance; late: it was there, and is not live."""
        self.stops.append({
            "community": self.pen.community, "id": id_, "route": op.route, "home": op.household, "position": CHANCE,
            "slot_from": None, "slot_to": None, "why": "", "source": "phone", "came_n": self.pen.n,
            "went_n": self.pen.n if late else None,
        })
        self.pen.touch("stop", id_)
        self._row(op, op.household)

    def keep(self, op: Op, home: str | None) -> set[str]:
        """Keep what an op notes; what the office should look at."""
        self._row(op, home)
        if op.kind == "stop.skip" and op.household:
            route = op.route
            if route:
                self.pen.touch("stop", stop_id(route, op.household))
        if op.kind == "contact.fix":
            return self._fix(op)
        if op.kind == "delivery.record":
            self._photos(op, home)
            at = when(op.at, self.pen.at).instant
            done = record_delivery(self.pen, op.op, home or "", op.data, at, f"op:{op.op}")
            return set() if done else {"delivery_unmatched"}
        if op.kind == "code.check":
            self._photos(op, home)
            return self._check(op)
        return set()

    def _row(self, op: Op, home: str | None) -> None:
        self.rows.append({
            "community": self.pen.community, "id": op.op, "kind": op.kind, "route": op.route, "home": home,
            "staff": self.staff, "at": op.at, "data": op.text, "made_n": self.pen.n,
            "received_at": self.pen.at,
        })

    def _photos(self, op: Op, home: str | None) -> None:
        visits.put_photos(self.pen, [
            {"community": self.pen.community, "sha": sha, "source": op.op, "home": home, "route": op.route,
             "staff": self.staff, "at": self.pen.at} for sha in dict.fromkeys(op.data["photos"] or ())])

    def _check(self, op: Op) -> set[str]:
        """A sticker the phone does not know is reported; the office sees where it hangs."""
        if op.data["genuine"] is not False:
            return set()
        pay.report_code(self.pen, id=op.op, scanned=op.data["code"], place=op.data["place"] or "", source="patrol")
        return {"code_suspect"}

    def _fix(self, op: Op) -> set[str]:
        """The first fix of what is on file is done; one that speaks of something else waits for the office."""
        home, data = op.household or "", op.data
        old = (data["from_"] or "").strip()
        done = apply_fix(self.pen, home, data["field"], old, data["to"])
        visits.put_fix(self.pen, {
            "community": self.pen.community, "id": op.op, "home": home, "field": data["field"], "old": old,
            "new": data["to"], "staff": self.staff, "at": op.at, "state": "done" if done else "proposed",
            "settled_at": None, "settled_by": None, "made_n": self.pen.n,
        })
        return set() if done else {"contact_proposal"}

    def write(self) -> None:
        routes.put_stops(self.pen, self.stops)
        visits.put_marks(self.pen, self.rows)


def _notice(op: Op) -> Any:
    if op.kind == "delivery.record":
        return op.data["notice"]
    data = op.data["data"] if op.kind == "visit.correct" else op.data
    return (data.get("delivery") or {}).get("notice") if op.kind.startswith("visit.") else None


def apply_fix(pen: Pen, home: str, field: str, old: str, new: str, sure: bool = False) -> bool:
    """Change contact data of a home when what is on file is what `old` says (`sure`: whatever is on file).

    False when something else is on file. Refusals: those of estate (phone_invalid, state_unknown, name_empty).
    """
    if field in ("state", "note"):
        row = estate.home(pen, pen.community, home)
        if not sure and (row[field] or "") != old:
            return False
        estate.edit_home(pen, home, {field: new})
        return True
    people = estate.residents_of(pen, pen.community, [home])[home]
    if field == "name":
        person = next((p for p in people if p["name"] == old), people[0] if sure and people else None)
        if person is None:
            return False
        estate.rename(pen, person["id"], new)
        return True
    return _fix_phone(pen, people, old, new, sure)


def _fix_phone(pen: Pen, people: Sequence[Row], old: str, new: str, sure: bool) -> bool:
    """Replace a number; without an old one, give the first owner his first."""
    for person in people:
        if old and old in person["phones"]:
            estate.set_phones(pen, person["id"], [new if number == old else number for number in person["phones"]])
            return True
    if not people or (old and not sure) or (not sure and any(person["phones"] for person in people)):
        return False
    estate.set_phones(pen, people[0]["id"], [*people[0]["phones"], new])
    return True
