"""The command line of people: JSON as promised, names when unique, the password from standard input."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from server.__main__ import main
from server.db import connect
from server.estate import acts as estate
from server.people import acts
from tests.people.conftest import PASSWORD

Run = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def koumen(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run one verb on a fresh data folder with the community 锦绣花园; (exit code, the JSON object)."""
    for name in ("KOUMEN_DB", "KOUMEN_URL", "KOUMEN_SECRET"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("KOUMEN_HOME", str(tmp_path))
    monkeypatch.setenv("KOUMEN_URL", "https://km.example.com")
    main(["migrate", "--json"])
    db = connect(str(tmp_path / "koumen.db"))
    estate.make_community(db, "锦绣花园")
    db.close()
    capsys.readouterr()

    def run(*argv: str, stdin: str = "") -> tuple[int, dict[str, Any]]:
        monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        code = main([*argv, "--json"])
        return code, json.loads(capsys.readouterr().out)

    return run


def test_staff_are_added_enrolled_and_given_tokens(koumen: Run, tmp_path: Path) -> None:
    code, made = koumen("staff", "add", "小闫", "--community", "锦绣花园", "--role", "collector")
    assert (code, set(made)) == (0, {"staff"})
    assert koumen("staff", "add", "小闫", "--role", "管家")[1] == made, "the same person is not doubled"
    code, enrolled = koumen("enrol", "小闫")
    assert (code, set(enrolled)) == (0, {"code", "url", "expires_at"})
    assert enrolled["url"] == f"https://km.example.com/m/#enrol={enrolled['code']}"
    code, token = koumen("token", made["staff"])
    assert (code, set(token)) == (0, {"token"})
    db = connect(str(tmp_path / "koumen.db"))
    assert acts.lookup_api(db, token["token"]).staff == made["staff"]
    db.close()


def test_someone_joins_another_community(koumen: Run, tmp_path: Path) -> None:
    staff = koumen("staff", "add", "小闫", "--role", "管家")[1]["staff"]
    db = connect(str(tmp_path / "koumen.db"))
    estate.make_community(db, "双子花园")
    assert koumen("staff", "join", "小闫", "--role", "clerk", "--community", "双子花园") == (0, {"staff": staff})
    assert acts.works_in(db, staff) == {"C1": "collector", "C2": "clerk"}
    db.close()
    assert koumen("staff", "add", "小王", "--role", "clerk")[1]["error"] == "community_choose"


def test_a_password_is_read_from_standard_input(koumen: Run, tmp_path: Path) -> None:
    staff = koumen("staff", "add", "王经理", "--role", "项目经理")[1]["staff"]
    assert koumen("passwd", "王经理", stdin=PASSWORD + "\n") == (0, {"staff": staff})
    assert koumen("passwd", "王经理", stdin="short\n")[1]["error"] == "password_weak"
    db = connect(str(tmp_path / "koumen.db"))
    assert acts.login(db, "王经理", PASSWORD)["staff"] == staff
    db.close()


@pytest.mark.parametrize(("argv", "error"), [
    (("enrol", "没有的人"), "staff_unknown"), (("staff", "add", "x", "--role", "保安"), "role_unknown"),
    (("staff", "add", "x", "--role", "clerk", "--community", "没有"), "community_unknown"),
])
def test_what_cannot_be_is_said_in_a_sentence(koumen: Run, argv: tuple[str, ...], error: str) -> None:
    code, answer = koumen(*argv)
    assert (code, answer["error"]) == (2, error)


def test_people_read_chinese(koumen: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["staff", "add", "小闫", "--role", "collector"]) == 0
    assert "小闫（管家）已登记在锦绣花园" in capsys.readouterr().out
    assert main(["enrol", "小闫"]) == 0
    out = capsys.readouterr().out
    assert "10 分钟内有效" in out
    assert out.count("█") > 100, "the link as a QR code"
    assert main(["token", "小闫"]) == 0
    assert "只显示这一次" in capsys.readouterr().out
