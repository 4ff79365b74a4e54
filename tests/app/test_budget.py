"""Budgets that a machine's other work cannot change: requests of the first install; bytes are in test_wire.py, seconds
in bench.app. And what the seconds are about works at all: slow network, no network."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.app.conftest import CODE, LARGE, PATIENCE, enrol, open_door, save, settled_worker, until, watched
from tests.app.standin import Standin, World
from tests.app.world import street

pytestmark = pytest.mark.browser
INSTALL_REQUESTS = 30
SLOW = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}


@pytest.fixture
def world() -> World:
    return street(80)


def test_the_first_install_makes_at_most_thirty_requests(
    context: BrowserContext, standin: Standin, world: World
) -> None:
    page = watched(context.new_page())
    page.goto(standin.url)
    page.wait_for_selector("[data-do=enrol]")
    settled_worker(page)
    page.wait_for_function("caches.keys().then(async ([name]) => (await (await caches.open(name)).keys()).length > 20)")
    until(lambda: any("signature_pad" in one for one in world.requests))
    asked = [one for one in world.requests if "/m/" in one]
    print(f"{len(asked)} requests")
    assert len(asked) <= INSTALL_REQUESTS


def test_a_cold_start_without_network_shows_eighty_doors(context: BrowserContext, standin: Standin) -> None:
    page = watched(context.new_page())
    enrol(page, standin.url)
    settled_worker(page)
    page.close()
    standin.close()
    page = context.new_page()
    page.goto(standin.url)
    page.wait_for_selector("[data-door] >> nth=79")


def test_on_slow_3g_with_a_quarter_of_the_processor_a_visit_is_recorded(browser: Browser, standin: Standin) -> None:
    context = browser.new_context(viewport=LARGE, locale="zh-CN")
    context.set_default_timeout(PATIENCE)
    page = watched(context.new_page())
    line = context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", SLOW)
    line.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    page.goto(f"{standin.url}#enrol={CODE}")
    page.click("[data-do=enrol]")
    page.wait_for_selector("[data-door] >> nth=79")
    open_door(page)
    page.click("[data-outcome-button=not_home]")
    save(page)
    context.close()
