"""Holdings: asked for once at a head, anew at any other, and never more than there is room for."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

from server.db import Sql
from server.field.acts.holdings import Holdings
from server.field.acts.pull import Bucket, entities_of
from server.field.rules.cursor import Entity
from tests.field.world import Phone, World

PULL = sys.modules[Bucket.__module__]  # the package says `pull` for what the module does
Phones = Callable[[str], Phone]


def stops(count: int) -> list[Entity]:
    return [(n, "stop", f"s{n}", True, n) for n in range(count, 0, -1)]


def test_a_bucket_is_asked_for_once_at_a_head_and_anew_at_another_or_in_another_epoch() -> None:
    holdings, asked = Holdings(), []

    def make() -> list[Entity]:
        asked.append(1)
        return stops(3)

    for epoch, head in (("a", 5), ("a", 5), ("a", 6), ("b", 6), ("b", 6), ("a", 5)):
        assert [e[0] for e in holdings.at(("path", "route:1"), epoch, head, make).entities] == [1, 2, 3]
    assert len(asked) == 4
    holdings.at(("another", "route:1"), "a", 5, make)
    assert len(asked) == 5


def test_those_not_asked_for_longest_go_first_and_what_is_too_large_is_not_kept() -> None:
    holdings, asked = Holdings(most=10), []

    def at(name: str, count: int) -> int:
        def make() -> list[Entity]:
            asked.append(name)
            return stops(count)
        return len(holdings.at(("path", name), "a", 1, make).entities)

    at("one", 4)
    at("two", 4)
    at("one", 4)
    at("three", 4)  # no room for "two", which nobody asked for since
    asked.clear()
    assert (at("one", 4), at("three", 4), asked) == (4, 4, [])
    assert (at("two", 4), asked) == (4, ["two"])
    assert at("huge", 11) == 11
    assert (at("huge", 11), asked) == (11, ["two", "huge", "huge"])
    assert (at("one", 4), asked[-1]) == (4, "one")


def test_pages_at_one_head_share_a_holding_and_a_write_in_between_is_seen(
    world: World, phone: Phones, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def watched(sql: Sql, bucket: Bucket) -> list[Entity]:
        asked.append(bucket.name)
        return entities_of(sql, bucket)

    monkeypatch.setattr(PULL, "entities_of", watched)
    homes = list(world.homes.values())
    first = world.route("小闫", homes[:2])
    yan = phone("小闫")
    assert yan.pull(limit=3) > 2
    assert asked.count(f"route:{first}") == 1
    later = world.route("小闫", homes[2:3])
    yan.pull(limit=3)
    assert (asked.count(f"route:{first}"), asked.count(f"route:{later}")) == (2, 1)
    assert set(yan.held("household")) == set(homes[:3])
