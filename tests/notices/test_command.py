"""`koumen print` as a person and a program run it."""

from __future__ import annotations

import json
from pathlib import Path

import pypdfium2
import pytest

from server.__main__ import main
from server.config import Config
from server.db import Db
from tests.notices import estate_of


@pytest.fixture
def route(db: Db, community: str, settings: Config, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("KOUMEN_DB", settings.db)
    monkeypatch.setenv("KOUMEN_SECRET", settings.secret.decode())
    monkeypatch.setenv("KOUMEN_HOME", str(settings.home))
    return estate_of.route(db, community, estate_of.homes(db, community, 2))


def test_json_is_one_object_and_the_file_is_where_it_says(
    route: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "a" / "letters.pdf"
    args = ["print", "--route", route, "--kind", "letter", "--on", "2026-11-21", "--out", str(out), "--json"]
    assert main(args) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["out"] == str(out)
    assert said["pages"] == len(pypdfium2.PdfDocument(out)) == 2
    assert [row["household"] for row in said["notices"]] == ["3-1-0101", "3-1-0102"]
    assert said["notices"][0]["fen"] == 4 * 25508


def test_people_are_told_how_many_and_how_much(route: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["print", "--route", route, "--kind", "slip"]) == 0
    said = capsys.readouterr().out
    assert "已打印 2 份、1 页" in said
    assert "2,040.64 元" in said


def test_an_unknown_route_is_refused(route: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["print", "--route", "nothing", "--kind", "slip", "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["error"] == "not_found"
