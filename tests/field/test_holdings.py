"""Holdings: asked for once at a head, anew at any other, and never more than there is room for."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable

import pytest

from server.db import Question
from server.field.acts.holdings import Holdings
from server.field.acts.pull import Bucket, contents
from server.field.rules.cursor import Entity
from tests.field.world import Phone, World

PULL = sys.modules[Bucket.__module__]  # the package says `pull` for what the module does
Phones = Callable[[str], Phone]


def stops(count: int) -> list[Entity]:
    return [(n, "stop", f"s{n}", True, n) for n in range(count, 0, -1)]


def test_what_a_bucket_holds_is_found_at_its_head_and_at_no_other_epoch_or_database() -> None:
    holdings = Holdings()
    one, another = ("path", "route:1"), ("another", "route:1")
    assert [e[0] for e in holdings.keep(one, ("a", 5), stops(3)).entities] == [1, 2, 3]
    found = holdings.find(one, ("a", 5))
    assert found is not None
    assert [e[0] for e in found.entities] == [1, 2, 3]
    for other in (("a", 4), ("a", 6), ("b", 5)):  # an older snapshot gets nothing a newer one saw either
        assert holdings.find(one, other) is None
    assert holdings.find(another, ("a", 5)) is None
    holdings.keep(one, ("a", 6), stops(4))
    assert holdings.find(one, ("a", 5)) is None


def test_those_not_asked_for_longest_go_first_and_what_is_too_large_is_not_kept() -> None:
    holdings, at = Holdings(most=10), ("a", 1)

    def kept() -> list[str]:
        return [name for name in ("one", "two", "three", "huge") if holdings.find(("path", name), at)]

    holdings.keep(("path", "one"), at, stops(4))
    holdings.keep(("path", "two"), at, stops(4))
    assert holdings.find(("path", "one"), at)
    holdings.keep(("path", "three"), at, stops(4))  # no room for "two", which nobody asked for since
    assert kept() == ["one", "three"]
    assert len(holdings.keep(("path", "huge"), at, stops(11)).entities) == 11
    assert kept() == []
    holdings.keep(("path", "one"), at, stops(10))
    assert kept() == ["one"]


def test_pages_at_one_head_share_a_holding_and_a_write_in_between_is_seen(
    world: World, phone: Phones, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def watched(bucket: Bucket) -> Question[Iterable[Entity]]:
        asked.append(bucket.name)
        return contents(bucket)

    monkeypatch.setattr(PULL, "contents", watched)
    homes = list(world.homes.values())
    first = world.route("小闫", homes[:2])
    yan = phone("小闫")
    assert yan.pull(limit=3) > 2
    assert asked.count(f"route:{first}") == 1
    later = world.route("小闫", homes[2:3])
    yan.pull(limit=3)
    assert (asked.count(f"route:{first}"), asked.count(f"route:{later}")) == (2, 1)
    assert set(yan.held("household")) == set(homes[:3])
