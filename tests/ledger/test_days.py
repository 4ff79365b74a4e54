"""Closed days, trial balance, account sheets, and totals an owner can check."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from server import clock
from server.errors import Refusal
from server.ledger import acts
from server.ledger.acts import seals
from server.ledger.rules import merkle
from tests.ledger.conftest import Books
from tests.ledger.test_verify import tamper

KEY = bytes(range(32))


def refused(code: str):  # type: ignore[no-untyped-def]
    return pytest.raises(Refusal, match=f"^{code}:")


def close(books: Books, day: str | None = None) -> Any:
    return books.act(acts.close_day, day or clock.today())


def test_after_the_close_everything_stands_on_the_next_day(books: Books) -> None:
    bill = books.bill()
    paid = books.pay()
    today, tomorrow = clock.today(), clock.add_days(clock.today(), 1)
    close(books)
    books.undo(paid["payment"])
    books.pay(fen=5, happened_on=today)
    days = {row["book_date"] for row in books.db.all("select book_date from entry where community = 'C1' and no > 2")}
    assert days == {tomorrow}
    assert acts.payment(books.db, books.c, "p00000002")["happened_on"] == today
    assert books.open() == {bill: 9_995}
    assert books.wrong() == []


def test_a_day_is_closed_once_and_never_before_it_has_come(books: Books) -> None:
    with refused("day_not_ready"):
        close(books, clock.add_days(clock.today(), 1))
    close(books)
    for day in (clock.today(), "2020-01-01"):
        with refused("day_closed"):
            close(books, day)


def test_other_rooms_can_hold_the_close_up(books: Books) -> None:
    with pytest.raises(Refusal, match="支付宝账单还没有对平"):
        books.act(acts.close_day, clock.today(), ["支付宝账单还没有对平"])


def test_midnight_in_shanghai_parts_the_days(books: Books) -> None:
    with time_machine.travel("2028-02-28T15:59:59Z", tick=False):
        books.pay(fen=1, happened_on="2028-02-28")
    with time_machine.travel("2028-02-28T16:00:00Z", tick=False):
        books.pay(fen=2, happened_on="2028-02-29")
    takings = [acts.takings(books.db, books.c, day) for day in ("2028-02-28", "2028-02-29", "2028-03-01")]
    assert [[row["fen"] for row in rows] for rows in takings] == [[1], [2], []]


def test_the_trial_balance_is_even_and_sheets_run(books: Books) -> None:
    books.bill(fen=10_000)
    books.pay(fen=12_000)
    books.waive(books.bill(period="2026-02", fen=5_000), 1_000)
    today = clock.today()
    rows = acts.trial_balance(books.db, books.c, today, today)
    assert sum(row["closing"] for row in rows) == 0
    assert sum(row["debit"] for row in rows) == sum(row["credit"] for row in rows)
    assert {row["account"]: row["closing"] for row in rows} == {
        "1012.wechat": 12_000, "1122": 2_000, "6051": -15_000, "6051.减免": 1_000,
        "2203": 0,
    }
    sheet = acts.account_sheet(books.db, books.c, "1122", today, today)
    assert [row["balance"] for row in sheet["rows"]][-1] == sheet["closing"] == 2_000
    assert sheet["rows"][0]["code"] == "1-1-101"
    later = acts.trial_balance(books.db, books.c, clock.add_days(today, 1), clock.add_days(today, 1))
    assert {row["account"]: row["opening"] for row in later}["1122"] == 2_000


def seal(books: Books) -> Any:
    return books.act(acts.seal_day, KEY, clock.today())


def test_a_seal_covers_at_least_ten_receipts(books: Books) -> None:
    for _ in range(9):
        books.pay(fen=100)
    close(books)
    assert seal(books) is None
    with time_machine.travel(f"{clock.add_days(clock.today(), 1)}T04:00:00Z", tick=False):
        books.pay(fen=50)
        books.undo("p00000001")
        close(books)
        made = seal(books)
    assert (made["receipts"], made["total_fen"], made["back"], made["back_fen"]) == (10, 950, 1, 100)
    assert seals.check_seals(books.db, books.c, seals.public_key(KEY)) == []
    assert books.wrong() == []


def test_every_receipt_of_a_sealed_day_is_proved_inside_the_total(books: Books) -> None:
    receipts = [books.pay(fen=100 + i)["receipt"] for i in range(11)]
    assert acts.proof(books.db, books.c, receipts[0]) is None
    close(books)
    made = seal(books)
    assert seal(books) == made
    for receipt in receipts:
        found = acts.proof(books.db, books.c, receipt)
        assert found is not None
        assert seals.proves(found)
        assert not seals.proves({**found, "fen": found["fen"] + 1})
        assert found["seal"]["fingerprint"] == made["fingerprint"]
    assert acts.seal_of(books.db, books.c, clock.today())["hash"] == made["hash"]  # type: ignore[index]


def test_money_of_the_morning_stays_out_of_yesterdays_seal(books: Books) -> None:
    yesterday = clock.today()
    for _ in range(11):
        books.pay(fen=100)
    with time_machine.travel(f"{clock.add_days(yesterday, 1)}T02:00:00Z", tick=False):
        late = books.pay(fen=77)["receipt"]
        books.undo("p00000001")
        books.act(acts.close_day, yesterday)
        made = books.act(acts.seal_day, KEY, yesterday)
        assert (made["since"], made["day"]) == (yesterday, yesterday)
        assert (made["receipts"], made["total_fen"], made["back"]) == (11, 1_100, 0)
        assert acts.proof(books.db, books.c, late) is None
        for _ in range(9):
            books.pay(fen=10)
        books.act(acts.close_day, clock.today())
        after = books.act(acts.seal_day, KEY, clock.today())
        assert (after["receipts"], after["total_fen"], after["back_fen"]) == (10, 167, 100)
    assert seals.check_seals(books.db, books.c, seals.public_key(KEY)) == []
    assert books.wrong() == []


def test_an_open_day_is_not_sealed(books: Books) -> None:
    with refused("day_not_ready"):
        seal(books)


@pytest.mark.parametrize("statement", [
    "update seal_leaf set fen = fen + 1 where position = 3", "update seal_leaf set salt = 'ff' where position = 3",
    "update day_seal set total_fen = total_fen + 1", "update day_seal set day = '2020-01-01'",
    "delete from seal_leaf where position = 3",
    "update payment set fen = fen + 1 where id = 'p00000003'",
])
def test_a_changed_seal_is_found_out(books: Books, statement: str) -> None:
    for _ in range(10):
        books.pay(fen=100)
    close(books)
    seal(books)
    tamper(books, statement)
    assert any("封存" in sentence for sentence in books.wrong())


def test_a_seal_rewritten_whole_fails_its_signature(books: Books) -> None:
    for _ in range(10):
        books.pay(fen=100)
    close(books)
    seal(books)
    other = seals.public_key(hashlib.sha256(KEY).digest())
    assert seals.check_seals(books.db, books.c, seals.public_key(KEY)) == []
    assert any("签名" in sentence for sentence in seals.check_seals(books.db, books.c, other))


leaves = st.lists(st.integers(0, 10**9), min_size=1, max_size=40)


@given(amounts=leaves, at=st.integers(0, 39), bend=st.integers(1, 5))
def test_proofs_hold_and_bend_for_nothing(amounts: list[int], at: int, bend: int) -> None:
    tree = [merkle.leaf(bytes([i]) * 16, fen, f"001-{i:08d}") for i, fen in enumerate(amounts)]
    at %= len(tree)
    top = merkle.root(tree)
    steps = merkle.proof(tree, at)
    assert top.fen == sum(amounts)
    assert merkle.climb(tree[at], steps) == top
    forged = merkle.leaf(bytes([at]) * 16, amounts[at] + bend, f"001-{at:08d}")
    assert merkle.climb(forged, steps) != top


def test_a_negative_leaf_or_neighbour_is_refused() -> None:
    with pytest.raises(ValueError, match="amount"):
        merkle.leaf(b"x" * 16, -1, "1")
    with pytest.raises(ValueError, match="sum"):
        merkle.climb(merkle.leaf(b"x" * 16, 5, "1"), [merkle.Step("left", -5, "00" * 32)])


def test_a_fingerprint_is_eight_characters_to_compare() -> None:
    assert merkle.fingerprint("00" * 32) == "0000-0000"
    assert merkle.fingerprint("ff" * 32) == "ZZZZ-ZZZZ"


def test_close_and_seals_at_the_door(
    books: Books, client: FlaskClient, staff_token: Callable[..., str]
) -> None:
    for _ in range(10):
        books.pay(fen=100)
    head = {"Authorization": f"Bearer {staff_token('cashier')}"}
    today = clock.today()
    day = client.get(f"/api/v1/days/{today}", headers=head).json
    assert (day["closed"], day["takings"][0]["fen"]) == (False, 1_000)
    done = client.post(f"/api/v1/days/{today}/closing", headers=head, json={})
    assert done.status_code == 201
    assert done.json["seal"]["total_fen"] == 1_000
    public = client.get(f"/api/v1/seals?community={books.c}&date={today}").json
    assert public["seals"] == [done.json["seal"]]
    assert seals.check_seals(books.db, books.c, public["public_key"]) == []
    assert client.get("/api/v1/days/2026-02-30", headers=head).status_code == 404
    assert client.post(f"/api/v1/days/{today}/closing", headers=head, json={}).json["code"] == "day_closed"
