"""Speed of money: postings from duplicate and shuffled messages, notifications and the pay page through real gunicorn.

`python -m bench.money [--trades 1000] [--engines sqlite,postgres]`: one table, targets beside figures.

Postings: 50 threads through the act that every message goes through, each trade told four times (two events, each
twice), all shuffled together, exactly once; timed after as many on the same connections. SQLite with
synchronous=FULL, PostgreSQL with fsync, both on the disk. `--only postings` leaves the rest out.
Notifications and pages: gunicorn with two workers of eight threads, as `koumen serve` runs it; the simulator and the
people who pay run on the same machine. *Server* is the time from gunicorn's call of the application to the last byte
it gives back: waiting in gunicorn's queue and for the provider's answer is not in it, waiting for the database and for
the other threads of the worker is. *CPU* is what the answer itself computed.
"""

from __future__ import annotations

import argparse
import http.client
import logging
import random
import re
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from bench.house import Served, at, make, orders, running
from bench.load import at_once, calibration
from server.db import connect
from server.ledger import verify
from server.pay import acts as pay
from server.pay.providers import merchants
from server.pay.providers.words import Evidence
from server.sim import keys
from server.sim.app import Play
from server.sim.book import Trade
from server.sim.commands import start
from tests.postgres import create
from tests.postgres import running as postgres

CLIENTS = 50
AGENT = "Mozilla/5.0 (Linux; Android 14) Mobile"
HEAD = "| what | engine | measured | target |\n| --- | --- | --- | --- |"


def told(what: str, engine: str, measured: str, target: str = "") -> None:
    print(f"| {what} | {engine} | {measured} | {target} |", flush=True)


def postings(engine: str, url: str, home: Path, c: str, numbers: Sequence[str], threads: int) -> None:
    """Every trade four times, shuffled over the threads; each is one payment. The first half is not timed."""
    merchant = merchants.load(home)["sim-wechat"]
    links = [connect(url) for _ in range(threads)]

    def told_of(part: Sequence[str]) -> float:
        said = [(number, event) for number in part for event in "abab"]
        random.Random(threads).shuffle(said)

        def one(i: int) -> None:
            for number, event in said[i::threads]:
                evidence = Evidence(number, "paid", f"t{number}", 20_000, "", f"{event}{number}")
                pay.settle(links[i], merchant, evidence, "notify")

        return at_once(threads, one)

    before = len(links[0].all("select id from payment where community = :c", c=c))
    half = len(numbers) // 2
    told_of(numbers[:half])
    seconds = told_of(numbers[half:])
    assert len(links[0].all("select id from payment where community = :c", c=c)) - before == len(numbers)
    for link in links:
        link.close()
    told(f"postings, {threads} at once, each told 4 times", engine, f"{half / seconds:,.0f}/s ({half:,} trades)",
         "≥ 500/s" if threads == CLIENTS else "")


class Link:
    """A kept connection to the server."""

    def __init__(self, url: str) -> None:
        self.link = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, str, str]:
        """(status, body, where it leads to)."""
        self.link.request(method, path, body, {"User-Agent": AGENT, **headers})
        answer = self.link.getresponse()
        return answer.status, answer.read().decode(), answer.headers.get("Location", "")


def notifications(engine: str, served: Served, play: Play, numbers: Sequence[str], threads: int) -> None:
    """WeChat's signed and encrypted messages, from the first byte sent to the answer after the commit."""
    messages = []
    for number in numbers:
        trade = Trade("wechat", number, 20_000, "", "", "", "native", number)
        play.book.open(trade)
        play.book.pay(trade)
        messages.append(play.sender.wechat_paid(trade))
    times: list[float] = []

    def one(i: int) -> None:
        link = Link(served.cfg.url)
        for headers, body in messages[i::threads]:
            begun = time.perf_counter()
            status, text, _ = link.ask("POST", "/api/v1/notify/wechat/sim-wechat", body, **headers)
            times.append((time.perf_counter() - begun) * 1000)
            assert status == 200, text

    served.taken()
    at_once(threads, one)
    inside = [wall for wall, _ in served.taken()["notify"]]
    told(f"WeChat notify, {threads} at once ({len(times)})", engine,
         f"p50 {at(times, .5):.1f} ms, p99 {at(times, .99):.1f} ms (server p99 {at(inside, .99):.1f})", "p99 ≤ 50 ms")


def person(url: str, token: str, pause: float, dice: random.Random) -> None:
    """Scans, looks, presses, pays in the wallet, comes back and waits for the receipt."""
    def breathe() -> None:
        time.sleep(pause * dice.uniform(0.5, 1.5))

    breathe()
    link = Link(url)
    _, page, _ = link.ask("GET", f"/n/{token}")
    form = dict(re.findall(r'name="(id|form|due)" value="([^"]*)"', page))
    breathe()
    status, text, where = link.ask(
        "POST", f"/n/{token}/orders", urlencode({**form, "wallet": "wechat"}).encode(),
        **{"Content-Type": "application/x-www-form-urlencoded", "Origin": url},
    )
    assert status in (302, 303), text
    _, page, _ = link.ask("GET", urlsplit(where).path)
    wallet = re.search(r'(http://[^"]*)/wallet/([\w-]+)', page)
    assert wallet is not None, page
    breathe()
    Link(wallet[1]).ask("POST", f"/wallet/{wallet[2]}/pay")
    for _ in range(20):
        _, page, _ = link.ask("GET", urlsplit(where).path)
        if "/r/" in page:
            return
        time.sleep(0.5)
    raise AssertionError(page)


def people(engine: str, served: Served, tokens: Sequence[str], pause: float) -> None:
    """Fifty people, one home after the other."""
    served.taken()

    def one(i: int) -> None:
        for token in tokens[i::CLIENTS]:
            person(served.cfg.url, token, pause, random.Random(i))

    seconds = at_once(CLIENTS, one)
    taken = served.taken()
    every = [time for kind in ("page", "order", "state") for time in taken[kind]]
    label = f"{CLIENTS} people paying, " + (f"{pause:g} s between steps" if pause else "without a pause")
    for name, times in [("all pages", every), *((kind, taken[kind]) for kind in ("page", "order", "state"))]:
        walls, cpus = [wall for wall, _ in times], [cpu for _, cpu in times]
        told(f"{label}: {name} ({len(times)}, {len(times) / seconds:.0f}/s)", engine,
             f"server p50 {at(walls, .5):.0f}, p95 {at(walls, .95):.0f} ms; CPU p95 {at(cpus, .95):.0f} ms",
             "p95 ≤ 100 ms" if name == "all pages" else "")


def house(engine: str, url: str, home: Path, trades: int, doors: bool) -> None:
    """All of it on one engine."""
    ring = keys.make()
    play, sim = start("127.0.0.1", 0, ring)
    c, homes = make(url, 500)
    keys.write_merchants(ring, home / "merchants", play.base, c)
    served = Served(home, url)
    db = connect(url)
    numbers = orders(db, c, homes, 3 * trades + 800)
    with db.write(c) as pen:
        wanted = [{"home": home_, "class": "sealed"} for home_ in homes[:5 * CLIENTS]]
        tokens = [code["token"] for code in pay.issue_codes(pen, wanted, cfg=served.cfg)]
    db.close()
    merchants.load(home)
    if doors:
        with running(sim.serve_forever), running(served.run):
            at_once(16, lambda i: person(served.cfg.url, tokens[i], 0.0, random.Random(i)))  # workers that are warm
            people(engine, served, tokens[CLIENTS:3 * CLIENTS], 1.0)
            people(engine, served, tokens[3 * CLIENTS:], 0.0)
            notifications(engine, served, play, numbers[:200], 1)
            notifications(engine, served, play, numbers[200:800], 8)
    postings(engine, url, home, c, numbers[800:800 + trades], 1)
    postings(engine, url, home, c, numbers[800 + trades:], CLIENTS)
    db = connect(url)
    told("verify afterwards", engine, "、".join(verify.replay(db, c)["wrong"]) or "sound", "sound")
    db.close()


def main() -> None:
    words = argparse.ArgumentParser()
    words.add_argument("--trades", type=int, default=1000)
    words.add_argument("--engines", default="sqlite,postgres")
    words.add_argument("--only", default="", choices=("", "postings"))
    args = words.parse_args()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # the simulator tells of every request
    print(f"calibration {calibration():.2f} s for 10⁷ empty turns (0.30–0.34: a quiet machine)\n\n{HEAD}", flush=True)
    with tempfile.TemporaryDirectory(dir="/var/tmp") as text:
        for engine in args.engines.split(","):
            home = Path(text) / engine
            home.mkdir()
            if engine == "sqlite":
                house(engine, f"sqlite:///{home / 'koumen.db'}", home, args.trades, args.only != "postings")
                continue
            with postgres(home, lambda reason: sys.exit(reason), durable=True) as server:
                house(engine, create(server, "bench"), home, args.trades, args.only != "postings")
    print(f"\ncalibration at the end {calibration():.2f} s")


if __name__ == "__main__":
    main()
