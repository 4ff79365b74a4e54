"""The database itself refuses every wrong entry: no code of ours stands between."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from server.db import Broken, Db
from tests.ledger.conftest import Books

Rows = dict[str, list[dict[str, Any]]]
HASH = "a" * 64


def line(entry: int, seq: int, fen: int, before: int, lines: int = 2, **more: Any) -> dict[str, Any]:
    return {"community": "C1", "entry": entry, "seq": seq, "lines": lines, "account": "1002", "fen": fen,
            "prev": seq - 1 if seq > 1 else None, "before": before, "after": before + fen, **more}


def good(no: int) -> Rows:
    """A right entry of two lines hanging from the one before."""
    return {
        "entry": [{"community": "C1", "entry": no, "no": no, "lines": 2, "book_date": "2026-01-01", "kind": "test",
                   "ref": None, "n": 1, "at": "", "who": ""}],
        "line": [line(no, 1, 100, 0), line(no, 2, -100, 100)],
        "seal": [{"community": "C1", "no": no, "entry": no, "lines": 2, "total": 0,
                  "prev_no": no - 1 if no > 1 else None, "prev_hash": HASH if no > 1 else None, "hash": HASH}],
    }


def write(db: Db, rows: Rows) -> None:
    with db.write("C1") as pen:
        for table, values in rows.items():
            pen.put(table, values)


def changed(table: str, at: int = 0, **values: Any) -> Callable[[Rows], None]:
    def change(rows: Rows) -> None:
        rows[table][at].update(values)
    return change


def unbalanced(rows: Rows) -> None:
    rows["line"][1] = line(2, 2, -90, 100)
    rows["seal"][0]["total"] = 10


def false_total(rows: Rows) -> None:
    rows["line"][1] = line(2, 2, -90, 100)


def missing_line(rows: Rows) -> None:
    rows["entry"][0]["lines"] = rows["seal"][0]["lines"] = 3
    for row in rows["line"]:
        row["lines"] = 3


def missing_last_line(rows: Rows) -> None:
    del rows["line"][1]


def extra_line(rows: Rows) -> None:
    rows["line"].append(line(2, 3, 5, 0))


def extra_balanced_lines(rows: Rows) -> None:
    rows["line"] += [line(2, 3, 5, 0, lines=4), line(2, 4, -5, 5, lines=4)]


def second_line_twice(rows: Rows) -> None:
    rows["line"].append(line(2, 2, -100, 100))


def second_line_otherwise(rows: Rows) -> None:
    rows["line"].append(line(2, 2, -50, 100))


def one_line(rows: Rows) -> None:
    rows["entry"][0]["lines"] = rows["seal"][0]["lines"] = 1
    rows["line"] = [line(2, 1, 100, 0, lines=1)]


def gap_in_lines(rows: Rows) -> None:
    rows["entry"][0]["lines"] = rows["seal"][0]["lines"] = 3
    rows["line"] = [line(2, 1, 100, 0, lines=3), line(2, 3, -100, 100, lines=3)]


def jump_over_a_line(rows: Rows) -> None:
    rows["entry"][0]["lines"] = rows["seal"][0]["lines"] = 3
    rows["line"] = [line(2, 1, 100, 0, lines=3), line(2, 3, -100, 100, lines=3, prev=1)]


def false_start(rows: Rows) -> None:
    rows["line"] = [line(2, 1, 100, 7), line(2, 2, -107, 107)]


WRONG: dict[str, Callable[[Rows], None]] = {
    "an unbalanced entry": unbalanced,
    "a false total": false_total,
    "a missing line": missing_line,
    "a missing last line": missing_last_line,
    "an extra line": extra_line,
    "extra lines under another count": extra_balanced_lines,
    "the same line twice": second_line_twice,
    "a fork of lines": second_line_otherwise,
    "an entry of one line": one_line,
    "a gap in the lines": gap_in_lines,
    "a jump over a line": jump_over_a_line,
    "a running sum that starts elsewhere": false_start,
    "an amount that is not the difference": changed("line", 1, fen=-99),
    "a sum that does not go on": changed("line", 1, before=90, after=-10),
    "an amount of nothing": changed("line", 0, fen=0, after=0),
    "a first line with a predecessor": changed("line", 0, prev=1),
    "a later line without predecessor": changed("line", 1, prev=None),
    "a line before the first": changed("line", 0, seq=0, prev=None),
    "lines of no entry": changed("line", 0, entry=9),
    "a number that is not the entry's": changed("entry", 0, no=3),
    "a number used twice": changed("entry", 0, entry=1, no=1),
    "a skipped number": changed("seal", 0, no=3, prev_no=2),
    "a predecessor further back": changed("seal", 0, prev_no=0),
    "a second beginning": changed("seal", 0, prev_no=None, prev_hash=None),
    "a wrong previous hash": changed("seal", 0, prev_hash="b" * 64),
    "a seal on another entry": changed("seal", 0, entry=1),
    "a seal with another count": changed("seal", 0, lines=3),
    "a short hash": changed("seal", 0, hash="a"),
}


@pytest.mark.usefixtures("community")
@pytest.mark.parametrize("case", WRONG)
def test_refused(db: Db, case: str) -> None:
    write(db, good(1))
    rows = good(2)
    WRONG[case](rows)
    with pytest.raises(Broken):
        write(db, rows)
    write(db, good(2))  # the right one goes in where the wrong one was refused


@pytest.mark.usefixtures("community")
def test_a_line_after_the_seal_is_refused(db: Db) -> None:
    write(db, good(1))
    for late in (line(1, 3, 5, 0), line(1, 2, -100, 100), line(1, 3, 5, 0, lines=3)):
        with pytest.raises(Broken):
            write(db, {"line": [late]})


@pytest.mark.usefixtures("community")
def test_a_fork_of_the_chain_is_refused(db: Db) -> None:
    write(db, good(1))
    write(db, good(2))
    fork = good(3)
    fork["seal"][0].update(prev_no=1)
    with pytest.raises(Broken):
        write(db, fork)


def test_facts_are_never_edited_or_removed(books: Books) -> None:
    bill = books.bill()
    payment = books.pay(fen=15_000)["payment"]
    books.undo(payment)
    db = books.db
    for table in ("entry", "line", "seal", "bill", "payment", "allocation", "reversal"):
        column = "entry" if table not in ("seal",) else "no"
        for statement in (f"update {table} set {column} = {column}", f"delete from {table}"):
            with pytest.raises(Broken) as refused, db.write("C1") as pen:
                pen.run(statement)
            assert refused.value.kind in ("guard", "foreign")
    assert books.open() == {bill: 10_000}


def test_a_closed_day_takes_no_entry(db: Db, community: str) -> None:
    with db.write(community) as pen:
        pen.put("book_day", [{"community": "C1", "day": "2026-01-01", "closed_at": "x", "who": "u", "last_no": 0}])
    with pytest.raises(Broken):
        write(db, good(1))


def test_kept_sums_cannot_leave_their_bounds(books: Books) -> None:
    bill = books.bill()
    for change in ("settled_fen = 10001, open_fen = -1", "settled_fen = -1, open_fen = 10001", "open_fen = 3"):
        with pytest.raises(Broken), books.db.write("C1") as pen:
            pen.run(f"update owed set {change} where community = 'C1' and bill = :b", b=bill)
