"""SQL of what phones may hold: scope, entities of buckets with their numbers, the cache of bodies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from server.db import Db, Question, Row, Sql, Tuples, listed


def scope(staff: str, first: str, last: str) -> Question[tuple[str, list[tuple[str, int, list[str]]]]]:
    """(epoch, [(community, pen number, routes)]) of where the person works now; of routes those that are published or
    closed, between two days, by day."""
    def read(rows: Tuples) -> tuple[str, list[tuple[str, int, list[str]]]]:
        found: dict[str, tuple[str, int, list[str]]] = {}
        seen: set[str | None] = {None}
        for _, c, n, route in rows:
            if c is not None:
                routes = found.setdefault(c, (c, n, []))[2]
                if route not in seen:  # ids are unique by making; a bucket's name holds no community
                    routes.append(route)
                    seen.add(route)
        return (rows[0][0] or "") if rows else "", list(found.values())

    return Question(
        "select t.value, m.community, e.n, r.id from meta t left join posting p on p.staff = :s"
        " left join member m on m.community = p.community and m.staff = p.staff and m.until is null"
        " left join pen e on e.community = m.community"
        " left join assignment a on a.community = m.community and a.staff = m.staff and a.until_n is null"
        " left join route r on r.community = a.community and r.id = a.route and r.date >= :first and r.date <= :last"
        " and r.state in ('published', 'closed') where t.name = 'epoch' order by m.community, r.date, r.id",
        {"s": staff, "first": first, "last": last}, read)


def doors(c: str, route: str) -> Question[Tuples]:
    """(stop, home, came, went, what touched the stop last, and its home) of every stop of a route, live or not."""
    # look-ups, not joins: without statistics PostgreSQL joins `touched` by comparing every pair
    return Question(
        "select s.id, s.home, s.came_n, s.went_n,"
        " coalesce((select a.n from touched a where a.community = s.community and a.type = 'stop' and a.id = s.id), 0)"
        " as stop_n,"
        " coalesce((select b.n from touched b where b.community = s.community and b.type = 'household'"
        " and b.id = s.home), 0) as home_n"
        " from stop s where s.community = :c and s.route = :r", {"c": c, "r": route}, list)


def common(c: str) -> Question[Tuples]:
    """(type, id, n, 1 while it is there) of scripts, settings, and of buildings' room codes: with the newest number at
    which one of their homes was made, for codes never change."""
    # one look-up a building: grouping reads every home of the estate at every pull
    return Question(
        "select t.type, t.id, t.n, case t.type"
        " when 'script' then exists (select 1 from script s where s.community = t.community and s.key = t.id)"
        " else exists (select 1 from setting s where s.community = t.community and s.key = t.id) end as there"
        " from touched t where t.community = :c and t.type in ('script', 'setting')"
        " union all select 'setting', 'rooms:' || x.id, x.n, true from (select b.id,"
        " (select max(h.made_n) from home h where h.community = b.community and h.building = b.id) as n"
        " from building b where b.community = :c) x where x.n is not null", {"c": c}, list)


def own(c: str, staff: str) -> Question[Tuples]:
    """(type, id, came, went) of ops the person's phones list, or once did, and of messages to the person."""
    return Question(
        "select 'op_result', op, told_n, untold_n from op"
        " where community = :c and staff = :s and told_n is not null"
        " union all select 'message', id, came_n, went_n from message where community = :c and staff = :s",
        {"c": c, "s": staff}, list)


# --- bodies ------------------------------------------------------------------


def cached(c: str, wanted: Mapping[str, Sequence[str]]) -> Question[Tuples]:
    """(type, id, n, bytes) of bodies kept, of {type: ids}."""
    texts: list[str] = []
    params: dict[str, Any] = {"c": c}
    for type_, ids in wanted.items():
        frag, more = listed("id", ids, type_)
        texts.append(f"select type, id, n, json from body where community = :c and type = '{type_}' and {frag}")
        params |= more
    return Question(" union all ".join(texts), params, list)


def keep(db: Db, rows: Sequence[Row]) -> None:
    """Keep bodies for the next phone; an older one never replaces a newer."""
    rows = list({(row["community"], row["type"], row["id"]): row for row in rows}.values())  # a home of two routes
    with db.write() as sql:
        sql.put("body", rows, clash="on conflict (community, type, id) do update set n = excluded.n,"
                " json = excluded.json where body.n < excluded.n")


def stop_rows(db: Sql, c: str, ids: Sequence[str]) -> list[Row]:
    frag, params = listed("s.id", ids, "s")
    return db.all(
        "select s.id, s.route, s.home, s.position, s.slot_from, s.slot_to, s.why, r.date from stop s"
        " join route r on r.community = s.community and r.id = s.route"
        f" where s.community = :c and {frag}", c=c, **params)


def days_at(db: Sql, c: str, homes: Sequence[str]) -> dict[str, str]:
    """{home: the instant of the write that touched it last}."""
    frag, params = listed("t.id", homes, "t")
    rows = db.all(
        "select t.id, a.at from touched t join audit a on a.community = t.community and a.n = t.n"
        f" where t.community = :c and t.type = 'household' and {frag}", c=c, **params)
    return {row["id"]: row["at"] for row in rows}


def paid_between(db: Sql, c: str, homes: Sequence[str], first: str) -> list[Row]:
    """Payments of homes since a day, less what was reversed: home, day, fen."""
    frag, params = listed("p.home", homes, "p")
    return db.all(
        "select p.home, p.happened_on as day, sum(p.fen - coalesce((select sum(r.fen) from reversal r"
        " where r.community = p.community and r.payment = p.id), 0)) as fen from payment p"
        f" where p.community = :c and p.happened_on >= :first and {frag} group by p.home, p.happened_on",
        c=c, first=first, **params)


def home_rows(db: Sql, c: str, ids: Sequence[str]) -> list[Row]:
    frag, params = listed("id", ids, "h")
    return db.all(
        f"select id, code, address, kind, state, note from home where community = :c and {frag}", c=c, **params)


def room_codes(db: Sql, c: str, building: str) -> list[list[str]]:
    rows = db.all(
        "select id, code from home where community = :c and building = :b order by position, code", c=c, b=building)
    return [[row["id"], row["code"]] for row in rows]


def op_rows(db: Sql, c: str, ids: Sequence[str]) -> list[Row]:
    frag, params = listed("op", ids, "o")
    return db.all(
        "select op, kind, status, code, pointer, message, at, home as household, route from op"
        f" where community = :c and {frag}", c=c, **params)


def message_rows(db: Sql, c: str, ids: Sequence[str]) -> list[Row]:
    frag, params = listed("id", ids, "m")
    return db.all(f"select id, text, at, who from message where community = :c and {frag}", c=c, **params)


def settings(db: Sql, c: str) -> dict[str, str]:
    return {row["key"]: row["text"] for row in db.all("select key, text from setting where community = :c", c=c)}


def notices(db: Sql, c: str, homes: Sequence[str]) -> list[Row]:
    """The newest notices of homes: three each are enough to hand one over."""
    frag, params = listed("home", homes, "n")
    return db.all(
        "select id, home, number, kind, match from (select n.id, n.home, n.number, n.kind, n.match, row_number() over"
        " (partition by n.home order by n.printed_at desc, n.id desc) as k from notice n"
        f" where n.community = :c and {frag}) x where k <= 3 order by home, k",
        c=c, **params)
