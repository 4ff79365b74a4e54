"""SQL of intake: imports, what was imported last under each identity, what is held. Decides nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from server.db import Pen, Row, Sql, listed

PART = 500
UPSERT = (
    "insert into imported (community, kind, home, key, content, fact, payment, gen, before, batch)"
    " values (:community, :kind, :home, :key, :content, :fact, :payment, :gen, :before, :batch)"
    " on conflict (community, kind, home, key) do update set content = excluded.content, fact = excluded.fact,"
    " payment = excluded.payment, gen = excluded.gen, before = excluded.before, batch = excluded.batch"
)
IMPORTED = ("community", "kind", "home", "key", "content", "fact", "payment", "gen", "before", "batch")
NOTHING = {"fact": "", "payment": "", "gen": 0, "before": ""}


def imported(db: Sql, c: str, kinds: Sequence[str], homes: Sequence[str]) -> list[Row]:
    """What was imported last under every identity of these kinds at these homes ('' for none)."""
    found: list[Row] = []
    for i in range(0, len(homes), PART):
        where, values = listed("home", list(homes[i:i + PART]), "h")
        for kind in kinds:  # one at a time: with a list of kinds SQLite reads every home of the community
            found += db.all(
                "select kind, home, key, content, fact, payment, gen, before, batch from imported"
                f" where community = :c and kind = :kind and {where}", c=c, kind=kind, **values)
    return found


def of_kind(db: Sql, c: str, kind: str) -> list[Row]:
    """All identities of one kind, wherever they belong."""
    return db.all(
        "select kind, home, key, content, fact, payment, gen, before, batch from imported"
        " where community = :c and kind = :kind", c=c, kind=kind)


def of_batch(db: Sql, c: str, batch: str, kinds: Sequence[str], most: int = 1_000_000) -> list[Row]:
    """What a batch imported, home by home."""
    which, more = listed("kind", list(kinds), "k")
    return db.all(
        "select kind, home, key, content, fact, payment, gen, before, batch from imported"
        f" where community = :c and batch = :batch and {which} order by home, kind, key limit {most:d}",
        c=c, batch=batch, **more)


def remember(pen: Pen, rows: Iterable[dict[str, Any]]) -> None:
    """Keep what was imported under identities, new or known."""
    pen.run(UPSERT, many=[{"community": pen.community, **NOTHING, **row} for row in rows])


def remember_new(pen: Pen, rows: Iterable[tuple[Any, ...]]) -> None:
    """Keep what was imported under identities that are new; values in the order of `IMPORTED`."""
    pen.put("imported", rows, IMPORTED)


def known_homes(db: Sql, c: str) -> list[Row]:
    return db.all("select id, code from home where community = :c order by position, code", c=c)


def home_numbers(db: Sql, c: str) -> list[Row]:
    """Other systems' numbers of homes."""
    return db.all(
        "select n.number, h.code from home_number n join home h on h.community = n.community and h.id = n.home"
        " where n.community = :c", c=c)


def add_home_numbers(pen: Pen, numbers: dict[str, str]) -> None:
    """number → home id."""
    pen.run(
        "insert into home_number (community, number, home) values (:c, :number, :home)"
        " on conflict (community, number) do update set home = excluded.home",
        many=[{"c": pen.community, "number": number, "home": home} for number, home in numbers.items()])


def owners(db: Sql, c: str, homes: Sequence[str]) -> list[Row]:
    """Everyone who owns or owned these homes: home, id, since, until; the first owner first."""
    found: list[Row] = []
    for i in range(0, len(homes), PART):
        where, values = listed("home", list(homes[i:i + PART]), "h")
        found += db.all(
            "select home, id, since, until from resident where community = :c and role = 'owner'"
            f" and {where} order by home, since, position, id", c=c, **values)
    return found


# --- held


def held_open(db: Sql, c: str, homes: Sequence[str]) -> set[str]:
    """Transactions that are held at these homes and wait for an answer."""
    found: set[str] = set()
    for i in range(0, len(homes), PART):
        where, values = listed("home", list(homes[i:i + PART]), "h")
        found |= {row["transaction_id"] for row in db.all(
            f"select transaction_id from import_held where community = :c and answer is null and {where}",
            c=c, **values)}
    return found


def hold(pen: Pen, rows: Iterable[dict[str, Any]]) -> None:
    """Keep receipts that wait for an answer; one transaction is held once."""
    pen.run(
        "insert into import_held (community, id, home, bill, transaction_id, channel, fen, happened_on, label, batch,"
        " file, line) values (:c, :id, :home, :bill, :transaction_id, :channel, :fen, :happened_on, :label, :batch,"
        " :file, :line) on conflict (community, transaction_id) do nothing",
        many=[{"c": pen.community, **row} for row in rows])


def held(db: Sql, c: str) -> list[Row]:
    """Receipts that wait for an answer, by home."""
    return db.all(
        "select i.*, h.code, h.address, b.item, b.period from import_held i"
        " join home h on h.community = i.community and h.id = i.home"
        " left join bill b on b.community = i.community and b.id = i.bill"
        " where i.community = :c and i.answer is null order by h.position, h.code, i.happened_on", c=c)


def held_one(db: Sql, c: str, id_: str) -> Row | None:
    return db.one("select * from import_held where community = :c and id = :id", c=c, id=id_)


def answer(pen: Pen, id_: str, said: str) -> None:
    pen.run(
        "update import_held set answer = :said, answered_by = :who, answered_at = :at"
        " where community = :c and id = :id and answer is null",
        c=pen.community, id=id_, said=said, who=pen.who, at=pen.at)


# --- batches


def add_batch(pen: Pen, row: dict[str, Any], files: Iterable[dict[str, Any]]) -> None:
    pen.put("import_batch", [{"community": pen.community, **row}])
    pen.put("import_file", [{"community": pen.community, **file} for file in files])


def batch(db: Sql, c: str, id_: str) -> Row | None:
    return db.one("select * from import_batch where community = :c and id = :id", c=c, id=id_)


def batches(db: Sql, c: str, last: int) -> list[Row]:
    """Imports, newest first."""
    return db.all(f"select * from import_batch where community = :c order by at desc, id desc limit {last:d}", c=c)


def files(db: Sql, c: str, id_: str) -> list[Row]:
    return db.all(
        "select f.name, f.sha, b.bytes from import_file f join blob b on b.community = f.community and b.sha = f.sha"
        " where f.community = :c and f.batch = :id order by f.position", c=c, id=id_)


def set_batch(pen: Pen, id_: str, values: dict[str, Any]) -> None:
    sets = ", ".join(f"{name} = :{name}" for name in values)
    pen.run(f"update import_batch set {sets} where community = :c and id = :id", c=pen.community, id=id_, **values)


def step_on(pen: Pen, id_: str, rows: int) -> None:
    """A chunk is written: so many rows more, the import lives."""
    pen.run(
        "update import_batch set done = done + :rows, beat = :at, last_n = :n where community = :c and id = :id",
        c=pen.community, id=id_, rows=rows, at=pen.at, n=pen.n)


def open_batches(db: Sql, c: str, since: str) -> list[Row]:
    """Imports that are being written and gave a sign of life since an instant."""
    return db.all(
        "select id, at, total, done, beat from import_batch where community = :c and state = 'open'"
        " and beat >= :since order by at", c=c, since=since)


def leave(pen: Pen, but: str) -> None:
    """Imports that were killed are taken over by this one."""
    pen.run("update import_batch set state = 'left' where community = :c and state = 'open' and id <> :id",
            c=pen.community, id=but)


def built_on(db: Sql, c: str, id_: str, n: int) -> int:
    """How many homes of an import had something happen to them since."""
    row = db.one(
        "select count(*) as homes from (select distinct i.home from imported i"
        " join touched t on t.community = i.community and t.type = 'household' and t.id = i.home"
        " where i.community = :c and i.batch = :id and i.home <> '' and t.n > :n) x", c=c, id=id_, n=n)
    return int(row["homes"]) if row else 0


def keep_files(pen: Pen, rows: Sequence[tuple[str, bytes]]) -> None:
    """Keep uploaded files by the hash of their bytes."""
    pen.run(
        "insert into blob (community, sha, kind, bytes, at) values (:c, :sha, 'import', :data, :at)"
        " on conflict (community, sha) do nothing",
        many=[{"c": pen.community, "sha": sha, "data": data, "at": pen.at} for sha, data in rows])


def count_contacts(db: Sql, c: str) -> int:
    row = db.one("select count(*) as n from contact where community = :c", c=c)
    return int(row["n"]) if row else 0
