"""Whatever was imported before, the books are what the last sheets say: a model of a few lines against the ledger."""

# ruff: noqa: E501  rows of spreadsheets stand in the tests as they stand in the files

from __future__ import annotations

import itertools
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.db import Db
from server.estate import acts as estate
from server.intake import acts
from tests.intake.sheets import HOMES, bills, books, bring, counts, prepaid

SPOTS = [(home, period) for home in ("1-1-101", "1-1-102") for period in ("2026-01", "2026-02", "2026-03")]
ROW = st.tuples(st.integers(1, 500), st.integers(0, 700), st.sampled_from(["2026-01-05", "2026-03-09"]), st.sampled_from(["微信", "现金"]))
SHEET = st.lists(ROW, min_size=len(SPOTS), max_size=len(SPOTS))
NAMES = itertools.count()
GENTLE = settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))


def sheet(rows: list[tuple[int, int, str, str]]) -> str:
    return bills(*(
        f"{home},物业服务费,{period},{period}-25,{fen}.00," + (f"{paid}.00,{on},{method},S{paid}" if paid else ",,,")
        for (home, period), (fen, paid, on, method) in zip(SPOTS, rows, strict=True)
    ))


def expected(rows: list[tuple[int, int, str, str]]) -> tuple[tuple[int, int, dict[str, int]], int]:
    arrears: dict[str, int] = {}
    for (home, _), (fen, paid, _, _) in zip(SPOTS, rows, strict=True):
        arrears[home] = arrears.get(home, 0) + max(0, fen - paid) * 100
    billed, received = sum(row[0] for row in rows) * 100, sum(row[1] for row in rows) * 100
    over = sum(max(0, paid - fen) for fen, paid, _, _ in rows) * 100
    return (billed, received, {home: fen for home, fen in arrears.items() if fen}), over


@GENTLE
@given(sheets=st.lists(SHEET, min_size=1, max_size=3))
def test_the_books_are_what_the_last_sheet_says(db: Db, sheets: list[list[tuple[int, int, str, str]]]) -> None:
    c = estate.make_community(db, f"模型{next(NAMES)}")
    bring(db, c, a=HOMES)
    for rows in sheets:
        bring(db, c, b=sheet(rows))
        assert (books(db, c), prepaid(db, c)) == expected(rows)
        assert counts(bring(db, c, b=sheet(rows))) == (0, 0, len(rows), 0)


@GENTLE
@given(before=SHEET, after=SHEET)
def test_undo_leads_back_to_the_sheet_before(db: Db, before: Any, after: Any) -> None:
    c = estate.make_community(db, f"模型{next(NAMES)}")
    bring(db, c, a=HOMES)
    bring(db, c, b=sheet(before))
    report = bring(db, c, b=sheet(after))
    acts.undo_import(db, c, report["batch"])
    assert (books(db, c), prepaid(db, c)) == expected(before)
    bring(db, c, b=sheet(after))
    assert (books(db, c), prepaid(db, c)) == expected(after)


@GENTLE
@given(rows=SHEET, cut=st.integers(1, 5))
def test_in_one_import_or_in_several_is_the_same(db: Db, rows: Any, cut: int) -> None:
    c = estate.make_community(db, f"模型{next(NAMES)}")
    lines = sheet(rows).splitlines(keepends=True)
    bring(db, c, a=HOMES, b="".join(lines[:cut + 1]))
    bring(db, c, a=HOMES, b=lines[0] + "".join(lines[cut + 1:]))
    assert (books(db, c), prepaid(db, c)) == expected(rows)
    assert counts(bring(db, c, a=HOMES, b=sheet(rows))) == (0, 0, len(rows) + 2, 0)
