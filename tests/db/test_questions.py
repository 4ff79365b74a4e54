"""Questions that are asked together, rows that are the same in part, and whose turn the pen is."""

from __future__ import annotations

import gc
import itertools
import json
import threading
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.db import Broken, Busy, Db, DbError, Question, connect, nothing
from server.db import postgres as postgres_engine
from server.db.dialect import named
from tests.patience import until

COLUMNS = ("community", "name", "n")


def counters(community: str) -> Question[dict[str, int]]:
    return Question("select name, n from counter where community = :c and name like 'n%' order by name",
                    {"c": community}, dict)


def number(community: str) -> Question[int]:
    return Question("select n from pen where community = :c", {"c": community}, lambda rows: int(rows[0][0]))


def fill(db: Db, community: str, count: int) -> None:
    with db.write(community) as pen:
        pen.put("counter", [(community, f"n{i}", i) for i in range(count)], COLUMNS)


@pytest.mark.parametrize("where", ["outside", "snapshot", "pen", "beside"])
def test_questions_asked_together_get_each_its_own_answer(db: Db, community: str, where: str) -> None:
    fill(db, community, 3)
    names, n, none = counters(community), number(community), nothing("none")
    doubled = names.then(lambda found: {name: 2 * k for name, k in found.items()})

    def check(answers: Any, before: int) -> None:
        assert answers[names] == {"n0": 0, "n1": 1, "n2": 2}
        assert answers[doubled] == {"n0": 0, "n1": 2, "n2": 4}
        assert (answers[n], answers[none]) == (before, "none")

    at = db.ask(n)
    if where == "outside":
        check(db.together(names, none, n, doubled), at)
    elif where == "snapshot":
        with db.snapshot() as sql:
            check(sql.together(names, none, n, doubled), at)
    elif where == "pen":
        with db.write(community) as pen:
            check(pen.together(names, none, n, doubled), pen.n)
    else:
        with db.beside(), db.write(community) as pen:
            check(pen.together(names, none, n, doubled), pen.n)
    assert db.ask(none) == "none"
    assert db.together(none)[none] == "none"


def test_what_was_told_and_said_is_there_for_what_is_asked_together(db: Db, community: str) -> None:
    with db.write(community) as pen:
        pen.tell("counter", [(community, "n1", 1), (community, "n2", 2)], COLUMNS)
        pen.say("update counter set n = n + :by where community = :c and name = 'n2'", by=5, c=community)
        names = counters(community)
        assert pen.together(names)[names] == {"n1": 1, "n2": 7}
        pen.say("delete from counter where community = :c and name = 'n1'", c=community)
    assert db.ask(counters(community)) == {"n2": 7}


def test_what_was_told_and_is_refused_is_raised_by_what_is_asked_together(db: Db, community: str) -> None:
    def some() -> None:
        with db.write(community) as pen:
            pen.tell("counter", [(community, "n1", 1)] * 2, COLUMNS)
            pen.together(counters(community), number(community))

    before = db.ask(number(community))
    pytest.raises(Broken, some)
    assert db.ask(number(community)) == before
    assert db.ask(counters(community)) == {}


def test_what_is_said_and_refused_leaves_nothing(db: Db, community: str) -> None:
    def some() -> None:
        with db.write(community) as pen:
            pen.say("insert into counter (community, name, n) values (:c, 'n1', 'many')", c=community)

    pytest.raises(Broken, some)
    assert db.ask(counters(community)) == {}
    fill(db, community, 1)
    assert db.ask(counters(community)) == {"n0": 0}


def test_a_question_that_is_refused_leaves_the_connection_usable(db: Db, community: str) -> None:
    fill(db, community, 1)
    wrong = Question("select nothing from nowhere", {}, list)
    with db.snapshot() as sql:
        sql.ask(number(community))
    for ask in (lambda: db.together(counters(community), wrong, number(community)), lambda: db.ask(wrong),
                lambda: db.together(wrong, *(number(community) for _ in range(200)))):  # heard of while others are sent
        with pytest.raises(DbError):
            ask()
        assert db.ask(counters(community)) == {"n0": 0}
    with pytest.raises(DbError), db.snapshot() as sql:
        sql.together(number(community), wrong)
    with pytest.raises(DbError), db.write(community) as pen:
        pen.together(wrong, number(community))
    names = counters(community)
    assert db.together(names)[names] == {"n0": 0}
    fill(db, "C1", 0)


def test_a_snapshot_that_ended_holds_nobody_back(db: Db, db_url: str, community: str) -> None:
    """On PostgreSQL its end is not waited for."""
    other = connect(db_url)
    with db.snapshot() as sql:
        sql.ask(number(community))
    if db.engine.name == "postgres":
        open_ = "select count(*) as n from pg_stat_activity where datname = current_database()" \
                " and state like 'idle in transaction%'"
        until(lambda: (other.one(open_) or {})["n"] == 0)
    before = db.ask(number(community))
    fill(other, community, 2)
    assert db.ask(number(community)) == before + 1
    other.close()


def test_a_connection_may_end_right_after_a_snapshot(
    db: Db, db_url: str, community: str, caplog: pytest.LogCaptureFixture
) -> None:
    other = connect(db_url)
    with other.snapshot() as sql:
        sql.ask(number(community))
    other.close()
    del other, sql
    gc.collect()
    assert caplog.records == []  # psycopg complains of what was not heard


def test_sums_and_bytes_asked_as_tuples_are_what_they_are_as_rows(db: Db, community: str) -> None:
    with db.write(community) as pen:
        pen.put("counter", [(community, f"n{i}", 2**53 + i) for i in range(2)], COLUMNS)
        pen.put("blob", [{"community": community, "sha": "x", "kind": "叩", "bytes": bytes(range(256)), "at": ""}])
    found = db.tuples(
        "select sum(n), avg(n) - 9007199254740992, count(*), max(name), null, n is null from counter"
        " where community = :c and name like 'n%' group by n is null", c=community)
    assert found == [(2**54 + 1, 0.5 if db.engine.name == "postgres" else found[0][1], 2, "n1", None, False)]
    assert type(found[0][0]) is int
    assert db.tuples("select kind, bytes from blob where community = :c", c=community) == [("叩", bytes(range(256)))]


values = st.one_of(st.none(), st.integers(-2**62, 2**62), st.text(st.characters(exclude_characters="\x00"), max_size=5))


@given(st.lists(st.tuples(*[values] * 4), min_size=1, max_size=6))
def test_what_is_the_same_in_all_rows_and_the_rest_make_the_rows_again(rows: list[tuple[Any, ...]]) -> None:
    columns = ("a", "b", "c", "d")
    same, rest = map(json.loads, named(columns, rows))
    assert [tuple({**same, **one}[name] for name in columns) for one in rest] == rows
    by_name = [dict(zip(columns, row, strict=True)) for row in rows]
    assert named(columns, by_name) == named(columns, rows)
    assert all(len({json.dumps(row[columns.index(name)]) for row in rows}) == 1 for name in same)


@pytest.mark.parametrize("same", list(itertools.product([True, False], repeat=3)))
def test_rows_alike_on_an_engine(db: Db, community: str, same: tuple[bool, ...]) -> None:
    """Columns that are equal in all rows, bytes and nulls among them."""
    rows = [{
        "community": community, "sha": f"s{i}", "kind": "叩" if same[0] else f"k{i}",
        "bytes": b"\x00\xff" if same[1] else bytes([i]), "at": "" if same[2] else f"\\\"{i}"} for i in range(4)]
    with db.write(community) as pen:
        assert pen.put("blob", rows) == 4
        pen.tell("counter", [(community, "n1", 3)], COLUMNS)
    assert db.all("select community, sha, kind, bytes, at from blob where community = :c order by sha",
                  c=community) == rows
    assert db.ask(counters(community)) == {"n1": 3}


def test_threads_of_a_process_get_a_pen_in_the_order_they_asked(db: Db, db_url: str, community: str) -> None:
    order: list[int] = []
    held, waiting = threading.Event(), threading.Event()

    def write(k: int) -> None:
        own = connect(db_url)
        with own.write(community):
            order.append(k)
            if k == 0:
                held.set()
                waiting.wait(60)
        own.close()

    threads = [threading.Thread(target=write, args=(k,)) for k in range(6)]
    threads[0].start()
    held.wait(60)
    door = _door(db, community)
    for k, thread in enumerate(threads[1:]):
        thread.start()
        until(lambda k=k: len(door._waiting) == k + 1)  # the next one asks when this one waits
    waiting.set()
    for thread in threads:
        thread.join(60)
    assert order == [0, 1, 2, 3, 4, 5]


def _door(db: Db, community: str) -> Any:
    engine: Any = db.engine
    return engine.turn.door if engine.name == "sqlite" else engine._doors[engine.path, community]


def test_a_pen_that_went_wrong_or_waited_in_vain_is_given_back(
    db: Db, db_url: str, community: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wrong() -> None:
        with db.write(community) as pen:
            pen.run("insert into nowhere values (1)")

    def raising() -> None:
        with db.write(community):
            raise ZeroDivisionError

    for fails in (wrong, raising):
        with pytest.raises((DbError, ZeroDivisionError)):
            fails()
        assert not _door(db, community)._held
    monkeypatch.setattr(postgres_engine, "PEN_WAIT_MS", 50)
    monkeypatch.setattr("server.db.sqlite.PEN_WAIT_S", 0.05)
    monkeypatch.setattr("server.db.turn.PEN_WAIT_S", 0.05)
    other = connect(db_url)
    with db.write(community):
        with pytest.raises(Busy), other.write(community):
            pass
        assert _door(db, community)._held
    with other.write(community):
        pass
    assert not _door(db, community)._held
    other.close()
