"""The console in a real Chromium: no axe violation, nothing cut off, keyboard first, within its budget."""

import re

import pytest
from axe_core_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.office.conftest import PASSWORD
from tests.patience import PATIENCE

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)]
PAGES = [
    "/office/",
    "/office/homes",
    "/office/homes/3-1-2601",
    "/office/routes",
    "/office/plan",
    "/office/notices",
    "/office/payments",
    "/office/payments/new?home=3-1-2601",
    "/office/fees",
    "/office/bills",
    "/office/late",
    "/office/waivers/new?home=3-1-2601",
    "/office/books?first=2020-01-01&last=2030-01-01",
    "/office/books/accounts/1122?first=2020-01-01&last=2030-01-01",
    "/office/books/days",
    "/office/import",
    "/office/board",
    "/office/reports",
    "/office/people",
]


def sign_in(browser, served, width, height):
    page = browser.new_context(viewport={"width": width, "height": height}, bypass_csp=True).new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(f"{served}/office/login")
    page.fill("#who", "王经理")
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("nav")
    page.wait_for_load_state()  # the keys are heard once the page's module has run
    return page


@pytest.mark.parametrize(("width", "height"), [(1240, 800), (390, 844)])
def test_main_pages_have_no_axe_violation_and_nothing_is_cut_off(browser, served, width, height):
    page = sign_in(browser, served, width, height)
    for path in PAGES:
        page.goto(served + path)
        found = [(v["id"], v["nodes"][0]["html"][:200]) for v in Axe().run(page)["violations"]]
        assert found == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def test_a_slash_leads_to_the_search_and_enter_finds(browser, served):
    page = sign_in(browser, served, 1240, 800)
    page.keyboard.press("/")
    page.keyboard.type("wxm")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/office/homes$"))
    assert "3-1-2601" in page.inner_text("table")


def test_a_destructive_button_waits_for_its_word(browser, served):
    page = sign_in(browser, served, 1240, 800)
    page.goto(f"{served}/office/homes/3-1-2601")
    page.click("summary:has-text('过户')")
    button = page.locator("form[action$='/owner'] button")
    assert button.is_disabled()
    page.fill("#owner-word", "过户")
    assert button.is_enabled()


def test_a_proposal_is_made_and_changed_by_clicking(browser, served):
    page = sign_in(browser, served, 1240, 800)
    page.goto(f"{served}/office/routes")
    page.click("button:has-text('看建议')")
    page.wait_for_selector("button[value=published]", timeout=PATIENCE)
    expect(page.locator("button[value=published]")).to_contain_text("3 户")
    expect(page.locator("h2").first).to_contain_text("￥12,199")
    page.locator("summary:has-text('调整')").first.click()
    page.locator("button[value=drop]").first.click()
    expect(page.locator("button[value=published]")).to_contain_text("2 户")


def test_pages_stay_in_their_budget_over_the_wire(browser, served):
    page = sign_in(browser, served, 1240, 800)
    for path in PAGES:
        page.goto(served + path, wait_until="load")
        asked, weight = page.evaluate(
            "() => { const e = [...performance.getEntriesByType('navigation'), "
            "...performance.getEntriesByType('resource')]; "
            "return [e.length, e.reduce((sum, one) => sum + one.encodedBodySize, 0)]; }"
        )
        assert asked <= 10, path
        assert weight <= 80 * 1024, path


def test_nothing_is_reported_on_the_browser_console(browser, served):
    page = browser.new_context().new_page()
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(f"{served}/office/login")
    page.fill("#who", "王经理")
    page.fill("#password", PASSWORD)
    page.click("button")
    page.wait_for_selector("nav")
    for path in PAGES:
        page.goto(served + path)
    assert said == []
