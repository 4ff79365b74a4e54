"""Where the app must not start it says what to do; where it may, a code is enough and stays in no address."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright

from tests.app.conftest import ARGS, CODE, chromium, enrol, open_door, save, settled_worker, until, watched
from tests.app.standin import Standin, World
from tests.app.world import token

pytestmark = pytest.mark.browser


@pytest.fixture
def lan(playwright: Playwright) -> Iterator[Browser]:
    """A browser for which http://koumen.test is this machine: a plain address on a LAN."""
    browser = playwright.chromium.launch(
        executable_path=chromium(), args=[*ARGS, "--host-resolver-rules=MAP koumen.test 127.0.0.1"]
    )
    yield browser
    browser.close()


def test_plain_http_on_a_lan_is_refused_with_what_to_do(lan: Browser, standin: Standin) -> None:
    page = watched(lan.new_page())
    page.goto(standin.url.replace("localhost", "koumen.test"))
    page.wait_for_selector("[data-gate=insecure]")
    assert "https" in page.inner_text("main")


def test_wechats_browser_is_sent_to_a_real_one(browser: Browser, standin: Standin) -> None:
    context = browser.new_context(user_agent="Mozilla/5.0 (Linux; Android 14) MicroMessenger/8.0.50")
    page = watched(context.new_page())
    page.goto(standin.url)
    page.wait_for_selector("[data-gate=wechat]")
    assert "在浏览器打开" in page.inner_text("main")
    context.close()


def test_a_scanned_code_leaves_the_address_at_once(context: BrowserContext, standin: Standin) -> None:
    page = watched(context.new_page())
    page.goto(f"{standin.url}#enrol={CODE}")
    page.wait_for_selector("[data-do=enrol]")
    assert page.url == standin.url
    assert page.input_value("[data-enrol-code]") == CODE


def test_a_link_opened_where_the_app_is_open_fills_the_code_and_forgets_the_last_error(
    context: BrowserContext, standin: Standin
) -> None:
    page = watched(context.new_page())
    page.goto(f"{standin.url}#enrol=WRONG12345")
    page.click("[data-do=enrol]")
    page.wait_for_selector("[data-enrol-error]")
    page.evaluate("code => { location.hash = `enrol=${code}` }", CODE)
    page.wait_for_selector("[data-enrol-error]", state="detached")
    assert (page.url, page.input_value("[data-enrol-code]")) == (standin.url, CODE)
    page.click("[data-do=enrol]")
    page.wait_for_selector("[data-door]")


def test_a_typed_code_may_have_spaces_and_small_letters(context: BrowserContext, standin: Standin) -> None:
    page = watched(context.new_page())
    page.goto(standin.url)
    page.fill("[data-enrol-code]", "abcde 12345")
    page.click("[data-do=enrol]")
    page.wait_for_selector("[data-door]")


def test_a_wrong_code_and_no_network_each_say_what_happened(
    context: BrowserContext, standin: Standin
) -> None:
    page = watched(context.new_page())
    page.goto(f"{standin.url}#enrol=WRONG12345")
    page.click("[data-do=enrol]")
    page.wait_for_selector("[data-enrol-error]:has-text('已过期')")
    context.set_offline(True)
    page.click("[data-do=enrol]")
    page.wait_for_selector("[data-enrol-error]:has-text('没有网络')")


def test_the_app_starts_when_the_worker_cannot_be_registered(
    context: BrowserContext, standin: Standin
) -> None:
    page = watched(context.new_page())
    page.add_init_script("navigator.serviceWorker.register = () => Promise.reject(new Error('no'))")
    enrol(page, standin.url)


def test_a_new_version_waits_for_a_tap_and_keeps_the_form(
    phone: Page,
    standin: Standin,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from server.field.app import files

    settled_worker(phone)
    open_door(phone)
    phone.click("[data-outcome-button=hardship]")
    phone.click("[data-extra=note]")
    phone.fill("[data-note]", "写到一半")
    before = phone.evaluate("document.documentElement.dataset.version")
    monkeypatch.setitem(files.LISTS, "CONTACT_KINDS", {"visit": "登门"})
    files.bundle.cache_clear()
    phone.evaluate("navigator.serviceWorker.getRegistration().then(r => r.update())")
    phone.wait_for_selector("[data-update]")
    assert phone.input_value("[data-note]") == "写到一半"
    phone.click("[data-update] button")
    phone.wait_for_function("v => document.documentElement.dataset.version !== v", arg=before)
    phone.wait_for_selector("[data-note]")
    assert phone.input_value("[data-note]") == "写到一半"
    files.bundle.cache_clear()


def check(page: Page, text: str) -> str | None:
    page.fill("[data-patrol-code]", text)
    page.click("[data-do=check]")
    return page.locator("[data-verdict]").get_attribute("data-verdict")


def test_a_stickers_code_is_told_genuine_or_not_without_network(phone: Page, world: World) -> None:
    world.down = True
    phone.click("[data-do=more]")
    phone.click("[data-do=patrol]")
    genuine = token(3)
    grouped = " ".join([genuine[:4], genuine[4:9], genuine[9:14], genuine[14:]]).lower()
    assert check(phone, grouped) == "genuine"
    assert check(phone, f"https://pay.example.cn/n/{genuine}") == "genuine"
    assert check(phone, token(77)) == "unknown"
    assert check(phone, genuine[:-1] + ("0" if genuine[-1] != "0" else "1")) == "mistyped"
    world.down = False
    phone.evaluate("dispatchEvent(new Event('online'))")
    until(lambda: len(world.arrivals) == 4)
    assert [world.ops[op]["data"]["genuine"] for op in world.arrivals] == [True, True, False, False]


def test_a_sticker_opened_with_the_app_is_checked_and_leaves_the_address(
    phone: Page, world: World, standin: Standin
) -> None:
    phone.goto(f"{standin.url}#check={token(2)}")
    phone.wait_for_selector("[data-verdict=genuine]")
    assert phone.url == standin.url
    until(lambda: world.arrivals)


def test_quiet_hours_of_this_estate_are_warned_of_before_knocking(phone: Page, world: World) -> None:
    """The office closes at a minute that is always past, then opens again: the phone follows with its next pull."""
    world.put("org:C1", "setting", "visit_until", {"key": "visit_until", "text": "00:00"})
    phone.evaluate("dispatchEvent(new Event('online'))")
    open_door(phone)
    phone.wait_for_selector("[data-warning]:has-text('安静时间 00:00')")
    world.put("org:C1", "setting", "visit_from", {"key": "visit_from", "text": "00:00"})
    world.put("org:C1", "setting", "visit_until", {"key": "visit_until", "text": "24:00"})
    phone.evaluate("dispatchEvent(new Event('online'))")
    phone.wait_for_selector("[data-warning]:has-text('安静时间')", state="detached")


def test_a_finger_on_one_button_never_presses_what_comes_in_its_place(phone: Page, world: World) -> None:
    """更新任务 turns into 下一户 while it is pressed, and 下一户 into that of another door."""
    route = world.buckets.pop("route:R1")
    world.n += 1
    phone.evaluate("dispatchEvent(new Event('online'))")
    box = phone.locator("footer [data-do=refresh]").bounding_box()
    assert box is not None
    phone.mouse.move(box["x"] + 20, box["y"] + 20)
    phone.mouse.down()
    world.buckets["route:R1"] = route
    world.n += 1
    phone.evaluate("dispatchEvent(new Event('online'))")
    phone.wait_for_selector("[data-do=next]")
    phone.mouse.up()
    assert phone.locator("main").get_attribute("data-view") == "doors"
    first = phone.inner_text("[data-do=next]")
    phone.mouse.down()
    world.remove("route:R1", "stop", "T0")
    phone.evaluate("dispatchEvent(new Event('online'))")
    phone.wait_for_function("was => document.querySelector('[data-do=next]').innerText !== was", arg=first)
    phone.mouse.up()
    assert phone.locator("main").get_attribute("data-view") == "doors"
    phone.click("[data-do=next]")
    phone.wait_for_selector("[data-form]")


def test_a_door_visited_today_warns_before_knocking_again(phone: Page, world: World) -> None:
    world.down = True
    open_door(phone)
    phone.click("[data-outcome-button=not_home]")
    save(phone)
    open_door(phone)
    assert "今天已上门 1 次" in phone.inner_text("main")
