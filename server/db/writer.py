"""The process behind a `Hand`: does what it is told, in that order, on one connection to one SQLite file.

    python -m server.db.writer FILENO FILE      as `Hand` starts it

Rows that were refused are told with the next answer; until then nothing more is written.
"""

from __future__ import annotations

import gc
import marshal
import sys
from contextlib import suppress
from multiprocessing.connection import Connection
from queue import SimpleQueue
from threading import Thread
from typing import Any

from server.db.errors import Broken, DbError
from server.db.sqlite import Sqlite

TURN_S = 0.0005  # who listens gets his turn soon, so that the pipe does not fill up; he is done at once


class Writer:
    """One connection and what went wrong on it that nobody was told yet."""

    def __init__(self, engine: Sqlite) -> None:
        self.engine = engine
        self.refused: DbError | None = None

    def hear(self, verb: str, *args: Any) -> None:
        """What is not answered: rows, without a clash to look out for."""
        if self.refused is None:
            try:
                getattr(self.engine, verb)(*args)
            except DbError as error:
                self.refused = error

    def answer(self, verb: str, *args: Any) -> tuple[Any, ...]:
        """("", answer), or the name of an error and its words; `Hand` makes it again."""
        refused, self.refused = self.refused, None
        try:
            if verb == "rollback":
                self.engine.rollback()
            elif refused is not None:
                if verb == "commit":
                    self.engine.rollback()
                raise refused
            else:
                return "", getattr(self.engine, verb)(*args)
        except Broken as error:
            return "Broken", error.kind, error.detail
        except DbError as error:
            return type(error).__name__, str(error)
        return "", None


def main() -> None:
    """Serve until the other side is gone."""
    gc.disable()  # rows make no cycles, and there are many of them
    sys.setswitchinterval(TURN_S)
    pipe, engine = Connection(int(sys.argv[1])), Sqlite(sys.argv[2])
    engine.bulky()
    heard: SimpleQueue[bytes] = SimpleQueue()
    Thread(target=_listen, args=(pipe, heard), daemon=True).start()
    writer = Writer(engine)
    with suppress(BrokenPipeError):
        while said := heard.get():
            verb, *args = marshal.loads(said)
            if verb == "put" and len(args) == 3:
                writer.hear(verb, *args)
            else:
                pipe.send_bytes(marshal.dumps(writer.answer(verb, *args)))
    engine.rollback()
    engine.close()


def _listen(pipe: Connection, heard: SimpleQueue[bytes]) -> None:
    """Take rows off the pipe while others are written, so that nobody who sends them is held up."""
    try:
        while True:
            heard.put(pipe.recv_bytes())
    except (EOFError, OSError):
        heard.put(b"")


if __name__ == "__main__":
    main()
