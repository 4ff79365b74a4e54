"""SQL of ops and their answers, of which numbers a phone sent, and of where its person works."""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import Any, NamedTuple

from server.db import Pen, Question, Row, Sql, listed, nothing

ANSWER = ("op", "hash", "status", "code", "codes", "pointer", "message", "epoch", "kind", "staff")
OP = (
    "community", "op", "device", "staff", "seq", "kind", "at", "route", "home", "hash", "status", "code", "codes",
    "pointer", "message", "replaces", "body", "epoch", "made_n", "received_at", "told_n",
)
RENEWED = ", ".join(f"{name} = excluded.{name}" for name in OP[2:]) + ", untold_n = null, seen_at = null"


def answers(c: str, ops: Sequence[str]) -> Question[dict[str, Row]]:
    """{op: its hash and answer} of those that were answered before."""
    if not ops:
        return nothing({})
    frag, params = listed("op", ops, "o")
    return Question(
        f"select {', '.join(ANSWER)} from op where community = :c and {frag}", {"c": c, **params},
        lambda rows: {row[0]: dict(zip(ANSWER, row, strict=True)) for row in rows})


def put_ops(pen: Pen, rows: Sequence[tuple[Any, ...]], known: Container[str] = ()) -> None:
    """Keep ops (values of OP) with their answers; one of `known`, refused in an older epoch, is answered anew."""
    pen.tell("op", [row for row in rows if row[1] not in known], OP)
    pen.tell("op", [row for row in rows if row[1] in known], OP, f"on conflict (community, op) do update set {RENEWED}")


def untell(pen: Pen, staff: str, ops: Sequence[str]) -> int:
    """Take ops off the list of what needs the person's attention."""
    if not ops:
        return 0
    frag, params = listed("op", ops, "o")
    return pen.run(
        "update op set untold_n = :n where community = :c and staff = :staff and told_n is not null"
        f" and untold_n is null and {frag}",
        c=pen.community, n=pen.n, staff=staff, **params,
    )


def out_of_scope(db: Sql, c: str, staff: str, homes: Sequence[str]) -> list[Row]:
    """Visits and skips of these homes that were refused as out of scope and are still on the person's list."""
    frag, params = listed("home", homes, "h")
    return db.all(
        "select op, body, device, at, received_at from op where community = :c and staff = :staff"
        " and told_n is not null and untold_n is null and status = 'rejected' and code = 'not_in_scope'"
        f" and kind in ('visit.record', 'stop.skip') and {frag} order by op",
        c=c, staff=staff, **params,
    )


def waiting(db: Sql, c: str, last: int) -> list[Row]:
    """Flagged and refused ops nobody in the office has looked at, newest first."""
    return db.all(
        "select o.op, o.kind, o.at, o.received_at, o.status, o.code, o.codes, o.pointer, o.message, o.staff,"
        " s.name as staff_name, o.route, o.home, h.code as household from op o join staff s on s.id = o.staff"
        " left join home h on h.community = o.community and h.id = o.home"
        " where o.community = :c and o.status <> 'applied' and o.seen_at is null"
        " order by o.made_n desc, o.op limit :last",
        c=c, last=last,
    )


def see(pen: Pen, op: str) -> int:
    """The office has looked at it; it leaves the phone's list too."""
    return pen.run(
        "update op set seen_at = :at, untold_n = case when told_n is null then null else coalesce(untold_n, :n) end"
        " where community = :c and op = :op and status <> 'applied' and seen_at is null",
        c=pen.community, at=pen.at, n=pen.n, op=op,
    )


# --- arrivals -------------------------------------------------------------------


def ranges(db: Sql, c: str, device: str) -> list[tuple[int, int]]:
    rows = db.all("select lo, hi from arrival where community = :c and device = :d order by lo", c=c, d=device)
    return [(row["lo"], row["hi"]) for row in rows]


class Arrived(NamedTuple):
    """What a phone last said of itself, and the ranges of its op numbers that arrived; no app: no such phone."""

    pending: int
    n_high: int
    app: str | None
    ranges: list[tuple[int, int]]


def arrived(c: str, device: str) -> Question[Arrived]:
    return Question(
        "select d.pending, d.n_high, d.app, a.lo, a.hi from device d left join arrival a"
        " on a.community = d.community and a.device = d.id where d.community = :c and d.id = :d order by a.lo",
        {"c": c, "d": device}, lambda rows: Arrived._make(
            [*(rows[0][:3] if rows else (0, 0, None)), [(lo, hi) for *_, lo, hi in rows if lo is not None]]))


def put_ranges(pen: Pen, device: str, before: Sequence[tuple[int, int]], after: Sequence[tuple[int, int]]) -> None:
    """Write only the ranges that changed; mostly one grows at its end."""
    starts = {lo for lo, _ in after}
    gone = [{"c": pen.community, "d": device, "lo": lo} for lo, _ in before if lo not in starts]
    pen.run("delete from arrival where community = :c and device = :d and lo = :lo", many=gone)
    grown = [(pen.community, device, lo, hi) for lo, hi in sorted(set(after) - set(before))]
    pen.tell("arrival", grown, ("community", "device", "lo", "hi"),
             "on conflict (community, device, lo) do update set hi = excluded.hi")


def device(db: Sql, c: str, id_: str) -> Row | None:
    return db.one("select pending, n_high, app, seen_at from device where community = :c and id = :id", c=c, id=id_)


def set_device(pen: Pen, id_: str, pending: int, n_high: int, app: str) -> None:
    """What the phone last said of itself."""
    pen.say(
        "update device set pending = :pending, n_high = :high, app = :app, seen_at = :at"
        " where community = :c and id = :id",
        c=pen.community, id=id_, pending=pending, high=n_high, app=app, at=pen.at,
    )


def devices(db: Sql, c: str) -> list[Row]:
    """Phones in use, with what they last said."""
    return db.all(
        "select d.id, d.name, d.app, d.staff, s.name as staff_name, d.seen_at, d.pending, d.n_high"
        " from device d join staff s on s.id = d.staff where d.community = :c and d.revoked_at is null"
        " order by s.name, d.created_at",
        c=c,
    )


# --- where a person works --------------------------------------------------------


def postings(staff: str) -> Question[list[str]]:
    """Every community the person was ever put to work in: where to look, never what is allowed."""
    return Question(
        "select community from posting where staff = :s order by community", {"s": staff},
        lambda rows: [c for c, in rows])


def membership(c: str, staff: str) -> Question[bool | None]:
    """True while the person works there, False when once, None when never."""
    return Question(
        "select until is null from member where community = :c and staff = :s", {"c": c, "s": staff},
        lambda rows: any(live for live, in rows) if rows else None)


def known(c: str, table: str, ids: Sequence[str]) -> Question[set[str]]:
    """Which of these ids this community's table (route, home) has."""
    if not ids:
        return nothing(set())
    frag, params = listed("id", ids, "i")
    return Question(
        f"select id from {table} where community = :c and {frag}", {"c": c, **params}, lambda rows: {i for i, in rows})
