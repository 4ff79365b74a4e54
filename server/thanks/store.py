"""SQL of the room thanks. Bills and payments are read from the ledger's tables, by the day the money moved."""

from __future__ import annotations

from typing import Any

from server.db import Row, Sql

LIVE = (
    "left join allocation a on a.community = b.community and a.bill = b.id and a.undoes is null and not exists"
    " (select 1 from allocation u where u.community = a.community and u.undoes = a.id)"
    " left join payment p on p.community = a.community and p.id = a.payment"
)


def last_periods(db: Sql, community: str, before: str) -> list[str]:
    """The newest two periods before one ('2026-11') that were billed, newest first."""
    rows = db.all(
        "select distinct period from period_sum where community = :c and period < :before and billed_fen > 0"
        " order by period desc limit 2",
        c=community, before=before,
    )
    return [row["period"] for row in rows]


def building_sums(db: Sql, community: str, period: str, before_day: str) -> list[Row]:
    """Per building what had come in for a period's bills before a day.

    `cross join` keeps SQLite to this order: home by home and item by item it finds the period in the bills' own key;
    left to itself it reads every bill of every year.
    """
    return db.all(
        "select h.building, sum(case when a.fen is null then 0 when p.happened_on < :day then a.fen else 0 end)"
        " as collected"
        f" from home h join item i on i.community = h.community cross join bill b {LIVE}"
        " where h.community = :c and b.community = h.community and b.home = h.id and b.item = i.name"
        " and b.period = :period group by h.building",
        c=community, period=period, day=before_day,
    )


def building_billed(db: Sql, community: str, period: str) -> dict[str, int]:
    rows = db.all(
        "select building, sum(billed_fen - waived_fen) as billed from period_sum where community = :c"
        " and period = :period group by building",
        c=community, period=period,
    )
    return {row["building"]: int(row["billed"]) for row in rows}


def building_sizes(db: Sql, community: str) -> list[Row]:
    """Buildings in walking order with the number of their homes."""
    return db.all(
        "select b.id, b.name, count(h.id) as homes from building b left join home h on h.community = b.community"
        " and h.building = b.id where b.community = :c group by b.id, b.name, b.position order by b.position, b.id",
        c=community,
    )


def put_consent(db: Sql, community: str, row: dict[str, Any]) -> None:
    db.put("consent", [{"community": community, **row}])


def put_withdrawal(db: Sql, community: str, consent: str, source: str, at: str) -> int:
    return db.run(
        "insert into consent_withdrawal (community, consent, source, at) values (:c, :consent, :source, :at)"
        " on conflict (community, consent) do nothing",
        c=community, consent=consent, source=source, at=at,
    )


CONSENT = (
    "select c.id, c.home, c.resident, c.purpose, c.words, c.version, c.label, c.screens, c.source, c.given_at,"
    " c.given_day, c.end_day, w.at as withdrawn_at, r.name, r.until as left_on from consent c"
    " join resident r on r.community = c.community and r.id = c.resident"
    " left join consent_withdrawal w on w.community = c.community and w.consent = c.id where c.community = :c"
)


def consent(db: Sql, community: str, id_: str) -> Row | None:
    return db.one(f"{CONSENT} and c.id = :id", c=community, id=id_)


def consents_of(db: Sql, community: str, home: str) -> list[Row]:
    return db.all(f"{CONSENT} and c.home = :h order by c.given_at, c.id", c=community, h=home)


def consents_given(db: Sql, community: str) -> list[Row]:
    """Every consent of the community, newest first."""
    return db.all(f"{CONSENT} order by c.given_at desc, c.id desc", c=community)


def live_consents(db: Sql, community: str, purpose: str, day: str) -> list[Row]:
    """Neither withdrawn nor over, of people who still live here; one a resident and screens."""
    return db.all(
        f"{CONSENT} and c.purpose = :purpose and c.end_day >= :day and w.at is null and r.until is null"
        " order by c.given_at, c.id",
        c=community, purpose=purpose, day=day,
    )


def put_draw(db: Sql, community: str, row: dict[str, Any], entries: list[dict[str, Any]]) -> None:
    db.put("draw", [{"community": community, **row}])
    db.put("draw_entry", [{"community": community, "draw": row["id"], **entry} for entry in entries])


def draws(db: Sql, community: str) -> list[Row]:
    return db.all(
        "select id, title, prize, winners, entries, entries_hash, commitment, seed, made_at, draw_day, revealed_at"
        " from draw where community = :c order by made_at desc, id desc",
        c=community,
    )


def draw(db: Sql, community: str, id_: str) -> Row | None:
    return db.one(
        "select id, winners, entries, seed, draw_day, revealed_at from draw where community = :c and id = :id",
        c=community, id=id_,
    )


def entries(db: Sql, community: str, draw_id: str) -> list[Row]:
    """A draw's entries, with what became of the consent and the person of each."""
    return db.all(
        "select e.seq, e.label, e.place, c.end_day, w.at as withdrawn_at, r.name, r.until as left_on from draw_entry e"
        " join consent c on c.community = e.community and c.id = e.consent"
        " join resident r on r.community = c.community and r.id = c.resident"
        " left join consent_withdrawal w on w.community = e.community and w.consent = e.consent"
        " where e.community = :c and e.draw = :d order by e.seq",
        c=community, d=draw_id,
    )


def entries_of_home(db: Sql, community: str, home: str, since: str) -> list[Row]:
    """A home's entries in draws whose day is not before `since`, with the draw of each, newest first."""
    return db.all(
        "select d.title, d.prize, d.draw_day, d.revealed_at, e.seq, e.place, c.resident, w.at as withdrawn_at"
        " from consent c join draw d on d.community = c.community and d.draw_day >= :since"
        " join draw_entry e on e.community = d.community and e.draw = d.id and e.consent = c.id"
        " left join consent_withdrawal w on w.community = c.community and w.consent = c.id"
        " where c.community = :c and c.home = :h and c.purpose = 'draw' order by d.draw_day desc, d.id, e.seq",
        c=community, h=home, since=since,
    )


def reveal(db: Sql, community: str, draw_id: str, at: str, places: list[int]) -> None:
    db.run(
        "update draw set revealed_at = :at where community = :c and id = :d", c=community, d=draw_id, at=at
    )
    db.run(
        "update draw_entry set place = :place where community = :c and draw = :d and seq = :seq",
        many=[{"c": community, "d": draw_id, "seq": seq, "place": place} for place, seq in enumerate(places, 1)],
    )
