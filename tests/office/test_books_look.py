"""The money pages in a real Chromium: no axe violation, nothing cut off, on a desk and on a phone."""

import pytest
from axe_core_python.sync_playwright import Axe

from tests.office.test_books import RULE, pay
from tests.office.test_browser import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)]
PAGES = ["fees", "cash", "waivers", "late", "reversals/new?home=3-1-2601", "books/days"]


@pytest.mark.parametrize(("width", "height"), [(1240, 800), (390, 844)])
def test_filled_money_pages_are_accessible_and_whole(browser, served, place, db, manager, width, height):
    manager.post("/office/fees", RULE)
    manager.post("/office/waivers", {"bill": place.bills["3-1-2601"][0], "yuan": "1", "reason": "协商"})
    clause = {"item": "物业服务费",
              "rate": "5", "grace_days": "0", "cap": "10", "clause": "合同", "since": RULE["since"]}
    manager.post("/office/late/clauses", clause)
    pay(db, place)
    page = sign_in(browser, served, width, height)
    for path in PAGES:
        page.goto(f"{served}/office/{path}")
        found = [(v["id"], v["nodes"][0]["html"][:200]) for v in Axe().run(page)["violations"]]
        assert found == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
