"""`koumen import` as a person calls it: what it says of a folder, and verbs that start without the whole house."""

from __future__ import annotations

import gc
import json
from pathlib import Path

import pytest

from server.__main__ import AT_HOME, Parser, build, main
from server.intake.acts import passed_over, sources_of
from server.keep import reference
from tests.intake.sheets import HOMES, bills

BILLS = bills("1-1-101,物业服务费,2026-01,2026-01-25,100.00,100.00,2026/01/20,微信,SJ1")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "表格"
    made.mkdir()
    (made / "房产.csv").write_text(HOMES, "utf-8")
    (made / "应收.csv").write_text(BILLS, "utf-8")
    return made


def test_a_file_that_is_no_spreadsheet_is_named_and_the_others_go_in(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "合同.docx").write_bytes(b"PK\x03\x04")
    (folder / "旧系统.et").write_bytes(b"x")
    (folder / "2024").mkdir()
    assert main(["import", str(folder), "--community", "锦绣花园", "--home", str(tmp_path / "h"), "--json"]) == 0
    out, err = capsys.readouterr()
    assert "合同.docx 不是电子表格，没有读取" in err
    assert "旧系统.et 没有读取，请另存为 .xlsx 或 .csv 再导入" in err
    assert "文件夹 2024 里面的文件没有读取" in err
    answer = json.loads(out)
    assert (answer["households"], answer["bills"], answer["refused"]) == (2, 1, [])


def test_what_systems_leave_in_a_folder_is_passed_over_in_silence(folder: Path) -> None:
    for name in ("~$房产.xlsx", ".DS_Store", "Thumbs.db", "desktop.ini", ".~lock.应收.csv#"):
        (folder / name).write_bytes(b"x")
    assert passed_over(folder) == []
    assert [source.name for source in sources_of(folder)] == ["应收.csv", "房产.csv"]


def test_many_strange_files_make_one_sentence(folder: Path) -> None:
    for i in range(9):
        (folder / f"照片{i}.jpg").write_bytes(b"x")
    (said,) = passed_over(folder)
    assert said == "照片0.jpg、照片1.jpg、照片2.jpg、照片3.jpg、照片4.jpg 等 9 个 不是电子表格，没有读取"


def test_an_import_leaves_the_collector_as_it_was(folder: Path, tmp_path: Path) -> None:
    before = gc.get_threshold()
    main(["import", str(folder), "--community", "锦绣花园", "--home", str(tmp_path / "h")])
    assert gc.get_threshold() == before


@pytest.mark.parametrize("verb", sorted(AT_HOME))
def test_a_verb_that_starts_alone_is_the_same_verb(verb: str) -> None:
    def of(parser: Parser) -> list[str]:
        return [one.format_help() for name, _, one in reference.verbs(parser) if name.split(" ")[0] == verb]

    assert of(build(verb)) == of(build())
    assert of(build(verb))
