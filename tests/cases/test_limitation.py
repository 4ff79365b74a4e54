"""The clock of every open bill: facts of the home and part payments of the bill move its last safe day."""

from server import clock
from server.cases import acts
from tests.cases.conftest import TODAY, ago


def interrupt(db, place, day, ground="delivery", home=None):
    with db.write(place.c, who="S1") as pen:
        acts.interrupt(pen, home or place.home, day, ground, "d1")


def three_years(day):
    return clock.add_months(day, 36)


def test_without_a_demand_every_bill_has_its_own_day(db, place):
    assert acts.clocks(db, place.c, [place.home])[place.home] == {
        place.old: three_years(ago(400)), place.new: three_years(ago(100)),
    }  # fmt: skip
    assert acts.limitation(db, place.c, [place.home, place.other]) == {
        place.home: three_years(ago(400)), place.other: three_years(ago(100)),
    }  # fmt: skip


def test_a_demand_covers_the_bills_that_were_due(db, place):
    interrupt(db, place, ago(200))
    assert acts.clocks(db, place.c, [place.home])[place.home] == {
        place.old: three_years(ago(200)), place.new: three_years(ago(100)),
    }  # fmt: skip


def test_a_part_payment_covers_its_own_bill_only(db, place, pay):
    pay(10000, ago(50), bills=[place.old])
    assert acts.clocks(db, place.c, [place.home])[place.home] == {
        place.old: three_years(ago(50)), place.new: three_years(ago(100)),
    }  # fmt: skip


def test_an_undone_part_payment_does_not_count(db, place, pay):
    from server.ledger import acts as ledger

    payment = pay(10000, ago(50), bills=[place.old])
    with db.write(place.c, who="S1") as pen:
        ledger.undo_payment(pen, payment, "记错户", TODAY)
    assert acts.limitation(db, place.c, [place.home])[place.home] == three_years(ago(400))


def test_a_home_that_owes_nothing_has_no_clock(db, place, pay):
    pay(150000)
    assert acts.limitation(db, place.c, [place.home]) == {}


def test_the_same_fact_is_kept_once_a_day(db, place):
    interrupt(db, place, ago(3))
    interrupt(db, place, ago(3))
    interrupt(db, place, ago(3), ground="promise")
    assert len(acts.interruptions(db, place.c, place.home)) == 2


def test_a_new_agreement_revives_what_had_run_out(db, place):
    from server.ledger import acts as ledger

    with db.write(place.c) as pen:
        (dead,) = ledger.add_bills(pen, [
            {"home": place.home, "item": "物业服务费", "period": "2015-01", "due": "2015-01-31", "fen": 5, "basis": "x"}
        ])  # fmt: skip
    interrupt(db, place, TODAY, "delivery")
    assert acts.clocks(db, place.c, [place.home])[place.home][dead] == "2018-01-31"
    interrupt(db, place, TODAY, "agreement")
    assert acts.clocks(db, place.c, [place.home])[place.home][dead] == three_years(TODAY)


def test_facts_of_a_twin_community_change_nothing(db, place, twin):
    twin(db)
    with db.write("C2") as pen:
        acts.interrupt(pen, place.home, TODAY, "suit", "x")
    assert acts.limitation(db, place.c, [place.home])[place.home] == three_years(ago(400))
