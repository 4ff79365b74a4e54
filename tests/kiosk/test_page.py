"""The page in a real Chromium: shows what is published, goes on without server, cuts nothing off."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kiosk import acts, pages
from server import clock
from server.db import Db
from server.ledger import acts as ledger
from tests.kiosk.browser import DRAWN, Lobby, alone, kept
from tests.kiosk.conftest import FEE
from tests.patience import PATIENCE, until

pytestmark = pytest.mark.browser
SIZES = [(1280, 720), (1920, 1080), (1080, 1920), (3840, 2160)]

OVER = """() => {
  const out = [], box = document.querySelector('#slide')
  for (const el of document.querySelectorAll('#stage, #stage *')) {
    const r = el.getBoundingClientRect(), slack = el.id === 'stage' ? 13 : 0
    const out_ = r.right > innerWidth + slack || r.bottom > innerHeight + slack || r.left < -slack || r.top < -slack
    if (r.width && out_) out.push(`${el.tagName} ${el.className} outside`)
    if (el.clientWidth && el.scrollWidth > el.clientWidth + 1) out.push(`${el.tagName} ${el.className} wide`)
  }
  if (box.scrollHeight > box.clientHeight + 1) out.push(`high ${box.scrollHeight} ${box.clientHeight}`)
  return out
}"""
SMALLEST = """() => Math.min(...[...document.querySelectorAll('#stage *')].filter((el) => el.firstChild?.nodeType === 3)
  .map((el) => parseFloat(getComputedStyle(el).fontSize)))"""


@pytest.fixture
def engine_name() -> str:
    """The page does not know the engine: one is enough here."""
    return "sqlite"


def walk(page: Any, turns: int = 60) -> dict[str, list[str]]:
    """Every slide once: {key: what is cut off}."""
    seen: dict[str, list[str]] = {}
    for _ in range(turns):
        key = page.get_attribute("#slide", "data-key")
        if key not in seen:
            seen[key] = page.evaluate(OVER)
        page.keyboard.press("ArrowRight")
    return seen


def test_what_is_published_is_painted(lobby: Lobby, publish: Callable[..., str]) -> None:
    page = lobby.start()
    for n in range(3):
        page.wait_for_timeout(1700 * n)  # for nothing: each comes at another moment between two polls
        publish(title=f"第{n}号通知")
        page.get_by_role("heading", name=f"第{n}号通知").wait_for(timeout=PATIENCE)


def test_a_payment_is_painted(
    lobby: Lobby, db: Db, community: str, ledgered: list[dict[str, Any]]
) -> None:
    page = lobby.start()
    with db.write(community) as pen:
        ledger.record_payment(pen, channel="cash", transaction_id="x", home=ledgered[60]["id"], fen=3 * FEE,
                              happened_on=clock.today())
    page.locator('#slide[data-key="progress#0"]').get_by_text("￥290,000").wait_for(timeout=PATIENCE)


def test_what_is_withdrawn_leaves_the_screen(
    lobby: Lobby, db: Db, community: str, publish: Callable[..., str]
) -> None:
    id_ = publish(kind="紧急", pinned=True)
    page = lobby.start()
    page.get_by_role("heading", name="停水通知").wait_for()
    with db.write(community) as pen:
        acts.withdraw(pen, id_)
    page.get_by_role("heading", name="停水通知").wait_for(state="detached", timeout=PATIENCE)


def test_it_goes_on_without_server_also_after_a_restart(lobby: Lobby, publish: Callable[..., str]) -> None:
    publish(title="留下的通知", pinned=True)
    page = lobby.start()
    kept(page)
    lobby.house.stop()
    alone(page, polls=2)
    assert any(key.startswith("a:") for key in walk(page))
    page = lobby.open_page()
    page.wait_for_selector(DRAWN)
    page.get_by_role("heading", name="留下的通知").wait_for(timeout=PATIENCE)
    assert any(key.startswith("a:") for key in walk(page))


def test_it_takes_what_is_new_when_the_server_is_back(lobby: Lobby, publish: Callable[..., str]) -> None:
    page = lobby.start()
    lobby.house.stop()
    alone(page)
    publish(title="回来之后")
    lobby.house.start()
    page.get_by_role("heading", name="回来之后").wait_for(timeout=PATIENCE)


def test_weeks_later_without_server_what_is_over_has_left(lobby: Lobby, publish: Callable[..., str]) -> None:
    publish(title="到期通知", pinned=True)
    kept(lobby.start())
    lobby.house.stop()
    page = lobby.open_page()
    page.clock.install(time=clock.now().timestamp() + 20 * 86400)
    page.reload()
    page.wait_for_selector(DRAWN)
    assert not any(key.startswith("a:") for key in walk(page))


def test_a_clock_reset_to_1970_hides_nothing(lobby: Lobby, publish: Callable[..., str]) -> None:
    publish(title="还在的通知")
    kept(lobby.start())
    lobby.house.stop()
    page = lobby.open_page()
    page.clock.install(time=1000)
    page.reload()
    page.wait_for_selector(DRAWN)
    assert any(key.startswith("a:") for key in walk(page))
    page.clock.run_for(2000)  # a second has passed for the page, in which it would have written the time
    assert page.inner_text("[data-base=clock]") == ""


def test_a_half_written_buffer_falls_back_to_the_one_before(lobby: Lobby, publish: Callable[..., str]) -> None:
    page = lobby.start()
    publish(title="后一份")
    page.get_by_role("heading", name="后一份").wait_for(timeout=PATIENCE)
    kept(page)
    rows = page.evaluate("""() => new Promise((done) => { indexedDB.open('koumen-kiosk').onsuccess = (event) => {
      const store = event.target.result.transaction('buffer', 'readwrite').objectStore('buffer')
      store.getAll().onsuccess = (all) => {
        const rows = all.target.result.sort((a, b) => b.n - a.n)
        store.put({ ...rows[0], text: rows[0].text.slice(0, 500) }).onsuccess = () => done(rows.map((row) => row.slot))
      } } })""")
    assert sorted(rows) == ["a", "b"]
    lobby.house.stop()
    page = lobby.open_page()
    page.wait_for_selector(DRAWN)
    assert not any(key.startswith("a:") for key in walk(page))


def test_a_slide_that_throws_is_set_aside_and_told(lobby: Lobby, db: Db, community: str, publish: Any) -> None:
    publish(title="好的通知")
    page = lobby.open_page()
    page.route("**/k/v1/snapshot", lambda route: route.fulfill(
        json={**(answer := route.fetch().json()), "each_yuan": {**(answer["each_yuan"] or {}), "heads": None}}))
    page.goto(f"{lobby.house.url}/k/#token={lobby.token}")
    page.reload()
    page.wait_for_selector(DRAWN)
    assert "yuan#0" not in walk(page)
    until(lambda: "yuan#0" in acts.screens(db, community)[0]["errors"])


def test_a_revoked_screen_forgets_and_asks_to_be_paired(
    lobby: Lobby, db: Db, community: str, screen: dict[str, Any]
) -> None:
    page = lobby.start()
    with db.write(community) as pen:
        acts.revoke_screen(pen, screen["screen"])
    page.locator(".code").wait_for(timeout=PATIENCE)
    lobby.house.stop()
    page = lobby.open_page()
    alone(page)
    assert page.locator(DRAWN).count() == 0


def test_a_screen_is_paired_by_its_eight_letters(lobby: Lobby, db: Db, community: str) -> None:
    page = lobby.open_page()
    code = page.locator(".code").inner_text(timeout=PATIENCE)
    acts.confirm_pairing(db, community, "S1", code, name="东门")
    page.wait_for_selector(DRAWN, timeout=PATIENCE)


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_nothing_is_cut_off_at_any_size(
    lobby: Lobby, db: Db, community: str, publish: Callable[..., str], width: int, height: int
) -> None:
    publish(title="长" * 44, text="检验期间请勿自行打开层门。" * 40, source="import")
    publish(title="Wi-Fi维护WWWWWWWWWWWWWWWW", text="https://example.com/" + "w" * 90, kind="公示")
    with db.write(community) as pen:
        heads = [(f"很长的科目名称之设施设备维修{n}", 10_000_000_00 - n) for n in range(9)]
        acts.publish_disclosure(
            pen, fund="公共收益", period="2026Q3", regime="酬金制", opening_fen=123_456_789_00,
            closing_fen=123_456_789_00, heads_in=heads, heads_out=heads, prepared_by="陈会计", checked_by="王经理",
        )
    page = lobby.start(width, height)
    seen = walk(page)
    kinds = {key.split("#")[0].split(":")[0] for key in seen}
    assert kinds >= {"a", "d", "f", "yuan", "progress", "buildings"}
    assert {key: cut for key, cut in seen.items() if cut} == {}


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_no_text_is_under_25_arc_minutes(lobby: Lobby, publish: Callable[..., str], width: int, height: int) -> None:
    publish()
    page = lobby.start(width, height)
    millimetres = 55 * 25.4 / (width**2 + height**2) ** 0.5
    for _ in range(12):
        assert page.evaluate(SMALLEST) * millimetres >= 22
        page.keyboard.press("ArrowRight")


def test_a_thousand_slides_leave_heap_and_nodes_flat(lobby: Lobby, publish: Callable[..., str]) -> None:
    publish(text="检验期间请勿自行打开层门。" * 30)
    page = lobby.start()
    assert lobby.context
    cdp = lobby.context.new_cdp_session(page)
    cdp.send("Performance.enable")

    def measure(turns: int) -> dict[str, float]:
        for _ in range(turns):
            page.keyboard.press("ArrowRight")
        for _ in range(3):
            cdp.send("HeapProfiler.collectGarbage")
        return {row["name"]: row["value"] for row in cdp.send("Performance.getMetrics")["metrics"]}

    before, after = measure(100), measure(1000)
    assert after["JSHeapUsedSize"] - before["JSHeapUsedSize"] <= 1_000_000
    assert after["Nodes"] - before["Nodes"] <= 300
    assert after["JSEventListeners"] - before["JSEventListeners"] <= 5


def test_the_page_is_at_most_60_kb() -> None:
    folder = Path(pages.HERE)
    assert sum(path.stat().st_size for path in folder.iterdir()) <= 60_000
