"""Push: what an op does, in any order: claims, corrections, stops, contact data, stickers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from server.cases import acts as cases
from server.db import new_id
from server.field import acts
from server.field.store import claims
from server.ledger import acts as ledger
from tests.field.world import Phone, World, said_at

Phones = Callable[[str], Phone]


def test_a_claim_moves_no_balance_until_the_cashier_confirms(world: World, phone: Phones, tour: Any) -> None:
    route, homes = tour
    yan = phone("小闫")
    yan.push(yan.visit(route, homes[0], "paid_now", claim={"channel": "cash", "fen": 10000}))
    before = ledger.sums(world.db, "C1", homes[:1])[homes[0]]["outstanding_fen"]
    (claim,) = acts.claims(world.db, "C1")
    assert (before, claim["fen"], claim["staff_name"]) == (10000, 10000, "小闫")
    with world.db.write("C1", who=world.staff["老钱"]) as pen:
        done = acts.settle_claim(pen, claim["claim"], confirm=True)
    assert done["receipt"]
    assert ledger.sums(world.db, "C1", homes[:1])[homes[0]]["outstanding_fen"] == 0
    with world.db.write("C1", who=world.staff["老钱"]) as pen:
        assert acts.settle_claim(pen, claim["claim"], confirm=True) == done
    assert acts.claims(world.db, "C1") == []


def test_a_refused_claim_tells_who_made_it(world: World, phone: Phones, tour: Any) -> None:
    route, homes = tour
    yan = phone("小闫")
    yan.push(yan.visit(route, homes[0], "paid_now", claim={"channel": "transfer", "fen": 500, "reference": "T1"}))
    (claim,) = acts.claims(world.db, "C1")
    with world.db.write("C1", who=world.staff["老钱"]) as pen:
        acts.settle_claim(pen, claim["claim"], confirm=False, reason="没有到账")
    yan.pull()
    (message,) = yan.held("message").values()
    assert "没有到账" in message["text"]
    assert "5.00" in message["text"]


def test_the_greatest_correction_holds_whatever_comes_first(world: World, phone: Phones, tour: Any) -> None:
    route, homes = tour
    yan = phone("小闫")
    visit = yan.visit(route, homes[0], "refused", ticket={"kind": "repair", "text": "漏水"})
    ids = sorted(new_id() for _ in range(2))
    low = {**yan.op("visit.correct", route, homes[0], data={
        "visit": visit["op"], "data": {"outcome": "promised", "promise": {"due": "2030-01-01", "fen": 5}}})}
    low["op"] = ids[0]
    high = {**yan.op("visit.correct", route, homes[0], data={
        "visit": visit["op"], "data": {"outcome": "hardship", "note": "失业"}}), "op": ids[1]}
    assert yan.results(high, visit) == ["applied", "applied"]
    assert yan.results(low) == ["applied"]
    (seen,) = acts.visits_of_home(world.db, "C1", homes[0])
    assert (seen["outcome"], seen["note"], seen["held"]) == ("hardship", "失业", ids[1])
    assert cases.tickets(world.db, "C1", homes[:1]) == []
    assert cases.contacts(world.db, "C1", homes[:1])[homes[0]][0]["outcome"] == "hardship"


def test_a_correction_takes_back_promise_ticket_and_open_claim(world: World, phone: Phones, tour: Any) -> None:
    route, homes = tour
    yan = phone("小闫")
    visit = yan.visit(route, homes[0], "promised", promise={"due": "2030-01-01", "fen": 5},
                      ticket={"kind": "repair", "text": "漏水"}, claim={"channel": "cash", "fen": 7})
    yan.push(visit)
    yan.push(yan.op("visit.correct", route, homes[0], data={"visit": visit["op"], "data": {"outcome": "not_home"}}))
    yan.pull()
    body = yan.held("household")[homes[0]]
    assert (body["promises"], body["tickets"]) == ([], [])
    assert acts.claims(world.db, "C1") == []
    assert {stop["state"] for stop in yan.held("stop").values() if stop["household"] == homes[0]} == {"attempted"}


def test_a_confirmed_claim_stays_through_corrections(world: World, phone: Phones, tour: Any) -> None:
    route, homes = tour
    yan = phone("小闫")
    visit = yan.visit(route, homes[0], "paid_now", claim={"channel": "cash", "fen": 10000})
    yan.push(visit)
    with world.db.write("C1", who=world.staff["老钱"]) as pen:
        acts.settle_claim(pen, visit["op"], confirm=True)
    yan.push(yan.op("visit.correct", route, homes[0], data={
        "visit": visit["op"], "data": {"outcome": "paid_now", "claim": {"channel": "cash", "fen": 1}}}))
    assert [(c["state"], c["fen"]) for c in claims.of_visit(world.db, "C1", visit["op"])] == [("confirmed", 10000)]


def test_nobody_corrects_the_visit_of_another(world: World, phone: Phones, tour: Any) -> None:
    route, homes = tour
    yan, ma = phone("小闫"), phone("小马")
    visit = yan.visit(route, homes[0], "refused")
    yan.push(visit)
    world.change(route, staff=world.staff["小马"])
    ma.push(ma.op("visit.correct", route, homes[0], data={"visit": visit["op"], "data": {"outcome": "paid_now"}}))
    assert acts.visits(world.db, "C1")["visits"][0]["outcome"] == "refused"


def test_a_home_met_by_chance_comes_in_and_its_visit_counts_in_any_order(
    world: World, phone: Phones, tour: Any
) -> None:
    route, homes = tour
    first, second = list(world.homes.values())[4:6]
    yan = phone("小闫")
    add, visit = yan.op("stop.add", route, first), yan.visit(route, first)
    assert yan.results(visit, add) == ["applied", "applied"]
    add, visit = yan.op("stop.add", route, second), yan.visit(route, second, "not_home")
    assert yan.results(visit) == ["rejected:not_in_scope"]
    assert yan.results(add) == ["applied"]
    yan.pull()
    states = {stop["household"]: stop["state"] for stop in yan.held("stop").values()}
    assert (states[first], states[second]) == ("done", "attempted")
    assert visit["op"] not in yan.held("op_result")
    assert yan.push(visit)["results"][0]["status"] == "rejected"


def test_start_skip_and_finish_are_facts_of_the_route(world: World, phone: Phones, tour: Any) -> None:
    route, homes = tour
    yan = phone("小闫")
    assert yan.results(
        yan.op("route.start", route, at=said_at("18:00")), yan.op("stop.skip", route, homes[0]),
        yan.visit(route, homes[1], "unsafe"), yan.op("route.finish", route, at=said_at("20:00")),
    ) == ["applied"] * 4
    seen = acts.route(world.db, "C1", route)
    assert (seen["started_at"], seen["finished_at"]) == (said_at("18:00"), said_at("20:00"))
    assert [stop["state"] for stop in seen["stops"]] == ["skipped", "attempted", "planned", "planned"]
    yan.pull()
    assert f"route:{route}" in yan.cursors


def test_the_first_contact_fix_is_done_the_next_is_a_proposal(world: World, phone: Phones, tour: Any) -> None:
    route, homes = tour
    yan = phone("小闫")
    yan.pull()
    old = yan.held("household")[homes[0]]["phones"][0]["number"]
    fix = {"field": "phone", "from": old}
    assert yan.results(
        yan.op("contact.fix", route, homes[0], data={**fix, "to": "13800000001"}),
        yan.op("contact.fix", route, homes[0], data={**fix, "to": "13800000002"}),
    ) == ["applied", "flagged:contact_proposal"]
    (waiting,) = acts.fixes(world.db, "C1")
    with world.db.write("C1") as pen:
        acts.settle_fix(pen, waiting["id"], accept=False)
    yan.pull()
    assert [p["number"] for p in yan.held("household")[homes[0]]["phones"]] == ["13800000001"]
    assert acts.fixes(world.db, "C1") == []


def test_a_fix_another_room_refuses_is_refused_alone(world: World, phone: Phones, tour: Any) -> None:
    route, homes = tour
    yan = phone("小闫")
    yan.pull()
    old = yan.held("household")[homes[0]]["phones"][0]["number"]
    bad = yan.op("contact.fix", route, homes[0], data={"field": "phone", "from": old, "to": "x"})
    found = yan.results(yan.visit(route, homes[1]), bad, yan.visit(route, homes[2]))
    assert found == ["applied", "rejected:refused", "applied"]


def test_a_forged_sticker_is_reported(world: World, phone: Phones, tour: Any) -> None:
    yan = phone("小闫")
    assert yan.results(
        yan.op("code.check", data={"code": "001ABCDEFGHJKMNPQR", "genuine": False, "place": "3栋大堂"}),
        yan.op("code.check", data={"code": "001ABCDEFGHJKMNPQR", "genuine": True}),
    ) == ["flagged:code_suspect", "applied"]


def test_a_twin_community_changes_nothing(world: World, phone: Phones, tour: Any, twin: Any) -> None:
    route, homes = tour
    twin(world.db)
    yan = phone("小闫")
    yan.push(yan.visit(route, homes[0], "promised", promise={"due": "2030-01-01", "fen": 5}))
    assert len(acts.visits(world.db, "C1")["visits"]) == 1
    assert acts.visits(world.db, "C2")["visits"] == []
    assert len(acts.route(world.db, "C1", route)["stops"]) == 4
    yan.pull()
    assert len(yan.held("household")[homes[0]]["promises"]) == 1
    assert len(yan.held("household")[homes[0]]["bills"]) == 1
