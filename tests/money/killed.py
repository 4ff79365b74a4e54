"""A process that takes in money and is killed after each statement in turn; prints what is there when it ends.

`python -m tests.money.killed URL COMMUNITY HOME_DIR ORDER`
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from server.db import Db, connect
from server.pay import acts as pay
from server.pay.providers import merchants
from server.pay.providers.words import Evidence

VERBS = ("rows", "row", "execute", "many", "put", "commit")


def armed(db: Db, step: int) -> None:
    """Die after the step-th statement."""
    left = [step]

    def wrap(verb: Any) -> Any:
        def counted(*args: Any, **words: Any) -> Any:
            found = verb(*args, **words)
            left[0] -= 1
            if not left[0]:
                os.kill(os.getpid(), signal.SIGKILL)
            return found

        return counted

    for name in VERBS:
        setattr(db.engine, name, wrap(getattr(db.engine, name)))


def main(url: str, community: str, home: str, number: str) -> None:
    merchant = merchants.load(Path(home))["sim-wechat"]
    steps, killed = 0, True
    while killed:
        steps += 1
        child = os.fork()
        if not child:
            db = connect(url)
            armed(db, steps)
            pay.settle(db, merchant, evidence(number, steps), "notify")
            os._exit(0)
        killed = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    db = connect(url)
    before = len(db.all("select id from payment where community = :c", c=community))
    for step in range(1, steps + 1):
        pay.settle(db, merchant, evidence(number, step), "notify")
    after = len(db.all("select id from payment where community = :c", c=community))
    print(json.dumps({"steps": steps, "before": before, "after": after}))
    db.close()


def evidence(number: str, step: int) -> Evidence:
    return Evidence(number, "paid", f"t{step}", 100, "2026-11-21T02:00:00.000000Z", f"e{step}")


if __name__ == "__main__":
    main(*sys.argv[1:])
