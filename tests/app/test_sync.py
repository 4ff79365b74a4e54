"""The phone's side of sync.md: what leaves the scope leaves the phone, nothing unsent is lost."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.app.conftest import CODE, enrol, open_door, rows, save, settled_worker, until
from tests.app.standin import Standin, World
from tests.app.world import home, street, today

pytestmark = pytest.mark.browser


def refresh(page: Page) -> None:
    """Ask for news now, as a person would, and wait for the answer."""
    page.evaluate("document.querySelector('[data-back]')?.click()")
    page.click("[data-do=more]")
    page.click("[data-do=refresh]")
    page.wait_for_selector('[data-toast]:has-text("已是最新"), [data-toast]:has-text("连不上"), [data-gate]')


def not_home(page: Page, i: int = 0) -> None:
    open_door(page, i)
    page.click("[data-outcome-button=not_home]")
    save(page)


def test_a_route_taken_away_takes_its_homes_off_the_phone(phone: Page, world: World) -> None:
    del world.buckets["route:R1"]
    refresh(phone)
    assert not [row for row in rows(phone, "body") if row["bucket"] == "route:R1"]
    phone.click("[data-back]")
    phone.wait_for_selector("[data-empty]")
    assert "王" not in phone.inner_text("body")


def test_one_home_removed_and_one_changed_are_a_delta(phone: Page, world: World) -> None:
    world.remove("route:R1", "stop", "T0")
    world.remove("route:R1", "household", "H0")
    world.put("route:R1", "household", "H1", {**home(1), "outstanding_fen": 100})
    refresh(phone)
    phone.click("[data-back]")
    phone.wait_for_function("document.querySelectorAll('[data-door]').length === 4")
    assert "￥1.00" in phone.inner_text("[data-door] >> nth=0")


def test_a_wrong_digest_makes_the_phone_forget_the_cursor_and_take_the_bucket_again(
    phone: Page, world: World
) -> None:
    world.digest_wrong = 1
    world.put(
        "route:R1",
        "stop",
        "T0",
        {"household": "H0", "position": 9, "state": "planned", "window": {"day": today()}, "why": ""},
    )
    refresh(phone)
    assert {row["bucket"] for row in rows(phone, "cursor")} == {"org:C1", "user:C1:S1"}
    phone.click("[data-do=refresh]")
    until(lambda: len(rows(phone, "cursor")) == 3)


def test_a_restored_server_gets_everything_again_and_the_phone_follows_the_new_epoch(
    phone: Page, world: World
) -> None:
    not_home(phone)
    until(lambda: len(world.arrivals) == 1)
    first = dict(world.ops)
    until(lambda: phone.locator("[data-unsent='0']").count() == 1)
    world.epoch, world.ops, world.arrivals = "e2", {}, []
    world.n += 1
    refresh(phone)
    until(lambda: world.ops == first)
    until(lambda: {row["cursor"].split(".")[0] for row in rows(phone, "cursor")} == {"e2"})


def test_a_refused_record_is_shown_with_its_reason_and_blocks_nobody(phone: Page, world: World) -> None:
    world.results["H0"] = {"status": "rejected", "code": "not_in_scope", "message": "这户不在您的路线上。"}
    not_home(phone, 0)
    not_home(phone, 1)
    until(lambda: len(world.arrivals) == 2)
    phone.wait_for_selector("[data-trouble='1']")
    phone.click("[data-unsent]")
    phone.wait_for_selector("[data-group=sent]")
    assert "这户不在您的路线上" in phone.inner_text("[data-reason=not_in_scope]")


def test_a_refused_record_sent_again_is_a_new_op_that_names_the_old_one(phone: Page, world: World) -> None:
    world.results["H0"] = {"status": "rejected", "code": "not_in_scope", "message": "这户不在您的路线上。"}
    not_home(phone)
    phone.wait_for_selector("[data-trouble='1']")
    world.results.clear()
    phone.click("[data-unsent]")
    phone.click("[data-do=again]")
    until(lambda: len(world.arrivals) == 2)
    old, new = (world.ops[op] for op in world.arrivals)
    assert new["replaces"] == old["op"]
    assert new["data"] == old["data"]
    phone.wait_for_selector("[data-trouble='0']")


def test_a_refused_record_can_be_mended_in_the_form(phone: Page, world: World) -> None:
    world.results["H0"] = {"status": "rejected", "code": "amount_invalid", "message": "金额必须大于0"}
    open_door(phone)
    phone.click("[data-outcome-button=promised]")
    phone.click("[data-chip=月底]")
    save(phone)
    phone.wait_for_selector("[data-trouble='1']")
    world.results.clear()
    phone.click("[data-unsent]")
    phone.click("[data-do=mend]")
    phone.wait_for_selector("[data-mode=replace]")
    phone.fill("[data-amount=promise-fen]", "100")
    save(phone)
    until(lambda: len(world.arrivals) == 2)
    assert world.ops[world.arrivals[1]]["replaces"] == world.arrivals[0]
    assert world.ops[world.arrivals[1]]["data"]["promise"]["fen"] == 10000


def test_an_answer_lost_after_the_commit_leads_to_one_record(phone: Page, world: World) -> None:
    world.drop_answers = 2
    not_home(phone)
    until(lambda: len(world.pushes) >= 3)
    until(lambda: phone.locator("[data-unsent='0']").count() == 1)
    assert len(world.arrivals) == 1
    assert len({json.dumps(op, sort_keys=True) for push in world.pushes for op in push["ops"]}) == 1


def test_retry_waits_and_says_so_and_other_records_pass(phone: Page, world: World) -> None:
    world.results["H0"] = {"status": "retry", "code": "unknown_word"}
    not_home(phone, 0)
    not_home(phone, 1)
    until(lambda: len(world.arrivals) == 2)
    until(lambda: [row["state"] for row in rows(phone, "outbox")] == ["waiting", "sent"])
    phone.wait_for_selector("[data-unsent='1']")


def test_a_revoked_phone_erases_homes_and_keeps_its_records(phone: Page, world: World) -> None:
    world.down = True
    not_home(phone)
    world.down, world.refuse_token = False, "device-revoked"
    phone.evaluate("dispatchEvent(new Event('online'))")
    phone.wait_for_selector("[data-gate=revoked]")
    assert rows(phone, "body") == []
    assert len(rows(phone, "outbox")) == 1
    assert "1 条记录没有上传" in phone.inner_text("main")


def test_an_unknown_phone_keeps_everything_and_sends_after_enrolling_again(phone: Page, world: World) -> None:
    world.down = True
    not_home(phone)
    world.down, world.refuse_token = False, "device-unknown"
    phone.evaluate("dispatchEvent(new Event('online'))")
    phone.wait_for_selector("[data-enrol-again]")
    assert phone.locator("[data-door]").count() == 5
    phone.click("[data-enrol-again] button")
    phone.fill("[data-enrol-code]", CODE)
    phone.click("[data-do=enrol]")
    until(lambda: len(world.arrivals) == 1)


def test_another_person_cannot_take_a_phone_with_unsent_work(phone: Page, world: World) -> None:
    world.down = True
    not_home(phone)
    world.down, world.refuse_token, world.staff = False, "device-unknown", "S2"
    phone.evaluate("dispatchEvent(new Event('online'))")
    phone.click("[data-enrol-again] button")
    phone.fill("[data-enrol-code]", CODE)
    phone.click("[data-do=enrol]")
    assert "没有上传" in phone.inner_text("[data-enrol-error]")
    assert rows(phone, "outbox")[0]["staff"] == "S1"


def test_logout_is_blocked_while_work_is_unsent_and_leaves_nothing_after(phone: Page, world: World) -> None:
    world.down = True
    not_home(phone)
    phone.click("[data-do=more]")
    assert phone.locator("[data-do=logout]").is_disabled()
    phone.wait_for_selector("[data-logout-blocked]")
    world.down = False
    phone.click("[data-do=refresh]")
    until(lambda: len(world.arrivals) == 1)
    phone.click("[data-do=logout]:not([disabled])")
    phone.click("[data-do=logout]")
    phone.wait_for_selector("[data-gate=enrol]")
    assert all(rows(phone, store) == [] for store in ("body", "outbox", "photo", "draft", "cursor"))


def test_unsent_records_leave_as_a_file(phone: Page, world: World) -> None:
    world.down = True
    not_home(phone)
    phone.click("[data-unsent]")
    with phone.expect_download() as download:
        phone.click("[data-do=export]")
    text = json.loads(Path(download.value.path()).read_text("utf-8"))
    assert text["ops"] == [rows(phone, "outbox")[0]["op"]]


def test_after_the_lease_owners_data_goes_and_own_records_stay(
    phone: Page, world: World, standin: Standin
) -> None:
    settled_worker(phone)  # while the server is down the app opens from there
    world.down = True
    asked = len(world.requests)
    not_home(phone)
    until(lambda: len(world.requests) > asked)  # what was under way before is through: it would have renewed the lease
    phone.evaluate("""async () => {
      const open = indexedDB.open("koumen");
      const db = await new Promise((done) => { open.onsuccess = () => done(open.result); });
      const tx = db.transaction("meta", "readwrite");
      tx.objectStore("meta").put(Date.now() - 1000, "lease");
      await new Promise((done) => { tx.oncomplete = done; });
      db.close();
    }""")
    phone.goto(standin.url)
    phone.wait_for_selector("[data-gate=lapsed]")
    assert rows(phone, "body") == []
    assert len(rows(phone, "outbox")) == 1
    world.down = False
    # not the button: a try of its own may bring the doors just then, and 下一户 stands where 更新任务 stood
    phone.evaluate("dispatchEvent(new Event('online'))")
    phone.wait_for_selector("[data-door]")
    until(lambda: len(world.arrivals) == 1)


def test_a_clock_that_jumps_is_shown_and_erases_nothing(phone: Page, world: World) -> None:
    world.down = True
    phone.evaluate("const real = Date.now; Date.now = () => real() + 10 * 365 * 86400000;")
    phone.evaluate(
        f"import('./v/{phone.evaluate('document.documentElement.dataset.version')}/clock.js').then(c => c.tick())"
    )
    not_home(phone)
    phone.wait_for_selector("[data-clock-jump]")
    assert len(rows(phone, "body")) > 10
    at = datetime.fromisoformat(rows(phone, "outbox")[0]["op"]["at"])
    assert abs(at - datetime.now(UTC)) < timedelta(minutes=2)


def test_an_idle_poll_is_a_304_and_pulls_nothing(phone: Page, world: World) -> None:
    head, pull = "GET /api/v1/sync/head", "POST /api/v1/sync/pull"

    def polled() -> list[str]:
        phone.evaluate("dispatchEvent(new Event('online'))")
        return [one for one in world.requests if one in (head, pull)]

    until(lambda: polled()[-2:] == [head, head])  # the first one has nothing to compare with yet, so a pull follows
    pulls, heads = world.requests.count(pull), world.requests.count(head)
    until(lambda: polled().count(head) >= heads + 2)
    assert world.requests.count(pull) == pulls


def test_two_tabs_send_each_record_once(phone: Page, world: World, standin: Standin) -> None:
    second = phone.context.new_page()
    second.goto(standin.url)
    second.wait_for_selector("[data-door]")
    world.down = True
    not_home(phone, 0)
    not_home(second, 1)
    world.down = False
    for page in (phone, second):
        page.evaluate("dispatchEvent(new Event('online'))")
    for page in (phone, second):
        page.wait_for_selector("[data-unsent='0']")
    assert len(world.arrivals) == 2
    assert sum(len(push["ops"]) for push in world.pushes) == 2


def test_records_go_in_batches_of_at_most_a_hundred(phone: Page, world: World) -> None:
    world.down = True
    version = phone.evaluate("document.documentElement.dataset.version")
    phone.evaluate(f"""import('./v/{version}/outbox.js').then(async ({{ record }}) => {{
      const where = {{ kind: "code.check", route: "R1", household: "H0", who: {{ staff: "S1", device: "D1" }} }};
      for (let i = 0; i < 130; i++) await record({{ ...where, data: {{ code: "X" + i, genuine: false }} }});
    }})""")
    tried = world.requests.count("POST /api/v1/sync/push")

    def tried_twice() -> bool:
        """The push that was under way may have fewer records; the one after it was made when all were there."""
        phone.evaluate("dispatchEvent(new Event('online'))")
        return world.requests.count("POST /api/v1/sync/push") >= tried + 2

    until(tried_twice)
    world.down = False
    phone.evaluate("dispatchEvent(new Event('online'))")
    until(lambda: len(world.arrivals) == 130)
    assert max(len(push["ops"]) for push in world.pushes) == 100


def test_eighty_doors_come_in_small_bytes(context, standin: Standin, world: World) -> None:  # type: ignore[no-untyped-def]
    world.buckets = street(80).buckets
    page = context.new_page()
    enrol(page, standin.url)
    assert page.locator("[data-door]").count() == 80
