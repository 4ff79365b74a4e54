"""Waivers: asked, answered by a second person, standing."""

from __future__ import annotations

from collections.abc import Sequence

from server.db import Row, Sql, listed


def live(db: Sql, c: str, bills: Sequence[str]) -> list[Row]:
    """Waivers of bills that were not undone, newest first."""
    where, values = listed("w.bill", list(bills), "b")
    return db.all(
        f"select w.* from waiver w where w.community = :c and {where} and w.undoes is null and not exists"
        " (select 1 from waiver u where u.community = w.community and u.undoes = w.id) order by w.id desc",
        c=c, **values,
    )


def ask(db: Sql, c: str, ask_id: str) -> Row | None:
    return db.one("select * from waiver_ask where community = :c and id = :id", c=c, id=ask_id)


def answer(db: Sql, c: str, ask_id: str) -> Row | None:
    return db.one("select * from waiver_answer where community = :c and ask = :id", c=c, id=ask_id)


def asked(db: Sql, c: str) -> list[Row]:
    """What waits for a second person, oldest first."""
    return db.all(
        "select a.*, b.home, b.item, b.period from waiver_ask a"
        " join bill b on b.community = a.community and b.id = a.bill"
        " where a.community = :c and not exists (select 1 from waiver_answer w"
        " where w.community = a.community and w.ask = a.id) order by a.id", c=c,
    )


def every(db: Sql, c: str, last: int) -> list[Row]:
    """Asks with their answers, those that wait first, then newest first; `granted` is null while it waits."""
    return db.all(
        "select a.id, a.bill, a.fen, a.reason, a.who, a.at, b.home, h.code, b.item, b.period, b.until_period,"
        " w.granted, w.who as answered_by, w.at as answered_at from waiver_ask a"
        " join bill b on b.community = a.community and b.id = a.bill"
        " join home h on h.community = b.community and h.id = b.home"
        " left join waiver_answer w on w.community = a.community and w.ask = a.id"
        " where a.community = :c order by case when w.ask is null then 0 else 1 end, a.id desc limit :last",
        c=c, last=last,
    )
