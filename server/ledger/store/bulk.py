"""What bulk work asks of the books about many homes at once."""

from __future__ import annotations

from collections.abc import Sequence

from server.db import Row, Sql, listed


def receipts(db: Sql, c: str, ids: Sequence[str]) -> list[Row]:
    """Payments by id with `credit`, what is left at their own home, and `back`, what was reversed or refunded."""
    where, values = listed("p.id", list(ids), "p")
    return db.all(
        "select p.*, coalesce((select k.fen from credit k where k.community = p.community and k.home = p.home"
        " and k.payment = p.id), 0) as credit,"
        " coalesce((select sum(r.fen) from reversal r where r.community = p.community and r.payment = p.id), 0)"
        " + coalesce((select sum(f.fen) from refund f where f.community = p.community and f.payment = p.id"
        " and not exists (select 1 from refund_end e where e.community = f.community and e.refund = f.id"
        f" and e.result = 'failed')), 0) as back from payment p where p.community = :c and {where}",
        c=c, **values,
    )


def standing(db: Sql, c: str, homes: Sequence[str]) -> list[Row]:
    """Every identity that bills of these homes ever used: home, item, period, the last turn, its bill and whether that
    one was reversed (`back` then is a bill)."""
    where, values = listed("b.home", list(homes), "h")
    return db.all(
        "select b.home, b.item, b.period, b.turn, b.id, b.fen, b.due, b.source, r.id as back from bill b"
        " left join bill r on r.community = b.community and r.reverses = b.id"
        f" where b.community = :c and {where} and b.part = 0 and b.turn > 0 order by b.turn",
        c=c, **values,
    )


def own_receipts(db: Sql, c: str, bills: Sequence[str], imported: str) -> set[str]:
    """Those of the bills that a payment settles which did not come from a spreadsheet (prefix `imported`)."""
    where, values = listed("a.bill", list(bills), "b")
    rows = db.all(
        "select distinct a.bill from allocation a"
        " join payment p on p.community = a.community and p.id = a.payment"
        " where a.community = :c and a.undoes is null and p.transaction_id not like :like"
        " and not exists (select 1 from allocation u where u.community = a.community and u.undoes = a.id)"
        f" and {where}", c=c, like=imported + "%", **values,
    )
    return {row["bill"] for row in rows}
