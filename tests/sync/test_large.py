"""A large route comes down whole (how quickly: bench.sync)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from server.db import Db
from server.field.acts import pull
from tests.field.world import World

pytestmark = pytest.mark.no_watch


def test_two_thousand_stops_come_down_whole_also_from_kept_bodies(db: Db, community: str, settings: Any) -> None:
    world = World(db, community)
    for building in range(1, 21):
        world.add_homes(str(building), 100)
    world.add_staff("小闫")
    world.route("小闫", list(world.homes.values()))

    def whole() -> int:
        cursors: dict[str, str] = {}
        seen = 0
        while True:
            answer = json.loads(pull(db, settings, world.staff["小闫"], {
                "client": {"schema": 1}, "epoch": None, "limit": 1000, "buckets": cursors}))
            for name, bucket in answer["buckets"].items():
                cursors[name] = bucket["cursor"]
                seen += len(bucket["changes"])
            if answer["complete"]:
                return seen

    made, kept = whole(), whole()
    assert made == kept >= 4000
