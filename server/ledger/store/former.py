"""Rows of money whose owner left, or whose payer nobody found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from server.db import Row, Sql, listed

# when credit came to the home it is at: its money moved, or it was moved here, or the owner of that day took it over
_CAME = (
    "(select max(d.day) from (select p.happened_on as day union all"
    " select e.book_date from credit_move m join entry e on e.community = m.community and e.entry = m.entry"
    " where m.community = k.community and m.payment = k.payment and m.to_home = k.home union all"
    " select t.day from credit_kept t"
    " where t.community = k.community and t.payment = k.payment and t.home = k.home) d)"
)
# credit that came before its owner left, while nobody who owned the home then still owns it
_FORMER = (
    "from (select k.community, k.home, k.payment, k.fen, p.receipt_no, p.channel, p.happened_on, {came} as came"
    " from credit k join payment p on p.community = k.community and p.id = k.payment"
    " where k.community = :c and k.fen > 0 and {where}) f where exists (select 1 from resident x"
    " where x.community = f.community and x.home = f.home and x.role = 'owner' and x.until <= :today"
    " and x.until > f.came) and not exists (select 1 from resident y where y.community = f.community"
    " and y.home = f.home and y.role = 'owner' and y.since <= f.came and (y.until is null or y.until > :today))"
)


def _former(homes: Sequence[str] | None) -> tuple[str, dict[str, Any]]:
    """The rest of a query of some homes, or of all, and its values."""
    where, values = listed("k.home", list(homes), "h") if homes is not None else ("1 = 1", {})
    return _FORMER.format(came=_CAME, where=where), values


def credits(db: Sql, c: str, today: str, homes: Sequence[str] | None = None) -> list[Row]:
    """home, code, payment, receipt_no, channel, happened_on, fen, left_on: credit that belongs to an owner who left."""
    former, values = _former(homes)
    rows = db.all(
        "select f.home, f.payment, f.receipt_no, f.channel, f.happened_on, f.fen, (select min(z.until) from resident z"
        " where z.community = f.community and z.home = f.home and z.role = 'owner' and z.until > f.came) as left_on,"
        f" (select h.code from home h where h.community = f.community and h.id = f.home) as code {former}",
        c=c, today=today, **values,
    )
    return sorted(rows, key=lambda row: (row["code"], row["payment"]))


def payments_of(db: Sql, c: str, today: str, homes: Sequence[str]) -> set[tuple[str, str]]:
    """The same as (home, payment) of some homes."""
    former, values = _former(homes)
    rows = db.all(f"select f.home, f.payment {former}", c=c, today=today, **values)
    return {(row["home"], row["payment"]) for row in rows}


def sums(db: Sql, c: str, today: str, homes: Sequence[str] | None) -> dict[str, int]:
    """Home → fen of it, of those that have some."""
    former, values = _former(homes)
    rows = db.all(f"select f.home, sum(f.fen) as fen {former} group by f.home", c=c, today=today, **values)
    return {row["home"]: row["fen"] for row in rows}


def names(db: Sql, c: str, home: str, left_on: str) -> list[Row]:
    """The owners who left a home on a day."""
    return db.all(
        "select name from resident where community = :c and home = :home and role = 'owner' and until = :day"
        " order by position", c=c, home=home, day=left_on,
    )


def keep(db: Sql, row: dict[str, Any]) -> None:
    db.put("credit_kept", [row])


# --- suspense that goes back -------------------------------------------------

_ASK = (
    "select a.*, s.channel, s.transaction_id, s.fen, s.happened_on, w.granted, w.who as answered_by,"
    " w.at as answered_at, r.voucher, r.happened_on as returned_on from suspense_ask a"
    " join suspense s on s.community = a.community and s.id = a.suspense"
    " left join suspense_answer w on w.community = a.community and w.ask = a.id"
    " left join suspense_return r on r.community = a.community and r.suspense = a.suspense and r.ask = a.id"
)


def ask(db: Sql, c: str, id_: str) -> Row | None:
    return db.one(f"{_ASK} where a.community = :c and a.id = :id", c=c, id=id_)


def asks(db: Sql, c: str, suspense: str = "", size: int = 2_000) -> list[Row]:
    """Newest first; of one suspense, or all."""
    return db.all(
        f"{_ASK} where a.community = :c and (:suspense = '' or a.suspense = :suspense) order by a.id desc limit :size",
        c=c, suspense=suspense, size=size,
    )


def returned(db: Sql, c: str, suspense: Sequence[str]) -> set[str]:
    """Which of these went back."""
    where, values = listed("suspense", list(suspense), "s")
    rows = db.all(f"select suspense from suspense_return where community = :c and {where}", c=c, **values)
    return {row["suspense"] for row in rows}
