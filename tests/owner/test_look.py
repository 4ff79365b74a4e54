"""The pages in a real browser at the size of a phone: what is seen without scrolling, what fits, what is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.owner.conftest import Estate

pytestmark = pytest.mark.browser


@pytest.fixture
def engine_name() -> str:
    return "sqlite"


@pytest.fixture
def page(browser: Browser) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False)
    found: Any = context.new_page()
    found.asked = []
    found.on("request", lambda request: found.asked.append(request.url))
    yield found
    context.close()


def above_the_fold(page: Any, words: str) -> bool:
    box = page.get_by_text(words).first.bounding_box()
    return bool(box) and box["y"] + box["height"] <= 844


def test_amount_payee_home_period_and_both_helps_are_seen_without_scrolling(
    page: Any, site: str, place: Estate
) -> None:
    page.goto(f"{site}/n/{place.sealed[0]}")
    for words in (
        "￥1,020.32", "山东锦绣物业服务有限公司", "3栋1单元**01", "2026年7月—10月", "银行转账", "我有疑问",
        "我有困难",
    ):
        assert above_the_fold(page, words), words
    assert page.asked == [f"{site}/n/{place.sealed[0]}"]


def test_question_and_hardship_weigh_the_same(page: Any, site: str, place: Estate) -> None:
    page.goto(f"{site}/n/{place.sealed[0]}")
    ask, help_ = (page.locator("summary", has_text=words).bounding_box() for words in ("我有疑问", "我有困难"))
    assert (ask["y"], ask["width"], ask["height"]) == (help_["y"], help_["width"], help_["height"])
    assert ask["height"] >= 56


@pytest.mark.parametrize("width", [320, 390, 768])
def test_nothing_runs_over_the_edge(page: Any, site: str, place: Estate, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    for token in (place.sealed[0], place.door[0], "garbage"):
        page.goto(f"{site}/n/{token}")
        for fold in page.locator("summary").all():
            fold.click()
        boxes = [element.bounding_box() for element in page.locator("main *").all()]
        assert all(box["x"] + box["width"] <= width + 0.5 for box in boxes if box), token


def test_the_way_from_the_door_to_a_question_without_script(page: Any, site: str, place: Estate) -> None:
    page.goto(f"{site}/n/{place.door[0]}")
    page.fill("#l4", "9999")
    page.click("button:has-text('查看账单')")
    expect(page.get_by_role("alert")).to_be_visible()
    page.fill("#l4", "0000")
    page.click("button:has-text('查看账单')")
    assert above_the_fold(page, "￥1,020.32")
    page.click("text=我有困难")
    page.click("text=想缓一缓")
    expect(page.get_by_text("您的申请已收到")).to_be_visible()
