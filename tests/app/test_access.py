"""Every screen in both sizes and both themes: axe finds nothing, nothing overflows, targets are for thumbs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from axe_core_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.app.conftest import LARGE, PATIENCE, SMALL, enrol, open_door, save, until, watched
from tests.app.standin import Standin, World
from tests.app.world import token

pytestmark = pytest.mark.browser
RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }
}
TARGETS = """() => [...document.querySelectorAll(
    "button, a, input:not([type=file]):not([type=date]), textarea, summary")]
  .filter((one) => one.getClientRects().length && !one.hidden)
  .map((one) => [one.outerHTML.slice(0, 80), one.getBoundingClientRect()])
  .filter(([, box]) => box.height < 55.5 || box.width < 55.5).map(([text]) => text)"""
SMALLEST = """() => [...document.querySelectorAll("main p, main button, main b, main span, main label")]
  .filter((one) => one.getClientRects().length && parseFloat(getComputedStyle(one).fontSize) < 13)
  .map((one) => one.outerHTML.slice(0, 80))"""


def enrolment(page: Page, url: str) -> None:
    page.goto(url)
    page.wait_for_selector("[data-do=enrol]")


def doors(page: Page, url: str) -> None:
    enrol(page, url)


def door(page: Page, url: str) -> None:
    enrol(page, url)
    open_door(page, 1)


def promise(page: Page, url: str) -> None:
    door(page, url)
    page.click("[data-outcome-button=promised]")
    page.click("[data-chip=月底]")


def everything(page: Page, url: str) -> None:
    door(page, url)
    page.click("[data-outcome-button=paid_now]")
    page.click("[data-extra=claim]")
    page.click("[data-extra=note]")
    page.click("[data-extra=ticket]")
    page.click("[data-extra=delivery]")
    page.click("[data-choice='proof:signed']")
    page.click("[data-choice='signer:other']")


def code(page: Page, url: str) -> None:
    door(page, url)
    page.click("[data-do=show-code]")
    page.wait_for_selector("[data-qr]")


def records(page: Page, url: str) -> None:
    enrol(page, url)
    for i in range(2):
        open_door(page, i)
        page.click("[data-outcome-button=not_home]")
        save(page)
    page.click("[data-unsent]")
    page.wait_for_selector("[data-group=trouble]")


def more(page: Page, url: str) -> None:
    enrol(page, url)
    page.click("[data-do=more]")
    page.wait_for_selector("[data-phone]")


def patrol(page: Page, url: str) -> None:
    more(page, url)
    page.click("[data-do=patrol]")
    page.fill("[data-patrol-code]", token(1))
    page.click("[data-do=check]")
    page.wait_for_selector("[data-verdict]")


def add(page: Page, url: str) -> None:
    more(page, url)
    page.click("[data-do=add]")
    page.fill("[data-room-search]", "3-")
    page.wait_for_selector("[data-room]")


SCREENS = [enrolment, doors, door, promise, everything, code, records, more, patrol, add]


@pytest.mark.parametrize(
    ("size", "scheme"),
    [(SMALL, "light"), (LARGE, "light"), (SMALL, "dark")],
    ids=["360x640-day", "412x915-day", "360x640-night"],
)
@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.__name__)
def test_every_screen_is_accessible(
    browser: Browser,
    standin: Standin,
    world: World,
    screen: Callable[[Page, str], None],
    size: Any,
    scheme: Any,
) -> None:
    world.results["H0"] = {"status": "rejected", "code": "not_in_scope", "message": "这户不在您的路线上。"}
    context = browser.new_context(viewport=size, locale="zh-CN", color_scheme=scheme)
    context.set_default_timeout(PATIENCE)
    page = watched(context.new_page())
    screen(page, standin.url)
    until(lambda: not page.inner_text("[data-toast]"))
    found = Axe().run(page, options=RULES)["violations"]
    assert [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (
        "something is wider than the phone"
    )
    assert page.evaluate(TARGETS) == []
    assert page.evaluate(SMALLEST) == []
    context.close()
