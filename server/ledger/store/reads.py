"""What the ledger sums to: arrears, totals, progress, takings, funds, payments found."""

from __future__ import annotations

from collections.abc import Sequence

from server.db import Row, Sql, listed


def arrears(db: Sql, c: str, on: str, homes: Sequence[str] | None = None) -> list[Row]:
    """home, fen: open bills due before `on`."""
    where, values = listed("home", list(homes), "h") if homes is not None else ("1 = 1", {})
    return db.all(
        "select home, sum(open_fen) as fen from owed where community = :c and open_fen > 0 and due < :on"
        f" and {where} group by home order by home", c=c, on=on, **values,
    )


def arrears_by_code(db: Sql, c: str, on: str) -> list[Row]:
    return db.all(
        "select h.code, sum(o.open_fen) as fen from owed o"
        " join home h on h.community = o.community and h.id = o.home"
        " where o.community = :c and o.open_fen > 0 and o.due < :on group by h.code order by h.code", c=c, on=on,
    )


def overdue(db: Sql, c: str, on: str, homes: Sequence[str] | None = None) -> list[Row]:
    """home, due, fen of what is in arrears, for ages."""
    where, values = listed("home", list(homes), "h") if homes is not None else ("1 = 1", {})
    return db.all(
        "select home, due, sum(open_fen) as fen from owed where community = :c and open_fen > 0 and due < :on"
        f" and {where} group by home, due order by home, due", c=c, on=on, **values,
    )


def totals(db: Sql, c: str, on: str) -> Row:
    """Counts and sums of a community as an import reports them."""
    row = db.one(
        "select (select count(*) from home where community = :c) as households,"
        " (select count(*) from bill where community = :c and reverses is null)"
        " - (select count(*) from bill where community = :c and reverses is not null) as bills,"
        " (select coalesce(sum(billed_fen), 0) from home_sum where community = :c) as billed_fen,"
        " (select coalesce(sum(fen - reversed_fen), 0) from takings_sum where community = :c) as received_fen,"
        " (select coalesce(sum(open_fen), 0) from owed where community = :c and open_fen > 0 and due < :on)"
        " as arrears_total_fen,"
        " (select coalesce(sum(fen), 0) from voucher where community = :c and kind = 'in') as income_fen,"
        " (select coalesce(sum(fen), 0) from voucher where community = :c and kind = 'out') as expense_fen,"
        " (select count(*) from voucher where community = :c and undoes is null)"
        " - (select count(*) from voucher where community = :c and undoes is not null) as vouchers", c=c, on=on,
    )
    assert row is not None
    return row


def last_period(db: Sql, c: str, month: str) -> str | None:
    """The newest period billed, up to this month."""
    row = db.one(
        "select max(period) as period from period_sum where community = :c and period <= :month and billed_fen > 0",
        c=c, month=month,
    )
    return row["period"] if row else None


def progress(db: Sql, c: str, periods: Sequence[str]) -> list[Row]:
    where, values = listed("period", list(periods), "p")
    return db.all(
        "select period, sum(billed_fen) as billed_fen, sum(settled_fen) as collected_fen, sum(waived_fen) as waived_fen"
        f" from period_sum where community = :c and {where} group by period order by period", c=c, **values,
    )


def progress_until(db: Sql, c: str, period: str) -> list[Row]:
    """Everything billed up to a period, as one row under it; no row when nothing was."""
    return db.all(
        "select max(period) as period, sum(billed_fen) as billed_fen, sum(settled_fen) as collected_fen,"
        " sum(waived_fen) as waived_fen from period_sum where community = :c and period <= :period"
        " having count(*) > 0", c=c, period=period,
    )


def building_progress(db: Sql, c: str, period: str) -> list[Row]:
    return db.all(
        "select s.building, coalesce(b.name, s.building) as name, sum(s.billed_fen) as billed_fen,"
        " sum(s.settled_fen) as collected_fen, sum(s.waived_fen) as waived_fen from period_sum s"
        " left join building b on b.community = s.community and b.id = s.building"
        " where s.community = :c and s.period = :period group by s.building, b.name, b.position"
        " order by b.position, s.building", c=c, period=period,
    )


def takings(db: Sql, c: str, day: str) -> list[Row]:
    return db.all(
        "select channel, fen, payments, reversed_fen, reversals from takings_sum"
        " where community = :c and day = :day order by channel", c=c, day=day,
    )


def received_by_month(db: Sql, c: str, months: Sequence[str]) -> dict[str, int]:
    """Month → payments less reversals and refunds, by book day."""
    where, values = listed("substr(day, 1, 7)", list(months), "m")
    rows = db.all(
        "select substr(day, 1, 7) as period, sum(fen - reversed_fen) as fen from takings_sum"
        f" where community = :c and day >= :first and {where} group by substr(day, 1, 7)",
        c=c, first=min(months), **values,
    )
    return {row["period"]: row["fen"] for row in rows}


def vouchers_by_head(db: Sql, c: str, first: str, last: str) -> list[Row]:
    """period, fund, kind, head, beside, fen of the vouchers between two days."""
    return db.all(
        "select substr(happened_on, 1, 7) as period, fund, kind, head, beside, sum(fen) as fen from voucher"
        " where community = :c and happened_on between :first and :last"
        " group by substr(happened_on, 1, 7), fund, kind, head, beside order by period, fund, kind, head",
        c=c, first=first, last=last,
    )


_PAYMENT = (
    "select p.*, h.code, coalesce((select sum(r.fen) from reversal r where r.community = p.community"
    " and r.payment = p.id), 0) as reversed_fen from payment p"
    " join home h on h.community = p.community and h.id = p.home where p.community = :c"
)


def payments_page(db: Sql, c: str, before: str, size: int) -> list[Row]:
    """Newest first, from a payment's id on."""
    return db.all(f"{_PAYMENT} and p.id < :before order by p.id desc limit :size", c=c, before=before, size=size)


def payments_after(db: Sql, c: str, after: str, size: int) -> list[Row]:
    """Oldest first, past a payment's id: the ids rise in the order of booking."""
    return db.all(f"{_PAYMENT} and p.id > :after order by p.id limit :size", c=c, after=after, size=size)


def payments_of_day(db: Sql, c: str, day: str) -> list[Row]:
    return db.all(f"{_PAYMENT} and p.book_date = :day order by p.id", c=c, day=day)


def payments_of_home(db: Sql, c: str, home: str) -> list[Row]:
    return db.all(f"{_PAYMENT} and p.home = :home order by p.happened_on desc, p.id desc", c=c, home=home)


def payment_days(db: Sql, c: str, first: str) -> list[Row]:
    """(home, day the money moved) of payments booked since a day that were not undone."""
    return db.all(
        "select p.home, p.happened_on as day from payment p where p.community = :c and p.book_date >= :first"
        " and p.home is not null and not exists"
        " (select 1 from reversal r where r.community = p.community and r.payment = p.id)",
        c=c, first=first,
    )


def payments_numbered(db: Sql, c: str, number: str, channels: Sequence[str], size: int) -> list[Row]:
    """By receipt number, 票据号, our id, or the provider's transaction."""
    where, values = listed("x.channel", list(channels), "ch")
    return db.all(
        f"{_PAYMENT} and p.id in (select x.id from payment x where x.community = :c and x.receipt_no = :q"
        " union select x.id from payment x where x.community = :c and x.label = :q and x.label <> ''"
        " union select x.id from payment x where x.community = :c and x.id = :q"
        f" union select x.id from payment x where x.community = :c and x.transaction_id = :q and {where})"
        " order by p.id desc limit :size", c=c, q=number, size=size, **values,
    )


def payments_of_amount(db: Sql, c: str, fen: int, since: str, size: int) -> list[Row]:
    """By amount, booked since a day."""
    return db.all(
        f"{_PAYMENT} and p.fen = :fen and p.book_date >= :since order by p.book_date desc, p.id desc limit :size",
        c=c, fen=fen, since=since, size=size,
    )


def home_codes(db: Sql, c: str, homes: Sequence[str]) -> dict[str, str]:
    where, values = listed("id", list(homes), "h")
    rows = db.all(f"select id, code from home where community = :c and {where}", c=c, **values)
    return {row["id"]: row["code"] for row in rows}


def settled_days(db: Sql, c: str, homes: Sequence[str]) -> list[Row]:
    """bill, home, item, period, due, fen, open_fen and the day the last of its live money moved."""
    where, values = listed("b.home", list(homes), "h")
    return db.all(
        "select b.id as bill, b.home, b.item, b.period, b.due, o.fen, o.open_fen, o.waived_fen,"
        " (select max(p.happened_on) from allocation a"
        " join payment p on p.community = a.community and p.id = a.payment"
        " where a.community = b.community and a.bill = b.id and a.undoes is null and not exists"
        " (select 1 from allocation u where u.community = a.community and u.undoes = a.id)) as paid_on"
        " from bill b join owed o on o.community = b.community and o.bill = b.id"
        f" where b.community = :c and b.turn > 0 and o.fen > 0 and {where} order by b.home, b.due, b.id", c=c, **values,
    )


