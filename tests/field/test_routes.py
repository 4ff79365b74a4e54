"""Routes and visits at the office door."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from server import clock
from server.pay.acts.codes import live_codes
from tests.field.world import Phone, World, said_at

Phones = Callable[[str], Phone]


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_a_clerk_makes_a_route_by_codes(world: World, client: Any, staff_token: Any, phone: Phones) -> None:
    codes = list(world.homes)[:2]
    answer = client.post("/api/v1/routes", headers=bearer(staff_token("clerk")), json={
        "date": clock.today(), "staff": "小闫", "households": codes})
    assert answer.status_code == 201
    yan = phone("小闫")
    yan.pull()
    assert f"route:{answer.json['route']}" in yan.cursors
    assert {body["code"] for body in yan.held("household").values()} == set(codes)


def test_an_unknown_code_is_named_and_nothing_is_made(world: World, client: Any, staff_token: Any) -> None:
    answer = client.post("/api/v1/routes", headers=bearer(staff_token("clerk")), json={
        "date": clock.today(), "staff": world.staff["小闫"], "households": [*world.homes, "9-9-999"]})
    assert answer.status_code == 422
    assert "9-9-999" in answer.json["detail"]
    assert world.db.all("select id from route where community = 'C1'") == []


def test_giving_a_route_to_who_has_it_changes_nothing(world: World, client: Any, staff_token: Any) -> None:
    route = world.route("小闫", list(world.homes.values())[:1])
    headers = bearer(staff_token("manager"))
    before = world.db.one("select n from pen where community = 'C1'")
    same = client.patch(f"/api/v1/routes/{route}", headers=headers, json={"staff": world.staff["小闫"]})
    assert same.status_code == 200
    assert world.db.one("select n from pen where community = 'C1'") == before
    moved = client.patch(f"/api/v1/routes/{route}", headers=headers, json={"staff": "小马"})
    assert moved.status_code == 200
    assert [r["staff_name"] for r in client.get("/api/v1/routes", headers=headers).json["routes"]] == ["小马"]
    assert client.patch("/api/v1/routes/none", headers=headers, json={"state": "closed"}).status_code == 404
    assert client.patch(f"/api/v1/routes/{route}", headers=headers, json={"state": "open"}).status_code == 422


def test_who_does_not_work_here_gets_no_route(world: World, client: Any, staff_token: Any) -> None:
    from server.people import acts as people

    stranger = people.add_staff(world.db, "C2", "外人", "collector")
    answer = client.post("/api/v1/routes", headers=bearer(staff_token("manager")), json={
        "date": clock.today(), "staff": stranger, "households": []})
    assert (answer.status_code, answer.json["code"]) == (422, "collector_needed")


def test_visits_come_in_the_order_of_their_arrival_and_page(
    world: World, client: Any, staff_token: Any, phone: Phones, monkeypatch: Any
) -> None:
    from server.field.acts import office

    monkeypatch.setattr(office, "PAGE", 2)
    homes = list(world.homes.values())
    route = world.route("小闫", homes)
    yan = phone("小闫")
    late, early = yan.visit(route, homes[0], at=said_at("23:00", 2)), yan.visit(route, homes[1])
    yan.push(late)
    yan.push(early, yan.visit(route, homes[2]))
    headers = bearer(staff_token("manager"))
    seen, since = [], ""
    for _ in range(3):
        page = client.get(f"/api/v1/visits?since={since}", headers=headers).json
        seen, since = seen + page["visits"], page["next"]
    assert [v["op"] for v in seen][:2] == [late["op"], early["op"]]
    assert (len(seen), page["visits"]) == (3, [])
    assert seen[0] == {
        "op": late["op"], "household": "3-1-101", "household_id": homes[0], "outcome": "refused", "status": "flagged",
        "staff": world.staff["小闫"], "recorded_at": late["at"], "received_at": seen[0]["received_at"]}
    for junk in ("x", "1~", "~1", "-1~a", "1" * 40, "²~a"):
        assert client.get(f"/api/v1/visits?since={junk}", headers=headers).status_code == 422
    assert client.get("/api/v1/visits?since=%00", headers=headers).status_code == 400


def test_visits_of_one_push_come_in_the_order_the_phone_counts_them(
    world: World, client: Any, staff_token: Any, phone: Phones
) -> None:
    homes = list(world.homes.values())
    route = world.route("小闫", homes)
    yan = phone("小闫")
    ids = [f"01a20062-5876-7000-8000-00000000000{i}" for i in (9, 5, 7)]
    yan.push(*({**yan.visit(route, home), "op": id_} for home, id_ in zip(homes, ids, strict=False)))
    headers = bearer(staff_token("manager"))
    page = client.get("/api/v1/visits?since=", headers=headers).json
    assert [v["op"] for v in page["visits"]] == ids
    assert client.get(f"/api/v1/visits?since={page['next']}", headers=headers).json["visits"] == []


def test_roles_are_kept_apart(world: World, client: Any, staff_token: Any, phone: Phones) -> None:
    collector, cashier = bearer(staff_token("collector")), bearer(staff_token("cashier"))
    assert client.get("/api/v1/routes", headers=collector).status_code == 200
    assert client.get("/api/v1/visits", headers=collector).status_code == 403
    assert client.post("/api/v1/routes", headers=cashier, json={}).status_code == 403
    assert client.get("/api/v1/claims", headers=cashier).json == {"claims": []}
    assert client.post("/api/v1/sync/push", headers=collector, json={"ops": []}).status_code == 403
    assert client.get("/api/v1/visits", headers=bearer(phone("小闫").token)).status_code == 403
    assert client.get("/api/v1/phones", headers=bearer(staff_token("clerk"))).status_code == 200


def test_the_cashier_settles_a_claim_at_the_door(world: World, client: Any, staff_token: Any, phone: Phones) -> None:
    homes = list(world.homes.values())
    route = world.route("小闫", homes)
    yan = phone("小闫")
    visit = yan.visit(route, homes[0], "paid_now", claim={"channel": "cash", "fen": 700})
    yan.push(visit)
    headers = bearer(staff_token("cashier"))
    path = f"/api/v1/claims/{visit['op']}/settlement"
    assert client.post(path, headers=headers, json={"confirm": False}).json["code"] == "claim_reason_needed"
    done = client.post(path, headers=headers, json={"confirm": True}).json
    assert (done["state"], bool(done["receipt"])) == ("confirmed", True)
    assert client.post(path, headers=headers, json={"confirm": True}).json == done
    refused = client.post(path, headers=headers, json={"confirm": False, "reason": "x"})
    assert (refused.status_code, refused.json["code"]) == (409, "claim_settled")


def test_publishing_gives_every_door_a_code_to_show(world: World, phone: Phones) -> None:
    """Once: drafts have none, a second route of the same doors makes no further ones."""
    homes = list(world.homes.values())
    draft = world.route("小闫", homes[:2], state="draft")
    count = "select count(*) as n from paycode where community = :c"
    assert world.db.one(count, c=world.c) == {"n": 0}
    world.change(draft, state="published")
    world.route("小闫", homes)
    yan = phone("小闫")
    yan.pull()
    held = yan.held("household")
    assert len(held) == len(homes)
    assert all(body["code_bitmap"]["side"] >= 25 and len(body["codes"]) == 1 for body in held.values())
    assert world.db.one(count, c=world.c) == {"n": len(homes)}
    with world.db.write(world.c) as pen:
        assert {row["class"] for row in live_codes(pen, world.c, homes)} == {"door"}
