"""Upload, preview with the problems per row, commit, the rows sent back, undo."""

import io

import openpyxl
import pytest

from server.estate import acts as estate
from server.ledger import acts as ledger
from tests.office.conftest import text_of

HOMES = """楼栋,单元,房号,建筑面积,业主姓名,联系电话,房屋性质,入住状态
7栋,1单元,101,88.5,钱七,13500000001,住宅,自住
7栋,1单元,102,大,孙八,13500000002,住宅,自住
"""
BILLS = """楼栋,单元,房号,费用项目,账期,应收金额,应缴日期,实收金额,缴费日期,缴费方式,票据号
7栋,1单元,101,物业服务费,2026-05,100.00,2026-05-25,40.00,2026-05-20,现金,P1
7栋,1单元,101,物业服务费,2026-13,100.00,2026-05-25,,,,
"""


@pytest.fixture
def clerk(sign_in):
    return sign_in("clerk")


def upload(browser, *files):
    given = [(io.BytesIO(text.encode("utf-8-sig")), name) for name, text in files]
    return browser.post("/office/import", {"files": given}, content_type="multipart/form-data")


def both(browser):
    return upload(browser, ("房产.csv", HOMES), ("应收实收.csv", BILLS))


def test_a_preview_books_nothing_and_names_every_row(clerk, place, db):
    answer = both(clerk)
    said = text_of(answer)
    assert "待确认" in said
    assert "退回的行" in said
    assert "2026-13" in said or "账期" in said
    assert estate.homes_by_code(db, place.c, ["7-1-101"]) == {}


def test_committing_writes_what_is_good(clerk, place, db):
    path = both(clerk).request.path
    answer = clerk.post(f"{path}/commit")
    assert "导入完成" in answer.text
    home = estate.home_by_code(db, place.c, "7-1-101")["id"]
    assert ledger.sums(db, place.c, [home])[home]["outstanding_fen"] == 6000
    assert "已导入" in clerk.get("/office/import").text


def test_the_rows_sent_back_are_a_spreadsheet(clerk):
    path = both(clerk).request.path
    answer = clerk.get(f"{path}/refused.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    assert any("原因" in [cell.value for cell in sheet[1]] for sheet in book)
    assert "%E9%80%80%E5%9B%9E%E8%A1%8C.xlsx" in answer.headers["Content-Disposition"]


def test_an_import_is_undone_with_the_word(app, clerk, place, db):
    path = both(clerk).request.path
    clerk.post(f"{path}/commit")
    app.config["RAISE"] = False
    assert clerk.post(f"{path}/undo").status_code == 422
    assert "已撤销" in clerk.post(f"{path}/undo", {"word": "撤销"}).text
    home = estate.home_by_code(db, place.c, "7-1-101")["id"]
    assert ledger.sums(db, place.c, [home])[home]["outstanding_fen"] == 0


def test_without_files_it_says_what_to_do(app, clerk):
    app.config["RAISE"] = False
    answer = clerk.post("/office/import", {}, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert "请选择表格" in answer.text


def test_an_unknown_import_is_a_page(app, clerk):
    app.config["RAISE"] = False
    assert clerk.get("/office/import/nope").status_code == 404


def test_very_many_rows_are_written_in_the_background_with_progress(clerk, place, db, monkeypatch):
    import threading

    from server.intake import acts as intake
    from server.office.pages import imports

    monkeypatch.setattr(imports, "FEW", -1)
    path = both(clerk).request.path
    answer = clerk.post(f"{path}/commit")
    assert answer.status_code == 200
    for thread in threading.enumerate():
        if thread.name == "import":
            thread.join(60)
    assert intake.progress_of(db, place.c, path.rsplit("/", 1)[1])["state"] == "done"
    assert estate.home_by_code(db, place.c, "7-1-101")


def test_an_import_that_stands_open_shows_its_progress(clerk, place, db):
    path = both(clerk).request.path
    with db.write(place.c) as pen:
        pen.run("update import_batch set state = 'open', total = 900, done = 450 where community = :c", c=place.c)
    page = clerk.get(path)
    assert "450 / 900 行" in page.text
    assert 'data-reload="2"' in page.text
    assert "接着导入" in page.text
