"""The line to PostgreSQL: what is said goes out at once, what is answered is heard with the next question."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

import psycopg
from psycopg.rows import dict_row, tuple_row

from server.db.dialect import Array, Untyped, Whole, WholeBinary, translated
from server.db.errors import DbError


class Line:
    """One connection, autocommit, and what was said on it and not heard of yet."""

    def __init__(self, url: str, options: str) -> None:
        with translated():
            self.connection = psycopg.connect(url, autocommit=True, row_factory=dict_row, options=options)
        self.connection.adapters.register_loader("numeric", Whole)
        self.connection.adapters.register_loader("numeric", WholeBinary)
        self.connection.adapters.register_dumper(float, Untyped)
        self.connection.adapters.register_dumper(list, Array)
        self._said: ExitStack | None = None

    def say(self, sql: str, params: Any = None, tuples: bool = False) -> psycopg.Cursor[Any]:
        """Send and go on; the answer is heard together with that of the next question.

        Tuples come as bytes are, not as text that stands for them: bodies and photos are large."""
        with translated():
            if self._said is None:
                self._said = ExitStack()
                self._said.enter_context(self.connection.pipeline())
            return self._cursor(tuples).execute(sql, params)

    def ask(self, sql: str, params: Any = None, tuples: bool = False) -> psycopg.Cursor[Any]:
        """Send and hear; what was said before goes along in the same round trip."""
        with self.heard():
            return self._cursor(tuples).execute(sql, params)

    @contextmanager
    def quiet(self) -> Iterator[psycopg.Connection[dict[str, Any]]]:
        """The connection with nothing under way; raises what was said and went wrong."""
        with translated():
            self._hear()
            yield self.connection

    @contextmanager
    def heard(self) -> Iterator[None]:
        """What is said in this block is heard at its end. Nothing is left unheard when a part is refused: the next
        question would be taken for one of the same."""
        with translated():
            try:
                yield
                self._hear()
            except (psycopg.Error, DbError):
                with suppress(psycopg.Error):
                    self._hear()
                raise

    def undo(self) -> None:
        """Roll back, whatever was said; a server that is gone has done so."""
        if not self.connection.closed:
            with suppress(psycopg.Error):
                self._hear()
            try:
                self.connection.execute("rollback")
            except psycopg.OperationalError:
                self.connection.close()

    def close(self) -> None:
        """End it; a snapshot's end that nobody waited for is heard first."""
        with suppress(psycopg.Error):
            self._hear()
        self.connection.close()

    def _cursor(self, tuples: bool) -> psycopg.Cursor[Any]:
        return self.connection.cursor(row_factory=tuple_row if tuples else dict_row, binary=tuples)

    def _hear(self) -> None:
        if self._said is not None:
            said, self._said = self._said, None
            said.close()
