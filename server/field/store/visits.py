"""SQL of what phones recorded: scope, visits, corrections, marks, deliveries, fixes."""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter

from server.db import Pen, Question, Row, Sql, Tuples, listed, nothing

VISIT = (
    "community", "id", "route", "home", "staff", "device", "at", "day", "outcome", "reason", "note", "held", "data",
    "status", "made_n", "received_at",
)


def doors(c: str, staff: str, homes: Sequence[str]) -> Question[dict[tuple[str, str], bool]]:
    """{(route, home): whether stop and assignment both still hold} over every route the person ever had."""
    def read(rows: Tuples) -> dict[tuple[str, str], bool]:
        found: dict[tuple[str, str], bool] = {}
        for route, home, live in rows:  # a route that came back to the person has two assignments
            found[route, home] = bool(live) or found.get((route, home), False)
        return found

    if not homes:
        return nothing({})
    frag, params = listed("s.home", homes, "h")
    return Question(
        "select s.route, s.home, s.went_n is null and a.until_n is null"
        " from stop s join assignment a on a.community = s.community and a.route = s.route"
        f" where s.community = :c and a.staff = :staff and {frag}", {"c": c, "staff": staff, **params}, read)


def assigned(c: str, staff: str, routes: Sequence[str]) -> Question[dict[str, bool]]:
    """{route: whether it is the person's now} of those that ever were."""
    if not routes:
        return nothing({})
    frag, params = listed("route", routes, "r")
    return Question(
        "select route, max(case when until_n is null then 1 else 0 end) from assignment"
        f" where community = :c and staff = :staff and {frag} group by route", {"c": c, "staff": staff, **params},
        lambda rows: {route: bool(live) for route, live in rows})


def visits(db: Sql, c: str, ids: Sequence[str]) -> dict[str, Row]:
    frag, params = listed("id", ids, "v")
    rows = db.all(f"select {', '.join(VISIT)} from visit where community = :c and {frag}", c=c, **params)
    return {row["id"]: row for row in rows}


def corrections(c: str, visits_: Sequence[str]) -> Question[Tuples]:
    """(visit, id, staff, data) of what corrects these visits."""
    if not visits_:
        return nothing([])
    frag, params = listed("visit", visits_, "v")
    return Question(
        f"select visit, id, staff, data from correction where community = :c and {frag} order by id",
        {"c": c, **params}, list)


def put_visits(pen: Pen, rows: Sequence[Row]) -> None:
    pen.tell("visit", map(itemgetter(*VISIT), rows), VISIT)  # by place: many rows a statement


def hold(pen: Pen, rows: Sequence[Row]) -> None:
    """Write which data of a visit holds now."""
    pen.run(
        "update visit set outcome = :outcome, reason = :reason, note = :note, held = :held, data = :data"
        " where community = :community and id = :id",
        many=[{key: row[key] for key in ("outcome", "reason", "note", "held", "data", "community", "id")}
              for row in rows],
    )


def put_marks(pen: Pen, rows: Sequence[Row]) -> None:
    pen.put("mark", rows)


def put_corrections(pen: Pen, rows: Sequence[Row]) -> None:
    pen.put("correction", rows)


def put_photos(pen: Pen, rows: Sequence[Row]) -> None:
    """Say which record names which photo."""
    pen.put("photo", rows, clash="on conflict (community, sha, source) do nothing")


def since(db: Sql, c: str, n: int, seq: int, id_: str, last: int) -> list[Row]:
    """Visits in the order of their arrival, after (n, seq, id); those of one push as the phone counts them."""
    return db.all(
        "select v.id as op, v.home as household_id, h.code as household, v.outcome, v.status, v.staff,"
        " v.at as recorded_at, v.received_at, v.made_n, o.seq from visit v"
        " join home h on h.community = v.community and h.id = v.home"
        " join op o on o.community = v.community and o.op = v.id"
        " where v.community = :c and v.made_n >= :n"
        " and (v.made_n > :n or o.seq > :seq or (o.seq = :seq and v.id > :id))"
        " order by v.made_n, o.seq, v.id limit :last",
        c=c, n=n, seq=seq, id=id_, last=last,
    )


def named(db: Sql, c: str, ids: Sequence[str]) -> list[Row]:
    """These visits with who made them, newest first."""
    frag, params = listed("v.id", ids, "v")
    return db.all(
        "select v.id, v.route, v.at, v.day, v.outcome, v.reason, v.note, v.data, v.status, v.held, v.staff,"
        " s.name as staff_name from visit v join staff s on s.id = v.staff"
        f" where v.community = :c and {frag} order by v.day desc, v.id desc",
        c=c, **params,
    )


# --- contact fixes ---------------------------------------------------------------


def put_fix(pen: Pen, row: Row) -> None:
    pen.put("contact_fix", [row])


def fixes(db: Sql, c: str, state: str) -> list[Row]:
    return db.all(
        "select f.id, f.home, h.code as household, f.field, f.old, f.new, f.staff, s.name as staff_name, f.at, f.state"
        " from contact_fix f join home h on h.community = f.community and h.id = f.home"
        " join staff s on s.id = f.staff where f.community = :c and f.state = :state order by f.made_n, f.id",
        c=c, state=state,
    )


def fix(db: Sql, c: str, id_: str) -> Row | None:
    return db.one("select * from contact_fix where community = :c and id = :id", c=c, id=id_)


def settle_fix(pen: Pen, id_: str, state: str) -> None:
    pen.run(
        "update contact_fix set state = :state, settled_at = :at, settled_by = :who"
        " where community = :c and id = :id and state = 'proposed'",
        c=pen.community, id=id_, state=state, at=pen.at, who=pen.who,
    )
