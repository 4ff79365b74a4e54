"""Amounts, days and names are written one way everywhere, and names on lists are masked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.web import words


@pytest.mark.parametrize(
    ("fen", "text"),
    [(0, "0.00"), (5, "0.05"), (-5, "-0.05"), (123456, "1,234.56"), (100000000, "1,000,000.00"), (None, "—")],
)
def test_fen_are_written_as_yuan(fen, text):
    assert words.yuan(fen) == text


@given(st.integers(-(10**13), 10**13))
def test_an_amount_reads_back_to_the_same_fen(fen):
    text = words.yuan(fen).replace(",", "")
    whole, rest = text.lstrip("-").split(".")
    assert (int(whole) * 100 + int(rest)) * (-1 if text.startswith("-") else 1) == fen


def test_the_currency_sign_stands_after_the_minus():
    assert words.rmb(-100) == "-￥1.00"
    assert words.rmb(341260) == "￥3,412.60"


def test_whole_yuan_round_half_up():
    assert words.yuan_short(3412050) == "34,121"
    assert words.yuan_short(3412049) == "34,120"


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("王小明", "王**"), ("郑宇", "郑*"), ("欧阳修", "欧阳*"), ("欧阳娜娜", "欧阳**"), ("王", "王*"),
        ("李雷、陈晨晨", "李*、陈**"), ("李雷,陈晨晨", "李*、陈**"), ("锦绣置业有限公司", "锦绣****"),
        ("Smith", "S***"), ("", "—"), (None, "—"),
    ],
)  # fmt: skip
def test_a_name_on_a_list_keeps_only_the_surname(name, masked):
    assert words.masked(name) == masked


@given(st.text(alphabet="王李欧阳司马小明晨雷", min_size=2, max_size=4))
def test_a_masked_name_never_shows_the_whole_name(name):
    assert words.masked(name) != name
    assert "*" in words.masked(name)


def test_a_phone_keeps_its_ends():
    assert words.masked_phone("13812345678") == "138****5678"
    assert words.masked_phone("87654321") == "******21"


def test_days_are_said_in_chinese():
    assert words.day_cn("2026-11-21") == "11 月 21 日 星期六"
    assert words.day_full("2026-02-05") == "2026 年 2 月 5 日"
    assert words.period_cn("2026-02") == "2026 年 2 月"
    assert words.period_cn("2026-02", "2026-10") == "2026 年 2 月至 10 月"
    assert words.period_cn("2025-11", "2026-01") == "2025 年 11 月至 2026 年 1 月"


def test_an_instant_is_shown_in_shanghai():
    assert words.minute("2026-11-20T17:30:00.000000Z") == "2026-11-21 01:30"
    assert words.minute("2026-05-05") == "2026-05-05"


def test_a_share_is_rounded_down_so_that_all_means_all():
    assert words.percent(999, 1000) == "99.9 %"
    assert words.percent(99999, 100000) == "99.9 %"
    assert words.percent(1000, 1000) == "100.0 %"
    assert words.percent(0, 0) == "—"
