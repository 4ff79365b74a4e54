"""Reports say the same in the drawing, in the table and in the spreadsheet."""

import io

import openpyxl

from server.cases import acts as cases
from tests.office.conftest import ago, text_of


def test_arrears_stand_by_age_and_building(manager):
    said = text_of(manager.get("/office/reports"))
    assert "欠费合计 ￥12,199.00" in said
    assert "91-180 天 12,199.00 3" in said
    assert "3栋 2,200.00 2" in said
    assert "商铺 9,999.00 1" in said


def test_the_drawing_has_the_numbers_of_the_table(manager):
    page = manager.get("/office/reports").text
    chart = page.split("<svg")[1].split("</svg>")[0]
    assert "12,199.00" in chart


def test_every_table_leaves_as_a_spreadsheet(manager):
    for name in ("ages", "buildings", "months", "people"):
        rows = list(openpyxl.load_workbook(io.BytesIO(manager.get(f"/office/reports?as={name}").data)).active.values)
        assert rows[0][0]


def test_results_of_a_person_are_counted(manager, place, db):
    with db.write(place.c, who="x") as pen:
        cases.record_contact(
            pen,
            id="v",
            home=place.homes["3-1-2601"],
            at=ago(2),
            kind="visit",
            staff=place.staff["collector"],
            outcome="refused",
        )
    assert "小闫 1 1 1 0" in text_of(manager.get("/office/reports"))
