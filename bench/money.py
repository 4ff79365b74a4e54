"""Speed of money coming in: duplicate and shuffled messages, exactly once, on both engines; how long a notify takes.

`python bench/money.py [trades]`: 50 at once through the act, then WeChat notifications through the whole door
(signature, decryption, commit with synchronous=FULL).
"""

from __future__ import annotations

import random
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from server import create_app
from server.config import Config
from server.db import Db, connect
from server.db.migrate import migrate
from server.estate import acts as estate
from server.ledger import acts as ledger
from server.ledger import verify
from server.pay import acts as pay
from server.pay.acts.orders import new_number
from server.pay.providers import merchants
from server.pay.providers.words import Evidence
from server.sim import keys
from server.sim.app import Play
from server.sim.book import Trade

SECRET = b"bench-only-" + b"0" * 32
CLIENTS = 50


def make(url: str, home: Path, trades: int) -> tuple[Config, str, list[str]]:
    """A community with homes, bills and orders."""
    db = connect(url)
    migrate(db)
    c = estate.make_community(db, "测速小区")
    with db.write(c) as pen:
        ids = list(estate.put_homes(pen, [
            {"building": "1", "unit": "1", "room": f"{i:05d}", "area": 9_000, "owners": [], "tenants": []}
            for i in range(500)
        ])["ids"].values())
        ledger.add_bills(pen, [
            {"home": id_, "item": "物业服务费", "period": f"2026-{month:02d}", "due": f"2026-{month:02d}-25",
             "fen": 20_000, "basis": ""} for id_ in ids for month in range(1, 7)
        ])
    numbers = orders(db, c, ids, trades)
    db.close()
    return Config(home, url, "http://localhost", SECRET), c, numbers


def orders(db: Db, c: str, homes: list[str], count: int) -> list[str]:
    with db.write(c) as pen:
        numbers = [new_number(c, "N", pen.day) for _ in range(count)]
        pen.put("pay_order", [
            {"community": c, "number": number, "home": homes[i % len(homes)], "fen": 20_000, "bills": "[]",
             "subject": "", "merchant": "sim-wechat", "channel": "wechat", "way": "native", "source": "bench",
             "client_key": number, "hash": "", "at": pen.at, "expires": "2999-01-01T00:00:00.000000Z", "n": pen.n}
            for i, number in enumerate(numbers)
        ])
        pen.put("order_now", [
            {"community": c, "number": number, "state": "awaiting", "events": 0, "tries": 0, "asked_at": None,
             "due_at": None, "lease": None, "ticket": "", "payment": None, "transaction_id": None}
            for number in numbers
        ])
    return numbers


def deliver(url: str, home: Path, numbers: list[str], seed: int, threads: int) -> None:
    """Every trade twice, shuffled, by some threads."""
    merchant = merchants.load(home)["sim-wechat"]

    def one(part: list[str], seed: int) -> None:
        db = connect(url)
        told = [(number, event) for number in part for event in ("a", "b")]
        random.Random(seed).shuffle(told)
        for number, event in told:
            pay.settle(db, merchant, Evidence(number, "paid", f"t{number}", 20_000, "", f"{event}{number}"), "notify")
        db.close()

    share = [numbers[i::threads] for i in range(threads)]
    workers = [threading.Thread(target=one, args=(part, seed + i)) for i, part in enumerate(share)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


def single(cfg: Config, c: str, numbers: list[str], already: int) -> None:
    start = time.perf_counter()
    deliver(cfg.db, cfg.home, numbers, 7, 1)
    count(cfg, c, len(numbers), time.perf_counter() - start, "one at a time, 2 messages a trade", already)


def count(cfg: Config, c: str, trades: int, seconds: float, label: str, already: int = 0) -> None:
    db = connect(cfg.db)
    row = db.one("select count(*) as n from payment where community = :c", c=c)
    assert row is not None
    assert row["n"] == trades + already, row
    db.close()
    print(f"{label:<40}{trades:>7,} postings {seconds:>7.2f} s {trades / seconds:>8,.0f} /s", flush=True)


def notify(cfg: Config, numbers: list[str], play: Play) -> None:
    """WeChat's message through the door, one after the other, and eight at a time."""
    app = create_app(cfg)
    sent: list[tuple[dict[str, str], bytes]] = []
    for number in numbers:
        trade = Trade("wechat", number, 20_000, "", "", "", "native", number)
        play.book.open(trade)
        play.book.pay(trade)
        trade.transaction = f"n{number}"
        sent.append(play.sender.wechat_paid(trade))
    half = len(sent) // 2
    for label, part, threads in (("notify, one at a time", sent[:half], 1), ("notify, 8 at a time", sent[half:], 8)):
        times: list[float] = []

        def run(messages: list[Any], times: list[float] = times) -> None:
            client = app.test_client()
            for headers, body in messages:
                start = time.perf_counter()
                answer = client.post("/api/v1/notify/wechat/sim-wechat", headers=headers, data=body)
                times.append(time.perf_counter() - start)
                assert answer.status_code == 200, answer.text

        workers = [threading.Thread(target=run, args=(part[i::threads],)) for i in range(threads)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        times.sort()
        p50, p99 = times[len(times) // 2] * 1000, times[int(len(times) * 0.99)] * 1000
        print(f"{label:<40}{len(times):>7,} messages  p50 {p50:>6.1f} ms  p99 {p99:>6.1f} ms", flush=True)


@contextmanager
def engines(folder: Path) -> Iterator[list[tuple[str, str]]]:
    """A fresh SQLite file, and a fresh PostgreSQL where the pip package is there."""
    from tests.postgres import create, running

    def missing(reason: str) -> None:
        raise SystemExit(reason)

    with running(folder, missing) as server:
        yield [("sqlite", f"sqlite:///{folder / 'bench.db'}"), ("postgres", create(server, "bench"))]


def main(trades: int) -> None:
    with tempfile.TemporaryDirectory() as text, engines(Path(text)) as urls:
        play = Play("http://127.0.0.1:9", keys.make())
        for name, url in urls:
            home = Path(text) / name
            home.mkdir()
            keys.write_merchants(play.ring, home / "merchants", play.base, "C1")
            print(f"--- {name}", flush=True)
            cfg, c, numbers = make(url, home, trades * 3)
            single(cfg, c, numbers[:trades], 0)
            many(cfg, c, numbers[trades:2 * trades], trades)
            notify(cfg, numbers[2 * trades:], play)
            db = connect(url)
            print("verify", verify.replay(db, c)["wrong"] or "sound", flush=True)
            db.close()


def many(cfg: Config, c: str, numbers: list[str], already: int) -> None:
    """Fifty clients at once, each hears of its trades four times, shuffled."""
    start = time.perf_counter()
    deliver(cfg.db, cfg.home, numbers * 2, 11, CLIENTS)
    count(cfg, c, len(numbers), time.perf_counter() - start, f"{CLIENTS} at once, 4 messages a trade", already)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
