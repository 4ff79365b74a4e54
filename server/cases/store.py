"""SQL of cases. Decides nothing."""

from collections.abc import Sequence
from typing import Any

from server import clock
from server.db import Pen, Question, Sql, Tuples, listed

MANY = 2000  # more homes than this are read whole and filtered here: engines bound the number of parameters

Row = dict[str, Any]

PROMISES = """
select p.id, p.home, p.due, p.fen, p.made_on, p.staff, p.source, p.n, e.how as ended, e.replaced_by,
  coalesce((select sum(m.fen) from payment m where m.community = p.community and m.home = p.home
    and m.happened_on >= p.made_on and m.happened_on <= p.due), 0)
  - coalesce((select sum(r.fen) from payment m
    join reversal r on r.community = m.community and r.payment = m.id
    where m.community = p.community and m.home = p.home
    and m.happened_on >= p.made_on and m.happened_on <= p.due), 0) as paid_fen
from promise p left join promise_end e on e.community = p.community and e.promise = p.id
where p.community = :c
"""

TICKETS = """
select t.id, t.home, t.kind, t.text, t.bill, t.opened_at, t.opened_on, t.due_on, t.staff, t.source, t.n,
  x.result, x.day as closed_on, x.who as closed_by, x.satisfied
from ticket t left join ticket_closing x on x.community = t.community and x.ticket = t.id
where t.community = :c
"""

REQUESTS = """
select r.id, r.home, r.kind, r.text, r.at, r.day, r.staff, r.source, r.n,
  a.answer, a.note as answer_note, a.day as answered_on, a.who as answered_by
from request r left join request_answer a on a.community = r.community and a.request = r.id
where r.community = :c
"""


def promises(db: Sql, c: str, home_ids: list[str] | None, due: str | None = None) -> list[Row]:
    """Promises with their end and what was paid in their time, in order of their day."""
    if due is not None:
        return db.all(f"{PROMISES} and p.due = :due order by p.due, p.id", c=c, due=due)
    return _of(db, PROMISES + "{within} order by p.due, p.id", "p.home", home_ids, c=c)


def contacts(db: Sql, c: str, home_ids: list[str], last: int) -> list[Row]:
    """The last contacts of each home, newest first."""
    return _of(
        db,
        "select id, home, at, day, kind, staff, outcome, note, source from (select x.*, "
        "row_number() over (partition by home order by at desc, id desc) as k "
        "from contact x where community = :c{within}) y where k <= :last order by home, k",
        "home",
        home_ids,
        c=c,
        last=last,
    )


def contact_days(db: Sql, c: str, first: str, last: str, kind: str) -> list[Row]:
    """(home, day) of each contact of a kind between two days."""
    return db.all(
        "select home, day from contact where community = :c and kind = :kind and day >= :first and day <= :last",
        c=c, kind=kind, first=first, last=last,
    )


def visits_between(c: str, homes: Sequence[str], first: str, last: str) -> Question[Tuples]:
    """(home, id, day) of visits to these homes between two days, by the index on home and instant."""
    frag, params = listed("home", homes, "h")
    early, late = clock.add_days(first, -1), clock.add_days(last, 1)  # a day begins and ends at 16:00 UTC
    return Question(
        f"select home, id, day from contact where community = :c and {frag} and at >= :early and at < :late"
        " and kind = 'visit' and day >= :first and day <= :last",
        {"c": c, "first": first, "last": last, "early": early, "late": late, **params}, list)


def last_visits(db: Sql, c: str, home: str, last: int) -> list[str]:
    """Ids of the last visits recorded by phones, newest first; imported ones have no record of their own."""
    rows = db.tuples(
        "select id from contact where community = :c and home = :home and kind = 'visit' and source = 'visit:' || id"
        " order by day desc, id desc limit :last", c=c, home=home, last=last)
    return [id_ for id_, in rows]


def mend_contact(pen: Pen, id_: str, outcome: str, note: str) -> None:
    pen.run(
        "update contact set outcome = :outcome, note = :note where community = :c and id = :id",
        c=pen.community, id=id_, outcome=outcome, note=note,
    )


def contacts_on(db: Sql, c: str, day: str) -> list[Row]:
    """All contacts of one day, newest first."""
    return db.all("select * from contact where community = :c and day = :day order by at desc, id", c=c, day=day)


def tickets(db: Sql, c: str, home_ids: list[str] | None, open_only: bool) -> list[Row]:
    """Tickets, the nearest deadline first."""
    still = " and x.ticket is null" if open_only else ""
    return _of(db, TICKETS + "{within}" + still + " order by t.due_on, t.id", "t.home", home_ids, c=c)


def ticket(db: Sql, c: str, ticket_id: str) -> Row | None:
    """One ticket with its closing."""
    return db.one(f"{TICKETS} and t.id = :id", c=c, id=ticket_id)


def requests(db: Sql, c: str, home_ids: list[str] | None, open_only: bool) -> list[Row]:
    """Requests for instalments or delay, oldest first."""
    still = " and a.request is null" if open_only else ""
    return _of(db, REQUESTS + "{within}" + still + " order by r.at, r.id", "r.home", home_ids, c=c)


def interruptions(db: Sql, c: str, home_ids: list[str] | None) -> list[Row]:
    """Facts that restarted the clock of homes."""
    return _of(
        db, "select * from interruption where community = :c{within} order by home, day", "home", home_ids, c=c
    )


def part_payments(db: Sql, c: str, home_ids: list[str] | None) -> list[Row]:
    """Days on which money was put against bills that are still open: part performance (rules art. 14)."""
    return _of(
        db,
        "select o.home, a.bill, m.happened_on as day from owed o "
        "join allocation a on a.community = o.community and a.bill = o.bill "
        "join payment m on m.community = a.community and m.id = a.payment "
        "where o.community = :c and o.open_fen > 0 and o.settled_fen > 0 and a.undoes is null "
        "and not exists (select 1 from allocation u where u.community = a.community and u.undoes = a.id)"
        "{within}",
        "o.home",
        home_ids,
        c=c,
    )


def plans(db: Sql, c: str, home_ids: list[str] | None) -> list[Row]:
    """Instalment plans with their parts as rows, and what was paid since the plan began."""
    return _of(
        db,
        "select p.id, p.home, p.made_on, p.who, p.note, p.n, i.seq, i.due, i.fen, e.day as ended_on, "
        "e.reason, coalesce((select sum(m.fen) from payment m where m.community = p.community "
        "and m.home = p.home and m.happened_on >= p.made_on), 0) "
        "- coalesce((select sum(r.fen) from payment m join reversal r on r.community = m.community "
        "and r.payment = m.id where m.community = p.community "
        "and m.home = p.home and m.happened_on >= p.made_on), 0) as paid_fen from instalment_plan p "
        "join instalment i on i.community = p.community and i.plan = p.id "
        "left join plan_end e on e.community = p.community and e.plan = p.id where p.community = :c{within} "
        "order by p.made_on, p.id, i.seq",
        "p.home",
        home_ids,
        c=c,
    )


def put_interruption(pen: Pen, row: Row) -> None:
    """Keep the fact once per home, day and ground."""
    pen.run(
        "insert into interruption (community, id, home, day, ground, source, n) values "
        "(:c, :id, :home, :day, :ground, :source, :n) "
        "on conflict (community, home, day, ground) do nothing",
        c=pen.community,
        n=pen.n,
        **row,
    )


def put_script(pen: Pen, key: str, text: str) -> None:
    """Write or replace one script."""
    pen.run(
        "insert into script (community, key, text, n) values (:c, :key, :text, :n) "
        "on conflict (community, key) do update set text = excluded.text, n = excluded.n",
        c=pen.community,
        key=key,
        text=text,
        n=pen.n,
    )


def scripts(db: Sql, c: str) -> dict[str, str]:
    """The community's own texts by key."""
    rows = db.all("select key, text from script where community = :c order by key", c=c)
    return {row["key"]: row["text"] for row in rows}


def _of(db: Sql, sql: str, column: str, ids: list[str] | None, **params: Any) -> list[Row]:
    """Run `sql` with its {within} narrowed to homes; None means all of them."""
    if ids is None:
        return db.all(sql.format(within=""), **params)
    if len(ids) > MANY:
        wanted = set(ids)
        return [row for row in db.all(sql.format(within=""), **params) if row["home"] in wanted]
    fragment, names = listed(column, ids, "h")
    return db.all(sql.format(within=f" and {fragment}"), **params, **names)


def homes_with_outcome(db: Sql, c: str, outcome: str, since: str) -> set[str]:
    """Homes where a contact since a day ended with this outcome."""
    rows = db.all(
        "select distinct home from contact where community = :c and outcome = :outcome and day >= :since",
        c=c,
        outcome=outcome,
        since=since,
    )
    return {row["home"] for row in rows}


def visits_by_staff(db: Sql, c: str, first: str, last: str) -> list[Row]:
    """Visits of a span of days by person, and at how many somebody was met."""
    return db.all(
        "select staff, count(*) as visits, "
        "sum(case when outcome in ('paid_now', 'promised', 'instalment', 'refused', 'disputed', 'hardship', "
        "'tenant_only', 'other') then 1 else 0 end) as met, "
        "count(distinct home) as homes from contact where community = :c and kind = 'visit' "
        "and day >= :first and day <= :last group by staff order by staff", c=c, first=first, last=last)


def promises_made(db: Sql, c: str, first: str, last: str) -> list[Row]:
    """Promises that were made in a span of days."""
    return db.all(f"{PROMISES} and p.made_on >= :first and p.made_on <= :last order by p.made_on, p.id",
                  c=c, first=first, last=last)
