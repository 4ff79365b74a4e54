"""Contacts are kept once, listed newest first, and results are counted by person."""

from server.cases import acts
from tests.cases.conftest import TODAY, ago, touched


def contact(db, place, id_, at, kind="visit", outcome="not_home", staff="S1", home=None):
    with db.write(place.c, who=staff) as pen:
        acts.record_contact(
            pen, id=id_, home=home or place.home, at=at, kind=kind, staff=staff, outcome=outcome, note="n"
        )


def test_the_last_contacts_of_each_home_come_newest_first(db, place):
    for i in range(7):
        contact(db, place, f"c{i}", ago(i + 1))
    contact(db, place, "o", ago(1), home=place.other)
    found = acts.contacts(db, place.c, [place.home, place.other], last=5)
    assert [row["id"] for row in found[place.home]] == ["c0", "c1", "c2", "c3", "c4"]
    assert [row["id"] for row in found[place.other]] == ["o"]


def test_an_instant_is_kept_with_its_shanghai_day(db, place):
    contact(db, place, "c", "2026-11-20T17:00:00.000000Z")
    assert acts.contacts(db, place.c, [place.home])[place.home][0]["day"] == "2026-11-21"


def test_the_same_contact_twice_is_one_and_touches_once(db, place):
    contact(db, place, "c", ago(1))
    n = touched(db, place.c, place.home)
    contact(db, place, "c", ago(1))
    assert touched(db, place.c, place.home) == n
    assert len(acts.contacts(db, place.c, [place.home])[place.home]) == 1


def test_days_of_visits_are_told_and_calls_are_none(db, place):
    contact(db, place, "a", ago(8))
    contact(db, place, "b", ago(2))
    contact(db, place, "c", ago(1), kind="call")
    assert acts.visit_days(db, place.c, ago(6), TODAY) == {place.home: [ago(2)]}


def test_results_by_person_count_doors_meetings_and_kept_promises(db, place, pay, twin):
    contact(db, place, "a", ago(8))
    contact(db, place, "b", ago(6), outcome="promised")
    contact(db, place, "c", ago(6), outcome="refused", staff="S2", home=place.other)
    with db.write(place.c, who="S1") as pen:
        for id_, due in (("p1", ago(1)), ("p2", TODAY)):
            acts.make_promise(
                pen, id=id_, home=place.home, due=due, fen=50000, made_on=ago(6), staff="S1", source="op"
            )
    pay(50000, ago(2))
    twin(db)
    first, second = acts.staff_results(db, place.c, ago(30), TODAY, TODAY)
    assert first == {
        "staff": "S1", "visits": 2, "homes": 1, "met": 1, "promises": 2, "promised_fen": 100000, "kept": 2,
        "broken": 0,
    }  # fmt: skip
    assert (second["staff"], second["visits"], second["met"]) == ("S2", 1, 1)
    assert acts.staff_results(db, place.c, ago(7), TODAY, TODAY)[0]["visits"] == 1


def test_contacts_of_a_twin_community_are_its_own(db, place, twin):
    contact(db, place, "a", ago(1))
    twin(db)
    assert len(acts.contacts(db, place.c, [place.home])[place.home]) == 1
    assert len(acts.contacts_on(db, place.c, ago(1))) == 1
