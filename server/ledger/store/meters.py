"""Rows of meter readings and shared sums, with the bills that came of them."""

from __future__ import annotations

from server.db import Row, Sql


def readings(db: Sql, c: str, item: str, period: str) -> list[Row]:
    """home, code, before, after, used, bill, bill_fen, basis: the readings of a month with the bill that stands."""
    return db.all(
        "select r.home, h.code, r.before, r.after, r.after - r.before as used, b.id as bill, b.fen as bill_fen, b.basis"
        " from reading r join home h on h.community = r.community and h.id = r.home"
        " left join bill b on b.community = r.community and b.home = r.home and b.item = r.item"
        " and b.period = r.period and b.turn > 0 and not exists (select 1 from bill x"
        " where x.community = b.community and x.reverses = b.id)"
        " where r.community = :c and r.item = :item and r.period = :period order by h.code, b.id",
        c=c, item=item, period=period,
    )


def last_readings(db: Sql, c: str, item: str, period: str) -> list[Row]:
    """home, after, used of each home's newest reading before a month."""
    return db.all(
        "select r.home, r.after, r.after - r.before as used from reading r where r.community = :c and r.item = :item"
        " and r.period = (select max(x.period) from reading x where x.community = r.community and x.home = r.home"
        " and x.item = r.item and x.period < :period)", c=c, item=item, period=period,
    )


def months(db: Sql, c: str, last: int = 24) -> list[Row]:
    """item, period, homes, used: what was read, newest first."""
    return db.all(
        "select item, period, count(*) as homes, sum(after - before) as used from reading where community = :c"
        " group by item, period order by period desc, item limit :last", c=c, last=last,
    )


def homes_metered(db: Sql, c: str, home_kind: str) -> list[Row]:
    """home, code of the homes a meter rule bills."""
    return db.all(
        "select id as home, code from home where community = :c and (:kind = '' or kind = :kind) order by code",
        c=c, kind=home_kind,
    )


def pools(db: Sql, c: str, last: int = 60) -> list[Row]:
    """rule, item, share_by, period, fen: the sums that were entered, newest month first."""
    return db.all(
        "select p.rule, r.item, r.share_by, p.period, p.fen from pool p join fee_rule r on r.community = p.community"
        " and r.id = p.rule where p.community = :c order by p.period desc, r.item limit :last", c=c, last=last,
    )


def shared_bills(db: Sql, c: str, rule: str, item: str, period: str) -> dict[str, int]:
    """Home → fen of the bill that stands for its share; home by home, as `thanks` finds a period's bills."""
    return {row["home"]: row["fen"] for row in db.all(
        "select b.home, sum(b.fen) as fen from home h cross join bill b"
        " where h.community = :c and b.community = h.community and b.home = h.id and b.item = :item"
        " and b.period = :period and b.rule = :rule"
        " and b.turn > 0 and not exists (select 1 from bill x where x.community = b.community and x.reverses = b.id)"
        " group by b.home", c=c, rule=rule, item=item, period=period,
    )}
