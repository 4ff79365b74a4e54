"""Recording a visit: two taps for the commonest outcome, a promise with chips, what goes up is what sync.md says."""

from __future__ import annotations

from base64 import b64decode

import pytest
from playwright.sync_api import Page

from schemas.field import DATA, OpIn
from tests.app.conftest import open_door, rows, save, until
from tests.app.standin import Standin, World
from tests.app.world import home, today

pytestmark = pytest.mark.browser


def sent(world: World, count: int = 1) -> list[dict[str, object]]:
    until(lambda: len(world.arrivals) >= count)
    return [world.ops[op] for op in world.arrivals]


def test_not_at_home_takes_two_taps(phone: Page, world: World) -> None:
    phone.click("[data-do=next]")
    phone.click("[data-outcome-button=not_home]")
    save(phone)
    op = sent(world)[0]
    assert op["data"]["outcome"] == "not_home"
    assert (op["route"], op["household"], op["n"], op["kind"]) == ("R1", "H0", 1, "visit.record")


def test_every_op_is_readable_by_the_servers_schemas(phone: Page, world: World) -> None:
    open_door(phone)
    phone.click("[data-outcome-button=promised]")
    phone.click("[data-chip=今天]")
    save(phone)
    open_door(phone, 1)
    phone.click("[data-outcome-button=not_home]")
    save(phone)
    phone.click("[data-do=more]")
    phone.click("[data-do='route.start']")
    for op in sent(world, 3):
        assert OpIn().validate(op) == {}
        assert DATA[op["kind"]]().validate(op["data"]) == {}


def test_a_promise_needs_a_day_and_an_amount_and_says_so(phone: Page, world: World) -> None:
    open_door(phone)
    phone.click("[data-outcome-button=promised]")
    phone.click("[data-do=save]")
    assert "日期" in phone.inner_text("[data-complaint]")
    phone.click("[data-chip=月底]")
    phone.fill("[data-amount=promise-fen]", "一百")
    phone.click("[data-do=save]")
    assert "金额" in phone.inner_text("[data-complaint]")
    phone.fill("[data-amount=promise-fen]", "１，２８０．５元")
    save(phone)
    promise = sent(world)[0]["data"]["promise"]
    assert promise["fen"] == 128050
    assert promise["due"] >= today()


def test_the_amount_owed_is_offered_and_a_day_of_ones_own_can_be_chosen(phone: Page, world: World) -> None:
    open_door(phone, 1)
    phone.click("[data-outcome-button=promised]")
    phone.fill("[data-own-date]", today(6))
    save(phone)
    assert sent(world)[0]["data"]["promise"] == {"due": today(6), "fen": home(1)["outstanding_fen"]}


HOLD = """() => {
  const real = HTMLCanvasElement.prototype.toBlob;
  self.held = [];
  HTMLCanvasElement.prototype.toBlob = function (...given) { self.held.push(() => real.apply(this, given)); };
  self.release = () => { HTMLCanvasElement.prototype.toBlob = real; self.held.forEach((go) => go()); };
}"""
DOT = b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")


def slow_photo(phone: Page) -> None:
    """A photo that a slow phone is still making small."""
    phone.evaluate(HOLD)
    phone.set_input_files("[data-photo-input]", {"name": "p.png", "mimeType": "image/png", "buffer": DOT})
    until(lambda: phone.evaluate("self.held.length"))


def test_a_photo_still_being_made_small_is_in_what_is_saved(phone: Page, world: World) -> None:
    open_door(phone)
    phone.click("[data-outcome-button=not_home]")
    slow_photo(phone)
    phone.click("[data-do=save]")
    phone.evaluate("self.release()")
    phone.wait_for_selector('[data-toast]:has-text("已保存到本机")')
    assert len(sent(world)[0]["data"]["photos"]) == 1


def test_a_photo_stays_with_its_door_when_the_next_one_is_opened_meanwhile(phone: Page) -> None:
    open_door(phone)
    slow_photo(phone)
    phone.evaluate("history.back()")
    phone.evaluate("self.release()")
    phone.wait_for_selector("[data-door]")
    open_door(phone, 1)
    assert phone.get_attribute("[data-photos]", "data-photos") == "0"
    phone.evaluate("history.back()")
    phone.wait_for_selector("[data-door]")
    open_door(phone)
    assert phone.get_attribute("[data-photos]", "data-photos") == "1"


def test_money_taken_is_only_a_claim_and_says_so(phone: Page, world: World) -> None:
    open_door(phone)
    phone.click("[data-outcome-button=paid_now]")
    phone.click("[data-extra=claim]")
    assert "不会改动欠款" in phone.inner_text("[data-claim]")
    phone.click("[data-choice='claim:pos']")
    phone.fill("[data-amount=claim-fen]", "255.07")
    save(phone)
    assert sent(world)[0]["data"]["claim"] == {"channel": "pos", "fen": 25507}


def test_note_reason_and_ticket_go_with_the_visit(phone: Page, world: World) -> None:
    open_door(phone)
    phone.click("[data-outcome-button=disputed]")
    phone.click("[data-choice='reason:repair_open']")
    phone.click("[data-extra=note]")
    phone.fill("[data-note]", "先修再交")
    phone.click("[data-extra=ticket]")
    phone.click("[data-choice='ticket:repair']")
    phone.fill("[data-ticket-text]", "楼道灯坏了")
    save(phone)
    data = sent(world)[0]["data"]
    assert (data["reason"], data["note"], data["ticket"]) == (
        "repair_open",
        "先修再交",
        {"kind": "repair", "text": "楼道灯坏了"},
    )


def test_seven_rarer_outcomes_lie_behind_other(phone: Page, world: World) -> None:
    open_door(phone)
    phone.click("[data-outcome-button=other]")
    phone.click("[data-choice='outcome:tenant_only']")
    save(phone)
    assert sent(world)[0]["data"]["outcome"] == "tenant_only"


@pytest.mark.parametrize(
    ("proof", "signer", "restarts"),
    [
        ("signed", "owner", "yes"),
        ("signed", "adult_relative", "yes"),
        ("signed", "other", "no"),
        ("posted", "", "no"),
        ("handed", "", "no"),
        ("refused_witnessed", "", "yes"),
    ],
)
def test_the_phone_says_at_once_whether_a_delivery_restarts_the_clock(
    phone: Page,
    proof: str,
    signer: str,
    restarts: str,
) -> None:
    open_door(phone)
    phone.click("[data-outcome-button=refused], [data-outcome-button=other]")
    phone.click("[data-extra=delivery]")
    phone.click(f"[data-choice='proof:{proof}']")
    if signer:
        phone.click(f"[data-choice='signer:{signer}']")
    said = phone.locator("[data-restarts]")
    assert said.get_attribute("data-restarts") == restarts
    assert ("重新起算，到" in said.inner_text()) == (restarts == "yes")


@pytest.mark.parametrize("said", [True, False], ids=["said", "just saved"])
def test_a_signature_is_drawn_kept_and_sent_as_a_picture(phone: Page, world: World, said: bool) -> None:
    """With 签好了, and when 保存 is pressed at once."""
    open_door(phone)
    phone.click("[data-outcome-button=other]")
    phone.click("[data-extra=delivery]")
    phone.click("[data-choice='proof:signed']")
    phone.click("[data-choice='signer:owner']")
    phone.click("[data-sign-open]")
    phone.wait_for_selector("[data-sign-done]:not([disabled])")
    phone.locator("[data-sign]").scroll_into_view_if_needed()
    box = phone.locator("[data-sign]").bounding_box()
    assert box is not None
    phone.mouse.move(box["x"] + 30, box["y"] + 90)
    phone.mouse.down()
    for step in range(12):
        phone.mouse.move(box["x"] + 30 + step * 18, box["y"] + 90 + (step % 3) * 20)
    phone.mouse.up()
    if said:
        phone.click("[data-sign-done]")
        phone.wait_for_selector("[data-signed]")
    save(phone)
    op = sent(world)[0]
    assert op["data"]["delivery"] == {"notice": "N0", "proof": "signed", "signer": "owner"}
    until(lambda: op["data"]["photos"][0] in world.photos)
    assert world.photos[op["data"]["photos"][0]].startswith(b"\x89PNG")


def test_a_home_met_by_chance_is_found_by_its_room_and_recorded_at_once(phone: Page, world: World) -> None:
    phone.click("[data-do=more]")
    phone.click("[data-do=add]")
    room = home(6)["code"]
    phone.fill("[data-room-search]", room)
    phone.click(f"[data-room='{room}']")
    phone.click("[data-outcome-button=not_home]")
    save(phone)
    kinds = [(op["kind"], op["household"]) for op in sent(world, 2)]
    assert kinds == [("stop.add", "H6"), ("visit.record", "H6")]
    assert phone.locator(f"[data-door='{room}']").get_attribute("data-state") == "attempted"


def test_a_visit_is_corrected_by_a_new_fact_and_the_first_record_stays(phone: Page, world: World) -> None:
    open_door(phone)
    phone.click("[data-outcome-button=not_home]")
    save(phone)
    first = sent(world)[0]
    open_door(phone)
    phone.click("[data-correct]")
    phone.click("[data-outcome-button=hardship]")
    save(phone)
    second = sent(world, 2)[1]
    assert (second["kind"], second["data"]["visit"], second["data"]["data"]["outcome"]) == (
        "visit.correct",
        first["op"],
        "hardship",
    )
    kept = {row["id"]: row["op"] for row in rows(phone, "outbox")}
    assert kept[first["op"]] == first


def test_skipping_and_a_wrong_number_are_facts_too(phone: Page, world: World) -> None:
    open_door(phone)
    phone.click("[data-fix]")
    phone.fill("[data-fix-number]", "139 1111 2222")
    phone.click("[data-do=fix]")
    until(lambda: world.arrivals)
    phone.click("[data-skip]")
    ops = sent(world, 2)
    assert ops[0]["data"] == {"field": "phone", "from": "13800000000", "to": "13911112222"}
    assert ops[1]["kind"] == "stop.skip"
    phone.wait_for_selector("[data-door][data-state=skipped]")


def test_the_door_card_says_who_what_since_when_and_what_to_say(phone: Page) -> None:
    open_door(phone, 1)
    card = phone.inner_text("main")
    assert "1,275.35" in card
    assert "未兑现" in card
    assert "渗水" in card
    assert "电梯异响" in phone.inner_text("[data-say]")
    assert "停水停电" in phone.inner_text("[data-avoid]")
    assert phone.locator("[data-call]").get_attribute("href") == "tel:13800000001"
    assert "时效至少到" in phone.inner_text("[data-limitation]")


def test_the_code_is_drawn_and_can_be_scanned(phone: Page, tmp_path) -> None:  # type: ignore[no-untyped-def]
    zxingcpp = pytest.importorskip("zxingcpp")
    from PIL import Image

    open_door(phone, 2)
    phone.click("[data-do=show-code]")
    phone.locator("[data-qr]").screenshot(path=tmp_path / "qr.png")
    with Image.open(tmp_path / "qr.png") as picture:
        found = zxingcpp.read_barcodes(picture)
    assert found[0].text.startswith("https://pay.example.cn/n/")


def test_names_are_masked_in_the_list_and_no_private_word_is_in_the_address(
    phone: Page, standin: Standin
) -> None:
    assert "王**" in phone.inner_text("main")
    assert "王建国" not in phone.inner_text("main")
    open_door(phone)
    assert phone.url == standin.url
