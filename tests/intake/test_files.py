"""Files as offices have them: encodings, headings in any order, merged cells, other systems' exports, and what is refused whole."""
# ruff: noqa: E501  rows of spreadsheets stand in the tests as they stand in the files

from __future__ import annotations

import io
import zipfile
from datetime import date

import pytest

from server.db import Db
from server.estate import acts as estate
from server.intake import acts
from server.intake.headings import understand
from server.intake.reading import Source, Unreadable, tables
from tests.intake.sheets import HOMES, bills, book, books, bring, counts, refused

SHEET = bills("1-1-101,物业服务费,2026-01,2026-01-25,100.00,100.00,2026/01/20,微信,SJ1")


@pytest.mark.parametrize("encoding", ["gbk", "gb18030", "utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("mark", [",", "\t", ";"])
def test_every_usual_encoding_and_separator_is_read(encoding: str, mark: str) -> None:
    data = SHEET.replace(",", mark).encode(encoding)
    (table,) = tables(Source.of_bytes("a.csv", data))
    assert understand(table).kind.name == "bills"
    assert [cells[:2] for _, cells in understand(table).lines()] == [["1-1-101", "物业服务费"]]


def test_rare_characters_survive_gb18030() -> None:
    (table,) = tables(Source.of_bytes("a.csv", "姓名,岗位\n㐂𠮷䶮,客服\n".encode("gb18030")))
    assert list(understand(table).lines()) == [(2, ["㐂𠮷䶮", "客服"])]


def test_lines_are_counted_as_a_person_counts_them() -> None:
    text = '标题,正文\n甲,"一行\n又一行"\n乙,短\n'
    (table,) = tables(Source.of_bytes("a.csv", text.encode()))
    assert [number for number, _ in understand(table).lines()] == [2, 4]


@pytest.mark.parametrize(("name", "data", "word"), [
    ("a.pdf", b"%PDF-1.7", "只能读"),
    ("a.xlsm", b"PK", "只能读"),
    ("a.csv", b"", "空的"),
    ("a.csv", b"\xff\xfe\x00", "Unicode"),
    ("a.csv", b"a,b\n\x00\x01", "二进制"),
    ("a.csv", b"\xff\xff\xff\xff", "编码"),
    ("a.xlsx", b"hello", "不是 Excel"),
    ("a.xls", b"<html><table><tr><td>1</td></tr></table></html>", "网页"),
    ("a.xlsx", b"PK\x03\x04 broken", "打不开"),
    ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "打不开"),
])
def test_what_is_no_spreadsheet_is_refused_whole_with_a_sentence(name: str, data: bytes, word: str) -> None:
    with pytest.raises(Unreadable, match=word):
        list(tables(Source.of_bytes(name, data)))


def test_a_cut_off_workbook_is_refused() -> None:
    whole = book(("甲", [["姓名", "岗位"], *[[f"员工{i}", "客服"] for i in range(500)]]))
    for size in (len(whole) // 3, len(whole) // 2, len(whole) - 30):
        with pytest.raises(Unreadable):
            list(tables(Source.of_bytes("a.xlsx", whole[:size])))


def test_a_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    from server.intake.reading import books as reader

    monkeypatch.setattr(reader, "MAX_UNPACKED", 5_000_000)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 20_000_000)
    with pytest.raises(Unreadable, match="大得不正常"):
        list(tables(Source.of_bytes("a.xlsx", out.getvalue())))
    lying = bytearray(out.getvalue())
    at = lying.index(b"PK\x01\x02")
    lying[at + 24:at + 28] = (1000).to_bytes(4, "little")  # the directory claims 1,000 bytes
    with pytest.raises(Unreadable):
        list(tables(Source.of_bytes("a.xlsx", bytes(lying))))


def test_an_open_quote_does_not_swallow_the_rest() -> None:
    text = '标题,正文\n甲,"没有收尾\n' + "乙,短\n" * 400
    (table,) = tables(Source.of_bytes("a.csv", text.encode()))
    with pytest.raises(Unreadable, match="引号"):
        list(table.lines())


def test_an_unknown_sheet_is_refused_and_the_others_go_in(db: Db, community: str) -> None:
    report = bring(db, community, a=HOMES, x="颜色,味道,数量\n红,甜,3\n", y="楼栋,单元,建筑面积,业主姓名\n1,1,80,张三\n")
    assert counts(report) == (2, 0, 0, 0)
    assert refused(report) == [("x.csv", 0, ""), ("y.csv", 0, "")]
    assert "认不出" in report["faults"][0].reason
    assert "缺少这些列：房号" in report["faults"][1].reason


def test_columns_are_found_in_any_order_under_other_names(db: Db, community: str) -> None:
    homes = "业主,房间号,楼号,单元号,收费面积(平方米),手机号码,说明书\n张三,101,1号楼,1,85.5,19900000001,不用看\n"
    sheet = "备注,缴费方式,*已缴金额,应缴金额(元),应缴日期,收费月份,费项,房间号,单元号,楼号,缴费时间\n,微信支付,50.00,100,2026年1月25日,2026年1月,物业服务费,101,1,1号楼,2026-01-20 10:00:00\n"
    report = bring(db, community, a=homes, b=sheet)
    assert counts(report) == (2, 0, 0, 0), report["faults"]
    assert books(db, community) == (10000, 5000, {"1-1-101": 5000})


def test_house_and_owner_are_joined_by_number_and_bills_name_the_number(db: Db, community: str) -> None:
    houses: list[list[object]] = [["房屋编号", "楼栋", "单元", "房号", "建筑面积"], ["F0001", "1栋", "1单元", 101, 85.5], ["F0002", "1栋", "1单元", 102, 70]]
    owners: list[list[object]] = [["房屋编号", "业主姓名", "手机"], ["F0001", "张三", 19900000001], ["F0002", "李四、王五", "19900000002/19900000003"]]
    money: list[list[object]] = [["房屋编号", "收费项目", "开始时间", "结束时间", "应收金额", "说明"], ["F0001", "物业服务费", 46023, 46112, 300, "无关"],
             ["F0002", "物业服务费", date(2026, 1, 1).isoformat(), "2026-01-31", "80", ""]]
    data = book(("房屋", houses), ("业主", owners), ("应收", money), ("说明", [["本表由系统导出"], ["请勿修改"]]))
    report = bring(db, community, a=data)
    assert counts(report) == (4, 0, 0, 0), report["faults"]
    home = estate.home_by_code(db, community, "1-1-102")
    people = estate.residents_of(db, community, [home["id"]])[home["id"]]
    assert [(p["name"], p["phones"]) for p in people] == [("李四", ["19900000002"]), ("王五", ["19900000003"])]
    rows = db.all("select period, until_period, due, fen from bill where community = :c order by id", c=community)
    assert [tuple(row.values()) for row in rows] == [("2026-01", "2026-03", "2026-03-31", 30000), ("2026-01", None, "2026-01-31", 8000)]
    assert any("说明" in note for note in report["notes"])
    assert any("应收日期" in note for note in report["notes"])
    later = "房屋编号,收费项目,账期,应收日期,应收金额\nF0001,物业服务费,2026-04,2026-04-25,100\n"
    assert counts(bring(db, community, b=later)) == (1, 0, 0, 0)


def test_merged_buildings_titles_totals_and_repeated_headings_are_understood(db: Db, community: str) -> None:
    head: list[object] = ["楼栋", "单元", "房号", "建筑面积(㎡)", "业主姓名"]
    rows: list[list[object]] = [["某小区台账", "", "", "", ""], head, ["1栋", "1单元", 101, "85.5㎡", "张三"], ["", "1单元", 102, 70, "李四"],
            ["小 计", "", "", 155.5, ""], head, ["2栋", "1单元", 101, 60.25, "王五"], ["", "", "", "", ""], ["合计", "", "3户", 215.75, ""], ["制表人：客服", "", "", "", ""]]
    report = bring(db, community, a=book(("台账", rows), merges=[(0, 0, 0, 4), (2, 0, 3, 0)]))
    assert counts(report) == (3, 0, 0, 0), report["faults"]
    assert [home["code"] for home in estate.homes(db, community)] == ["1-1-101", "1-1-102", "2-1-101"]


def test_headings_merged_over_two_rows_are_found() -> None:
    rows: list[list[object]] = [["楼栋", "房号", "面积", "业主信息", ""], ["", "", "", "业主姓名", "联系电话"], ["1栋", 101, 80, "张三", "19900000001"]]
    data = book(("甲", rows), merges=[(0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 1, 2), (0, 3, 0, 4)])
    (table,) = tables(Source.of_bytes("a.xlsx", data))
    sheet = understand(table)
    assert sheet.columns == {"building": 0, "room": 1, "area": 2, "owner": 3, "phone": 4}
    assert [number for number, _ in sheet.lines()] == [3]


def test_whole_codes_in_one_cell_are_understood(db: Db, community: str) -> None:
    homes = "房号,建筑面积,业主\n1栋1单元101室,80,张三\n2-1-0101,90,李四\n商铺-S01,30,王五\n"
    report = bring(db, community, a=homes, b=bills("1-1-101,物业服务费,2026-01,2026-01-25,1", "2栋1单元0101,物业服务费,2026-01,2026-01-25,2",
                                                   "商铺-S01,物业服务费,2026-01,2026-01-25,3", "2-1-101,物业服务费,2026-01,2026-01-25,4"))
    assert books(db, community)[2] == {"1-1-101": 100, "2-1-0101": 200, "商铺-S01": 300}
    assert refused(report) == [("b.csv", 5, "房号")]


def test_all_that_is_wrong_in_a_row_is_said_together(db: Db, community: str) -> None:
    report = bring(db, community, a=HOMES, b=bills("9-9-9,物业服务费,2026-13,2026-02-30,一百,5,,微信"))
    (fault,) = report["faults"]
    assert fault.row == 2
    assert fault.field == "房号、账期、应收金额、应收日期、缴费日期"
    assert fault.reason.count("；") == 4


@pytest.mark.parametrize(("line", "word"), [
    ("1-1-101,物业服务费,2026-01,2026-01-25,-5", "负数"),
    ("1-1-101,物业服务费,2026-01,2026-01-25,100,-5,2026-01-02,微信", "应当是 0"),
    ("1-1-101,物业服务费,2026-01,2026-01-25,100,100,2026-01-02,微信,S,冲红", "分不清"),
    ("1-1-101,,2026-01,2026-01-25,100", "收费项目"),
    ("1-1-101,物业服务费,2026-01,,100", "没有填应收日期"),
    ("1-1-101,物业服务费,,2026-01-25,100", "没有填账期"),
    (",物业服务费,2026-01,2026-01-25,100", "没有填房号"),
])
def test_a_row_that_makes_no_sense_is_refused(db: Db, community: str, line: str, word: str) -> None:
    report = bring(db, community, a=HOMES, b=bills(line))
    assert [word in fault.reason for fault in report["faults"]] == [True]
    assert books(db, community) == (0, 0, {})


def test_refused_rows_come_back_as_a_sheet_that_goes_in_once_corrected(db: Db, community: str) -> None:
    from server.intake.sendback import workbook

    sources = [Source.of_bytes("a.csv", HOMES.encode()), Source.of_bytes("b.csv", bills(
        "1-1-101,物业服务费,2026-01,2026-01-25,100", "1-1-102,物业服务费,2026-13,2026-01-25,=50").encode())]
    report = acts.bring(db, community, sources)
    data = workbook(sources, report["faults"])
    (table,) = tables(Source.of_bytes("退回行.xlsx", data))
    rows = [cells for _, cells in table.lines()]
    assert rows[0][-2:] == ["原因", "原文件和行号"]
    assert rows[1][:5] == ["1-1-102", "物业服务费", "2026-13", "2026-01-25", "=50"]
    assert "没有这个月份" in str(rows[1][-2])
    assert rows[1][-1] == "b.csv 第 3 行"
    rows[1][2], rows[1][4] = "2026-02", "50"
    assert counts(bring(db, community, r=book(("退回1", rows)))) == (1, 0, 0, 0)


def test_staff_whose_work_is_unknown_are_asked_about(db: Db, community: str) -> None:
    report = bring(db, community, s="姓名,手机,岗位,负责楼栋\n小闫,19900010000,管家,1栋、商铺\n老王,19900010001,保安,\n王经理,,项目经理,\n")
    assert counts(report) == (2, 0, 0, 0)
    assert refused(report) == [("s.csv", 3, "岗位")]
    assert "保安" in report["faults"][0].reason
    assert counts(bring(db, community, s="姓名,手机,岗位,负责楼栋\n小闫,19900010000,客服,\n")) == (0, 1, 0, 0)
