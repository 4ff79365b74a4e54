"""Private strings: every owner's are unique; no byte of any answer holds one from outside the phone's scope."""

from __future__ import annotations

import gzip
import random
from collections.abc import Callable
from typing import Any

import pytest

from server.db import new_id
from server.field import acts
from tests.field.world import Phone, World

Phones = Callable[[str], Phone]
pytestmark = pytest.mark.no_watch


def recording(client: Any, heard: list[bytes]) -> Any:
    """`post` that keeps every byte of answers, errors and headers."""

    def post(path: str, body: Any, token: str) -> tuple[int, bytes]:
        answer = client.post(path, json=body, headers={"Authorization": f"Bearer {token}"})
        raw = answer.data
        heard.append(gzip.decompress(raw) if answer.headers.get("Content-Encoding") == "gzip" else raw)
        heard.append(str(answer.headers).encode())
        return answer.status_code, heard[-2]

    return post


@pytest.mark.parametrize("seed", [7])
def test_no_private_string_of_another_scope_leaves_the_server(
    world: World, client: Any, seed: int
) -> None:
    dice = random.Random(seed)
    marks = {f"密{k}号": world.add_homes(f"{k + 10}", 2, f"密{k}号") for k in range(8)}
    groups = list(marks.items())
    mine = [home for _, homes in groups[:3] for home in homes]
    theirs = [home for _, homes in groups[4:] for home in homes]
    route, other = world.route("小闫", mine), world.route("小马", theirs)
    heard: list[bytes] = []
    device, token = world.token("小闫")
    yan = Phone(recording(client, heard), token, device)
    for _ in range(30):
        home = dice.choice(theirs)
        deed = dice.randrange(6)
        if deed == 0:
            yan.pull(dice.choice([1, 7, 500]))
        elif deed == 1:
            yan.push(yan.visit(dice.choice([route, other, None, new_id()]), home, "promised",
                               promise={"due": "2030-01-01", "fen": dice.choice([1, 10**9])}))
        elif deed == 2:
            yan.push(yan.op("visit.correct", other, home, data={"visit": new_id(), "data": {"outcome": "other"}}),
                     yan.op("delivery.record", None, None, data={"notice": new_id(), "proof": "handed"}),
                     yan.op("contact.fix", None, home, data={"field": "phone", "from": "1", "to": "2"}))
        elif deed == 3:
            world.pay(home, dice.randint(1, 100))
        elif deed == 4:
            yan.cursors = {**yan.cursors, f"route:{other}": "", f"user:C1:{world.staff['小马']}": f"{yan.epoch}.1"}
            yan.page(500)
        else:
            headers = {"Authorization": f"Bearer {token}"}
            for path in (f"/api/v1/households/{home}", f"/api/v1/photos/{'0' * 64}", "/api/v1/sync/head",
                         f"/api/v1/routes/{other}", "/api/v1/visits"):
                answer = client.get(path, headers=headers)
                heard += [answer.data, str(answer.headers).encode()]
    everything = b"\n".join(heard)
    assert "密0号".encode() in everything, "the test hears nothing"
    for mark, _ in groups[3:]:
        assert mark.encode() not in everything, f"{mark} left its scope (seed {seed})"


def test_after_a_home_left_the_route_nothing_more_of_it_is_heard(world: World, client: Any) -> None:
    homes = world.add_homes("20", 2, "离开者")
    route = world.route("小闫", homes)
    heard: list[bytes] = []
    device, token = world.token("小闫")
    yan = Phone(recording(client, heard), token, device)
    yan.pull()
    with world.db.write("C1") as pen:
        acts.drop_stops(pen, route, homes)
    heard.clear()
    world.pay(homes[0], 5)
    yan.pull(1)
    again = Phone(recording(client, heard), token, device)
    again.pull(1)
    assert "离开者".encode() not in b"".join(heard)
    assert yan.held("household") == again.held("household") == {}
