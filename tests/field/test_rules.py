"""Rules of the field as plain calls: holes, folds, scope, moments, canonical JSON."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.field.rules import canonical, fold, holes, scope
from server.field.rules.ops import element

numbers = st.lists(st.integers(1, 60), max_size=40)


@given(numbers, numbers, st.integers(0, 80), st.integers(1, 10))
def test_holes_are_what_a_loop_would_find(first: list[int], later: list[int], high: int, most: int) -> None:
    ranges = holes.join(holes.join([], first), later)
    arrived = {*first, *later}
    top = max(high, *arrived) if arrived else high
    wanted = [n for n in range(1, top + 1) if n not in arrived]
    assert holes.holes(ranges, high, most) == (wanted[:most], len(wanted))
    assert all(a[1] + 1 < b[0] for a, b in zip(ranges, ranges[1:], strict=False)), "ranges touch"


@given(st.permutations(["refused", "not_home", "unsafe", "vacant"]), st.booleans())
def test_a_stop_is_done_else_attempted_else_skipped_in_any_order(outcomes: list[str], skipped: bool) -> None:
    assert fold.stop_state(outcomes, skipped) == "done"
    assert fold.stop_state([o for o in outcomes if o in ("not_home", "unsafe")], skipped) == "attempted"
    assert fold.stop_state([], skipped) == ("skipped" if skipped else "planned")


def test_the_greatest_correction_holds() -> None:
    assert fold.held("v", {"a": 1}, []) == ("v", {"a": 1})
    assert fold.held("v", {}, [("b", {"x": 2}), ("a", {"x": 1})]) == ("b", {"x": 2})


def test_two_phones_make_the_same_stop_of_the_same_door() -> None:
    assert fold.stop_id("r", "h") == fold.stop_id("r", "h")
    assert len({fold.stop_id("r", "h"), fold.stop_id("r", "i"), fold.stop_id("s", "h"), fold.delivery_id("r")}) == 4
    assert len(fold.stop_id("r", "h")) == 36


def test_stops_of_a_route_lie_side_by_side() -> None:
    """Under the instant of its id; routes of one instant with the same home still have stops of their own."""
    one, other, later = "01a2041c-68b4-7000-b6b7-d4e306759430", "01a2041c-68b4-7001-8000-d4e306759431", "01a2041d-no-id"
    assert {fold.stop_id(one, f"h{k}")[:13] for k in range(20)} == {one[:13]}
    assert fold.stop_id(one, "h") != fold.stop_id(other, "h")
    assert fold.stop_id(later, "h")[:8] != later[:8]


@pytest.mark.parametrize(("said", "believed"), [
    ("2026-11-20T10:00:00+08:00", "2026-11-20T02:00:00+00:00"), ("2036-11-20T10:00:00+08:00", ""),
    ("1970-01-01T00:00:00Z", ""), ("0001-01-01T00:00:00+14:00", ""), ("9999-12-31T23:59:59-14:00", ""),
])
def test_a_clock_that_is_plainly_wrong_is_not_believed(said: str, believed: str) -> None:
    received = datetime(2026, 11, 21, 2, tzinfo=UTC)
    assert scope.moment(said, received).isoformat() == (believed or received.isoformat())


@pytest.mark.parametrize(("member", "live", "found"), [
    (True, True, "in"), (True, False, "late"), (False, True, "late"), (False, False, "late"), (None, True, "out"),
])
def test_scope_follows_membership_and_stop(member: Any, live: bool, found: str) -> None:
    reach = scope.Reach(member, {"r": True}, {("r", "h"): live})
    assert scope.scope(reach, "visit.record", "r", "h") == found
    assert scope.scope(reach, "visit.record", "r", "other") == "out"
    assert scope.scope(reach, "visit.record", None, "h") == found


def test_late_scope_hides_all_other_flags() -> None:
    assert scope.ranked({"over_cap", "outside_hours"}, late=True) == ["late_scope"]
    assert scope.ranked({"over_cap", "outside_hours"}, late=False) == ["outside_hours", "over_cap"]


def test_an_op_without_route_means_the_live_door() -> None:
    reach = scope.Reach(True, {}, {("old", "h"): False, ("new", "h"): True, ("x", "i"): True})
    assert scope.door(reach, "h") == "new"
    assert scope.door(reach, "nowhere") is None


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda x: st.lists(x) | st.dictionaries(
    st.text(), x), max_leaves=20))
def test_canonical_json_is_read_back_as_it_was(value: Any) -> None:
    text = canonical.write(value)
    assert text.isascii()
    assert canonical.read(text.encode()) == value
    assert canonical.write(canonical.read(text.encode())) == text


@pytest.mark.parametrize("op", [None, 5, "x", [], {}, {"op": 5}, {"op": "x"},
                                {"op": "0193A1C2-7B1E-7C11-9D53-0A2B3C4D5E6F"},
                                {"op": "0193a1c2-7b1e-7c11-9d53-0a2b3c4d5e6f\n"}])
def test_what_has_no_op_id_is_no_op(op: Any) -> None:
    found = element(3, op)
    assert found.op is None
    assert found.verdict is not None
    assert found.verdict.words() == {
        "op": None, "index": 3, "status": "rejected", "code": "op_unreadable", "message": "这条记录无法读取。"}
