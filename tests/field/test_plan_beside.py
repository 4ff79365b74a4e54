"""Two searches are no worse than either, and the second one may be missing, die, hang or be called off."""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings

from server.field import planning
from server.field.planning import Door, Plan, Walker, check, solver, stages
from server.field.planning import beside as room
from server.field.planning.beside import Beside
from server.field.planning.facts import SEED
from server.field.planning.pick import EACH, climbed, rate
from server.field.planning.stage import Found, Look, Task, stage
from tests import patience
from tests.field.plan_checker import exact, faults
from tests.field.test_plan_rules import doors, estate, walkers

LONG = patience.SECONDS
"""Seconds no search of a test needs: it ends by itself."""


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Beside]]:
    """Two cores and no task too small: every second search that is started, none of which is left."""
    found: list[Beside] = []

    class Kept(Beside):
        def __init__(self, task: Task) -> None:
            super().__init__(task)
            found.append(self)

    monkeypatch.setattr(stages, "Beside", Kept)
    monkeypatch.setattr(stages, "_small", lambda task: False)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})
    yield found
    assert all(one.process is None or one.process.returncode is not None for one in found), "a process is left"


def alone(found: list[Door], people: list[Walker], most: int) -> Plan:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "sched_getaffinity", lambda _: {0})
        return planning.plan(found, people, most, seconds=LONG)


def orders(made: Plan) -> list[list[str]]:
    return [[door.code for door in tour.doors] for tour in made.tours]


@pytest.mark.parametrize("ticks", ["monotonic", "process_time"])
def test_the_better_of_both_is_kept_and_breaks_no_rule(
    started: list[Beside], monkeypatch: pytest.MonkeyPatch, ticks: str,
) -> None:
    monkeypatch.setattr(solver, "NOW", getattr(time, ticks))
    found, people = estate(4, 7, 2)
    heard: list[Any] = []
    answer = Beside.answer
    monkeypatch.setattr(Beside, "answer", lambda self: heard.append(answer(self)) or heard[-1])
    monkeypatch.setattr(stages, "stage", lambda *args: heard.append(stage(*args)) or heard[-1])
    best = stages.search(Task(found, people, 5, SEED), [[] for _ in people], LONG)
    assert len(started) == 1
    assert len(heard) == 4, "two searches in two stages"
    assert best.score(people) == max(one.score(people) for one in heard) == exact(found, people, 5)
    assert faults(planning.plan(found, people, 5, seconds=LONG), found, people, 5) == []


def test_a_second_search_that_finds_more_is_where_the_next_stage_begins(
    started: list[Beside], monkeypatch: pytest.MonkeyPatch,
) -> None:
    found, people = estate(4, 7, 2)
    begun: list[Found] = []

    def idle(task: Task, look: Look, begin: Found, *_: Any) -> Found:
        begun.append(begin)
        return begin

    monkeypatch.setattr(stages, "stage", idle)
    best = stages.search(Task(found, people, 5, SEED), [[] for _ in people], LONG)
    assert [one.score(people) for one in (begun[1], best)] == [exact(found, people, 5)] * 2


def test_the_same_seed_gives_the_same_plan_with_two_searches(started: list[Beside]) -> None:
    found, people = estate(5, 8, 2)
    one, two = (planning.plan(found, people, seconds=LONG) for _ in range(2))
    assert len(started) == 2
    assert orders(one) == orders(two)


def test_a_second_search_that_is_killed_does_not_spoil_the_plan(
    started: list[Beside], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture,
) -> None:
    found, people = estate(2, 7, 2)
    tell = Beside.ask

    def killed(self: Beside, *args: Any) -> None:
        tell(self, *args)
        assert self.process
        self.process.kill()

    monkeypatch.setattr(Beside, "ask", killed)
    made = planning.plan(found, people, 5, seconds=LONG)
    assert faults(made, found, people, 5) == []
    assert orders(made) == orders(alone(found, people, 5))
    assert [row.message for row in caplog.records if "has ended" in row.message]


def test_a_second_search_that_hangs_is_not_waited_for(
    started: list[Beside], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture,
) -> None:
    found, people = estate(2, 7, 2)
    tell = Beside.ask

    def stopped(self: Beside, *args: Any) -> None:
        assert self.process
        self.process.send_signal(signal.SIGSTOP)
        tell(self, *args)

    monkeypatch.setattr(Beside, "ask", stopped)
    monkeypatch.setattr(room, "PATIENCE", 0)
    assert orders(planning.plan(found, people, 5, seconds=LONG)) == orders(alone(found, people, 5))
    assert [row.message for row in caplog.records if "does not answer" in row.message]


def test_where_no_process_can_be_started_one_search_plans(
    started: list[Beside], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture,
) -> None:
    found, people = estate(2, 7, 2)
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    assert orders(planning.plan(found, people, 5, seconds=LONG)) == orders(alone(found, people, 5))
    assert [row.message for row in caplog.records if "cannot be started" in row.message]


def test_calling_a_search_off_ends_the_second_one(started: list[Beside]) -> None:
    class Enough(Exception):
        pass

    def enough(share: float, fen: int) -> None:
        raise Enough

    found, people = estate(3, 80, 4)
    with pytest.raises(Enough):
        planning.plan(found, people, seconds=LONG, progress=enough)
    assert [one.process.returncode for one in started if one.process] == [-signal.SIGKILL]


def test_a_second_search_ends_when_its_starter_is_gone(started: list[Beside]) -> None:
    """In the middle of a stage: what a killed starter leaves is a pipe that has ended."""
    found, people = estate(3, 80, 4)
    one = Beside(Task(found, people, 60, SEED))
    one.ask(Look(EACH, rate), Found([[] for _ in people]), LONG)
    one._pipe.close()
    assert one.process
    assert one.process.wait(patience.SECONDS) == 0


def test_one_core_has_one_search(started: list[Beside], monkeypatch: pytest.MonkeyPatch) -> None:
    found, people = estate(4, 7, 2)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0})
    made = planning.plan(found, people, 5, seconds=LONG)
    assert (started, faults(made, found, people, 5)) == ([], [])


def test_few_doors_and_a_short_time_have_one_search(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})
    monkeypatch.delattr(stages, "Beside")
    few, many = estate(4, 8, 2), estate(3, 90, 4)
    assert planning.plan(*few, seconds=LONG).value
    assert planning.plan(*many, seconds=0.2).value


class Here:
    """A second search in this very process, for tasks by the dozen."""

    def __init__(self, task: Task) -> None:
        self.task = replace(task, seed=task.seed + 1)

    def __enter__(self) -> Here:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def ask(self, look: Look, begin: Found, seconds: float) -> None:
        self.found = stage(self.task, look, begin, seconds)

    def answer(self) -> Found:
        return self.found


@settings(max_examples=20, deadline=None)
@given(doors, walkers)
def test_no_plan_of_two_searches_breaks_a_rule(found: list[Door], people: list[Walker]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stages, "_small", lambda task: False)
        patch.setattr(stages, "_second", lambda task, seconds: Here(task))
        made = planning.plan(found, people, 20, seconds=0.1)
    assert faults(made, found, people, 20) == []
    assert [said for tour in made.tours for said in check.faults(tour, 20)] == []


def test_doors_begun_with_are_looked_at_whatever_they_bring() -> None:
    """The other search may have found them among other doors."""
    found, people = estate(6, 90, 4)
    poor = min((door for door in found if door.state == "step" and not door.slot),
               key=lambda door: max(door.prizes))
    begin = Found([[poor], [], [], []])
    assert stage(Task(found, people, 60, SEED), Look(EACH, climbed), begin, 0.1).score(people) >= begin.score(people)


def test_short_visits_are_looked_at_before_long_ones_that_bring_as_much() -> None:
    dice = random.Random(1)
    found, _ = estate(1, 90, 4)
    base = [replace(door, fen=100_000, months=1, state="step", window=None, slot=None, last=dice.choice(
        ["not_home", "hardship"]), factors={"not_home": 100, "hardship": 100}) for door in found]
    first = planning.candidates(base, 4)
    short = sum(door.last == "not_home" for door in base)
    assert [door.last for door in first[:short]] == ["not_home"] * min(short, len(first))
