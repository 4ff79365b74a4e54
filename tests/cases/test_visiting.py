"""When and how often homes are visited: set within the law, read inside it whatever stands in the table."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server import clock
from server.cases import acts
from server.cases.visiting import A_DAY, A_WEEK, EARLIEST, LATEST, Visiting, busiest, faults
from server.errors import Refusal

GOOD = {"visit_from": "08:30", "visit_until": "20:30", "visits_a_day": "1", "visits_a_week": "3"}
TEXT = st.one_of(
    st.text(max_size=6), st.sampled_from(["00:00", "24:00", "9:00", "23:59", "07:59", "0", "-1", "99", "２"]))


def test_without_a_setting_the_default_of_the_law_holds(db, place):
    assert acts.visiting(db, place.c) == Visiting("09:00", "21:00", 1, 2)


def test_a_rule_is_kept_and_goes_to_phones(db, place):
    with db.write(place.c) as pen:
        assert sorted(acts.set_visiting(pen, GOOD)) == sorted(GOOD)
        assert acts.set_visiting(pen, GOOD) == []
    assert acts.visiting(db, place.c) == Visiting("08:30", "20:30", 1, 3)
    told = db.all("select id from touched where community = :c and type = 'setting'", c=place.c)
    assert {row["id"] for row in told} >= set(GOOD)


@pytest.mark.parametrize(
    ("key", "text"),
    [("visit_from", "07:30"), ("visit_from", "13:00"), ("visit_until", "22:30"), ("visit_until", "17:00"),
     ("visits_a_day", "4"), ("visits_a_day", "0"), ("visits_a_week", "8"), ("visits_a_week", ""),
     ("visit_from", "8:00"), ("visit_until", "25:00")],
)
def test_beyond_the_law_is_refused_by_name(db, place, key, text):
    with pytest.raises(Refusal) as caught, db.write(place.c) as pen:
        acts.set_visiting(pen, {**GOOD, key: text})
    assert [field["pointer"] for field in caught.value.fields] == [f"/{key}"]
    assert acts.visiting(db, place.c) == Visiting()


def test_a_week_holds_no_fewer_visits_than_a_day():
    assert list(faults({**GOOD, "visits_a_day": "3", "visits_a_week": "2"})) == ["visits_a_week"]


@given(st.fixed_dictionaries(dict.fromkeys(GOOD, TEXT)))
def test_whatever_stands_in_the_table_the_rule_is_within_the_law(texts):
    rule = Visiting.of(texts)
    assert EARLIEST <= rule.opens < rule.closes <= LATEST
    assert 1 <= rule.day <= A_DAY
    assert rule.day <= rule.week <= A_WEEK
    assert not faults(rule.texts())


@given(st.lists(st.integers(-9, 9), max_size=8))
def test_the_fullest_week_is_found_whatever_its_first_day(offsets):
    on = "2026-11-21"
    days = [clock.add_days(on, k) for k in offsets]
    weeks = [sum(first <= k < first + 7 for k in offsets) for first in range(-6, 1)]
    assert busiest(days, on) == max(weeks)
