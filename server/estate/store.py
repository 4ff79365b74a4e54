"""SQL of estate: communities, buildings, homes, residents, phones, changes, looks, settings. Decides nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from server.db import Question, Row, Sql, listed

CHUNK = 500


# --- communities and their settings (community is a global table) ------------


def communities(db: Sql) -> list[Row]:
    return db.all("select id, no, name, created_at from community order by no")


def community(db: Sql, id_or_name: str) -> Row | None:
    return db.one("select id, no, name, created_at from community where id = :x", x=id_or_name) or db.one(
        "select id, no, name, created_at from community where name = :x", x=id_or_name
    )


def next_number(db: Sql) -> int:
    row = db.one("select coalesce(max(no), 0) + 1 as no from community")
    return int(row["no"]) if row else 1


def rename_community(db: Sql, c: str, name: str) -> int:
    return db.run("update community set name = :name where id = :c", c=c, name=name)


def settings(c: str) -> Question[dict[str, str]]:
    return Question("select key, text from setting where community = :c order by key", {"c": c}, dict)


def set_setting(db: Sql, c: str, key: str, text: str) -> None:
    db.run(
        "insert into setting (community, key, text) values (:c, :key, :text)"
        " on conflict (community, key) do update set text = excluded.text", c=c, key=key, text=text,
    )


# --- buildings and homes -----------------------------------------------------


def buildings(db: Sql, c: str) -> list[Row]:
    return db.all("select id, name, position from building where community = :c order by position, id", c=c)


HOME = (
    "h.id, h.code, h.building, h.unit, h.room, h.address, h.floor, h.area, h.kind, h.state, h.rate_fen, h.handover,"
    " h.note, h.position, h.made_n"
)


def homes(db: Sql, c: str) -> list[Row]:
    return db.all(f"select {HOME} from home h where h.community = :c order by h.position, h.code", c=c)


def homes_of(db: Sql, c: str, column: str, values: Iterable[str]) -> list[Row]:
    """Homes by `id` or `code`, in walking order."""
    found: list[Row] = []
    wanted = list(dict.fromkeys(values))
    for i in range(0, len(wanted), CHUNK):
        fragment, params = listed(f"h.{column}", wanted[i:i + CHUNK])
        found += db.all(f"select {HOME} from home h where h.community = :c and {fragment}", c=c, **params)
    return sorted(found, key=lambda home: (home["position"], home["code"]))


def homes_page(db: Sql, c: str, building: str, after: Row | None, most: int) -> list[Row]:
    """Homes in walking order behind the home `after`, of one building or ('') of all."""
    where = " and h.building = :b" if building else ""
    behind = " and (h.position > :p or (h.position = :p and h.code > :code))" if after else ""
    start = {"p": after["position"], "code": after["code"]} if after else {}
    return db.all(
        f"select {HOME} from home h where h.community = :c{where}{behind} order by h.position, h.code limit :most",
        c=c, most=most, **({"b": building} if building else {}), **start,
    )


def set_home(db: Sql, c: str, id_: str, changes: dict[str, Any]) -> None:
    columns = ", ".join(f"{name} = :{name}" for name in changes)
    db.run(f"update home set {columns} where community = :c and id = :id", c=c, id=id_, **changes)


# --- residents and phones ----------------------------------------------------

RESIDENT = "r.id, r.home, r.role, r.name, r.since, r.until, r.position, r.forgotten_at"


def residents(db: Sql, c: str, homes: Sequence[str], past: bool = False) -> list[Row]:
    """Owners first, then tenants, in their order; with `past` also those who left."""
    live = "" if past else " and r.until is null"
    found: list[Row] = []
    for i in range(0, len(homes), CHUNK):
        fragment, params = listed("r.home", homes[i:i + CHUNK])
        found += db.all(
            f"select {RESIDENT} from resident r where r.community = :c and {fragment}{live}"
            " order by r.home, r.role, r.position, r.id", c=c, **params,
        )
    return found


def resident(db: Sql, c: str, id_: str) -> Row | None:
    return db.one(f"select {RESIDENT} from resident r where r.community = :c and r.id = :id", c=c, id=id_)


def owners_on(db: Sql, c: str, homes: Sequence[str], day: str) -> list[Row]:
    """Owners in force on a day: since ≤ day < until."""
    found: list[Row] = []
    for i in range(0, len(homes), CHUNK):
        fragment, params = listed("r.home", homes[i:i + CHUNK])
        found += db.all(
            f"select {RESIDENT} from resident r where r.community = :c and {fragment} and r.role = 'owner'"
            " and r.since <= :day and (r.until is null or r.until > :day)"
            " order by r.home, r.position, r.id", c=c, day=day, **params,
        )
    return found


def left_before(db: Sql, c: str, day: str) -> list[Row]:
    """Residents who left before a day and are not forgotten yet."""
    return db.all(
        f"select {RESIDENT} from resident r where r.community = :c and r.until < :day and r.forgotten_at is null"
        " order by r.until, r.id", c=c, day=day,
    )


def set_resident(db: Sql, c: str, id_: str, changes: dict[str, Any]) -> None:
    columns = ", ".join(f"{name} = :{name}" for name in changes)
    db.run(f"update resident set {columns} where community = :c and id = :id", c=c, id=id_, **changes)


def phones(db: Sql, c: str, homes: Sequence[str], past: bool = False) -> list[Row]:
    live = "" if past else " and p.until is null"
    found: list[Row] = []
    for i in range(0, len(homes), CHUNK):
        fragment, params = listed("p.home", homes[i:i + CHUNK])
        found += db.all(
            "select p.id, p.home, p.resident, p.number, p.until from phone p"
            f" where p.community = :c and {fragment}{live} order by p.home, p.id", c=c, **params,
        )
    return found


def end_phones(db: Sql, c: str, resident: str, until: str, keep: Sequence[str] = ()) -> None:
    """Take a resident's numbers out of use, all but those in `keep`."""
    fragment, params = listed("number", list(keep))
    db.run(
        "update phone set until = :until where community = :c and resident = :r and until is null"
        f" and not ({fragment})", c=c, r=resident, until=until, **params,
    )


def drop_phones(db: Sql, c: str, resident: str) -> int:
    return db.run("delete from phone where community = :c and resident = :r", c=c, r=resident)


# --- what changed, who looked ------------------------------------------------


def changes(db: Sql, c: str, home: str, last: int = 200) -> list[Row]:
    return db.all(
        "select id, n, at, who, resident, field, old, new from home_change"
        " where community = :c and home = :h order by n desc, id desc limit :last", c=c, h=home, last=last,
    )


def blank_changes(db: Sql, c: str, resident: str, word: str) -> None:
    for column in ("old", "new"):
        db.run(
            f"update home_change set {column} = :word where community = :c and resident = :r and {column} <> ''",
            c=c, r=resident, word=word,
        )


def add_look(db: Sql, c: str, home: str, who: str, at: str) -> None:
    db.run(
        "insert into look (community, home, at, who) values (:c, :h, :at, :who)"
        " on conflict (community, home, at, who) do nothing", c=c, h=home, at=at, who=who,
    )


def looks(db: Sql, c: str, home: str, last: int = 200) -> list[Row]:
    return db.all(
        "select at, who from look where community = :c and home = :h order by at desc, who limit :last",
        c=c, h=home, last=last,
    )


def drop_looks(db: Sql, c: str, before: str) -> int:
    return db.run("delete from look where community = :c and at < :before", c=c, before=before)


# --- search ------------------------------------------------------------------


def drop_words(db: Sql, c: str, homes: Sequence[str]) -> None:
    for i in range(0, len(homes), CHUNK):
        fragment, params = listed("home", homes[i:i + CHUNK])
        db.run(f"delete from home_word where community = :c and {fragment}", c=c, **params)


def search_sql(tokens: int) -> str:
    """One range of the index per token, joined by home; homes whose word is the whole question come first.

    `materialized` keeps SQLite from walking the index by home, which reads every word of the community.
    """
    ranges, joins = [], []
    for i in range(tokens):
        ranges.append(
            f"r{i} as materialized (select home, word, kind from home_word"
            f" where community = :c and word >= :w{i} and word < :z{i}),"
            f" m{i} as (select home, min(case when word = :w{i} then 0 else 1 end) as miss, min(kind) as kind"
            f" from r{i} group by home)"
        )
        joins.append(f"join m{i} on m{i}.home = h.id")
    misses = " + ".join(f"m{i}.miss" for i in range(tokens))
    return (
        f"with {', '.join(ranges)} select {HOME}, m0.kind as found from home h {' '.join(joins)}"
        f" where h.community = :c order by {misses}, h.position, h.code limit :most"
    )


def search(db: Sql, c: str, spans: Sequence[tuple[str, str]], most: int) -> list[Row]:
    params = {f"w{i}": low for i, (low, _) in enumerate(spans)} | {f"z{i}": high for i, (_, high) in enumerate(spans)}
    return db.all(search_sql(len(spans)), c=c, most=most, **params)
