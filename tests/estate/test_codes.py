"""Codes and addresses: one room, however it is written, has one code."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.estate import rules


@pytest.mark.parametrize(("building", "unit", "room", "code"), [
    ("3栋", "2单元", "1801", "3-2-1801"),
    ("3幢", "2", "1801室", "3-2-1801"),
    ("3号楼", "2单元", "1801", "3-2-1801"),
    ("第3栋", "第2单元", " 1801 ", "3-2-1801"),
    ("３栋", "２单元", "１８０１", "3-2-1801"),
    ("3#", "2#", "1801", "3-2-1801"),
    ("3#楼", "", "1801", "3-1801"),
    ("商铺", "", "S01", "商铺-S01"),
    ("A座", "", "1201", "A座-1201"),
    ("", "", "车库12", "车库12"),
    ("1栋", "1单元", "0101", "1-1-0101"),
])
def test_a_room_has_one_code_however_it_is_written(building: str, unit: str, room: str, code: str) -> None:
    assert rules.code_of(building, unit, room) == code


@pytest.mark.parametrize("word", ["栋", "单元", "室", "号楼", "#"])
def test_a_bare_word_is_not_emptied(word: str) -> None:
    assert "" not in {rules.building_of(word), rules.unit_of(word), rules.room_of(word)}


@pytest.mark.parametrize(("building", "unit", "room", "address"), [
    ("3栋", "2单元", "1801", "3栋2单元1801"),
    ("3", "2", "1801室", "3栋2单元1801"),
    ("3幢", "", "1801", "3幢1801"),
    ("商铺", "", "S01", "商铺S01"),
    ("B", "东", "101", "B栋东101"),
])
def test_an_address_reads_as_people_say_it(building: str, unit: str, room: str, address: str) -> None:
    assert rules.address_of(building, unit, room) == address


@given(st.integers(1, 99), st.integers(1, 9), st.integers(101, 3304))
def test_the_code_of_an_address_written_with_words_equals_that_of_bare_numbers(b: int, u: int, r: int) -> None:
    assert rules.code_of(f"{b}栋", f"{u}单元", str(r)) == rules.code_of(str(b), str(u), str(r)) == f"{b}-{u}-{r}"


def test_walking_order_counts_numbers_by_value_and_shops_behind() -> None:
    order = [(2, "1", "101"), (2, "1", "1001"), (2, "2", "101"), (10, "1", "101"), (10, "东", "101"), (10, "1", "S01")]
    positions = [rules.position_of(*home) for home in order]
    assert positions[:4] == sorted(positions[:4])
    assert rules.position_of(10, "1", "S01") > rules.position_of(10, "1", "9999")
    assert rules.position_of(10, "东", "101") > rules.position_of(10, "9", "101")
    assert max(positions) < 2**53, "a phone reads it as a double"


@pytest.mark.parametrize(("room", "floor"), [("1801", 18), ("302", 3), ("S01", None), ("12", None), ("0001", None)])
def test_a_room_number_tells_its_storey_or_nothing(room: str, floor: int | None) -> None:
    assert rules.floor_of(room) == floor
