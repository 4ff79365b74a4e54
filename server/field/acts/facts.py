"""What the ops of one push mean in one community: read once what decisions need, decide each, write once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from server import clock
from server.cases import acts as cases
from server.cases.visiting import Visiting
from server.db import Answers, Pen, Question, Tuples
from server.field.acts.effects import Visits
from server.field.acts.marks import Marks
from server.field.acts.moments import when
from server.field.rules import scope
from server.field.rules.fold import stop_id
from server.field.rules.ops import Element, Op, Result, refusal, reparsed
from server.field.store import ops, visits
from server.ledger import acts as ledger


class Facts:
    """The state of one batch. `read` → `decide` each → `write`."""

    def __init__(self, pen: Pen, staff: str, device: str) -> None:
        self.pen = pen
        self.staff = staff
        self.device = device
        self.reach = scope.Reach()
        self.found: dict[str, list[str]] = {}
        self.outstanding: Mapping[str, int] = {}
        self.promised: Mapping[str, int] = {}
        self.knocks: dict[str, list[tuple[str, str]]] = {}
        self.rule = scope.DEFAULT
        self.visits = Visits(pen, staff, device)
        self.marks = Marks(pen, staff)

    # --- read ------------------------------------------------------------------

    @classmethod
    def read(
        cls, pen: Pen, staff: str, device: str, batch: Sequence[Element], *along: Question[Any]
    ) -> tuple[Facts, Answers]:
        """Everything the decisions on these elements need, and the answers to what is asked `along` with it: one round
        trip, besides what is mended, handed over or promised."""
        self = cls(pen, staff, device)
        good = [e.parsed for e in batch if e.parsed]
        c = pen.community
        mended = [op.data["visit"] for op in good if op.kind == "visit.correct"]
        self.visits.read(mended)
        self.marks.read(good)
        homes = sorted({op.household for op in good if op.household} | self.visits.homes() | self.marks.homes())
        adds = sorted({op.household for op in good if op.kind == "stop.add" and op.household})
        knocks = [op for op in good if op.kind in ("visit.record", "visit.correct")]
        member = ops.membership(c, staff)
        routes = visits.assigned(c, staff, sorted({op.route for op in good if op.route}))
        doors, added = visits.doors(c, staff, homes), ops.known(c, "home", adds)
        corrected = self.visits.corrections_of([*mended, *(op.op for op in good if op.kind == "visit.record")])
        answers = pen.together(*along, member, routes, doors, added, corrected, *self._near(knocks))
        self.reach = scope.Reach(answers[member], answers[routes], answers[doors], frozenset(answers[added]))
        self._sums(knocks)
        return self, answers

    def _near(self, knocks: Sequence[Op]) -> list[Question[None]]:
        """What judging visits needs: the rule, and other visits of the last days."""
        homes = sorted({op.household for op in knocks if op.household})
        if not homes:
            return []

        def keep_rule(rule: Visiting) -> None:
            self.rule = rule

        def keep_knocks(rows: Tuples) -> None:
            for home, id_, day in rows:
                self.knocks.setdefault(home, []).append((id_, day))

        c, days = self.pen.community, [self._day(op) for op in knocks]
        first = clock.add_days(min(days), -6)
        between = cases.visits_between(c, homes, first, max(days))
        return [cases.visiting_of(c).then(keep_rule), between.then(keep_knocks)]

    def _sums(self, knocks: Sequence[Op]) -> None:
        """For promises, what is owed and promised."""
        promising = sorted({op.household for op in knocks if op.household and _promise(op)})
        if promising:
            sums = ledger.sums(self.pen, self.pen.community, promising)
            self.outstanding = {home: row["outstanding_fen"] for home, row in sums.items()}
            self.promised = {
                home: sum(1 for row in rows if row["state"] == "open")
                for home, rows in cases.promises(self.pen, self.pen.community, promising, self.pen.day).items()
            }

    # --- decide ----------------------------------------------------------------

    def decide(self, e: Element) -> Result:
        """The answer to one element; what follows from it is kept for `write`."""
        if e.verdict is not None:
            return e.verdict
        op = e.parsed
        if op is None:
            return refusal(e.op, e.index, "op_unreadable")
        place = self._scope(op)
        if place == "out":
            return refusal(op.op, e.index, "not_in_scope")
        flags = scope.ranked(self._apply(op, late=place == "late"), place == "late")
        self.found[op.op] = flags
        if not flags:
            return Result(op.op, e.index, "applied")
        return refusal(op.op, e.index, flags[0], status="flagged")

    def flags(self, e: Element) -> list[str]:
        return self.found.get(e.op or "", [])

    def _scope(self, op: Op) -> str:
        route, home = op.route, op.household
        if op.kind == "visit.correct" and route is None and home is None:
            known = self.visits.own(op.data["visit"])
            if known is None:  # its visit may still come; it holds only if that one is the sender's
                return scope.scope(self.reach, op.kind, None, None)
            route, home = known["route"], known["home"]
        if op.kind == "delivery.record" and home is None:
            home = self.marks.home_of(op.data["notice"])
            if home is None:
                return "out"
        return scope.scope(self.reach, op.kind, route, home)

    def _apply(self, op: Op, late: bool) -> set[str]:
        if op.kind == "visit.record":
            return self._visit(op, late)
        if op.kind == "visit.correct":
            self.visits.correct(op)
            return self._judged(op, op.data["visit"]) if op.household else set()
        if op.kind == "stop.add":
            self._add(op, late)
            return set()
        home = op.household
        if op.kind == "delivery.record":
            home = home or self.marks.home_of(op.data["notice"])
        return self.marks.keep(op, home)

    def _visit(self, op: Op, late: bool) -> set[str]:
        home = op.household or ""
        route = op.route or scope.door(self.reach, home)
        flags = self._judged(op, op.op)
        if op.data.get("delivery") and not self.marks.matches(op.data["delivery"]["notice"], home):
            flags.add("delivery_unmatched")
        status = "flagged" if scope.ranked(flags, late) else "applied"
        self.visits.record(op, route, self._day(op), status)
        self.knocks.setdefault(home, []).append((op.op, self._day(op)))
        return flags

    def _judged(self, op: Op, visit: str) -> set[str]:
        day = self._day(op)
        home = op.household or ""
        others = [d for id_, d in self.knocks.get(home, []) if id_ != visit]
        first = clock.add_days(day, -6)
        seen = scope.Seen(
            when(op.at, self.pen.at).hour,
            sum(1 for d in others if d == day), sum(1 for d in others if first <= d <= day),
            self.outstanding.get(home, 0), self.promised.get(home, 0), day)
        flags = scope.visit_flags(op, seen, self.rule)
        return flags & {"over_outstanding", "promise_in_past"} if op.kind == "visit.correct" else flags

    def _day(self, op: Op) -> str:
        return when(op.at, self.pen.at).day

    def _add(self, op: Op, late: bool) -> None:
        """A home met by chance comes in; on a route that is no longer the sender's it only says that it was there."""
        door = (op.route or "", op.household or "")
        if self.reach.doors.get(door):
            return
        self.marks.add(op, stop_id(*door), late)
        self.reach = scope.Reach(
            self.reach.member, self.reach.routes, {**self.reach.doors, door: not late}, self.reach.added)
        self._revive(op.household or "", op.route or "")

    def _revive(self, home: str, route: str) -> None:
        """A visit that came before the stop it belongs to was refused; facts count in any order, so it counts now."""
        rows = ops.out_of_scope(self.pen, self.pen.community, self.staff, [home])
        for row in rows:
            op = reparsed(row["body"])
            if op is None or op.route not in (None, route):
                continue
            self.pen.ask(self.visits.corrections_of([op.op]))
            self._apply(op, late=False)
            ops.untell(self.pen, self.staff, [row["op"]])

    # --- write -----------------------------------------------------------------

    def write(self) -> None:
        """Everything that follows, rooms to the left included."""
        self.marks.write()
        self.visits.write()


def _promise(op: Op) -> Any:
    data = op.data["data"] if op.kind == "visit.correct" else op.data
    return data.get("promise")

