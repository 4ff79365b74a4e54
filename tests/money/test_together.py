"""Messages that share a commit: each has its own answer, one that fails takes nobody with it."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

from server.db import Busy, Db, connect
from server.errors import Refusal, refuse
from server.pay.acts.together import together
from tests.patience import SECONDS


def all_at_once(db_url: str, community: str, count: int, work: Any) -> dict[int, Any]:
    """What each of `count` threads was answered, or the name of its error."""
    answers: dict[int, Any] = {}
    gate = threading.Barrier(count)

    def one(i: int) -> None:
        mine = connect(db_url)
        gate.wait()
        try:
            answers[i] = together(mine, community, i, work)
        except (Refusal, Busy, ZeroDivisionError) as error:
            answers[i] = type(error).__name__
        finally:
            mine.close()

    threads = [threading.Thread(target=one, args=(i,)) for i in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(2 * SECONDS)
    return answers


def counted(db: Db, community: str, items: Sequence[int], stop: int = -1) -> list[dict[str, Any]]:
    """A counter for each item; the one that stops refuses."""
    with db.write(community) as pen:
        for i in items:
            pen.run("insert into counter (community, name, n) values (:c, :name, 1)", c=community, name=f"x{i}")
            if i == stop:
                refuse("too_many")
    return [{"i": i} for i in items]


def rows(db: Db, community: str) -> int:
    return len(db.all("select name from counter where community = :c and substr(name, 1, 1) = 'x'", c=community))


def test_one_that_fails_takes_nobody_with_it(db: Db, db_url: str, community: str) -> None:
    answers = all_at_once(db_url, community, 12, lambda db, c, items: counted(db, c, items, 5))
    assert answers == {i: "Refusal" if i == 5 else {"i": i} for i in range(12)}
    assert rows(db, community) == 11


def test_a_bug_with_one_message_leaves_the_others_their_answer(db: Db, db_url: str, community: str) -> None:
    def work(db: Db, c: str, items: Sequence[int]) -> list[dict[str, Any]]:
        if items[0] % 4 == 0:
            raise ZeroDivisionError
        return counted(db, c, items)

    answers = all_at_once(db_url, community, 12, work)
    assert len(answers) == 12
    assert all(answer == {"i": i} for i, answer in answers.items() if i % 4)
    assert rows(db, community) == sum(1 for answer in answers.values() if answer != "ZeroDivisionError")


def test_a_pen_that_is_not_free_is_waited_for_once(db_url: str, community: str) -> None:
    tries = []

    def work(db: Db, c: str, items: Sequence[int]) -> list[dict[str, Any]]:
        tries.append(len(items))
        raise Busy("the pen was not free in time")

    answers = all_at_once(db_url, community, 8, work)
    assert set(answers.values()) == {"Busy"}
    assert sum(tries) == 8


def test_each_is_answered_with_its_own(db: Db, db_url: str, community: str) -> None:
    answers = all_at_once(db_url, community, 40, counted)
    assert answers == {i: {"i": i} for i in range(40)}
    assert rows(db, community) == 40
