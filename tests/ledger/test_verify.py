"""A changed row is named: whoever edits the file behind the product's back is found out."""

from __future__ import annotations

import pytest

from server.db import Broken
from server.ledger import acts as ledger
from server.ledger import verify
from server.ledger.store import replay
from tests.ledger.conftest import ITEM, Books


def tamper(books: Books, *statements: str) -> None:
    """Edit as somebody with the file in hand would: without our guards and keys."""
    engine = books.db.engine
    if engine.name == "sqlite":
        books.db.run("pragma foreign_keys = off")
        for row in books.db.all("select name from sqlite_master where type = 'trigger'"):
            books.db.run(f"drop trigger {row['name']}")
        books.db.run("pragma ignore_check_constraints = on")
    else:
        books.db.run("set session_replication_role = replica")
    for statement in statements:
        books.db.run(statement)


def fill(books: Books) -> None:
    books.bill(period="2026-01")
    books.bill(period="2026-02")
    books.pay(fen=15_000)
    books.undo(books.pay(home=1, fen=300)["payment"])
    books.waive(books.bill(home=2), 1_000)


@pytest.mark.parametrize(("statement", "named"), [
    ("update bill set fen = 1 where id = 'b00000001'", "账单 b00000001"),
    ("update bill set due = '2027-01-01' where id = 'b00000002'", "b00000002"),
    ("update bill set basis = 'x' where id = 'b00000003'", "b00000003"),
    ("update payment set fen = 1 where id = 'p00000001'", "缴费 p00000001"),
    ("update payment set happened_on = '2020-01-01' where id = 'p00000002'", "p00000002"),
    ("update allocation set fen = 1 where id = 'a00000001'", "a00000001"),
    ("update reversal set reason = 'x'", "r00000001"),
    ("update line set account = '1001' where entry = 3 and seq = 1", "第 3 号分录"),
    ("update line set fen = fen + 7, after = after + 7 where entry = 3 and seq = 1", "第 3 号分录"),
    ("update entry set book_date = '2020-01-01' where entry = 2", "第 2 号分录"),
    ("update seal set hash = '" + "0" * 64 + "' where no = 2", "第 2 号分录"),
    ("delete from payment where id = 'p00000002'", "第 4 号分录"),
    ("update bill set made_n = 999 where id = 'b00000001'", "b00000001"),
    ("insert into allocation select community, 'a00000099', payment, bill, home, fen, undoes, n, entry from allocation"
     " where id = 'a00000001'", "a00000099"),
    ("insert into allocation select community, 'a00000099', payment, bill, home, fen, undoes, n, 999 from allocation"
     " where id = 'a00000001'", "a00000099 所在的分录不在日记账里"),
    ("delete from line where entry = 4 and seq = 2", "第 4 号分录"),
    ("delete from entry where entry = 3", "第 3 号分录"),
    ("update owed set settled_fen = 0, open_fen = 10000 where bill = 'b00000001'", "账单 b00000001"),
    ("update owed set waived_fen = 0, open_fen = 10000 where bill = 'b00000003'", "账单 b00000003"),
    ("update home_sum set billed_fen = billed_fen + 1", "住户"),
    ("update home_sum set prepaid_fen = prepaid_fen + 1", "预存"),
    ("update period_sum set settled_fen = settled_fen - 1 where settled_fen > 0", "账期 2026-0"),
    ("update takings_sum set fen = fen + 1", "收款合计"),
    ("update account_day set debit = debit + 1 where account = '2203'", "2203 的发生额"),
    ("delete from account_day where account = '1122'", "1122 的发生额"),
    ("update takings_sum set reversed_fen = reversed_fen + 1", "退回合计"),
])
def test_a_changed_row_is_named(books: Books, statement: str, named: str) -> None:
    fill(books)
    assert books.wrong() == []
    tamper(books, statement)
    wrong = books.wrong()
    assert wrong
    assert any(named in sentence for sentence in wrong), wrong


CUT = (
    "delete from seal where no = {last}", "delete from line where entry = {last}",
    "delete from entry where entry = {last}",
)


@pytest.mark.parametrize(("also", "named"), [
    ((), "末尾的分录被删除"),
    (("update counter set n = n - 1 where name = 'entry'",), "waiver w00000001 所在的分录不在日记账里"),
    (("update counter set n = n - 1 where name = 'entry'", "delete from waiver"), "waiver 应到第 1 号"),
])
def test_a_chain_cut_off_at_its_end_is_noticed(books: Books, also: tuple[str, ...], named: str) -> None:
    fill(books)
    last = books.db.all("select max(no) as n from seal")[0]["n"]
    tamper(books, *(statement.format(last=last) for statement in CUT), *also)
    assert any(named in sentence for sentence in books.wrong()), books.wrong()


def test_nothing_is_posted_on_a_chain_that_was_cut_off(books: Books) -> None:
    fill(books)
    last = books.db.all("select max(no) as n from seal")[0]["n"]
    tamper(books, *(statement.format(last=last) for statement in CUT))
    if books.db.engine.name == "sqlite":
        books.db.run("pragma foreign_keys = on")
        books.db.run("pragma ignore_check_constraints = off")
    else:
        books.db.run("set session_replication_role = origin")
    with pytest.raises(Broken):
        books.pay(fen=1)


def test_a_right_ledger_reports_what_it_read(books: Books) -> None:
    fill(books)
    report = verify.replay(books.db, books.c)
    assert report["entries"] == books.db.all("select max(no) as n from seal")[0]["n"]
    assert report["lines"] > report["entries"]


def test_an_empty_ledger_is_right(books: Books) -> None:
    assert verify.replay(books.db, books.c) == {"entries": 0, "lines": 0, "hash": None, "wrong": []}


def test_pages_of_the_replay_join(books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(books)
    whole = verify.replay(books.db, books.c)
    for page, lines, facts in ((2, 100, 100), (100, 3, 100), (1, 1, 1), (100, 100, 2)):
        monkeypatch.setattr(verify, "PAGE", page)
        monkeypatch.setattr(verify, "LINES", lines)
        monkeypatch.setattr(replay, "TAKEN", facts)
        assert verify.replay(books.db, books.c) == whole


def test_a_fact_slipped_in_after_its_entry_was_walked_is_named(
    books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(books)
    books.pay(home=2, fen=100)  # settles something after it
    monkeypatch.setattr(verify, "LINES", 1)
    monkeypatch.setattr(replay, "TAKEN", 1)
    tamper(books, "insert into allocation select community, 'a00000099', payment, bill, home, fen, undoes, n, entry"
                  " from allocation where id = 'a00000001'")
    assert any("a00000099 不在它所写的第" in sentence for sentence in books.wrong()), books.wrong()


@pytest.mark.parametrize("engine_name", ["postgres"], indirect=True)
def test_a_replay_reads_large_books_with_fresh_statistics(books: Books) -> None:
    def known() -> float:
        row = books.db.one("select reltuples as n from pg_class where relname = 'line'")
        return float(row["n"]) if row else 0

    rows = [
        {"home": home, "item": ITEM, "period": f"{year}-{month:02}", "due": "2026-12-25", "fen": 100, "basis": "1 元"}
        for home in books.homes for year in range(1990, 2020) for month in range(1, 13)
    ]
    books.act(ledger.add_bills, rows)
    before = known()
    assert books.wrong() == []
    assert before < len(rows) <= known()
