"""A door code opens with four digits; wrong tries are counted in the database and lock it."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from server import clock
from server.config import Config
from server.db import Db
from server.estate import acts as estate
from server.pay import acts
from server.pay.rules import unlock as rules
from tests.notices import estate_of

NOON = "2026-11-21T04:00:00Z"


@pytest.fixture
def door(db: Db, community: str, settings: Config) -> dict[str, Any]:
    """A door code of a home whose phone ends in 0000."""
    with time_machine.travel(NOON, tick=False):
        [home] = estate_of.homes(db, community, 1)
        with db.write(community) as pen:
            made = acts.issue_codes(pen, [{"home": home, "class": "door"}], cfg=settings)[0]
        return {**acts.read_code(db, settings, made["token"]), "token": made["token"]}


def attempt(db: Db, door: dict[str, Any], digits: str, at: str = NOON) -> str:
    with time_machine.travel(at, tick=False), db.write(door["community"]) as pen:
        return acts.unlock(pen, door, digits)


def test_the_last_four_digits_open(db: Db, door: dict[str, Any]) -> None:
    assert attempt(db, door, "0000") == "open"


@pytest.mark.parametrize("digits", ["", "000", "00000", "1380", "abcd", "０００１", "13800130000"])
def test_anything_else_does_not(db: Db, door: dict[str, Any], digits: str) -> None:
    assert attempt(db, door, digits) == "wrong"


def test_five_wrong_tries_lock_for_an_hour_even_for_the_right_digits(db: Db, door: dict[str, Any]) -> None:
    said = [attempt(db, door, "9999", f"2026-11-21T04:0{i}:00Z") for i in range(6)]
    assert said == ["wrong"] * 5 + ["locked"]
    assert attempt(db, door, "0000", "2026-11-21T05:03:59Z") == "locked"
    assert attempt(db, door, "0000", "2026-11-21T05:04:01Z") == "open"


def test_four_wrong_tries_do_not_lock(db: Db, door: dict[str, Any]) -> None:
    assert [attempt(db, door, "9999") for _ in range(4)] == ["wrong"] * 4
    assert attempt(db, door, "0000") == "open"


def test_twenty_wrong_tries_in_a_day_lock_until_the_next_print(db: Db, door: dict[str, Any]) -> None:
    tries = [f"2026-11-21T{hour:02d}:{i * 2:02d}:00Z" for hour in (0, 2, 4, 6) for i in range(5)]
    assert [attempt(db, door, "9999", at) for at in tries] == ["wrong"] * 20
    assert attempt(db, door, "0000", "2026-12-21T04:00:00Z") == "locked"
    assert acts.locked_until(db, door["community"], door["handle"], clock.instant()) == rules.FOR_EVER
    with time_machine.travel("2026-12-22T04:00:00Z", tick=False), db.write(door["community"]) as pen:
        acts.printed_again(pen, [door["handle"]])
    assert attempt(db, door, "0000", "2026-12-22T04:00:01Z") == "open"


def test_tries_of_another_code_are_its_own(db: Db, door: dict[str, Any], settings: Config) -> None:
    with time_machine.travel(NOON, tick=False), db.write(door["community"]) as pen:
        made = acts.issue_codes(pen, [{"home": door["home"], "class": "door"}], cfg=settings)[0]
        other = acts.read_code(pen, settings, made["token"])
    for _ in range(6):
        attempt(db, door, "9999")
    assert attempt(db, other, "0000") == "open"


def test_tries_of_a_twin_community_are_its_own(db: Db, door: dict[str, Any], twin: Any) -> None:
    for _ in range(5):
        attempt(db, door, "9999")
    twin(db)
    with db.write("C2") as pen:
        pen.run("delete from throttle where community = 'C2'")
    assert attempt(db, door, "0000") == "locked"
    assert attempt(db, {**door, "community": "C2"}, "0000") == "open"


def test_a_home_without_a_phone_is_told_so_and_nothing_is_counted(db: Db, door: dict[str, Any]) -> None:
    [person] = estate.residents_of(db, door["community"], [door["home"]])[door["home"]]
    with time_machine.travel(NOON, tick=False), db.write(door["community"]) as pen:
        estate.set_phones(pen, person["id"], [])
    assert [attempt(db, door, "0000", "2026-11-22T04:00:00Z") for _ in range(7)] == ["no_phone"] * 7


@given(st.lists(st.integers(0, 90), min_size=1, max_size=40))
def test_no_hour_ever_sees_more_than_five_wrong_tries(gaps: list[int]) -> None:
    """Replayed on the rules alone: whatever the pauses, at most five tries an hour and twenty a day are listened to."""
    rows: list[dict[str, Any]] = []
    heard: list[int] = []
    now = 0
    for gap in gaps:
        now += gap
        at = clock.instant(clock.parse("2026-11-20T16:00:00Z").replace(tzinfo=clock.UTC) + rules.LOCK * now / 60)
        before = rules.tries(rows, at)
        if before.locked(at):
            continue
        heard.append(now)
        rows.append({"what": "unlock", "bucket": at[:16], "n": 1})
        if until := rules.lock_after(before, at):
            rows.append({"what": "unlock.lock", "bucket": until, "n": 1})
    assert all(sum(1 for t in heard if start <= t < start + 60) <= 5 for start in heard)
    assert len([t for t in heard if t < 24 * 60]) <= 20
