"""A total the owner can check: in a real Chromium a true proof verifies, and nothing that was changed does."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pypdfium2
import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, Route

from kiosk import acts as kiosk
from server import clock
from server.config import Config
from server.ledger import acts as ledger
from server.notices import acts as notices
from server.pay import acts as pay
from tests.kiosk.browser import House
from tests.owner.conftest import Estate

SEAL_KEY = "seal"


@pytest.fixture
def sealed(place: Estate, settings: Config) -> dict[str, Any]:
    """Eleven receipts of today, closed and sealed; the path of the third."""
    today = clock.today()
    done = []
    for i in range(11):
        with place.db.write(place.community, who="cashier") as pen:
            done.append(ledger.record_payment(
                pen, channel="cash", transaction_id=f"s{i}", home=place.homes[0], fen=10_001 + i, happened_on=today,
            ))
    with place.db.write(place.community, who="cashier") as pen:
        ledger.close_day(pen, today)
        seal = ledger.seal_day(pen, settings.key(SEAL_KEY), today)
    assert seal is not None
    return {"seal": seal, "receipt": done[2]["receipt"],
            "path": pay.receipt_path(settings, place.community, done[2]["receipt"])}


def test_an_unsealed_receipt_says_when_it_can_be_checked(client: FlaskClient, place: Estate) -> None:
    with place.db.write(place.community) as pen:
        done = ledger.record_payment(
            pen, channel="cash", transaction_id="t", home=place.homes[0], fen=5, happened_on=clock.today(),
        )
    answer = client.get(pay.receipt_path(place.cfg, "C1", done["receipt"]) + "/proof")
    assert answer.status_code == 200
    assert "还没有封存" in answer.text
    assert "<script" not in answer.text


def test_a_wrong_link_proves_nothing(client: FlaskClient, sealed: dict[str, Any]) -> None:
    assert client.get(sealed["path"][:-1] + "~/proof").status_code == 404


def test_the_page_names_nobody_and_says_what_it_does_not_show(client: FlaskClient, sealed: dict[str, Any]) -> None:
    answer = client.get(sealed["path"] + "/proof")
    assert "不说明钱花在哪里" in answer.text
    assert sealed["seal"]["fingerprint"] in answer.text
    assert "王" not in answer.text
    assert "unsafe" not in answer.headers["Content-Security-Policy"]


def test_only_this_receipt_and_hashes_are_in_the_page(client: FlaskClient, sealed: dict[str, Any]) -> None:
    raw = re.search(r'data-proof="([^"]+)"', client.get(sealed["path"] + "/proof").text)
    assert raw is not None
    proof = json.loads(unescape(raw[1]))
    assert set(proof) == {"number", "fen", "salt", "position", "steps", "seal"}
    assert all(set(step) == {"side", "fen", "hash"} for step in proof["steps"])


def test_receipt_bill_and_seals_show_the_same_fingerprint(
    client: FlaskClient, place: Estate, sealed: dict[str, Any]
) -> None:
    print_ = sealed["seal"]["fingerprint"]
    assert print_ in client.get(sealed["path"]).text
    assert print_ in client.get(f"/n/{place.sealed[1]}").text
    assert client.get("/api/v1/seals?community=C1").get_json()["seals"][0]["fingerprint"] == print_


def test_the_next_letter_and_the_lobby_show_it(place: Estate, sealed: dict[str, Any]) -> None:
    with place.db.write(place.community) as pen:
        screen = kiosk.add_screen(pen, name="大厅")["screen"]
    shown = json.loads(kiosk.snapshot(place.db, place.community, screen).body)["seal"]
    assert shown == {key: sealed["seal"][key] for key in ("since", "day", "receipts", "total_fen", "fingerprint")}
    printed = notices.print_homes(place.db, place.community, [place.homes[1]], "letter", "2026-11-22", cfg=place.cfg)
    text = "".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(printed.pdf))
    assert sealed["seal"]["fingerprint"] in text


# --- in the browser -----------------------------------------------------------

@pytest.fixture
def page(settings: Config, sealed: dict[str, Any], browser: Browser) -> Iterator[tuple[Page, str]]:
    house = House(settings)
    house.start()
    context = browser.new_context(viewport={"width": 390, "height": 844})
    yield context.new_page(), house.url + sealed["path"] + "/proof"
    context.close()
    house.stop()


def verdict(page: Page, url: str) -> str:
    page.goto(url)
    page.wait_for_selector("[data-verdict][data-done]")
    return page.inner_text("[data-verdict]")


@pytest.mark.browser
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_a_true_proof_verifies(page: tuple[Page, str]) -> None:
    said: list[str] = []
    page[0].on("console", lambda message: said.append(message.text))
    assert "核对通过" in verdict(*page)
    assert page[0].locator("[data-steps] [data-good=true]").count() == 3
    assert page[0].evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert said == []


CHANGES: dict[str, Any] = {
    "amount": lambda p: p.update(fen=p["fen"] + 1),
    "number": lambda p: p.update(number="001-00000099"),
    "salt": lambda p: p.update(salt="00" * 16),
    "side": lambda p: p["steps"][0].update(side={"left": "right", "right": "left"}[p["steps"][0]["side"]]),
    "neighbour": lambda p: p["steps"][0].update(fen=p["steps"][0]["fen"] - 1),
    "missing step": lambda p: p["steps"].pop(),
    "negative neighbour": lambda p: p["steps"][0].update(fen=-1),
}


@pytest.mark.browser
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
@pytest.mark.parametrize("change", list(CHANGES))
def test_a_changed_proof_does_not_verify(page: tuple[Page, str], change: str) -> None:
    def changed(route: Route) -> None:
        answer = route.fetch()
        raw = re.search(r'data-proof="([^"]+)"', answer.text())
        assert raw is not None
        proof = json.loads(unescape(raw[1]))
        CHANGES[change](proof)
        told = json.dumps(proof).replace('"', "&#34;")
        route.fulfill(response=answer, body=answer.text().replace(raw[1], told))

    page[0].route("**/proof", changed)
    assert "核对通过" not in verdict(*page)


SEAL_CHANGES: dict[str, Any] = {
    "total": {"total_fen": 1}, "root": {"root": "00" * 32}, "signature": {"signature": "00" * 64},
    "hash": {"hash": "11" * 32}, "day": {"day": "2020-01-01"}, "receipts": {"receipts": 10},
}


@pytest.mark.browser
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
@pytest.mark.parametrize("change", list(SEAL_CHANGES))
def test_a_changed_seal_does_not_verify(page: tuple[Page, str], change: str) -> None:
    def changed(route: Route) -> None:
        answer = route.fetch()
        body = answer.json()
        body["seals"][0] |= SEAL_CHANGES[change]
        route.fulfill(response=answer, json=body)

    page[0].route("**/api/v1/seals**", changed)
    assert "核对通过" not in verdict(*page)


@pytest.mark.browser
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_a_day_that_nobody_published_does_not_verify(page: tuple[Page, str]) -> None:
    page[0].route("**/api/v1/seals**", lambda route: route.fulfill(json={"seals": [], "public_key": "00"}))
    assert "没有公布" in (verdict(*page) + page[0].inner_text("[data-steps]"))


def test_letter_slip_pay_page_lobby_page_and_receipt_show_the_same_fingerprint(
    client: FlaskClient, place: Estate, settings: Config, sealed: dict[str, Any]
) -> None:
    mark = ledger.day_seals(place.db, place.community, 1)[0]["fingerprint"]
    today = clock.today()
    for kind in ("letter", "slip"):
        made = notices.print_homes(place.db, place.community, [place.homes[1]], kind, today, cfg=settings)
        text = pypdfium2.PdfDocument(made.pdf)[0].get_textpage().get_text_bounded()
        assert mark in "".join(text.split()), kind
    with place.db.write(place.community) as pen:
        lobby = pay.issue_codes(pen, [{"home": None, "class": "lobby", "notice": None}], cfg=settings)[0]["token"]
    for path in (f"/n/{place.sealed[1]}", f"/n/{lobby}", sealed["path"]):
        assert mark in client.get(path).text, path
