"""How often a home is visited: what was walked and what is on its way to be walked count, by the community's rule."""

from __future__ import annotations

from typing import Any

import pytest

from server import clock
from server.cases import acts as cases
from server.errors import Refusal
from server.field import acts
from server.field.store import plans, routes
from tests.field.world import World

TODAY = clock.today()


def day(k: int) -> str:
    return clock.add_days(TODAY, k)


@pytest.fixture
def estate(world: World) -> World:
    world.add_staff("小周")
    return world


def reason(world: World, home: str, on: str) -> str:
    """Why a home is left out that day; empty when it may be visited."""
    found = acts.plan(world.db, world.c, on, seconds=0)
    return next((str(row["reason"]) for row in found["left_out"] if row["home"] == home), "")


def rule(world: World, **more: str) -> None:
    texts = {"visit_from": "09:00", "visit_until": "21:00", "visits_a_day": "1", "visits_a_week": "2", **more}
    with world.db.write(world.c) as pen:
        cases.set_visiting(pen, texts)


def test_two_routes_still_to_be_walked_fill_the_week(estate: World) -> None:
    home, other = estate.add_homes("1", 2)
    estate.route("小闫", [home], day(1))
    assert reason(estate, home, day(3)) == ""
    estate.route("小周", [home], day(2), state="draft")
    assert "已派出两次" in reason(estate, home, day(3))
    assert reason(estate, other, day(3)) == ""
    assert "已派出" not in reason(estate, home, day(9)), "seven days later the week is another"


def test_a_plan_before_days_already_planned_counts_them_too(estate: World) -> None:
    (home,) = estate.add_homes("1", 1)
    for k in (3, 4):
        estate.route("小闫", [home], day(k))
    assert "已派出两次" in reason(estate, home, TODAY)


def test_a_walked_route_counts_once_not_twice(estate: World, phone: Any) -> None:
    (home,) = estate.add_homes("1", 1)
    route = estate.route("小闫", [home], TODAY)
    yan = phone("小闫")
    assert yan.results(yan.visit(route, home, at=f"{TODAY}T10:00:00+08:00")) == ["applied"]
    assert reason(estate, home, day(2)) == ""
    estate.route("小闫", [home], day(3))
    assert "已上门一次、已派出一次" in reason(estate, home, day(2))


@pytest.mark.parametrize("end", ["cancelled", "closed"])
def test_a_route_that_will_not_be_walked_counts_nothing(estate: World, end: str) -> None:
    (home,) = estate.add_homes("1", 1)
    for k in (1, 2):
        estate.change(estate.route("小闫", [home], day(k)), state=end)
    assert reason(estate, home, day(3)) == ""


def test_the_communitys_own_rule_holds(estate: World) -> None:
    (home,) = estate.add_homes("1", 1)
    for k in (1, 2):
        estate.route("小闫", [home], day(k))
    rule(estate, visits_a_week="3")
    assert reason(estate, home, day(3)) == ""
    rule(estate, visits_a_week="1")
    assert reason(estate, home, day(3)) != ""


def test_hours_bind_the_plan(estate: World) -> None:
    estate.add_homes("1", 25)
    before = acts.plan(estate.db, estate.c, TODAY, seconds=0)["routes"]
    rule(estate, visit_until="19:00")
    (early,) = (tour for tour in acts.plan(estate.db, estate.c, TODAY, [estate.staff["小闫"]], seconds=0)["routes"])
    assert early["to"] <= "19:00" < max(tour["to"] for tour in before)


def test_a_visit_that_came_with_an_import_counts_for_the_caps(estate: World, phone: Any) -> None:
    homes = estate.add_homes("1", 3)
    route = estate.route("小闫", homes, TODAY)
    with estate.db.write("C1") as pen:
        for home, kind in zip(homes, ("visit", "phone"), strict=False):
            cases.record_contact(pen, id=f"i-{home}", home=home, at=TODAY, kind=kind, staff="老张", outcome="见到业主")
    yan = phone("小闫")
    assert yan.results(*(yan.visit(route, home, at=f"{TODAY}T10:00:00+08:00") for home in homes)) == [
        "flagged:over_cap", "applied", "applied"]


def test_imported_visits_take_no_place_among_those_of_phones(estate: World, phone: Any) -> None:
    (home,) = estate.add_homes("1", 1)
    yan = phone("小闫")
    yan.results(yan.visit(estate.route("小闫", [home], day(-2)), home, at=f"{day(-2)}T10:00:00+08:00"))
    with estate.db.write("C1") as pen:
        cases.record_contact(pen, id="i", home=home, at=day(-1), kind="visit", staff="老张", outcome="见到业主")
    assert [visit["day"] for visit in acts.visits_of_home(estate.db, "C1", home, last=1)] == [day(-2)]


class Plans:
    """Stands where a connection stands, and notes how SQLite would go about it."""

    def __init__(self, estate: World) -> None:
        self.db, self.seen = estate.db, ""

    def all(self, sql: str, **values: Any) -> list[Any]:
        self.seen += str([row["detail"] for row in self.db.all(f"explain query plan {sql}", **values)])
        return []

    tuples = all


def test_visits_of_homes_of_a_day_and_of_a_route_are_found_by_index(estate: World) -> None:
    if estate.db.engine.name != "sqlite":
        pytest.skip("small tables are read whole there, rightly")
    seen: Any = Plans(estate)
    asked = cases.visits_between("C1", ["h"], day(-6), TODAY)
    seen.all(asked.sql, **asked.params)
    assert "contact_by_home (community=? AND home=? AND at>? AND at<?)" in seen.seen
    routes.stop_facts(seen, "C1", ["r"])
    plans.knocks_of_route(seen, "C1", "r")
    assert seen.seen.count("visit_route (community=? AND route=?)") == 2
    routes.ahead(seen, "C1", TODAY, TODAY)
    assert "visit_day (community=? AND day=? AND home=?)" in seen.seen


def test_hours_and_caps_of_the_community_flag_what_a_phone_sends(estate: World, phone: Any) -> None:
    homes = estate.add_homes("1", 2)
    route = estate.route("小闫", homes, TODAY)
    rule(estate, visit_from="10:00", visits_a_day="2")
    yan = phone("小闫")
    assert yan.results(
        yan.visit(route, homes[0], at=f"{TODAY}T09:30:00+08:00"),
        yan.visit(route, homes[1], at=f"{TODAY}T11:00:00+08:00"),
        yan.visit(route, homes[1], at=f"{TODAY}T12:00:00+08:00"),
        yan.visit(route, homes[1], at=f"{TODAY}T13:00:00+08:00"),
    ) == ["flagged:outside_hours", "applied", "applied", "flagged:over_cap"]


def test_phones_hold_the_rule_as_settings(estate: World, phone: Any) -> None:
    rule(estate, visit_until="20:00")
    yan = phone("小闫")
    yan.pull()
    held = yan.held("setting")
    assert (held["visit_until"]["text"], held["visits_a_week"]["text"]) == ("20:00", "2")


def test_what_somebody_else_published_meanwhile_is_not_published_again(estate: World) -> None:
    """Two managers look at two proposals of one week: the second one is told which door is full."""
    (home,) = estate.add_homes("1", 1)
    rule(estate, visits_a_week="1")
    made = [acts.propose(estate.db, estate.c, day(k), acts.Asked([estate.staff["小闫"]]), "m") for k in (1, 2)]
    for one in made:
        acts.solve(estate.db, estate.c, one, 0)
    acts.publish(estate.db, estate.c, made[0], "published", "m")
    with pytest.raises(Refusal) as caught:
        acts.publish(estate.db, estate.c, made[1], "published", "m")
    assert caught.value.code == "plan_forbidden"
    assert len(acts.routes(estate.db, estate.c)) == 1
