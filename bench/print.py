"""Speed of paper: a route of letters and slips as PDF, with their codes, and the pay page behind them.

`python -m bench.print [letters]`; the memory is the whole process's, database and estate included.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path

from server import create_app
from server.config import Config
from server.db import Db, connect
from server.db.migrate import migrate
from server.estate import acts as estate
from server.ledger import acts as ledger
from server.notices import acts
from server.pay import acts as pay


def make(db: Db, homes: int) -> tuple[str, list[str]]:
    """An estate where every home owes ten months."""
    community = estate.make_community(db, "测速小区")
    with db.write(community) as pen:
        ids = list(estate.put_homes(pen, [
            {"building": str(1 + i // 100), "unit": "1", "room": f"{i % 100 + 1:03d}", "area": 9_000,
             "owners": [{"name": "王建国", "phones": [f"138{i:08d}"]}]} for i in range(homes)
        ])["ids"].values())
    for start in range(0, homes, 200):
        with db.write(community) as pen:
            ledger.add_bills(pen, [
                {"home": home, "item": "物业服务费", "period": f"2026-{month:02d}", "due": f"2026-{month:02d}-25",
                 "fen": 25_650, "basis": "90.00 ㎡ × 2.85 元"}
                for home in ids[start:start + 200] for month in range(1, 11)
            ])
    return community, ids


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    folder = Path(tempfile.mkdtemp(prefix="koumen-print-"))
    cfg = Config(folder, f"sqlite:///{folder / 'k.db'}", "https://km.example.com", b"bench " * 8)
    db = connect(cfg.db)
    migrate(db)
    community, homes = make(db, count)
    for kind in ("letter", "slip"):
        start, cpu = time.perf_counter(), time.process_time()
        made = acts.print_homes(db, community, homes, kind, "2026-11-21", cfg=cfg)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(f"{kind:<8}{len(made.notices):>7,} papers {made.pages:>6,} pages {time.perf_counter() - start:>7.2f} s"
              f" {time.process_time() - cpu:>7.2f} s of CPU {len(made.pdf) / 1e6:>6.1f} MB {peak:>5} MB of memory")
        if kind == "letter":
            tokens = [pay.token_of(cfg, {"version": 1, "handle": row["code_handle"]}) for row in made.notices[:200]]
    client = create_app(cfg, db).test_client()
    took = []
    for token in tokens:
        start = time.perf_counter()
        client.get(f"/n/{token}", base_url=cfg.url)
        took.append((time.perf_counter() - start) * 1000)
    took.sort()
    middle, most = took[len(took) // 2], took[len(took) * 95 // 100]
    print(f"pay page p50 {middle:.1f} ms, p95 {most:.1f} ms over {len(took)} scans")


if __name__ == "__main__":
    main()
