"""The kept sums: of bills, homes, periods by building, takings by day. Changed only by adding."""

from __future__ import annotations

from typing import Any

from server.db import Row, Sql, listed

Many = list[dict[str, Any]]
Values = tuple[Any, ...]


_HOMES = (
    "insert into home_sum (community, home, billed_fen, settled_fen, waived_fen, prepaid_fen)"
    " values (:c, :home, 0, 0, 0, 0) on conflict (community, home) do nothing",
    "update home_sum set billed_fen = billed_fen + :billed, settled_fen = settled_fen + :settled,"
    " waived_fen = waived_fen + :waived, prepaid_fen = prepaid_fen + :prepaid"
    " where community = :c and home = :home",
)
_PERIODS = (
    "insert into period_sum (community, period, building, item, billed_fen, settled_fen, waived_fen)"
    " values (:c, :period, :building, :item, 0, 0, 0) on conflict (community, period, building, item) do nothing",
    "update period_sum set billed_fen = billed_fen + :billed, settled_fen = settled_fen + :settled,"
    " waived_fen = waived_fen + :waived where community = :c and period = :period"
    " and building = :building and item = :item",
)
_TAKINGS = ("community", "day", "channel", "fen", "payments", "reversed_fen", "reversals")
_ACCOUNTS = ("community", "day", "account", "debit", "credit")
_CREDIT = (
    "insert into credit (community, home, payment, fen) values (:c, :home, :payment, 0)"
    " on conflict (community, home, payment) do nothing",
    "update credit set fen = fen + :fen where community = :c and home = :home and payment = :payment",
)


def _add(db: Sql, statements: tuple[str, str], keys: tuple[str, ...], rows: Many) -> None:
    """Make the rows that are missing with sums of 0, then add: a check would refuse a negative row before a conflict
    is seen. A single row is nearly always there, so it is tried first."""
    insert, update = statements
    if len(rows) == 1 and db.run(update, **rows[0]):
        return
    db.run(insert, many=[{key: row[key] for key in keys} for row in rows])
    db.run(update, many=rows)


def add_homes(db: Sql, rows: Many) -> None:
    """rows: c, home, billed, settled, waived, prepaid, as differences in fen."""
    _add(db, _HOMES, ("c", "home"), rows)


def add_periods(db: Sql, rows: Many) -> None:
    """rows: c, period, building, item, billed, settled, waived, as differences in fen."""
    _add(db, _PERIODS, ("c", "period", "building", "item"), rows)


def _raise(db: Sql, table: str, columns: tuple[str, ...], rows: list[Values]) -> None:
    """Add the sums of rows to those that stand there: the first three columns are the key, no sum is ever negative."""
    more = ", ".join(f"{name} = {table}.{name} + excluded.{name}" for name in columns[3:])
    db.put(table, rows, columns, f"on conflict ({', '.join(columns[:3])}) do update set {more}")


def add_takings(db: Sql, rows: list[Values]) -> None:
    """rows: community, day, channel, fen, payments, reversed, reversals, as differences, which are never negative."""
    _raise(db, "takings_sum", _TAKINGS, rows)


def add_accounts(db: Sql, rows: list[Values]) -> None:
    """rows: community, day, account, debit, credit: what entries add to a day's account, never negative."""
    _raise(db, "account_day", _ACCOUNTS, rows)


def change_owed(db: Sql, rows: Many) -> None:
    """rows: c, bill, fen, settled, waived, as differences in fen."""
    db.run(
        "update owed set fen = fen + :fen, settled_fen = settled_fen + :settled, waived_fen = waived_fen + :waived,"
        " open_fen = open_fen + :fen - :settled - :waived where community = :c and bill = :bill", many=rows,
    )


def change_credit(db: Sql, rows: Many) -> None:
    """rows: c, home, payment, fen, as differences in fen."""
    _add(db, _CREDIT, ("c", "home", "payment"), rows)


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
