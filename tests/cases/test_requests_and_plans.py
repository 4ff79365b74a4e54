"""Asking for time restarts the clock, gets one answer, and may become a plan whose state the ledger tells."""

import pytest

from server import clock
from server.cases import acts
from server.errors import Refusal
from tests.cases.conftest import TODAY


def ask(db, place, source="office"):
    with db.write(place.c, who="S1") as pen:
        return acts.ask(pen, place.home, "instalment", "失业，想分三期", source)


def test_a_request_waits_until_it_is_answered(db, place):
    request = ask(db, place)
    assert [row["id"] for row in acts.requests(db, place.c)] == [request]
    with db.write(place.c, who="S2") as pen:
        acts.answer_request(pen, request, "granted", "分三期")
    assert acts.requests(db, place.c) == []
    (row,) = acts.requests(db, place.c, [place.home], open_only=False)
    assert (row["answer"], row["answered_by"], row["answer_note"]) == ("granted", "S2", "分三期")


def test_a_second_answer_is_refused(db, place):
    request = ask(db, place)
    with db.write(place.c) as pen:
        acts.answer_request(pen, request, "refused")
    with db.write(place.c) as pen, pytest.raises(Refusal, match="request_answered"):
        acts.answer_request(pen, request, "granted")


def test_asking_restarts_the_clock_when_the_debtor_is_known(db, place):
    ask(db, place, source="page:001ABC")
    assert acts.interruptions(db, place.c, place.home) == []
    ask(db, place)
    assert [row["ground"] for row in acts.interruptions(db, place.c, place.home)] == ["request"]


def plan(db, place, parts, id_="i1"):
    with db.write(place.c, who="S1") as pen:
        return acts.make_plan(pen, id=id_, home=place.home, parts=parts)


def test_a_plan_tells_how_it_stands(db, place, pay):
    month, later = clock.add_days(TODAY, 30), clock.add_days(TODAY, 60)
    plan(db, place, [(later, 75000), (month, 75000)])
    pay(75000)
    (row,) = acts.plans(db, place.c, [place.home])[place.home]
    assert [part["due"] for part in row["parts"]] == [month, later]
    assert (row["fen"], row["paid_fen"], row["state"]) == (150000, 75000, "open")
    late = acts.plans(db, place.c, [place.home], on=clock.add_days(later, 1))
    assert late[place.home][0]["state"] == "late"
    pay(75000)
    assert acts.plans(db, place.c, [place.home])[place.home][0]["state"] == "done"


def test_a_plan_restarts_the_clock(db, place):
    plan(db, place, [(TODAY, 1)])
    assert acts.limitation(db, place.c, [place.home])[place.home] == clock.add_months(TODAY, 36)


@pytest.mark.parametrize("parts", [[], [(TODAY, 0)]])
def test_a_plan_without_parts_is_refused(db, place, parts):
    with pytest.raises(Refusal, match="plan_invalid"):
        plan(db, place, parts)


def test_an_ended_plan_says_so(db, place):
    plan(db, place, [(TODAY, 100)])
    with db.write(place.c, who="S1") as pen:
        acts.end_plan(pen, "i1", "业主一次缴清")
    (row,) = acts.plans(db, place.c, [place.home])[place.home]
    assert (row["state"], row["reason"]) == ("ended", "业主一次缴清")


def test_plans_of_a_twin_community_are_not_counted(db, place, pay, twin):
    plan(db, place, [(TODAY, 100), (clock.add_days(TODAY, 1), 100)])
    pay(150)
    twin(db)
    (row,) = acts.plans(db, place.c, [place.home])[place.home]
    assert (len(row["parts"]), row["paid_fen"]) == (2, 150)
