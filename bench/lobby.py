"""The lobby screen in real Chromium against its targets: published or paid until painted, cold start without server.

    python -m bench.lobby [--runs 5]

A payment is seen as the collection progress the slide shows, an announcement as its heading; both wait for the next
poll, so that each run begins at another moment between two polls.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from kiosk import acts
from server import clock, config
from server.db import Db, connect
from server.db.migrate import migrate
from server.estate import acts as estate
from server.ledger import acts as ledger
from tests.kiosk.browser import DRAWN, House, Lobby

FEE = 10_000_000
TARGETS = {"payment until painted": 6.0, "announcement until painted": 6.0, "cold start offline, first slide": 1.0}
Rows = dict[str, list[float]]


def make(db: Db) -> tuple[str, list[str]]:
    """A community of forty homes with a large bill each; nothing paid."""
    c = estate.make_community(db, "测速小区")
    month = clock.today()[:7]
    with db.write(c) as pen:
        homes = list(estate.put_homes(pen, [
            {"building": "1", "unit": "1", "room": f"{i:03d}", "area": 9_000, "owners": [], "tenants": []}
            for i in range(40)
        ])["ids"].values())
        ledger.add_bills(pen, [
            {"home": home, "item": "物业服务费", "period": month, "due": f"{month}-25", "fen": FEE, "basis": ""}
            for home in homes
        ])
    return c, homes


def paid(db: Db, c: str, home: str, run: int, page: Page) -> float:
    """Seconds from the commit until the slide shows the new sum; each payment is 100,000 元."""
    with db.write(c) as pen:
        ledger.record_payment(pen, channel="cash", transaction_id=f"x{run}", home=home, fen=FEE,
                              happened_on=clock.today())
    return until(page, '#slide[data-key="progress#0"]', f"￥{(run + 1) * FEE // 100:,}")


def published(db: Db, c: str, run: int, page: Page) -> float:
    today = clock.today()
    with db.write(c, who="S1") as pen:
        acts.announce(pen, title=f"第{run}号通知", text="明天上午停水，请提前储水。", kind="通知", from_day=today,
                      to_day=clock.add_days(today, 3))
    return until(page, "#slide", f"第{run}号通知")


def until(page: Page, selector: str, text: str) -> float:
    began = time.monotonic()
    page.locator(selector).get_by_text(text).first.wait_for(timeout=60_000)
    return time.monotonic() - began


def cold(lobby: Lobby) -> float:
    """The server gone, the browser started again: the page's own time until its first slide stands."""
    page = lobby.open_page()
    page.wait_for_selector(DRAWN)
    shown: float = page.evaluate("performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd")
    return shown / 1000


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    rows: Rows = {name: [] for name in TARGETS}
    with tempfile.TemporaryDirectory(prefix="koumen-bench-") as folder, sync_playwright() as running:
        settings = config.load({"KOUMEN_HOME": folder})
        db = connect(settings.db)
        migrate(db)
        c, homes = make(db)
        with db.write(c) as pen:
            screen = acts.add_screen(pen, name="大厅")
        house = House(settings)
        house.start()
        lobby = Lobby(running, house, Path(folder) / "profile", screen["token"])
        page = lobby.start()
        for run in range(runs):
            rows["payment until painted"].append(paid(db, c, homes[run], run, page))
            page.wait_for_timeout(1_700 * (run % 3))
        for run in range(runs):
            rows["announcement until painted"].append(published(db, c, run, page))
            page.wait_for_timeout(1_700 * (run % 3))
        house.stop()
        rows["cold start offline, first slide"] += [cold(lobby) for _ in range(runs)]
        lobby.close()
        db.close()
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    print("| what | target | p50 | worst | runs | |\n| --- | --- | --- | --- | --- | --- |")
    for name, times in rows.items():
        met = "met" if max(times) <= TARGETS[name] else "missed"
        print(f"| {name} | {TARGETS[name]:.1f} s | {statistics.median(times):.2f} s | {max(times):.2f} s | {len(times)}"
              f" | {met} |")


if __name__ == "__main__":
    main()
