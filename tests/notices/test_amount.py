"""Amounts in capitals: ours against cn2an, and the places where the standard and cn2an part."""

from __future__ import annotations

import cn2an
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.notices.rules.amount import capitals, figures


@pytest.mark.parametrize(("fen", "said"), [
    (0, "零元整"), (1, "壹分"), (10, "壹角整"), (100, "壹元整"), (101, "壹元零壹分"), (110, "壹元壹角整"),
    (1000, "壹拾元整"), (10_05, "壹拾元零伍分"), (341_260, "叁仟肆佰壹拾贰元陆角整"), (1_000_000, "壹万元整"),
    (1_000_100, "壹万零壹元整"), (10_000_000_00, "壹仟万元整"), (999_999_999, "玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分"),
    (100_000_100_000, "壹拾亿零壹仟元整"), (-500, "负伍元整"),
])
def test_capitals(fen: int, said: str) -> None:
    assert capitals(fen) == said


@given(st.integers(0, 10**9))
def test_capitals_agree_with_cn2an(fen: int) -> None:
    theirs = cn2an.an2cn(f"{fen // 100}.{fen % 100:02d}", "rmb")
    ours = capitals(fen)
    # both forms are allowed after 角; we always write 整
    assert ours in (theirs, theirs + "整")


@given(st.integers(0, 10**13))
def test_capitals_can_be_read_back(fen: int) -> None:
    yuan = fen // 100
    said = capitals(yuan * 100).removesuffix("元整")
    assert cn2an.cn2an(said, "smart") == yuan


@pytest.mark.parametrize(("fen", "said"), [
    (0, "0.00"), (5, "0.05"), (341_260, "3,412.60"), (-1, "-0.01"), (99_999_999_999, "999,999,999.99"),
])
def test_figures(fen: int, said: str) -> None:
    assert figures(fen) == said
