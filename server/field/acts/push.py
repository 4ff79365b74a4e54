"""Push: ops come up, each gets its own answer, one transaction for each community, answered after the commit."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from server import clock
from server.access import Caller
from server.db import Broken, Db, Pen, Row, Sql
from server.errors import Refusal
from server.field.acts.facts import Facts
from server.field.acts.photos import carry
from server.field.rules import holes
from server.field.rules.ops import Element, Result, element, refusal
from server.field.store import ops
from server.field.store.ops import Arrived
from server.people import acts as people

log = logging.getLogger("koumen.sync")
NOT_YET = Result(None, 0, "applied")


@dataclass
class Phone:
    """Whose phone pushes, and what it says of itself."""

    staff: str
    device: str
    community: str
    app: str = ""
    n_high: int = 0
    pending: int = 0
    arrived: Arrived | None = None
    """What is kept of it, as this push left it."""

    @classmethod
    def of(cls, who: Caller, said: dict[str, Any]) -> Phone:
        return cls(who.staff, who.device, who.community, said["client"].get("app", ""), said["n_high"], said["pending"])


def push(db: Db, who: Caller, said: dict[str, Any]) -> dict[str, Any]:
    """Answer a push (`said`: PushIn). One result per element, in the order sent."""
    phone, epoch = Phone.of(who, said), who.epoch
    elements = [element(index, value) for index, value in enumerate(said["ops"])]
    results: dict[int, Result] = {e.index: e.verdict for e in elements if e.verdict and _passing(e)}
    if ours := [e for e in elements if e.index not in results]:
        results.update(_answers(db, phone, ours, epoch))
    missing, count = _arrived(db, phone, elements, results)
    return {
        "epoch": epoch, "server_time": clock.instant(), "replay_ops": bool(said["epoch"]) and said["epoch"] != epoch,
        "missing_n": missing, "missing_count": count,
        "results": [results[e.index].words() for e in elements],
    }


def _answers(db: Db, phone: Phone, ours: Sequence[Element], epoch: str) -> dict[int, Result]:
    """Answers to elements that are ops, one community after the other."""
    results: dict[int, Result] = {}
    postings, before = ops.postings(phone.staff), ops.answers(phone.community, _ids(ours))
    answers = db.together(postings, before)
    for community, batch in _placed(db, phone, ours, answers[postings]).items():
        if community == phone.community:
            results.update(answer(db, community, phone, batch, answers[before], epoch))
        else:
            known = db.ask(ops.answers(community, _ids(batch)))
            results.update(answer(db, community, phone, batch, known, epoch))
            carry(db, phone.staff, phone.device, phone.community, community, _photos(batch))
    return results


def _ids(batch: Sequence[Element]) -> list[str]:
    return [e.op for e in batch if e.op]


def _photos(batch: Sequence[Element]) -> list[str]:
    """Photos that these elements name."""
    return sorted({sha for e in batch if e.parsed for sha in e.parsed.data.get("photos") or ()})


def _passing(e: Element) -> bool:
    """Nothing is stored for what is no op."""
    return e.op is None


def _placed(
    db: Sql, phone: Phone, elements: Sequence[Element], postings: Sequence[str]
) -> dict[str, list[Element]]:
    """Elements by community: the route's, else the household's, else the phone's own; the phone's comes last."""
    others = [c for c in postings if c != phone.community]
    places: dict[int, str] = {}
    if others:
        for table in ("home", "route"):  # the route's community is written last: it decides
            ids = sorted({i for e in elements if (i := e.route if table == "route" else e.household)})
            for c in [*reversed(others), phone.community]:
                known = db.ask(ops.known(c, table, ids))
                places.update({
                    e.index: c for e in elements if (e.route if table == "route" else e.household) in known
                })
    found: dict[str, list[Element]] = {}
    for e in elements:
        found.setdefault(places.get(e.index, phone.community), []).append(e)
    return {c: found[c] for c in sorted(found, key=lambda c: (c == phone.community, c))}


def answer(
    db: Db, community: str, phone: Phone, batch: Sequence[Element], before: Mapping[str, Row], epoch: str
) -> dict[int, Result]:
    """Answers of one community's elements: what was answered `before` is answered so again, the rest is decided."""
    results, new = _known(batch, before, epoch)
    if not new:
        return results
    try:
        results.update(_decided(db, community, phone, new, epoch))
        return results
    except (Refusal, Broken) as error:
        log.warning("a batch of %d ops is done one by one: %s", len(new), type(error).__name__)
        for e in new:
            results.update(_alone(db, community, phone, e, epoch))
    return results


def _known(batch: Sequence[Element], before: Mapping[str, Row], epoch: str) -> tuple[dict[int, Result], list[Element]]:
    """Results of elements answered before, and the others. A refusal holds within its epoch."""
    results: dict[int, Result] = {}
    new: list[Element] = []
    for e in batch:
        row = before.get(e.op or "")
        if row is None or (row["status"] == "rejected" and row["epoch"] != epoch):
            new.append(e)
        elif row["hash"] == e.hash:
            results[e.index] = Result(
                e.op, e.index, row["status"], row["code"], row["pointer"], row["message"], replayed=True)
        else:
            results[e.index] = refusal(e.op, e.index, "op_id_reuse")
    return results, new


def _decided(db: Db, community: str, phone: Phone, batch: Sequence[Element], epoch: str) -> dict[int, Result]:
    """One transaction: read once, decide each, write once."""
    first, doubles = _doubles(batch)
    if all(e.verdict and e.verdict.status == "retry" for e in batch):
        return {e.index: e.verdict for e in batch if e.verdict}  # nothing is stored: no need of the pen
    with db.write(community, who=phone.staff, verb="sync.push") as pen:
        asked, arrival = ops.answers(community, _ids(first)), ops.arrived(community, phone.device)
        facts, answers = Facts.read(pen, phone.staff, phone.device, first, asked, arrival)
        before, arrived = answers[asked], phone.arrived
        results, new = _known(first, before, epoch)
        for e in sorted(new, key=lambda e: (e.kind != "stop.add", e.index)):
            results[e.index] = facts.decide(e)
        if community == phone.community:
            numbers = {e.n for e in batch if e.n and results.get(e.index, NOT_YET).status != "retry"}
            arrived = _keep_numbers(pen, phone, answers[arrival], numbers)
        facts.write()
        ops.put_ops(pen, [_row(pen, phone, e, results[e.index], facts.flags(e), epoch) for e in new
                          if results[e.index].status != "retry"], before)
        ops.untell(pen, phone.staff, [e.replaces for e in new if e.replaces and _took(results[e.index])])
    phone.arrived = arrived
    told = {e.op: (e.hash, results[e.index]) for e in first}
    for e in doubles:
        hash_, result = told[e.op]
        results[e.index] = result.again(e.index) if hash_ == e.hash else refusal(e.op, e.index, "op_id_reuse")
    return results


def _took(result: Result) -> bool:
    return result.status in ("applied", "flagged")


def _doubles(batch: Sequence[Element]) -> tuple[list[Element], list[Element]]:
    """An op that stands twice in one push is decided once."""
    seen: set[str] = set()
    first: list[Element] = []
    doubles: list[Element] = []
    for e in batch:
        (doubles if e.op in seen else first).append(e)
        seen.add(e.op or "")
    return first, doubles


def _alone(db: Db, community: str, phone: Phone, e: Element, epoch: str) -> dict[int, Result]:
    """One op in its own transaction, so that it holds back no other; a refusal of another room is its answer."""
    try:
        before = db.ask(ops.answers(community, [e.op or ""]))
        results, new = _known([e], before, epoch)
        return results or _decided(db, community, phone, new, epoch)
    except (Refusal, Broken) as error:
        reason = error.sentence if isinstance(error, Refusal) else "与已有记录冲突"
        result = Result(e.op, e.index, "rejected", "refused", "", f"系统未能接收：{reason}")
        with db.write(community, who=phone.staff, verb="sync.refuse") as pen:
            before = pen.ask(ops.answers(community, [e.op or ""]))
            results, new = _known([e], before, epoch)
            if new:
                ops.put_ops(pen, [_row(pen, phone, e, result, [], epoch)], before)
        return results or {e.index: result}


def _row(
    pen: Pen, phone: Phone, e: Element, result: Result, flags: Sequence[str], epoch: str
) -> tuple[Any, ...]:
    """The values of `ops.OP`."""
    told = None if result.status == "applied" else pen.n
    return (
        pen.community, e.op, phone.device, phone.staff, e.n, e.kind, e.at, e.route, e.household, e.hash,
        result.status, result.code, ",".join(flags), result.pointer, result.message, e.replaces, e.body, epoch, pen.n,
        pen.at, told,
    )


def _arrived(
    db: Db, phone: Phone, elements: Sequence[Element], results: dict[int, Result]
) -> tuple[list[int], int]:
    """Keep which numbers of this phone arrived and what it says of itself; (missing_n, missing_count)."""
    numbers = {e.n for e in elements if e.n and results[e.index].status != "retry"}
    asked = ops.arrived(phone.community, phone.device)
    known = phone.arrived or db.ask(asked)
    if holes.join(known.ranges, numbers) != known.ranges:
        with db.write(phone.community, who=phone.staff, verb="sync.arrive") as pen:
            known = _keep_numbers(pen, phone, pen.ask(asked), numbers)
    high = max(phone.n_high, known.n_high)
    if known.app is not None and known[:3] != (phone.pending, high, phone.app or known.app):
        people.device_seen(db, phone.community, phone.device, phone.app or known.app, phone.pending, high)
    return holes.holes(known.ranges, high)


def _keep_numbers(pen: Pen, phone: Phone, before: Arrived, numbers: set[int]) -> Arrived:
    """Keep which numbers arrived, and what the phone says of itself, with the ops; what is kept now."""
    ranges = holes.join(before.ranges, numbers)
    ops.put_ranges(pen, phone.device, before.ranges, ranges)
    if before.app is None:
        return before._replace(ranges=ranges)
    after = Arrived(phone.pending, max(phone.n_high, before.n_high), phone.app or before.app, ranges)
    ops.set_device(pen, phone.device, after.pending, after.n_high, phone.app or before.app)
    return after
