"""Exactly once: many at a time, and whatever step fails."""

from __future__ import annotations

import random
import threading

import pytest

from server.db import connect
from server.ledger import acts
from server.ledger.store import bills, journal, sums
from tests.ledger.conftest import Books


def test_the_same_notifications_at_once_and_shuffled_are_booked_once(books: Books, db_url: str) -> None:
    for month in range(1, 4):
        books.bill(period=f"2026-0{month}")
    events = [(f"n{i}", 1_000 + i) for i in range(8)]
    answers: list[tuple[str, str]] = []
    failures: list[BaseException] = []

    def deliver(seed: int) -> None:
        db = connect(db_url)
        mine = events[:]
        random.Random(seed).shuffle(mine)
        try:
            for number, fen in mine:
                with db.write(books.c) as pen:
                    done = acts.record_payment(
                        pen, channel="wechat", transaction_id=number, home=books.homes[0], fen=fen,
                        happened_on="2026-02-01",
                    )
                answers.append((number, done["payment"]))
        except BaseException as error:
            failures.append(error)
            raise
        finally:
            db.close()

    workers = [threading.Thread(target=deliver, args=(seed,)) for seed in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert failures == []
    assert len(answers) == 48
    assert len(set(answers)) == 8  # every delivery of a number got the same payment
    assert books.sums() == (30_000 - sum(fen for _, fen in events), 0)
    assert books.wrong() == []


@pytest.mark.parametrize(("module", "step"), [
    (journal, "add_entries"), (bills, "add_owed"), (sums, "change_owed"), (sums, "change_credit"), (sums, "add_homes"),
    (sums, "add_periods"), (sums, "add_takings"),
])
def test_a_payment_that_dies_at_any_step_leaves_nothing_and_goes_in_again(
    books: Books, monkeypatch: pytest.MonkeyPatch, module: object, step: str
) -> None:
    books.bill()
    before = books.db.all("select max(no) as n from seal")

    def die(*args: object) -> None:
        raise SystemExit(9)

    with monkeypatch.context() as broken:
        broken.setattr(module, step, die)
        with pytest.raises(SystemExit):
            books.pay(number="1", fen=12_000)
    assert books.db.all("select max(no) as n from seal") == before
    assert books.sums() == (10_000, 0)
    assert books.pay(number="1", fen=12_000)["replayed"] is False
    assert books.sums() == (0, 2_000)
    assert books.wrong() == []
