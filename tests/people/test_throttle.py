"""Tries are counted in the database, by window; no try is given away by a race."""

from __future__ import annotations

import threading

import pytest
import time_machine

from server.db import Db, connect
from server.errors import Refusal
from server.people import throttle


def tries(db: Db, count: int, subject: str = "s") -> list[str]:
    answers = []
    for _ in range(count):
        try:
            throttle.strike(db, "C1", "login", subject, 3, 15, "login_locked")
            answers.append("ok")
        except Refusal as refusal:
            answers.append(f"{refusal.code} {refusal.values['minutes']}")
    return answers


def test_the_fourth_try_of_three_is_refused_until_the_window_ends(db: Db, community: str) -> None:
    with time_machine.travel("2026-11-21T02:05:00Z", tick=False):
        assert tries(db, 5) == ["ok"] * 3 + ["login_locked 10"] * 2
        assert tries(db, 1, "other") == ["ok"]
    with time_machine.travel("2026-11-21T02:15:00Z", tick=False):
        assert tries(db, 1) == ["ok"]
    rows = db.all("select subject, bucket, n from throttle where community = 'C1' and subject = 's'")
    assert rows == [{"subject": "s", "bucket": "2026-11-21T02:15:00.000000Z", "n": 1}], "old windows are swept"


def test_a_right_try_forgives(db: Db, community: str) -> None:
    with time_machine.travel("2026-11-21T02:05:00Z", tick=False):
        tries(db, 3)
        throttle.forgive(db, "C1", "login", "s", 15)
        assert tries(db, 4) == ["ok"] * 3 + ["login_locked 10"]


def test_racing_workers_get_no_try_more(db: Db, db_url: str, community: str) -> None:
    answers: list[str] = []

    def race() -> None:
        own = connect(db_url)
        answers.extend(tries(own, 2))
        own.close()

    with time_machine.travel("2026-11-21T02:05:00Z", tick=False):
        threads = [threading.Thread(target=race) for _ in range(5)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(answers) == ["login_locked 10"] * 7 + ["ok"] * 3


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_names_tried_once_do_not_pile_up(db: Db, community: str) -> None:
    with time_machine.travel("2026-11-18T02:05:00Z", tick=False):
        for i in range(5):
            tries(db, 1, f"name{i}")
    with time_machine.travel("2026-11-21T02:05:00Z", tick=False):
        tries(db, 1, "today")
        throttle.sweep(db, "C1")
    assert [row["subject"] for row in db.all("select subject from throttle where community = 'C1'")] == ["today"]


def test_counting_holds_no_pen(db: Db, db_url: str, community: str) -> None:
    before = db.one("select n from pen where community = 'C1'")
    tries(db, 2)
    assert db.one("select n from pen where community = 'C1'") == before
