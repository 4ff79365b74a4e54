"""Tickets are answered within ten days, closed once, and stop the asking while they are open."""

import pytest

from server import clock
from server.cases import acts
from server.errors import Refusal
from tests.cases.conftest import TODAY, touched


def open_one(db, place, id_="t1", **more):
    with db.write(place.c, who="S1") as pen:
        return acts.open_ticket(pen, id=id_, home=place.home, kind="repair", text="卫生间渗水", source="op", **more)


def test_a_ticket_gets_a_deadline_of_ten_days(db, place):
    open_one(db, place)
    (row,) = acts.tickets(db, place.c)
    assert (row["opened_on"], row["due_on"]) == (TODAY, clock.add_days(TODAY, 10))
    assert (row["staff"], row["closed_on"]) == ("S1", None)


def test_the_day_is_the_one_in_shanghai_when_it_was_said(db, place):
    open_one(db, place, at="2026-11-20T17:00:00.000000Z")
    assert acts.ticket(db, place.c, "t1")["opened_on"] == "2026-11-21"


def test_the_same_ticket_twice_is_one(db, place):
    open_one(db, place)
    open_one(db, place)
    assert len(acts.tickets(db, place.c)) == 1


def test_a_closed_ticket_leaves_the_open_list_with_its_result(db, place):
    open_one(db, place)
    with db.write(place.c, who="S2") as pen:
        acts.close_ticket(pen, "t1", "已换防水层", satisfied="yes")
    assert acts.tickets(db, place.c) == []
    (row,) = acts.tickets(db, place.c, [place.home], open_only=False)
    assert (row["result"], row["closed_by"], row["satisfied"]) == ("已换防水层", "S2", "yes")


def test_closing_twice_is_refused_by_name(db, place):
    open_one(db, place)
    with db.write(place.c) as pen:
        acts.close_ticket(pen, "t1", "好了")
    with db.write(place.c) as pen, pytest.raises(Refusal, match="ticket_closed"):
        acts.close_ticket(pen, "t1", "又好了")


def test_closing_an_unknown_ticket_is_refused(db, place):
    with db.write(place.c) as pen, pytest.raises(Refusal, match="ticket_unknown"):
        acts.close_ticket(pen, "nope", "x")


def test_opening_and_closing_touch_the_home(db, place):
    before = touched(db, place.c, place.home)
    open_one(db, place)
    between = touched(db, place.c, place.home)
    with db.write(place.c) as pen:
        acts.close_ticket(pen, "t1", "好了")
    assert before < between < touched(db, place.c, place.home)


def test_tickets_of_a_twin_community_are_its_own(db, place, twin):
    open_one(db, place)
    twin(db)
    assert len(acts.tickets(db, place.c)) == 1
    with db.write("C2") as pen:
        acts.close_ticket(pen, "t1", "好了")
    assert len(acts.tickets(db, place.c)) == 1
