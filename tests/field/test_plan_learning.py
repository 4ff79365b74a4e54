"""What visits teach flows back: minutes at the door, chances, hours at home; on both engines, by an index."""

from __future__ import annotations

from typing import Any

import pytest

from server import clock
from server.db import Db
from server.field import acts
from server.field.acts.plan import doors, learned
from server.field.planning import learn, worth
from tests.field.world import World

WEDNESDAY, THURSDAY, SATURDAY = "2026-11-18", "2026-11-19", "2026-11-21"


def knock(home: str, at: str, outcome: str = "promised", route: str = "r", paid: bool = False) -> dict[str, Any]:
    """`at` as in Shanghai."""
    return {"home": home, "route": route, "staff": "s", "at": f"{at}+08:00", "day": at[:10], "outcome": outcome,
            "reason": None, "paid": paid}


def test_nothing_known_leaves_the_tables_as_they_are() -> None:
    found = learn.learn([], THURSDAY)
    assert found.factors == worth.FACTOR
    assert all(found.services[outcome] == minutes * 60 for outcome, minutes in worth.MINUTES.items())


def test_money_that_comes_raises_the_chance_and_money_that_does_not_lowers_it() -> None:
    good = [knock(f"h{k}", f"{WEDNESDAY}T18:{k:02d}:00", paid=True) for k in range(40)]
    bad = [{**one, "paid": False} for one in good]
    assert learn.learn(good, THURSDAY).factors[""] > 150
    assert learn.learn(bad, THURSDAY).factors[""] < 50
    assert learn.learn(good[:1], THURSDAY).factors[""] < 120, "one lucky visit proves little"


def test_the_time_between_two_knocks_is_the_time_at_the_door() -> None:
    slow = [knock(f"h{k}", f"{WEDNESDAY}T{18 + k // 5}:{k % 5 * 12:02d}:00") for k in range(30)]
    assert 480 < learn.learn(slow, THURSDAY).services[""] < 660
    apart = [knock(f"h{k}", f"2026-10-{k + 1:02d}T18:00:00") for k in range(20)]
    assert learn.learn(apart, THURSDAY).services[""] == worth.MINUTES[""] * 60, "a break is no visit"


def test_hours_at_home_are_those_of_such_a_day() -> None:
    seen = [knock("h", f"2026-11-{day}T19:10:00") for day in (11, 17)]
    assert learn.windows(seen, THURSDAY) == {"h": (19 * 3600, 20 * 3600 - 1)}
    assert learn.windows(seen, SATURDAY) == {}
    assert learn.windows(seen[:1], THURSDAY) == {}
    vain = [knock("h", f"2026-11-{day}T18:40:00", "not_home") for day in (10, 12, 16)]
    assert learn.windows([*seen, *vain], THURSDAY) == {}


@pytest.mark.no_watch
def test_the_plan_knows_what_phones_recorded(world: World, phone: Any) -> None:
    day = clock.today()
    home, other = list(world.homes.values())[:2]
    for back in (7, 14):
        route = world.route("小闫", [home, other], clock.add_days(day, -1))
        with world.db.write("C1") as pen:
            pen.put("visit", [
                {"community": "C1", "id": f"v{back}", "route": route, "home": home, "staff": world.staff["小闫"],
                 "device": "d", "at": f"{clock.add_days(day, -back)}T11:15:00.000000Z",
                 "day": clock.add_days(day, -back), "outcome": "refused", "reason": "service_quality", "note": "",
                 "held": f"v{back}", "data": "{}", "status": "applied", "made_n": pen.n, "received_at": pen.at}])
        acts_route(world, route)
    found = {door.home: door for door in doors(world.db, "C1", day)}
    assert (found[home].last, found[home].cause) == ("refused", "service_quality")
    assert found[home].window == (19 * 3600, 20 * 3600 - 1)
    assert found[home].chance < found[other].chance
    assert "上次拒绝" in next(d["why"] for tour in acts.plan(world.db, "C1", day, seconds=0)["routes"]
                          for d in tour["doors"] if d["home"] == home)


def acts_route(world: World, route: str) -> None:
    world.change(route, state="cancelled")


@pytest.mark.no_watch
def test_a_payment_within_two_weeks_counts_for_the_visit(world: World) -> None:
    home = next(iter(world.homes.values()))
    day = clock.today()
    with world.db.write("C1") as pen:
        pen.put("visit", [
            {"community": "C1", "id": "v1", "route": None, "home": home, "staff": world.staff["小闫"], "device": "d",
             "at": f"{clock.add_days(day, -3)}T11:15:00.000000Z", "day": clock.add_days(day, -3),
             "outcome": "promised", "reason": None, "note": "", "held": "v1", "data": "{}", "status": "applied",
             "made_n": pen.n, "received_at": pen.at}])
    before = learned(world.db, "C1", day).factors[""]
    world.pay(home, 100)
    assert learned(world.db, "C1", day).factors[""] > before


def test_past_visits_are_read_by_an_index(db: Db, community: str) -> None:
    if db.engine.name != "sqlite":
        pytest.skip("a small table is read whole there, rightly")
    rows = db.all("explain query plan select home from visit where community = :c and day >= :d", c=community, d="x")
    assert "visit_day" in str(rows)


@pytest.mark.no_watch
def test_what_was_planned_is_kept_and_met_by_what_happened(world: World) -> None:
    day = clock.today()
    (route,) = acts.make_plan(world.db, "C1", acts.plan(world.db, "C1", day, [world.staff["小闫"]], seconds=0))
    home = acts.route(world.db, "C1", route)["stops"][0]["home"]
    planned = acts.against_plan(world.db, "C1", route)
    assert planned["meant"] == 6
    assert planned["doors"][home]["planned"].startswith("18:3")
    with world.db.write("C1") as pen:
        pen.put("visit", [
            {"community": "C1", "id": "v1", "route": route, "home": home, "staff": world.staff["小闫"], "device": "d",
             "at": f"{day}T11:00:00.000000Z", "day": day, "outcome": "promised", "reason": None, "note": "",
             "held": "v1", "data": "{}", "status": "applied", "made_n": pen.n, "received_at": pen.at}])
    met = acts.against_plan(world.db, "C1", route)["doors"][home]
    assert met["actual"] == "19:00"
    assert 20 <= met["late"] <= 30
