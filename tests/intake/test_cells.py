"""What one cell says: amounts, periods, days, phones, names, areas; and what is refused instead of repaired."""
# ruff: noqa: E501  rows of spreadsheets stand in the tests as they stand in the files

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.intake import cells
from server.intake.cells import Unclear

FULL = str.maketrans("0123456789.", "０１２３４５６７８９．")
fens = st.integers(0, 10**11)
months = st.tuples(st.integers(1990, 2099), st.integers(1, 12))
days = st.dates(date(1990, 1, 1), date(2099, 12, 31))


def spellings_of_yuan(fen: int) -> list[str]:
    yuan = f"{fen // 100}.{fen % 100:02d}"
    grouped = f"{fen // 100:,}.{fen % 100:02d}"
    return [yuan, grouped, f"￥{yuan}", f"¥{grouped}", f"{yuan}元", f" {yuan} ", yuan.translate(FULL), f"人民币{yuan}", f"{yuan}00"]


@given(fens)
def test_every_spelling_of_an_amount_is_the_same_fen(fen: int) -> None:
    assert {cells.fen(text) for text in spellings_of_yuan(fen)} == {fen}


@given(st.integers(1, 10**11))
def test_a_minus_or_brackets_make_it_negative(fen: int) -> None:
    yuan = f"{fen // 100}.{fen % 100:02d}"
    assert {cells.fen(f"-{yuan}"), cells.fen(f"({yuan})"), cells.fen(f"￥-{yuan}"), cells.fen(f"－{yuan}")} == {-fen}


@given(fens)
def test_a_number_of_a_sheet_is_exact_in_spite_of_its_float(fen: int) -> None:
    assert cells.fen(fen / 100) == fen
    assert cells.fen(float(Decimal(fen) / 100)) == fen


@given(st.text(max_size=20))
def test_any_text_is_an_amount_or_refused_with_a_reason(text: str) -> None:
    try:
        found: object = cells.fen(text)
    except Unclear as unclear:
        found = len(str(unclear))
    assert found is None or isinstance(found, int)


@pytest.mark.parametrize("text", ["一百元", "12,34", "1,23.00", "1e5", "88.125", "--5", "５x", "٣٤", "十", "待定", "1 2", "0x10"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(Unclear):
        cells.fen(text)


@pytest.mark.parametrize("text", ["", "  ", "-", "无", None, "　"])
def test_an_empty_cell_is_no_amount_and_no_zero(text: str | None) -> None:
    assert cells.fen(text) is None


def test_more_than_fen_in_a_number_is_refused() -> None:
    assert cells.fen(0.1 + 0.2) == 30
    with pytest.raises(Unclear):
        cells.fen(1.005)
    with pytest.raises(Unclear):
        cells.fen(1e18)
    with pytest.raises(Unclear):
        cells.fen(float("inf"))


@given(months)
def test_every_spelling_of_a_period_is_the_same_month(month: tuple[int, int]) -> None:
    y, m = month
    wanted = (f"{y:04d}-{m:02d}", None)
    texts = [f"{y}-{m:02d}", f"{y}{m:02d}", f"{y}年{m}月", f"{y}年{m:02d}月", f"{y}/{m:02d}", f"{y}.{m:02d}", f"{y}年{m}月份", f"{y}/{m}",
             f"{y}-{m:02d}".translate(FULL), f"{y}-{m:02d}-01", date(y, m, 1).isoformat()]
    assert {cells.period(text) for text in texts} == {wanted}
    assert cells.period(date(y, m, 1)) == wanted
    assert cells.period(float(f"{y}{m:02d}")) == wanted


@given(months, st.integers(1, 23))
def test_a_range_is_its_first_and_last_month(month: tuple[int, int], more: int) -> None:
    first = f"{month[0]}-{month[1]:02d}"
    k = month[0] * 12 + month[1] - 1 + more
    last = f"{k // 12}-{k % 12 + 1:02d}"
    if k // 12 > 2099:
        return
    for text in (f"{first}至{last}", f"{first}~{last}", f"{first}-01至{last}-28", f"{first} - {last}",
                 f"{first.replace('-', '.')}-{last.replace('-', '.')}", f"{first.replace('-', '')}-{last.replace('-', '')}"):
        if ".1-" in text or text.endswith(".1"):
            continue
        assert cells.period(text) == (first, last), text


@pytest.mark.parametrize(
    "cell", ["2026-13", "2026-00", "二〇二六年五月", "五月", "2026", "26-05", "2026-05-32", "2026-02-30", "", "2026-03~2026-01", 2026.1, "2026.1", "20241"]
)
def test_what_is_no_period_is_refused(cell: str | float) -> None:
    with pytest.raises(Unclear):
        cells.period(cell)


def test_a_zero_lost_by_excel_is_asked_about_and_every_other_month_is_clear() -> None:
    assert cells.period(2026.05) == ("2026-05", None)
    assert cells.period(2026.11) == ("2026-11", None)
    with pytest.raises(Unclear, match="2026-01 或 2026-10"):
        cells.period(2026.1)


@given(days)
def test_every_spelling_of_a_day_is_the_same_day(day: date) -> None:
    texts = [day.isoformat(), f"{day:%Y/%m/%d}", f"{day.year}/{day.month}/{day.day}", f"{day.year}年{day.month}月{day.day}日",
             f"{day:%Y%m%d}", f"{day.year}.{day.month}.{day.day}", f"{day.isoformat()} 12:30:00", f"{day.isoformat()}T08:00"]
    assert {cells.day(text) for text in texts} == {day.isoformat()}
    assert cells.day(day) == cells.day(datetime.combine(day, time(9))) == day.isoformat()
    serial = (day - date(1899, 12, 30)).days
    assert cells.day(float(serial)) == cells.day(str(serial)) == day.isoformat()


@pytest.mark.parametrize("text", ["2026-02-30", "2025-02-29", "2026-13-01", "2026-04-31", "二月三十日", "昨天", "2026-2", "0999-01-01", "12/31/2026"])
def test_a_day_the_calendar_does_not_have_is_refused(text: str) -> None:
    with pytest.raises(Unclear):
        cells.day(text)


def test_other_things_are_no_days_and_no_amounts() -> None:
    with pytest.raises(Unclear):
        cells.day(True)
    with pytest.raises(Unclear):
        cells.day(timedelta(hours=3))
    with pytest.raises(Unclear):
        cells.fen(date(2026, 1, 1))


@given(st.integers(0, 10**7))
def test_an_area_is_kept_in_hundredths_with_or_without_its_unit(area: int) -> None:
    text = f"{area // 100}.{area % 100:02d}"
    assert {cells.area(text), cells.area(f"{text}㎡"), cells.area(f"{text} m2"), cells.area(f"{text}平方米"), cells.area(float(text))} == {area}


def test_a_finer_area_is_rounded_half_up_and_words_are_refused() -> None:
    assert cells.area("85.535") == 8554
    assert cells.area("85.5349") == 8553
    assert cells.area("") is None
    with pytest.raises(Unclear):
        cells.area("待测绘")


def test_two_people_and_two_phones_stand_in_one_cell() -> None:
    assert cells.names("程娟、马敏洋") == ["程娟", "马敏洋"]
    assert cells.names("程娟 马敏洋") == ["程娟", "马敏洋"]
    assert cells.names("John Smith") == ["John Smith"]
    assert cells.names("程娟/程娟") == ["程娟"]
    assert cells.phones("19900007634/19900007870") == ["19900007634", "19900007870"]
    assert cells.phones("+86 199-0000-7634、021-12345678") == ["19900007634", "02112345678"]
    assert cells.phones(19900007634.0) == ["19900007634"]
    assert cells.phones("无") == []
    with pytest.raises(Unclear):
        cells.phones("问前台")


def test_numbers_that_are_codes_stay_codes() -> None:
    assert cells.text(101.0) == "101"
    assert cells.text("0101") == "0101"
    assert cells.text(19900008133.0) == "19900008133"
    assert cells.text(True) == "是"


def test_words_lose_control_characters_and_have_an_end() -> None:
    assert cells.words("一\n二\t三\x00\x07") == "一 二 三"
    with pytest.raises(Unclear):
        cells.words("长" * 501)
