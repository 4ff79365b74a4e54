"""The phone and the real server, on both engines: enrol, pull, the basement, a kill, the lift, each visit once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page

from server import clock
from server.cases import acts as cases
from server.field import acts as field
from server.field.store import photos
from server.ledger import acts as ledger
from server.people import acts as people
from tests.app.conftest import Handset, open_door, rows, save, settled_worker, until
from tests.app.house import House, furnish, served

pytestmark = pytest.mark.browser


@pytest.fixture
def house(home_dir: Path, db_url: str) -> Iterator[House]:
    house = furnish(home_dir, db_url)
    yield house
    house.db.close()


@pytest.fixture
def picture(tmp_path: Path) -> str:
    path = tmp_path / "notice.jpg"
    Image.effect_noise((2000, 1500), 80).convert("RGB").save(path, quality=90)
    return str(path)


def enrolled(handset: Handset, house: House, url: str) -> Page:
    page = handset.start(f"{url}#enrol={house.code()}")
    page.click("[data-do=enrol]")
    page.wait_for_selector("[data-door]")
    settled_worker(page)
    return page


def promise_with_photo(page: Page, i: int, picture: str) -> None:
    open_door(page, i)
    page.click("[data-outcome-button=promised]")
    page.click("[data-chip=月底]")
    page.set_input_files("[data-photo-input]", picture)
    page.wait_for_selector("[data-photos='1'] img")
    save(page)


def test_three_visits_from_the_basement_arrive_once_after_a_kill(
    handset: Handset,
    house: House,
    picture: str,
) -> None:
    with served(house) as (url, port):
        page = enrolled(handset, house, url)
        assert page.locator("[data-door]").count() == 5
        assert "￥765.21" in page.inner_text("[data-door] >> nth=0")
    promise_with_photo(page, 0, picture)
    open_door(page, 1)
    page.click("[data-outcome-button=not_home]")
    save(page)
    open_door(page, 2)
    page.click("[data-outcome-button=paid_now]")
    page.click("[data-extra=claim]")
    page.click("[data-choice='claim:cash']")
    save(page)
    handset.kill()
    page = handset.start(url)
    page.wait_for_selector("[data-unsent='3']")
    with served(house, port):
        page.evaluate("dispatchEvent(new Event('online'))")
        page.wait_for_selector("[data-unsent='0']")
        until(lambda: len(house.visits()) == 3)
        assert [visit["outcome"] for visit in house.visits()] == ["promised", "not_home", "paid_now"]
        assert {row["op"]["op"] for row in rows(page, "outbox")} == {visit["op"] for visit in house.visits()}
        due = cases.promises(house.db, house.community, [house.homes[0]])[house.homes[0]][0]
        assert (due["fen"], due["due"]) == (
            76521,
            clock.add_days(clock.add_months(clock.today()[:8] + "01", 1), -1),
        )
        assert [claim["fen"] for claim in field.claims(house.db, house.community)] == [76521]
        assert photos.photo(house.db, house.community, rows(page, "photo")[0]["sha"])
        until(lambda: "done" in (page.locator("[data-door]").nth(0).get_attribute("data-state") or ""))


def test_a_payment_at_the_desk_and_a_reassignment_reach_the_phone(handset: Handset, house: House) -> None:
    with served(house) as (url, _):
        page = enrolled(handset, house, url)
        with house.db.write(house.community) as pen:
            ledger.record_payment(
                pen,
                channel="cash",
                transaction_id="T1",
                home=house.homes[0],
                fen=25507,
                happened_on=clock.today(),
                who=house.staff,
            )
        page.evaluate("dispatchEvent(new Event('online'))")
        page.wait_for_selector("[data-door] >> nth=0 >> text=￥510.14")
        other = people.add_staff(house.db, house.community, "小王", "collector")
        with house.db.write(house.community) as pen:
            field.change_route(pen, house.route, staff=other)
        page.evaluate("dispatchEvent(new Event('online'))")
        page.wait_for_selector("[data-empty]")
        assert [row["bucket"].split(":")[0] for row in rows(page, "body")].count("route") == 0
        assert "王建国" not in str(rows(page, "body"))


def test_a_visit_of_a_home_that_was_given_to_somebody_else_is_kept_and_flagged(
    handset: Handset, house: House
) -> None:
    with served(house) as (url, port):
        page = enrolled(handset, house, url)
    open_door(page)
    page.click("[data-outcome-button=not_home]")
    save(page)
    other = people.add_staff(house.db, house.community, "小王", "collector")
    with house.db.write(house.community) as pen:
        field.change_route(pen, house.route, staff=other)
    with served(house, port):
        page.evaluate("dispatchEvent(new Event('online'))")
        page.wait_for_selector("[data-unsent='0']")
        assert house.visits()[0]["status"] == "flagged"
        page.click("[data-unsent]")
        page.wait_for_selector("[data-flag=late_scope]")


def test_every_kind_of_record_is_accepted_by_the_server(handset: Handset, house: House) -> None:
    with served(house) as (url, _):
        page = enrolled(handset, house, url)
        page.click("[data-do=more]")
        page.click("[data-do='route.start']")
        page.wait_for_selector("[data-step='route.start']")
        page.click("[data-do=patrol]")
        page.fill("[data-patrol-code]", "0C1AB12CD34EF5602V")
        page.click("[data-do=check]")
        page.wait_for_selector("[data-verdict]")
        page.click("[data-back]")
        page.click("[data-back]")
        open_door(page, 0)
        page.click("[data-fix]")
        page.fill("[data-fix-number]", "13911112222")
        page.click("[data-do=fix]")
        page.wait_for_selector("[data-toast]:has-text('号码已保存')")
        page.click("[data-outcome-button=hardship]")
        page.click("[data-extra=ticket]")
        page.fill("[data-ticket-text]", "楼道灯坏了")
        save(page)
        open_door(page, 0)
        page.click("[data-correct]")
        page.click("[data-outcome-button=disputed]")
        save(page)
        open_door(page, 1)
        page.click("[data-skip]")
        page.wait_for_selector("[data-toast]:has-text('今晚跳过')")
        page.wait_for_selector("[data-unsent='0']")
        results = {
            row["op"]["kind"]: (row["state"], row["result"]["status"], row["result"].get("code"))
            for row in rows(page, "outbox")
        }
    assert {kind: result[0] for kind, result in results.items()} == dict.fromkeys(
        ("route.start", "code.check", "contact.fix", "visit.record", "visit.correct", "stop.skip"), "sent"
    ), results


def test_a_genuine_code_is_known_offline_and_a_shown_one_can_be_scanned(
    handset: Handset, house: House, tmp_path: Path
) -> None:
    zxingcpp = pytest.importorskip("zxingcpp")
    with served(house) as (url, _):
        page = enrolled(handset, house, url)
    open_door(page)
    page.click("[data-do=show-code]")
    page.locator("[data-qr]").screenshot(path=tmp_path / "qr.png")
    with Image.open(tmp_path / "qr.png") as image:
        address = zxingcpp.read_barcodes(image)[0].text
    page.click("[data-back]")
    page.click("[data-back]")
    page.click("[data-do=more]")
    page.click("[data-do=patrol]")
    page.fill("[data-patrol-code]", address)
    page.click("[data-do=check]")
    page.wait_for_selector("[data-verdict=genuine]")


def test_a_lost_phone_forgets_everything_and_a_revoked_one_keeps_its_records(
    handset: Handset, house: House
) -> None:
    with served(house) as (url, port):
        page = enrolled(handset, house, url)
    open_door(page)
    page.click("[data-outcome-button=not_home]")
    save(page)
    device = people.devices(house.db, house.community)[0]["id"]
    with house.db.write(house.community) as pen:
        people.revoke_device(pen, device)
    with served(house, port):
        page.evaluate("dispatchEvent(new Event('online'))")
        page.wait_for_selector("[data-gate=revoked]")
        assert (rows(page, "body"), len(rows(page, "outbox"))) == ([], 1)
        page.click("[data-do=enrol-again]")
        page.fill("[data-enrol-code]", house.code())
        page.click("[data-do=enrol]")
        page.wait_for_selector("[data-unsent='0']")
        until(lambda: len(house.visits()) == 1)
