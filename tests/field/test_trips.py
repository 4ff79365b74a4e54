"""How often a phone goes to the database: on PostgreSQL each time is a round trip, under the pen for all others."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from server import clock
from server.db import Db, Question
from server.estate import acts as estate
from server.field.acts.kept import Kept
from server.field.acts.pull import Bucket
from server.field.store import buckets
from server.people import store as people
from tests.field.world import Phone, World

PULL = sys.modules[Bucket.__module__]  # the package says `pull` for what the module does
Phones = Callable[[str], Phone]
ASKING = ("rows", "row", "tuples", "together", "execute", "many", "put", "begin", "begin_read", "commit", "end_read")
NOT_WAITED_FOR = ("begin", "begin_read", "end_read", "tell", "say")


@contextmanager
def trips(db: Db, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The verbs of the engine as they are called from outside of it."""
    heard: list[str] = []
    inside: list[str] = []

    def watched(verb: str) -> Callable[..., Any]:
        original = getattr(db.engine, verb)

        def call(*args: Any, **more: Any) -> Any:
            if not inside and not (verb == "put" and not args[1]):
                heard.append(verb)
            inside.append(verb)
            try:
                return original(*args, **more)
            finally:
                inside.pop()

        return call

    with monkeypatch.context() as patch:
        for verb in (*ASKING, "tell", "say"):
            patch.setattr(db.engine, verb, watched(verb))
        yield heard


def waited(heard: list[str]) -> list[str]:
    return [verb for verb in heard if verb not in NOT_WAITED_FOR]


@pytest.mark.no_watch  # it asks for every body after each write
def test_a_push_goes_five_times_and_once_under_the_pen(
    world: World, phone: Phones, tour: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who calls; what was answered before; the pen; what decisions need; the commit. The rest is told."""
    route, homes = tour
    yan = phone("小闫")
    yan.push(yan.visit(route, homes[0], at="2026-11-01T10:00:00+08:00"))
    with trips(world.db, monkeypatch) as heard:
        yan.push(*(yan.visit(route, home, at="2026-11-02T10:00:00+08:00") for home in homes))
    assert waited(heard) == ["tuples", "together", "row", "together", "commit"]
    assert heard.count("tell") >= 5


def test_a_pull_goes_four_times_and_an_idle_phone_once(
    world: World, phone: Phones, tour: Any, monkeypatch: pytest.MonkeyPatch, client: Any
) -> None:
    """Who calls; scope and heads; what its buckets hold; the bodies. With nothing new there is none of the last two."""
    yan = phone("小闫")
    yan.pull()
    monkeypatch.setattr(PULL, "KEPT", Kept())
    del yan.cursors[f"route:{tour[0]}"]
    for new in (["tuples", "tuples", "together"], ["tuples", "tuples"]):
        with trips(world.db, monkeypatch) as heard:
            yan.pull()
        assert waited(heard) == new
    with world.db.write("C1"):
        pass  # nothing of it is this phone's; what its buckets hold is asked anew
    with trips(world.db, monkeypatch) as heard:
        yan.pull()
    assert waited(heard) == ["tuples", "tuples", "together"]
    headers = {"Authorization": f"Bearer {yan.token}"}
    tag = client.get("/api/v1/sync/head", headers=headers).headers["ETag"]
    with trips(world.db, monkeypatch) as heard:
        assert client.get("/api/v1/sync/head", headers={**headers, "If-None-Match": tag}).status_code == 304
    assert heard == ["tuples"]


def test_what_every_call_asks_goes_by_index(world: World) -> None:
    if world.db.engine.name != "sqlite":
        pytest.skip("small tables are read whole there, rightly")
    today = clock.today()
    asked: list[Question[Any]] = [
        buckets.scope("s", today, today), buckets.doors("C1", "r"), buckets.own("C1", "s"), buckets.common("C1"),
        buckets.cached("C1", {"household": ["h"], "stop": ["s"]}), estate.settings_of("C1")]
    plans = {q.sql: world.db.tuples(f"explain query plan {q.sql}", **q.params) for q in asked}
    looking = _Looking(world.db)
    people.phone_by_token(looking, "C1", "h")
    plans |= looking.plans
    whole = [line for plan in plans.values() for *_, line in plan
             if line.startswith("SCAN") and "json_each" not in line and "CONSTANT ROW" not in line and line != "SCAN x"]
    assert len(plans) == len(asked) + 1
    assert whole == []


class _Looking:
    """Stands where a connection stands, and keeps how SQLite would go about what it is asked."""

    def __init__(self, db: Db) -> None:
        self.db = db
        self.plans: dict[str, list[tuple[Any, ...]]] = {}

    def tuples(self, sql: str, **params: Any) -> list[tuple[Any, ...]]:
        self.plans[sql] = self.db.tuples(f"explain query plan {sql}", **params)
        return []
