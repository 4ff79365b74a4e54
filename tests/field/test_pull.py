"""Pull: a phone holds what its person's scope holds, and nothing else."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable
from typing import Any

import pytest

from server import clock
from server.cases import acts as cases
from server.estate import acts as estate
from server.field import acts
from server.field.acts import bodies
from server.field.acts.pull import contents, scope_of
from server.people import acts as people
from tests.field.world import Phone, World, post_by

Phones = Callable[[str], Phone]


def truth(world: World, settings: Any, staff: str) -> dict[tuple[str, str, str], tuple[int, Any]]:
    """What the server says a person's phones hold: computed without cursors, pages or cache."""
    found = {}
    for bucket in scope_of(world.db, staff):
        for n, type_, id_, live, _ in world.db.ask(contents(bucket)):
            if live:
                body = bodies.make(world.db, settings, bucket.community, type_, [id_])[id_]
                found[bucket.name, type_, id_] = (n, body)
    return found


def test_the_first_pull_resets_every_bucket_and_gives_scope_in_order(world: World, phone: Phones) -> None:
    homes = list(world.homes.values())
    later = world.route("小闫", homes[2:3], clock.add_days(clock.today(), 1))
    tonight = world.route("小闫", homes[:2])
    yan = phone("小闫")
    answer = yan.page(500)
    assert answer["scope"] == ["org:C1", f"user:C1:{world.staff['小闫']}", f"route:{tonight}", f"route:{later}"]
    assert {bucket["mode"] for bucket in answer["buckets"].values()} == {"reset"}
    assert set(answer["buckets"]) == set(answer["scope"])
    assert answer["complete"]
    assert set(yan.held("household")) == set(homes[:3])
    assert [stop["position"] for stop in yan.held("stop").values() if stop["window"]["date"] == clock.today()] in (
        [1, 2], [2, 1])


def test_a_body_has_every_field_of_its_shape(world: World, phone: Phones) -> None:
    from schemas.field import BODIES

    homes = list(world.homes.values())
    world.route("小闫", homes[:1])
    yan = phone("小闫")
    yan.pull()
    for type_ in ("household", "stop", "setting"):
        (body, *_) = yan.held(type_).values()
        assert set(body) <= set(BODIES[type_]().fields)
    body = yan.held("household")[homes[0]]
    assert set(body) == set(BODIES["household"]().fields)
    assert (body["code"], body["outstanding_fen"], len(body["phones"])) == ("3-1-101", 10000, 1)
    assert body["bills"][0]["outstanding_fen"] == 10000


def test_the_words_that_bodies_name_lie_in_org(world: World, phone: Phones) -> None:
    world.route("小闫", list(world.homes.values()))
    yan = phone("小闫")
    yan.pull()
    scripts = {body["key"]: body["text"] for body in yan.held("script").values()}
    for body in yan.held("household").values():
        assert scripts[body["say"]]
        assert scripts[body["avoid"]]


def test_codes_of_all_rooms_lie_in_org(world: World, phone: Phones) -> None:
    yan = phone("小闫")
    yan.pull()
    rooms = [room for body in yan.held("setting").values() for room in body.get("rooms", [])]
    assert sorted(rooms) == sorted([home, code] for code, home in world.homes.items())
    world.add_homes("5", 1)
    yan.pull()
    assert any([code for _, code in body.get("rooms", [])] == ["5-1-101"] for body in yan.held("setting").values())


def test_a_payment_at_the_desk_reaches_the_phone(world: World, phone: Phones) -> None:
    homes = list(world.homes.values())
    world.route("小闫", homes[:2])
    yan = phone("小闫")
    yan.pull()
    world.pay(homes[0], 4000)
    answer = yan.page(500)
    changes = [change for bucket in answer["buckets"].values() for change in bucket["changes"]]
    assert [(c["type"], c["id"]) for c in changes] == [("household", homes[0])]
    assert changes[0]["data"]["outstanding_fen"] == 6000
    assert (changes[0]["data"]["paid_today_fen"], changes[0]["data"]["paid_day"]) == (4000, clock.today())


def test_midnight_changes_nothing_on_the_wire(world: World, phone: Phones, settings: Any) -> None:
    import time_machine

    homes = list(world.homes.values())
    world.route("小闫", homes[:1])
    world.pay(homes[0], 4000)
    before = bodies.make(world.db, settings, "C1", "household", homes)
    with time_machine.travel(clock.now().timestamp() + 86400 * 2, tick=False):
        assert bodies.make(world.db, settings, "C1", "household", homes) == before


def test_own_flagged_and_refused_ops_come_down(world: World, phone: Phones) -> None:
    homes = list(world.homes.values())
    route = world.route("小闫", homes[:1])
    yan, ma = phone("小闫"), phone("小马")
    bad = yan.visit(route, homes[0], "promised")
    yan.push(bad)
    yan.pull()
    ma.pull()
    assert yan.held("op_result")[bad["op"]]["code"] == "promise_missing"
    assert ma.held("op_result") == {}


def test_head_says_304_until_something_changes(world: World, phone: Phones, client: Any) -> None:
    homes = list(world.homes.values())
    world.route("小闫", homes[:1])
    yan = phone("小闫")
    headers = {"Authorization": f"Bearer {yan.token}"}
    tag = client.get("/api/v1/sync/head", headers=headers).headers["ETag"]
    assert client.get("/api/v1/sync/head", headers={**headers, "If-None-Match": tag}).status_code == 304
    world.pay(homes[0], 1)
    assert client.get("/api/v1/sync/head", headers={**headers, "If-None-Match": tag}).status_code == 200


def test_a_client_below_the_oldest_schema_is_asked_to_upgrade(phone: Phones, client: Any) -> None:
    yan = phone("小闫")
    status, raw = post_by(client)("/api/v1/sync/pull", {"client": {"schema": 0}}, yan.token)
    assert status == 426
    assert b"upgrade-required" in raw


def test_a_revoked_phone_is_told_so_and_an_unknown_one_otherwise(world: World, phone: Phones, client: Any) -> None:
    yan = phone("小闫")
    with world.db.write("C1") as pen:
        people.revoke_device(pen, yan.device, lost=True)
    answer = client.get("/api/v1/sync/head", headers={"Authorization": f"Bearer {yan.token}"})
    assert (answer.status_code, answer.json["code"]) == (401, "device-revoked")
    assert "Clear-Site-Data" in answer.headers
    answer = client.get("/api/v1/sync/head", headers={"Authorization": "Bearer 001d" + "x" * 43})
    assert (answer.status_code, answer.json["code"]) == (401, "device-unknown")


def test_bodies_are_kept_and_a_stale_one_never_goes_out(world: World, phone: Phones) -> None:
    homes = list(world.homes.values())
    world.route("小闫", homes[:2])
    phone("小闫").pull()
    assert len(world.db.all("select id from body where community = 'C1' and type = 'household'")) == 2
    world.pay(homes[0], 4000)
    yan = phone("小闫")
    yan.pull()
    assert yan.held("household")[homes[0]]["outstanding_fen"] == 6000


def wander(world: World, yan: Phone, route: str, homes: list[str], dice: random.Random) -> None:
    """One act of somebody."""
    home = dice.choice(homes)
    deed = dice.randrange(9)
    if deed == 0:
        yan.push(yan.visit(route, home, dice.choice(["refused", "not_home", "hardship"])))
        return
    if deed == 1:
        yan.push(yan.op("stop.add", route, home), yan.op("stop.skip", route, home))
        return
    if deed == 2:
        world.pay(home, dice.randint(1, 50))
        return
    if deed == 3:
        world.change(route, staff=world.staff[dice.choice(["小闫", "小闫", "小马"])])
        return
    with world.db.write("C1") as pen:
        if deed == 4:
            acts.drop_stops(pen, route, [home, dice.choice(homes)])
        elif deed == 5:
            acts.add_stops(pen, route, [home])
        elif deed == 6:
            acts.drop_stops(pen, route, [home])
            acts.add_stops(pen, route, [home])
        elif deed == 7:
            estate.edit_home(pen, home, {"note": str(dice.random())})
        else:
            cases.open_ticket(pen, id=f"t{dice.random()}", home=home, kind="repair", text="灯坏", source="office")


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.no_watch
def test_a_phone_converges_from_any_earlier_cursor_at_any_limit(
    world: World, phone: Phones, settings: Any, seed: int
) -> None:
    dice = random.Random(seed)
    homes = list(world.homes.values())
    route = world.route("小闫", homes[:3])
    yan = phone("小闫")
    earlier = []
    for _ in range(40):
        wander(world, yan, route, homes, dice)
        for _ in range(dice.randrange(3)):
            yan.page(1)
        earlier.append((dict(yan.cursors), copy.deepcopy(yan.rows)))
    wanted = truth(world, settings, world.staff["小闫"])
    fresh = phone("小闫")
    fresh.pull(1)
    assert fresh.rows == truth(world, settings, world.staff["小闫"])
    for cursors, rows in dice.sample(earlier, 12):
        again = Phone(yan.post, yan.token)
        again.epoch, again.cursors, again.rows = yan.epoch, dict(cursors), copy.deepcopy(rows)
        again.pull(dice.choice([1, 2, 3, 500]))
        assert again.rows == wanted, f"seed {seed}"


def test_odds_stay_in_the_office(world: World, phone: Phones) -> None:
    """What the phone shows, the owner may see at his door."""
    route = acts.make_plan(world.db, "C1", acts.plan(world.db, "C1", clock.today(), [world.staff["小闫"]]))[0]
    assert "收回机会" in acts.route(world.db, "C1", route)["stops"][0]["why"]
    yan = phone("小闫")
    yan.pull()
    said = [stop["why"] for stop in yan.held("stop").values()]
    assert said
    assert not any("收回机会" in why or " 元" in why for why in said)
