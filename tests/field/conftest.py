"""The world of the field: an estate, two collectors, phones; and a watch over bodies that change untouched."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from server.config import Config
from server.db import Db
from server.field.acts import bodies
from server.field.store import buckets
from tests.field.world import Phone, World, post_by


@pytest.fixture
def world(db: Db, community: str) -> World:
    """Building 3 with six homes that owe, 小闫 and 小马 who collect, 老钱 who keeps the till."""
    made = World(db, community)
    made.add_homes("3", 6)
    made.add_staff("小闫")
    made.add_staff("小马")
    made.add_staff("老钱", "cashier")
    return made


@pytest.fixture
def tour(world: World) -> tuple[str, list[str]]:
    """A route of 小闫 with the first four homes."""
    homes = list(world.homes.values())[:4]
    return world.route("小闫", homes), homes


@pytest.fixture
def phone(world: World, client: Any) -> Callable[[str], Phone]:
    """`phone("小闫")`: a freshly enrolled phone."""

    def make(name: str) -> Phone:
        device, token = world.token(name)
        return Phone(post_by(client), token, device)

    return make


@pytest.fixture(autouse=True)
def watch(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Recompute every body after each act: one that changed without being touched is an error."""
    if not {"world", "phone"} & set(request.fixturenames) or "no_watch" in request.keywords:
        yield
        return
    settings: Config = request.getfixturevalue("settings")
    watching = Watch(settings)
    original = Db.write

    def write(self: Db, *args: Any, **kwargs: Any) -> Any:
        return watching.around(self, original(self, *args, **kwargs))

    monkeypatch.setattr(Db, "write", write)
    yield
    monkeypatch.undo()
    assert not watching.wrong, watching.wrong


class Watch:
    """Bodies of stops, households, scripts and settings before and after each write."""

    def __init__(self, settings: Config) -> None:
        self.settings = settings
        self.wrong: list[str] = []
        self.last: dict[tuple[str, str, str], str] = {}

    def around(self, db: Db, inner: Any) -> Any:
        from contextlib import contextmanager

        @contextmanager
        def block() -> Iterator[Any]:
            with inner as pen:
                yield pen
                community, touched, verb = pen.community, set(pen.touched), pen.verb
            if community:
                self.look(db, community, touched, verb)

        return block()

    def look(self, db: Db, c: str, touched: set[tuple[str, str]], verb: str) -> None:
        for type_, ids in self.known(db, c).items():
            for id_, body in bodies.make(db, self.settings, c, type_, ids).items():
                text = bodies.text(type_, id_, body)
                before = self.last.get((c, type_, id_))
                if before is not None and before != text and (type_, id_) not in touched:
                    self.wrong.append(f"{verb}: {type_} {id_} changed, not touched\n{before}\n{text}")
                self.last[c, type_, id_] = text

    def known(self, db: Db, c: str) -> dict[str, list[str]]:
        def ids(sql: str) -> list[str]:
            return [row["id"] for row in db.all(sql, c=c)]

        return {
            "household": ids("select id from home where community = :c"),
            "stop": ids("select id from stop where community = :c"),
            "script": ids("select key as id from script where community = :c"),
            "setting": list(buckets.settings(db, c)),
        }
