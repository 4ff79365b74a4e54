"""Pages of text, and what is looked at twice before it is published."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.wording import NEVER_FIRST, clean, pages, suspects


def test_a_short_text_is_one_page() -> None:
    assert pages("天干物燥，请勿在楼道堆放杂物。") == ["天干物燥，请勿在楼道堆放杂物。"]
    assert pages("") == [""]


def test_a_page_ends_where_a_sentence_ends() -> None:
    text = "一" * 60 + "。" + "二" * 70 + "。"
    assert pages(text) == ["一" * 60 + "。", "二" * 70 + "。"]


def test_a_closing_mark_never_stands_alone_on_the_next_page() -> None:
    assert all(page[0] not in NEVER_FIRST for page in pages("长" * 100 + "”。" + "短" * 30))


@given(st.text(alphabet="天地玄黄，。！a1 \n”", max_size=400), st.integers(20, 120))
def test_no_character_is_lost(text: str, size: int) -> None:
    def bare(value: str) -> str:
        return "".join(value.split())

    found = pages(text, size)
    assert bare("".join(found)) == bare(clean(text))
    assert all(len(page) <= size for page in found)


@pytest.mark.parametrize(("text", "what"), [
    ("请联系张师傅13812345678", "电话号码 13812345678"),
    ("请联系 138-1234-5678", "电话号码 138-1234-5678"),
    ("3-2-1801漏水", "房号 3-2-1801"),
    ("3栋2单元1801室漏水", "房号 3栋2单元1801室"),
    ("感谢贾宇子先生拾金不昧", "业主姓名 贾宇子"),
    ("欠费名单如下", "“欠费名单”：大厅屏不展示欠费信息"),
])
def test_what_looks_personal_is_named(text: str, what: str) -> None:
    assert what in suspects(text, ["贾宇子"])


@pytest.mark.parametrize("text", [
    "因市政管网检修，11月22日9:00至17:00本小区停水，请提前储水。", "服务电话 0571-88886666", "2026年第三季度公示",
    "11月28日下午2点中心广场举行邻里节，按时缴费户可领取抽奖券。", "更换 3 栋电梯，共 2026 元",
])
def test_ordinary_notices_are_not_stopped(text: str) -> None:
    assert suspects(text, ["贾宇子"], ["0571-8888 6666"]) == []
