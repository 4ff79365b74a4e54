"""Membership: a phone converges to what a bucket holds, from empty and from any earlier cursor, at any limit."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from server.field.rules import cursor
from server.field.rules.cursor import AFTER, Entity, Position

HOMES = "abc"
acts = st.lists(st.sampled_from(["add", "drop", "swap", "touch"]), min_size=1, max_size=3)
history = st.lists(st.tuples(acts, st.lists(st.sampled_from(HOMES), min_size=3, max_size=3), st.integers(0, 3)),
                   max_size=25)


class Bucket:
    """The server's side: one stop a home, its membership, and what touched the home."""

    def __init__(self) -> None:
        self.n = 0
        self.came: dict[str, int] = {}
        self.went: dict[str, int | None] = {}
        self.touched = dict.fromkeys(HOMES, 0)

    def act(self, verbs: list[str], homes: list[str]) -> None:
        self.n += 1
        for verb, home in zip(verbs, homes, strict=False):
            live = home in self.came and self.went[home] is None
            if verb in ("drop", "swap") and live:
                self.went[home] = self.n
            if (verb == "add" and not live) or verb == "swap":
                self.came[home], self.went[home] = self.n, None
            if verb == "touch":
                self.touched[home] = self.n

    def entities(self) -> list[Entity]:
        return sorted(cursor.entity("household", home, self.came[home], self.went[home], self.touched[home])
                      for home in self.came)

    def truth(self) -> dict[str, int]:
        return {id_: n for n, _, id_, live, _ in self.entities() if live}


class Model:
    """A phone that keeps rows and one cursor."""

    def __init__(self, rows: dict[str, int] | None = None, at: str | None = None) -> None:
        self.rows, self.at = dict(rows or {}), at

    def page(self, bucket: Bucket, limit: int) -> bool:
        after = cursor.read(self.at, "k3f9", bucket.n)
        changes, more = cursor.page(bucket.entities(), after or cursor.START, limit, after is None)
        if after is None:
            self.rows = {}
        for n, _, id_, live, _ in changes:
            if live:
                self.rows[id_] = n
            else:
                self.rows.pop(id_, None)
        place = Position(*changes[-1][:3]) if more else Position(bucket.n, AFTER, "")
        was = cursor.read(self.at, "k3f9", bucket.n) or cursor.START
        assert place >= was, "a cursor went back"
        self.at = cursor.write("k3f9", place)
        return more


@settings(max_examples=400, deadline=None)
@given(history, st.integers(1, 4))
def test_any_history_any_cursor_any_limit_converges(steps: list[Any], limit: int) -> None:
    bucket, phone = Bucket(), Model()
    copies = [Model()]
    for verbs, homes, pages in steps:
        bucket.act(verbs, homes)
        for _ in range(pages):
            phone.page(bucket, 1)
        copies.append(Model(phone.rows, phone.at))
    for model in [phone, *copies]:
        for _ in range(100):
            if not model.page(bucket, limit):
                break
        assert model.rows == bucket.truth()


@given(st.text(max_size=60))
def test_any_text_as_a_cursor_is_a_position_or_a_reset(text: str) -> None:
    found = cursor.read(text, "k3f9", 10)
    assert found is None or found.n <= 10


def test_cursors_of_other_epochs_of_the_future_or_of_no_form_reset() -> None:
    for text in ("k3f8.5", "k3f9.11", "k3f9.", "k3f9.-1", "k3f9.1e3", "k3f9.5~", "k3f9.5~stop", "", None, 5, [],
                 "k3f9.٣", "k3f9.5\n", "k3f9." + "9" * 40):
        assert cursor.read(text, "k3f9", 10) is None, text
    assert cursor.read("k3f9.5~stop~abc", "k3f9", 10) == Position(5, "stop", "abc")
    assert cursor.read("k3f9.10", "k3f9", 10) == Position(10, AFTER, "")


def test_remove_and_add_in_one_act_is_a_put() -> None:
    bucket = Bucket()
    bucket.act(["add"], ["a"])
    bucket.act(["swap"], ["a"])
    assert [(n, live) for n, _, _, live, _ in bucket.entities()] == [(2, True)]


def test_a_reset_page_carries_no_removes() -> None:
    bucket = Bucket()
    bucket.act(["add", "add"], ["a", "b"])
    bucket.act(["drop"], ["a"])
    assert [e[2] for e in cursor.page(bucket.entities(), cursor.START, 10, reset=True)[0]] == ["b"]
    assert [e[3] for e in cursor.page(bucket.entities(), Position(1, AFTER, ""), 10, reset=False)[0]] == [False]
    assert cursor.page(bucket.entities(), Position(2, AFTER, ""), 10, reset=False)[0] == []
