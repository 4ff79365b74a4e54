"""Messages that share a commit: each has its own answer, one that fails takes nobody with it."""

from __future__ import annotations

import threading
from typing import Any

from server.db import connect
from server.errors import Refusal, refuse
from server.pay.acts.together import write_together


def test_one_that_fails_takes_nobody_with_it(db: Any, db_url: str, community: str) -> None:
    answers: dict[int, Any] = {}
    gate = threading.Barrier(12)

    def one(i: int) -> None:
        def act(pen: Any) -> dict[str, Any]:
            pen.run("insert into counter (community, name, n) values (:c, :name, 1)", c=community, name=f"x{i}")
            if i == 5:
                refuse("too_many")
            return {"i": i}

        mine = connect(db_url)
        gate.wait()
        try:
            answers[i] = write_together(mine, community, "test", act)
        except Refusal as refusal:
            answers[i] = refusal.code
        finally:
            mine.close()

    threads = [threading.Thread(target=one, args=(i,)) for i in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {i: "too_many" if i == 5 else {"i": i} for i in range(12)}
    rows = db.all("select name from counter where community = :c and substr(name, 1, 1) = 'x'", c=community)
    assert len(rows) == 11
