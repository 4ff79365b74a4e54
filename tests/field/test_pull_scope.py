"""Pull: what a person may hold, and what changes it: routes, days, communities, a new epoch."""

from __future__ import annotations

from collections.abc import Callable

from server import clock
from server.db.migrate import new_epoch
from server.field import acts
from server.people import acts as people
from tests.field.world import Phone, World

Phones = Callable[[str], Phone]


def test_reassigning_takes_the_homes_off_the_first_phone(world: World, phone: Phones) -> None:
    homes = list(world.homes.values())
    route = world.route("小闫", homes[:2])
    yan, ma = phone("小闫"), phone("小马")
    yan.pull()
    world.change(route, staff=world.staff["小马"])
    yan.pull()
    ma.pull()
    assert yan.held("household") == {}
    assert set(ma.held("household")) == set(homes[:2])


def test_dates_outside_the_window_and_drafts_are_not_in_scope(world: World, phone: Phones) -> None:
    homes = list(world.homes.values())
    day = clock.today()
    inside = {world.route("小闫", homes[:1], clock.add_days(day, k)) for k in (-3, 14)}
    for k in (-4, 15):
        world.route("小闫", homes[:1], clock.add_days(day, k))
    world.route("小闫", homes[:1], day, "draft")
    closed = world.route("小闫", homes[:1], day, "closed")
    yan = phone("小闫")
    yan.pull()
    assert {name for name in yan.cursors if name.startswith("route:")} == {f"route:{r}" for r in {*inside, closed}}


def test_who_left_a_community_holds_nothing_of_it(world: World, phone: Phones) -> None:
    homes = list(world.homes.values())
    people.add_member(world.db, "C2", world.staff["小闫"], "collector")
    world.route("小闫", homes[:2])
    yan = phone("小闫")
    yan.pull()
    assert {name for name in yan.cursors if name.startswith("org:")} == {"org:C1", "org:C2"}
    people.leave(world.db, "C1", world.staff["小闫"])
    yan.pull()
    assert {key[0] for key in yan.rows} <= {"org:C2", f"user:C2:{world.staff['小闫']}"}


def test_ops_of_two_communities_go_up_in_one_push(world: World, phone: Phones) -> None:
    homes = list(world.homes.values())
    people.add_member(world.db, "C2", world.staff["小闫"], "collector")
    first = world.route("小闫", homes[:1])
    other = World(world.db, "C2", staff=world.staff)
    theirs = other.add_homes("9", 1, "外区")
    second = other.route("小闫", theirs)
    yan = phone("小闫")
    assert yan.results(yan.visit(second, theirs[0]), yan.visit(first, homes[0]), yan.visit(second, homes[0])) == [
        "applied", "applied", "rejected:not_in_scope"]
    assert [len(acts.visits(world.db, c)["visits"]) for c in ("C1", "C2")] == [1, 1]
    assert yan.push()["missing_count"] == 0


def test_after_a_restore_cursors_reset_and_ops_are_asked_for_again(world: World, phone: Phones) -> None:
    homes = list(world.homes.values())
    route = world.route("小闫", homes[:2])
    yan = phone("小闫")
    visit = yan.visit(route, homes[0])
    yan.pull()
    yan.push(visit)
    new_epoch(world.db)
    assert yan.push(visit)["replay_ops"] is True
    answer = yan.page(500)
    assert answer["replay_ops"] is True
    assert {bucket["mode"] for bucket in answer["buckets"].values()} == {"reset"}
    assert yan.page(500)["replay_ops"] is False
    assert yan.push(visit)["results"][0]["replayed"] is True


def test_a_refusal_is_decided_anew_in_another_epoch(world: World, phone: Phones) -> None:
    homes = list(world.homes.values())
    route = world.route("小闫", homes[:1])
    yan = phone("小闫")
    visit = yan.visit(route, homes[1])
    assert yan.results(visit) == ["rejected:not_in_scope"]
    with world.db.write("C1") as pen:
        acts.add_stops(pen, route, homes[1:2])
    assert yan.results(visit) == ["rejected:not_in_scope"]
    new_epoch(world.db)
    assert yan.results(visit) == ["applied"]
