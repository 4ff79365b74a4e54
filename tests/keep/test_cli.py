"""The command line: one JSON object with --json, Chinese for people, exit codes, and a server that really serves."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import urllib3

from server.db import Db
from tests.patience import SECONDS

ROOT = Path(__file__).parents[2]


def environment(home: Path, **more: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("KOUMEN_")}
    return {**kept, "KOUMEN_HOME": str(home), **more}


def koumen(home: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "server", *words], cwd=ROOT, env=environment(home, **more), capture_output=True,
        text=True, timeout=5 * SECONDS, check=False,
    )


def answer(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    lines = done.stdout.splitlines()
    assert len(lines) == 1, done.stdout + done.stderr
    found: dict[str, Any] = json.loads(lines[0])
    return found


def test_migrate_makes_the_data_folder_and_says_so_in_chinese(tmp_path: Path) -> None:
    done = koumen(tmp_path / "new", "migrate")
    assert done.returncode == 0, done.stderr
    assert "数据库已是最新" in done.stdout
    assert (tmp_path / "new" / "koumen.db").exists()


@pytest.mark.parametrize("verb", [["migrate"], ["doctor"], ["verify"], ["openapi"], ["backup"], ["run-due"]])
def test_with_json_stdout_is_exactly_one_object(home_dir: Path, verb: list[str]) -> None:
    done = koumen(home_dir, *verb, "--json")
    assert isinstance(answer(done), dict)
    assert done.returncode == 0, done.stderr


def test_the_simulator_of_a_killed_demo_ends_by_itself(tmp_path: Path) -> None:
    child = subprocess.Popen(
        [sys.executable, "-m", "server", "sim", "--port", "0", "--json", "--until-input-ends"], cwd=ROOT,
        env=environment(tmp_path), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )
    assert child.stdin
    assert child.stdout
    assert json.loads(child.stdout.readline())["url"].startswith("http://127.0.0.1:")
    child.stdin.close()
    assert child.wait(SECONDS) == 0
    child.stdout.close()


def test_a_wrong_setting_stops_every_verb_and_is_named(home_dir: Path) -> None:
    done = koumen(home_dir, "migrate", KOUMEN_URL="km.example.com")
    assert done.returncode == 2
    assert "KOUMEN_URL" in done.stderr


def test_the_list_of_verbs_names_the_groups_too(home_dir: Path) -> None:
    text = koumen(home_dir, "--help").stdout
    assert "员工：登记" in text
    assert "大厅屏：登记" in text


def test_wrong_arguments_are_one_object_too(home_dir: Path) -> None:
    done = koumen(home_dir, "staff", "add", "--json")
    assert done.returncode == 2
    assert "缺少" in answer(done)["message"]


def test_a_reader_that_leaves_early_is_no_error(home_dir: Path) -> None:
    reader = subprocess.Popen(
        [sys.executable, "-m", "server", "openapi"], cwd=ROOT, env=environment(home_dir), stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert reader.stdout is not None
    assert reader.stderr is not None
    reader.stdout.read(10)
    reader.stdout.close()
    assert reader.wait(SECONDS) == 0
    with reader.stderr as errors:
        assert errors.read() == b""


@pytest.mark.parametrize("words", [["--port", "99999"], ["--host", "300.1.1.1"], ["--host", "no.such"]])
def test_an_address_that_cannot_be_is_a_sentence(home_dir: Path, words: list[str]) -> None:
    done = koumen(home_dir, "serve", *words)
    assert done.returncode == 2
    assert "无法在" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_file_that_is_no_database_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "koumen.db").write_text("some other file, longer than a header of SQLite would ever need to be " * 3)
    done = koumen(tmp_path, "migrate", "--json")
    assert done.returncode == 2
    assert "数据库出错" in answer(done)["message"]


def test_a_backup_that_is_not_there_is_named(home_dir: Path) -> None:
    done = koumen(home_dir, "restore", "/nowhere/b.zip", "--json")
    assert done.returncode == 2
    assert "没有 /nowhere/b.zip 这个文件" in answer(done)["message"]


def test_an_unknown_verb_is_said_in_chinese(home_dir: Path) -> None:
    done = koumen(home_dir, "fly")
    assert done.returncode == 2
    assert "参数不对" in done.stderr


def test_backup_and_restore_from_the_command_line(home_dir: Path, tmp_path: Path) -> None:
    nobody = koumen(home_dir, "staff", "add", "王经理", "--community", "锦绣花园", "--role", "manager", "--json")
    assert nobody.returncode == 2  # there is no such estate yet
    made = answer(koumen(home_dir, "backup", str(tmp_path / "b.zip"), "--json"))
    back = answer(koumen(tmp_path / "other", "restore", str(tmp_path / "b.zip"), "--json"))
    assert back["rows"] == made["rows"]
    assert back["epoch"] != made["epoch"]


def test_restore_new_epoch_changes_the_epoch_and_nothing_else(home_dir: Path) -> None:
    first = answer(koumen(home_dir, "migrate", "--json"))["epoch"]
    assert answer(koumen(home_dir, "restore", "--new-epoch", "--json"))["epoch"] != first


def start(home: Path, *words: str) -> tuple[subprocess.Popen[str], dict[str, Any]]:
    child = subprocess.Popen(
        [sys.executable, "-m", "server", "serve", "--json", *words], cwd=ROOT, env=environment(home),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )
    assert child.stdout is not None
    line = child.stdout.readline()
    if not line:
        return child, {}
    return child, json.loads(line)


def end(child: subprocess.Popen[str]) -> int:
    child.send_signal(signal.SIGINT)
    code = child.wait(SECONDS)
    for pipe in (child.stdout, child.stderr):
        if pipe:
            pipe.close()
    return code


def test_serve_prints_the_port_it_got_answers_and_ends_cleanly(home_dir: Path, tmp_path: Path) -> None:
    child, said = start(home_dir, "--port", "0")
    try:
        assert said["port"] > 0
        with urllib3.PoolManager() as pool:
            for path in ("/office/", "/m/", "/k/", "/api/v1/openapi.json"):
                assert pool.request("GET", said["url"] + path, timeout=SECONDS).status == 200, path
        koumen(home_dir, "backup", str(tmp_path / "b.zip"))
        refused = koumen(home_dir, "restore", str(tmp_path / "b.zip"))
        assert refused.returncode == 2
        assert "正在运行" in refused.stderr
    finally:
        assert end(child) == 0


def test_a_taken_port_is_said_in_a_sentence(home_dir: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        done = koumen(home_dir, "serve", "--port", str(other.getsockname()[1]))
    assert done.returncode == 2
    assert "已被其他程序占用" in done.stderr


def test_the_committed_openapi_is_what_the_code_says(home_dir: Path, tmp_path: Path) -> None:
    done = koumen(home_dir, "openapi", "--out", str(tmp_path / "openapi.json"))
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "openapi.json").read_text("utf-8") == (ROOT / "schemas/openapi.json").read_text("utf-8"), (
        "run: koumen openapi --out schemas/openapi.json"
    )


def test_doctor_names_what_would_go_wrong(home_dir: Path) -> None:
    done = koumen(home_dir, "doctor", "--json", KOUMEN_URL="http://a-very-long-name.property.example.com")
    checks = {check["name"]: check for check in answer(done)["checks"]}
    assert checks["网址"]["state"] == "warn"
    assert checks["二维码"]["state"] == "warn"
    (home_dir / "secret").chmod(0o644)
    done = koumen(home_dir, "doctor", "--json")
    assert done.returncode == 1
    assert {c["name"]: c["state"] for c in answer(done)["checks"]}["密钥"] == "bad"


def test_another_secret_on_the_same_database_stops_the_start(db: Db, tmp_path: Path) -> None:
    if db.engine.name != "postgres":
        return
    own = {"KOUMEN_DB": db.engine.path, "KOUMEN_SECRET": "s" * 40}
    assert koumen(tmp_path, "migrate", **own).returncode == 0
    assert koumen(tmp_path, "migrate", **own).returncode == 0
    done = koumen(tmp_path, "migrate", **{**own, "KOUMEN_SECRET": "t" * 40})
    assert done.returncode == 2
    assert "KOUMEN_SECRET" in done.stderr
