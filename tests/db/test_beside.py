"""Bulk rows on their way while the caller makes the next ones: nothing of the contract changes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any, cast

import pytest

from server.db import Broken, Db, DbError, Unknown
from server.db import inserts as bulk
from server.db.hand import Hand
from tests.patience import until

ROOT = Path(__file__).parents[2]

COLUMNS = ("community", "name", "n")


def rows(community: str, count: int, first: int = 0) -> list[tuple[str, str, int]]:
    return [(community, f"n{i:05d}", i) for i in range(first, first + count)]


def kept(db: Any, community: str) -> int:
    return int(db.one("select count(*) as n from counter where community = :c and name like 'n0%'", c=community)["n"])


@pytest.mark.parametrize("count", [1, 2, 3, 7, 1023, 1024, 1025, 2500])
def test_every_row_arrives_whatever_their_number(db: Db, community: str, count: int) -> None:
    with db.beside(), db.write(community) as pen:
        assert pen.put("counter", iter(rows(community, count)), COLUMNS) == count
        assert kept(pen, community) == count
    found = db.all("select name, n from counter where community = :c and name like 'n0%' order by name", c=community)
    assert found == [{"name": name, "n": n} for _, name, n in rows(community, count)]


def test_rows_by_name_and_rows_by_place_keep_their_order(db: Db, community: str) -> None:
    with db.beside(), db.write(community) as pen:
        pen.put("counter", [{"community": community, "name": "n00000", "n": 1}])
        pen.put("counter", rows(community, 40, 1), COLUMNS)
        pen.run("update counter set n = 7 where community = :c and name = 'n00040'", c=community)
    assert kept(db, community) == 41
    assert db.one("select n from counter where community = :c and name = 'n00040'", c=community) == {"n": 7}


@pytest.mark.parametrize("asked", ["put", "read", "commit"])
def test_a_refused_row_undoes_the_write_at_the_next_word(db: Db, community: str, asked: str) -> None:
    def write() -> None:
        with db.beside(), db.write(community) as pen:
            pen.put("counter", rows(community, 40), COLUMNS)
            pen.put("counter", rows(community, 40, 39), COLUMNS)  # n00039 a second time
            if asked == "put":
                pen.put("counter", rows(community, 40, 100), COLUMNS)
            if asked == "read":
                kept(pen, community)

    with pytest.raises(Broken) as error:
        write()
    assert error.value.kind == "unique"
    assert kept(db, community) == 0
    with db.write(community) as pen:  # the pen is free, the connection in order
        pen.put("counter", rows(community, 40), COLUMNS)
    assert kept(db, community) == 40


def test_a_refused_row_of_a_global_write_is_told_by_the_commit(db: Db, community: str) -> None:
    def write() -> None:
        with db.beside(), db.write() as sql:
            sql.put("counter", [*rows(community, 40), *rows(community, 1)], COLUMNS)

    with pytest.raises(Broken):
        write()
    with db.write(community):
        assert kept(db, community) == 0


def test_what_raises_beside_leaves_nothing(db: Db, community: str) -> None:
    def half() -> None:
        with db.beside(), db.write(community) as pen:
            pen.put("counter", rows(community, 3000), COLUMNS)
            raise ZeroDivisionError

    pytest.raises(ZeroDivisionError, half)
    assert kept(db, community) == 0


def test_the_early_reader_sees_what_was_committed_before(db: Db, community: str) -> None:
    with db.beside() as early:
        assert (early is None) == (db.engine.name == "postgres")
        for count in (40, 80):
            with db.write(community) as pen:
                pen.put("counter", rows(community, 40, count - 40), COLUMNS)
                assert early is None or kept(early, community) == count - 40
            assert early is None or kept(early, community) == count


def test_few_statements_are_prepared_for_any_number_of_rows() -> None:
    asked: list[str] = []

    class Connection:
        def execute(self, sql: str, values: list[Any]) -> Any:
            asked.append(sql)
            assert sql.count("?") == len(values) <= 32_766
            return Cursor()

    for count in range(0, 3000, 7):
        bulk.insert(Connection(), "t", ("a", "b"), [(1, 2)] * count)  # type: ignore[arg-type]
    assert len(set(asked)) == 11


class Cursor:
    rowcount = 1

    def close(self) -> None: ...


def test_the_killed_process_that_writes_is_told_and_leaves_nothing(db: Db, db_url: str, community: str) -> None:
    if db.engine.name == "postgres":
        pytest.skip("PostgreSQL is a process of its own already: rows are not handed over")

    def killed(at: str) -> None:
        with db.beside(), db.write(community) as pen:
            pen.put("counter", rows(community, 3000), COLUMNS)
            if at == "rows":
                kept(pen, community)
            hand = cast(Hand, pen.engine)
            hand.process.kill()
            hand.process.wait()
            if at == "rows":
                pen.put("counter", rows(community, 3000, 3000), COLUMNS)
                kept(pen, community)

    with pytest.raises(DbError, match="has ended"):
        killed("rows")
    with pytest.raises((DbError, Unknown), match="has ended"):
        killed("commit")
    assert kept(db, community) == 0
    with db.write(community) as pen:  # the pen is free: the turn went with the process
        pen.put("counter", rows(community, 40), COLUMNS)
    assert kept(db, community) == 40


def test_the_process_that_writes_ends_with_the_one_that_started_it(db: Db, db_url: str, community: str) -> None:
    if db.engine.name == "postgres":
        pytest.skip("PostgreSQL is a process of its own already: rows are not handed over")
    owner = subprocess.Popen([sys.executable, "-m", "tests.db.worker", "beside", db_url, community, "40"], cwd=ROOT,
                             stdout=subprocess.PIPE)
    assert owner.stdout is not None
    writer = int(owner.stdout.readline())  # its rows are in the open write
    assert kept(db, community) == 0
    owner.kill()
    owner.wait()
    owner.stdout.close()
    until(lambda: not alive(writer))
    assert kept(db, community) == 0
    with db.write(community) as pen:
        pen.put("counter", rows(community, 40), COLUMNS)
    assert kept(db, community) == 40


def alive(number: int) -> bool:
    """A process that runs; one that ended and that nobody has asked for is none."""
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
