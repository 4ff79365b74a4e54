"""No plan breaks a rule, whatever is asked; small plans are the best there are; the search beats the first guess."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.cases.visiting import Visiting
from server.field import planning
from server.field.planning import Door, Walker, check
from server.field.planning.words import clock
from tests.field.plan_checker import _barred_why, _hours, exact, faults

EVENING = 18 * 3600 + 1800


def door(code: str, fen: int = 100_000, **more: Any) -> Door:
    building, unit, room = code.split("-")
    words = {"months": 3, "state": "step", "key": "first", "reason": "最早一期已欠 3 个月", "place": int(building)}
    return Door(code, code, building, unit, int(room[:-2]), fen, **(words | more))


spans = st.none() | st.builds(
    lambda begin, long: (begin, begin + long), st.integers(17 * 3600, 21 * 3600), st.integers(0, 5400))
doors = st.lists(st.builds(
    lambda b, u, f, r, fen, **more: door(f"{b}-{u}-{f}0{r}", fen, **more),
    st.integers(1, 5), st.integers(1, 2), st.integers(1, 26), st.integers(1, 4), st.integers(0, 10**6),
    months=st.integers(0, 60), state=st.sampled_from(["step", "step", "promise", "urgent", "paused", "wait"]),
    lift=st.booleans(), week=st.integers(0, 3), today=st.integers(0, 2),
    rule=st.sampled_from([Visiting(), Visiting("08:00", "22:00", 2, 3)]), stop=st.sampled_from(["", "", "工单未结"]),
    last=st.sampled_from(["", "not_home", "promised", "unsafe"]), window=spans, slot=spans,
    pin=st.sampled_from(["", "", "", "1", "9"]), must=st.booleans(), taken=st.booleans()),
    max_size=40, unique_by=lambda d: d.code)
walkers = st.lists(st.builds(
    lambda k, buildings, partner, begin, end, rule: Walker(k, k, frozenset(buildings), partner, begin, end, rule),
    st.sampled_from("1234"), st.sets(st.sampled_from("12345"), max_size=2), st.sampled_from(["", "伴"]),
    st.sampled_from([7 * 3600, EVENING, 20 * 3600]), st.sampled_from([planning.END, 23 * 3600]),
    st.sampled_from([Visiting(), Visiting("08:00", "19:00"), Visiting("10:00", "22:00")])),
    min_size=1, max_size=4, unique_by=lambda w: w.staff)


@settings(max_examples=60, deadline=None)
@given(doors, walkers, st.integers(1, 30), st.sampled_from([0, 0.05]))
def test_no_plan_breaks_a_rule(found: list[Door], people: list[Walker], most: int, seconds: float) -> None:
    made = planning.plan(found, people, most, seconds=seconds)
    assert faults(made, found, people, most) == []
    assert [said for tour in made.tours for said in check.faults(tour, most)] == []


@settings(max_examples=60, deadline=None)
@given(doors, walkers, st.integers(0, 10**6))
def test_what_a_hand_breaks_both_checkers_see(found: list[Door], people: list[Walker], seed: int) -> None:
    """Doors dealt out blindly, as a manager may drag them: the page warns exactly where a rule is broken."""
    dice = random.Random(seed)
    dealt: dict[str, list[Door]] = {walker.staff: [] for walker in people}
    for one in found:
        dealt[dice.choice(people).staff].append(one)
    for walker in people:
        tour = planning.tour_of(walker, dealt[walker.staff])
        wrong = _hours(walker, tour.doors, tour.at, tour.leaves, tour.ends) + [
            said for one in tour.doors for said in _barred_why(one, walker)]
        assert bool(check.faults(tour)) == bool(wrong), (check.faults(tour), wrong)


def estate(seed: int, n: int, people: int) -> tuple[list[Door], list[Walker]]:
    """Doors far apart and an evening short enough that choosing matters."""
    dice = random.Random(seed)
    found = {}
    while len(found) < n:
        code = f"{dice.randint(1, 9)}-{dice.randint(1, 2)}-{dice.randint(1, 18)}0{dice.randint(1, 4)}"
        begin = EVENING + dice.randrange(0, 3600, 300)
        found[code] = door(
            code, dice.randint(5_000, 500_000), months=dice.randint(0, 30), lift=dice.random() < 0.5,
            state=dice.choices(["step", "promise", "urgent"], [8, 1, 1])[0],
            window=(begin, begin + 1800) if dice.random() < 0.4 else None,
            slot=(begin, begin + 900) if dice.random() < 0.15 else None)
    end = EVENING + dice.choice([1500, 2400, 3600])
    return list(found.values()), [Walker(str(k), str(k), end=end) for k in range(people)]


@pytest.mark.parametrize("seed", range(12))
def test_small_plans_are_the_best_there_are(seed: int) -> None:
    found, people = estate(seed, 6, 1 + seed % 2)
    made = planning.plan(found, people, 5, seconds=1)
    assert faults(made, found, people, 5) == []
    first = sum(d.first for tour in made.tours for d in tour.doors)
    assert (first, made.value) == exact(found, people, 5)


@pytest.mark.parametrize("seed", [1, 2])
def test_the_search_is_never_worse_than_the_first_guess(seed: int) -> None:
    found, people = estate(seed, 80, 2)
    guess, made = (planning.plan(found, people, seconds=seconds) for seconds in (0, 1))
    firsts = [sum(d.first for tour in one.tours for d in tour.doors) for one in (guess, made)]
    assert (firsts[1], made.value) >= (firsts[0], guess.value)


def test_the_same_seed_gives_the_same_plan() -> None:
    found, people = estate(5, 8, 2)
    one, two = (planning.plan(found, people, seconds=30) for _ in range(2))
    assert [[d.code for d in t.doors] for t in one.tours] == [[d.code for d in t.doors] for t in two.tours]


def test_one_person_is_out_at_eight_and_two_go_on() -> None:
    found = [door(f"{b}-1-{f}01", lift=True) for b in range(1, 5) for f in range(1, 16)]
    alone = planning.plan(found, [Walker("a", "甲")], seconds=0.3).tours[0]
    both = planning.plan(found, [Walker("a", "甲", partner="乙")], seconds=0.3).tours[0]
    assert alone.ends <= 20 * 3600 < both.ends <= 20 * 3600 + 1800
    assert len(both.doors) > len(alone.doors)


def test_where_somebody_felt_unsafe_only_two_go() -> None:
    found = [door("1-1-101", last="unsafe")]
    assert planning.plan(found, [Walker("a", "甲")], seconds=0).left_out[0][1] == "上次上门不安全，须两人同去"
    assert planning.plan(found, [Walker("a", "甲", partner="乙")], seconds=0).left_out == []


def test_the_owner_is_met_when_he_is_at_home() -> None:
    late = door("1-1-101", window=(19 * 3600, 20 * 3600))
    made = planning.plan([late, door("1-1-201"), door("1-1-301")], [Walker("a", "甲")], seconds=0.3)
    (tour,) = made.tours
    at = dict(zip([d.code for d in tour.doors], tour.at, strict=True))
    assert at["1-1-101"] >= 19 * 3600
    assert "多在 19:00–20:00 在家" in made.why["1-1-101"]


def test_what_is_not_worth_the_time_is_said_so() -> None:
    made = planning.plan([door("1-1-101", 300)], [Walker("a", "甲")], seconds=0.1)
    assert made.left_out[0][1] == "预计只收回 1.35 元，抵不上上门的时间"


@pytest.mark.parametrize(("more", "reason"), [
    ({"week": 2}, "本周已上门两次"), ({"today": True, "week": 1}, "当天已上门一次"),
    ({"stop": "工单未结，暂停催缴", "state": "urgent"}, "工单未结，暂停催缴；时效将尽，请改用挂号信送达"),
    ({"pin": "z"}, "固定的人今晚不出门")])
def test_hard_limits_are_named(more: dict[str, Any], reason: str) -> None:
    assert planning.plan([door("1-1-101", **more)], [Walker("a", "甲")], seconds=0).left_out[0][1] == reason


def test_a_fixed_door_goes_to_its_person_whatever_it_is_worth() -> None:
    found = [door(f"1-1-{f}01") for f in range(2, 30)] + [door("9-1-101", 2000, pin="b")]
    made = planning.plan(found, [Walker("a", "甲"), Walker("b", "乙")], seconds=0.3)
    assert "9-1-101" in [d.code for d in made.tours[1].doors]


def test_progress_is_said_while_searching() -> None:
    found, people = estate(3, 60, 2)
    said: list[tuple[float, int]] = []
    planning.plan(found, people, seconds=1.2, progress=lambda share, fen: said.append((share, fen)))
    assert len(said) >= 2
    assert all(0 <= share <= 1 for share, _ in said)


def test_times_read_like_times() -> None:
    assert clock(18 * 3600 + 35 * 60) == "18:35"
