"""Two homes with bills, for the acts of cases."""

from dataclasses import dataclass

import pytest

from server import clock
from server.estate import acts as estate
from server.ledger import acts as ledger

TODAY = clock.today()


def ago(days):
    return clock.add_days(TODAY, -days)


@dataclass
class Place:
    c: str
    home: str
    other: str
    old: str  # bill of `home`, due 400 days ago, 1,000 元
    new: str  # bill of `home`, due 100 days ago, 500 元


@pytest.fixture
def place(db, community):
    with db.write(community) as pen:
        ids = estate.put_homes(pen, [
            {"building": "3栋", "unit": "1单元", "room": "2601", "area": 8950, "kind": "住宅", "state": "自住",
             "owners": [{"name": "王小明", "phones": ["13800000001"]}]},
            {"building": "3栋", "unit": "1单元", "room": "1802", "area": 8950, "kind": "住宅", "state": "自住",
             "owners": [{"name": "李雷", "phones": []}]},
        ])["ids"]  # fmt: skip
        home, other = ids["3-1-2601"], ids["3-1-1802"]
        rows = [
            {"home": home, "item": "物业服务费", "period": ago(430)[:7], "due": ago(400), "fen": 100000, "basis": "x"},
            {"home": home, "item": "物业服务费", "period": ago(130)[:7], "due": ago(100), "fen": 50000, "basis": "x"},
            {"home": other, "item": "物业服务费", "period": ago(130)[:7], "due": ago(100), "fen": 70000, "basis": "x"},
        ]  # fmt: skip
        old, new, _ = ledger.add_bills(pen, rows)
    return Place(community, home, other, old, new)


@pytest.fixture
def pay(db, place):
    """Book a payment of `fen` for a home on a day; its payment id."""
    count = iter(range(1, 1000))

    def book(fen, on=TODAY, home=None, bills=()):
        with db.write(place.c, who="S1") as pen:
            done = ledger.record_payment(
                pen, channel="cash", transaction_id=f"t{next(count)}", home=home or place.home, fen=fen,
                happened_on=on, bills=bills, who="S1",
            )  # fmt: skip
        return done["payment"]

    return book


def touched(db, c, home):
    row = db.one("select n from touched where community = :c and type = 'household' and id = :id", c=c, id=home)
    return row["n"] if row else 0
