"""A promise is a fact; whether it was kept is read from the ledger."""

import pytest

from server.cases import acts
from server.errors import Refusal
from server.ledger import acts as ledger
from tests.cases.conftest import TODAY, ago, touched


def make(db, place, id_="p1", due=TODAY, fen=50000, made_on=TODAY, source="op1", home=None):
    with db.write(place.c, who="S1") as pen:
        return acts.make_promise(
            pen, id=id_, home=home or place.home, due=due, fen=fen, made_on=made_on, staff="S1", source=source
        )


def only(db, place):
    (row,) = acts.promises(db, place.c, [place.home])[place.home]
    return row


def test_a_promise_is_open_until_its_day_has_passed(db, place):
    make(db, place)
    assert (only(db, place)["state"], only(db, place)["paid_fen"]) == ("open", 0)
    assert acts.promises(db, place.c, [place.home], on="2099-01-01")[place.home][0]["state"] == "broken"


def test_it_is_kept_when_the_whole_sum_came_by_its_day(db, place, pay):
    make(db, place, due=ago(5), made_on=ago(20))
    pay(30000, ago(10))
    assert only(db, place)["state"] == "broken"
    pay(20000, ago(5))
    assert (only(db, place)["state"], only(db, place)["paid_fen"]) == ("kept", 50000)


def test_money_before_it_was_made_or_after_its_day_does_not_keep_it(db, place, pay):
    make(db, place, due=ago(5), made_on=ago(20))
    pay(50000, ago(21))
    pay(50000, ago(4))
    assert only(db, place)["paid_fen"] == 0


def test_a_payment_that_was_undone_does_not_keep_it(db, place, pay):
    make(db, place, due=ago(5), made_on=ago(20))
    payment = pay(50000, ago(10))
    with db.write(place.c, who="S1") as pen:
        ledger.undo_payment(pen, payment, "记错户", TODAY)
    assert (only(db, place)["state"], only(db, place)["paid_fen"]) == ("broken", 0)


def test_the_same_promise_twice_is_one(db, place):
    make(db, place)
    make(db, place)
    assert len(acts.promises(db, place.c, [place.home])[place.home]) == 1


def test_a_promise_for_yesterday_is_refused(db, place):
    with pytest.raises(Refusal, match="promise_in_past"):
        make(db, place, due=ago(1))


def test_a_cancelled_promise_is_neither_kept_nor_broken(db, place):
    make(db, place)
    with db.write(place.c, who="S1") as pen:
        acts.end_promise(pen, "p1", "cancelled", "业主改期")
        acts.end_promise(pen, "p1", "cancelled", "再点一次")
    assert only(db, place)["state"] == "cancelled"
    assert acts.promises_due(db, place.c, TODAY) == []


def test_a_replaced_promise_names_the_one_that_took_its_place(db, place):
    make(db, place)
    make(db, place, id_="p2", due="2099-01-01")
    with db.write(place.c, who="S1") as pen:
        acts.end_promise(pen, "p1", "replaced", replaced_by="p2")
    rows = acts.promises(db, place.c, [place.home])[place.home]
    assert [(row["state"], row["replaced_by"]) for row in rows] == [("replaced", "p2"), ("open", None)]


def test_ending_an_unknown_promise_is_refused(db, place):
    with db.write(place.c) as pen, pytest.raises(Refusal, match="promise_unknown"):
        acts.end_promise(pen, "nope", "cancelled")


def test_promises_of_a_day_are_listed_with_their_state(db, place, pay):
    make(db, place)
    make(db, place, id_="p2", home=place.other)
    pay(50000)
    assert {row["id"]: row["state"] for row in acts.promises_due(db, place.c, TODAY)} == {"p1": "kept", "p2": "open"}


def test_a_promise_touches_its_home_and_restarts_the_clock(db, place):
    before = touched(db, place.c, place.home)
    make(db, place)
    assert touched(db, place.c, place.home) > before
    assert [row["ground"] for row in acts.interruptions(db, place.c, place.home)] == ["promise"]


def test_promises_of_a_twin_community_are_not_counted(db, place, pay, twin):
    make(db, place, due=ago(5), made_on=ago(20))
    pay(30000, ago(10))
    twin(db)
    assert only(db, place)["paid_fen"] == 30000
    assert len(acts.open_promises(db, place.c, TODAY)) == 1
