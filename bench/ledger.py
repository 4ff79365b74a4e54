"""Speed of the ledger: bulk bills, a month by fee rules, payments one by one, the replay.

`python -m bench.ledger [entries [homes]]`: targets are 100,000 homes in 60 s and 1,000,000 entries verified in 60 s
(`python -m bench.ledger 1000000 100000`, some 15 minutes: the entries are made first, an entry for each payment).
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path

from server.db import Db, connect
from server.db.migrate import migrate
from server.estate import acts as estate
from server.ledger import acts, verify

ITEM = "物业服务费"
CPU = [0.0]


def timed(label: str, count: int, start: float, unit: str, target: str = "") -> None:
    seconds, cpu = time.perf_counter() - start, time.process_time() - CPU[0]
    CPU[0] = time.process_time()
    rate = f"{seconds:>8.2f} s{count / seconds:>10,.0f} /s{cpu:>8.2f} s of CPU"
    print(f"{label:<36}{count:>10,} {unit:<10}{rate}  {target}", flush=True)


def make(db: Db, homes: int) -> tuple[str, list[str]]:
    community = estate.make_community(db, "测速小区")
    with db.write(community) as pen:
        ids = estate.put_homes(pen, [
            {"building": str(1 + i // 100), "unit": "1", "room": f"{i % 100 + 1:03d}", "area": 9_000, "owners": [],
             "tenants": []} for i in range(homes)
        ])["ids"]
    return community, list(ids.values())


def bills(db: Db, c: str, homes: list[str], months: int) -> None:
    start = time.perf_counter()
    for m in range(months):
        period = f"{2020 + m // 12}-{m % 12 + 1:02d}"
        for at in range(0, len(homes), 2_000):
            with db.write(c) as pen:
                acts.add_bills(pen, [
                    {"home": home, "item": ITEM, "period": period, "due": f"{period}-25", "fen": 18_000,
                     "basis": "2.00 元/㎡·月 × 90.00 ㎡"} for home in homes[at:at + 2_000]
                ])
    timed("bills, an entry a chunk", months * len(homes), start, "bills")


def month(db: Db, c: str, homes: list[str]) -> None:
    with db.write(c) as pen:
        rule = {"item": ITEM, "method": "area", "price": 209_00, "since": "2020-01-01", "vacant_permille": 700}
        acts.add_rule(pen, rule)
    CPU[0], start = time.process_time(), time.perf_counter()
    done = acts.generate_bills(db, c, "2026-11")
    timed("a month by fee rules", len(homes), start, "homes", "target 100,000 in 60 s")
    assert done["bills"] == len(homes)


def payments(db: Db, c: str, homes: list[str], count: int, each: int = 1) -> None:
    start = time.perf_counter()
    for at in range(0, count, each):
        with db.write(c, who="bench") as pen:
            acts.record_payments(pen, [
                acts.Incoming("wechat", f"b{each}-{i}", homes[i % len(homes)], 18_000, "2026-01-05")
                for i in range(at, min(at + each, count))
            ])
    timed(f"payments, {each} a transaction", count, start, "payments")


def replay(db: Db, c: str) -> None:
    start = time.perf_counter()
    report = verify.replay(db, c)
    timed("verify", report["entries"], start, "entries", "target 1,000,000 in 60 s")
    assert report["wrong"] == [], report["wrong"]


def trial(db: Db, c: str) -> None:
    start = time.perf_counter()
    rows = acts.trial_balance(db, c, "2026-01-01", "2026-12-31")
    timed("trial balance of a year", len(rows), start, "accounts")
    plan = db.all("explain query plan select account, sum(debit) from account_day where community = :c and day <= '2'"
                  " group by account", c=c)
    print("   ", "; ".join(row["detail"] for row in plan))


def calibration() -> float:
    start, i = time.perf_counter(), 0
    while i < 10**7:
        i += 1
    return time.perf_counter() - start


def main() -> None:
    print(f"calibration {calibration():.2f} s for 10⁷ empty turns (0.30–0.34: a quiet machine)")
    entries = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "koumen.db"
        db = connect(str(path))
        migrate(db)
        homes_count = int(sys.argv[2]) if len(sys.argv) > 2 else max(1_000, entries // 50)
        c, homes = make(db, homes_count)
        bills(db, c, homes, 1 if homes_count > 20_000 else 12)
        month(db, c, homes)
        payments(db, c, homes, 2_000)
        payments(db, c, homes, entries, each=500)
        trial(db, c)
        replay(db, c)
        db.close()
        print(f"file {path.stat().st_size / 1e6:,.0f} MB, memory at most "
              f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")


if __name__ == "__main__":
    main()
