"""The worklist brings together what cases know and what the ledger says."""

from server import clock
from server.cases import acts
from tests.cases.conftest import TODAY, ago


def steps(db, place, on=TODAY):
    return {row["code"]: row for row in acts.next_steps(db, place.c, on)}


def test_homes_in_arrears_get_a_step_by_age(db, place):
    found = steps(db, place)
    assert (found["3-1-2601"]["label"], found["3-1-2601"]["arrears_fen"]) == ("律师函", 150000)
    assert found["3-1-1802"]["label"] == "收费通知书"
    assert found["3-1-1802"]["oldest_due"] == ago(100)


def test_a_home_that_paid_leaves_the_list(db, place, pay):
    pay(150000)
    assert list(steps(db, place)) == ["3-1-1802"]


def test_an_open_repair_pauses_and_a_promise_for_today_comes_first(db, place):
    with db.write(place.c, who="S1") as pen:
        acts.open_ticket(pen, id="t", home=place.home, kind="repair", text="渗水", source="op")
        acts.make_promise(
            pen, id="p", home=place.other, due=TODAY, fen=70000, made_on=ago(3), staff="S1", source="op"
        )
    assert [(row["code"], row["state"]) for row in acts.next_steps(db, place.c, TODAY)] == [
        ("3-1-1802", "promise"), ("3-1-2601", "paused"),
    ]  # fmt: skip


def test_two_visits_in_a_week_are_enough(db, place):
    with db.write(place.c, who="S1") as pen:
        for i in (1, 2):
            acts.record_contact(
                pen, id=f"c{i}", home=place.home, at=ago(i), kind="visit", staff="S1", outcome="not_home"
            )
    assert steps(db, place)["3-1-2601"]["label"] == "本周不再上门"
    assert steps(db, place, clock.add_days(TODAY, 10))["3-1-2601"]["label"] == "律师函"


def test_hardship_said_at_the_door_changes_the_step(db, place):
    with db.write(place.c, who="S1") as pen:
        acts.record_contact(pen, id="c", home=place.home, at=ago(9), kind="visit", staff="S1", outcome="hardship")
    assert steps(db, place)["3-1-2601"]["label"] == "商量分期或缓缴"


def test_the_list_can_be_asked_for_some_homes(db, place, twin):
    twin(db)
    assert [row["code"] for row in acts.next_steps(db, place.c, TODAY, [place.other])] == ["3-1-1802"]
    assert acts.next_steps(db, place.c, TODAY, []) == []


def test_more_homes_than_an_engine_takes_parameters_are_read_all_the_same(db, place, monkeypatch):
    from server.cases import store

    with db.write(place.c, who="S1") as pen:
        acts.open_ticket(pen, id="t", home=place.home, kind="repair", text="渗水", source="op")
        acts.interrupt(pen, place.home, ago(3), "delivery", "d")
    few = acts.next_steps(db, place.c, TODAY)
    monkeypatch.setattr(store, "MANY", 0)
    assert acts.next_steps(db, place.c, TODAY) == few
    assert [row["id"] for row in acts.tickets(db, place.c, [place.home])] == ["t"]
    assert acts.tickets(db, place.c, [place.other]) == []
