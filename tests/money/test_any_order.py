"""Any order, with repeats, of the same messages of the providers gives the same balances."""

from __future__ import annotations

from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.ledger import acts as ledger
from server.pay import acts as pay
from server.pay.providers import merchants
from server.pay.providers.words import Evidence
from tests.money.conftest import House

AT = "2026-11-21T02:00:00.000000Z"
FEN = {"wechat": 10_000, "alipay": 15_000}
numbers = count(1)


def messages(orders: dict[str, str], mark: int) -> list[tuple[str, str, Evidence]]:
    """What is said of two trades and one of an order nobody knows: by notify, query and bill."""
    found = []
    for channel, fen in FEN.items():
        for source, event in (("notify", f"e{mark}{channel}"), ("query", ""), ("bill", "")):
            said = Evidence(orders[channel], "paid", f"t{mark}{channel}", fen, AT, event)
            found.append((channel, source, said))
        found.append((channel, "query", Evidence(orders[channel], "open")))
    found.append(("wechat", "notify", Evidence(f"001NNOBODY{mark}", "paid", f"u{mark}", 777, AT, f"u{mark}")))
    found.append(("wechat", "bill", Evidence(f"001NNOBODY{mark}", "paid", f"u{mark}", 777, AT)))
    return found


@pytest.fixture
def fresh_home(house: House):  # type: ignore[no-untyped-def]
    """Homes with the same two bills, one after the other."""
    from server.estate import acts as estate

    def make() -> str:
        mark = next(numbers)
        with house.db.write(house.c) as pen:
            made = estate.put_homes(pen, [
                {"building": "9", "unit": "1", "room": f"{mark:05d}", "area": 9_000, "owners": [], "tenants": []}
            ])["ids"]
            home = str(next(iter(made.values())))
            ledger.add_bills(pen, [
                {"home": home, "item": "物业服务费", "period": period, "due": f"{period}-25", "fen": fen, "basis": ""}
                for period, fen in (("2026-01", 10_000), ("2026-02", 12_345))
            ])
        return home

    return make


def test_messages_in_any_order_with_repeats_give_the_same_balances(house: House, fresh_home) -> None:  # type: ignore[no-untyped-def]
    loaded = merchants.load(house.cfg.home)

    @given(data=st.data())
    @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
    def run(data: st.DataObject) -> None:
        mark, home = next(numbers), fresh_home()
        house.books.homes.append(home)
        place = len(house.books.homes) - 1
        orders = {channel: house.order(channel, place, fen=fen)["number"] for channel, fen in FEN.items()}
        said = messages(orders, mark)
        told = data.draw(st.permutations(said + data.draw(st.lists(st.sampled_from(said), max_size=8))))
        before = house.balances().get("2241.suspense", 0)
        for channel, source, evidence in told:
            pay.settle(house.db, loaded[f"sim-{channel}"], evidence, source)
        assert ledger.sums(house.db, house.c, [home])[home]["outstanding_fen"] == 0
        assert ledger.sums(house.db, house.c, [home])[home]["prepaid_fen"] == 25_000 - 22_345
        assert house.balances()["2241.suspense"] - before == -777
        assert {pay.order(house.db, house.c, number)["state"] for number in orders.values()} == {"paid"}

    run()
    house.sound()
