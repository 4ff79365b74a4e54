"""The snapshot is a function of facts: rounded, without people, computed again only when the pen moved."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from kiosk import acts, rules
from kiosk.proof import canonical
from server import clock
from server.db import Db
from server.estate import acts as estate
from server.ledger import acts as ledger
from tests.kiosk.conftest import FEE, month

Shown = Callable[[], dict[str, Any]]


def test_progress_is_the_ledgers_rounded_down(db: Db, community: str, ledgered: list[Any], shown: Shown) -> None:
    truth = ledger.progress(db, community)
    seen = shown()["progress"]
    assert truth["collected_fen"] == 28_886_550
    assert seen == {
        "period": month(0), "billed_fen": truth["billed_fen"], "collected_fen": 28_800_000,
        "permille": 28_800_000 * 1000 // truth["billed_fen"],
    }


def test_a_payment_shows_once_it_passes_a_thousand_yuan(
    db: Db, community: str, ledgered: list[dict[str, Any]], shown: Shown
) -> None:
    before = shown()
    with db.write(community) as pen:
        ledger.record_payment(pen, channel="cash", transaction_id="x", home=ledgered[60]["id"], fen=3 * FEE,
                              happened_on=clock.today())
    after = shown()
    assert after["rev"] != before["rev"]
    assert before["progress"]["collected_fen"] == 28_800_000
    assert after["progress"]["collected_fen"] == 29_000_000


def test_the_fee_income_of_this_month_cannot_be_read_to_the_yuan(ledgered: list[Any], shown: Shown) -> None:
    rows = [row for row in shown()["funds"] if row["fund"] == "物业服务费" and row["period"] == month(0)]
    fees = [line["fen"] for row in rows for line in row["in"] if line["head"] == "物业服务费收入"]
    assert fees
    assert all(fen % 100_000 == 0 for fen in fees)


def test_funds_are_apart_by_head(ledgered: list[Any], shown: Shown) -> None:
    rows = {(row["fund"], row["period"]): row for row in shown()["funds"]}
    assert rows["公共收益", month(1)]["in"] == [{"head": "公共收益-电梯广告", "fen": 360_000}]
    assert {line["head"]: line["fen"] for line in rows["物业服务费", month(1)]["out"]} == {
        "人员费用": 4_100_000, "电梯维保": 1_800_000,
    }
    assert sum(line["fen"] for line in shown()["each_yuan"]["heads"]) == 100


def test_buildings_of_thirty_homes_are_in_bands_of_the_last_whole_month(ledgered: list[Any], shown: Shown) -> None:
    assert shown()["buildings"] == [
        {"name": "1栋", "band": "95% 以上", "change": "与上期持平", "period": month(1)},
    ]


def test_late_payments_do_not_move_a_band(
    db: Db, community: str, ledgered: list[dict[str, Any]], shown: Shown
) -> None:
    before = shown()["buildings"]
    with db.write(community) as pen:
        for home in ledgered:
            ledger.record_payment(pen, channel="cash", transaction_id=home["id"], home=home["id"], fen=3 * FEE,
                                  happened_on=clock.today())
    assert shown()["buildings"] == before


def test_nothing_of_people_is_in_it(db: Db, community: str, ledgered: list[dict[str, Any]], shown: Shown) -> None:
    text = canonical(shown())
    people = estate.residents_of(db, community, [home["id"] for home in ledgered])
    for home in ledgered:
        for person in people[home["id"]]:
            assert person["name"] not in text
            assert all(str(number) not in text for number in re.findall(r"1\d{10}", str(person)))
        assert home["id"] not in text
        assert home["code"] not in text
    assert not re.search(r"欠|arrears|debt|owe", text)


def test_the_revision_is_over_the_rest_and_keys_are_sorted(
    db: Db, community: str, ledgered: list[Any], screen: dict[str, Any]
) -> None:
    found = acts.snapshot(db, community, screen["screen"])
    body = json.loads(found.body)
    assert found.body == canonical(body)
    rev = body.pop("rev")
    assert rev == found.rev == hashlib.sha256(canonical(body).encode()).hexdigest()[:16]


def test_it_is_computed_again_only_when_the_pen_moved(
    db: Db, community: str, ledgered: list[Any], screen: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    monkeypatch.setattr(ledger, "progress", lambda *a, real=ledger.progress: asked.append(1) or real(*a))
    for _ in range(5):
        acts.snapshot(db, community, screen["screen"])
    first = len(asked)
    with db.write(community):
        pass
    acts.snapshot(db, community, screen["screen"])
    assert (first <= 1, len(asked)) == (True, first + 1)


def test_a_twin_community_changes_no_figure(
    db: Db, community: str, ledgered: list[Any], shown: Shown, twin: Callable[[Db], None], publish: Callable[..., str]
) -> None:
    publish()
    before = shown()
    twin(db)
    with db.write(community):
        pass
    assert shown() == before


def test_while_an_import_is_open_figures_stand_still_and_notices_go_on(
    db: Db, community: str, ledgered: list[dict[str, Any]], shown: Shown, publish: Callable[..., str]
) -> None:
    before = shown()["progress"]
    for n in (60, 61):
        with db.write(community) as pen:
            acts.hold(pen)
            ledger.record_payment(pen, channel="cash", transaction_id=f"x{n}", home=ledgered[n]["id"], fen=3 * FEE,
                                  happened_on=clock.today())
    publish()
    assert shown()["progress"] == before
    assert len(shown()["announcements"]) == 1
    with db.write(community) as pen:
        acts.release(pen)
    assert shown()["progress"]["collected_fen"] > before["collected_fen"]


def test_a_hold_nobody_renews_ends(db: Db, community: str, ledgered: list[dict[str, Any]], shown: Shown) -> None:
    before = shown()["progress"]
    with db.write(community) as pen:
        acts.hold(pen)
        ledger.record_payment(pen, channel="cash", transaction_id="x", home=ledgered[60]["id"], fen=3 * FEE,
                              happened_on=clock.today())
    with time_machine.travel(clock.now() + timedelta(seconds=121), tick=False):
        with db.write(community):
            pass
        assert shown()["progress"] != before


def test_an_estate_without_a_bill_shows_clock_and_service_phone(shown: Shown, homes: list[Any]) -> None:
    snap = shown()
    at = rules.moment(clock.now(), snap["as_of"])
    assert [slide.key for slide in rules.playlist(rules.items(snap), at)] == ["clock#0"]
    assert snap["service_phone"] == "0571-88886666"
