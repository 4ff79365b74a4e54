"""Upload → preview → commit → undo, progress that another connection sees, and the command line."""
# ruff: noqa: E501  rows of spreadsheets stand in the tests as they stand in the files

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from server import clock
from server.__main__ import main
from server.db import Db, connect
from server.errors import Refusal
from server.estate import acts as estate
from server.intake import acts
from server.intake.reading import Source, tables
from tests.intake.sheets import HOMES, bills, books, bring, counts

FEE = "1-1-101,物业服务费,2026-01,2026-01-25,100.00"
FILES = [("房产.csv", HOMES.encode("gbk")), ("应收.csv", bills(FEE, "1-1-101,物业服务费,2026-13,2026-01-25,1").encode("gbk"))]


def test_a_preview_writes_nothing_and_says_what_would_happen(db: Db, community: str) -> None:
    report = acts.preview(db, community, FILES, who="")
    assert counts(report) == (3, 0, 0, 0)
    assert [(f["file"], f["row"], f["field"]) for f in report["refused"]] == [("应收.csv", 3, "账期")]
    assert {f["file"]: f["label"] for f in report["files"]} == {"房产.csv": "房产业主台账", "应收.csv": "应收实收明细"}
    assert estate.homes(db, community) == []
    assert acts.progress_of(db, community, report["batch"]) == {"state": "preview", "done": 0, "total": 3}


def test_a_commit_does_what_the_preview_said_and_twice_is_once(db: Db, community: str) -> None:
    report = acts.preview(db, community, FILES)
    done = acts.commit(db, community, report["batch"])
    assert counts(done) == counts(report)
    assert books(db, community) == (10000, 0, {"1-1-101": 10000})
    assert counts(acts.commit(db, community, report["batch"])) == counts(report)
    assert books(db, community) == (10000, 0, {"1-1-101": 10000})
    assert acts.progress_of(db, community, report["batch"])["state"] == "done"
    assert counts(acts.preview(db, community, FILES)) == (0, 0, 3, 0)


def test_the_refused_rows_of_an_upload_can_be_fetched(db: Db, community: str) -> None:
    report = acts.preview(db, community, FILES)
    (table,) = tables(Source.of_bytes("r.xlsx", acts.refused_xlsx(db, community, report["batch"])))
    rows = [cells for _, cells in table.lines()]
    assert len(rows) == 2
    assert rows[1][2] == "2026-13"


def test_an_upload_can_be_undone(db: Db, community: str) -> None:
    report = acts.preview(db, community, FILES)
    with pytest.raises(Refusal, match="import_built_on"):
        acts.undo_import(db, community, report["batch"])
    acts.commit(db, community, report["batch"])
    assert acts.undo_import(db, community, report["batch"]) == {"bills": 1}
    assert books(db, community) == (0, 0, {})
    with pytest.raises(Refusal, match="import_undone"):
        acts.commit(db, community, report["batch"])


def test_an_import_is_open_while_it_is_written_and_others_see_how_far_it_is(
    db: Db, community: str, db_url: str
) -> None:
    other = connect(db_url)
    seen = []

    def watch(stage: str, done: int, total: int) -> None:
        if stage == "write":
            seen.append((acts.intake_open(other, community) is not None, done, total))

    acts.bring(db, community, [Source.of_bytes(name, data) for name, data in FILES], progress=watch)
    assert seen
    assert all(was_open for was_open, _, _ in seen)
    assert seen[-1][1:] == (3, 3)
    assert acts.intake_open(other, community) is None
    other.close()


def test_an_import_that_was_killed_no_longer_counts_as_running(
    db: Db, community: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(stage: str, *_: int) -> None:
        if stage == "write":
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        acts.bring(db, community, [Source.of_bytes(name, data) for name, data in FILES], progress=die)
    assert acts.intake_open(db, community) is not None
    later = clock.now() + acts.STALE * 2
    monkeypatch.setattr(clock, "now", lambda: later)
    assert acts.intake_open(db, community) is None
    bring(db, community, a=HOMES)
    assert [row["state"] for row in acts.batches(db, community)] == ["done", "left"]


def test_unknown_batches_are_refused_and_never_another_communitys(db: Db, community: str) -> None:
    batch = acts.preview(db, community, FILES)["batch"]
    for call in (acts.progress_of, acts.commit, acts.undo_import, acts.undoable):
        with pytest.raises(Refusal, match="import_unknown"):
            call(db, "C2", batch)


# --- the command line (SQLite; the acts behind it are tested on both engines)


def folder_of(tmp_path: Path, many: int = 2) -> Path:
    folder = tmp_path / "sheets"
    folder.mkdir()
    homes = "楼栋,单元,房号,建筑面积,业主\n" + "".join(f"{i // 50 + 1}栋,1单元,{100 + i % 50},80,业主{i}\n" for i in range(many))
    lines = [f"{i // 50 + 1}-1-{100 + i % 50},物业服务费,2025-{m:02d},2025-{m:02d}-25,100.00,100.00,2025/{m:02d}/20,微信,SJ{i}{m}"
             for i in range(many) for m in range(1, 13)]
    (folder / "a.csv").write_bytes(homes.encode("gbk"))
    (folder / "b.csv").write_bytes(bills(*lines).encode("gbk"))
    return folder


def test_the_command_answers_with_one_json_object(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KOUMEN_DB", raising=False)
    folder = folder_of(tmp_path)
    (folder / "说明.txt").write_text("不是表格")
    code = main(["import", str(folder), "--community", "锦绣花园", "--home", str(tmp_path / "home"), "--json"])
    out = capsys.readouterr()
    answer = json.loads(out.out)
    assert code == 0
    assert set(answer) == {
        "households", "bills", "billed_fen", "received_fen", "arrears_total_fen", "income_fen", "expense_fen", "vouchers",
        "contacts", "announcements", "staff", "refused", "new", "changed", "same", "held",
    }
    assert (answer["households"], answer["bills"], answer["new"]) == (2, 24, 26)
    assert "新增 26 行" in out.err


def test_nothing_readable_is_exit_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "x"
    folder.mkdir()
    args = ["import", str(folder), "--community", "C", "--home", str(tmp_path / "home"), "--json"]
    assert main(args) == 1
    (folder / "a.xlsx").write_bytes(b"no")
    capsys.readouterr()
    assert main(args) == 1
    (fault,) = json.loads(capsys.readouterr().out)["refused"]
    assert (fault["file"], fault["row"]) == ("a.xlsx", 0)


def test_a_missing_folder_is_said_in_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", str(tmp_path / "nowhere"), "--community", "C", "--home", str(tmp_path / "home")]) == 1
    assert "没有" in capsys.readouterr().out


def test_killed_in_the_middle_the_same_command_completes_it(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, many=1500)
    home = tmp_path / "home"
    env = {**os.environ, "KOUMEN_HOME": str(home)}
    command = [sys.executable, "-m", "server", "import", str(folder), "--community", "锦绣花园", "--json"]
    killed = 0
    for chunks in (2, 4):
        process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.time() + 120
        while process.poll() is None and time.time() < deadline and _bills(home) < 400 * chunks:
            time.sleep(0.02)
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
            killed += 1
        process.wait()
    assert killed
    done = subprocess.run(command, env=env, capture_output=True, check=True)
    answer = json.loads(done.stdout)
    assert (answer["households"], answer["bills"], answer["received_fen"]) == (1500, 18000, 180000000)
    assert answer["arrears_total_fen"] == 0
    again = json.loads(subprocess.run(command, env=env, capture_output=True, check=True).stdout)
    assert (again["new"], again["changed"], again["same"]) == (0, 0, 19500)
    db = connect(str(home / "koumen.db"))
    assert books(db, "C1") == (180000000, 180000000, {})
    db.close()


def _bills(home: Path) -> int:
    if not (home / "koumen.db").exists():
        return 0
    db = connect(str(home / "koumen.db"))
    try:
        row = db.one("select count(*) as n from bill") if "bill" in db.engine.tables() else None
        return int(row["n"]) if row else 0
    finally:
        db.close()


def test_the_bar_is_silent_where_nobody_looks() -> None:
    from server.intake.commands import Bar

    bar = Bar()
    bar.on = False
    bar("write", 1, 2)
    assert bar.shown == ""
