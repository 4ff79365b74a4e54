"""Planning: which doors tonight, split by building, nobody climbs twice, each choice and omission explained."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from server import clock
from server.__main__ import main
from server.cases import acts as cases
from server.field import acts, planning
from server.field.planning import Door, Walker
from tests.field.world import World


def door(code: str, fen: int = 10000, **more: Any) -> Door:
    building, unit, room = code.split("-")
    words = {"months": 3, "state": "step", "key": "first", "reason": "最早一期已欠 3 个月", "place": int(building)}
    words |= more
    return Door(code, code, building, unit, int(room[:-2]), fen, **words)


def test_buildings_go_to_who_is_responsible_for_them() -> None:
    found = planning.plan(
        [door("1-1-101"), door("2-1-101"), door("1-2-301"), door("3-1-101")],
        [Walker("a", "甲", frozenset({"2"})), Walker("b", "乙", frozenset({"1"}))], seconds=0.2)
    split = {tour.walker.staff: {d.building for d in tour.doors} for tour in found.tours}
    assert "2" in split["a"]
    assert "1" in split["b"]
    assert sum(len(tour.doors) for tour in found.tours) == 4


def test_nobody_climbs_twice() -> None:
    codes = ["1-2-201", "1-1-301", "1-1-1201", "2-1-101", "1-2-901", "1-1-302"]
    (tour,) = planning.plan([door(code) for code in codes], [Walker("a", "甲")], seconds=0.2).tours
    assert [d.code for d in tour.doors] == ["1-1-1201", "1-1-301", "1-1-302", "1-2-901", "1-2-201", "2-1-101"]


def test_a_promise_due_tonight_goes_before_a_large_old_debt() -> None:
    promised = door("1-1-101", 100, state="promise", key="visit", reason="承诺今天到期")
    found = planning.plan([door("1-1-201", 10**7), promised], [Walker("a", "甲")], most=1, seconds=0.2)
    assert [d.code for tour in found.tours for d in tour.doors] == ["1-1-101"]
    assert "今晚排不下" in found.left_out[0][1]


def test_what_is_paused_is_left_out_with_its_reason() -> None:
    paused = door("1-1-101", state="paused", reason="工单未结，暂停催缴")
    found = planning.plan([paused, door("1-1-201", taken=True)], [Walker("a", "甲")], seconds=0.2)
    assert [reason for _, reason in found.left_out] == ["工单未结，暂停催缴", "当天已在其他路线"]
    assert all(not tour.doors for tour in found.tours)


doors = st.lists(st.builds(
    lambda b, u, f, r, fen, months, state: door(f"{b}-{u}-{f}0{r}", fen, months=months, state=state),
    st.integers(1, 6), st.integers(1, 2), st.integers(1, 18), st.integers(1, 4), st.integers(0, 10**6),
    st.integers(0, 60), st.sampled_from(["step", "promise", "urgent", "paused", "wait"])),
    max_size=60, unique_by=lambda d: d.code)


@settings(max_examples=100, deadline=None)
@given(doors, st.integers(1, 4), st.integers(1, 40))
def test_every_plan_keeps_the_rules(found: list[Door], people: int, most: int) -> None:
    walkers = [Walker(str(k), str(k), frozenset({str(k)})) for k in range(1, people + 1)]
    made = planning.plan(found, walkers, most, seconds=0)
    gone = [d.code for tour in made.tours for d in tour.doors]
    assert len(gone) == len(set(gone))
    assert sorted(gone + [d.code for d, _ in made.left_out]) == sorted(d.code for d in found)
    for tour in made.tours:
        assert len(tour.doors) <= most
        assert tour.minutes <= 90
        assert all(d.state in planning.GOES for d in tour.doors)
        assert all(made.why[d.home] for d in tour.doors)


def test_the_plan_of_an_estate_skips_who_promised_and_who_was_visited(world: World) -> None:
    homes = list(world.homes.values())
    day = clock.today()
    with world.db.write("C1", who=world.staff["小闫"]) as pen:
        cases.make_promise(pen, id="p1", home=homes[0], due=clock.add_days(day, 5), fen=100, made_on=day, staff="",
                           source="t")
        cases.record_contact(pen, id="c1", home=homes[1], at=pen.at, kind="visit", staff="", outcome="refused")
    proposal = acts.plan(world.db, "C1", day, [world.staff["小闫"]])
    assert [d["home"] for tour in proposal["routes"] for d in tour["doors"]] == homes[:1:-1]
    assert {row["home"]: row["reason"] for row in proposal["left_out"]}.keys() == set(homes[:2])
    (route,) = acts.make_plan(world.db, "C1", proposal, "draft")
    assert [stop["home"] for stop in acts.route(world.db, "C1", route)["stops"]] == homes[:1:-1]
    assert acts.plan(world.db, "C1", day)["routes"] == []


def test_the_command_makes_routes_and_says_why(world: World, db_url: str, tmp_path: Any, monkeypatch: Any,
                                               capsys: Any) -> None:
    monkeypatch.setenv("KOUMEN_DB", db_url)
    monkeypatch.setenv("KOUMEN_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("KOUMEN_SECRET", "x" * 40)
    assert main(["plan", "--community", "锦绣花园", "--staff", "小闫，小马", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert sum(len(route["doors"]) for route in said["routes"]) == 6
    assert all(row["why"] for route in said["routes"] for row in route["doors"])
    assert main(["plan", "--community", "锦绣花园", "--json"]) == 1
