"""Budgets: bytes and requests of the first install, seconds on a slow network, cold start without one, saving."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.app.conftest import CODE, LARGE, enrol, open_door, settled_worker, until, watched
from tests.app.standin import Standin, World
from tests.app.world import street

pytestmark = pytest.mark.browser
INSTALL_BYTES, INSTALL_REQUESTS = 60 * 1024, 30
SLOW = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
COLD, SAVE_P95 = 1.0, 150


def leave() -> float:
    """1 on a machine that is free to measure; 2 while others keep its processors busy, where seconds say little."""
    return 2.0 if os.getloadavg()[0] > (os.cpu_count() or 1) else 1.0


@pytest.fixture
def world() -> World:
    return street(80)


def slowed(browser: Browser) -> Page:
    """A fresh phone on slow 3G with a quarter of the processor; its context is the caller's to close."""
    context = browser.new_context(viewport=LARGE, locale="zh-CN")
    page = watched(context.new_page())
    line = context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", SLOW)
    line.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    return page


@pytest.fixture
def slow(browser: Browser) -> Iterator[Page]:
    page = slowed(browser)
    yield page
    page.context.close()


def first_use(browser: Browser, url: str) -> tuple[float, float]:
    """Seconds until the enrolment screen answers, and from the tap to the doors."""
    page = slowed(browser)
    began = time.monotonic()
    page.goto(f"{url}#enrol={CODE}", wait_until="commit")
    page.wait_for_selector("[data-do=enrol]:not([disabled])")
    usable = time.monotonic() - began
    began = time.monotonic()
    page.click("[data-do=enrol]")
    page.wait_for_selector("[data-door]")
    doors = time.monotonic() - began
    page.context.close()
    return usable, doors


def test_usable_in_three_seconds_and_doors_in_four_and_a_half_on_slow_3g(
    browser: Browser, standin: Standin
) -> None:
    """The best of up to four tries: the machine has other work, the phone has not."""
    tries: list[tuple[float, float]] = []
    while len(tries) < 4 and not any(
        usable <= 3.0 * leave() and doors <= 4.5 * leave() for usable, doors in tries
    ):
        tries.append(first_use(browser, standin.url))
    print(f"usable, doors after the tap: {[f'{one:.2f} {two:.2f}' for one, two in tries]} s")
    assert any(usable <= 3.0 * leave() and doors <= 4.5 * leave() for usable, doors in tries)


def test_a_cold_start_without_network_shows_eighty_doors_within_a_second(
    context: BrowserContext,
    standin: Standin,
) -> None:
    page = watched(context.new_page())
    enrol(page, standin.url)
    settled_worker(page)
    page.close()
    standin.close()
    times = []
    for _ in range(3):
        page = context.new_page()
        began = time.monotonic()
        page.goto(standin.url, wait_until="commit")
        page.wait_for_selector("[data-door] >> nth=79")
        times.append(time.monotonic() - began)
        page.close()
    print(f"cold starts {[f'{one:.2f}' for one in times]}")
    assert min(times) <= COLD * leave(), "the best of three: the machine has other work, the phone has not"


def test_saving_with_a_photo_of_200_kb_takes_150_ms_at_p95(phone: Page, world: World) -> None:
    world.down = True
    version = phone.evaluate("document.documentElement.dataset.version")
    times = phone.evaluate(
        """async (version) => {
      const base = new URL(`v/${version}/`, document.baseURI);
      const { record } = await import(new URL("outbox.js", base));
      const { strict } = await import(new URL("store.js", base));
      const times = [];
      for (let i = 0; i < 40; i += 1) {
        const bytes = new Uint8Array(200000).fill(i);
        const photo = { sha: `s${i}`, bytes: bytes.buffer, type: "image/jpeg", state: "draft", savedAt: Date.now() };
        await strict(["photo"], (tx) => tx.store.put(photo));
        const began = performance.now();
        const where = { kind: "visit.record", route: "R1", household: "H0", who: { staff: "S1", device: "D1" } };
        await record({ ...where, data: { outcome: "not_home", photos: [`s${i}`] }, photos: [`s${i}`], draft: "R1/H0" });
        times.push(performance.now() - began);
      }
      return times.sort((a, b) => a - b);
    }""",
        version,
    )
    print(f"save p50 {times[20]:.0f} ms, p95 {times[37]:.0f} ms")
    assert times[37] <= SAVE_P95 * leave()


def test_the_first_install_makes_at_most_thirty_requests(
    context: BrowserContext, standin: Standin, world: World
) -> None:
    page = watched(context.new_page())
    page.goto(standin.url)
    page.wait_for_selector("[data-do=enrol]")
    settled_worker(page)
    until(lambda: any("signature_pad" in one for one in world.requests))
    page.wait_for_timeout(500)
    asked = [one for one in world.requests if "/m/" in one]
    print(f"{len(asked)} requests")
    assert len(asked) <= INSTALL_REQUESTS


def test_a_tap_on_save_is_answered_within_three_seconds_on_a_quarter_of_the_processor(
    slow: Page, standin: Standin
) -> None:
    enrol(slow, standin.url)
    open_door(slow)
    slow.click("[data-outcome-button=not_home]")
    began = time.monotonic()
    slow.click("[data-do=save]")
    slow.wait_for_selector('[data-toast]:has-text("已保存到本机")')
    seconds = time.monotonic() - began
    print(f"tap to 已保存 {seconds:.2f} s")
    assert seconds <= 3
