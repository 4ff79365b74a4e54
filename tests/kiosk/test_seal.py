"""The signed total of a day in the lobby: in the snapshot, and readable on the progress slide at every size."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from server import clock
from server.db import Db
from server.ledger import acts as ledger
from tests.kiosk.browser import Lobby
from tests.kiosk.test_page import OVER, SIZES


@pytest.fixture
def seal(db: Db, community: str, ledgered: list[dict[str, Any]]) -> dict[str, Any]:
    """Twelve payments of today, closed and sealed."""
    with db.write(community, who="cashier") as pen:
        for i in range(12):
            ledger.record_payment(pen, channel="transfer", transaction_id=f"z{i}", home=ledgered[61]["id"],
                                  fen=1_234_567, happened_on=clock.today())
        ledger.close_day(pen, clock.today())
        made = ledger.seal_day(pen, b"k" * 32, clock.today())
    assert made is not None
    return made


def test_the_snapshot_has_the_newest_seal_and_nothing_before_it(
    seal: dict[str, Any], shown: Callable[[], dict[str, Any]]
) -> None:
    told = shown()["seal"]
    assert told["fingerprint"] == seal["fingerprint"]
    assert set(told) == {"since", "day", "receipts", "total_fen", "fingerprint"}


def test_without_a_seal_there_is_none(ledgered: list[Any], shown: Callable[[], dict[str, Any]]) -> None:
    assert shown()["seal"] is None


@pytest.mark.browser
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_the_fingerprint_is_on_the_progress_slide_and_nothing_is_cut_off(lobby: Lobby, seal: dict[str, Any]) -> None:
    page = lobby.start()
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        for _ in range(60):
            if page.get_attribute("#slide", "data-key") == "progress#0":
                break
            page.keyboard.press("ArrowRight")
        assert seal["fingerprint"] in page.inner_text("#slide"), (width, height)
        assert page.evaluate(OVER) == [], (width, height)
