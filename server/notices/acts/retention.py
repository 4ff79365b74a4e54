"""PDFs hold names: after ninety days they go; the facts (number, amount, code, proof) stay."""

from __future__ import annotations

from server import clock
from server.db import Db
from server.notices import store

KEEP_DAYS = 90


def run_due(db: Db, community: str, on: str) -> dict[str, int]:
    """Throw away the PDFs of old printings: {"pdfs": how many}."""
    old = store.old_printings(db, community, clock.add_days(on, -KEEP_DAYS))
    if old:
        with db.write(community, verb="notice.retention") as pen:
            for row in old:
                store.drop_pdf(pen, community, row["sha"])
    return {"pdfs": len(old)}
