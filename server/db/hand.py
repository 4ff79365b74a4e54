"""A process that writes for this one: rows go over and are not waited for, questions are answered in their turn.

Python's lock lets one thread make rows or bind them to a statement, not both; two processes do both at once. The
process holds the connection that writes, its turn and its transaction, and ends with whoever started it.
"""

from __future__ import annotations

import marshal
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from multiprocessing import Pipe
from typing import Any

from server.apart import started
from server.db.errors import Broken, Busy, DbError, DiskFull, Unknown
from server.db.inserts import by_place
from server.db.question import Tuples

ENDED = "the process that writes has ended"
ERRORS: dict[str, Callable[..., DbError]] = {kind.__name__: kind for kind in (Broken, Busy, DbError, DiskFull, Unknown)}
Row = dict[str, Any]


class Hand:
    """What a pen needs, with the connection in `server.db.writer`; see `Db.beside`."""

    def __init__(self, path: str) -> None:
        self._pipe, theirs = Pipe()
        self.process = started("server.db.writer", theirs, path)
        theirs.close()

    def rows(self, sql: str, params: Mapping[str, Any]) -> list[Row]:
        found: list[Row] = self._ask("rows", sql, dict(params))
        return found

    def row(self, sql: str, params: Mapping[str, Any]) -> Row | None:
        found: Row | None = self._ask("row", sql, dict(params))
        return found

    def tuples(self, sql: str, params: Mapping[str, Any]) -> Tuples:
        found: Tuples = self._ask("tuples", sql, dict(params))
        return found

    def together(self, asked: Sequence[tuple[str, Mapping[str, Any]]]) -> list[Tuples]:
        found: list[Tuples] = self._ask("together", [(sql, dict(params)) for sql, params in asked])
        return found

    def stream(self, sql: str, params: Mapping[str, Any]) -> Iterator[Row]:
        return iter(self.rows(sql, params))

    def execute(self, sql: str, params: Mapping[str, Any]) -> int:
        return int(self._ask("execute", sql, dict(params)))

    def many(self, sql: str, rows: Sequence[Mapping[str, Any]]) -> int:
        return int(self._ask("many", sql, list(map(dict, rows))))

    def put(self, table: str, rows: Iterable[Any], columns: Sequence[str] = (), clash: str = "") -> int:
        """Nobody waits for rows; only where some may be there already it is known afterwards how many went in."""
        names, values = (tuple(columns), rows) if columns else by_place(rows)
        kept = list(map(tuple, values))
        if clash:
            return int(self._ask("put", table, kept, names, clash))
        if kept:
            self._tell("put", table, kept, names)
        return len(kept)

    def tell(self, table: str, rows: Iterable[Any], columns: Sequence[str] = (), clash: str = "") -> None:
        self.put(table, rows, columns, clash)

    def say(self, sql: str, params: Mapping[str, Any]) -> None:
        self.execute(sql, params)

    def begin(self, community: str) -> None:
        self._ask("begin", community)

    def commit(self) -> None:
        self._ask("commit")

    def rollback(self) -> None:
        """A process that has ended has rolled back."""
        if self.process.poll() is None:
            self._ask("rollback")

    def close(self) -> None:
        """End the process; what is not committed is undone."""
        self._pipe.close()
        self.process.wait()

    def _tell(self, *said: Any) -> None:
        try:
            self._pipe.send_bytes(marshal.dumps(said))
        except OSError as error:
            raise DbError(ENDED) from error

    def _ask(self, *said: Any) -> Any:
        self._tell(*said)
        try:
            kind, *answer = marshal.loads(self._pipe.recv_bytes())
        except (EOFError, OSError) as error:
            raise (Unknown if said[0] == "commit" else DbError)(ENDED) from error
        if kind:
            raise ERRORS[kind](*answer)
        return answer[0]
