"""感谢榜 and 抽奖 in a real browser without script, on a small phone: readable, nothing cut off, no axe violation."""

from __future__ import annotations

from typing import Any

import pytest
from axe_core_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from tests.kiosk.conftest import forgotten, homes, ledgered, screen  # noqa: F401  (fixtures)
from tests.owner.test_consents import AGREE, BACK, receipts  # noqa: F401  (fixture)
from tests.owner.test_draw_consents import JOIN, LEAVE

pytestmark = pytest.mark.browser


@pytest.fixture
def engine_name() -> str:
    return "sqlite"


def looked_at(page: Any, name: str, width: int) -> None:
    for fold in page.locator("summary").all():
        fold.click()
    boxes = [element.bounding_box() for element in page.locator("main *").all()]
    assert all(box["x"] + box["width"] <= width + 0.5 for box in boxes if box), name
    assert page.locator("button:visible").evaluate_all("all => all.every(one => one.offsetHeight >= 56)")


OFFERS = [(AGREE, BACK, "展示到哪天", "已记下您的同意"), (JOIN, LEAVE, "参加到哪天", "您同意参加抽奖")]


@pytest.mark.parametrize(("give", "take", "legend", "said"), OFFERS)
@pytest.mark.parametrize("width", [360, 768])
def test_agreeing_and_taking_back_without_script(
    browser: Browser, site: str, receipts: list[str], screen: dict[str, Any], width: int,  # noqa: F811
    give: str, take: str, legend: str, said: str,
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 780}, java_script_enabled=False)
    page = context.new_page()
    page.goto(site + receipts[0])
    expect(page.get_by_text(legend)).to_be_hidden()
    looked_at(page, "offer", width)
    page.get_by_role("group", name=legend).get_by_label("12 个月").check()
    page.get_by_role("button", name=give).click()
    expect(page.get_by_role("status")).to_contain_text(said)
    looked_at(page, "agreed", width)
    page.get_by_role("button", name=take).click()
    expect(page.get_by_role("status")).to_contain_text("已撤回")
    context.close()


def test_axe_finds_nothing_before_and_after(
    browser: Browser, site: str, receipts: list[str], screen: dict[str, Any]  # noqa: F811
) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 780}, bypass_csp=True)
    page = context.new_page()
    page.goto(site + receipts[0])
    for button in (AGREE, JOIN, BACK, LEAVE):
        looked_at(page, button, 360)
        assert [(v["id"], v["nodes"][0]["html"][:200]) for v in Axe().run(page)["violations"]] == []
        page.get_by_role("button", name=button).click()
        expect(page.get_by_role("status")).to_be_visible()
    context.close()
