"""The kept sums: of bills, homes, periods by building, takings by day. Changed only by adding."""

from __future__ import annotations

from typing import Any

from server.db import Row, Sql, listed

Many = list[dict[str, Any]]


def add_homes(db: Sql, rows: Many) -> None:
    """rows: c, home, billed, settled, waived, prepaid, as differences in fen."""
    db.run(
        "insert into home_sum (community, home, billed_fen, settled_fen, waived_fen, prepaid_fen)"
        " values (:c, :home, 0, 0, 0, 0) on conflict (community, home) do nothing",
        many=[{"c": r["c"], "home": r["home"]} for r in rows],
    )
    db.run(
        "update home_sum set billed_fen = billed_fen + :billed, settled_fen = settled_fen + :settled,"
        " waived_fen = waived_fen + :waived, prepaid_fen = prepaid_fen + :prepaid"
        " where community = :c and home = :home", many=rows,
    )


def add_periods(db: Sql, rows: Many) -> None:
    """rows: c, period, building, item, billed, settled, waived, as differences in fen."""
    keys = ("c", "period", "building", "item")
    db.run(
        "insert into period_sum (community, period, building, item, billed_fen, settled_fen, waived_fen)"
        " values (:c, :period, :building, :item, 0, 0, 0)"
        " on conflict (community, period, building, item) do nothing",
        many=[{k: r[k] for k in keys} for r in rows],
    )
    db.run(
        "update period_sum set billed_fen = billed_fen + :billed, settled_fen = settled_fen + :settled,"
        " waived_fen = waived_fen + :waived where community = :c and period = :period"
        " and building = :building and item = :item", many=rows,
    )


def add_takings(db: Sql, rows: Many) -> None:
    """rows: c, day, channel, fen, payments, reversed, reversals, as differences."""
    db.run(
        "insert into takings_sum (community, day, channel, fen, payments, reversed_fen, reversals)"
        " values (:c, :day, :channel, 0, 0, 0, 0) on conflict (community, day, channel) do nothing",
        many=[{k: r[k] for k in ("c", "day", "channel")} for r in rows],
    )
    db.run(
        "update takings_sum set fen = fen + :fen, payments = payments + :payments,"
        " reversed_fen = reversed_fen + :reversed, reversals = reversals + :reversals"
        " where community = :c and day = :day and channel = :channel", many=rows,
    )


def change_owed(db: Sql, rows: Many) -> None:
    """rows: c, bill, fen, settled, waived, as differences in fen."""
    db.run(
        "update owed set fen = fen + :fen, settled_fen = settled_fen + :settled, waived_fen = waived_fen + :waived,"
        " open_fen = open_fen + :fen - :settled - :waived where community = :c and bill = :bill", many=rows,
    )


def change_credit(db: Sql, rows: Many) -> None:
    """rows: c, home, payment, fen, as differences in fen."""
    db.run(
        "insert into credit (community, home, payment, fen) values (:c, :home, :payment, 0)"
        " on conflict (community, home, payment) do nothing",
        many=[{k: r[k] for k in ("c", "home", "payment")} for r in rows],
    )
    db.run(
        "update credit set fen = fen + :fen where community = :c and home = :home and payment = :payment", many=rows
    )


def buildings(db: Sql, c: str, homes: list[str]) -> dict[str, str]:
    """Home → building, for the homes named."""
    if len(homes) > 500:
        rows = db.all("select id, building from home where community = :c", c=c)
    else:
        where, values = listed("id", homes, "h")
        rows = db.all(f"select id, building from home where community = :c and {where}", c=c, **values)
    return {row["id"]: row["building"] for row in rows}


def of_homes(db: Sql, c: str, homes: list[str] | None) -> list[Row]:
    where, values = listed("home", homes, "h") if homes is not None else ("1 = 1", {})
    return db.all(f"select * from home_sum where community = :c and {where}", c=c, **values)
