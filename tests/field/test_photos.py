"""Photos: bytes under their own hash, images only, seen only in scope."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from server.field import acts
from server.people import acts as people
from tests.field.world import Phone, World

Phones = Callable[[str], Phone]
JPEG = b"\xff\xd8\xff\xe0" + b"picture" * 20


def put(client: Any, phone: Phone, data: bytes, sha: str | None = None) -> Any:
    return client.put(f"/api/v1/photos/{sha or hashlib.sha256(data).hexdigest()}", data=data,
                      headers={"Authorization": f"Bearer {phone.token}"})


def get(client: Any, phone: Phone, sha: str) -> Any:
    return client.get(f"/api/v1/photos/{sha}", headers={"Authorization": f"Bearer {phone.token}"})


def test_a_photo_is_kept_once_and_given_back_in_scope(world: World, phone: Phones, client: Any) -> None:
    homes = list(world.homes.values())
    route = world.route("小闫", homes[:1])
    yan, ma = phone("小闫"), phone("小马")
    sha = hashlib.sha256(JPEG).hexdigest()
    yan.push(yan.visit(route, homes[0], photos=[sha]))
    assert put(client, yan, JPEG).status_code == 201
    assert put(client, yan, JPEG).status_code == 200
    answer = get(client, yan, sha)
    assert (answer.status_code, answer.data, answer.content_type) == (200, JPEG, "image/jpeg")
    forbidden, unknown = get(client, ma, sha), get(client, ma, "0" * 64)
    assert (forbidden.status_code, forbidden.data) == (unknown.status_code, unknown.data)
    assert forbidden.status_code == 404
    world.change(route, staff=world.staff["小马"])
    assert get(client, ma, sha).status_code == 200


def test_a_photo_may_come_before_its_record(world: World, phone: Phones, client: Any) -> None:
    yan = phone("小闫")
    assert put(client, yan, JPEG).status_code == 201
    assert get(client, yan, hashlib.sha256(JPEG).hexdigest()).status_code == 200


def test_a_photo_that_came_first_follows_its_record_to_another_community(
    world: World, phone: Phones, client: Any
) -> None:
    people.add_member(world.db, "C2", world.staff["小闫"], "collector")
    other = World(world.db, "C2", staff=world.staff)
    (home,) = other.add_homes("9", 1, "外区")
    route = other.route("小闫", [home])
    yan = phone("小闫")
    sha = hashlib.sha256(JPEG).hexdigest()
    put(client, yan, JPEG)
    assert yan.results(yan.visit(route, home, photos=[sha])) == ["applied"]
    assert acts.visits_of_home(world.db, "C2", home)[0]["photos"] == [{"sha": sha, "kind": "image/jpeg"}]


def test_false_names_other_files_and_large_ones_are_refused(phone: Phones, client: Any) -> None:
    yan = phone("小闫")
    assert put(client, yan, JPEG, "0" * 64).status_code == 422
    assert put(client, yan, JPEG, "x").status_code == 422
    assert put(client, yan, b"%PDF-1.7 not a picture").status_code == 415
    assert put(client, yan, JPEG + b"x" * 2 * 1024 * 1024).status_code == 413
