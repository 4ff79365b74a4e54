"""A community with a hundred homes, three months of bills mostly paid, vouchers, and one screen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Playwright

from kiosk import acts
from kiosk.acts import snapshots
from server import clock
from server.config import Config
from server.db import Db
from server.estate import acts as estate
from server.ledger import acts as ledger
from tests.kiosk.browser import House, Lobby

FEE = 125_050
PAID = {0: 50, 1: 96, 2: 85}  # months back → homes that paid in time


def month(back: int) -> str:
    return clock.add_months(clock.today()[:7] + "-01", -back)[:7]


@pytest.fixture(autouse=True)
def forgotten() -> None:
    """Every test's community is C1: on a slow machine the bands of the test before would still be good."""
    snapshots._bands.clear()
    snapshots._kept.clear()


@pytest.fixture
def homes(db: Db, community: str) -> list[dict[str, Any]]:
    """80 homes in 1栋, 20 in 2栋 (too few to be shown)."""
    rows = [
        {"building": f"{b}栋", "unit": "1单元", "room": f"{floor}{door:02d}", "area": 8950, "kind": "住宅",
         "state": "自住", "owners": [{"name": f"赵子{chr(0x4E10 + i)}", "phones": [f"139{i:08d}"]}]}
        for i, (b, floor, door) in enumerate(
            (b, f, d) for b, floors in ((1, 20), (2, 5)) for f in range(1, floors + 1) for d in range(1, 5)
        )
    ]
    with db.write(community) as pen:
        estate.put_homes(pen, rows)
        estate.set_settings(pen, {"phone": "0571-88886666"})
    return estate.homes(db, community)


@pytest.fixture
def ledgered(db: Db, community: str, homes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Bills of this month and the two before; payments moved on the 1st."""
    with db.write(community) as pen:
        for back in PAID:
            ledger.add_bills(pen, [
                {"home": home["id"], "item": "物业服务费", "period": month(back), "due": f"{month(back)}-25",
                 "fen": FEE, "basis": "", "source": "test"} for home in homes
            ])
    with db.write(community) as pen:
        for back in sorted(PAID, reverse=True):
            wanted = ledger.open_bills(pen, community, [home["id"] for home in homes])
            for home in homes[:PAID[back]]:
                bills = [b["bill"] for b in wanted.get(home["id"], []) if b["period"] == month(back)]
                ledger.record_payment(
                    pen, channel="wechat", transaction_id=f"{back}/{home['id']}", home=home["id"], fen=FEE,
                    happened_on=f"{month(back)}-01", bills=bills,
                )
        ledger.add_vouchers(pen, [
            {"kind": kind, "head": head, "fen": fen, "happened_on": f"{month(back)}-05", "number": f"{back}{head}"}
            for back in (0, 1, 2) for kind, head, fen in (
                ("out", "人员费用", 4_100_000), ("out", "电梯维保", 1_800_000), ("in", "公共收益-电梯广告", 360_000),
            )
        ])
    return homes


@pytest.fixture
def screen(db: Db, community: str) -> dict[str, Any]:
    """{screen, token}"""
    with db.write(community) as pen:
        return acts.add_screen(pen, name="一号楼大厅")


@pytest.fixture
def publish(db: Db, community: str) -> Callable[..., str]:
    """Publish an announcement that shows today; its id."""

    def go(**more: Any) -> str:
        words: dict[str, Any] = {
            "title": "停水通知", "text": "明天上午停水，请提前储水。", "kind": "通知", "from_day": clock.today(),
            "to_day": clock.add_days(clock.today(), 3),
        }
        with db.write(community, who="S1") as pen:
            return acts.announce(pen, **{**words, **more})

    return go


@pytest.fixture
def shown(db: Db, community: str, screen: dict[str, Any]) -> Callable[[], dict[str, Any]]:
    """The snapshot as the screen gets it."""
    import json

    def go() -> dict[str, Any]:
        found: dict[str, Any] = json.loads(acts.snapshot(db, community, screen["screen"]).body)
        return found

    return go


@pytest.fixture
def house(settings: Config, ledgered: list[dict[str, Any]]) -> Iterator[House]:
    """A real server over the same database, stopped at the end."""
    made = House(settings)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def lobby(
    playwright: Playwright, house: House, tmp_path: Path, screen: dict[str, Any]
) -> Iterator[Lobby]:
    """A screen with its own profile; every error its scripts throw fails the test."""
    made = Lobby(playwright, house, tmp_path / "profile", screen["token"])
    yield made
    made.close()
    assert made.errors == []
