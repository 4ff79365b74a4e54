"""A process of the contract test: `VERB URL COMMUNITY WORD`.

read-write ROUNDS · endless FILE · serving FILE · beside ROWS
"""

from __future__ import annotations

import os
import sys
from threading import Event
from typing import cast

from server.db import Sql, connect, log
from server.db.hand import Hand


def value(db: Sql, community: str) -> int:
    row = db.one("select n from counter where community = :c and name = 'sum'", c=community)
    return int(row["n"]) if row else 0


def read_decide_write(url: str, community: str, rounds: int) -> None:
    """Add one, the slow way: read, decide in Python, write what was decided."""
    db = connect(url)
    for _ in range(rounds):
        with db.write(community) as pen:
            seen = value(pen, community)
            pen.run("update counter set n = :n where community = :c and name = 'sum'", n=seen + 1, c=community)
            pen.touch("counter", f"{os.getpid()}-{seen}")
    db.close()


def endless(url: str, community: str, acknowledged: str, serving: bool) -> None:
    """Write until killed; after each commit, and only then, append its number to the file."""
    db = connect(url)
    if serving:
        log.EVERY, log.ENOUGH = 3, 20  # the log is moved and ended as often as can be
        db.serving()
    with open(acknowledged, "a", buffering=1) as file:
        while True:
            with db.write(community) as pen:
                pen.touch("killed", f"{os.getpid()}-{pen.n}")
            file.write(f"{os.getpid()}-{pen.n}\n")


def beside(url: str, community: str, count: int) -> None:
    """Put rows and say the number of the process that writes them; then wait to be killed."""
    db = connect(url)
    with db.beside(), db.write(community) as pen:
        pen.put("counter", [(community, f"n{i:05d}", i) for i in range(count)], ("community", "name", "n"))
        value(pen, community)
        sys.stdout.write(f"{cast(Hand, pen.engine).process.pid}\n")
        sys.stdout.flush()
        Event().wait()


if __name__ == "__main__":
    verb, url, community, last = sys.argv[1:]
    if verb == "read-write":
        read_decide_write(url, community, int(last))
    elif verb == "beside":
        beside(url, community, int(last))
    else:
        endless(url, community, last, verb == "serving")
