"""The way of one visit: from the company's spreadsheets to the door to the lobby, through every kind of trouble."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

from server import clock
from tests.app.conftest import Handset, open_door, rows, save, settled_worker, until
from tests.journeys.conftest import ESTATE, House
from tests.patience import PATIENCE

pytestmark = pytest.mark.browser
SHOTS = Path("/tmp/koumen-shots")


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "camera.jpg"
    Image.effect_noise((2000, 1500), 80).convert("RGB").save(path, quality=90)
    return path


def enrolled(handset: Handset, house: House, staff: str) -> Page:
    """A phone that scanned its code and holds tonight's doors."""
    code = house.koumen("enrol", staff)["code"]
    page = handset.start(f"{house.url}/m/#enrol={code}")
    page.click("[data-do=enrol]")
    page.wait_for_selector("[data-door]")
    settled_worker(page)
    return page


def visits(house: House, token: str) -> list[dict[str, Any]]:
    status, answer = house.call("GET", "/api/v1/visits?since=", token)
    assert status == 200
    found: list[dict[str, Any]] = answer["visits"]
    return found


def record(page: Page, at: int, outcome: str, picture: Path | None = None) -> None:
    open_door(page, at)
    page.click(f"[data-outcome-button={outcome}]")
    if outcome == "promised":
        page.click("[data-chip=月底]")
    if picture:
        page.set_input_files("[data-photo-input]", str(picture))
        page.wait_for_selector("[data-photos='1'] img")
    save(page)


def test_one_visit_from_the_spreadsheets_to_the_lobby(
    house: House, sheets: Path, handset: Handset, browser: Browser, picture: Path
) -> None:
    today = clock.today()
    imported = house.koumen("import", str(sheets), "--community", ESTATE)
    assert imported["households"] == 612
    assert len(imported["refused"]) == 7

    planned = house.koumen("plan", "--community", ESTATE, "--staff", "小闫,孙黎", "--on", today)
    routes = {route["staff_name"]: route for route in planned["routes"]}
    assert set(routes) == {"小闫", "孙黎"}
    printed = house.koumen("print", "--route", routes["小闫"]["route"], "--kind", "letter")
    assert printed["notices"]

    house.start()
    manager = house.koumen("token", "王经理")["token"]
    page = enrolled(handset, house, "小闫")
    doors = page.locator("[data-door]").count()
    assert doors == len(routes["小闫"]["doors"])

    house.stop()  # the lift goes down: no server, no network
    page = three_visits_and_a_kill(house, page, handset, picture)
    house.start()  # the lift comes up
    page.evaluate("dispatchEvent(new Event('online'))")
    page.wait_for_selector("[data-unsent='0']")
    found = visits(house, manager)
    assert sorted(visit["outcome"] for visit in found) == ["disputed", "not_home", "promised"]
    assert len({visit["op"] for visit in found}) == 3

    promised = next(visit["household"] for visit in found if visit["outcome"] == "promised")
    lobby_follows_a_payment(house, browser, manager, promised)
    page_shows_the_receipt(house, browser, manager, promised, printed)
    reassigning_takes_the_doors_away(house, page, manager, routes["小闫"]["route"])
    assert house.koumen("verify")["ok"]


def three_visits_and_a_kill(house: House, page: Page, handset: Handset, picture: Path) -> Page:
    """Recorded without network; killed, and started again, still without network."""
    record(page, 0, "promised", picture)
    record(page, 1, "not_home")
    record(page, 2, "disputed")
    page.wait_for_selector("[data-unsent='3']")
    handset.kill()
    page = handset.start(f"{house.url}/m/")
    page.wait_for_selector("[data-unsent='3']")
    return page


def lobby_follows_a_payment(house: House, browser: Browser, manager: str, household: str) -> None:
    """The cashier books; the screen, polling only, shows the new sum at its next poll."""
    screen = house.koumen("screen", "add", "--community", ESTATE)["token"]
    lobby = browser.new_context(viewport={"width": 1080, "height": 1920}, locale="zh-CN")
    lobby.set_default_timeout(PATIENCE)
    page = lobby.new_page()
    page.goto(f"{house.url}/k/#token={screen}")
    page.wait_for_selector("html[data-rev]")
    before = snapshot(house, screen)
    cashier = house.koumen("token", "陈会计")["token"]
    paid: dict[str, Any] = {"household": household, "channel": "cash", "transaction_id": "J-1", "fen": 300_000}
    paid["paid_on"] = clock.today()
    status, first = house.call("POST", "/api/v1/payments", cashier, **paid)
    assert status == 201, first
    assert sum(part["fen"] for part in first["allocated"]) + first["prepayment_fen"] == 300_000
    assert house.call("POST", "/api/v1/payments", cashier, **paid) == (200, first)
    assert house.call("POST", "/api/v1/payments", cashier, **{**paid, "fen": 1})[0] == 409
    after = snapshot(house, screen)
    assert after["rev"] != before["rev"]
    page.wait_for_selector(f"html[data-rev='{after['rev']}']")
    house.stop()  # the screen goes on alone, also after it was switched off and on
    page.close()
    page = lobby.new_page()
    page.goto(f"{house.url}/k/")
    page.wait_for_selector(f"html[data-rev='{after['rev']}']")
    assert len(page.inner_text("body")) > 20
    house.start()
    lobby.close()


def snapshot(house: House, screen: str) -> dict[str, Any]:
    status, answer = house.call("GET", "/k/v1/snapshot", screen)
    assert status == 200
    found: dict[str, Any] = answer
    return found


def page_shows_the_receipt(
    house: House, browser: Browser, manager: str, household: str, printed: dict[str, Any]
) -> None:
    """The owner scans the letter: the page needs no script and shows what was received."""
    notice = next(row for row in printed["notices"] if row["household"] == household)
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, locale="zh-CN", java_script_enabled=False, device_scale_factor=2
    )
    page = context.new_page()
    answer = page.goto(notice["url"].replace("http://localhost:8080", house.url))
    assert answer is not None
    assert answer.status == 200
    assert len(answer.body()) <= 8192
    page.eval_on_selector_all("details", "all => all.forEach((box) => { box.open = true })")  # as taps would
    text = page.inner_text("body")
    assert "收据" in text
    assert "3,000.00" in text
    status, home = house.call("GET", f"/api/v1/households/{household}", manager)
    assert status == 200
    owner = home["owner"] if isinstance(home["owner"], str) else home["owner"]["name"]
    assert owner not in page.content()
    context.close()


def reassigning_takes_the_doors_away(house: House, page: Page, manager: str, route: str) -> None:
    status, answer = house.call("PATCH", f"/api/v1/routes/{route}", manager, staff="高涛")
    assert status == 200, answer
    page.reload()
    until(lambda: not re.search(r"199000\d{5}", kept_on(page)))
    page.reload()
    page.wait_for_selector("[data-do=more]")
    assert page.locator("[data-door]").count() == 0


def kept_on(page: Page) -> str:
    """Everything the phone holds of what the server sent."""
    return "".join(map(str, rows(page, "body")))
