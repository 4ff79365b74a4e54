"""Bodies a process sent last: in the version that is wanted or not at all, and never more than there is room for."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import pytest

from server.field.acts.kept import EACH, Kept
from server.field.acts.pull import Bucket
from tests.field.world import Phone, World

PULL = sys.modules[Bucket.__module__]  # the package says `pull` for what the module does
HERE = ("path", "epoch", "C1", "household")
Phones = Callable[[str], Phone]


def bodies(*ids: str, n: int = 1, size: int = 10) -> dict[str, tuple[int, bytes]]:
    return {id_: (n, (id_ * size)[:size].encode()) for id_ in ids}


def wanted(*ids: str, n: int = 1) -> dict[str, int]:
    return dict.fromkeys(ids, n)


def test_a_body_is_found_in_its_version_its_place_and_nowhere_else() -> None:
    kept = Kept()
    kept.keep(HERE, bodies("a", "b"))
    assert kept.find(HERE, wanted("a", "b", "c")) == {"a": b"a" * 10, "b": b"b" * 10}
    for n in (0, 2):
        assert kept.find(HERE, wanted("a", n=n)) == {}
    for place in range(4):
        elsewhere = tuple("x" if k == place else part for k, part in enumerate(HERE))
        assert kept.find((elsewhere[0], elsewhere[1], elsewhere[2], elsewhere[3]), wanted("a")) == {}


def test_a_newer_body_takes_the_place_of_an_older_one_and_not_the_other_way_round() -> None:
    kept = Kept()
    kept.keep(HERE, bodies("a", n=5))
    kept.keep(HERE, {"a": (4, b"what an older snapshot saw")})
    assert kept.find(HERE, wanted("a", n=5)) == {"a": b"a" * 10}
    kept.keep(HERE, {"a": (6, b"new")})
    assert (kept.find(HERE, wanted("a", n=5)), kept.find(HERE, wanted("a", n=6))) == ({}, {"a": b"new"})


def test_what_is_asked_for_stays_and_the_rest_goes_with_its_generation() -> None:
    kept = Kept(most=20 * (EACH + 10))
    names = [f"h{k:02d}" for k in range(60)]
    for k, name in enumerate(names):
        kept.keep(HERE, bodies(name))
        assert kept.find(HERE, wanted("h00")), k  # asked for all the time
        assert len(kept.find(HERE, wanted(name))) == 1
    here = sorted({**kept._old[HERE], **kept._young.get(HERE, {})})  # asking would move them
    assert 10 <= len(here) <= 21
    assert here == ["h00", *names[-len(here) + 1:]]


def test_a_pull_that_is_asked_again_reads_no_bodies_and_a_changed_one_is_sent_anew(
    world: World, phone: Phones, tour: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    cached = PULL.buckets.cached

    def watched(c: str, ids: dict[str, list[str]]) -> Any:
        asked.append(sum(len(ids.get(type_, ())) for type_ in ("stop", "household")))
        return cached(c, ids)

    monkeypatch.setattr(PULL, "KEPT", Kept())
    monkeypatch.setattr(PULL.buckets, "cached", watched)
    route, homes = tour
    yan = phone("小闫")
    yan.pull()
    before = dict(yan.held("household"))
    assert sum(asked) == 8  # four doors, four homes
    asked.clear()
    del yan.cursors[f"route:{route}"]  # as if the answer had been lost
    yan.pull()
    assert (asked, yan.held("household")) == ([], before)  # nothing was read at all
    world.pay(homes[0], 100)
    yan.pull()
    assert sum(asked) == 1
    after = yan.held("household")
    assert after[homes[0]]["outstanding_fen"] == before[homes[0]]["outstanding_fen"] - 100
    assert {home: after[home] for home in homes[1:]} == {home: before[home] for home in homes[1:]}
