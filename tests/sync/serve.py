"""The real server under fire: gunicorn with two workers; it prints its port. `--break` makes it wrong on purpose."""

from __future__ import annotations

import argparse
import random
import sys
import time
from contextlib import contextmanager
from typing import Any

from server import config
from server.db import Question, core
from server.field.store import buckets
from server.keep.serve import listen, run


def deferred() -> None:
    """Read first, take the pen later, in a transaction that is not immediate."""
    from server.db.sqlite import Sqlite

    take = core.Db._take

    def late(self: core.Db, community: str, new: bool) -> int:
        self.engine.row("select n from pen where community = :c", {"c": community})
        time.sleep(0.003)
        return take(self, community, new)

    def begin(self: Any, community: str) -> None:
        self.connection.execute("begin")

    Sqlite.begin = begin  # type: ignore[method-assign]
    core.Db._take = late  # type: ignore[method-assign]


def serial() -> None:
    """Numbers from a sequence, as a serial column gives them: commits become visible out of order."""

    def take(self: core.Db, community: str, new: bool) -> int:
        row = self.engine.row("select nextval('broken_serial') as n", {})
        time.sleep(random.random() * 0.05)
        return int(row["n"]) if row else 0

    def scope(*asked: str) -> Any:
        question = scoped(*asked)
        by_serial = "left join (select community, max(n) as n from audit group by community) e on"
        assert "left join pen e on" in question.sql
        return Question(question.sql.replace("left join pen e on", by_serial), question.params, question.read)

    scoped = buckets.scope
    core.Db._take = take  # type: ignore[method-assign]
    buckets.scope = scope


def early() -> None:
    """The answer leaves before the commit, which now and then never comes."""
    original = core.Db.write

    @contextmanager
    def write(self: core.Db, *args: Any, **kwargs: Any) -> Any:
        try:
            with original(self, *args, **kwargs) as pen:
                yield pen
                if pen.verb == "sync.push" and random.random() < 0.2:
                    raise Lost
        except Lost:
            return

    core.Db.write = write  # type: ignore[method-assign]


class Lost(Exception):
    """The commit that never came."""


BREAKS = {"": lambda: None, "deferred": deferred, "serial": serial, "early": early}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--break", dest="broken", default="", choices=list(BREAKS))
    args = parser.parse_args()
    BREAKS[args.broken]()
    listener = listen("127.0.0.1", args.port)
    port = listener.getsockname()[1]
    run(config.load(), listener, 2, lambda: print(port, flush=True))


if __name__ == "__main__":
    sys.path.insert(0, ".")
    main()
