"""The truth of the sample and of other estates that the maker of samples makes: equal to the fen, rows refused exactly."""
# ruff: noqa: E501  rows of spreadsheets stand in the tests as they stand in the files

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from server.db import Db
from server.demo import shift
from server.intake import acts
from server.intake.acts import bring
from server.ledger import acts as ledger
from server.ledger import verify
from tests.conftest import missing
from tests.intake.sheets import SHARED

FIGURES = ("households", "bills", "billed_fen", "received_fen", "arrears_total_fen", "income_fen", "expense_fen", "vouchers", "contacts")


def check(db: Db, folder: Path, truth: dict, on: str) -> None:  # type: ignore[type-arg]
    report = bring(db, "C1", acts.sources_of(folder))
    totals = acts.totals(db, "C1", on)
    assert {name: totals[name] for name in FIGURES} == {name: truth[name] for name in FIGURES}
    assert ledger.arrears_by_code(db, "C1", on) == truth["arrears_fen"]
    wanted = sorted((r["file"], r.get("sheet_row") or r["line"]) for r in truth["rejects"])
    assert sorted((f.file, f.row) for f in report["faults"]) == wanted
    assert all(f.field and f.reason for f in report["faults"])
    assert verify.replay(db, "C1")["wrong"] == []
    check_months(db)
    again = bring(db, "C1", acts.sources_of(folder))
    assert (again["new"], again["changed"], again["held"]) == (0, 0, 0)
    assert again["same"] == report["new"]
    assert acts.totals(db, "C1", on) == totals


def check_months(db: Db) -> None:
    """The books show each month what was billed for it and what came in during it."""
    for kind, fact, month in (("payment", "payment", "book_date"), ("bill", "bill", "period")):
        booked = db.all(
            "select substr(e.book_date, 1, 7) as month, sum(l.fen) as fen from line l join entry e"
            " on e.community = l.community and e.entry = l.entry"
            " where l.community = 'C1' and e.kind = :kind and l.fen > 0 and (l.payment is null or l.bill is null)"
            " group by substr(e.book_date, 1, 7) order by 1", kind=kind)
        facts = db.all(
            f"select substr({month}, 1, 7) as month, sum(fen) as fen from {fact} where community = 'C1'"
            f" group by substr({month}, 1, 7) order by 1")
        assert booked == facts, kind


def test_the_sample_equals_its_truth_and_a_second_time_changes_nothing(db: Db, community: str) -> None:
    folder = SHARED / "samples/jinxiu"
    if not folder.is_dir():
        pytest.skip("shared/samples is not beside this checkout")
    check(db, folder, json.loads((folder / "truth.json").read_text("utf-8")), "2026-11-20")


@pytest.mark.parametrize(("seed", "households", "months"), [(1, 40, 14), (23, 120, 30), (99, 25, 3), (5, 300, 9)])
def test_any_estate_of_the_maker_equals_its_truth(
    db: Db, community: str, tmp_path: Path, seed: int, households: int, months: int
) -> None:
    maker = SHARED / "tools/make_estate.py"
    if not maker.is_file():
        pytest.skip("shared/tools is not beside this checkout")
    if importlib.util.find_spec("openpyxl") is None:
        missing("openpyxl, which the maker of samples needs")
    subprocess.run(
        [sys.executable, str(maker), str(tmp_path), "--seed", str(seed), "--households", str(households),
         "--months", str(months)], check=True, capture_output=True)
    truth = json.loads((tmp_path / "truth.json").read_text("utf-8"))
    check(db, tmp_path, truth, truth["today"])


@pytest.mark.parametrize("on", ["2026-11-20", "2027-03-05", "2028-02-29", "2026-06-30"])
def test_the_sample_moved_in_time_comes_to_the_same(tmp_path: Path, sqlite_template: Path, on: str) -> None:
    from server.db import connect
    from server.estate import acts as estate

    (tmp_path / "k.db").write_bytes(sqlite_template.read_bytes())
    db = connect(str(tmp_path / "k.db"))
    estate.make_community(db, "锦绣花园")
    day = shift.write(tmp_path / "moved", on)
    assert day <= on
    report = bring(db, "C1", acts.sources_of(tmp_path / "moved"))
    totals = acts.totals(db, "C1", day)
    assert (totals["households"], totals["bills"], totals["billed_fen"]) == (612, 21420, 482380045)
    assert (totals["received_fen"], totals["arrears_total_fen"]) == (433005569, 42923648)
    assert (totals["income_fen"], totals["expense_fen"], totals["contacts"]) == (350142539, 280702442, 540)
    assert len(report["faults"]) == 7
    texts = db.all("select text from announcement where community = 'C1'")
    assert texts
    assert not any(re.search(r"[\u4e00-\u9fff],", row["text"]) for row in texts)
    newest = db.one("select max(happened_on) as day from payment where community = 'C1'")
    assert newest is not None
    assert newest["day"][:7] <= on[:7]
    db.close()
