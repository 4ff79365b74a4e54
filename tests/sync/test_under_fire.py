"""Invariants of sync hold under a hostile network and kill -9; and the harness goes red when something is wrong."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest

from server.db import Db
from server.field.acts import bodies
from server.field.acts.pull import contents, scope_of
from tests.field.world import World
from tests.sync.harness import Fire, burn

SEED = int(os.environ.get("KOUMEN_SEED", "2611"))
SECONDS = float(os.environ.get("KOUMEN_FIRE_SECONDS", "6"))
pytestmark = pytest.mark.no_watch


@pytest.fixture
def estate_on_fire(db: Db, community: str) -> World:
    world = World(db, community)
    world.add_homes("3", 8)
    world.add_staff("小闫")
    world.add_staff("小马")
    return world


@pytest.fixture
def env(db_url: str, tmp_path: Any, settings: Any) -> dict[str, str]:
    return {"KOUMEN_DB": db_url, "KOUMEN_HOME": str(tmp_path / "fire"), "KOUMEN_SECRET": settings.secret.decode(),
            "KOUMEN_URL": settings.url}  # the codes in the bodies hold it


@pytest.fixture
def truth(db: Db, settings: Any) -> Callable[[str], Any]:
    def found(staff: str) -> dict[tuple[str, str, str], tuple[int, Any]]:
        rows = {}
        for bucket in scope_of(db, staff):
            live: dict[str, dict[str, int]] = {}
            for n, type_, id_, there, _ in db.ask(contents(bucket)):
                if there:
                    live.setdefault(type_, {})[id_] = n
            for type_, ids in live.items():
                for id_, body in bodies.make(db, settings, bucket.community, type_, list(ids)).items():
                    rows[bucket.name, type_, id_] = (ids[id_], body)
        return rows

    return found


def test_what_must_always_hold_holds(estate_on_fire: World, db_url: str, env: Any, truth: Any) -> None:
    seen = burn(Fire(SEED, SECONDS), estate_on_fire, db_url, env, truth)
    print(seen)
    assert seen["visits"] > 5
    assert seen["office"] > 20


@pytest.mark.parametrize("engine_name", ["sqlite"])
@pytest.mark.parametrize(("broken", "model", "what"), [
    ("early", "", "is lost|no effect|was answered|are missing"), ("deferred", "", "refused as locked"),
    ("", "by_id", "holds something else"), ("", "tombstone", "holds something else"),
])
def test_the_harness_goes_red_when_the_protocol_is_broken(
    estate_on_fire: World, db_url: str, env: Any, truth: Any, broken: str, model: str, what: str,
    engine_name: str,
) -> None:
    fire = Fire(SEED, 4.0, rate=0.05, kills=0, broken=broken, model=model)
    with pytest.raises(AssertionError, match=what):
        burn(fire, estate_on_fire, db_url, env, truth)


@pytest.mark.parametrize("engine_name", ["postgres"])
def test_the_harness_goes_red_when_a_serial_column_is_the_cursor(
    estate_on_fire: World, db_url: str, env: Any, truth: Any, engine_name: str
) -> None:
    with estate_on_fire.db.write() as sql:
        sql.run("create sequence broken_serial start 1000")
    fire = Fire(SEED, 5.0, rate=0.0, kills=0, broken="serial")
    with pytest.raises(AssertionError, match="holds something else|went back|are missing"):
        burn(fire, estate_on_fire, db_url, env, truth)
