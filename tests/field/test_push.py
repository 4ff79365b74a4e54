"""Push: each op gets its own answer, once and for ever."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from server.cases import acts as cases
from server.db import new_id
from server.field import acts
from tests.field.world import Phone, World, said_at

Phones = Callable[[str], Phone]


def test_a_visit_is_applied_and_its_replay_says_so(world: World, phone: Phones, tour: Any) -> None:
    route, homes = tour
    yan = phone("小闫")
    visit = yan.visit(route, homes[0])
    first, again = yan.push(visit), yan.push(visit)
    assert first["results"] == [{"op": visit["op"], "status": "applied", "replayed": False}]
    assert again["results"] == [{"op": visit["op"], "status": "applied", "replayed": True}]
    assert len(acts.visits(world.db, "C1")["visits"]) == 1


def test_other_content_under_the_same_op_is_refused_without_effect(world: World, phone: Phones, tour: Any) -> None:
    route, homes = tour
    yan = phone("小闫")
    visit = yan.visit(route, homes[0], "refused")
    yan.push(visit)
    changed = {**visit, "data": {"outcome": "hardship"}}
    assert yan.results(changed) == ["rejected:op_id_reuse"]
    assert acts.visits(world.db, "C1")["visits"][0]["outcome"] == "refused"
    assert yan.results(visit) == ["applied"]


def test_key_order_and_spaces_are_no_other_content(phone: Phones, tour: Any) -> None:
    route, homes = tour
    yan = phone("小闫")
    visit = yan.visit(route, homes[0])
    yan.push(visit)
    assert yan.push(dict(reversed(list(visit.items()))))["results"][0]["replayed"] is True


def test_a_replay_from_another_phone_gets_the_stored_answer(world: World, phone: Phones, tour: Any) -> None:
    route, homes = tour
    first, second = phone("小闫"), phone("小闫")
    visit = first.visit(route, homes[0])
    first.push(visit)
    assert second.push(visit)["results"][0] == {"op": visit["op"], "status": "applied", "replayed": True}


def test_a_refusal_is_stored_and_replayed(world: World, phone: Phones, tour: Any) -> None:
    route, homes = tour
    yan = phone("小闫")
    bad = yan.visit(route, homes[0], "promised", promise={"due": "2026-11-30", "fen": 0})
    result = yan.push(bad)["results"][0]
    assert result == {
        "op": bad["op"], "status": "rejected", "code": "amount_invalid", "pointer": "/data/promise/fen",
        "message": "金额必须大于0", "replayed": False}
    assert yan.push(bad)["results"][0] == {**result, "replayed": True}
    assert acts.visits(world.db, "C1")["visits"] == []


def test_one_bad_op_blocks_no_other(world: World, phone: Phones, tour: Any) -> None:
    route, homes = tour
    yan = phone("小闫")
    good = yan.visit(route, homes[0]), yan.visit(route, homes[1])
    found = yan.push(good[0], {"nonsense": 1}, yan.visit(route, homes[2], "promised"), 7, good[1])["results"]
    assert [r["status"] for r in found] == ["applied", "rejected", "rejected", "rejected", "applied"]
    assert found[1] == {"op": None, "index": 1, "status": "rejected", "code": "op_unreadable",
                        "message": "这条记录无法读取。"}
    assert found[2]["code"] == "promise_missing"
    assert found[3]["index"] == 3


@pytest.mark.parametrize(("change", "code"), [
    ({"kind": "visit.dream"}, "retry:unknown_kind"),
    ({"schema": 99}, "retry:schema_newer"),
    ({"data": {"outcome": "astonished"}}, "retry:unknown_word"),
    ({"data": {"outcome": "promised", "promise": {"due": "2026-11-31", "fen": 1}}}, "rejected:day_invalid"),
    ({"data": {"outcome": "other", "note": "a\x00b"}}, "rejected:text_invalid"),
    ({"data": {"outcome": "other", "note": "a\ud800b"}}, "rejected:text_invalid"),
    ({"data": {"outcome": 5}}, "rejected:field_invalid"),
    ({"data": {}}, "rejected:field_missing"),
    ({"data": []}, "rejected:field_invalid"),
    ({"n": 0}, "rejected:field_invalid"),
    ({"n": 2**31 + 1}, "rejected:field_invalid"),
    ({"n": True}, "rejected:field_invalid"),
    ({"at": "2026-11-21T10:00:00"}, "rejected:field_invalid"),
    ({"schema": 0}, "rejected:schema_unknown"),
    ({"household": None}, "rejected:field_missing"),
    ({"data": {"outcome": "promised", "promise": {"due": "2026-11-30", "fen": 10**30}}}, "rejected:amount_invalid"),
    ({"data": {"outcome": "promised", "promise": {"due": "2026-11-30", "fen": 1.5}}}, "rejected:amount_invalid"),
    ({"household": "no such home"}, "rejected:not_in_scope"),
    ({"route": "no such route"}, "rejected:not_in_scope"),
])
def test_what_is_wrong_with_an_op_is_said_by_its_code(phone: Phones, tour: Any, change: Any, code: str) -> None:
    route, homes = tour
    yan = phone("小闫")
    assert yan.results({**yan.visit(route, homes[0]), **change}) == [code]


def test_what_is_to_be_sent_again_is_not_stored(world: World, phone: Phones, tour: Any) -> None:
    route, homes = tour
    yan = phone("小闫")
    later = {**yan.visit(route, homes[0]), "kind": "visit.dream"}
    assert yan.results(later) == ["retry:unknown_kind"]
    assert yan.push()["missing_n"] == [1]
    assert world.db.all("select op from op where community = 'C1'") == []


def test_an_op_that_stands_twice_in_one_push_is_done_once(world: World, phone: Phones, tour: Any) -> None:
    route, homes = tour
    yan = phone("小闫")
    visit = yan.visit(route, homes[0])
    found = yan.push(visit, visit, {**visit, "at": said_at("11:00")})["results"]
    assert [(r["status"], r["replayed"]) for r in found] == [("applied", False), ("applied", True), ("rejected", False)]
    assert len(acts.visits(world.db, "C1")["visits"]) == 1


def test_holes_are_counted_without_a_loop(phone: Phones, tour: Any) -> None:
    route, homes = tour
    yan = phone("小闫")
    ops = [{**yan.visit(route, homes[0]), "n": n} for n in (1, 3, 2**31)]
    found = yan.push(*ops, n_high=2**31)
    assert found["missing_count"] == 2**31 - 3
    assert found["missing_n"] == [2, *range(4, 103)]


def test_the_office_sees_per_phone_what_has_not_arrived(world: World, phone: Phones, tour: Any) -> None:
    route, homes = tour
    yan = phone("小闫")
    lost = yan.visit(route, homes[0])
    yan.push(yan.visit(route, homes[1]), pending=3)
    seen = next(row for row in acts.phones(world.db, "C1") if row["id"] == yan.device)
    assert (seen["missing_n"], seen["missing_count"], seen["pending"], seen["n_high"]) == ([1], 1, 3, 2)
    assert yan.push(lost)["missing_count"] == 0


def test_a_home_of_nobody_and_a_home_of_another_answer_alike(world: World, phone: Phones, tour: Any) -> None:
    route, homes = tour
    other = list(world.homes.values())[5]
    theirs = world.route("小马", [other])
    yan = phone("小闫")
    found = yan.push(yan.visit(theirs, other), yan.visit(new_id(), new_id()), yan.visit(None, other),
                     yan.visit(route, other))["results"]
    words = [{k: v for k, v in r.items() if k != "op"} for r in found]
    assert words == [words[0]] * 4
    assert words[0]["code"] == "not_in_scope"


def test_after_the_route_went_to_another_a_visit_still_counts_and_is_flagged(
    world: World, phone: Phones, tour: Any
) -> None:
    route, homes = tour
    yan, ma = phone("小闫"), phone("小马")
    world.change(route, staff=world.staff["小马"])
    late = yan.visit(route, homes[0], "promised", at=said_at("23:30"),
                     promise={"due": "2026-11-30", "fen": 10**9})
    assert yan.results(late) == ["flagged:late_scope"]
    assert ma.results(ma.visit(route, homes[1])) == ["applied"]


def test_a_stop_that_was_taken_off_is_late_scope_too(world: World, phone: Phones, tour: Any) -> None:
    route, homes = tour
    with world.db.write("C1") as pen:
        acts.drop_stops(pen, route, [homes[0]])
    yan = phone("小闫")
    assert yan.results(yan.visit(route, homes[0]), yan.visit(route, homes[1])) == ["flagged:late_scope", "applied"]


def test_a_cancelled_route_is_late_scope_and_a_draft_was_never_in_scope(world: World, phone: Phones) -> None:
    homes = list(world.homes.values())
    cancelled, draft = world.route("小闫", homes[:1]), world.route("小闫", homes[1:2], state="draft")
    world.change(cancelled, state="cancelled")
    yan = phone("小闫")
    assert yan.results(yan.visit(cancelled, homes[0]), yan.visit(draft, homes[1])) == [
        "flagged:late_scope", "rejected:not_in_scope"]


def test_hours_and_caps_flag_and_never_refuse(phone: Phones, tour: Any) -> None:
    route, homes = tour
    yan = phone("小闫")
    assert yan.results(
        yan.visit(route, homes[0], at=said_at("22:10", 2)),
        yan.visit(route, homes[1], at=said_at("10:00", 2)),
        yan.visit(route, homes[1], at=said_at("15:00", 2)),
    ) == ["flagged:outside_hours", "applied", "flagged:over_cap"]


def test_promises_are_flagged_when_too_high_or_second(world: World, phone: Phones, tour: Any) -> None:
    route, homes = tour
    yan = phone("小闫")
    high = yan.visit(route, homes[0], "promised", promise={"due": "2030-11-30", "fen": 99_999_999})
    fine = yan.visit(route, homes[1], "promised", promise={"due": "2030-11-30", "fen": 100})
    assert yan.results(high, fine) == ["flagged:over_outstanding", "applied"]
    assert yan.results(yan.visit(route, homes[1], "promised", promise={"due": "2030-12-01", "fen": 100})) == [
        "flagged:second_open_promise"]
    assert len(cases.promises(world.db, "C1", [homes[1]])[homes[1]]) == 2


def test_a_phone_clock_ten_years_off_changes_nothing_but_at(world: World, phone: Phones, tour: Any) -> None:
    route, homes = tour
    yan = phone("小闫")
    yan.push(yan.visit(route, homes[0], "promised", at="2016-11-21T03:00:00+08:00",
                       promise={"due": "2030-01-01", "fen": 100}))
    row = world.db.one("select at, day from visit where community = 'C1'")
    assert row is not None
    assert row["at"] == "2016-11-21T03:00:00+08:00"
    assert row["day"] > "2020-01-01"
    assert cases.promises(world.db, "C1", homes[:1])[homes[0]][0]["made_on"] > "2020-01-01"


def test_a_mended_op_takes_the_refused_one_off_the_list(world: World, phone: Phones, tour: Any) -> None:
    route, homes = tour
    yan = phone("小闫")
    bad = yan.visit(route, homes[0], "promised")
    yan.push(bad)
    yan.pull()
    assert list(yan.held("op_result")) == [bad["op"]]
    mended = {**yan.visit(route, homes[0], "refused"), "replaces": bad["op"]}
    assert yan.results(mended) == ["applied"]
    yan.pull()
    assert yan.held("op_result") == {}


def test_the_office_sees_what_was_flagged_until_it_looked(world: World, phone: Phones, tour: Any) -> None:
    route, homes = tour
    yan = phone("小闫")
    visit = yan.visit(route, homes[0], at=said_at("23:00", 2))
    yan.push(visit)
    (row,) = acts.flagged_ops(world.db, "C1")
    assert (row["op"], row["codes"]) == (visit["op"], "outside_hours")
    with world.db.write("C1") as pen:
        acts.see_op(pen, visit["op"])
    assert acts.flagged_ops(world.db, "C1") == []
