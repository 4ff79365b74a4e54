"""Pure rules of people: words of the trade, codes as people type them, the last manager."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.access import CROCKFORD, community_of
from server.people import rules


@pytest.mark.parametrize(("word", "role"), [
    ("管家", "collector"), ("催费专员", "collector"), ("客服", "clerk"), ("财务", "cashier"), ("出纳", "cashier"),
    ("项目经理", "manager"), ("collector", "collector"), (" 管 家 ", "collector"),
    ("保安", ""), ("", ""), ("Manager", ""),
])
def test_words_of_the_trade_become_roles_and_unknown_ones_are_asked_about(word: str, role: str) -> None:
    assert rules.role_of(word) == role


@pytest.mark.parametrize(("text", "ids"), [
    ("1栋、4栋、商铺", ["1", "4", "商铺"]), ("1,4", ["1", "4"]), ("", []), ("3号楼；3幢", ["3"]), ("１栋", ["1"]),
])
def test_buildings_are_the_parts_of_room_codes(text: str, ids: list[str]) -> None:
    assert rules.buildings_of(text) == ids


@given(st.integers(1, 32767))
def test_a_code_begins_with_its_communitys_number(no: int) -> None:
    code = rules.new_code(f"C{no}")
    assert len(code) == 10
    assert set(code) <= set(CROCKFORD)
    assert community_of(code) == f"C{no}"
    assert rules.code_of(code) == code


@pytest.mark.parametrize(("typed", "code"), [
    ("001abc-defgh", ""), ("0o1-abcd-xyz", "001ABCDXYZ"), (" OOL ABCDXYI ", "001ABCDXY1"), ("001ABCDXYZ", "001ABCDXYZ"),
    ("001ABCDXYU", ""), ("００１ABCDXYZ", "001ABCDXYZ"), ("", ""), ("001ABCDXY'", ""),
])
def test_a_code_is_read_as_people_type_it(typed: str, code: str) -> None:
    assert rules.code_of(typed) == code


@given(st.text(max_size=40))
def test_any_text_is_a_code_in_its_one_form_or_none(text: str) -> None:
    code = rules.code_of(text)
    assert code == "" or rules.code_of(code) == code


@pytest.mark.parametrize(("day", "hours"), [
    ("2026-09-30", 72), ("2026-10-03", 72), ("2026-11-20", 24), ("2026-11-21", 24), ("2099-09-30", 24),
])
def test_a_phone_may_be_without_contact_for_longer_over_public_holidays(day: str, hours: int) -> None:
    assert rules.lease_hours(day) == hours


def test_a_password_has_bounds_before_any_hashing() -> None:
    assert not rules.password_fits("1234567")
    assert rules.password_fits("12345678")
    assert rules.password_fits("x" * 128)
    assert not rules.password_fits("x" * 129)
    assert not rules.password_fits("1234567\x00")


def test_the_last_manager_is_known() -> None:
    both = [{"staff": "a", "role": "manager"}, {"staff": "b", "role": "manager"}, {"staff": "c", "role": "clerk"}]
    assert not rules.last_manager(both, "a")
    assert rules.last_manager(both[1:], "b")
    assert not rules.last_manager(both[1:], "c")
    assert not rules.last_manager([], "a")


def test_a_name_two_people_bear_opens_nothing() -> None:
    assert rules.only_one([{"id": 1}]) == {"id": 1}
    assert rules.only_one([{"id": 1}, {"id": 2}]) is None
    assert rules.only_one([]) is None
