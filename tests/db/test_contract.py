"""One contract for both engines: what every room relies on."""

from __future__ import annotations

import pytest

from server.db import Broken, Db, Unknown, connect, listed, new_id
from server.db.migrate import epoch, migrate, new_epoch
from server.errors import Refusal


def test_a_write_takes_the_next_number_and_says_who(db: Db, community: str) -> None:
    with db.write(community, who="s1", verb="test.verb") as pen:
        first = pen.n
    with db.write(community) as pen:
        assert pen.n == first + 1
    row = db.one("select who, verb from audit where community = :c and n = :n", c=community, n=first)
    assert row == {"who": "s1", "verb": "test.verb"}


def test_what_raises_leaves_nothing_and_gives_its_number_back(db: Db, community: str) -> None:
    before = db.one("select n from pen where community = :c", c=community)

    def half() -> None:
        with db.write(community) as pen:
            pen.put("counter", [{"community": community, "name": "x", "n": 1}])
            raise ZeroDivisionError

    pytest.raises(ZeroDivisionError, half)
    assert db.one("select n from pen where community = :c", c=community) == before
    assert db.all("select * from counter where community = :c", c=community) == []


def test_touched_holds_the_newest_number_of_an_entity(db: Db, community: str) -> None:
    for _ in range(2):
        with db.write(community) as pen:
            pen.touch("household", "h1")
            pen.touch("household", "h1")
    rows = db.all("select id, n from touched where community = :c and type = 'household'", c=community)
    assert rows == [{"id": "h1", "n": pen.n}]


def test_an_unknown_community_has_no_pen(db: Db) -> None:
    with pytest.raises(Refusal) as refusal, db.write("C99"):
        pass
    assert refusal.value.code == "community_unknown"


def test_a_transaction_inside_a_transaction_is_a_mistake(db: Db, community: str) -> None:
    with db.write(community), pytest.raises(RuntimeError), db.write(community):
        pass


@pytest.mark.parametrize("wrong", ["12abc", "", 1.5])
def test_text_never_enters_a_number(db: Db, community: str, wrong: object) -> None:
    with pytest.raises(Broken) as error, db.write(community) as pen:
        pen.run("insert into counter (community, name, n) values (:c, 'x', :n)", c=community, n=wrong)
    assert error.value.kind == "type"


def test_a_doubled_key_is_named_unique(db: Db, community: str) -> None:
    row = {"community": community, "name": "x", "n": 1}
    with pytest.raises(Broken) as error, db.write(community) as pen:
        pen.put("counter", [row, row])
    assert error.value.kind == "unique"


def test_sums_are_whole_numbers(db: Db, community: str) -> None:
    with db.write(community) as pen:
        pen.put("counter", [{"community": community, "name": str(i), "n": 2**53 + i} for i in range(2)])
    row = db.one("select sum(n) as fen from counter where community = :c", c=community)
    assert row is not None
    assert row["fen"] == 2**54 + 1
    assert type(row["fen"]) is int


def test_text_sorts_by_bytes(db: Db, community: str) -> None:
    names = ["a", "B", "ä", "叩", "门", "Z"]
    with db.write(community) as pen:
        pen.put("counter", [{"community": community, "name": name, "n": 1} for name in names])
    rows = db.all("select name from counter where community = :c order by name", c=community)
    assert [row["name"] for row in rows] == sorted(names, key=str.encode)


def test_a_snapshot_stands_still(db: Db, db_url: str, community: str) -> None:
    other = connect(db_url)
    with db.snapshot() as snapshot:
        before = snapshot.one("select n from pen where community = :c", c=community)
        with other.write(community):
            pass
        assert snapshot.one("select n from pen where community = :c", c=community) == before
    other.close()
    assert db.one("select n from pen where community = :c", c=community) != before


def test_a_percent_sign_a_cast_and_a_quoted_colon_survive(db: Db, community: str) -> None:
    row = db.one("select ':x %' as a, cast(:n as bigint) as n, case when 'ab' like 'a%' then 1 else 0 end as l", n=7)
    assert row == {"a": ":x %", "n": 7, "l": 1}


@pytest.mark.parametrize("count", [0, 1, 2, 40, 2000, 2001])
def test_bulk_rows_are_tuples_under_named_columns(db: Db, community: str, count: int) -> None:
    with db.write(community) as pen:
        rows = ((community, i, f"n{i:04d}") for i in range(count))
        assert pen.put("counter", rows, ("community", "n", "name")) == count
    kept = db.all("select name, n from counter where community = :c order by name", c=community)
    assert kept == [{"name": f"n{i:04d}", "n": i} for i in range(count)]


def test_lists_of_any_length_find_their_rows(db: Db, community: str) -> None:
    with db.write(community) as pen:
        pen.put("counter", [{"community": community, "name": f"n{i}", "n": i} for i in range(9)])
    for size in (0, 1, 3, 8, 9):
        fragment, params = listed("name", [f"n{i}" for i in range(size)])
        rows = db.all(f"select n from counter where community = :c and {fragment}", c=community, **params)
        assert len(rows) == size


def test_a_list_finds_texts_whatever_they_hold(db: Db, community: str) -> None:
    names = ['say "叩"', "back\\slash", "{a,b}", "null", "a'b", "\\u0000"]
    with db.write(community) as pen:
        pen.put("counter", [{"community": community, "name": name, "n": i} for i, name in enumerate(names)])
    fragment, params = listed("name", [*names, "absent"])
    rows = db.tuples(f"select name from counter where community = :c and {fragment} order by n", c=community, **params)
    assert rows == [(name,) for name in names]
    numbers, params = listed("n", [1, 3])
    assert len(db.all(f"select name from counter where community = :c and {numbers}", c=community, **params)) == 2


def test_a_clash_says_what_becomes_of_rows_that_are_there(db: Db, community: str) -> None:
    def rows(first: int, n: int) -> list[dict[str, object]]:
        return [{"community": community, "name": f"n{i}", "n": n} for i in range(first, first + 3)]

    def kept() -> list[tuple[object, ...]]:
        return db.tuples("select name, n from counter where community = :c order by name", c=community)

    with db.write(community) as pen:
        assert pen.put("counter", rows(0, 1)) == 3
        assert pen.put("counter", rows(1, 2), clash="on conflict (community, name) do nothing") == 1
    assert kept() == [("n0", 1), ("n1", 1), ("n2", 1), ("n3", 2)]
    with db.write(community) as pen:
        pen.put("counter", rows(2, 3), clash="on conflict (community, name) do update set n = excluded.n")
    assert kept() == [("n0", 1), ("n1", 1), ("n2", 3), ("n3", 3), ("n4", 3)]


@pytest.mark.parametrize("wrong", ["12abc", "", 1.5])
def test_rows_put_in_hold_no_text_in_a_number(db: Db, community: str, wrong: object) -> None:
    with pytest.raises(Broken) as error, db.write(community) as pen:
        pen.put("counter", [{"community": community, "name": "x", "n": wrong}])
    assert error.value.kind == "type"


def test_rows_put_in_keep_bytes_nulls_and_every_letter(db: Db, community: str) -> None:
    data = bytes(range(256))
    with db.write(community) as pen:
        pen.put("blob", [{"community": community, "sha": "叩\"\\\n", "kind": "x", "bytes": data, "at": ""}])
        pen.put("arrival", [{"community": community, "device": "d", "lo": 1, "hi": 2**53 + 1}])
    assert db.tuples("select sha, bytes from blob where community = :c", c=community) == [("叩\"\\\n", data)]
    assert db.tuples("select hi from arrival where community = :c", c=community) == [(2**53 + 1,)]


def _counters(names: str, n: int = 1) -> list[dict[str, object]]:
    return [{"community": "C1", "name": name, "n": n} for name in names]


@pytest.mark.parametrize("count", [3, 2500])
def test_rows_that_were_told_are_in_before_anything_is_asked(db: Db, community: str, count: int) -> None:
    with db.write(community) as pen:
        pen.tell("counter", [(community, f"n{i}", i) for i in range(count)], ("community", "name", "n"))
        pen.tell("counter", [(community, "n0", 7)], ("community", "name", "n"),
                 "on conflict (community, name) do update set n = excluded.n")
        pen.tell("counter", [])
        assert pen.one("select count(*) as k from counter where community = :c", c=community) == {"k": count}
    assert db.tuples("select n from counter where community = :c and name = 'n0'", c=community) == [(7,)]
    with db.write(community) as pen:
        pen.tell("counter", [{"community": community, "name": "last", "n": 9}])
    assert db.tuples("select n from counter where community = :c and name = 'last'", c=community) == [(9,)]


@pytest.mark.parametrize("asks", [True, False])
@pytest.mark.parametrize("wrong", [_counters("xx"), _counters("x", "12abc"), [{"community": "nobody", "lo": 1}]])
def test_told_rows_that_are_refused_leave_nothing_and_say_why(
    db: Db, community: str, asks: bool, wrong: list[dict[str, object]]
) -> None:
    table = "arrival" if "lo" in wrong[0] else "counter"
    before = db.one("select n from pen where community = :c", c=community)

    def some() -> None:
        with db.write(community) as pen:
            pen.tell("counter", _counters("a"))
            pen.tell(table, wrong)
            pen.tell("counter", _counters("b"))
            if asks:
                pen.one("select 1 as one")

    pytest.raises(Broken, some)  # never `Unknown`: it is known that nothing was kept
    assert db.one("select n from pen where community = :c", c=community) == before
    assert db.all("select name from counter where community = :c", c=community) == []
    with db.write(community) as pen:
        pen.tell("counter", _counters("c"))
    assert db.tuples("select name from counter where community = :c", c=community) == [("c",)]


def test_what_raises_after_rows_were_told_is_what_is_heard_of(db: Db, community: str) -> None:
    def some() -> None:
        with db.write(community) as pen:
            pen.tell("counter", _counters("xx"))
            raise ZeroDivisionError

    pytest.raises((ZeroDivisionError, Broken), some)  # SQLite says at once what is wrong with rows
    assert db.alive
    assert db.all("select name from counter where community = :c", c=community) == []


def test_a_told_row_that_waited_in_vain_leaves_the_connection_usable(db: Db, db_url: str, community: str) -> None:
    if db.engine.name != "postgres":
        pytest.skip("SQLite's rows wait for nobody once the turn is taken")
    other = connect(db_url)

    def waits() -> None:
        with db.write(community) as pen:
            pen.run("set local lock_timeout = '50ms'")
            pen.tell("counter", _counters("x"))

    with other.write() as sql:
        sql.put("counter", _counters("x"))
        pytest.raises(Unknown, waits)
    other.close()
    with db.write(community) as pen:
        pen.tell("counter", _counters("y"))
    assert db.tuples("select name from counter where community = :c order by name", c=community) == [("x",), ("y",)]


def test_one_statement_for_many_rows(db: Db, community: str) -> None:
    with db.write(community) as pen:
        pen.put("counter", [{"community": community, "name": f"n{i}", "n": i} for i in range(3)])
        changed = pen.run(
            "update counter set n = n + :by where community = :c and name = :name",
            many=[{"c": community, "by": 10, "name": f"n{i}"} for i in range(3)],
        )
    assert changed == 3
    total = db.one("select sum(n) as n from counter where community = :c", c=community)
    assert total == {"n": 33}


def test_migrating_twice_changes_nothing(db: Db) -> None:
    mark = epoch(db)
    assert migrate(db) == []
    assert epoch(db) == mark


def test_a_new_epoch_differs(db: Db) -> None:
    assert new_epoch(db) != ""
    assert len(epoch(db)) == 4


def test_ids_rise_and_never_repeat() -> None:
    ids = [new_id() for _ in range(5000)]
    assert ids == sorted(ids)
    assert len(set(ids)) == len(ids)
    assert all(i[14] == "7" and i[19] in "89ab" and len(i) == 36 for i in ids)
