"""The disk is full while a notification comes in: failure is answered, nothing half written, the repeat is booked."""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.sim.notify import RETRIES_S
from tests.money.conftest import House

ROOT = Path(__file__).parents[2]
NO_ROOM = (0, resource.RLIM_INFINITY)
ROOM = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)


@pytest.fixture
def limited(house: House, db_url: str) -> Iterator[tuple[int, str]]:
    """(process, its base URL): a server on the same books that can lose its disk."""
    if db_url.startswith("postgresql"):
        pytest.skip("PostgreSQL writes in processes of its own; what it answers then is tested beside the orders")
    words = [sys.executable, "-m", "tests.money.limited", db_url, str(house.cfg.home)]
    process = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout is not None
    yield process.pid, f"http://127.0.0.1:{process.stdout.readline().strip()}"
    process.kill()
    process.wait()
    process.stdout.close()


@pytest.mark.parametrize("channel", ["wechat", "alipay"])
def test_a_full_disk_during_notify_is_answered_with_failure_and_the_repeat_is_booked_once(
    house: House, limited: tuple[int, str], channel: str
) -> None:
    pid, base = limited
    order = house.order(channel)
    trade = house.pay(order, tell=False)
    trade.notify_url = trade.notify_url.replace(house.cfg.url, base)
    rows = house.db.all("select count(*) as n from entry where community = :c", c=house.c)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, NO_ROOM)
    for _ in range(2):
        status, body = house.post(trade, *house.told(trade))
        assert status >= 500
        assert body != b"success"
    assert house.payments() == []
    assert house.db.all("select count(*) as n from entry where community = :c", c=house.c) == rows
    assert house.state(order) == "awaiting"
    house.sound()
    resource.prlimit(pid, resource.RLIMIT_FSIZE, ROOM)
    assert [house.post(trade, *house.told(trade))[0] for _ in range(2)] == [200, 200]
    assert len(house.payments()) == 1
    assert house.books.sums() == (0, 0)
    house.sound()


def test_the_providers_own_retry_books_what_a_full_disk_refused(house: House, limited: tuple[int, str]) -> None:
    pid, base = limited
    order = house.order()
    trade = house.trade(order)
    trade.notify_url = trade.notify_url.replace(house.cfg.url, base)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, NO_ROOM)
    house.pay(order)
    house.wait(lambda: len(house.play.book.sent) >= 1, 60)
    assert house.play.book.sent[0]["answer"] >= "500"
    resource.prlimit(pid, resource.RLIMIT_FSIZE, ROOM)
    house.wait(lambda: bool(house.payments()), 60 + sum(RETRIES_S))
    assert len(house.payments()) == 1
    house.sound()
