"""Chunks that are looked at before their turn: what somebody writes in between is seen all the same."""

from __future__ import annotations

import gc
from typing import Any

import pytest

from server.db import Db, connect
from server.intake import acts, spool
from server.intake.money import MoneyChunk
from server.intake.reading import Source
from server.ledger import acts as ledger
from server.ledger.bulk.records import Part, Receipt
from server.ledger.verify import replay
from tests.intake.sheets import HOMES, bills, books, bring, counts, prepaid

CHUNKS = [f"1栋,1单元,{100 + i},80,业主{i},1990000{i:04d}\n" for i in range(1, 6)]
MANY = HOMES.splitlines(keepends=True)[0] + "".join(CHUNKS)
SHEET = bills(*(f"1-1-{100 + i},物业服务费,2026-0{m},2026-0{m}-25,100.00,100.00,2026-0{m}-20,微信,S{i}{m}"
                for m in (1, 2, 3) for i in range(1, 6)))
OWED = bills(*(f"1-1-{100 + i},物业服务费,2026-0{m},2026-0{m}-25,100.00" for m in (1, 2, 3) for i in range(1, 6)))


@pytest.fixture(autouse=True)
def a_home_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FIRST_ROWS", "LEAST_ROWS", "MOST_ROWS"):
        monkeypatch.setattr(spool, name, 3)


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Who looked at each chunk: the pen, or the one who reads beside it."""
    seen: list[str] = []
    look = MoneyChunk.look

    def noted(self: MoneyChunk, homes: Any) -> Any:
        seen.append(type(self.pen).__name__)
        return look(self, homes)

    monkeypatch.setattr(MoneyChunk, "look", noted)
    return seen


def sources(**files: str) -> list[Source]:
    return [Source.of_bytes(f"{name}.csv", text.encode()) for name, text in files.items()]


def test_each_chunk_is_looked_at_once_when_nobody_writes(db: Db, community: str, looks: list[str]) -> None:
    assert counts(bring(db, community, a=MANY, b=SHEET)) == (20, 0, 0, 0)
    assert replay(db, community)["wrong"] == []  # numbers and hashes went on from one chunk to the next
    ahead = "Pen" if db.engine.name == "postgres" else "Reader"
    assert looks == ["Pen", *[ahead] * 4]
    assert books(db, community) == (150_000, 150_000, {})


def test_a_chunk_that_was_written_leaves_nothing_for_the_collector(db: Db, community: str) -> None:
    gc.collect()
    gc.disable()
    try:
        bring(db, community, a=MANY, b=SHEET)
        assert [one for one in gc.get_objects() if isinstance(one, (Receipt, Part))] == []
    finally:
        gc.enable()


def test_a_payment_taken_between_two_chunks_is_seen(
    db: Db, db_url: str, community: str, looks: list[str]
) -> None:
    bring(db, community, a=MANY, b=OWED)
    looks.clear()
    home = db.one("select id from home where community = :c and code = '1-1-103'", c=community)
    assert home is not None
    cashier = connect(db_url)
    paid: list[int] = []

    def between(stage: str, done: int, total: int) -> None:
        """When the second home is written the third was looked at: now its January is paid at the desk."""
        if stage == "write" and done == 5 + 6 and not paid:
            with cashier.write(community, who="s1") as pen:
                bill = pen.one("select id from bill where community = :c and home = :h and period = '2026-01'",
                               c=community, h=home["id"])
                assert bill is not None
                ledger.record_payment(pen, channel="cash", transaction_id="desk-1", home=home["id"], fen=10_000,
                                      happened_on=pen.day, bills=[bill["id"]], who="s1")
                paid.append(pen.n)

    report = acts.bring(db, community, sources(a=MANY, b=SHEET), progress=between)
    cashier.close()
    assert paid
    assert counts(report) == (0, 14, 5, 1)
    assert [row["code"] for row in acts.held(db, community)] == ["1-1-103"]
    assert books(db, community) == (150_000, 150_000, {})
    assert prepaid(db, community) == 0
    assert replay(db, community)["wrong"] == []  # what was made ahead was made again
    if db.engine.name != "postgres":
        assert looks == ["Pen", "Reader", "Reader", "Pen", "Reader", "Reader"]


def test_an_import_that_breaks_off_is_completed_by_the_same_one(db: Db, community: str) -> None:
    class Killed(BaseException):
        pass

    def kill(stage: str, done: int, total: int) -> None:
        if stage == "write" and done == 5 + 9:
            raise Killed

    with pytest.raises(Killed):
        acts.bring(db, community, sources(a=MANY, b=SHEET), progress=kill)
    assert counts(bring(db, community, a=MANY, b=SHEET)) == (6, 0, 14, 0)
    assert books(db, community) == (150_000, 150_000, {})
