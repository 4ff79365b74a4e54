"""Fee rules, readings, pools, runs of bills; homes as a rule needs them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from server.db import Row, Sql, listed


def rules(db: Sql, c: str, on: str | None = None) -> list[Row]:
    """Fee rules; with a day, those that still apply on it or later."""
    if on is None:
        return db.all("select * from fee_rule where community = :c order by item, since, id", c=c)
    return db.all(
        "select * from fee_rule where community = :c and (until is null or until > :on) order by item, since, id",
        c=c, on=on,
    )


def method(db: Sql, c: str, rule: str) -> str:
    """How a rule works out its amounts; '' for one that is not there."""
    row = db.one("select method from fee_rule where community = :c and id = :rule", c=c, rule=rule)
    return row["method"] if row else ""


def add_rule(db: Sql, row: dict[str, Any]) -> None:
    db.put("fee_rule", [row])


def end_rule(db: Sql, c: str, rule: str, until: str) -> int:
    return db.run(
        "update fee_rule set until = :until where community = :c and id = :id and since <= :until",
        c=c, id=rule, until=until,
    )


def put_readings(db: Sql, rows: Sequence[dict[str, Any]]) -> None:
    db.run(
        "insert into reading (community, home, item, period, before, after, n)"
        " values (:community, :home, :item, :period, :before, :after, :n)"
        " on conflict (community, home, item, period) do update set before = excluded.before, after = excluded.after,"
        " n = excluded.n", many=list(rows),
    )


def put_pool(db: Sql, row: dict[str, Any]) -> None:
    db.run(
        "insert into pool (community, rule, period, fen, n) values (:community, :rule, :period, :fen, :n)"
        " on conflict (community, rule, period) do update set fen = excluded.fen, n = excluded.n", **row,
    )


def pools(db: Sql, c: str, period: str) -> dict[str, int]:
    """Rule → the fen its homes share in a period."""
    return {r["rule"]: r["fen"] for r in db.all(
        "select rule, fen from pool where community = :c and period = :period", c=c, period=period
    )}


def homes_after(db: Sql, c: str, after: str, size: int) -> list[Row]:
    """A chunk of homes by id, with what fees depend on."""
    return db.all(
        "select id, area, kind, state, rate_fen, handover from home where community = :c and id > :after"
        " order by id limit :size", c=c, after=after, size=size,
    )


def homes_of(db: Sql, c: str, ids: Sequence[str]) -> list[Row]:
    where, values = listed("id", list(ids), "h")
    return db.all(
        f"select id, area, kind, state, rate_fen, handover from home where community = :c and {where} order by id",
        c=c, **values,
    )


def homes_of_kind(db: Sql, c: str, kind: str) -> list[Row]:
    """id, area of the homes that share a pool: of one kind, or all."""
    return db.all(
        "select id, area from home where community = :c and (kind = :kind or :kind = '') order by id", c=c, kind=kind
    )


def owners(db: Sql, c: str, homes: Sequence[str], first: str, last: str) -> list[Row]:
    """Who owned the homes at any time between two days."""
    where, values = listed("home", list(homes), "h")
    return db.all(
        f"select home, id, since, until from resident where community = :c and role = 'owner' and {where}"
        " and since <= :last and (until is null or until > :first) order by home, since, position, id",
        c=c, first=first, last=last, **values,
    )


def usage(db: Sql, c: str, homes: Sequence[str], period: str) -> dict[tuple[str, str], int]:
    """(home, item) → what a meter ran in a period, in 0.01 units."""
    where, values = listed("home", list(homes), "h")
    rows = db.all(
        f"select home, item, after - before as used from reading where community = :c and period = :period and {where}",
        c=c, period=period, **values,
    )
    return {(r["home"], r["item"]): r["used"] for r in rows}


def run_of(db: Sql, c: str, run: str) -> Row | None:
    return db.one("select * from billing_run where community = :c and id = :id", c=c, id=run)


def put_run(db: Sql, row: dict[str, Any]) -> None:
    db.run(
        "insert into billing_run (community, id, period, after, bills, fen, started_at, ended_at, who)"
        " values (:community, :id, :period, :after, :bills, :fen, :started_at, :ended_at, :who)"
        " on conflict (community, id) do update set after = excluded.after, bills = excluded.bills, fen = excluded.fen,"
        " ended_at = excluded.ended_at", **row,
    )


def homes_done(db: Sql, c: str, after: str) -> tuple[int, int]:
    """(homes a run has passed, homes in all)."""
    row = db.one(
        "select count(*) as homes, sum(case when id <= :after then 1 else 0 end) as done from home"
        " where community = :c", c=c, after=after,
    )
    return (int(row["done"] or 0), int(row["homes"])) if row else (0, 0)


def runs(db: Sql, c: str, last: int) -> list[Row]:
    return db.all("select * from billing_run where community = :c order by period desc limit :last", c=c, last=last)


def codes(db: Sql, c: str) -> dict[str, str]:
    """Home id → room code."""
    return {row["id"]: row["code"] for row in db.all("select id, code from home where community = :c", c=c)}
